import type { RecordContext } from '@gnomon/records';
import { divisionNode } from '@gnomon/records';
import { dayOf, formatDay } from '@gnomon/working-time';
import { type Columns, instant, listOf, textOf } from '../derive/kept.ts';
import { limitOf, placesUpwards } from '../derive/published-list.ts';

type Lists = RecordContext['records']['ports']['lists'];

/** The list that a place reads for `<code>:<version>`: its own, or that of the nearest place above. */
export function bundleFor(division: string, bundle: string, lists: Lists): Columns | null {
  for (const place of placesUpwards(division)) {
    const row = lists.get('bundle_list', `${place}:${bundle}`);
    if (row !== undefined) return row;
  }
  return null;
}

const keyOf = (row: Columns): string =>
  [textOf(row, 'division_code'), textOf(row, 'bundle_code'), textOf(row, 'list_version')].join(':');

export const PublishedBundle = {
  id: keyOf,
  division: (row: Columns) => divisionNode(textOf(row, 'division_code')),
  code: (row: Columns) => textOf(row, 'bundle_code'),
  version: (row: Columns) => textOf(row, 'list_version'),
  name: (row: Columns) => textOf(row, 'bundle_name') || null,
  promiseWorkdays(row: Columns) {
    const limit = limitOf(row);
    return limit?.unit === 'WORKDAY' ? limit.amount : null;
  },
  listedOn(row: Columns) {
    const at = instant(row, 'list_date');
    return at === null ? null : formatDay(dayOf(at));
  },
  children: (row: Columns, _: unknown, { records }: RecordContext) =>
    listOf(textOf(row, 'child_codes')).map((code) => {
      const child = records.ports.lists.get('bundle_list_child', `${keyOf(row)}:${code}`) ?? {};
      return {
        code,
        name: textOf(child, 'child_name') || null,
        mandatoryWhen: textOf(child, 'mandatory_when'),
        dependsOn: listOf(textOf(child, 'depends_on')),
        slotWorkdays: instant(child, 'slot_workdays'),
      };
    }),
};
