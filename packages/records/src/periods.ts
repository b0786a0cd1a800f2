import { laneOf } from '@gnomon/subgraph-kit';
import {
  civilDate,
  DAY_MS,
  dayNumber,
  dayOf,
  formatDay,
  parseDay,
  startOfDay,
  type WorkCalendar,
  weekdayOf,
} from '@gnomon/working-time';
import { pushHorizon } from './lateness.ts';
import type { StoredMark } from './mark-book.ts';
import type { AggregateKind } from './types.ts';

/** A span of an aggregate's marks that is to be judged at an instant. */
export interface Period {
  readonly lane: number;
  readonly kind: string;
  readonly id: string;
  readonly dueAt: number;
  readonly parts: readonly string[];
  /** `2026-01-05`, `2026-W02`, `2026-01`, `2026-Q1`; empty for rolling ones. */
  readonly span: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What became known of a mark, and when. */
export interface KnownMark {
  readonly mark: Pick<StoredMark, 'name' | 'at' | 'agency' | 'division' | 'item' | 'group' | 'delayed'>;
  readonly at: number;
}

/** The periods that marks fall into, each due when what is known of it can be judged. Pure. */
export function periodsOf(
  aggregates: readonly AggregateKind[],
  calendar: WorkCalendar,
  known: readonly KnownMark[],
): readonly Period[] {
  const found = new Map<string, Period>();
  for (const one of known)
    for (const aggregate of aggregates) {
      if (!aggregate.counts.includes(one.mark.name)) continue;
      for (const period of periodsFor(aggregate, calendar, one))
        found.set(`${period.kind} ${period.id} ${period.dueAt}`, period);
    }
  return [...found.values()].sort(comparePeriods);
}

function periodsFor(aggregate: AggregateKind, calendar: WorkCalendar, { mark, at }: KnownMark): readonly Period[] {
  const parts = aggregate.by.map((part) => mark[part]);
  if (parts[0] === '') return [];
  if (typeof aggregate.span === 'object') {
    const days = aggregate.span.rollingDays * DAY_MS;
    const now = Math.max(at, mark.at);
    const base = { ...keyOf(aggregate, parts, ''), startsAt: now - days, endsAt: now };
    const leaves = mark.at + days;
    return leaves > now
      ? [
          { ...base, dueAt: now },
          { ...base, dueAt: leaves, startsAt: mark.at, endsAt: leaves },
        ]
      : [{ ...base, dueAt: now }];
  }
  const span = spanOf(aggregate.span, mark.at);
  const bounds = spanBounds(span);
  const base = { ...keyOf(aggregate, parts, span), ...bounds };
  const ends = mark.delayed ? pushHorizon(calendar).inverse(bounds.endsAt) : bounds.endsAt;
  const dues = [{ ...base, dueAt: Math.max(at, ends) }];
  if (aggregate.asItGoes !== true) return dues;
  const dayEnds = startOfDay(dayOf(Math.max(at, mark.at)) + 1);
  return dayEnds < bounds.endsAt ? [{ ...base, dueAt: dayEnds }, ...dues] : dues;
}

/** The span that follows when a day or a week has too little: its week, its months. */
export function nextSpan(span: string, days: readonly string[]): readonly string[] {
  if (/^\d{4}-\d{2}-\d{2}$/.test(span)) return [weekOf(span)];
  if (span.includes('W')) return [...new Set(days.map((day) => day.slice(0, 7)))];
  return [];
}

/** A period of an aggregate for a span. */
export function periodOf(
  aggregate: Pick<AggregateKind, 'kind'>,
  parts: readonly string[],
  span: string,
  dueAt: number,
): Period {
  const bounds = spanBounds(span);
  return { ...keyOf(aggregate, parts, span), ...bounds, dueAt: Math.max(dueAt, bounds.endsAt) };
}

function keyOf({ kind }: Pick<AggregateKind, 'kind'>, parts: readonly string[], span: string) {
  const id = span === '' ? parts.join(':') : `${parts.join(':')}:${span}`;
  return { lane: laneOf(id), kind, id, parts, span };
}

/** The span of a kind that holds an instant, in China. */
export function spanOf(kind: 'DAY' | 'MONTH' | 'QUARTER', at: number): string {
  const date = formatDay(dayOf(at));
  if (kind === 'DAY') return date;
  if (kind === 'MONTH') return date.slice(0, 7);
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

/** The ISO week of a day: `2026-W02`. */
export function weekOf(date: string): string {
  const day = parseDay(date);
  const thursday = day + 4 - isoWeekday(day);
  const { year } = civilDate(thursday);
  const first = dayNumber(year, 1, 1);
  return `${year}-W${String(Math.floor((thursday - first) / 7) + 1).padStart(2, '0')}`;
}

/** Start and end (exclusive) of a day, week, month or quarter in China. */
export function spanBounds(span: string): { readonly startsAt: number; readonly endsAt: number } {
  const year = Number(span.slice(0, 4));
  if (/^\d{4}-W\d{2}$/.test(span)) {
    const fourth = dayNumber(year, 1, 4);
    const monday = fourth - isoWeekday(fourth) + 1 + (Number(span.slice(6)) - 1) * 7;
    return { startsAt: startOfDay(monday), endsAt: startOfDay(monday + 7) };
  }
  if (/^\d{4}-Q\d$/.test(span)) return monthsFrom(year, Number(span.slice(6)) * 3 - 2, 3);
  if (/^\d{4}-\d{2}$/.test(span)) return monthsFrom(year, Number(span.slice(5)), 1);
  const day = parseDay(span);
  return { startsAt: startOfDay(day), endsAt: startOfDay(day + 1) };
}

function monthsFrom(year: number, month: number, count: number) {
  const last = month - 1 + count;
  const end = dayNumber(year + Math.floor(last / 12), (last % 12) + 1, 1);
  return { startsAt: startOfDay(dayNumber(year, month, 1)), endsAt: startOfDay(end) };
}

function isoWeekday(day: number): number {
  const weekday = weekdayOf(day);
  return weekday === 0 ? 7 : weekday;
}

function comparePeriods(a: Period, b: Period): number {
  return a.lane - b.lane || a.dueAt - b.dueAt || (a.kind + a.id < b.kind + b.id ? -1 : 1);
}
