import { readTallies } from '@gnomon/store';
import { createPaging, refusal, requirePermission, type Signal, text } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { REFUSALS, type RefusalCode, refusalReason, refusalRemedy } from '../refusals.ts';
import { listBatches, listRefused, type RefusedRecord } from '../store/read-batches.ts';
import { type ItemFilter, listItems, stepDeadlines } from '../store/read-items.ts';
import { STREAM } from '../take-chunk.ts';
import { refuseSize } from './page-size.ts';
import { isVisible, signalNode } from './signal-node.ts';

const items = createPaging<[number, string]>('workItems', ['number', 'string']);
const batches = createPaging<[number, string]>('intakeBatches', ['number', 'string']);
const refused = createPaging<[number, string]>('refusedRows', ['number', 'string']);
const LEVELS = ['WARNING', 'YELLOW', 'RED', 'UNKNOWN', 'NONE'];
interface Page {
  readonly first: number;
  readonly after?: string | null;
}

export const Query = {
  workItem(_: unknown, { id }: { id: string }, context: WorkItemsContext) {
    requirePermission(context, 'READ_CASES');
    return context.load.item.load(id);
  },
  async workItems(_: unknown, { filter, ...page }: { filter?: ItemFilter | null } & Page, context: WorkItemsContext) {
    requirePermission(context, 'READ_CASES');
    const request = items.request(page);
    const rows = await context.database.asViewer(context.scope, (tx) =>
      listItems(tx, { ...filter, division: trimDivision(filter?.division) }, request.after, request.limit),
    );
    return items.connection(rows, request, (row) => [row.listed_at, row.id]);
  },
  async indicatorValues(
    _: unknown,
    {
      filter,
    }: {
      filter?: {
        indicators?: string[];
        agency?: string;
        division?: string;
        source?: string;
        item?: string;
        from?: string;
        to?: string;
      } | null;
    },
    context: WorkItemsContext,
  ) {
    requirePermission(context, 'READ_INDICATORS');
    const asOf = context.time.now();
    const given = Object.fromEntries(
      Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined),
    );
    const fine = context.scope.agencies.length > 0 || context.scope.sources.length > 0;
    // An operator sees no rows of agencies, but the hub's own figures (no personal data, no content).
    const scope = context.viewer?.role === 'OPERATOR' ? { ...context.scope, all: true } : context.scope;
    const sums = await context.database.asViewer(scope, (tx) =>
      readTallies(
        tx,
        { ...given, ...(filter?.division ? { division: trimDivision(filter.division)! } : {}) },
        ['indicator'],
        fine ? 'fine' : 'auto',
      ),
    );
    const byIndicator = Map.groupBy(sums, (sum) => sum.key[0]!);
    return [...byIndicator].map(([id, levels]) => {
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
  },
  async stepDeadlines(_: unknown, { source }: { source: string }, context: WorkItemsContext) {
    requirePermission(context, 'READ_INDICATORS');
    const scope = context.viewer?.role === 'OPERATOR' ? { ...context.scope, all: true } : context.scope;
    const found = await context.database.asViewer(scope, (tx) => stepDeadlines(tx, source));
    return { source: { id: source }, steps: found.steps, withDue: found.with_due, lateByDay: found.late };
  },
  async intakeBatches(_: unknown, { source, ...page }: { source?: string | null } & Page, context: WorkItemsContext) {
    requirePermission(context, 'READ_INTAKE');
    const request = batches.request(page);
    const scope = context.viewer?.role === 'OPERATOR' ? { ...context.scope, all: true } : context.scope;
    const rows = await context.database.asViewer(scope, (tx) =>
      listBatches(tx, source ?? null, request.after, request.limit),
    );
    return batches.connection(rows, request, (row) => [row.opened_at, row.id]);
  },
  async refusedRows(
    _: unknown,
    { batchId, state, ...page }: { batchId?: string | null; state?: string | null } & Page,
    context: WorkItemsContext,
  ) {
    requirePermission(context, 'READ_INTAKE');
    const request = refused.request(page);
    const filter = { batch: batchId ?? null, state: state ?? null, id: null };
    const rows = await context.database.asViewer(context.scope, (tx) =>
      listRefused(tx, filter, request.after, request.limit),
    );
    return refused.connection(rows.map(refusedNode), request, (row) => [row.receivedAt, row.id]);
  },
  async workItemSignals(_: unknown, { first, after }: Page, context: WorkItemsContext) {
    requirePermission(context, 'READ_FEED');
    refuseSize('workItemSignals', first);
    // Others' signals do not exist for the viewer: they are passed over, and the cursor moves on.
    const nodes = [];
    let cursor = after ?? null;
    for (let read = 0; read < 20 && nodes.length < first; read += 1) {
      const entries = await context.feed.read(STREAM, cursor, Math.max(first, 200));
      if (entries.length === 0) return { nodes, endCursor: cursor, hasNextPage: false };
      for (const entry of entries) {
        if (nodes.length === first) return { nodes, endCursor: cursor, hasNextPage: true };
        cursor = entry.cursor;
        const signal = entry.payload as Signal;
        if (entry.type === 'signal' && isVisible(signal, context.scope)) nodes.push(signalNode(signal, entry.cursor));
      }
    }
    return { nodes, endCursor: cursor, hasNextPage: true };
  },
};

/** A refused row with its reason and remedy. */
export function refusedNode(row: RefusedRecord) {
  const known = row.code in REFUSALS;
  return {
    id: row.id,
    batchId: row.batch,
    table: row.tbl,
    guid: row.guid,
    workItemNo: row.no,
    code: row.code,
    reason: known ? refusalReason({ code: row.code as RefusalCode, detail: row.detail }) : text(row.code, row.code),
    remedy: known ? refusalRemedy(row.code as RefusalCode) : text('', ''),
    content: row.payload,
    receivedAt: row.received_at,
    state: row.state,
    explanation: row.explanation,
  };
}

/** The twelve-digit form is taken at the border and cut. */
function trimDivision(code: string | null | undefined): string | null {
  if (code === null || code === undefined) return null;
  if (!/^\d{1,12}$/.test(code)) {
    const came = JSON.stringify(code.slice(0, 40));
    throw refusal('BAD_INPUT', {
      zh: `division 应为 1 至 12 位数字的区划代码，例如 1501，收到 ${came}。`,
      en: `division: a code of 1 to 12 digits was expected, for example 1501, ${came} came.`,
    });
  }
  if (code.length !== 12) return code;
  if (code.endsWith('0000000000')) return code.slice(0, 2);
  if (code.endsWith('00000000')) return code.slice(0, 4);
  if (code.endsWith('000000')) return code.slice(0, 6);
  return code.endsWith('000') ? code.slice(0, 9) : code;
}
