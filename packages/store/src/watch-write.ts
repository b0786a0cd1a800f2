import type { TransactionSql } from 'postgres';
import type { Milliseconds } from './types.ts';

/** What one transaction took and judged of one source in one minute. */
export interface WatchCount {
  /** Id of the source; '' for what has none: aggregates, timers, a beat. */
  readonly source: string;
  readonly division: string;
  readonly agency: string;
  /** Any instant of the minute: of the rows' arrival, or up to which timers ran. */
  readonly at: Milliseconds;
  readonly received: number;
  readonly taken: number;
  readonly setAside: number;
  readonly refused: number;
  readonly identical: number;
  /** Agencies that the rows were about. */
  readonly agencies: readonly string[];
  /** Subjects that were judged, by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Verdicts that were given, NONE included, by rule. */
  readonly rules: Readonly<Record<string, number>>;
  /** Up to which instant the domain has what there is. */
  readonly completeTo: Milliseconds;
}

const MINUTE_MS = 60_000;

/** Appends counts in the writer's own transaction: they are there exactly when what they count is (law 5). */
export async function appendWatch(tx: TransactionSql, domain: string, counts: readonly WatchCount[]): Promise<void> {
  if (counts.length === 0) return;
  const rows = counts.map(({ at, completeTo, setAside, ...count }) => ({
    ...count,
    minute: new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS).toISOString(),
    set_aside: setAside,
    complete_to: new Date(completeTo).toISOString(),
    subjects: sum(count.kinds),
    rules_run: sum(count.rules),
  }));
  await tx`/* appendWatch */
    insert into hub.watch_delta (domain, source, division, agency, minute, received, taken, set_aside, refused, identical, subjects,
      rules_run, complete_to, kinds, rules, agencies)
    select ${domain}, source, division, agency, minute, received, taken, set_aside, refused, identical, subjects, rules_run, complete_to,
      kinds, rules, agencies
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(source text, division text, agency text, minute timestamptz,
      received integer, taken integer, set_aside integer, refused integer, identical integer, subjects integer, rules_run integer,
      complete_to timestamptz, kinds json, rules json, agencies text[])`;
}

/** Moves counts that are committed by now into the tables that readers use. Returns how many; 0 while another session does it. */
export async function foldWatch(tx: TransactionSql, most = 20_000): Promise<number> {
  const [row] = await tx<{ moved: number }[]>`/* foldWatch */ select hub.fold_watch(${most}) as moved`;
  return Math.max(0, row!.moved);
}

/**
 * Folds minutes of the watch before an instant into hours, and hours before another into days; forgets what was judged on days before the
 * second. Both are the first instant of an hour. At most `most` of each; returns how many, 0 while another session does it.
 */
export async function foldWatchPast(
  tx: TransactionSql,
  minutesBefore: Milliseconds,
  hoursBefore: Milliseconds,
  most = 20_000,
): Promise<number> {
  const [row] = await tx<{ moved: number }[]>`/* foldWatchPast */
    select hub.fold_watch_past(${minutesBefore}::timestamptz, ${hoursBefore}::timestamptz, ${most}) as moved`;
  return Math.max(0, row!.moved);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
