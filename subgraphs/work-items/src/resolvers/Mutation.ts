import {
  batchesById,
  closeBatch,
  explainRefusedRow,
  labelOf,
  listRefused,
  MAX_PUSHED_ROWS,
  type Taken,
} from '@gnomon/records';
import { requirePermission, text } from '@gnomon/subgraph-kit';
import { batchArrivals } from '../aggregate-subjects.ts';
import type { WorkItemsContext } from '../context.ts';
import { refusalReason, refusalRemedy } from '../refusals.ts';
import { dateOf } from '../source-counts.ts';
import { STREAM } from '../take-chunk.ts';

interface RowInput {
  readonly table: string;
  readonly columns: unknown;
}

export const Mutation = {
  async pushRows(
    _: unknown,
    { input }: { input: { batchId: string; chunk?: number | null; source?: string | null; rows: readonly RowInput[] } },
    context: WorkItemsContext,
  ) {
    const viewer = requirePermission(context, context.viewer?.role === 'OPERATOR' ? 'IMPORT_HISTORY' : 'PUSH_ROWS');
    if (input.rows.length > MAX_PUSHED_ROWS) return tooLarge(input.rows.length);
    const allowed = context.intake.sourceFor(viewer, input.source ?? null);
    if ('problem' in allowed) return { __typename: allowed.problem, message: text(allowed.zh, allowed.en) };
    const label = labelOf(input.batchId) ?? `batch-${dateOf(context.time.now())}`;
    const result = await context.intake.take({
      ...allowed,
      // Rows pushed through the graph are live ones, also an operator's.
      replay: false,
      label,
      chunk: input.chunk ?? null,
      rows: input.rows.map((row) => ({ value: rowOf(row) })),
    });
    return pushed(result);
  },
  async correctRow(_: unknown, { input }: { input: { id: string; row: RowInput } }, context: WorkItemsContext) {
    const viewer = requirePermission(context, 'CORRECT_ROWS');
    const [row] = await context.database.asViewer(context.scope, (tx) =>
      listRefused(tx, { batch: null, state: 'OPEN', id: input.id }, null, 1),
    );
    if (row === undefined || !viewer.sources.includes(row.source)) return notFound(input.id);
    const label = row.batch.slice(row.batch.indexOf(':') + 1);
    // The corrected row carries the refused one's identifier, which is how the refusal is settled.
    const columns = {
      ...(typeof input.row.columns === 'object' && input.row.columns !== null ? input.row.columns : {}),
    } as Record<string, unknown>;
    if (row.guid !== '') columns.row_guid ??= row.guid;
    const result = await context.intake.take({
      source: row.source,
      replay: false,
      label,
      chunk: null,
      rows: [{ value: rowOf({ table: input.row.table, columns }) }],
    });
    return pushed(result);
  },
  async explainRow(_: unknown, { input }: { input: { id: string; explanation: string } }, context: WorkItemsContext) {
    const viewer = requirePermission(context, 'CORRECT_ROWS');
    const explanation = input.explanation.trim().slice(0, 1000);
    const at = context.time.now();
    const batch =
      explanation.length < 4
        ? null
        : await context.database.transaction(async (tx) => {
            const found = await explainRefusedRow(tx, { id: input.id, sources: viewer.sources, explanation, at });
            if (found !== null)
              await context.ports.judged.take(tx, await batchArrivals(tx, context.ports, [found], at));
            return found;
          });
    return batch === null ? notFound(input.id) : { __typename: 'ExplainRowPayload', id: input.id };
  },
  async closeBatch(_: unknown, { id }: { id: string }, context: WorkItemsContext) {
    const viewer = requirePermission(context, context.viewer?.role === 'OPERATOR' ? 'IMPORT_HISTORY' : 'PUSH_ROWS');
    const own = viewer.role === 'OPERATOR' || viewer.sources.some((source) => id.startsWith(`${source}:`));
    const closed = own && (await context.database.transaction((tx) => closeBatch(tx, STREAM, id, context.time.now())));
    if (!closed) {
      return {
        __typename: 'BatchNotFound',
        message: text(
          `没有进行中的批次“${id}”，或它不属于本账户的数源。`,
          `There is no open batch "${id}" of this account's sources.`,
        ),
      };
    }
    const scope = viewer.role === 'OPERATOR' ? { ...context.scope, all: true } : context.scope;
    const [batch] = await context.database.asViewer(scope, (tx) => batchesById(tx, [id]));
    return { __typename: 'CloseBatchPayload', batch };
  },
};

function rowOf(row: RowInput): unknown {
  return typeof row.columns === 'object' && row.columns !== null && !Array.isArray(row.columns)
    ? { ...row.columns, table: row.table }
    : row.columns;
}

function pushed(result: Taken) {
  return {
    __typename: 'PushRowsPayload',
    batchId: result.batchId,
    account: { ...result, chunks: 1 },
    isRepeated: result.repeated,
    refused: result.refusedRows.map(({ id, refusal }) => ({
      id,
      guid: refusal.guid,
      code: refusal.code,
      reason: refusalReason(refusal),
      remedy: refusalRemedy(refusal.code),
    })),
  };
}

function tooLarge(rows: number) {
  return {
    __typename: 'PushTooLarge',
    message: text(
      `一次最多推送 ${MAX_PUSHED_ROWS} 行，收到 ${rows} 行；请分块，或使用 /work-items/rows 流式接口。`,
      `At most ${MAX_PUSHED_ROWS} rows a request, ${rows} came; split them, or use the stream /work-items/rows.`,
    ),
  };
}

function notFound(id: string) {
  return {
    __typename: 'RefusedRowNotFound',
    message: text(
      `没有待处理的拒收行“${id}”，它不属于本账户的数源，或说明少于四个字。`,
      `There is no open refused row "${id}" of this account's sources, or the explanation is shorter than four characters.`,
    ),
  };
}
