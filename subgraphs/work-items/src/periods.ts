import { spanBounds } from '@gnomon/records';
import { laneOf } from '@gnomon/subgraph-kit';
import { DAY_MS, dayOf, formatDay } from '@gnomon/working-time';
import { basicCodeOf } from './facts.ts';
import type { ItemState } from './item-state.ts';
import type { CountBook } from './source-counts.ts';

/** Kinds of judged aggregates that have a period. */
export type PeriodKind = 'source-day' | 'agency-month' | 'agency-item-month';

/** A period that waits for its end; `SETTLE` comes 24 hours after it, when orphans are no longer waited for. */
export interface Period {
  readonly lane: number;
  readonly kind: PeriodKind;
  readonly id: string;
  readonly stage: 'CLOSE' | 'SETTLE';
  readonly startsAt: number;
  readonly endsAt: number;
  readonly dueAt: number;
}

/** The periods that a chunk's rows fall into. */
export function periodsOf(
  touched: readonly ItemState[],
  counts: CountBook,
  reopened: ReadonlySet<string>,
): readonly Period[] {
  const found = new Map<string, Period>();
  const add = (periods: readonly Period[]): void => {
    for (const period of periods) found.set(`${period.kind} ${period.id} ${period.stage}`, period);
  };
  for (const { source, day } of counts.entries()) add(sourceDay(source, day));
  for (const key of reopened) {
    const [source, day] = key.split(' ') as [string, string];
    add(sourceDay(source, day).filter((period) => period.stage === 'SETTLE'));
  }
  const months = new Set<string>();
  for (const { summary, place } of touched) {
    if (summary === null || place.agency === '') continue;
    for (const at of [summary.acceptedAt, summary.finishedAt, ...summary.events.map((event) => event.at)]) {
      if (at === null) continue;
      const month = monthOf(at);
      const key = `${place.agency} ${month} ${summary.itemCode}`;
      if (months.has(key)) continue;
      months.add(key);
      add([monthPeriod('agency-month', `${place.agency}:${month}`, month)]);
      const basic = basicCodeOf(summary.itemCode);
      if (basic !== '') add([monthPeriod('agency-item-month', `${place.agency}:${basic}:${month}`, month)]);
    }
  }
  return [...found.values()].sort(comparePeriods);
}

/** The two stages of a source's span; `span` is a day `2026-01-05`, a week `2026-W02` or a month `2026-01`. */
export function sourceDay(source: string, span: string): readonly Period[] {
  const { startsAt, endsAt } = spanBounds(span);
  const id = `${source}:${span}`;
  const base = { lane: laneOf(id), kind: 'source-day', id, startsAt, endsAt } as const;
  return [
    { ...base, stage: 'CLOSE', dueAt: endsAt },
    { ...base, stage: 'SETTLE', dueAt: endsAt + DAY_MS },
  ];
}

/** `2026-01` of an instant, in China. */
export function monthOf(at: number): string {
  return formatDay(dayOf(at)).slice(0, 7);
}

export function monthPeriod(kind: 'agency-month' | 'agency-item-month', id: string, month: string): Period {
  const { startsAt, endsAt } = spanBounds(month);
  return { lane: laneOf(id), kind, id, stage: 'CLOSE', startsAt, endsAt, dueAt: endsAt };
}

function comparePeriods(a: Period, b: Period): number {
  return a.lane - b.lane || (a.kind + a.id + a.stage < b.kind + b.id + b.stage ? -1 : 1);
}
