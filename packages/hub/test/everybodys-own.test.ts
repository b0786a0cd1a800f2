import type { Viewer } from '@gnomon/identity';
import { requestContext } from '@gnomon/subgraph-kit';
import {
  type ExecutionResult,
  type GraphQLField,
  type GraphQLSchema,
  isObjectType,
  isRequiredArgument,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoViewers } from '../src/index.ts';
import { type KeptRow, openSeasonHub, type SeasonHub } from './season-world.ts';
import { forAgency, wholeRequest } from './whole-selection.ts';

const SLOW_MS = 400_000;
const SUBGRAPHS = ['work-items', 'licences', 'reviews', 'bundles', 'engineering', 'centres', 'supervision'] as const;
type Name = (typeof SUBGRAPHS)[number];
const NOBODY = '91150100MA0NOBODY0';
/** Root fields that cannot be asked without saying which one: the kinds of what they give, in the words of the records. */
const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  workItem: ['WorkItem'],
  licence: ['Licence'],
  licenceDuty: ['LicenceDuty'],
  review: ['Review'],
  bundleCase: ['BundleCase'],
  project: ['Project'],
  projectApproval: ['ProjectApproval'],
  centreWindow: ['CentreWindow'],
  centreWindowDay: ['CentreWindowDay', 'window-day'],
  queueTicket: ['QueueTicket', 'queue-ticket'],
  centreTicket: ['CentreTicket'],
  centreFinding: ['CentreFinding'],
};
/** What everybody may read, whosever it is, or what other tests ask with ids that exist. */
const ASKED_ELSEWHERE: Readonly<Record<string, string>> = {
  centre: 'a published place',
  stepDeadlines: 'a source is given; work-items asks it as an agency',
  warning: 'supervision asks it with ids of other agencies',
  card: 'supervision asks it with ids of other agencies',
  cardByNumber: 'supervision asks it with numbers of other agencies',
  matter: 'supervision asks it with ids of other agencies',
};

let world: SeasonHub;
beforeAll(async () => {
  world = await openSeasonHub();
}, SLOW_MS);
afterAll(() => world?.close());

const supervisor = demoViewers()('supervisor-region');
const agencyViewer = (uscc: string, role: 'AGENCY' | 'PARTNER' = 'AGENCY'): Viewer => ({
  ...demoViewers()('agency-1'),
  role,
  agency: uscc,
});
const schemaOf = (name: Name): GraphQLSchema => world.hub.subgraph(name).schema;
const rootFields = (name: Name, operation: 'query' | 'subscription'): readonly GraphQLField<unknown, unknown>[] => {
  const schema = schemaOf(name);
  const root = operation === 'query' ? schema.getQueryType() : schema.getSubscriptionType();
  return Object.values(root?.getFields() ?? {}).filter((field) => !field.name.startsWith('_'));
};
async function ask(
  name: Name,
  viewer: Viewer,
  request: { query: string; variables: object },
): Promise<ExecutionResult> {
  return world.hub.subgraph(name).execute({
    document: parse(request.query),
    variables: request.variables as Record<string, unknown>,
    context: requestContext(viewer, 'own'),
  });
}

/** An agency, or the one with the most rows in a domain, and what of the others must not be seen by it. */
function sidesOf(name: Name, of?: string): { readonly mine: string; readonly foreign: ReadonlySet<string> } {
  const kept = world.kept.filter(({ domain }) => domain === name || name === 'supervision');
  const counts = new Map<string, number>();
  for (const { agency } of kept) if (agency !== '') counts.set(agency, (counts.get(agency) ?? 0) + 1);
  const mine = of ?? [...counts].sort((one, other) => other[1] - one[1])[0]![0];
  const own = new Set(kept.filter(({ agency }) => agency === mine).map(({ id }) => id));
  const others = kept.filter(({ agency, id }) => agency !== '' && agency !== mine && !own.has(id));
  return {
    mine,
    foreign: new Set([...others.map(({ id }) => id), ...[...counts.keys()].filter((one) => one !== mine)]),
  };
}

