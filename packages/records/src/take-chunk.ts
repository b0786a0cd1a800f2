import { appendWatch, relayOnce } from '@gnomon/store';
import { createWatchBook, type Transaction } from '@gnomon/subgraph-kit';
import { createListBook, type WritableListBook } from './list-book.ts';
import type { RawInput } from './raw-input.ts';
import { lastArrival, type RefusedInput, readChunk } from './read-chunk.ts';
import type { ReadRow } from './read-row.ts';
import { type ChunkAccount, findChunk, openBatch, writeChunk } from './store/batches.ts';
import { RecordConflict } from './store/records.ts';
import { closeCorrected, type RefusedRow, writeRefusedRows } from './store/refused-rows.ts';
import { type IntakePorts, takeRows } from './take-rows.ts';

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

/**
 * Takes one chunk in one transaction: rows, records, verdicts, signals, timers, counters and the ledger – all or nothing
 * (law 5). A chunk that another writer overtook is run again from the beginning.
 */
export async function takeChunk(ports: IntakePorts, input: ChunkInput): Promise<ChunkResult> {
  const read = readChunk(ports, input);
  return retrying(async () => {
    // The relay may lag or stand still; what others have committed by now belongs before this chunk. Not within the transaction: it takes
    // a connection of its own, and chunks that hold one each and wait for another stop the pool.
    if (input.replay && (ports.catalogue.domain.follows ?? []).length > 0) await relayOnce(ports.database);
    return inTransaction(ports, async (tx, page) => {
      const batch = await openBatch(tx, ports.catalogue.domain.name, ports.reference, input);
      const known = await findChunk(tx, batch, input.chunk);
      if (known !== null) return { ...known, repeated: true, refusedRows: [] };
      const at = lastArrival(read, input);
      const milestones = input.replay ? await ports.milestonesUntil(tx, at) : [];
      const fates = await takeRows(tx, ports, page, [...milestones, ...read.rows], input.batch);
      const refusedRows = await keepRefused(tx, ports, input, read.refused);
      await countRefused(tx, ports, read.refused);
      await closeCorrected(tx, read.rows, at);
      const account: ChunkAccount = { rows: input.rows.length, refused: read.refused.length, ...fates };
      await writeChunk(tx, ports.catalogue.domain.name, batch, input.chunk, at, account);
      return { ...account, repeated: false, refusedRows };
    });
  });
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
      if (!(error instanceof RecordConflict || isWriteConflict(error)) || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Refused rows are proof of watching as well. */
async function countRefused(tx: Transaction, ports: IntakePorts, refused: readonly RefusedInput[]): Promise<void> {
  const watch = createWatchBook();
  for (const { source, receivedAt } of refused) watch.row(source, receivedAt, 'REFUSED');
  const placeOf = (source: string) => ports.reference.source(source);
  await appendWatch(tx, ports.catalogue.domain.name, watch.counts(placeOf));
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

/** Whether the database refused a write because of another writer, so that the same again may go through. */
export function isWriteConflict(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  // 23505: two writers made the same record; 40P01, 40001: the server chose one of two.
  return code === '23505' || code === '40P01' || code === '40001';
}
