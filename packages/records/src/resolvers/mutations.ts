import { requirePermission, text } from '@gnomon/subgraph-kit';
import { dayOf, formatDay } from '@gnomon/working-time';
import type { RecordContext } from '../access.ts';
import { labelOf, MAX_PUSHED_ROWS } from '../intake.ts';
import { closeBatch } from '../store/batches.ts';
import { batchesById, listRefused } from '../store/read-batches.ts';
import { explainRefusedRow } from '../store/refused-rows.ts';
import { pushedNode } from './nodes.ts';
import { figuresScope } from './queries.ts';

interface RowInput {
  readonly table: string;
  readonly columns: unknown;
}

/** Pushes rows; live ones, also an operator's. */
export async function pushRows(
  _: unknown,
  { input }: { input: { batchId: string; chunk?: number | null; source?: string | null; rows: readonly RowInput[] } },
  context: RecordContext,
) {
  const viewer = requirePermission(context, context.viewer?.role === 'OPERATOR' ? 'IMPORT_HISTORY' : 'PUSH_ROWS');
  const { intake, domain, time } = context.records;
  if (input.rows.length > MAX_PUSHED_ROWS) return tooLarge(domain.name, input.rows.length);
  const allowed = intake.sourceFor(viewer, input.source ?? null);
  if ('problem' in allowed) return { __typename: allowed.problem, message: text(allowed.zh, allowed.en) };
  const label = labelOf(input.batchId) ?? `batch-${formatDay(dayOf(time.now()))}`;
  const rows = input.rows.map((row) => ({ value: rowOf(row) }));
  return pushedNode(await intake.take({ ...allowed, replay: false, label, chunk: input.chunk ?? null, rows }));
}

/** Corrects a refused row of the account's own sources. */
export async function correctRow(
  _: unknown,
  { input }: { input: { id: string; row: RowInput } },
  context: RecordContext,
) {
  const viewer = requirePermission(context, 'CORRECT_ROWS');
  const { database, intake } = context.records;
  const [row] = await database.asViewer(context.scope, (tx) =>
    listRefused(tx, { batch: null, state: 'OPEN', id: input.id }, null, 1),
  );
  if (row === undefined || !viewer.sources.includes(row.source)) return notFound(input.id);
  const label = row.batch.slice(row.batch.indexOf(':') + 1);
  // The corrected row carries the refused one's identifier, which is how the refusal is settled.
  const columns = { ...(isObject(input.row.columns) ? input.row.columns : {}) };
  if (row.guid !== '') columns.row_guid ??= row.guid;
  const rows = [{ value: rowOf({ table: input.row.table, columns }) }];
  return pushedNode(await intake.take({ source: row.source, replay: false, label, chunk: null, rows }));
}

/** Explains a refused row of the account's own sources. */
export async function explainRow(
  _: unknown,
  { input }: { input: { id: string; explanation: string } },
  context: RecordContext,
) {
  const viewer = requirePermission(context, 'CORRECT_ROWS');
  const { database, time } = context.records;
  const explanation = input.explanation.trim().slice(0, 1000);
  if (explanation.length < 4) return notFound(input.id);
  const found = await database.transaction((tx) =>
    explainRefusedRow(tx, { id: input.id, sources: viewer.sources, explanation, at: time.now() }),
  );
  return found === null ? notFound(input.id) : { __typename: 'ExplainRowPayload', id: input.id };
}

/** Closes a batch: a history import then no longer holds the timers. */
export async function closeRecordBatch(_: unknown, { id }: { id: string }, context: RecordContext) {
  const viewer = requirePermission(context, context.viewer?.role === 'OPERATOR' ? 'IMPORT_HISTORY' : 'PUSH_ROWS');
  const { database, domain, time } = context.records;
  const own = viewer.role === 'OPERATOR' || viewer.sources.some((source) => id.startsWith(`${source}:`));
  const closed = own && (await database.transaction((tx) => closeBatch(tx, domain.name, id, time.now())));
  if (!closed)
    return {
      __typename: 'BatchNotFound',
      message: text(
        `没有进行中的批次“${id}”，或它不属于本账户的数源。`,
        `There is no open batch "${id}" of this account's sources.`,
      ),
    };
  const [batch] = await database.asViewer(figuresScope(context), (tx) => batchesById(tx, [id]));
  return { __typename: 'CloseRecordBatchPayload', batch };
}

function rowOf(row: RowInput): unknown {
  return isObject(row.columns) ? { ...row.columns, table: row.table } : row.columns;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooLarge(name: string, rows: number) {
  return {
    __typename: 'PushTooLarge',
    message: text(
      `一次最多推送 ${MAX_PUSHED_ROWS} 行，收到 ${rows} 行；请分块，或使用 /${name}/rows 流式接口。`,
      `At most ${MAX_PUSHED_ROWS} rows a request, ${rows} came; split them, or use the stream /${name}/rows.`,
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
