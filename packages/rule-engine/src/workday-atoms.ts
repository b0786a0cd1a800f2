import { type Clock, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import type { Ordering } from './node.ts';

/*
 * Turns of working-day clocks written out in the generated code: most rules ask about these, and written out they cost
 * what a hand-written comparison costs. The plain evaluator asks `@gnomon/working-time`, and a test compares the two.
 */

/** Names of the emitted code for a clock: whether it is known, its due number, the instant it stands still, its limit (NaN when unknown). */
export interface ClockNames {
  readonly known: string;
  readonly due: string;
  readonly stop: string;
  readonly limit: string;
}

/** Functions that the written-out turns call. */
export const WORKDAY_FUNCTIONS = { startOfDay, lastWorkday } as const;

let lastAsked: WorkCalendar | null = null;
let lastNumber = 0;
/** The number of the calendar's last working day; the calendar asked last is nearly always the one asked next. */
function lastWorkday(calendar: WorkCalendar): number {
  if (calendar !== lastAsked) {
    lastAsked = calendar;
    lastNumber = calendar.workdayNumber(calendar.lastDay);
  }
  return lastNumber;
}

/** Lines that read a clock fact into its names; a missing clock or one on another axis stays unknown. */
export function readClockLines(
  clock: string,
  { known, due, stop, limit }: ClockNames,
  axis: Clock['axis'],
): readonly string[] {
  return [
    `let ${known}=false,${due}=0,${stop}=Infinity,${limit}=NaN;`,
    `if(${clock}!=null&&${clock}.axis===${JSON.stringify(axis)}){${known}=true;${due}=${clock}.due;${limit}=${clock}.limit;if(${clock}.stoppedAt!=null)${stop}=${clock}.stoppedAt;}`,
  ];
}

/** Lines that put the instant of `expired` into `at`. */
export function expiredLines(
  at: string,
  { due, stop }: ClockNames,
  startOfDayName: string,
  last: string,
): readonly string[] {
  return [
    `let ${at}=${due}<1?-Infinity:${due}>${last}?Infinity:${startOfDayName}(c.dayOfWorkday(${due})+1);`,
    `if(${at}>${stop})${at}=Infinity;`,
  ];
}

/** Lines that put the first instant at which `quantity relation bound` turns into `at`; `strict` as `turnOf` says. */
export function turnLines(
  at: string,
  quantity: 'left' | 'overdue' | 'elapsed',
  strict: boolean,
  names: ClockNames,
  bound: string,
  startOfDayName: string,
  last: string,
): readonly string[] {
  const { due, stop, limit } = names;
  const stopLine = `if(${at}>${stop})${at}=Infinity;`;
  if (quantity === 'left') {
    // `left` is (2·due + 1 − half days begun) / 2. The subtraction rounds; the question's own halving decides.
    const [holds, guess] = strict
      ? ['<', `Math.floor(2*${due}+1-2*${bound})+1`]
      : ['<=', `Math.ceil(2*${due}+1-2*${bound})`];
    return [
      `let ${at}=${guess};`,
      `if(!((2*${due}+1-${at})*0.5${holds}${bound}))${at}+=1;else if((2*${due}+2-${at})*0.5${holds}${bound})${at}-=1;`,
      `${at}=${at}>0?${at}>2*${last}?Infinity:c.instantOfHalfDay(${at}|0):-Infinity;`,
      stopLine,
    ];
  }
  const steps = strict ? `Math.floor(${bound})+1` : `Math.ceil(${bound})`;
  const number = quantity === 'overdue' ? `${due}+${steps}` : `${due}-${limit}+${steps}`;
  const day = `${at}=${at}>=1?${at}>${last}?Infinity:${startOfDayName}(c.dayOfWorkday(${at}|0)):-Infinity;`;
  const always = quantity === 'overdue' ? `if(${bound}${strict ? '<' : '<='}0)${at}=-Infinity;else ` : '';
  return [`let ${at}=${number};`, `${always}${day}`, stopLine];
}

/** Whether a comparison turns where its own strict form begins, or, true before its turn, where its complement does. */
export const isStrictTurn = (relation: Ordering, trueBefore: boolean): boolean => trueBefore === relation.endsWith('=');
