import { basicItemCode } from '@gnomon/reference';
import { type FeedEntry, lockPosition, readPosition, writePosition } from '@gnomon/store';
import {
  createJudgedSubjects,
  type JudgedSubjects,
  kitMetrics,
  type Ports,
  type SubjectArrival,
} from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { laneOf } from '../lane.ts';
import { historyHorizon, judgedMatters } from '../store/matter-records.ts';
import { keepRefused } from '../store/signals.ts';
import { isWorthJudging, matterFacts } from './facts.ts';
import { layTogether, type MatterStep } from './lay-together.ts';
import { type Milestone, readMilestones } from './milestone.ts';
import { readMatterId } from './placement.ts';

/** The stream in which contradictions are told, as any domain tells its signals. */
export const CONTRADICTION_STREAM = 'contradictions';
/** Name under which the finder keeps how far it has read each stream of milestones. */
export const FINDER = 'contradictions';
const ENTRY_TYPE = 'milestones';
/** Entries of one stream in one step; an entry holds up to 200 milestones. */
const BATCH = 20;

/** The streams of milestones that are laid together. */
export const MILESTONE_STREAMS = [
  'work-items milestones',
  'licences milestones',
  'reviews milestones',
  'bundles milestones',
  'engineering milestones',
  'centres milestones',
] as const;

/** Finds contradictions between what the domains tell. */
export interface Finder {
  /** Takes what is there now, one batch; gives the number of entries taken. Call again until it is 0. */
  step(): Promise<number>;
  /** Judges the matters that are due; gives their number. */
  passTime(): Promise<number>;
}

/**
 * Milestones of all streams, in the order in which they arrived at their domains, whatever the order in which they are read: so live
 * streams and a replay of history tell the same. While a history import is open anywhere, nothing beyond its horizon is taken.
 */
export function createFinder(ports: Ports): Finder {
  const { database, feed, rules, time, log, metrics } = ports;
  let now = -Infinity;
  const judged = createJudgedSubjects({
    database,
    table: 'matter',
    stream: CONTRADICTION_STREAM,
    domain: 'CONTRADICTION',
    typeOf: () => 'Matter',
    scopeItem: basicItemCode,
    rules,
    time: { now: () => now },
    log,
    metrics: kitMetrics(metrics),
  });
  return {
    async step() {
      const { horizon, positions } = await database.transaction(async (tx) => ({
        horizon: await historyHorizon(tx),
        positions: await Promise.all(MILESTONE_STREAMS.map((stream) => readPosition(tx, FINDER, stream))),
      }));
      const read = await Promise.all(
        MILESTONE_STREAMS.map(async (stream, index) => ({
          stream,
          from: positions[index]!,
          entries: await feed.read(stream, positions[index]!, BATCH),
        })),
      );
      const parts = upTo(read, horizon).filter(({ entries }) => entries.length > 0);
      if (parts.length === 0) return 0;
      return database.transaction((tx) => take(tx, ports, judged, parts));
    },
    async passTime() {
      now = await database.transaction(async (tx) => Math.min(time.now(), await historyHorizon(tx)));
      return judged.passTime();
    },
  };
}

interface StreamPart {
  readonly stream: string;
  readonly from: string | null;
  readonly entries: readonly FeedEntry[];
}

/**
 * What can be taken of each stream: as far as every stream is read. A stream of which there may be more is read up to the latest entry
 * that came with this batch; the one that reaches least far is taken whole, so that each step gains.
 */
function upTo(read: readonly StreamPart[], horizon: number): readonly StreamPart[] {
  const reach = Math.min(
    horizon,
    ...read
      .filter(({ entries }) => entries.length === BATCH)
      .map(({ entries }) => Math.max(...entries.map(({ at }) => at))),
  );
  return read.map((part) => {
    const beyond = part.entries.findIndex(({ at }) => at > reach);
    return beyond === -1 ? part : { ...part, entries: part.entries.slice(0, beyond) };
  });
}

async function take(
  tx: TransactionSql,
  ports: Ports,
  judged: JudgedSubjects,
  parts: readonly StreamPart[],
): Promise<number> {
  // Another process has moved on: what was read is read again from there.
  for (const { stream, from } of parts) if ((await lockPosition(tx, FINDER, stream)) !== from) return 1;
  const milestones: Milestone[] = [];
  for (const part of parts) milestones.push(...(await readPart(tx, part)));
  milestones.sort((a, b) => a.at - b.at);
  await judge(tx, ports, judged, await layTogether(tx, milestones));
  for (const { stream, entries } of parts)
    await writePosition(tx, { follower: FINDER, stream, cursor: entries.at(-1)!.cursor });
  return parts.reduce((sum, { entries }) => sum + entries.length, 0);
}

async function readPart(tx: TransactionSql, { stream, entries }: StreamPart): Promise<readonly Milestone[]> {
  const milestones: Milestone[] = [];
  for (const { type, seq, payload } of entries) {
    if (type !== ENTRY_TYPE) continue;
    const read = readMilestones(payload);
    milestones.push(...read.milestones);
    if (read.refused.length > 0)
      await keepRefused(tx, [{ stream, seq, reason: read.refused.slice(0, 20).join('; '), payload }]);
  }
  return milestones;
}

/** Judges each matter's steps in order: the first of every matter together, then the second, and so on. */
async function judge(
  tx: TransactionSql,
  ports: Ports,
  judged: JudgedSubjects,
  steps: readonly MatterStep[],
): Promise<void> {
  const known = new Set(await judgedMatters(tx, [...new Set(steps.map(({ matter }) => matter))]));
  const rounds: SubjectArrival[][] = [];
  for (const own of Map.groupBy(steps, ({ matter }) => matter).values()) {
    let round = 0;
    for (const step of own) {
      const arrival = arrivalOf(ports, step);
      if (arrival === null) continue;
      if (!known.has(step.matter) && !isWorthJudging(arrival.arrival.facts)) continue;
      known.add(step.matter);
      (rounds[round] ??= []).push(arrival);
      round += 1;
    }
  }
  for (const arrivals of rounds) await judged.take(tx, arrivals);
}

function arrivalOf({ rules }: Ports, { matter, records, at }: MatterStep): SubjectArrival | null {
  const named = readMatterId(matter);
  if (named === null) return null;
  // A matter from which the last record was taken away belongs to nobody.
  const owner = records.find(({ kind }) => kind === named.kind) ?? records[0];
  const { agency = '', division = '', item = null, source = null } = owner ?? {};
  const origin = Math.min(at, ...records.map(({ firstAt }) => firstAt));
  return {
    lane: laneOf(matter),
    kind: 'matter',
    id: matter,
    division,
    agency,
    department: '',
    item,
    source,
    sources: records.map(({ kind, id, n }) => ({ table: kind, row: id, version: n, hash: '' })),
    arrival: { facts: matterFacts(named.kind, records, rules.current().calendarFor(division)), at, origin },
  };
}
