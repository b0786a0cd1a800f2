import { createPaging, requirePermission } from '@gnomon/subgraph-kit';
import type { QueryAppealArgs, QueryAppealsArgs, QueryOutagesArgs } from '../../generated/resolvers.ts';
import type { SupervisionContext } from '../context.ts';
import { cutDivision } from '../division-code.ts';
import type { Outage } from '../outage/outage.ts';
import { type AppealKey, type AppealPlace, appealPage } from '../store/appeals.ts';
import { type OutageKey, outagePage } from '../store/outages.ts';
import { appealById } from './Appeal.ts';
import type { FieldsOf } from './fields-of.ts';

const appealPaging = createPaging<AppealKey>('appeals', ['number', 'string', 'number']);
const outagePaging = createPaging<OutageKey>('outages', ['number', 'string']);

/** Root fields of appeals and outages. Each asks for the right to read cards, and reads within the viewer's scope. */
export const appealQueries = {
  async appeals(_root: unknown, args: QueryAppealsArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    const page = appealPaging.request(args);
    const { division, indicator, agency, ...rest } = args.filter ?? {};
    const filter = { ...rest, indicator: storable(indicator), agency: storable(agency) };
    const cut = division ? cutDivision(division) : null;
    const places = await context.ports.database.asViewer(context.scope, (tx) =>
      appealPage(tx, context.scope, { ...filter, division: cut }, page),
    );
    const connection = appealPaging.connection(places, page, keyOf);
    const byId = new Map(
      await Promise.all(places.map(async ({ appeal }) => [appeal, await appealById(appeal, context)] as const)),
    );
    const edges = connection.edges.map(({ cursor, node }) => ({ cursor, node: byId.get(node.appeal) }));
    return { ...connection, edges, nodes: edges.map(({ node }) => node) };
  },
  appeal(_root: unknown, { id }: QueryAppealArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    return appealById(id, context);
  },
  async outages(_root: unknown, args: QueryOutagesArgs, context: SupervisionContext) {
    requirePermission(context, 'READ_CARDS');
    const page = outagePaging.request(args);
    const rows = await context.ports.database.asViewer(context.scope, (tx) => outagePage(tx, args.at ?? null, page));
    return outagePaging.connection(rows, page, ({ from, id }: Outage): OutageKey => [from, id]);
  },
} satisfies FieldsOf<'Query'>;

function keyOf({ raisedAt, card, sequence }: AppealPlace): AppealKey {
  return [raisedAt, card, sequence];
}

function storable(values: readonly string[] | null | undefined): readonly string[] | null {
  return values?.filter((value) => value.isWellFormed() && !value.includes('\u0000')) ?? null;
}
