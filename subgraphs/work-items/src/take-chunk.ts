import {
  batchNamed,
  type ChunkAccount,
  closeCorrected,
  createTallyBook,
  findChunk,
  isWriteConflict,
  openBatch,
  payloadOf,
  type RawInput,
  type ReferenceCopy,
  type RefusedRow,
  sourceNamed,
  writeChunk,
  writeRefusedRows,
} from '@gnomon/records';
import { appendTallies, appendToOutbox, appendWatch, type Database } from '@gnomon/store';
import {
  createWatchBook,
  type JudgedSubjects,
  laneOf,
  type Ports,
  type RulesPort,
  SIGNAL_ENTRY_TYPE,
  type Signal,
  type Transaction,
} from '@gnomon/subgraph-kit';
import { batchArrivals, sourceArrivals } from './aggregate-subjects.ts';
import { type Arriving, arrive, type ChunkNotes, type Fate, itemOfRow, type LoggedRow } from './arrive.ts';
import type { CodeSystems } from './code-systems.ts';
import { factConstants } from './fact-constants.ts';
import type { ItemState } from './item-state.ts';
import { milestoneEntries } from './milestones.ts';
import { periodsOf } from './periods.ts';
import { type ReadRow, readRow } from './read-row.ts';
import { linkReapplications } from './reapplications.ts';
import type { Refusal, RefusalCode } from './refusals.ts';
import { createCountBook, dateOf } from './source-counts.ts';
import { ItemConflict, readItems, writeItems } from './store/items.ts';
import { armPeriods } from './store/periods.ts';
import { logRows, writeControlTotals, writeCounts, writeEvents } from './store/row-log.ts';
import { tallyPlaceOf } from './tally-place.ts';

const ATTEMPTS = 8;
/** The stream of this domain's signals. */
export const STREAM = 'work-items';
/** How work items are named among the subjects that were judged. */
export const WATCHED_KIND = 'work-item';

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
  readonly refusedRows: readonly RefusedRow<RefusalCode>[];
}

/** What the intake works with. */
export interface IntakePorts {
  readonly database: Database;
  readonly rules: RulesPort;
  readonly reference: ReferenceCopy;
  readonly codes: CodeSystems;
  readonly log: Ports['log'];
  readonly judged: JudgedSubjects;
  readonly pushedOn: PushDays;
  hashApplicant(text: string): bigint;
}

/** Which sources pushed for the first time on a day: silence counts days, so one look a day is enough. */
export interface PushDays {
  news(sources: readonly string[], at: number): readonly string[];
  commit(sources: readonly string[], at: number): void;
}

export function createPushDays(): PushDays {
  const days = new Map<string, string>();
  return {
    news: (sources, at) => sources.filter((source) => days.get(source) !== dateOf(at)),
    commit: (sources, at) => {
      for (const source of sources) days.set(source, dateOf(at));
    },
  };
}

/**
 * Takes one chunk in one transaction: rows, items, verdicts, signals, timers, counters and the ledger – all or nothing
 * (law 5). A chunk that another writer overtook is run again from the beginning.
 */
