import { requestContext } from '@gnomon/subgraph-kit';
import { demoViewers, type Hub } from '../src/index.ts';

/** A warning or card that stands, as an auditor reads it. */
export interface FoundSignal {
  readonly indicator: string;
  /** Type of the subject in the graph, for example `WorkItem`. */
  readonly type: string;
  readonly subject: string;
  readonly occurrence: string;
  readonly level: string;
  readonly turnedAt: string;
  readonly message: string;
}

const DOMAINS = ['DATA_PUSH', 'WORK_ITEM', 'LICENCE', 'REVIEW', 'BUNDLE', 'ENGINEERING', 'CENTRE', 'CONTRADICTION'];
/** States in which a card is still to be answered: whoever does not answer has accepted it by silence. */
const OPEN = ['DRAFT', 'ISSUED', 'SIGNED', 'ACCEPTED', 'APPEALED', 'SUSTAINED', 'PLANNED', 'RECTIFYING', 'RESULT_IN'];

/** What the domains found and stands now: open cards and warnings; without those about what people do with cards (XX). */
export async function standing(hub: Hub): Promise<FoundSignal[]> {
  const fields = 'indicator { id } subject { __typename id } occurrence turnedAt message { zh }';
  const cards = await allPages(hub, 'cards', `level ${fields}`, { state: OPEN, domain: DOMAINS });
  const warnings = await allPages(hub, 'warnings', fields, { state: ['ISSUED'], domain: DOMAINS });
  return [...cards, ...warnings.map((one) => ({ ...one, level: 'WARNING' }))].map((node) => {
    const one = node as {
      indicator: { id: string };
      subject: { __typename: string; id: string };
      occurrence: string;
      level: string;
      turnedAt: string;
      message: { zh: string };
    };
    return {
      indicator: one.indicator.id,
      type: one.subject.__typename,
      subject: one.subject.id,
      occurrence: one.occurrence,
      level: one.level,
      turnedAt: one.turnedAt,
      message: one.message.zh,
    };
  });
}

async function allPages(hub: Hub, field: 'cards' | 'warnings', selection: string, filter: object): Promise<object[]> {
  const type = field === 'cards' ? 'CardFilter' : 'WarningFilter';
  const query = `query All($filter: ${type}, $after: String) { ${field}(filter: $filter, first: 200, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`;
  const nodes: object[] = [];
  for (let after: string | null = null; ; ) {
    const viewer = demoViewers()('auditor-region');
    const result = await hub.gateway.execute({
      query,
      variables: { filter, after },
      context: requestContext(viewer, 'read'),
    });
    const page = (
      result.data as Record<string, { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> | null
    )?.[field];
    if (result.errors !== undefined || page === undefined) throw new Error(JSON.stringify(result.errors));
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}

/** A finding that was planted, of whatever domain. */
export interface PlantedFinding {
  readonly indicator: string;
  readonly subject: string;
  readonly level: string;
  /** ISO instant; null where an arriving row brings it about. */
  readonly turnedAt: string | null;
}

/**
 * What differs between what stands and what was planted, one for one; all lists empty means precision and recall of one. Where a subject
 * has several of one indicator and level, those of equal instants belong together.
 */
export function compareWithTruth(
  found: readonly FoundSignal[],
  truth: readonly PlantedFinding[],
): { readonly missed: readonly string[]; readonly extra: readonly string[]; readonly wrongInstant: readonly string[] } {
  const waiting = Map.groupBy(found, keyOf);
  const take = (one: PlantedFinding, fits: (match: FoundSignal) => boolean): FoundSignal | undefined => {
    const candidates = waiting.get(keyOf(one)) ?? [];
    const at = candidates.findIndex(fits);
    return at < 0 ? undefined : candidates.splice(at, 1)[0];
  };
  const isExact = (one: PlantedFinding) => (match: FoundSignal) =>
    one.turnedAt !== null && Date.parse(match.turnedAt) === Date.parse(one.turnedAt);
  const inexact = truth.filter((one) => take(one, isExact(one)) === undefined);
  const missed: string[] = [];
  const wrongInstant: string[] = [];
  for (const one of inexact) {
    const match = take(one, () => true);
    if (match === undefined) missed.push(keyOf(one));
    else if (one.turnedAt !== null) wrongInstant.push(`${keyOf(one)}: ${match.turnedAt}, planted ${one.turnedAt}`);
  }
  const extra = [...waiting.values()].flat().map((one) => `${keyOf(one)} ${one.turnedAt} ${one.message}`);
  return { missed, extra, wrongInstant };
}

function keyOf(one: { readonly indicator: string; readonly subject: string; readonly level: string }): string {
  return `${one.indicator} ${one.level} ${one.subject}`;
}
