import { join } from 'node:path';
import {
  type Clock,
  compileCalendar,
  type Instant,
  openClock,
  parseInstant,
  startOfDay,
  type WorkCalendar,
} from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { readRulesFolder } from '../src/folder.ts';
import { formatProblem, loadPack, type Pack } from '../src/index.ts';

const RULES = join(import.meta.dirname, '../../../rules');
export const calendar: WorkCalendar = compileCalendar(readCalendarFolder(join(RULES, 'calendar')));

export function loadRules(): Pack {
  const loaded = loadPack(readRulesFolder(RULES), { calendar, runTests: false });
  if ('problems' in loaded) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.pack;
}

/** The facts that WI-03 reads, and more that a work item has. */
export interface PromiseItem {
  readonly kind: string;
  readonly accepted: boolean;
  readonly open: boolean;
  readonly promise: Clock;
  readonly answer: Clock;
  readonly now: Instant;
}

/** Promise items of 2025 with limits of 1 to 30 working days; a third finished, a tenth suspended; `now` anywhere in their life. */
export function promiseItems(count: number): readonly PromiseItem[] {
  const random = mulberry(20260101);
  const from = parseInstant('2025-01-02T08:30:00+08:00');
  const year = 300 * 86_400_000;
  return Array.from({ length: count }, () => {
    const start = from + Math.floor(random() * year);
    const limit = { amount: 1 + Math.floor(random() * 30), unit: 'WORKDAY' } as const;
    const finished = random() < 0.33 ? start + Math.floor(random() * 40 * 86_400_000) : null;
    const suspensions = random() < 0.1 ? [{ from: start + 86_400_000, to: start + 4 * 86_400_000 }] : [];
    return {
      kind: random() < 0.7 ? 'PROMISE' : 'INSTANT',
      accepted: true,
      open: finished === null,
      promise: openClock({ calendar, limit, start, suspensions, stoppedAt: finished }),
      answer: openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start, stoppedAt: start }),
      now: start + Math.floor(random() * 50 * 86_400_000),
    };
  });
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * WI-03 as somebody would write it by hand, with the same answers: level 0 none, 1 unknown, 2 warning, 3 yellow, 4 red;
 * `out[0]` gets until. A missing fact is unknown here too.
 */
export function judgeByHand(item: Partial<Omit<PromiseItem, 'now'>>, now: Instant, out: Float64Array): number {
  out[0] = Number.POSITIVE_INFINITY;
  const { kind, promise } = item;
  if (kind !== undefined && kind !== 'PROMISE') return 0;
  let until = Number.POSITIVE_INFINITY;
  let isSure = kind !== undefined;
  if (item.accepted !== true) {
    const deemed = deemedAcceptedFrom(item);
    if (item.answer === undefined) isSure = false;
    else if (now < deemed) {
      if (item.accepted === false) {
        out[0] = deemed;
        return 0;
      }
      isSure = false;
      until = deemed;
    }
  }
  if (promise === undefined) {
    out[0] = until;
    return 1;
  }
  const { due, limit } = promise;
  const end = promise.stoppedAt ?? Number.POSITIVE_INFINITY;
  let unknown = false;
  const red = startOfDay(calendar.dayOfWorkday(due + Math.floor(Math.max(3, 0.5 * limit)) + 1));
  if (red <= end && now >= red) {
    out[0] = until;
    if (isSure) return 4;
    unknown = true;
  } else if (red <= end && red < until) until = red;
  const yellow = startOfDay(calendar.dayOfWorkday(due) + 1);
  if (yellow <= end && now >= yellow) {
    out[0] = until;
    if (isSure) return 3;
    unknown = true;
  } else if (yellow <= end && yellow < until) until = yellow;
  if (item.open !== false) {
    const half = Math.ceil(2 * due + 1 - 2 * Math.max(0.2 * limit, Math.min(1, 0.5 * limit)));
    const warning = calendar.instantOfHalfDay(half);
    if (warning <= end && now >= warning) {
      out[0] = until;
      if (isSure && item.open === true) return 2;
      unknown = true;
    } else if (warning <= end && warning < until) until = warning;
  }
  out[0] = until;
  return unknown ? 1 : 0;
}

function deemedAcceptedFrom({ answer }: Partial<PromiseItem>): Instant {
  if (answer === undefined) return Number.POSITIVE_INFINITY;
  const from = startOfDay(calendar.dayOfWorkday(answer.due) + 1);
  return answer.stoppedAt === null || from <= answer.stoppedAt ? from : Number.POSITIVE_INFINITY;
}

/** Best of several rounds, in nanoseconds a call. */
export function nanosecondsPerCall(calls: number, rounds: number, run: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    sink += run();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls);
  }
  return best;
}
let sink = 0;
/** Keeps results alive, so that nothing is optimized away. */
export const sunk = (): number => sink;
