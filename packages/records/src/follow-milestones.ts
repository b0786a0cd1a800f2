import { type Feed, type FeedEntry, lockPosition, writePosition } from '@gnomon/store';
import type { BackgroundPart, Transaction } from '@gnomon/subgraph-kit';
import type { KnownTable } from './catalogue.ts';
import type { TimerPorts } from './pass-time.ts';
import { type ReadRow, readRow } from './read-row.ts';
import { horizonOf } from './store/batches.ts';
import { takeMilestones } from './take-chunk.ts';
import { MILESTONES_ENTRY_TYPE } from './tell-milestone.ts';
import type { DeriveWorld, FollowedMilestones, Milestone } from './types.ts';

const BATCH = 50;

/** How a domain takes in the milestones of others. */
export interface MilestoneFollower {
  /** Those that stand in the feed by `until` and were not taken yet; their position moves in the transaction. */
  until(tx: Transaction, until: number): Promise<readonly ReadRow[]>;
  /** One background part a stream. */
  readonly parts: readonly BackgroundPart[];
}

/**
 * Follows the milestone streams of a domain. While a history import of any domain is open, milestones later than its horizon
 * wait, so that each is taken with what had arrived by then.
 */
export function followMilestones(
  ports: Omit<TimerPorts, 'milestonesUntil'>,
  feed: Feed,
  all: () => TimerPorts,
): MilestoneFollower {
  const { name, follows = [] } = ports.catalogue.domain;
  const position = (stream: string) => `${name} ${stream}`;

  async function read(
    tx: Transaction,
    followed: FollowedMilestones,
    until: number,
    most: number,
  ): Promise<readonly ReadRow[]> {
    let cursor = await lockPosition(tx, position(followed.stream), followed.stream);
    const rows: ReadRow[] = [];
    for (let batches = 0; batches < most; batches += 1) {
      const entries = await feed.read(followed.stream, cursor, BATCH, tx);
      const whole = wholeEntries(entries, until);
      const milestones = entries
        .slice(0, whole + 1)
        .flatMap(milestonesOf)
        .filter(({ at }) => at <= until);
      rows.push(...rowsOf(ports, followed, milestones));
      if (whole > 0) {
        cursor = entries[whole - 1]!.cursor;
        await writePosition(tx, { follower: position(followed.stream), stream: followed.stream, cursor });
      }
      if (whole < entries.length || entries.length < BATCH) break;
    }
    return rows;
  }

  async function step(followed: FollowedMilestones): Promise<boolean> {
    let moved = false;
    await takeMilestones(all(), async (tx) => {
      const horizon = await horizonOf(tx, Infinity);
      const before = await lockPosition(tx, position(followed.stream), followed.stream);
      const rows = await read(tx, followed, horizon, 1);
      moved = (await lockPosition(tx, position(followed.stream), followed.stream)) !== before;
      return rows.length === 0 ? null : rows;
    });
    return moved;
  }

  return {
    async until(tx, until) {
      const rows: ReadRow[] = [];
      for (const followed of follows) rows.push(...(await read(tx, followed, until, Infinity)));
      return rows;
    },
    parts: follows.map((followed) => ({
      name: position(followed.stream),
      async run(signal, round) {
        const from = async (): Promise<string | null> =>
          ports.database.transaction((tx) => lockPosition(tx, position(followed.stream), followed.stream));
        while (!signal.aborted) {
          round();
          if (await step(followed)) continue;
          const waiting = AbortSignal.any([signal, AbortSignal.timeout(1_000)]);
          // Ends with the first entry that comes, or after a second: an open import may have moved on meanwhile.
          for await (const _ of feed.follow(followed.stream, await from(), { signal: waiting, batch: 1 })) break;
          if (!signal.aborted && !waiting.aborted) await new Promise((resolve) => setTimeout(resolve, 50).unref());
        }
      },
      settle: () => step(followed),
    })),
  };
}

/** How many entries from the first lie wholly within `until`. */
function wholeEntries(entries: readonly FeedEntry[], until: number): number {
  const index = entries.findIndex((entry) => milestonesOf(entry).some(({ at }) => at > until));
  return index < 0 ? entries.length : index;
}

function milestonesOf(entry: FeedEntry): readonly Milestone[] {
  if (entry.type !== MILESTONES_ENTRY_TYPE) return [];
  const { milestones } = entry.payload as { milestones?: unknown };
  return Array.isArray(milestones) ? (milestones as Milestone[]).filter(isMilestone) : [];
}

/** What another domain wrote is read at the border like anything else. */
function isMilestone(value: unknown): value is Milestone {
  const { kind, id, at, n, facts } = (value ?? {}) as Partial<Milestone>;
  return (
    typeof kind === 'string' &&
    typeof id === 'string' &&
    Number.isSafeInteger(at) &&
    Number.isSafeInteger(n) &&
    typeof facts === 'object' &&
    facts !== null
  );
}

function rowsOf(
  ports: Omit<TimerPorts, 'milestonesUntil'>,
  followed: FollowedMilestones,
  milestones: readonly Milestone[],
): readonly ReadRow[] {
  const { catalogue, codes, hash, log } = ports;
  const table = catalogue.table(followed.table);
  if (table === undefined)
    throw new Error(`follows ${followed.stream}: the table ${followed.table} is not in the dictionary; add it.`);
  const rows: ReadRow[] = [];
  for (const milestone of milestones) {
    const reader = { catalogue, codes, hash, source: null, receivedAt: milestone.at, isMilestone: true };
    const reading = readRow(asRow(table, milestone), reader);
    if (!reading.ok) {
      log.warn(
        { stream: followed.stream, refusal: reading.refusal },
        'a milestone could not be read; it is passed over',
      );
      continue;
    }
    const row = numbered(reading.row, milestone.n);
    const concerns = (world: DeriveWorld) => followed.concerns?.(milestone.facts, milestone, world) !== false;
    rows.push(followed.concerns === undefined ? row : { ...row, concerns });
  }
  return rows;
}

/** Of two milestones of one instant the later one holds: its ordinal stands first in what orders versions. */
export function numbered(row: ReadRow, n: number): ReadRow {
  return { ...row, hash: n.toString(16).padStart(8, '0') + row.hash.slice(8) };
}

/** A milestone as a row of its table: its facts as columns, and beside them what it says of itself. */
function asRow(table: KnownTable, milestone: Milestone): Record<string, unknown> {
  const { kind, id, at, n, source, agency, division, item, facts } = milestone;
  const row: Record<string, unknown> = { ...facts, kind, id, agency, division, item, n };
  for (const column of table.columns)
    if (column.kind === 'time' && typeof row[column.name] === 'number')
      row[column.name] = new Date(row[column.name] as number).toISOString();
  return {
    ...row,
    table: table.name,
    row_guid: `${kind}:${id}`,
    cd_operation: 'I',
    cd_time: new Date(at).toISOString(),
    data_source: source,
    cd_batch: '',
  };
}
