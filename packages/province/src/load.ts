import type { CaseWriter } from './case.ts';
import { ONLINE, WINDOW } from './case.ts';
import { at, dayOf, type NaiveCalendar } from './naive-calendar.ts';
import type { Random } from './random.ts';
import { boundaries } from './scenarios.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Share of a day's applications by part of the day, minutes from 00:00: the load shape of a service centre. */
const HOURS: readonly (readonly [readonly [number, number], number])[] = [
  [[515, 570], 20],
  [[570, 660], 35],
  [[661, 700], 15],
  [[870, 990], 30],
];

/** A working day's weight: Mondays carry more, the first day after a long holiday much more. */
export function dayWeight(calendar: NaiveCalendar, day: number): number {
  let free = 0;
  while (!calendar.isWorkday(day - 1 - free)) free += 1;
  if (free >= 3) return 2.5;
  return free >= 2 ? 1.3 : 1;
}

/** A minute of the day at which people come. */
export function arrivalMinute(random: Random): number {
  const [from, to] = random.weighted(HOURS);
  return random.int(from, to);
}

/** A clean instant case: done within the hour it came in. */
export function instantCase(kase: CaseWriter, random: Random, day: number): CaseWriter {
  const accepted = at(day, arrivalMinute(random)) + random.int(0, 59) * 1000;
  const done = accepted + random.int(3, 20) * MINUTE;
  return kase
    .accept(
      { appliedAt: accepted - 2 * MINUTE, acceptedAt: accepted, channel: random.chance(0.4) ? '3' : WINDOW },
      { prereview_end_time: new Date(accepted).toISOString() },
    )
    .step('FINISH', '即时办结', accepted, done)
    .result(done);
}

/** How a clean promise case differs from the plainest one. */
export interface PromiseTraits {
  readonly supplement: boolean;
  readonly special: boolean;
}

/** A clean promise case: within every limit, and moving often enough never to idle. */
export function promiseCase(
  kase: CaseWriter,
  random: Random,
  calendar: NaiveCalendar,
  day: number,
  traits: PromiseTraits,
): CaseWriter {
  const online = random.chance(0.6);
  const applied = at(day, arrivalMinute(random)) + random.int(0, 59) * 1000;
  const answered = calendar.afterOfficeMs(applied, random.int(5, 90) * MINUTE);
  const channel = online ? ONLINE : WINDOW;
  let accepted = answered;
  if (traits.supplement) {
    const sent = calendar.afterOfficeMs(applied, random.int(20, 90) * MINUTE);
    const received = calendar.afterOfficeMs(sent, random.int(2, 7) * HOUR);
    kase.accept({ appliedAt: applied, channel, ...(online ? { preReviewedAt: sent } : {}) });
    kase.supplement(sent, received);
    accepted = calendar.afterOfficeMs(received, random.int(5, 60) * MINUTE);
    kase.accept({ appliedAt: applied, preReviewedAt: sent, acceptedAt: accepted, channel }, {}, 'U');
  } else {
    kase.accept({ appliedAt: applied, acceptedAt: accepted, channel, ...(online ? { preReviewedAt: answered } : {}) });
  }
  const workdays = Math.min(random.int(3, Math.max(3, Math.floor(kase.template.promiseWorkdays * 6))) / 10, 2.4);
  if (traits.special) return withExpertReview(kase, random, calendar, accepted);
  const times = boundaries({ calendar }, accepted, workdays);
  kase.steps(times);
  return kase.result(times[4] as number);
}

function withExpertReview(kase: CaseWriter, random: Random, calendar: NaiveCalendar, accepted: number): CaseWriter {
  kase.step('ACCEPT', '受理', accepted - 5 * MINUTE, accepted);
  const opened = at(calendar.workdayAfter(dayOf(accepted), 1), 540);
  const ended = at(calendar.workdayAfter(dayOf(opened), random.int(2, 4)), 540);
  kase.special(opened, ended);
  const after = (hours: number): number => calendar.afterOfficeMs(ended, hours * HOUR);
  return kase.steps([ended, after(0.5), after(1), after(1.5)], ['REVIEW', 'DECIDE', 'CERTIFY']).result(after(1.5));
}

/** The last working day on which a promise case can begin and still be finished within the period. */
export function lastPromiseDay(calendar: NaiveCalendar, workdays: readonly number[], special: boolean): number {
  const margin = special ? 8 : 5;
  const day = workdays[workdays.length - 1 - margin];
  if (day === undefined)
    throw new RangeError(
      `the period has ${workdays.length} working days; at least ${margin + 2} are needed for promise cases`,
    );
  return calendar.workdayAfter(day, 0);
}
