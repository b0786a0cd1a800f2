import { type CastAgency, itemCode, itemsOf } from '../cast.ts';
import { promiseCase } from '../load.ts';
import { at, dateText, dayOf, instantText, WORKDAY_MS } from '../naive-calendar.ts';
import { templateOf } from '../names.ts';
import type { Scene, SceneFinding, SceneWorld } from '../scene.ts';
import { CHANNELS, REVIEW_SOURCE, ReviewWriter, type WrittenReview } from './review-writer.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NINE = 540;
const TEN = 600;
/** Reviews of a clean agency over the season: below every sample that rates ask for. */
const CLEAN_AN_AGENCY = 120;

/**
 * The reviews' part of a season: a clean load in both code systems, and for every indicator of reviews at least one
 * violation, each on an agency of its own, with the truth beside it. A finding about a person (kind `review-staff`)
 * names `<credit code>:{key <number as pushed>}`: the hub shows its keyed hash of the number in that place.
 */
export function plantReviews(world: SceneWorld): Scene {
  const writer = new ReviewWriter(world);
  const cleanAgencies = Math.max(2, Math.ceil(world.clean / CLEAN_AN_AGENCY));
  const agencies = Array.from({ length: cleanAgencies + PLANTS.length }, (_, index) => world.agency(index));
  const items = agencies.flatMap(itemsOf);
  const closed = new Set<string>();
  cleanLoad(world, writer, agencies.slice(0, cleanAgencies));
  for (const [index, plant] of PLANTS.entries())
    plant({ world, writer, agency: agencies[cleanAgencies + index] as CastAgency, closed });
  const codes = items.map(({ code }) => code).filter((code) => !closed.has(code));
  writer.openItems(codes, at(world.days[0] as number, 1));
  return {
    agencies,
    items,
    sources: [
      {
        id: REVIEW_SOURCE,
        name: '政务服务“好差评”系统',
        nameEn: 'Review system of government services',
        agency: (agencies[0] as CastAgency).uscc,
        division: '15',
        ownPlatform: true,
        mustPush: false,
        registeredAt: instantText(at((world.days[0] as number) - 7, NINE)),
        exempt: null,
      },
    ],
    rows: { reviews: writer.rows, 'work-items': writer.workItems.flatMap((kase) => kase.rows) },
    fixed: { reviews: writer.fixed },
    truth: writer.truth,
  };
}

interface Stage {
  readonly world: SceneWorld;
  readonly writer: ReviewWriter;
  readonly agency: CastAgency;
  /** Items that are not open to review. */
  readonly closed: Set<string>;
}
type Plant = (stage: Stage) => void;

const PLANTS: readonly Plant[] = [
  contactOverdue,
  rectificationOverdue,
  handledWithinLongerLimits,
  (stage) => callbacksMissed(stage, 1, 'WARNING'),
  (stage) => callbacksMissed(stage, 3, 'YELLOW'),
  (stage) => callbacksMissed(stage, 5, 'RED'),
  badAgainWithoutTicket,
  badForTheThirdTime,
  (stage) => badAgainTooOften(stage, 2, 'WARNING'),
  (stage) => badAgainTooOften(stage, 5, 'RED'),
  (stage) => manyDeclaredInvalid(stage, 4, 'WARNING'),
  (stage) => manyDeclaredInvalid(stage, 6, 'YELLOW'),
  (stage) => declaredInvalidUnfounded(stage, 1, 'YELLOW'),
  (stage) => declaredInvalidUnfounded(stage, 3, 'RED'),
  (stage) => tooManyBad(stage, 200, 2, 'WARNING'),
  (stage) => tooManyBad(stage, 100, 2, 'YELLOW'),
  (stage) => tooManyBad(stage, 100, 6, 'RED'),
  repeatedAtAWindow,
  repeatedWithAPerson,
  lateOrNotLinked,
  praisedByOneTelephone,
  praisedFromOneTerminal,
  praisedOnInstruction,
  (stage) => fewReviews(stage, 8, 'WARNING'),
  (stage) => fewReviews(stage, 3, 'YELLOW'),
  (stage) => fewReviews(stage, 0, 'RED'),
  itemsNotOpen,
  tampered,
];

