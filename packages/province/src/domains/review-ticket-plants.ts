import { at, dayOf, instantText, WORKDAY_MS } from '../naive-calendar.ts';
import type { SceneFinding } from '../scene.ts';
import { badReview, dayIn, HOUR, MINUTE, type Stage, TEN } from './review-stage.ts';
import type { WrittenReview } from './review-writer.ts';

/* Violations of how bad reviews are handled: RV-01 … RV-05. */

/** RV-01: contacted late, answered late without any contact, and about to be late when all is read. */
export function contactOverdue(stage: Stage): void {
  const { world, writer } = stage;
  const { calendar } = world;
  const day = dayIn(world, 0, 3);
  const late = badReview(stage, day, 0);
  const assignedAt = late.at + 30 * MINUTE;
  writer.handle(late, { contactedAt: at(calendar.workdayAfter(day, 2), TEN) });
  writer.plant('RV-01', 'review-ticket', late.subject, 'YELLOW', calendar.beyondOfficeMs(assignedAt, WORKDAY_MS));
  const never = badReview(stage, day, 1);
  writer.handle(never, { contactedAt: null, answeredAt: at(calendar.workdayAfter(day, 4), 660) });
  const since = never.at + 30 * MINUTE;
  writer.plant('RV-01', 'review-ticket', never.subject, 'RED', calendar.beyondOfficeMs(since, 3 * WORKDAY_MS));
  const lastDay = world.workdays.at(-1) as number;
  const open = badReview(stage, lastDay, 2);
  writer.handle(open, { assignedAt: at(lastDay, 630), contactedAt: null, answeredAt: null });
  const warned = calendar.afterOfficeMs(at(lastDay, 630), WORKDAY_MS - 2 * HOUR);
  writer.plant('RV-01', 'review-ticket', open.subject, 'WARNING', warned);
}

/** RV-02: two days late, more than twice the limit, and with the last day begun when all is read. */
export function rectificationOverdue(stage: Stage): void {
  const { world, writer } = stage;
  const { calendar } = world;
  const day = dayIn(world, 1, 2);
  const answered = (review: WrittenReview, workdays: number): void =>
    writer.handle(review, { answeredAt: at(calendar.workdayAfter(day, workdays), 660) });
  const late = badReview(stage, day, 0);
  answered(late, 7);
  writer.plant('RV-02', 'review-ticket', late.subject, 'YELLOW', at(calendar.workdayAfter(day, 5) + 1));
  const grave = badReview(stage, day, 1);
  answered(grave, 12);
  writer.plant('RV-02', 'review-ticket', grave.subject, 'RED', at(calendar.workdayAfter(day, 10) + 1));
  const readDay = dayOf(world.readAt);
  const begun = world.workdays.find((one) => calendar.workdayAfter(one, 5) === readDay) as number;
  const open = badReview(stage, begun, 2);
  writer.handle(open, { answeredAt: null });
  writer.plant('RV-02', 'review-ticket', open.subject, 'WARNING', at(readDay));
}

/** Nothing to find: a complex case answered on its fourteenth day, and a simple one with an approved extension. */
export function handledWithinLongerLimits(stage: Stage): void {
  const { world, writer } = stage;
  const { calendar } = world;
  const day = dayIn(world, 1, 2);
  const complex = badReview(stage, day, 0);
  writer.handle(complex, {
    answeredAt: at(calendar.workdayAfter(day, 14), 660),
    ticket: { ticket_class: '2', class_time: instantText(complex.at + 40 * MINUTE) },
  });
  const extended = badReview(stage, day, 1);
  writer.handle(extended, {
    answeredAt: at(calendar.workdayAfter(day, 7), 660),
    ticket: {
      extension_days: 2,
      extension_approver: '分管负责人',
      extension_approved: true,
      extension_time: instantText(extended.at + 45 * MINUTE),
    },
  });
}

/** RV-03: of twenty named bad reviews of a month some are not called back. */
export function callbacksMissed(stage: Stage, missed: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 20; index += 1)
    writer.handle(badReview(stage, dayIn(world, 1, 1 + (index % 6)), index), { calledBack: index >= missed });
  writer.plant('RV-03', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

/** A bad review, handled, and its second review some days later, given at no window. */
function reviewedAgain(stage: Stage, day: number, index: number, grade: 2 | 4): WrittenReview {
  const { world, writer } = stage;
  const first = badReview(stage, day, index);
  writer.handle(first);
  const given = at(world.calendar.workdayAfter(day, 5), TEN) + index * MINUTE;
  return followUp(stage, first, given, grade, 2);
}

function followUp(
  { writer, agency }: Stage,
  first: WrittenReview,
  given: number,
  grade: 2 | 4,
  ordinal: number,
): WrittenReview {
  const no = String(first.row.project_no);
  return writer.review({ agency, no, at: given, grade, window: null, staff: null, more: { review_no: ordinal } });
}

/** RV-04: nobody reopens the ticket for two working days. */
export function badAgainWithoutTicket(stage: Stage): void {
  const { world, writer } = stage;
  const second = reviewedAgain(stage, dayIn(world, 0, 2), 0, 2);
  const end = world.calendar.workdayAfter(dayOf(second.at), 2);
  writer.plant('RV-04', 'review-ticket', second.subject, 'YELLOW', at(end + 1));
}

/** RV-04: a third bad review, though each ticket was opened at once. */
export function badForTheThirdTime(stage: Stage): void {
  const { world, writer } = stage;
  const second = reviewedAgain(stage, dayIn(world, 0, 2), 0, 2);
  writer.handle(second);
  const third = followUp(stage, second, at(world.calendar.workdayAfter(dayOf(second.at), 5), TEN), 2, 3);
  writer.handle(third);
  writer.plant('RV-04', 'review-ticket', third.subject, 'RED');
}

/** RV-04: of ten follow-up reviews of a month some are bad again; their tickets are reopened at once. */
export function badAgainTooOften(stage: Stage, bad: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 10; index += 1) {
    const again = reviewedAgain(stage, dayIn(world, 1, 1), index, index < bad ? 2 : 4);
    if (index < bad) writer.handle(again);
  }
  writer.plant('RV-04', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

/** RV-05: of ten bad reviews of a month some are declared invalid, with evidence. */
export function manyDeclaredInvalid(stage: Stage, invalid: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 10; index += 1) {
    const review = badReview(stage, dayIn(world, 1, 1 + (index % 5)), index);
    if (index < invalid) writer.invalidate(review, review.at + 90 * MINUTE, 'REVIEW_BODY', `证据〔示例〕${index}号`);
    else writer.handle(review);
  }
  writer.plant('RV-05', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

/** RV-05: declared invalid without evidence, or by the reviewed agency itself; they stay valid and are handled. */
export function declaredInvalidUnfounded(stage: Stage, count: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < count; index += 1) {
    const review = badReview(stage, dayIn(world, 1, 1 + index), index);
    writer.handle(review);
    if (index % 2 === 0) writer.invalidate(review, review.at + 90 * MINUTE, 'AGENCY', '证据〔示例〕9号');
    else writer.invalidate(review, review.at + 90 * MINUTE, 'REVIEW_BODY', '');
  }
  writer.plant('RV-05', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}
