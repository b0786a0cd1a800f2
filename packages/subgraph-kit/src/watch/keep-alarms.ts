import { appendToOutbox, type OutboxEntry } from '@gnomon/store';
import type { Instant } from '@gnomon/working-time';
import type { Transaction } from '../subject-store.ts';
import type { Finding } from './finding.ts';

/** The stream in which alarms are raised and cleared. */
export const WATCH_STREAM = 'watch';

/** An alarm as the feed and readers have it. Instants are milliseconds. */
export interface Alarm extends Pick<Finding, 'key' | 'kind' | 'about' | 'what' | 'expected' | 'remedy'> {
  readonly source: string | null;
  readonly division: string | null;
  readonly agency: string | null;
  /** Since when it is so, as far as the hub knows. */
  readonly since: Instant;
  readonly raisedAt: Instant;
}

/** An entry of the stream. */
export interface AlarmEvent {
  readonly kind: 'RAISED' | 'CLEARED';
  readonly at: Instant;
  readonly alarm: Alarm;
}

interface Kept {
  readonly key: string;
  readonly since: Instant;
  readonly raised_at: Instant | null;
  readonly content: Finding & { readonly foundAt: Instant };
}

/**
 * Brings the alarms to what holds now: a new finding waits for as long as it asks for and is then raised, once; one that is gone is
 * cleared, once. What was raised and cleared is told in the same transaction, so that a restart neither forgets nor repeats anything.
 * @returns what was told.
 */
export async function keepAlarms(
  tx: Transaction,
  findings: readonly Finding[],
  now: Instant,
): Promise<readonly AlarmEvent[]> {
  const kept = new Map(
    (
      await tx<Kept[]>`/* readAlarms */ select key, since, raised_at, content from hub.alarm order by key for update`
    ).map((row) => [row.key, row] as const),
  );
  const holding = new Map(findings.map((found) => [found.key, found]));
  const events: AlarmEvent[] = [];
  for (const found of [...holding.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const known = kept.get(found.key);
    const foundAt = known?.content.foundAt ?? now;
    const since = known?.since ?? found.since ?? now;
    const raisedAt = known?.raised_at ?? (now - foundAt >= found.forMs ? now : null);
    if (known === undefined || (known.raised_at === null && raisedAt !== null) || differs(known.content, found))
      await writeAlarm(tx, found, { since, raisedAt, foundAt });
    if (raisedAt !== null && (known === undefined || known.raised_at === null))
      events.push({ kind: 'RAISED', at: now, alarm: alarmOf(found, since, raisedAt) });
  }
  for (const { key, since, raised_at, content } of kept.values()) {
    if (holding.has(key)) continue;
    await tx`/* clearAlarm */ delete from hub.alarm where key = ${key}`;
    if (raised_at !== null) events.push({ kind: 'CLEARED', at: now, alarm: alarmOf(content, since, raised_at) });
  }
  await appendToOutbox(tx, events.map(entryOf));
  return events;
}

async function writeAlarm(
  tx: Transaction,
  found: Finding,
  at: { readonly since: Instant; readonly raisedAt: Instant | null; readonly foundAt: Instant },
): Promise<void> {
  const { id = null, division = null, agency = null } = found.source ?? {};
  await tx`/* writeAlarm */
    insert into hub.alarm (key, kind, division, agency, source, since, raised_at, content)
    values (${found.key}, ${found.kind}, ${division}, ${agency}, ${id}, ${at.since}::timestamptz, ${at.raisedAt}::timestamptz,
      ${JSON.stringify({ ...found, foundAt: at.foundAt })}::text::json)
    on conflict (key) do update set raised_at = excluded.raised_at, content = excluded.content`;
}

/** Texts may change while the same thing lasts; readers of what stands get the newest, and nothing is told again. */
function differs(known: Finding, found: Finding): boolean {
  return known.what.en !== found.what.en || known.expected.en !== found.expected.en;
}

function alarmOf(found: Finding, since: Instant, raisedAt: Instant): Alarm {
  const { key, kind, about, what, expected, remedy, source } = found;
  return {
    ...{ key, kind, about, what, expected, remedy, since, raisedAt },
    source: source?.id ?? null,
    division: source?.division ?? null,
    agency: source?.agency ?? null,
  };
}

function entryOf(event: AlarmEvent): OutboxEntry {
  return { stream: WATCH_STREAM, type: 'alarm', key: event.alarm.key, at: event.at, payload: event };
}
