import { randomUUID } from 'node:crypto';
import { copyRows } from '@gnomon/store';
import type { Transaction } from '@gnomon/subgraph-kit';
import { laneOf } from '@gnomon/subgraph-kit';
import type { ReferenceCopy } from '../reference-copy.ts';
import type { Refusal as AnyRefusal } from '../refusals.ts';
import type { BatchKey } from './batches.ts';

/** A refused row as it is kept. */
export interface RefusedRow<Code extends string = string> {
  readonly id: string;
  /** Id of the batch under which it is kept. */
  readonly batch: string;
  readonly refusal: AnyRefusal<Code>;
}

const COLUMNS = [
  'lane',
  'id',
  'source',
  'agency',
  'division',
  'batch',
  'tbl',
  'guid',
  'no',
  'code',
  'detail',
  'payload',
  { name: 'received_at', as: 'instant' },
] as const;

/** Keeps refused rows with their reason. A classified row is kept without any content. */
export async function writeRefusedRows<Code extends string>(
  tx: Transaction,
  reference: ReferenceCopy,
  batch: BatchKey,
  chunk: number,
  refused: readonly {
    readonly refusal: AnyRefusal<Code>;
    readonly payload: string | null;
    readonly source: string;
    readonly receivedAt: number;
  }[],
): Promise<readonly RefusedRow<Code>[]> {
  if (refused.length === 0) return [];
  const run = randomUUID().slice(0, 8);
  const kept = refused.map((entry, index) => ({ ...entry, id: `${batch.id}:${chunk}:${index + 1}-${run}` }));
  await copyRows(
    tx,
    'refused_row',
    COLUMNS,
    kept.map(({ id, refusal, payload, source, receivedAt }) => {
      const known = reference.source(source);
      return [
        laneOf(id),
        id,
        source,
        known?.agency ?? null,
        known?.division ?? null,
        batch.id,
        refusal.table,
        refusal.guid,
        refusal.no,
        refusal.code,
        refusal.detail,
        payload,
        receivedAt,
      ];
    }),
  );
  return kept.map(({ id, refusal }) => ({ id, refusal, batch: batch.id }));
}

/**
 * Marks refused rows as corrected when a row of the same source and guid was taken now.
 * @returns the ids of the batches concerned.
 */
export async function closeCorrected(
  tx: Transaction,
  rows: readonly { readonly source: string; readonly guid: string }[],
  at: number,
): Promise<readonly string[]> {
  if (rows.length === 0) return [];
  const sources = [...new Set(rows.map((row) => row.source))];
  const open = await tx<{ lane: number; id: string; source: string; guid: string; batch: string }[]>`
    /* openRefusedRows */
    select lane, id, source, guid, batch from refused_row
    where source = any (${sources}::text[]) and state = 'OPEN' and guid <> '' limit 100000`;
  if (open.length === 0) return [];
  const taken = new Set(rows.map((row) => `${row.source}\n${row.guid}`));
  const corrected = open.filter((row) => taken.has(`${row.source}\n${row.guid}`));
  if (corrected.length === 0) return [];
  await tx`/* closeCorrected */
    update refused_row set state = 'CORRECTED', settled_at = ${at}::timestamptz
    from unnest(${corrected.map((row) => row.lane)}::int[], ${corrected.map((row) => row.id)}::text[]) as k(lane, id)
    where refused_row.lane = k.lane::smallint and refused_row.id = k.id collate "C"`;
  return [...new Set(corrected.map((row) => row.batch))];
}

/** Records the source's explanation of a refused row. @returns its batch, or `null` when it is not open or not this source's. */
export async function explainRefusedRow(
  tx: Transaction,
  row: { readonly id: string; readonly sources: readonly string[]; readonly explanation: string; readonly at: number },
): Promise<string | null> {
  const [found] = await tx<{ batch: string }[]>`
    /* explainRefusedRow */
    update refused_row set state = 'EXPLAINED', explanation = ${row.explanation}, settled_at = ${row.at}::timestamptz
    where lane = ${laneOf(row.id)} and id = ${row.id} and state = 'OPEN' and source = any (${row.sources as string[]}::text[])
    returning batch`;
  return found?.batch ?? null;
}
