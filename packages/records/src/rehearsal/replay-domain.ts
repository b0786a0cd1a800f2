import type { RulesInForce, Signal, Transaction } from '@gnomon/subgraph-kit';
import { type Arriving, arrive, leave } from '../arrive.ts';
import { deriveWorld } from '../derive-world.ts';
import { numbered } from '../follow-milestones.ts';
import { passTime } from '../judge-subject.ts';
import { createMarkBook } from '../mark-book.ts';
import { placeRows } from '../place-rows.ts';
import { type ReadRow, readRow } from '../read-row.ts';
import { newRecord, type RecordState, recordKey } from '../record-state.ts';
import { subjectKey } from '../subject-state.ts';
import type { IntakePorts } from '../take-rows.ts';

/** A kept row of a domain, as the row log tells it. */
export interface KeptLogRow {
  readonly tbl: string;
  readonly kind: string;
  readonly record: string;
  readonly source: string;
  readonly received_at: number;
  readonly payload: Record<string, unknown>;
}

/** Every kept row of a domain that came by an instant, in the order of their arrival; of one instant an earlier version of a row before a later one. */
export async function loggedRows(tx: Transaction, until: number): Promise<readonly KeptLogRow[]> {
  return tx<KeptLogRow[]>`/* loggedRows */
    select tbl, kind, record, source, received_at, payload from row_log where received_at <= ${new Date(until).toISOString()}::timestamptz
    order by received_at, lane, kind, record, version, tbl, guid`;
}

/** How many bundles of rows a domain keeps; a bundle is what came of a record at one instant. */
export async function countBundles(tx: Transaction, until: number): Promise<number> {
  const [row] = await tx<{ n: number }[]>`/* countBundles */
    select count(*)::int as n from row_bundle where received_at <= ${new Date(until).toISOString()}::timestamptz`;
  return row!.n;
}

/** Reads kept rows again, once for both sides of a rehearsal. */
export function readLogged(ports: IntakePorts, rows: readonly KeptLogRow[]): readonly ReadRow[] {
  const { catalogue, codes, hash } = ports;
  return rows.flatMap(({ tbl, source, received_at: receivedAt, payload }) => {
    const isMilestone = catalogue.table(tbl)?.isFollowed === true;
    const reading = readRow(payload, { catalogue, codes, source, receivedAt, isMilestone, hash });
    // What was kept was read once; a code list that changed since may refuse it now, and then it counts on neither side.
    if (!reading.ok) return [];
    return isMilestone ? [numbered(reading.row, Number(payload.n))] : [reading.row];
  });
}

/**
 * Goes through a domain's kept rows again in memory: every row at the instant of its arrival, every timer at its own, and nothing written.
 * Lists and catalogue are those of now.
 * @returns the signals of those records that are listed in the period, those of one subject in order.
 */
export function replayRecords(
  ports: IntakePorts,
  rules: RulesInForce,
  rows: readonly ReadRow[],
  { from, to, until }: { readonly from: number; readonly to: number; readonly until: number },
): { readonly signals: readonly Signal[]; readonly records: number } {
  const { catalogue, reference, lists, log } = ports;
  const { domain } = catalogue.domain;
  const arriving: Arriving = { rules, domain, catalogue, reference, world: deriveWorld(rules, reference, lists), log };
  const states = new Map<string, RecordState>();
  const signals: Signal[] = [];
  const notes = { logged: [], signals, marks: createMarkBook(), milestones: [], fate: () => {} };
  for (const [at, came] of byArrival(rows)) {
    for (const row of came)
      for (const { record, id } of row.places) {
        const key = recordKey(record, id);
        if (!states.has(key)) states.set(key, newRecord(record, id, row.source, row.receivedAt));
      }
    const { groups, leaving } = placeRows(came, states);
    for (const gone of leaving) {
      const state = states.get(gone.record);
      if (state !== undefined) leave(state, gone, at, arriving, notes);
    }
    for (const [key, placed] of groups) arrive(states.get(key)!, placed, at, arriving, notes);
  }
  const listed = new Set<string>();
  let records = 0;
  for (const { subjects, listedAt } of states.values()) {
    if (listedAt < from || listedAt >= to) continue;
    records += 1;
    for (const subject of subjects.values()) {
      listed.add(subjectKey(subject));
      if (subject.dueAt !== null && subject.dueAt <= until) signals.push(...passTime(subject, arriving, until));
    }
  }
  return { signals: signals.filter((one) => listed.has(`${one.subjectKind} ${one.subject}`)), records };
}

/** Rows by instant of arrival; milestones of an instant come before its pushed rows, as live. */
function byArrival(rows: readonly ReadRow[]): Iterable<readonly [number, readonly ReadRow[]]> {
  const groups = Map.groupBy(rows, (row) => row.receivedAt * 2 + (row.isMilestone ? 0 : 1));
  return [...groups].sort((a, b) => a[0] - b[0]).map(([key, group]) => [Math.floor(key / 2), group] as const);
}
