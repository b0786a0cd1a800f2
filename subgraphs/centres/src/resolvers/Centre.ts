import type { RecordContext, SubjectRow } from '@gnomon/records';
import { dayOf, formatDay } from '@gnomon/working-time';
import { isEntered } from '../derive/handled-item.ts';
import { listedText } from '../derive/place.ts';
import { indexBy } from '../listed-index.ts';
import { isSeen, listOf, type Published, published, textIn, whereListed } from './listed.ts';
import { refuseMoreThan } from './most.ts';

const MOST_DAYS = 62;
const MOST_MONTHS = 24;

export const Centre = {
  __resolveReference: ({ id }: { id: string }, context: RecordContext) => published(context, 'centre', id),
  ...whereListed,
  name: (centre: Published) => textIn(centre, 'name') ?? centre.id,
  nameEn: (centre: Published) => textIn(centre, 'name_en'),
  kind: (centre: Published) => textIn(centre, 'centre_kind'),
  place: ({ id }: Published) => ({ id }),
  parent: (centre: Published, _: unknown, context: RecordContext) =>
    published(context, 'centre', textIn(centre, 'parent_id') ?? ''),
  hours: (centre: Published) => textIn(centre, 'hours'),
  extendedHours: (centre: Published) => textIn(centre, 'extended_hours'),
  windows: ({ id }: Published, _: unknown, context: RecordContext) =>
    (indexBy(listOf(context, 'centre_window'), 'centre_id').get(id) ?? [])
      .map((body) => ({ id: `${id}:${listedText(body, 'window_no')}`, body }))
      .filter((window) => isSeen(context, 'centre_window', window)),
  devices: (centre: Published, _: unknown, context: RecordContext) =>
    isSeen(context, 'centre', centre)
      ? (indexBy(listOf(context, 'device'), 'centre_id').get(centre.id) ?? []).map((body) => ({
          id: listedText(body, 'device_id'),
          body,
        }))
      : [],
  entry(centre: Published, _: unknown, context: RecordContext) {
    if (!isSeen(context, 'centre', centre)) return null;
    const items = indexBy(listOf(context, 'centre_item'), 'centre_id').get(centre.id) ?? [];
    const must = items.filter((item) => item.must_enter === true && item.negative_list !== true);
    const now = context.records.time.now();
    return {
      mustEnter: must.length,
      entered: must.filter((item) => isEntered(item, now) && listedText(item, 'window_no') !== '').length,
      negative: items.filter((item) => item.negative_list === true).length,
      authorised: items.filter((item) => item.authorised === true).length,
    };
  },
  days({ id }: Published, { first }: { first: number }, context: RecordContext) {
    refuseMoreThan('days', MOST_DAYS, first);
    const today = dayOf(context.records.time.now());
    return known(
      context,
      'centre-day',
      Array.from({ length: first }, (_, ago) => `${id}:${formatDay(today - ago)}`),
    );
  },
  months({ id }: Published, { first }: { first: number }, context: RecordContext) {
    refuseMoreThan('months', MOST_MONTHS, first);
    return known(
      context,
      'centre-month',
      lastMonths(context.records.time.now(), first).map((month) => `${id}:${month}`),
    );
  },
};

export const CentreDevice = {
  kind: (device: Published) => textIn(device, 'device_kind'),
  windowNo: (device: Published) => textIn(device, 'window_no'),
  hours: (device: Published) => textIn(device, 'hours'),
};

/** The subjects that there are among these, in this order. */
async function known({ records }: RecordContext, kind: string, ids: readonly string[]): Promise<readonly SubjectRow[]> {
  const found = await records.load.subject.loadMany(ids.map((id) => `${kind} ${id}`));
  return found.filter((one): one is SubjectRow => {
    if (one instanceof Error) throw one;
    return one !== null;
  });
}

/** `YYYY-MM` of the month of an instant and of those before it, newest first. */
function lastMonths(now: number, count: number): readonly string[] {
  const months: string[] = [];
  for (let day = dayOf(now); months.length < count; day -= Number(formatDay(day).slice(8)))
    months.push(formatDay(day).slice(0, 7));
  return months;
}