/** Texts of an answer that name something foreign: whole, or as a credit code within a sentence. */
function leaks(answer: unknown, foreign: ReadonlySet<string>, path = ''): readonly string[] {
  if (typeof answer === 'string') {
    const words = [answer, ...(answer.match(/[0-9A-Z]{18}/g) ?? [])];
    return words.some((word) => foreign.has(word)) ? [`${path}: ${answer.slice(0, 80)}`] : [];
  }
  if (answer === null || typeof answer !== 'object') return [];
  return Object.entries(answer).flatMap(([key, value]) =>
    leaks(value, foreign, Number.isNaN(Number(key)) ? `${path}.${key}` : path),
  );
}
const distinct = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.map((text) => text.split(':')[0]!)),
];

describe.each(SUBGRAPHS)('%s, asked alone in the name of an agency', (name) => {
  test('shows nothing of another agency in any root field, and the supervisor sees that there is something', async () => {
    const { mine, foreign } = sidesOf(name);
    let seenByRegion = 0;
    for (const field of rootFields(name, 'query').filter(({ args }) => !args.some(isRequiredArgument))) {
      const given = field.args.some(({ name }) => name === 'first') ? { first: 100 } : {};
      const request = wholeRequest(schemaOf(name), 'query', field, given);
      for (const role of ['AGENCY', 'PARTNER'] as const)
        expect
          .soft(distinct(leaks(await ask(name, agencyViewer(mine, role), request), foreign)), `${role} ${field.name}`)
          .toEqual([]);
      seenByRegion += leaks(await ask(name, supervisor, request), foreign).length;
    }
    expect(seenByRegion).toBeGreaterThan(0);
  });

  test('answers a question about another agency as it answers one about nobody: in counts, lists and errors', async () => {
    const { mine, foreign } = sidesOf(name);
    const other = [...foreign].find((one) => /^[0-9A-Z]{18}$/.test(one))!;
    for (const field of rootFields(name, 'query')) {
      const [about, nobody] = [forAgency(field.args, other), forAgency(field.args, NOBODY)];
      if (about === null || nobody === null || field.args.some(isRequiredArgument)) continue;
      const [answer, nothing] = await Promise.all(
        [about, nobody].map((given) =>
          ask(name, agencyViewer(mine), wholeRequest(schemaOf(name), 'query', field, given)),
        ),
      );
      expect.soft(answer, field.name).toEqual(nothing);
    }
  });

  test('knows no record of another agency by its id, as a root field or as a reference', async () => {
    const { mine } = sidesOf(name);
    const viewer = agencyViewer(mine);
    for (const field of rootFields(name, 'query').filter(({ args }) => args.some(isRequiredArgument))) {
      if (field.name in ASKED_ELSEWHERE) continue;
      const types = ONE_OF[field.name];
      expect.soft(types, `${name}.${field.name} is asked with an id: say what of, or why not`).toBeDefined();
      const [own, other] = oneEach(
        world.kept.filter(({ type, domain }) => domain === name && types?.includes(type)),
        mine,
      );
      const argument = field.args.find(isRequiredArgument)!.name;
      const given = (id: string) => wholeRequest(schemaOf(name), 'query', field, { [argument]: id });
      expect.soft((await ask(name, viewer, given(other?.id ?? ''))).data, field.name).toEqual({ [field.name]: null });
      expect.soft((await ask(name, supervisor, given(other?.id ?? ''))).data?.[field.name], field.name).not.toBeNull();
      if (own !== undefined)
        expect.soft((await ask(name, viewer, given(own.id))).data?.[field.name], field.name).not.toBeNull();
    }
  });

  test('resolves no reference to a subject of another agency', async () => {
    const { mine } = sidesOf(name);
    const known = Map.groupBy(
      world.kept.filter(({ domain }) => domain === name),
      ({ type }) => type,
    );
    for (const [type, rows] of known) {
      if (!isObjectType(schemaOf(name).getType(type))) continue;
      const [own, other] = oneEach(rows, mine);
      if (other === undefined) continue;
      const request = (id: string) => ({
        query: `query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on ${type} { id ${factField(name, type)} } } }`,
        variables: { of: [{ __typename: type, id, ...(type === 'Project' ? { code: id } : {}) }] },
      });
      expect.soft((await ask(name, agencyViewer(mine), request(other.id))).data, type).toEqual({ _entities: [null] });
      if (own !== undefined)
        expect
          .soft((await ask(name, agencyViewer(mine), request(own.id))).data, type)
          .not.toEqual({ _entities: [null] });
    }
  });

  test('tells in a subscription what its pages tell, in their order, and nothing of another agency', async () => {
    for (const field of rootFields(name, 'subscription')) {
      const page = PAGES[field.name] ?? field.name;
      const { mine, foreign } = sidesOf(name, (await pageOf(name, supervisor, page, 200)).busiest);
      const { endCursor } = await pageOf(name, agencyViewer(mine), page, 1);
      const { ids } = await pageOf(name, agencyViewer(mine), page, 6);
      expect(ids.length, field.name).toBeGreaterThan(1);
      const request = wholeRequest(schemaOf(name), 'subscription', field, { after: endCursor });
      const heard = await hear(name, agencyViewer(mine), request, ids.length - 1);
      expect.soft(distinct(leaks(heard, foreign)), field.name).toEqual([]);
      expect
        .soft(
          heard.every(({ errors }) => errors === undefined),
          field.name,
        )
        .toBe(true);
      expect
        .soft(
          heard.map(({ data }) => idOf(data?.[field.name])),
          field.name,
        )
        .toEqual(ids.slice(1));
    }
  });
});

