import { batchNamed, payloadOf, sourceNamed } from './raw-input.ts';
import { type ReadRow, readRow } from './read-row.ts';
import type { Refusal } from './refusals.ts';
import type { ChunkInput } from './take-chunk.ts';
import type { IntakePorts } from './take-rows.ts';

/** A row that is refused. */
export interface RefusedInput {
  readonly refusal: Refusal;
  readonly payload: string | null;
  readonly source: string;
  readonly receivedAt: number;
  readonly label: string;
}
/** A chunk's rows as they could be read, and those that could not. */
export interface ReadInput {
  readonly rows: readonly ReadRow[];
  readonly refused: readonly RefusedInput[];
}

/** Reads the rows of a chunk. Pure. */
export function readChunk(ports: Pick<IntakePorts, 'catalogue' | 'codes' | 'hash'>, input: ChunkInput): ReadInput {
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

/** The last instant at which anything of a chunk arrived. */
export function lastArrival(read: ReadInput, input: ChunkInput): number {
  let last = -Infinity;
  for (const row of read.rows) if (row.receivedAt > last) last = row.receivedAt;
  for (const row of read.refused) if (row.receivedAt > last) last = row.receivedAt;
  return last === -Infinity ? input.receivedAt : last;
}
