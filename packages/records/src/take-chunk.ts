import { appendTallies, appendToOutbox, type Database } from '@gnomon/store';
import { type RulesPort, type Signal, signalEntries, type Transaction } from '@gnomon/subgraph-kit';
import type { Logger } from 'pino';
import { type Arriving, arrive, type ChunkNotes, deriveAgain, type Fate, type LoggedRow, leave } from './arrive.ts';
import type { Catalogue } from './catalogue.ts';
import type { CodeLists } from './code-systems.ts';
import { deriveWorld } from './derive-world.ts';
import { createListBook, type ListBook, type WritableListBook } from './list-book.ts';
import { createMarkBook, type MarkBook } from './mark-book.ts';
import { periodsOf } from './periods.ts';
import { formerPlaces, placeRows } from './place-rows.ts';
import type { RawInput } from './raw-input.ts';
import { type ReadRow, type RowPlace, readRow } from './read-row.ts';
import { newRecord, type RecordState, recordKey } from './record-state.ts';
import type { ReferenceCopy } from './reference-copy.ts';
import type { Refusal } from './refusals.ts';
import { type ChunkAccount, findChunk, openBatch, writeChunk } from './store/batches.ts';
import { writeListed } from './store/listed.ts';
import { writeMarks } from './store/marks.ts';
import { writePeriods } from './store/periods.ts';
import { deriveOpenRecords, RecordConflict, readRecords, writeRecords } from './store/records.ts';
import { closeCorrected, type RefusedRow, writeRefusedRows } from './store/refused-rows.ts';
import { logRows } from './store/row-log.ts';
import { talliedNow } from './subject-state.ts';
import { createTallyBook } from './tally-book.ts';
import { milestoneEntries } from './tell-milestone.ts';
import type { DeriveWorld, Milestone } from './types.ts';

const ATTEMPTS = 8;

/** One chunk of a batch. */
export interface ChunkInput {
  readonly batch: string;
  /** Ordinal in the batch; a chunk that is in already is answered from the ledger. */
  readonly chunk: number;
  /** The source in whose name the rows come; `null` for an operator's history import, where each row names its own. */
  readonly source: string | null;
  readonly receivedAt: number;
  readonly replay: boolean;
  readonly rows: readonly RawInput[];
}

/** What a chunk came to. */
export interface ChunkResult extends ChunkAccount {
  readonly repeated: boolean;
  readonly refusedRows: readonly RefusedRow[];
}

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

/**
 * Takes one chunk in one transaction: rows, records, verdicts, signals, timers, counters and the ledger – all or nothing
 * (law 5). A chunk that another writer overtook is run again from the beginning.
 */
export async function takeChunk(ports: IntakePorts, input: ChunkInput): Promise<ChunkResult> {
  const read = readAll(ports, input);
  return retrying(() =>
    inTransaction(ports, async (tx, page) => {
      const batch = await openBatch(tx, ports.catalogue.domain.name, ports.reference, input);
      const known = await findChunk(tx, batch, input.chunk);
      if (known !== null) return { ...known, repeated: true, refusedRows: [] };
      const at = lastArrival(read, input);
      const milestones = input.replay ? await ports.milestonesUntil(tx, at) : [];
      const fates = await takeRows(tx, ports, page, [...milestones, ...read.rows], input.batch);
      const refusedRows = await keepRefused(tx, ports, input, read.refused);
      await closeCorrected(tx, read.rows, at);
      const account: ChunkAccount = { rows: input.rows.length, refused: read.refused.length, ...fates };
      await writeChunk(tx, ports.catalogue.domain.name, batch, input.chunk, at, account);
      return { ...account, repeated: false, refusedRows };
    }),
  );
}

/** Takes milestones of another domain, in the transaction that moves their position. */
export async function takeMilestones(
  ports: IntakePorts,
  read: (tx: Transaction) => Promise<readonly ReadRow[] | null>,
): Promise<boolean> {
  return retrying(() =>
    inTransaction(ports, async (tx, page) => {
      const rows = await read(tx);
      if (rows === null) return false;
      await takeRows(tx, ports, page, rows, '');
      return true;
    }),
  );
}

/** The parts of a transaction that works on records: what it changes of the lists becomes known when it commits. */
async function inTransaction<T>(
  ports: IntakePorts,
  work: (tx: Transaction, page: WritableListBook) => Promise<T>,
): Promise<T> {
  const page = createListBook(ports.lists);
  const result = await ports.database.transaction((tx) => work(tx, page));
  ports.listsChanged(page);
  return result;
}