/** Good reviews at the windows of the clean agencies, some by the other code system; now and then a bad one, well handled. */
function cleanLoad(world: SceneWorld, writer: ReviewWriter, agencies: readonly CastAgency[]): void {
  const { random, workdays } = world;
  // Clear of the season's end, so that what is bad is handled before it.
  const days = workdays.slice(0, -8);
  for (let index = 0; index < world.clean; index += 1) {
    const agency = agencies[index % agencies.length] as CastAgency;
    const { no, finishedAt } = writer.item(agency, at(random.pick(days), random.int(520, 690)));
    const traits = { agency, no, at: finishedAt + random.int(60, 240) * SECOND };
    if (index % 40 === 39) {
      const anonymous = index % 80 === 79;
      writer.handle(writer.review({ ...traits, grade: 2, more: { is_named: !anonymous } }));
    } else if (index % 40 === 19) {
      writer.review({ ...traits, more: { is_default: true, channel: CHANNELS.none } });
    } else if (random.chance(0.3)) {
      const grade = random.pick(['1', '2', '3']);
      writer.review({ ...traits, more: { code_system: 'GB/T 39046-2020', satisfaction: grade } });
    } else {
      writer.review({ ...traits, window: `W${random.int(1, 4)}`, grade: random.pick([3, 4, 5] as const) });
    }
  }
}

/** The n-th working day of a month of the season, from 0. */
function dayIn(world: SceneWorld, month: number, n: number): number {
  const days = world.workdays.filter((day) => dateText(day).startsWith(world.months[month] as string));
  const day = days[n];
  if (day === undefined) throw new RangeError(`month ${month} of the season has no working day ${n}`);
  return day;
}

/** A bad review given at 10:00 of a day, of a work item finished before; named, at a window of its own. */
function badReview(
  { writer, agency }: Stage,
  day: number,
  index = 0,
  traits: Partial<Parameters<ReviewWriter['review']>[0]> = {},
): WrittenReview {
  const { no, finishedAt } = writer.item(agency, at(day, NINE) + index * MINUTE);
  return writer.review({ agency, no, at: finishedAt + 55 * MINUTE, grade: 2, ...traits });
}

