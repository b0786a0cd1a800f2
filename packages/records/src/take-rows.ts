import { appendTallies, appendToOutbox, appendWatch, type Database } from '@gnomon/store';
import {
  createWatchBook,
  type RulesPort,
  type Signal,
  signalEntries,
  type Transaction,
  type WatchBook,
} from '@gnomon/subgraph-kit';
import type { Logger } from 'pino';
import { type Arriving, arrive, type ChunkNotes, deriveAgain, type Fate, type LoggedRow, leave } from './arrive.ts';
import type { Catalogue } from './catalogue.ts';
import type { CodeLists } from './code-systems.ts';
import { deriveWorld } from './derive-world.ts';
import type { ListBook, WritableListBook } from './list-book.ts';
import { createMarkBook, type MarkBook } from './mark-book.ts';
import { periodsOf } from './periods.ts';
import { formerPlaces, placeRows } from './place-rows.ts';
import type { ReadRow, RowPlace } from './read-row.ts';
import { newRecord, type RecordState, recordKey } from './record-state.ts';
import type { ReferenceCopy } from './reference-copy.ts';
import { writeListed } from './store/listed.ts';
import { writeMarks } from './store/marks.ts';
import { writePeriods } from './store/periods.ts';
import { deriveOpenRecords, readRecords, writeRecords } from './store/records.ts';
import { logRows } from './store/row-log.ts';
import { talliedNow } from './subject-state.ts';
import { createTallyBook } from './tally-book.ts';
import { milestoneEntries } from './tell-milestone.ts';
import type { DeriveWorld, Milestone } from './types.ts';

/** What the intake works with. */
export interface IntakePorts {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly rules: RulesPort;
  readonly reference: ReferenceCopy;
  readonly codes: CodeLists;
  readonly lists: ListBook & { keys(table: string): Iterable<string> };
  readonly log: Logger;
  hash(text: string): string;
  /** Milestones of other domains that belong before the end of a history chunk; their position moves in the transaction. */
  milestonesUntil(tx: Transaction, until: number): Promise<readonly ReadRow[]>;
  /** Takes over what a committed chunk changed of the published lists. */
  listsChanged(book: WritableListBook): void;
}

/** Rows of records and of lists, in the order of their arrival: the one step of live intake, history and milestones. */
export async function takeRows(
  tx: Transaction,
  ports: IntakePorts,
  page: WritableListBook,
  rows: readonly ReadRow[],
  batch: string,
): Promise<{ taken: number; setAside: number; identical: number }> {
  const fates = { TAKEN: 0, SET_ASIDE: 0, IDENTICAL: 0 };
  const fate = (row: ReadRow, became: Fate): void => {
    if (row.isMilestone) return;
    fates[became] += 1;
    work.watch.row(row.source, row.receivedAt, became);
  };
  const states = await statesOf(tx, rows);
  const work = openWork(ports, page, fate);
  for (const [at, came] of byArrival(rows)) {
    work.at = at;
    let listsChanged = false;
    for (const row of came) if (row.listKey !== null) listsChanged = takeListed(page, row, fate) || listsChanged;
    if (listsChanged) {
      work.listsChangedAt = at;
      for (const state of states.values()) if (state.isOpen) deriveAgain(state, at, work.arriving, work.notes);
    }
    const concerning = came.filter((row) => concerns(row, states, work.arriving.world));
    const { groups, leaving } = placeRows(concerning, states);
    for (const gone of leaving) {
      const state = states.get(gone.record);
      if (state !== undefined) leave(state, gone, at, work.arriving, work.notes);
    }
    for (const [key, placed] of groups) arrive(states.get(key)!, placed, at, work.arriving, work.notes);
  }
  await keepWork(tx, ports, work, [...states.values()], batch);
  await writeListed(tx, [...page.changes()]);
  return { taken: fates.TAKEN, setAside: fates.SET_ASIDE, identical: fates.IDENTICAL };
}

/** What a transaction over records works with and leaves behind. */
export interface Work {
  readonly arriving: Arriving;
  readonly notes: ChunkNotes;
  readonly logged: LoggedRow[];
  readonly signals: Signal[];
  readonly milestones: Milestone[];
  readonly marks: MarkBook;
  /** The last instant at which a published object changed; what is open is then derived anew. */
  listsChangedAt: number | null;
  /** Rows that came and subjects that were judged, for the proof of watching. */
  readonly watch: WatchBook;
  /** The last instant of arrival, or up to which time was passed. */
  at: number;
}

