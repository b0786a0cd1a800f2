import { readTallies } from '@gnomon/store';
import { createPaging, type PageArguments, readSignals, requirePermission } from '@gnomon/subgraph-kit';
import type { RecordContext } from '../access.ts';
import { answerAsOf, answerDueSoon, type DueSoonArguments } from '../ahead.ts';
import { listBatches, listRefused } from '../store/read-batches.ts';
import { trimDivision } from '../store/read-records.ts';
import { refusedNode, signalNode } from './nodes.ts';
import { refuseSize } from './page-size.ts';

const batches = createPaging<[number, string]>('batches', ['number', 'string']);
const refused = createPaging<[number, string]>('refusedRows', ['number', 'string']);
const LEVELS = ['WARNING', 'YELLOW', 'RED', 'UNKNOWN', 'NONE'];
interface Page {
  readonly first: number;
  readonly after?: string | null;
}
interface IndicatorFilter {
  readonly indicators?: readonly string[] | null;
  readonly agency?: string | null;
  readonly division?: string | null;
  readonly source?: string | null;
  readonly item?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

/** Values of the domain's indicators. */
export async function indicatorValues(
  _: unknown,
  { filter }: { filter?: IndicatorFilter | null },
  context: RecordContext,
) {
  requirePermission(context, 'READ_INDICATORS');
  const { database, time } = context.records;
  const asOf = time.now();
  const given = Object.fromEntries(
    Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined),
  );
  if (typeof given.division === 'string') given.division = trimDivision(given.division);
  const fine = context.scope.agencies.length > 0 || context.scope.sources.length > 0;
  const sums =
    given.division === '-'
      ? []
      : await database.asViewer(figuresScope(context), (tx) =>
          readTallies(tx, given, ['indicator'], fine ? 'fine' : 'auto'),
        );
  return [...Map.groupBy(sums, (sum) => sum.key[0]!)].map(([id, levels]) => {
    const count = (level: string): number => levels.find((sum) => sum.level === level)?.n ?? 0;
    const denominator = levels.reduce((sum, level) => sum + level.n, 0);
    const numerator = count('NONE');
    return {
      indicator: { id },
      numerator,
      denominator,
      rate: denominator === 0 ? null : numerator / denominator,
      byLevel: LEVELS.map((level) => ({ level, count: count(level) })),
      asOf,
    };
  });
}

/** The domain's signals in commit order. */
export async function signals(_: unknown, { first, after }: Page, context: RecordContext) {
  requirePermission(context, 'READ_FEED');
  refuseSize('signals', first);
  const { feed, domain } = context.records;
  const page = await readSignals(feed, domain.name, context.scope, { first, after: after ?? null });
  return { ...page, nodes: page.nodes.map(({ signal, cursor }) => signalNode(signal, cursor)) };
}

/** Batches, newest first. */
export async function recordBatches(
  _: unknown,
  { source, ...page }: { source?: string | null } & PageArguments,
  context: RecordContext,
) {
  requirePermission(context, 'READ_INTAKE');
  const request = batches.request(page);
  const rows = await context.records.database.asViewer(figuresScope(context), (tx) =>
    listBatches(tx, source ?? null, request.after, request.limit),
  );
  return batches.connection(rows, request, (row) => [row.opened_at, row.id]);
}

/** Refused rows, newest first. */
export async function refusedRows(
  _: unknown,
  { batchId, state, ...page }: { batchId?: string | null; state?: string | null } & PageArguments,
  context: RecordContext,
) {
  const viewer = requirePermission(context, 'READ_INTAKE');
  const request = refused.request(page);
  const filter = { batch: batchId ?? null, state: state ?? null, id: null };
  const rows = await context.records.database.asViewer(context.scope, (tx) =>
    listRefused(tx, filter, request.after, request.limit),
  );
  const nodes = rows.map((row) => refusedNode(context.records.domain, viewer, row));
  return refused.connection(nodes, request, (row) => [row.receivedAt, row.id]);
}

/** As of when the domain speaks; null before the first chunk of an open import, when nothing can be said. */
export async function asOf(_: unknown, _args: unknown, context: RecordContext) {
  const answer = await answerAsOf(context.records, context);
  return Number.isFinite(answer.at) ? answer : null;
}

/** What time alone will turn. */
export function dueSoonPage(_: unknown, args: DueSoonArguments, context: RecordContext) {
  const { agency = null, division = null, ...rest } = args;
  return answerDueSoon(
    context.records,
    { ...rest, agency, division: division === null ? null : trimDivision(division) },
    context,
  );
}

/** An operator sees no rows of agencies, but the hub's own figures (no personal data, no content). */
export function figuresScope({ viewer, scope }: RecordContext) {
  return viewer?.role === 'OPERATOR' ? { ...scope, all: true } : scope;
}
