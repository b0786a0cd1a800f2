import { type createPaging, requirePermission } from '@gnomon/subgraph-kit';
import type {
  QueryCardByNumberArgs,
  QueryCardCountsArgs,
  QueryCardsArgs,
  QuerySignalsArgs,
  QueryWarningsArgs,
} from '../../generated/resolvers.ts';
import { loadCard } from '../acts/lookups.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import { cards, signals, type Table, warnings } from '../store/columns.ts';
import { isStorable, type LedgerFilter } from '../store/conditions.ts';
import { type PageKey, readPage } from '../store/pages.ts';
import { cardsByNumber, countCards } from '../store/single-reads.ts';
import { agencyCards, supervisionChanges } from './dashboard.ts';
import type { FieldsOf } from './fields-of.ts';
import { matter } from './Matter.ts';
import { cardPaging, pageKey, signalPaging, warningPaging } from './Subject.ts';
import { supervisionStatus } from './supervision-status.ts';

type ListArgs = QueryCardsArgs | QueryWarningsArgs | QuerySignalsArgs;

/** Root fields. Each asks for the right to read cards, and reads within the viewer's scope. */
export const Query = {
  warnings: list(warnings, warningPaging),
  cards: list(cards, cardPaging),
  signals: list(signals, signalPaging),
  warning(_root: unknown, { id }: { readonly id: string }, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    return context.load.warning.load(id);
  },
  card(_root: unknown, { id }: { readonly id: string }, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    return loadCard(context, id);
  },
  async cardByNumber(_root: unknown, { number }: QueryCardByNumberArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    if (!isStorable(number)) return null;
    const found = await context.ports.database.asViewer(context.scope, (tx) => cardsByNumber(tx, number));
    return found[0] ?? null;
  },
  cardCounts(_root: unknown, args: QueryCardCountsArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    const filter = cutFilter(args.filter);
    return context.ports.database.asViewer(context.scope, (tx) =>
      countCards(tx, context.scope, filter, args.by ?? 'LEVEL'),
    );
  },
  matter,
  supervisionStatus,
  supervisionChanges,
  agencyCards,
} satisfies FieldsOf<'Query'>;

function list<Row extends { readonly turnedAt: number; readonly id: string }>(
  table: Table<Row>,
  paging: ReturnType<typeof createPaging<PageKey>>,
) {
  return async (_root: unknown, args: ListArgs, context: SupervisionContext) => {
    requirePermission(context, 'READ_CARDS');
    const page = paging.request(args);
    const filter = cutFilter(args.filter);
    const rows = await context.ports.database.asViewer(context.scope, (tx) =>
      readPage(tx, table, context.scope, filter, page),
    );
    return paging.connection(rows, page, pageKey);
  };
}

/** The filter with its division cut, and without texts that no row can hold. */
export function cutFilter(filter: LedgerFilter | null | undefined): LedgerFilter {
  if (filter === null || filter === undefined) return {};
  const storable = (values: readonly string[] | null | undefined) => values?.filter(isStorable) ?? null;
  return {
    ...filter,
    division: filter.division ? cutDivision(filter.division) : null,
    indicator: storable(filter.indicator),
    agency: storable(filter.agency),
    source: storable(filter.source),
  };
}
