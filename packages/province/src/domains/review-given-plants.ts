import { itemCode } from '../cast.ts';
import { promiseCase } from '../load.ts';
import { at, dateText } from '../naive-calendar.ts';
import { templateOf } from '../names.ts';
import type { SceneFinding } from '../scene.ts';
import { badReview, dayIn, MINUTE, NINE, SECOND, type Stage, TEN } from './review-stage.ts';
import { CHANNELS, REVIEW_SOURCE, type WrittenReview } from './review-writer.ts';

/* Violations in what is given: how many reviews, how bad, how they came, and what became of them: RV-06 … RV-11. */

/** RV-06: so many bad reviews among so many of a month, given at visits about twenty work items. */
export function tooManyBad(stage: Stage, reviews: number, bad: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < bad; index += 1) writer.handle(badReview(stage, dayIn(world, 1, index), index));
  const visits = reviews - bad;
  for (let index = 0; index < visits; index += 20) {
    const { no, finishedAt } = writer.item(agency, at(dayIn(world, 1, 1 + ((index / 20) % 10)), NINE) + index * MINUTE);
    for (let visit = index; visit < Math.min(visits, index + 20); visit += 1)
      writer.review({ agency, no, at: finishedAt + (2 + (visit % 20)) * MINUTE, grade: 4 });
  }
  writer.plant('RV-06', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

const REPEATED = [
  [2, 'WARNING'],
  [3, 'YELLOW'],
  [5, 'RED'],
] as const;

/** RV-07: bad reviews of one window within the last thirty days. */
export function repeatedAtAWindow(stage: Stage): void {
  const { world, writer, agency } = stage;
  for (const [count, level] of REPEATED) {
    const window = `R${count}`;
    for (let index = 0; index < count; index += 1)
      writer.handle(badReview(stage, dayIn(world, 2, 5 + index), count * 5 + index, { window }));
    writer.plant('RV-07', 'review-window', `${agency.uscc}:${window}`, level);
  }
}

/** RV-07: bad reviews of one person within the last thirty days, each at another window. */
export function repeatedWithAPerson(stage: Stage): void {
  const { world, writer, agency } = stage;
  for (const [count, level] of REPEATED) {
    const staff = `P${count}-${agency.uscc.slice(-5)}`;
    for (let index = 0; index < count; index += 1)
      writer.handle(badReview(stage, dayIn(world, 2, 5 + index), count * 5 + index, { staff }));
    writer.plant('RV-07', 'review-staff', `${agency.uscc}:{key ${staff}}`, level);
  }
}

/** RV-08: a day on which forty reviews come by a channel that is not used otherwise; some late, some of no work item. */
export function lateOrNotLinked(stage: Stage): void {
  const { world, writer, agency } = stage;
  const days = [
    [dayIn(world, 1, 9), CHANNELS.paper, 'PAPER', 1, 0, 'WARNING'],
    [dayIn(world, 1, 10), CHANNELS.sms, 'SMS', 0, 4, 'YELLOW'],
    [dayIn(world, 1, 11), CHANNELS.hotline, 'HOTLINE', 6, 6, 'RED'],
  ] as const;
  for (const [day, channel, name, late, unlinked, level] of days) {
    const before = world.calendar.workdayAfter(day - 8, 1);
    for (let index = 0; index < 40; index += 1) {
      const isLate = index < late;
      const { no, finishedAt } = writer.item(agency, at(isLate ? before : day, NINE) + index * MINUTE);
      const traits = { agency, at: finishedAt + 30 * MINUTE, more: { channel } };
      const known = index < late + unlinked && !isLate ? `${no}-X` : no;
      writer.reviewArriving(isLate ? at(day, 900 + index) : traits.at + 3 * MINUTE, { ...traits, no: known });
    }
    writer.plant('RV-08', 'review-channel-day', `${REVIEW_SOURCE}:${name}:${dateText(day)}`, level);
  }
}

/** RV-09: one telephone gives a window six top grades a day, on ten days. */
export function praisedByOneTelephone(stage: Stage): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 10; index += 1) {
    const day = dayIn(world, 1, 1 + index);
    const { no, finishedAt } = writer.item(agency, at(day, NINE));
    for (let visit = 0; visit < 6; visit += 1)
      writer.review({ agency, no, at: finishedAt + (2 + visit) * MINUTE, window: 'W1', phone: '15900000001' });
    const level = index < 2 ? 'WARNING' : index < 9 ? 'YELLOW' : 'RED';
    writer.plant('RV-09', 'review-window-day', `${agency.uscc}:W1:${dateText(day)}`, level);
  }
}