export async function takeChunk(ports: IntakePorts, input: ChunkInput): Promise<ChunkResult> {
  const read = readAll(ports.codes, input);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await ports.database.transaction((tx) => take(tx, ports, input, read));
      // Each source on the days of its own rows: another one's later row in the chunk says nothing of its next day.
      if (!result.repeated)
        for (const { sources, firstAt } of pushDaysOf(read.rows)) ports.pushedOn.commit(sources, firstAt);
      return result;
    } catch (error) {
      if (!isConflict(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}

interface ReadInput {
  readonly rows: readonly ReadRow[];
  readonly refused: readonly {
    readonly refusal: Refusal;
    readonly payload: string | null;
    readonly source: string;
    readonly receivedAt: number;
    readonly label: string;
  }[];
}

function readAll(codes: CodeSystems, input: ChunkInput): ReadInput {
  const rows: ReadRow[] = [];
  const refused: { refusal: Refusal; payload: string | null; source: string; receivedAt: number; label: string }[] = [];
  for (const raw of input.rows) {
    const receivedAt = raw.receivedAt ?? input.receivedAt;
    const reading =
      raw.fault === undefined
        ? readRow(raw.value, { codes, source: input.source, receivedAt }, raw.text)
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

async function take(tx: Transaction, ports: IntakePorts, input: ChunkInput, read: ReadInput): Promise<ChunkResult> {
  const batch = await openBatch(tx, STREAM, ports.reference, input);
  const known = await findChunk(tx, batch, input.chunk);
  if (known !== null) return { ...known, repeated: true, refusedRows: [] };
  const arriving = judgingOf(ports);
  const groups = groupRows(read.rows);
  const states = await readItems(
    tx,
    [...groups.values()].map((group) => group.key),
  );
  const fates = { TAKEN: 0, SET_ASIDE: 0, IDENTICAL: 0, REFUSED: 0 };
  const logged: LoggedRow[] = [];
  const counts = createCountBook();
  const watch = createWatchBook();
  const notes: ChunkNotes = {
    counts,
    logged,
    signals: [],
    milestones: [],
    refusals: [],
    reopened: new Set(),
    fate: (row: ReadRow, fate: Fate) => {
      fates[fate] += 1;
      watch.row(row.source, row.receivedAt, fate);
    },
  };
  const touched: ItemState[] = [];
  for (const [id, group] of groups) {
    const state = states.get(id) ?? itemOfRow(group.rows[0]!);
    const loggedBefore = logged.length + notes.refusals.length;
    for (const [at, rows] of byArrival(group.rows)) arrive(state, rows, at, arriving, notes);
    if (logged.length + notes.refusals.length > loggedBefore) touched.push(state);
  }
  await linkReapplications(tx, touched, arriving, notes);
  const totals = read.rows.filter((row) => row.totals !== null);
  fates.TAKEN += totals.length;
  for (const row of totals) {
    counts.of(row.source, dateOf(row.receivedAt)).rows += 1;
    watch.row(row.source, row.receivedAt, 'TAKEN');
  }
  for (const { source, receivedAt } of read.refused) {
    const page = counts.of(source, dateOf(receivedAt));
    page.rows += 1;
    page.refused += 1;
    watch.row(source, receivedAt, 'REFUSED');
  }
  fates.REFUSED += read.refused.length;
  const refusedRows = await keepRefused(tx, ports.reference, input, [
    ...read.refused,
    ...notes.refusals.map(({ row, refusal }) => ({
      refusal,
      payload: null,
      source: row.source,
      receivedAt: row.receivedAt,
      label: input.source === null && row.batch !== '' ? row.batch : input.batch,
    })),
  ]);
  for (const { row, state } of logged) watch.about(row.source, row.receivedAt, state.place.agency);
  await logRows(tx, logged, input.batch);
  const tallies = createTallyBook();
  for (const state of touched) {
    const after = tallyPlaceOf(state);
    tallies.move(state.tallied, after === null ? null : { place: after, levels: state.mind.levels });
    watch.judged(state.source, state.receivedAt, WATCHED_KIND, state.mind.levels);
  }
  touched.sort((a, b) => a.lane - b.lane || (a.id < b.id ? -1 : 1));
  await writeItems(tx, touched);
  await writeEvents(tx, touched);
  await writeControlTotals(tx, totals);
  await writeCounts(tx, counts);
  await appendTallies(tx, tallies.deltas());
  await appendWatch(
    tx,
    STREAM,
    watch.counts((source) => ports.reference.source(source)),
  );
  await appendToOutbox(tx, [...signalEntries(notes.signals), ...milestoneEntries(notes.milestones)]);
  await armPeriods(tx, periodsOf(touched, counts, notes.reopened), lastArrival(read, input));
  const corrected = await closeCorrected(tx, read.rows, lastArrival(read, input));
  const at = lastArrival(read, input);
  await ports.judged.take(
    tx,
    await batchArrivals(tx, ports, [...refusedRows.map((row) => row.batch), ...corrected], at),
  );
  // A history chunk can span days: each day's push ends the silence before it at its own instant.
  for (const { sources, firstAt } of pushDaysOf(read.rows))
    await ports.judged.take(tx, await sourceArrivals(tx, ports, ports.pushedOn.news(sources, firstAt), firstAt));
  const account: ChunkAccount = {
    rows: input.rows.length,
    taken: fates.TAKEN,
    setAside: fates.SET_ASIDE,
    refused: fates.REFUSED,
    identical: fates.IDENTICAL,
  };
  await writeChunk(tx, STREAM, batch, input.chunk, lastArrival(read, input), account);
  return { ...account, repeated: false, refusedRows };
}

/** Keeps refused rows under the batch of their source, opening it where a history import is the first to name it. */
async function keepRefused(
  tx: Transaction,
  reference: ReferenceCopy,
  input: ChunkInput,
  refused: ReadInput['refused'],
): Promise<readonly RefusedRow<RefusalCode>[]> {
  const kept: RefusedRow<RefusalCode>[] = [];
  for (const [key, rows] of Map.groupBy(refused, (row) => `${input.source ?? row.source}\n${row.label}`)) {
    const [source, label] = key.split('\n') as [string, string];
    const batch = await openBatch(tx, STREAM, reference, {
      batch: label,
      source: source === '*' ? null : source,
      receivedAt: rows[0]!.receivedAt,
      replay: false,
    });
    kept.push(...(await writeRefusedRows(tx, reference, batch, input.chunk, rows)));
  }
  return kept;
}

function groupRows(rows: readonly ReadRow[]): Map<string, { key: { lane: number; id: string }; rows: ReadRow[] }> {
  const groups = new Map<string, { key: { lane: number; id: string }; rows: ReadRow[] }>();
  for (const row of rows) {
    if (row.totals !== null) continue;
    const id = `${row.source}:${row.no}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { key: { lane: laneOf(id), id }, rows: [row] });
    else group.rows.push(row);
  }
  return groups;
}

/** Rows by instant of arrival, earliest first. Nearly always one. */
function byArrival(rows: readonly ReadRow[]): Iterable<readonly [number, readonly ReadRow[]]> {
  const first = rows[0]!.receivedAt;
  if (rows.every((row) => row.receivedAt === first)) return [[first, rows]];
  const groups = new Map<number, ReadRow[]>();
  for (const row of rows) {
    const group = groups.get(row.receivedAt);
    if (group === undefined) groups.set(row.receivedAt, [row]);
    else group.push(row);
  }
  return [...groups].sort((a, b) => a[0] - b[0]);
}

export function itemOf(state: ItemState, reference: ReferenceCopy): ReturnType<ReferenceCopy['item']> {
  let latest = state.document.accept[0];
  for (const row of state.document.accept) if (row.d !== true && row.t > latest!.t) latest = row;
  return latest === undefined
    ? undefined
    : reference.item(String(latest.c.task_code ?? ''), latest.c.catalog_code as string | undefined);
}

/** Signals as entries of the domain's stream, in the order in which they became known; those of one subject keep their order. */
export function signalEntries(signals: readonly Signal[]) {
  return signals
    .toSorted((a, b) => (a.knownAt < b.knownAt ? -1 : a.knownAt > b.knownAt ? 1 : 0))
    .map((signal) => ({
      stream: STREAM,
      type: SIGNAL_ENTRY_TYPE,
      key: signal.subject,
      at: Date.parse(signal.knownAt),
      payload: signal,
    }));
}

/** For each day in the chunk the sources that pushed on it, with the day's first instant of arrival, in order. */
function pushDaysOf(
  rows: readonly ReadRow[],
): readonly { readonly sources: readonly string[]; readonly firstAt: number }[] {
  const days = new Map<string, { sources: Set<string>; firstAt: number }>();
  for (const row of rows) {
    const date = dateOf(row.receivedAt);
    const day = days.get(date);
    if (day === undefined) days.set(date, { sources: new Set([row.source]), firstAt: row.receivedAt });
    else {
      day.sources.add(row.source);
      if (row.receivedAt < day.firstAt) day.firstAt = row.receivedAt;
    }
  }
  return [...days.values()]
    .sort((a, b) => a.firstAt - b.firstAt)
    .map(({ sources, firstAt }) => ({ sources: [...sources].sort(), firstAt }));
}

function lastArrival(read: ReadInput, input: ChunkInput): number {
  let last = -Infinity;
  for (const row of read.rows) if (row.receivedAt > last) last = row.receivedAt;
  for (const row of read.refused) if (row.receivedAt > last) last = row.receivedAt;
  return last === -Infinity ? input.receivedAt : last;
}

function isConflict(error: unknown): boolean {
  return error instanceof ItemConflict || isWriteConflict(error);
}

/** What items are judged with: the rules in force, read once. */
export function judgingOf(ports: IntakePorts): Arriving {
  const rules = ports.rules.current();
  return {
    rules,
    codes: ports.codes,
    constants: factConstants(rules.pack),
    reference: ports.reference,
    hashApplicant: ports.hashApplicant,
    item: (state) => itemOf(state, ports.reference),
    isOwnPlatform: (source) => ports.reference.source(source)?.ownPlatform === true,
  };
}
