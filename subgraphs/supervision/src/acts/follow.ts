import type { LogEntry } from '@gnomon/acts';
import { type FeedEntry, lockPosition, readPosition, writePosition } from '@gnomon/store';
import {
  ACT_STREAM,
  type ActPayload,
  type BackgroundPart,
  createRounds,
  type Ports,
  type RulesInForce,
} from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { lastEntry, newestOfKind } from '../store/acts.ts';
import { hubAct, readAct } from './act-entry.ts';
import { createDays, type Days } from './days.ts';
import { keepActs } from './keep-log.ts';
import { isLookup, resolveLookup } from './lookups.ts';

/** Name under which the log keeps how far it has read the stream of acts. */
const FOLLOWER = 'log';
const BATCH = 500;
const LOOK_MS = 500;
const RULES_IN_FORCE = 'RULES_IN_FORCE';

/**
 * Keeps the log: takes the stream of acts into the chain, in its order, judges the days of supervisors by it, and puts on record which
 * rules and calendars are in force whenever they are others than before, also when they were changed while the hub stood still.
 */
export function actLog(ports: Ports): readonly BackgroundPart[] {
  const days = createDays(ports);
  let known: RulesInForce | null = null;
  const settle = async (): Promise<boolean> => {
    const rules = ports.rules.current();
    if (rules !== known) await recordRules(ports, rules);
    known = rules;
    return (await takeActs(ports, days)) > 0;
  };
  return [createRounds('acts', LOOK_MS, settle), days.judged.timers];
}

async function takeActs({ feed, ...ports }: Ports, days: Days): Promise<number> {
  const from = await ports.database.transaction((tx) => readPosition(tx, FOLLOWER, ACT_STREAM));
  const entries = await feed.read(ACT_STREAM, from, BATCH);
  const last = entries.at(-1);
  if (last === undefined) return 0;
  return ports.database.transaction(async (tx) => {
    // Another process has moved on: what was read is read again from there.
    if ((await lockPosition(tx, FOLLOWER, ACT_STREAM)) !== from) return 1;
    const acts = await readActs(tx, entries);
    await keepActs(
      tx,
      ports,
      acts.map(({ placed }) => placed),
    );
    await days.take(
      tx,
      acts.map(({ payload }) => payload).filter((payload): payload is ActPayload => payload !== null),
    );
    await writePosition(tx, { follower: FOLLOWER, stream: ACT_STREAM, cursor: last.cursor });
    return entries.length;
  });
}

async function readActs(tx: TransactionSql, entries: readonly FeedEntry[]) {
  const acts: ReturnType<typeof readAct>[] = [];
  for (const entry of entries) {
    const resolved = isLookup(entry) ? await resolveLookup(tx, entry) : entry;
    if (resolved !== null) acts.push(readAct(resolved));
  }
  return acts;
}

async function recordRules(ports: Ports, { pack, calendar }: RulesInForce): Promise<void> {
  const detail = { pack: pack.hash, calendar: calendar.hash, rules: pack.rules.size };
  await ports.database.transaction(async (tx) => {
    await lockPosition(tx, FOLLOWER, ACT_STREAM);
    if (isSame(await newestOfKind(tx, RULES_IN_FORCE), detail)) return;
    const last = await lastEntry(tx);
    const origin = `${RULES_IN_FORCE.toLowerCase()}:${(last?.sequence ?? 0) + 1}`;
    await keepActs(tx, ports, [{ ...hubAct(RULES_IN_FORCE, ports.time.now(), detail), origin }]);
  });
}

function isSame(
  entry: LogEntry | null,
  { pack, calendar }: { readonly pack: string; readonly calendar: string },
): boolean {
  return entry?.detail.pack === pack && entry.detail.calendar === calendar;
}
