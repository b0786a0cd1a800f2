import type { KeyPart, PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';

/** A minute of the proof of watching. */
export interface WatchedMinute {
  readonly domain: string;
  readonly source: string;
  readonly minute: number;
  readonly received: number;
  readonly taken: number;
  readonly setAside: number;
  readonly refused: number;
  readonly identical: number;
  readonly subjectsJudged: number;
  readonly rulesRun: number;
  readonly completeTo: number;
  /** Old minutes stand together. */
  readonly span: 'MINUTE' | 'HOUR' | 'DAY';
  readonly minutes: number;
}

/** Key of a minute in a page: minute, domain, source, each descending. */
export type MinuteKey = [number, string, string];

/** Which minutes. */
export interface MinuteFilter {
  readonly from: number;
  readonly to: number;
  readonly domain: string | null;
  readonly source: string | null;
}

/** Minutes within the viewer's scope, newest first: what is folded and what is not, and old ones as hours and days, in one statement. */
export async function watchedMinutes(
  tx: TransactionSql,
  { from, to, domain, source }: MinuteFilter,
  { after, limit }: PageRequest<MinuteKey>,
): Promise<readonly WatchedMinute[]> {
  const within = (table: 'watch_delta' | 'watch_minute' | 'watch_past') => tx`
    select domain, source, minute, received, taken, set_aside, refused, identical, subjects, rules_run, complete_to,
      ${table === 'watch_past' ? tx`unit, minutes` : tx`'MINUTE' as unit, 1 as minutes`}
    from ${tx('hub')}.${tx(table)}
    where minute between ${from}::timestamptz and ${to}::timestamptz
      ${domain === null ? tx`` : tx`and domain = ${domain}`}
      ${source === null ? tx`` : tx`and source = ${source}`}
      ${after === null ? tx`` : tx`and (minute, domain, source) < (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`}`;
  return tx<WatchedMinute[]>`/* watchedMinutes */
    select domain, source, minute, sum(received)::bigint as received, sum(taken)::bigint as taken, sum(set_aside)::bigint as "setAside",
      sum(refused)::bigint as refused, sum(identical)::bigint as identical, sum(subjects)::bigint as "subjectsJudged",
      sum(rules_run)::bigint as "rulesRun", max(complete_to) as "completeTo", max(minutes) as minutes,
      case max(array_position(array['MINUTE', 'HOUR', 'DAY'], unit)) when 1 then 'MINUTE' when 2 then 'HOUR' else 'DAY' end as span
    from (
      select * from (${within('watch_minute')} order by minute desc, domain desc, source desc limit ${limit}) folded
      union all select * from (${within('watch_past')} order by minute desc, domain desc, source desc limit ${limit}) past
      union all ${within('watch_delta')}
    ) counted
    group by domain, source, minute order by minute desc, domain desc, source desc limit ${limit}`;
}

/** An alarm that stands. */
export interface StandingAlarm {
  readonly key: string;
  readonly kind: string;
  readonly source: string | null;
  readonly since: number;
  readonly raisedAt: number;
  readonly content: { readonly about: string } & Readonly<Record<'what' | 'expected' | 'remedy', unknown>>;
}

/** Alarms within the viewer's scope, newest first. */
export async function standingAlarms(
  tx: TransactionSql,
  kinds: readonly string[] | null,
  { after, limit }: PageRequest<[number, string] & readonly KeyPart[]>,
): Promise<readonly StandingAlarm[]> {
  return tx<StandingAlarm[]>`/* standingAlarms */
    select key, kind, source, since, raised_at as "raisedAt", content from hub.alarm
    where raised_at is not null
      ${kinds === null ? tx`` : tx`and kind = any(${kinds as string[]}::text[])`}
      ${after === null ? tx`` : tx`and (raised_at, key) < (${after[0]}::timestamptz, ${after[1]})`}
    order by raised_at desc, key desc limit ${limit}`;
}
