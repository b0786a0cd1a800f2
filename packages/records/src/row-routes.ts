import { may } from '@gnomon/identity';
import type { OpenSubgraph, RequestContext } from '@gnomon/subgraph-kit';
import { CsvError } from 'csv-parse';
import { type Intake, labelOf } from './intake.ts';
import type { RawInput } from './raw-input.ts';
import { type RefusalTexts, refusalReason, refusalRemedy } from './refusals.ts';
import { rowsOf } from './row-lines.ts';

/** Larger chunks save nothing measurable (403 against 426 µs of CPU an item at 10,000) and hold 30 MB more. */
const CHUNK_ROWS = 4_000;
const IN_FLIGHT = 2;
const CUT_MARGIN = 1_000;
const MAX_LISTED_REFUSALS = 200;
type Routes = NonNullable<OpenSubgraph<object>['routes']>;
type App = Parameters<Routes>[0];

/**
 * `POST /<name>/rows`: a stream of rows, NDJSON or CSV, also gzipped, of any size in constant memory.
 *
 * Query: `batch` (label), `source` (when the account has several), `history=1` (an operator's import with `received_at`).
 * A history may come in several bodies: `firstChunk` is the ordinal before the body's first chunk, `more=1` leaves the batch open, so
 * that it goes on holding timers, and `from` (an instant) is where an empty first body holds them.
 * The body is cut into numbered chunks of 4,000 rows, each one transaction; sent again after a cut, the chunks that are
 * in are passed over. The answer is the account: taken + setAside + refused + identical = rows.
 */
export function rowRoutes(
  app: App,
  authenticate: (authorization: string | undefined) => Promise<RequestContext>,
  world: RowStream,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post(`/${world.name}/rows`, { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
      const context = await authenticate(request.headers.authorization).catch((error: unknown) => error as Error);
      if (context instanceof Error)
        return reply.code(401).send(problem('UNAUTHENTICATED', '令牌无效', context.message));
      const { viewer } = context;
      if (viewer === null)
        return reply
          .code(401)
          .send(problem('UNAUTHENTICATED', '未登录，请附上令牌', 'Not signed in; send a bearer token.'));
      if (!may(viewer, 'PUSH_ROWS') && !may(viewer, 'IMPORT_HISTORY'))
        return reply
          .code(403)
          .send(problem('FORBIDDEN', `角色 ${viewer.role} 无权推送数据`, `The role ${viewer.role} may not push rows.`));
      const query = request.query as Record<string, string | undefined>;
      const label = labelOf(query.batch);
      if (label === null)
        return reply
          .code(400)
          .send(
            problem(
              'BAD_INPUT',
              'batch 参数应为 1 至 64 个字符的批次号',
              'The parameter `batch` must be a label of 1 to 64 characters.',
            ),
          );
      const allowed = world.intake.sourceFor(viewer, query.source ?? null);
      if ('problem' in allowed) return reply.code(403).send(problem('FORBIDDEN', allowed.zh, allowed.en));
      const history = allowed.replay && query.history === '1';
      const firstChunk = Number(query.firstChunk ?? 0);
      const from = query.from === undefined ? null : Date.parse(query.from);
      if (!Number.isSafeInteger(firstChunk) || firstChunk < 0 || Number.isNaN(from))
        return reply
          .code(400)
          .send(
            problem(
              'BAD_INPUT',
              'firstChunk 应为非负整数，from 应为 ISO 8601 时刻',
              'The parameter `firstChunk` must be an integer from 0 on, `from` an ISO 8601 instant.',
            ),
          );
      const type = request.headers['content-type'] ?? '';
      const rows = rowsOf(
        request.raw,
        type.includes('csv') ? 'CSV' : 'NDJSON',
        request.headers['content-encoding'] === 'gzip' || type.includes('gzip'),
      );
      try {
        const part = { firstChunk, isLast: query.more !== '1', from };
        return await takeStream(world, rows, { ...allowed, replay: history, label }, part);
      } catch (error) {
        if (!isBodyFault(error)) throw error;
        return reply
          .code(400)
          .send(
            problem(
              'UNREADABLE_BODY',
              '数据流无法读取，已接收的分块保留，可从头重发同一文件',
              `The body could not be read (${(error as Error).message}); chunks that are in stay in, send the same file again.`,
            ),
          );
      }
    });
  });
}

