import { type KeptRow, type RecordContext, type RecordDocument, type SubjectRow, subjectFields } from '@gnomon/records';
import { type Clock, startOfDay } from '@gnomon/working-time';
import { earliest, living } from '../derive/rows.ts';

/** The review that a ticket is about. */
const review = ({ id }: SubjectRow, context: RecordContext) => context.records.load.record.load(`review ${id}`);

/** The earliest time that rows of a part have in a column. */
const first =
  (part: keyof RecordDocument & string, column: string) =>
  async (subject: SubjectRow, _: unknown, context: RecordContext) => {
    const record = await review(subject, context);
    const rows: readonly KeptRow[] = living(record?.document[part]);
    return earliest(rows, column) ?? null;
  };

const clockOf = ({ facts }: SubjectRow, name: string): Clock | undefined => facts[name] as Clock | undefined;

export const ReviewTicket = {
  ...subjectFields('review-ticket'),
  review: (subject: SubjectRow, _: unknown, context: RecordContext) => review(subject, context),
  assignedAt: first('tickets', 'assigned_time'),
  contactedAt: (subject: SubjectRow) => clockOf(subject, 'contact')?.stoppedAt ?? null,
  class: ({ facts }: SubjectRow) => facts.class ?? null,
  rectifiedAt: first('rectifications', 'rectified_time'),
  answeredAt: first('rectifications', 'answered_time'),
  calledBackAt: first('callbacks', 'callback_time'),
  rectifyDueAt(subject: SubjectRow, _: unknown, { records }: RecordContext) {
    const clock = clockOf(subject, 'rectification');
    if (clock === undefined) return null;
    const calendar = records.ports.rules.current().calendarFor(subject.division);
    return startOfDay(calendar.dayOfWorkday(clock.due) + 1) - 1;
  },
};