/** RV-09: twenty of a day's thirty reviews come from one terminal within seconds of the finish. */
export function praisedFromOneTerminal(stage: Stage): void {
  const { world, writer, agency } = stage;
  const day = dayIn(world, 1, 4);
  for (let index = 0; index < 30; index += 1) {
    const { no, finishedAt } = writer.item(agency, at(day, NINE) + index * 2 * MINUTE);
    const quick = index < 20;
    const more = { channel: CHANNELS.terminal, device_no: quick ? 'PJQ-01' : `PJQ-1${index}` };
    writer.review({ agency, no, at: finishedAt + (quick ? 5 : 90) * SECOND, window: 'W1', grade: 4, more });
  }
  writer.plant('RV-09', 'review-window-day', `${agency.uscc}:W1:${dateText(day)}`, 'WARNING');
}

/** RV-09: the audit proves that praise was instructed. */
export function praisedOnInstruction(stage: Stage): void {
  const { world, writer, agency } = stage;
  const { no, finishedAt } = writer.item(agency, at(dayIn(world, 1, 4), NINE));
  const review = writer.review({ agency, no, at: finishedAt + 5 * MINUTE, window: 'W1' });
  const day = dayIn(world, 1, 9);
  writer.finding(review, at(day, TEN), '5');
  writer.plant('RV-09', 'review-window-day', `${agency.uscc}:W1:${dateText(day)}`, 'RED');
}

/** RV-10: a hundred finished work items of a month and so many reviews. */
export function fewReviews(stage: Stage, reviews: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 100; index += 1) {
    const { no, finishedAt } = writer.item(agency, at(dayIn(world, 1, index % 10), NINE) + index * MINUTE);
    if (index < reviews) writer.review({ agency, no, at: finishedAt + 5 * MINUTE });
  }
  writer.plant('RV-10', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

const SIX_ITEMS = ['001001', '001002', '002001', '002002', '003001', '005001'] as const;

/** RV-10: a hundred finished work items of six items, of which one is not open to review. */
export function itemsNotOpen({ world, writer, agency, closed }: Stage): void {
  for (let index = 0; index < 96; index += 1) {
    const day = dayIn(world, 1, index % 10);
    const { no, finishedAt } = writer.item(agency, at(day, NINE) + index * MINUTE, SIX_ITEMS[index % 2]);
    if (index < 40) writer.review({ agency, no, at: finishedAt + 5 * MINUTE });
  }
  for (const item of SIX_ITEMS.slice(2)) {
    const day = dayIn(world, 1, 2);
    promiseCase(writer.open(agency, at(day), item), world.random, world.calendar, day, {
      supplement: false,
      special: false,
    });
  }
  closed.add(itemCode(agency, templateOf('005001')));
  writer.plant('RV-10', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, 'YELLOW');
}

/** RV-11: forced, exposed, deleted and altered reviews. */
export function tampered(stage: Stage): void {
  const { world, writer, agency } = stage;
  const day = dayIn(world, 1, 3);
  const later = at(dayIn(world, 1, 6), TEN);
  const good = (index: number): WrittenReview => {
    const { no, finishedAt } = writer.item(agency, at(day, NINE) + index * MINUTE);
    return writer.review({ agency, no, at: finishedAt + 5 * MINUTE });
  };
  const [forced, exposed, deleted, altered] = [good(0), good(1), good(2), good(3)];
  writer.finding(forced, later, '4');
  writer.plant('RV-11', 'review', forced.subject, 'YELLOW');
  writer.finding(exposed, later, '3');
  writer.again(deleted, later, 'D');
  writer.again(altered, later, 'U', { satisfaction: '4' });
  for (const review of [exposed, deleted, altered]) writer.plant('RV-11', 'review', review.subject, 'RED');
}
