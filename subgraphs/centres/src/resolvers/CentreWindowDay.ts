import { type RecordContext, type RecordRow, recordFields, standingNodes } from '@gnomon/records';
import { formatDay } from '@gnomon/working-time';
import { absencesOf } from '../derive/absences.ts';
import { civilDayOf } from '../derive/civil-day.ts';
import { liveRows, numberOf } from '../derive/rows.ts';
import { eventsOf, rosterOf } from '../derive/window-day.ts';
import { centreOf, published } from './listed.ts';

const fields = recordFields('window-day');
const subjectOf = ({ id }: RecordRow, { records }: RecordContext) =>
  records.load.subject.load(`centre-window-day ${id}`);
const windowOf = ({ links }: RecordRow): string => links.window ?? '';

/** The record is a `window-day`, its subject a `centre-window-day`. */
export const CentreWindowDay = {
  ...fields,
  centre: centreOf,
  window: (day: RecordRow, _: unknown, context: RecordContext) => published(context, 'centre_window', windowOf(day)),
  on(day: RecordRow) {
    const found = civilDayOf(day.id.slice(windowOf(day).length + 1));
    return found === null ? null : formatDay(found);
  },
  published: ({ document }: RecordRow) => rosterOf(document),
  opened: ({ document }: RecordRow) =>
    liveRows(document, 'open')
      .map((row) => ({ from: numberOf(row, 'open_time') ?? 0, to: numberOf(row, 'close_time') }))
      .sort((a, b) => a.from - b.from),
  absences: (day: RecordRow, _: unknown, { records }: RecordContext) =>
    records.ports.lists.get('centre_window', windowOf(day))?.monitored === true
      ? absencesOf(rosterOf(day.document), eventsOf(day.document))
      : [],
  facts: async (day: RecordRow, _: unknown, context: RecordContext) => (await subjectOf(day, context))?.facts ?? null,
  async standing(day: RecordRow, _: unknown, context: RecordContext) {
    const subject = await subjectOf(day, context);
    return subject === null ? [] : standingNodes(subject.standing);
  },
};
