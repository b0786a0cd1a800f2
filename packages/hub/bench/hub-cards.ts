import type { Outcome } from '@gnomon/records';
import { createClient } from '@gnomon/store';
import { requestContext } from '@gnomon/subgraph-kit';
import { demoViewers, type Hub } from '../src/index.ts';

/** What domains find by themselves: no contradictions between them, and nothing about what people do with cards. */
const DOMAINS = ['DATA_PUSH', 'WORK_ITEM', 'LICENCE', 'REVIEW', 'BUNDLE', 'ENGINEERING', 'CENTRE'];
const FIELDS =
  'state indicator { id } subject { __typename id } occurrence turnedAt agency { uscc } division { code } receipt { hash }';

/** A warning or card of the ledger, as a history leaves it. */
export interface HubCard extends Omit<Outcome, 'receipt'> {
  readonly receiptHash: string | null;
}

/** Aggregates of work items; the clocks of the last two are opened from what is kept of them. */
const OF_WORK_ITEMS = ['SourceDay', 'AgencyMonth', 'AgencyItemMonth', 'Source', 'IntakeBatch'];
const OF_CLOCKS: ReadonlySet<string> = new Set(['Source', 'IntakeBatch']);

/** Types of the subjects that are counted from others; and of those, which are counted anew under another calendar. */
export async function aggregateTypes(
  hub: Hub,
  schemas: readonly string[],
): Promise<{ readonly all: ReadonlySet<string>; readonly counted: ReadonlySet<string> }> {
  const sql = createClient({ url: hub.databaseUrl, applicationName: 'aggregates', max: 1 });
  const all = new Set(OF_WORK_ITEMS);
  for (const schema of schemas)
    for (const { type } of await sql<
      { type: string }[]
    >`select distinct type from ${sql(schema)}.subject where record is null`)
      all.add(type);
  await sql.end();
  return { all, counted: new Set([...all].filter((type) => !OF_CLOCKS.has(type))) };
}

interface Node {
  readonly state: string;
  readonly level?: string;
  readonly indicator: { readonly id: string };
  readonly subject: { readonly __typename: string; readonly id: string };
  readonly occurrence: string;
  readonly turnedAt: string;
  readonly agency: { readonly uscc: string } | null;
  readonly division: { readonly code: string } | null;
  readonly receipt: { readonly hash: string } | null;
  readonly supersededBy?: { readonly indicator: { readonly id: string } } | null;
}

/**
 * Every warning and card that the ledger of supervision came to and that was not disproved since, as an auditor of the region reads them
 * through the gateway. A warning that turned, and a card that a stronger one of its rule superseded, are told by what came of them.
 */
export async function hubCards(hub: Hub): Promise<readonly HubCard[]> {
  const cards = await allPages(hub, 'cards', `level supersededBy { indicator { id } } ${FIELDS}`);
  const warnings = await allPages(hub, 'warnings', FIELDS);
  const isStronger = ({ indicator, supersededBy }: Node): boolean => supersededBy?.indicator.id === indicator.id;
  return [
    ...cards.filter((one) => one.state !== 'WITHDRAWN' && !isStronger(one)),
    ...warnings.filter(({ state }) => state !== 'WITHDRAWN' && state !== 'TURNED'),
  ].map(({ indicator, subject, occurrence, turnedAt, level, agency, division, receipt }) => ({
    ...{ rule: indicator.id, subjectType: subject.__typename, subjectKind: subject.__typename, subject: subject.id },
    ...{ occurrence, turnedAt, agency: agency?.uscc ?? '', division: division?.code ?? '' },
    level: (level ?? 'WARNING') as Outcome['level'],
    receiptHash: receipt?.hash ?? null,
  }));
}

async function allPages(hub: Hub, field: 'cards' | 'warnings', selection: string): Promise<readonly Node[]> {
  const type = field === 'cards' ? 'CardFilter' : 'WarningFilter';
  const query = `query All($filter: ${type}, $after: String) { ${field}(filter: $filter, first: 200, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`;
  const nodes: Node[] = [];
  for (let after: string | null = null; ; ) {
    const context = requestContext(demoViewers()('auditor-region'), 'cards');
    const result = await hub.gateway.execute({ query, variables: { filter: { domain: DOMAINS }, after }, context });
    const page = (
      result.data as Record<string, { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> | null
    )?.[field];
    if (result.errors !== undefined || page === undefined) throw new Error(JSON.stringify(result.errors));
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}
