import { listBatches, listRefused, type RefusedRecord, refuseSize } from '@gnomon/records';
import { readTallies } from '@gnomon/store';
import { createPaging, readSignals, requirePermission, text } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { REFUSALS, type RefusalCode, refusalReason, refusalRemedy } from '../refusals.ts';
import { type ItemFilter, listItems, stepDeadlines } from '../store/read-items.ts';
import { STREAM } from '../take-chunk.ts';
import { workItemAsOf, workItemCounts, workItemsDueSoon } from './ahead.ts';
import { trimDivision } from './division-code.ts';
import { workItemMovedDeadlines, workItemRehearsal } from './rehearsal.ts';
import { signalNode } from './signal-node.ts';

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
    const page = await readSignals(context.feed, STREAM, context.scope, { first, after: after ?? null });
    return { ...page, nodes: page.nodes.map(({ signal, cursor }) => signalNode(signal, cursor)) };
  },
  workItemAsOf,
  workItemsDueSoon,
  workItemRehearsal,
  workItemMovedDeadlines,
  workItemCounts,
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