/** Where a subscription is not paged under its own name. */
const PAGES: Readonly<Record<string, string>> = { supervisionFeed: 'supervisionChanges' };
/** What an entry of a feed is known by. */
function idOf(entry: unknown): string {
  const { cursor, id } = entry as { readonly cursor?: string; readonly id?: string };
  return cursor ?? String(id);
}
async function pageOf(
  name: Name,
  viewer: Viewer,
  field: string,
  first: number,
): Promise<{ readonly endCursor: string | null; readonly ids: readonly string[]; readonly busiest: string }> {
  const found = schemaOf(name).getQueryType()!.getFields()[field]!;
  const { data } = await ask(name, viewer, wholeRequest(schemaOf(name), 'query', found, { first }));
  const page = data![field] as { readonly endCursor: string | null; readonly nodes: readonly unknown[] };
  // The agency that most of the page is about: somebody with several entries of its own.
  const agencies = [...JSON.stringify(page.nodes).matchAll(/"uscc":"(\w+)"/g)].map(([, uscc]) => uscc!);
  const counted = [...Map.groupBy(agencies, (uscc) => uscc)].sort((one, other) => other[1].length - one[1].length);
  return { endCursor: page.endCursor, ids: page.nodes.map(idOf), busiest: counted[0]?.[0] ?? '' };
}
async function hear(
  name: Name,
  viewer: Viewer,
  { query, variables }: ReturnType<typeof wholeRequest>,
  count: number,
): Promise<readonly ExecutionResult[]> {
  const stop = new AbortController();
  const context = { ...requestContext(viewer, 'own'), signal: stop.signal };
  const events = await world.hub.subgraph(name).subscribe({ document: parse(query), variables, context });
  if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
  const heard: ExecutionResult[] = [];
  for await (const event of events) {
    heard.push(event);
    if (heard.length >= count) break;
  }
  stop.abort();
  return heard;
}

/** One row of the agency, and one of another. */
function oneEach(rows: readonly KeptRow[], mine: string): readonly [KeptRow | undefined, KeptRow | undefined] {
  return [rows.find(({ agency }) => agency === mine), rows.find(({ agency }) => agency !== mine && agency !== '')];
}

/** A field that the subgraph has to read the row for. */
function factField(name: Name, type: string): string {
  const found = schemaOf(name).getType(type);
  const fields = isObjectType(found) ? Object.keys(found.getFields()) : [];
  return ['facts', 'state', 'standing']
    .filter((one) => fields.includes(one))
    .slice(0, 1)
    .map((one) => (one === 'standing' ? 'standing { level }' : one))
    .join(' ');
}