async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Rows of records and of lists, in the order of their arrival: the one step of live intake, history and milestones. */
async function takeRows(
  tx: Transaction,
  ports: IntakePorts,
  page: WritableListBook,
  rows: readonly ReadRow[],
  batch: string,
): Promise<{ taken: number; setAside: number; identical: number }> {
  const fates = { TAKEN: 0, SET_ASIDE: 0, IDENTICAL: 0 };
  const fate = (row: ReadRow, became: Fate): void => {
    if (!row.isMilestone) fates[became] += 1;
  };
  const states = await statesOf(tx, rows);
  const work = openWork(ports, page, fate);
  for (const [at, came] of byArrival(rows)) {
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

/** A milestone that does not concern the domain is passed over, unless a record of it is there already. */
function concerns(row: ReadRow, states: ReadonlyMap<string, RecordState>, world: DeriveWorld): boolean {
  if (row.concerns === undefined || row.concerns(world)) return true;
  return row.places.some(({ record, id }) => {
    const state = states.get(recordKey(record, id));
    return state !== undefined && (state.revision > 0 || state.changed);
  });
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
}

export function openWork(ports: IntakePorts, page: ListBook, fate: ChunkNotes['fate'] = () => {}): Work {
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
    for (const subject of subjects.values()) if (subject.changed) tallies.move(subject.tallied, talliedNow(subject));
  await logRows(tx, work.logged, batch);
  await writeRecords(tx, touched);
  if (work.listsChangedAt !== null) await deriveOpenRecords(tx, work.listsChangedAt, touched);
  const changes = await writeMarks(tx, work.marks);
  await writePeriods(tx, periodsOf(ports.catalogue.domain.aggregates, work.arriving.rules.calendar, changes));
  await appendTallies(tx, tallies.deltas());
  await appendToOutbox(tx, [...signalEntries(name, work.signals), ...milestoneEntries(name, work.milestones)]);
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

interface RefusedInput {
  readonly refusal: Refusal;
  readonly payload: string | null;
  readonly source: string;
  readonly receivedAt: number;
  readonly label: string;
}
interface ReadInput {
  readonly rows: readonly ReadRow[];
  readonly refused: readonly RefusedInput[];
}

function readAll(ports: IntakePorts, input: ChunkInput): ReadInput {
  const rows: ReadRow[] = [];
  const refused: RefusedInput[] = [];
  const { catalogue, codes, hash } = ports;
  for (const raw of input.rows) {
    const receivedAt = raw.receivedAt ?? input.receivedAt;
    const reader = { catalogue, codes, hash, source: input.source, receivedAt, isMilestone: false };
    const reading =
      raw.fault === undefined
        ? readRow(raw.value, reader, raw.text)
        : ({ ok: false, refusal: { code: raw.fault, detail: '', table: '', guid: '', no: '' } } as const);
    if (reading.ok) rows.push(reading.row);
    else
      refused.push({
        refusal: reading.refusal,
        payload: payloadOf(raw),
        source: input.source ?? sourceNamed(raw.value),
        receivedAt,
        // In a history import each row names its own source and batch; the refusal belongs to those.
        label: input.source === null ? batchNamed(raw.value, input.batch) : input.batch,
      });
  }
  return { rows, refused };
}

/** Keeps refused rows under the batch of their source, opening it where a history import is the first to name it. */
async function keepRefused(
  tx: Transaction,
  ports: IntakePorts,
  input: ChunkInput,
  refused: readonly RefusedInput[],
): Promise<readonly RefusedRow[]> {
  const kept: RefusedRow[] = [];
  for (const [key, rows] of Map.groupBy(refused, (row) => `${input.source ?? row.source}\n${row.label}`)) {
    const [source, label] = key.split('\n') as [string, string];
    const batch = await openBatch(tx, ports.catalogue.domain.name, ports.reference, {
      batch: label,
      source: source === '*' ? null : source,
      receivedAt: rows[0]!.receivedAt,
      replay: false,
    });
    kept.push(...(await writeRefusedRows(tx, ports.reference, batch, input.chunk, rows)));
  }
  return kept;
}

function lastArrival(read: ReadInput, input: ChunkInput): number {
  let last = -Infinity;
  for (const row of read.rows) if (row.receivedAt > last) last = row.receivedAt;
  for (const row of read.refused) if (row.receivedAt > last) last = row.receivedAt;
  return last === -Infinity ? input.receivedAt : last;
}

function payloadOf(raw: RawInput): string | null {
  const text = raw.text ?? JSON.stringify(raw.value) ?? '';
  return text.slice(0, 65_536).toWellFormed().replaceAll('\0', '');
}

function sourceNamed(value: unknown): string {
  const named = (value as { data_source?: unknown } | null)?.data_source;
  return typeof named === 'string' && named.length <= 32 && !/[:\p{Cc}]/u.test(named) && named.isWellFormed()
    ? named
    : '*';
}

function batchNamed(value: unknown, otherwise: string): string {
  const fields = value as { cd_batch?: unknown; cdBatch?: unknown } | null;
  const named = fields?.cd_batch ?? fields?.cdBatch;
  return typeof named === 'string' && /^[\p{L}\p{N}._\- ]{1,64}$/u.test(named) ? named : otherwise;
}

function isConflict(error: unknown): boolean {
  if (error instanceof RecordConflict) return true;
  const code = (error as { code?: string }).code;
  // 23505: two writers made the same record; 40P01, 40001: the server chose one of two.
  return code === '23505' || code === '40P01' || code === '40001';
}
