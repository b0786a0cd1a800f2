import { followSignals, requirePermission } from '@gnomon/subgraph-kit';
import type { RecordContext } from '../access.ts';
import type { BatchRow } from '../store/read-batches.ts';
import { closeRecordBatch, correctRow, explainRow, pushRows } from './mutations.ts';
import { signalNode } from './nodes.ts';
import { asOf, dueSoonPage, indicatorValues, recordBatches, refusedRows, signals } from './queries.ts';
import { recordMovedDeadlines, recordRehearsal } from './rehearsal.ts';

export { linkedFields, recordField, recordFields, recordsField, subjectFields } from './entities.ts';
export { agencyNode, divisionNode, standingNodes } from './nodes.ts';

/** Resolvers of what every domain of records has, under its prefix (schema.graphql of this package). */
export function recordResolvers(prefix: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const Prefix = `${prefix.charAt(0).toUpperCase()}${prefix.slice(1)}`;
  return {
    Query: {
      [`${prefix}IndicatorValues`]: indicatorValues,
      [`${prefix}Signals`]: signals,
      [`${prefix}Batches`]: recordBatches,
      [`${prefix}RefusedRows`]: refusedRows,
      [`${prefix}AsOf`]: asOf,
      [`${prefix}DueSoon`]: dueSoonPage,
      [`${prefix}Rehearsal`]: recordRehearsal,
      [`${prefix}MovedDeadlines`]: recordMovedDeadlines,
    },
    Mutation: {
      [`push${Prefix}Rows`]: pushRows,
      [`correct${Prefix}Row`]: correctRow,
      [`explain${Prefix}Row`]: explainRow,
      [`close${Prefix}Batch`]: closeRecordBatch,
    },
    Subscription: {
      [`${prefix}Signals`]: {
        /** No generator of its own: who may not hear it is refused at once, and not at the first event. */
        subscribe(_: unknown, { after }: { after?: string | null }, context: RecordContext) {
          requirePermission(context, 'READ_FEED');
          return heard(context, `${prefix}Signals`, after ?? null);
        },
      },
    },
    RecordBatch: {
      source: ({ source }: BatchRow) => (source === '*' ? null : { id: source }),
      openedAt: ({ opened_at }: BatchRow) => opened_at,
      closedAt: ({ closed_at }: BatchRow) => closed_at,
      isHistory: ({ replay }: BatchRow) => replay,
      async account({ id }: BatchRow, _: unknown, context: RecordContext) {
        const [row] = await context.records.load.account.load(id);
        const { chunks = 0, rows = 0, taken = 0, set_aside: setAside = 0, refused = 0, identical = 0 } = row ?? {};
        return { chunks, rows, taken, setAside, refused, identical };
      },
    },
  };
}

async function* heard(context: RecordContext, field: string, after: string | null) {
  const { feed, domain } = context.records;
  for await (const { signal, cursor } of followSignals(feed, domain.name, context.scope, {
    after,
    signal: context.signal,
  }))
    yield { [field]: signalNode(signal, cursor), cursor };
}

/** Resolvers of a domain over those of every one: type by type, field by field. */
export function mergeResolvers(
  ...parts: readonly Readonly<Record<string, unknown>>[]
): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = {};
  for (const part of parts)
    for (const [type, fields] of Object.entries(part)) {
      const known = merged[type];
      merged[type] = isPlain(known) && isPlain(fields) ? { ...known, ...fields } : fields;
    }
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
