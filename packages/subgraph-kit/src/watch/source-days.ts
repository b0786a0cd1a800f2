import type { Instant } from '@gnomon/working-time';
import type { Ports } from '../types.ts';
import type { Finding } from './finding.ts';
import { horizonOf } from './observe.ts';
import {
  advanceRhythm,
  checkSources,
  type RhythmDay,
  type Sender,
  type SentMinute,
  type SourceLimits,
  type SourceRhythm,
} from './rhythm.ts';

const MOST_MINUTES = 20_000;

interface SourceRow {
  readonly source: string;
  readonly newest: Instant;
  readonly newest_anywhere: Instant;
  readonly read_to: Instant | null;
  readonly days: readonly RhythmDay[];
}

/** Takes the minutes that came since the last look into the sources' days, and says what is to be said of them. */
export async function followSources(
  { database, rules }: Pick<Ports, 'database' | 'rules'>,
  domain: string,
  senders: Iterable<Sender>,
  limits: SourceLimits,
  now: Instant,
): Promise<readonly Finding[]> {
  const known = new Map([...senders].map((sender) => [sender.id, sender]));
  if (known.size === 0) return [];
  const { calendarFor } = rules.current();
  let horizon = now;
  const rhythms = await database.transaction(async (tx): Promise<readonly SourceRhythm[]> => {
    horizon = await horizonOf(tx, now);
    const rows = await tx<SourceRow[]>`/* watchedSources */
      select source, newest, read_to, days,
        (select max(s.newest) from hub.watch_source s where s.source = w.source) as newest_anywhere
      from hub.watch_source w where domain = ${domain} and source not in ('', '*') and newest is not null order by source for no key update`;
    const found: SourceRhythm[] = [];
    for (const row of rows) {
      const { source, newest, read_to } = row;
      const { days } = row;
      // The newest minute may still grow; it is read once it is over.
      const minutes = newest === read_to ? [] : await minutesOf(domain, row);
      const next = advanceRhythm(days, read_to, minutes, calendarFor(known.get(source)?.division ?? ''));
      const readTo = minutes.at(-1)?.minute ?? read_to;
      if (minutes.length > 0)
        await tx`/* keepRhythm */ update hub.watch_source set days = ${JSON.stringify(next)}::text::json, read_to = ${readTo}::timestamptz
          where domain = ${domain} and source = ${source}`;
      found.push({ source, newest, newestAnywhere: row.newest_anywhere, days: next });
    }
    return found;

    async function minutesOf(name: string, { source, read_to, newest }: SourceRow): Promise<readonly SentMinute[]> {
      const minuteOfNow = Math.floor(now / 60_000) * 60_000;
      return tx<SentMinute[]>`/* sentMinutes */
        select minute, received, refused from hub.watch_minute
        where domain = ${name} and source = ${source} and minute > coalesce(${read_to}::timestamptz, '-infinity')
          and minute <= ${newest}::timestamptz and minute < ${minuteOfNow}::timestamptz and received > 0
        order by minute limit ${MOST_MINUTES}`;
    }
  });
  // Rows of an import of history are still to come: nobody is silent beyond where it stands.
  return horizon === -Infinity ? [] : checkSources(domain, known, rhythms, calendarFor, limits, horizon);
}