export function openWork(ports: IntakePorts, page: ListBook, fate: ChunkNotes['fate'] = () => {}, at = 0): Work {
  const rules = ports.rules.current();
  const marks = createMarkBook();
  const [logged, signals, milestones]: [LoggedRow[], Signal[], Milestone[]] = [[], [], []];
  const arriving: Arriving = {
    rules,
    domain: ports.catalogue.domain.domain,
    catalogue: ports.catalogue,
    reference: ports.reference,
    world: deriveWorld(rules, ports.reference, page),
    log: ports.log,
  };
  return {
    arriving,
    logged,
    signals,
    milestones,
    marks,
    listsChangedAt: null,
    watch: createWatchBook(),
    at,
    notes: { logged, signals, marks, milestones, fate },
  };
}

/** Writes what a transaction over records changed, with signals, counters, marks and milestones. */
export async function keepWork(
  tx: Transaction,
  ports: IntakePorts,
  work: Work,
  states: readonly RecordState[],
  batch: string,
): Promise<void> {
  const touched = states.filter(({ changed }) => changed);
  const { name } = ports.catalogue.domain;
  const tallies = createTallyBook();
  for (const { subjects } of touched)
    for (const subject of subjects.values()) {
      if (!subject.changed) continue;
      tallies.move(subject.tallied, talliedNow(subject));
      work.watch.judged(subject.source, work.at, subject.kind, subject.levels);
    }
  for (const { row, state } of work.logged)
    if (!row.isMilestone) work.watch.about(row.source, row.receivedAt, state.place.agency);
  await logRows(tx, work.logged, batch);
  await writeRecords(tx, touched);
  if (work.listsChangedAt !== null) await deriveOpenRecords(tx, work.listsChangedAt, touched);
  const changes = await writeMarks(tx, work.marks);
  await writePeriods(tx, periodsOf(ports.catalogue.domain.aggregates, work.arriving.rules.calendar, changes));
  await appendTallies(tx, tallies.deltas());
  await appendWatch(
    tx,
    name,
    work.watch.counts((source) => ports.reference.source(source)),
  );
  await appendToOutbox(tx, [...signalEntries(name, work.signals), ...milestoneEntries(name, work.milestones)]);
}

/** A milestone that does not concern the domain is passed over, unless a record of it is there already. */
function concerns(row: ReadRow, states: ReadonlyMap<string, RecordState>, world: DeriveWorld): boolean {
  if (row.concerns === undefined || row.concerns(world)) return true;
  return row.places.some(({ record, id }) => {
    const state = states.get(recordKey(record, id));
    return state !== undefined && (state.revision > 0 || state.changed);
  });
}

async function statesOf(tx: Transaction, rows: readonly ReadRow[]): Promise<Map<string, RecordState>> {
  const states = new Map<string, RecordState>();
  // In the order of their arrival: a record begins with the first row that came, in whatever order a chunk holds them.
  for (const row of rows.toSorted((a, b) => a.receivedAt - b.receivedAt))
    for (const place of row.places) want(states, place, row);
  for (const [key, state] of await readRecords(tx, [...states.values()])) states.set(key, state);
  // Where rows stand whose keys may have changed.
  const former = new Map<string, RecordState>();
  for (const row of rows)
    for (const place of formerPlaces(row, states))
      if (!states.has(recordKey(place.record, place.id))) want(former, place, row);
  for (const [key, state] of await readRecords(tx, [...former.values()])) states.set(key, state);
  return states;
}

function want(states: Map<string, RecordState>, { record, id }: RowPlace, row: ReadRow): void {
  const key = recordKey(record, id);
  if (!states.has(key)) states.set(key, newRecord(record, id, row.source, row.receivedAt));
}

/** Rows by instant of arrival, earliest first; milestones of an instant come before its pushed rows, as an arrival of their own. */
function byArrival(rows: readonly ReadRow[]): Iterable<readonly [number, readonly ReadRow[]]> {
  const groups = Map.groupBy(rows, (row) => row.receivedAt * 2 + (row.isMilestone ? 0 : 1));
  return [...groups].sort((a, b) => a[0] - b[0]).map(([key, group]) => [Math.floor(key / 2), group] as const);
}

function takeListed(page: WritableListBook, row: ReadRow, fate: (row: ReadRow, fate: Fate) => void): boolean {
  const { table, source, guid, hash, kept: body, madeAt, receivedAt } = row;
  const key = row.listKey!;
  const known = page.version(table.name, key);
  const deleted = row.op === 'D';
  const said = (became: Fate): void => {
    if (row.places.length === 0) fate(row, became);
  };
  if (known !== undefined && known.hash === hash && known.deleted === deleted) {
    said('IDENTICAL');
    return false;
  }
  said('TAKEN');
  if (known !== undefined && (known.madeAt > madeAt || (known.madeAt === madeAt && known.hash > hash))) return false;
  page.put({ table: table.name, key, source, guid, hash, deleted, body, madeAt, receivedAt });
  return true;
}