/** What the stream of rows of a domain works with. */
export interface RowStream {
  /** Name of the subgraph: the address is `/<name>/rows`. */
  readonly name: string;
  readonly intake: Intake;
  /** What a row belongs to, so that a file is not cut within it where it has those rows together. */
  belongsTo(row: RawInput): unknown;
  /** Words of the domain's codes of refusal; those of any row when not given. */
  readonly texts?: RefusalTexts;
  /** Closes a history's batch. */
  close(batchId: string): Promise<unknown>;
}

/** Which part of a batch a body is. */
interface StreamPart {
  /** Ordinal before its first chunk. */
  readonly firstChunk: number;
  /** The batch ends with it. */
  readonly isLast: boolean;
  /** Where a history that begins with an empty body holds the timers. */
  readonly from: number | null;
}

/** Takes a stream of rows, in parts of any size, chunk by chunk and gives the closing account. */
export async function takeStream(
  world: Omit<RowStream, 'name'>,
  parts: AsyncIterable<readonly RawInput[]>,
  batch: { readonly source: string | null; readonly replay: boolean; readonly label: string },
  part: StreamPart = { firstChunk: 0, isLast: true, from: null },
) {
  const account = { rows: 0, taken: 0, setAside: 0, refused: 0, identical: 0, chunks: 0, repeatedChunks: 0 };
  const refused: { line: number; guid: string; code: string; reason: object; remedy: object }[] = [];
  let batchId = '';
  const takeOne = async (chunk: readonly RawInput[], ordinal: number): Promise<void> => {
    const result = await world.intake.take({
      ...batch,
      chunk: ordinal,
      rows: batch.replay ? chunk : chunk.map(withoutArrival),
    });
    for (const name of ['rows', 'taken', 'setAside', 'refused', 'identical'] as const) account[name] += result[name];
    account.chunks += 1;
    if (result.repeated) account.repeatedChunks += 1;
    batchId = result.batchId;
    for (const { refusal } of result.refusedRows) {
      if (refused.length >= MAX_LISTED_REFUSALS) break;
      refused.push({
        line: 0,
        guid: refusal.guid,
        code: refusal.code,
        reason: refusalReason(refusal, world.texts),
        remedy: refusalRemedy(refusal.code, world.texts),
      });
    }
  };
  // Two chunks on their way while the next is read; a history import is taken in its own order, one after another.
  const most = batch.replay ? 1 : IN_FLIGHT;
  const inFlight: Promise<void>[] = [];
  let chunk: RawInput[] = [];
  let ordinal = part.firstChunk;
  let lastNo: unknown;
  const send = async (): Promise<void> => {
    // More is to come, so that the next chunk will want the batch while this one is still on its way.
    if (ordinal === part.firstChunk && most > 1 && chunk.length >= CHUNK_ROWS) await world.intake.open(batch);
    const full = chunk;
    chunk = [];
    if (inFlight.length >= most) await inFlight.shift();
    const taking = takeOne(full, (ordinal += 1));
    taking.catch(() => {});
    inFlight.push(taking);
  };
  for await (const rows of parts)
    for (const row of rows) {
      // Cut between records where the file has them together, so that no row is parted from the one it waits for.
      const no = world.belongsTo(row);
      if (chunk.length >= CHUNK_ROWS && (no !== lastNo || chunk.length >= CHUNK_ROWS + CUT_MARGIN)) await send();
      lastNo = no;
      chunk.push(row);
    }
  // A body that only opens a history leaves no chunk behind.
  if (chunk.length === 0 && ordinal === part.firstChunk && !part.isLast)
    batchId = await world.intake.open({ ...batch, ...(part.from === null ? {} : { from: part.from }) });
  else if (chunk.length > 0 || ordinal === part.firstChunk) await send();
  await Promise.all(inFlight);
  if (batch.replay && part.isLast) await world.close(batchId);
  return { batchId, account, refused };
}

function withoutArrival(row: RawInput): RawInput {
  if (row.receivedAt === undefined) return row;
  const { receivedAt: _receivedAt, ...rest } = row;
  return rest;
}

function problem(code: string, zh: string, en: string) {
  return { code, message: { zh, en } };
}

/** Faults of the body itself: broken gzip, broken CSV, a client that went away. */
function isBodyFault(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  // By class: one of the parser's codes, INVALID_OPENING_QUOTE, lacks the prefix of the others.
  return (
    error instanceof CsvError || code.startsWith('Z_') || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
  );
}