/** RV-01: contacted late, answered late without any contact, and about to be late when all is read. */
function contactOverdue(stage: Stage): void {
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
function rectificationOverdue(stage: Stage): void {
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
function handledWithinLongerLimits(stage: Stage): void {
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
function callbacksMissed(stage: Stage, missed: number, level: SceneFinding['level']): void {
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
function badAgainWithoutTicket(stage: Stage): void {
  const { world, writer } = stage;
  const second = reviewedAgain(stage, dayIn(world, 0, 2), 0, 2);
  const end = world.calendar.workdayAfter(dayOf(second.at), 2);
  writer.plant('RV-04', 'review-ticket', second.subject, 'YELLOW', at(end + 1));
}

/** RV-04: a third bad review, though each ticket was opened at once. */
function badForTheThirdTime(stage: Stage): void {
  const { world, writer } = stage;
  const second = reviewedAgain(stage, dayIn(world, 0, 2), 0, 2);
  writer.handle(second);
  const third = followUp(stage, second, at(world.calendar.workdayAfter(dayOf(second.at), 5), TEN), 2, 3);
  writer.handle(third);
  writer.plant('RV-04', 'review-ticket', third.subject, 'RED');
}

/** RV-04: of ten follow-up reviews of a month some are bad again; their tickets are reopened at once. */
function badAgainTooOften(stage: Stage, bad: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 10; index += 1) {
    const again = reviewedAgain(stage, dayIn(world, 1, 1), index, index < bad ? 2 : 4);
    if (index < bad) writer.handle(again);
  }
  writer.plant('RV-04', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

/** RV-05: of ten bad reviews of a month some are declared invalid, with evidence. */
function manyDeclaredInvalid(stage: Stage, invalid: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 10; index += 1) {
    const review = badReview(stage, dayIn(world, 1, 1 + (index % 5)), index);
    if (index < invalid) writer.invalidate(review, review.at + 90 * MINUTE, 'REVIEW_BODY', `证据〔示例〕${index}号`);
    else writer.handle(review);
  }
  writer.plant('RV-05', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

/** RV-05: declared invalid without evidence, or by the reviewed agency itself; they stay valid and are handled. */
function declaredInvalidUnfounded(stage: Stage, count: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < count; index += 1) {
    const review = badReview(stage, dayIn(world, 1, 1 + index), index);
    writer.handle(review);
    if (index % 2 === 0) writer.invalidate(review, review.at + 90 * MINUTE, 'AGENCY', '证据〔示例〕9号');
    else writer.invalidate(review, review.at + 90 * MINUTE, 'REVIEW_BODY', '');
  }
  writer.plant('RV-05', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

/** RV-06: so many bad reviews among so many of a month, given at visits about twenty work items. */
function tooManyBad(stage: Stage, reviews: number, bad: number, level: SceneFinding['level']): void {
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
function repeatedAtAWindow(stage: Stage): void {
  const { world, writer, agency } = stage;
  for (const [count, level] of REPEATED) {
    const window = `R${count}`;
    for (let index = 0; index < count; index += 1)
      writer.handle(badReview(stage, dayIn(world, 2, 5 + index), count * 5 + index, { window }));
    writer.plant('RV-07', 'review-window', `${agency.uscc}:${window}`, level);
  }
}

/** RV-07: bad reviews of one person within the last thirty days, each at another window. */
function repeatedWithAPerson(stage: Stage): void {
  const { world, writer, agency } = stage;
  for (const [count, level] of REPEATED) {
    const staff = `P${count}-${agency.uscc.slice(-5)}`;
    for (let index = 0; index < count; index += 1)
      writer.handle(badReview(stage, dayIn(world, 2, 5 + index), count * 5 + index, { staff }));
    writer.plant('RV-07', 'review-staff', `${agency.uscc}:{key ${staff}}`, level);
  }
}

/** RV-08: a day on which forty reviews come by a channel that is not used otherwise; some late, some of no work item. */
function lateOrNotLinked(stage: Stage): void {
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
function praisedByOneTelephone(stage: Stage): void {
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
function praisedFromOneTerminal(stage: Stage): void {
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
function praisedOnInstruction(stage: Stage): void {
  const { world, writer, agency } = stage;
  const { no, finishedAt } = writer.item(agency, at(dayIn(world, 1, 4), NINE));
  const review = writer.review({ agency, no, at: finishedAt + 5 * MINUTE, window: 'W1' });
  const day = dayIn(world, 1, 9);
  writer.finding(review, at(day, TEN), '5');
  writer.plant('RV-09', 'review-window-day', `${agency.uscc}:W1:${dateText(day)}`, 'RED');
}

/** RV-10: a hundred finished work items of a month and so many reviews. */
function fewReviews(stage: Stage, reviews: number, level: SceneFinding['level']): void {
  const { world, writer, agency } = stage;
  for (let index = 0; index < 100; index += 1) {
    const { no, finishedAt } = writer.item(agency, at(dayIn(world, 1, index % 10), NINE) + index * MINUTE);
    if (index < reviews) writer.review({ agency, no, at: finishedAt + 5 * MINUTE });
  }
  writer.plant('RV-10', 'review-agency-month', `${agency.uscc}:${world.months[1]}`, level);
}

const SIX_ITEMS = ['001001', '001002', '002001', '002002', '003001', '005001'] as const;

/** RV-10: a hundred finished work items of six items, of which one is not open to review. */
function itemsNotOpen({ world, writer, agency, closed }: Stage): void {
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
function tampered(stage: Stage): void {
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
