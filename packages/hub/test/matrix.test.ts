import { isWithin, scopeOf, type Viewer } from '@gnomon/identity';
import { requestContext } from '@gnomon/subgraph-kit';
import fastify from 'fastify';
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
import { SUBGRAPHS } from '../src/open-hub.ts';
import { doorsOf, fieldsOf, keysOf } from './matrix/coordinates.ts';
import { FIELDS } from './matrix/fields.ts';
import { fingerprint } from './matrix/fingerprint.ts';
import { leaks } from './matrix/leaks.ts';
import { type Entry, GIVEN, MATRIX, ROUTES } from './matrix/matrix.ts';
import { personalValues } from './matrix/personal-values.ts';
import { type PlantedRow, plantedRows } from './matrix/planted-rows.ts';
import { type Outcome, POLICIES, type Policy } from './matrix/policies.ts';
import { askedFor, referenceRequest, sampleOf, wholeRequest } from './matrix/requests.ts';
import { COLUMNS, type Column, foreignTo, viewersAround } from './matrix/viewers.ts';
import { openSeasonHub, type SeasonHub } from './season-world.ts';

const SLOW_MS = 600_000;
const PAGE = 12;
/** Ids that are tried until one shows something: a card may be held, a row without what hangs on it. */
const TRIES = 6;
const NOBODYS = { agency: '91150100MA0NOBODY0', division: '159999' } as const;
const NAMES = SUBGRAPHS.map(({ name }) => name);

let world: SeasonHub;
let rows: readonly PlantedRow[];
let personal: ReadonlySet<string>;
const statements: string[] = [];
beforeAll(async () => {
  world = await openSeasonHub({ onStatement: (text) => statements.push(text) });
  rows = await plantedRows(
    world.hub.databaseUrl,
    Object.fromEntries(SUBGRAPHS.map((one) => [one.name, one.schemaName])),
  );
  personal = personalValues(world.season.arrivals.map(({ row }) => row));
}, SLOW_MS);
afterAll(() => world?.close());

type Request = { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
interface Answer extends ExecutionResult {
  /** Texts of the statements that it took. */
  readonly statements: readonly string[];
}

async function ask(name: string, viewer: Viewer | null, { query, variables }: Request): Promise<Answer> {
  statements.length = 0;
  const context = requestContext(viewer, 'matrix');
  const answer = await world.hub.subgraph(name).execute({ document: parse(query), variables, context });
  const found = viewer?.purpose ? [] : leaks(answer.data, personal);
  expect.soft(found, `personal data without a purpose: ${viewer?.id} ${query.slice(0, 80)}`).toEqual([]);
  // Sorted: what is read at once comes in any order.
  return { ...answer, statements: [...statements].sort() };
}

const schemaOf = (name: string): GraphQLSchema => world.hub.subgraph(name).schema;
/** Rows of the subgraph's own domain; supervision speaks of all. */
const ownRows = (name: string) => rows.filter(({ domain }) => name === 'supervision' || domain === name);
/** The agency that most of a subgraph's rows are about is in the middle. */
function around(name: string): PlantedRow {
  const inGraph = ownRows(name).filter(({ type, division }) => division && isObjectType(schemaOf(name).getType(type)));
  const counted = [...Map.groupBy(inGraph, ({ agency }) => agency)].sort(
    (one, other) => other[1].length - one[1].length,
  );
  return counted[0]?.[1].find(({ source }) => source !== null) ?? counted[0]?.[1][0] ?? rows[0]!;
}

interface Door {
  readonly name: string;
  readonly coordinate: string;
  readonly policy: Policy;
  /** Ids that are of the type it is asked with. */
  readonly ids: readonly PlantedRow[];
  request(id: string | null, more?: Readonly<Record<string, unknown>>): Request;
  readonly field: GraphQLField<unknown, unknown> | null;
}

function doorAt(name: string, coordinate: string): Door {
  const entry: Entry | undefined = MATRIX[name]?.[coordinate];
  const [policy, of = ''] = (entry ?? 'published').split(' of ') as [Policy, string?];
  const [type, column] = of.split('.');
  const ids = rows
    .filter((row) => row.type === type)
    .map((row) => (column === 'number' ? { ...row, id: row.number ?? '' } : row));
  const given = GIVEN[`${name} ${coordinate}`] ?? {};
  const schema = schemaOf(name);
  const [kind, member] = coordinate.split('.') as [string, string];
  if (kind === '_entities') {
    const key = keysOf(schema, world.hub.subgraph(name).typeDefs).get(member)!;
    const object = schema.getType(member);
    if (!isObjectType(object)) throw new Error(`${name} ${coordinate}: an object type was expected`);
    const request = (id: string | null) =>
      referenceRequest(schema, object, { __typename: member, [key]: id ?? Object.values(given)[0] });
    return { name, coordinate, policy, ids, request, field: null };
  }
  const root = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].find(
    (one) => one?.name === kind,
  );
  const field = root!.getFields()[member]!;
  const required = field.args.filter(isRequiredArgument);
  return {
    name,
    coordinate,
    policy,
    ids,
    field,
    request(id, more = {}) {
      const least = Object.fromEntries(required.map((one) => [one.name, sampleOf(one.type, id ?? 'none')]));
      const named =
        id === null || kind === 'Mutation' ? {} : Object.fromEntries(required.slice(0, 1).map((one) => [one.name, id]));
      const page = field.args.some((one) => one.name === 'first') ? { first: PAGE } : {};
      return wholeRequest(schema, kind.toLowerCase() as 'query', field, {
        ...least,
        ...page,
        ...withId(given, id),
        ...named,
        ...more,
      });
    },
  };
}

/** `{id}` in given arguments stands for the id. */
function withId(given: Readonly<Record<string, unknown>>, id: string | null): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(given).replaceAll('{id}', id ?? 'none')) as Record<string, unknown>;
}

/** The id, and what it is made of: some answers are read from the id alone. */
const partsOf = (id: string): readonly string[] => [
  id,
  id.replace(/^[a-z-]+:/, ''),
  ...id.split(':').filter((part) => part.length > 3),
];
const codesOf = (answer: ExecutionResult) => [
  ...new Set(answer.errors?.map(({ extensions }) => extensions.code) ?? []),
];
/** The answer with the id that was asked for in one spelling, so that answers for two ids can be compared; and with the key within the id. */
const without = (answer: ExecutionResult, id: string) =>
  partsOf(id).reduce(
    (text, part) => text.replaceAll(JSON.stringify(part).slice(1, -1), '{id}'),
    JSON.stringify({ data: answer.data, errors: answer.errors }),
  );
/** An id of the same form that nothing has. */
function absentLike(id: string, known: ReadonlySet<string>): string {
  for (let last = 0; last < 10; last++) {
    const other = id.slice(0, -1) + (/\d/.test(id.at(-1)!) ? String(last) : 'abcdefABCD'[last]);
    if (!known.has(other)) return other;
  }
  return `${id.slice(0, -2)}zz`;
}

describe('the matrix', () => {
  test.each(NAMES)('has a line for every door of %s, and none without a door', (name) => {
    const doors = doorsOf(schemaOf(name), world.hub.subgraph(name).typeDefs);
    const lines = Object.keys(MATRIX[name] ?? {});
    const missing = doors.filter((door) => !lines.includes(door));
    expect(
      missing.map((door) => `'${door}': 'POLICY of TYPE',`),
      `to be added under ${name} in matrix/matrix.ts`,
    ).toEqual([]);
    expect(
      lines.filter((line) => !doors.includes(line)),
      `no longer in the schema of ${name}`,
    ).toEqual([]);
  });

  test('names every field of every type, and none that is not there', () => {
    const present = fieldsOf(NAMES.map(schemaOf));
    const lines = [...present].map(([type, names]) => `${type}: '${names.join(' ')}',`);
    const known = Object.entries(FIELDS).map(
      ([type, names]) => `${type}: '${names.replaceAll('!', '').split(' ').sort().join(' ')}',`,
    );
    expect(
      lines.filter((line) => !known.includes(line)),
      'to be put into matrix/fields.ts',
    ).toEqual([]);
    expect(
      known.filter((line) => !lines.includes(line)),
      'no longer so in any schema',
    ).toEqual([]);
  });
});

describe.each(NAMES)('%s', (name) => {
  const doors = Object.keys(MATRIX[name] ?? {});
  const kinds = (kind: string) => doors.filter((door) => door.startsWith(`${kind}.`));

  test.each([...kinds('Query'), ...kinds('_entities')])(
    'answers at %s to each role what is its own',
    async (coordinate) => {
      const door = doorAt(name, coordinate);
      const viewers = viewersAround(around(name));
      for (const column of COLUMNS) await checkRead(door, column, viewers[column]);
    },
  );

  test.each(kinds('Subscription'))(
    'tells at %s each role what its pages tell, and nothing foreign',
    async (coordinate) => {
      const door = doorAt(name, coordinate);
      const viewers = viewersAround(around(name));
      for (const column of COLUMNS) await checkSubscription(door, column, viewers[column]);
    },
  );

  test.each(kinds('Mutation'))('lets at %s nobody act but who may, and on nothing foreign', async (coordinate) => {
    const door = doorAt(name, coordinate);
    const viewers = viewersAround(around(name));
    for (const column of COLUMNS) await checkAct(door, column, viewers[column]);
  });
});

test('personal values do stand in the answer to an agency that gives a purpose: what is asserted of all others can fail', async () => {
  const { staff } = viewersAround(around('work-items'));
  const request = doorAt('work-items', 'Query.workItems').request(null);
  const purpose = { text: '核查投诉', caseNo: 'AJ-2026-1' };
  expect(leaks((await ask('work-items', staff, request)).data, personal)).toEqual([]);
  expect(leaks((await ask('work-items', { ...staff!, purpose }, request)).data, personal)).not.toEqual([]);
});

describe('attacks through the gateway', () => {
  const cardsOf = (viewer: Viewer) => {
    const scope = scopeOf(viewer);
    const cards = rows.filter(({ type }) => type === 'Card');
    return [cards.find((row) => isWithin(scope, row)), cards.find((row) => !isWithin(scope, row))];
  };
  const accountOf = (): { readonly account: string; readonly viewer: Viewer } => {
    const { id: account, ...viewer } = demoViewers()('supervisor-hohhot');
    return { account, viewer: { ...viewer, id: account } };
  };

  test('a foreign card under many aliases is as absent as one that does not exist, beside the own one', async () => {
    const { account, viewer } = accountOf();
    const [own, other] = cardsOf(viewer);
    const absent = absentLike(other!.id, new Set(rows.map(({ id }) => id)));
    const query = `query ($own: ID!, $other: ID!, $absent: ID!) {
      own: card(id: $own) { id } a: card(id: $other) { id number } b: card(id: $other) { history { hash } } c: card(id: $absent) { id } }`;
    const { data, errors } = await world.ask<unknown>(account, query, { own: own!.id, other: other!.id, absent });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ own: { id: own!.id }, a: null, b: null, c: null });
  });

  test('references are no door of the gateway', async () => {
    const { errors } = await world.ask(accountOf().account, '{ _entities(representations: []) { __typename } }');
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('a cursor of somebody else opens nothing: what comes after it is the own', async () => {
    const { account, viewer } = accountOf();
    const page = `query ($after: String) { cards(first: 5, after: $after) { nodes { id agency { uscc } } pageInfo { endCursor } } }`;
    interface Page {
      readonly cards: { readonly nodes: readonly unknown[]; readonly pageInfo: { readonly endCursor: string } };
    }
    const { data: theirs } = await world.ask<Page>('supervisor-region', page);
    const { data: mine, errors } = await world.ask<Page>(account, page, { after: theirs!.cards.pageInfo.endCursor });
    expect(errors).toBeUndefined();
    expect(leaks(mine, foreignTo(viewer, rows))).toEqual([]);
  });

  test('the texts of refusals name no row: what a token may not see is refused by role and action', async () => {
    const { account } = accountOf();
    const [, other] = cardsOf(accountOf().viewer);
    const answer = await world.ask('operator', 'query ($id: ID!) { card(id: $id) { id } }', { id: other!.id });
    expect(answer.errors?.map(({ message }) => message)).toEqual(['The role OPERATOR does not allow READ_CARDS.']);
    const wrong = await world.ask(
      account,
      `{ card(id: "${other!.id}x") { id } cards(after: "${other!.id}") { nodes { id } } }`,
    );
    expect(leaks(wrong, new Set([other!.agency, other!.number ?? '']))).toEqual([]);
  });

  test('a made-up reference to a citizen’s clock is not signed: it would open the clock of any work item', async () => {
    const [item] = rows.filter(({ type }) => type === 'WorkItem');
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on CitizenClock { capability } } }`;
    const representation = { __typename: 'CitizenClock', capability: 'x', workItem: item!.id };
    for (const viewer of [null, viewersAround(item!).staff]) {
      const { data } = await ask('work-items', viewer, { query, variables: { of: [representation] } });
      expect(data).toEqual({ _entities: [null] });
    }
  });

  test('a header that speaks for another is not heard', async () => {
    const response = await fetch(world.hub.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-gnomon-viewer': 'supervisor-region',
        'gnomon-role': 'SUPERVISOR',
      },
      body: JSON.stringify({ query: '{ cards { nodes { id } } }' }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

/** One account a role, as people and programs come. */
const ACCOUNTS: Readonly<Record<string, Viewer['role']>> = {
  'source-115': 'SOURCE',
  'agency-1': 'AGENCY',
  'chief-1': 'AGENCY',
  'partner-1': 'PARTNER',
  'supervisor-region': 'SUPERVISOR',
  'auditor-region': 'AUDITOR',
  operator: 'OPERATOR',
  'security-admin': 'SECURITY_ADMIN',
  'audit-admin': 'AUDIT_ADMIN',
};

describe('routes beside the graph: row streams and exports', () => {
  test('each has a line that says who is let in, and no line is without a route', async () => {
    const app = fastify();
    const found: string[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD') found.push(`${String(method)} ${url}`);
    });
    for (const name of NAMES) world.hub.subgraph(name).routes(app);
    await app.ready();
    await app.close();
    expect(found.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  test.each(Object.entries(ROUTES))('%s lets nobody in but %s', async (route, roles) => {
    const [method, path] = route.split(' ') as [string, string];
    const statusFor = async (account: string | null): Promise<number> => {
      const authorization = account === null ? {} : { authorization: `Bearer ${await world.token(account)}` };
      const headers = { 'content-type': 'application/x-ndjson', ...authorization };
      // Without a batch: whoever may push is told so, and nothing is taken.
      const init = method === 'POST' ? { method, headers, body: '{}\n' } : { method, headers };
      return (await fetch(`${world.origin}${path.replace(':id', 'nowhere')}`, init)).status;
    };
    expect(await statusFor(null)).toBe(401);
    for (const [account, role] of Object.entries(ACCOUNTS)) {
      const status = await statusFor(account);
      if (roles.includes(role)) expect.soft([200, 400, 404], account).toContain(status);
      else expect.soft(status, account).toBe(403);
    }
  });
});

async function checkRead(door: Door, column: Column, viewer: Viewer | null): Promise<void> {
  const outcome: Outcome = POLICIES[door.policy][column];
  const at = `${door.name} ${door.coordinate} ${column}`;
  const isAskedById = door.ids.length > 0;
  const foreign = foreignTo(viewer, ownRows(door.name));
  if (outcome === 'FORBIDDEN' || outcome === 'UNAUTHENTICATED') {
    const answer = await ask(door.name, viewer, door.request(door.ids[0]?.id ?? null));
    expect.soft(codesOf(answer), at).toEqual([outcome]);
    expect.soft(leaks(answer.data, withoutId(foreign, door.ids[0]?.id)), at).toEqual([]);
    return;
  }
  if (isAskedById) await checkById(door, outcome, at, viewer);
  else await checkList(door, outcome, at, viewer, foreign);
}

async function checkList(
  door: Door,
  outcome: Outcome,
  at: string,
  viewer: Viewer | null,
  foreign: ReadonlySet<string>,
): Promise<void> {
  const answer = await ask(door.name, viewer, door.request(null));
  // Whoever sees all of a list may be refused what hangs on its entries: an operator's sources have no cards for it.
  const refused = answer.errors?.filter(({ path = [] }) => outcome !== 'ALL' || path.length === 1) ?? [];
  expect.soft(codesOf({ errors: refused }), at).toEqual([]);
  if (outcome === 'ALL') return;
  expect.soft(leaks(answer, foreign), at).toEqual([]);
  // Counts, sums and empty pages: a question about others is answered like one about nobody.
  for (const part of ['agency', 'division'] as const) {
    const scope = scopeOf(viewer);
    const other = ownRows(door.name).find((row) => !isWithin(scope, row) && foreign.has(row.agency) && row[part]);
    const [about, nobody] = [other?.[part], NOBODYS[part]].map((value) =>
      askedFor(door.field?.args ?? [], part, value ?? ''),
    );
    if (other === undefined || !about || !nobody || overlaps(viewer, part, other)) continue;
    const [given, nothing] = [
      await ask(door.name, viewer, door.request(null, about)),
      await ask(door.name, viewer, door.request(null, nobody)),
    ];
    expect.soft(without(given, other[part]!), `${at} asked for another ${part}`).toBe(without(nothing, NOBODYS[part]));
    expect.soft(given.statements, `${at} asked for another ${part}`).toEqual(nothing.statements);
  }
}

/** Whether something of the viewer's own can lie in the other's place: an agency's rows are asked for by the division that it shares. */
function overlaps(viewer: Viewer | null, part: 'agency' | 'division', other: PlantedRow): boolean {
  if (part === 'agency') return false;
  if (viewer?.division) return viewer.division.startsWith(other.division!);
  const scope = scopeOf(viewer);
  return rows.some((row) => isWithin(scope, row) && row.division?.startsWith(other.division!) === true);
}

async function checkById(door: Door, outcome: Outcome, at: string, viewer: Viewer | null): Promise<void> {
  const scope = scopeOf(viewer);
  const own = new Set(door.ids.filter((row) => isWithin(scope, row)).map(({ id }) => id));
  const all = new Set(door.ids.map(({ id }) => id));
  const other = [...all].find((id) => !own.has(id));
  const absent = absentLike(other ?? [...own][0]!, all);
  const nothing = await ask(door.name, viewer, door.request(absent));
  expect.soft(codesOf(nothing), `${at} for nothing`).toEqual([]);
  if (outcome !== 'ALL' && other !== undefined) {
    const answer = await ask(door.name, viewer, door.request(other));
    expect.soft(without(answer, other), `${at} for another's ${other}`).toBe(without(nothing, absent));
    expect
      .soft(answer.statements, `${at} for another's: as many statements as for nothing`)
      .toEqual(nothing.statements);
  }
  if (outcome === 'LINKED') return;
  const shown = outcome === 'ALL' ? all : own;
  if (shown.size === 0) return;
  const seen: boolean[] = [];
  for (const id of spread([...shown])) {
    const answer = await ask(door.name, viewer, door.request(id));
    expect.soft(codesOf(answer), `${at} for its own ${id}`).toEqual([]);
    seen.push(without(answer, id) !== without(nothing, absent));
    if (outcome !== 'ALL') {
      const foreign = withoutId(foreignTo(viewer, ownRows(door.name)), id);
      expect.soft(leaks(answer, foreign), `${at} for its own ${id}`).toEqual([]);
    }
  }
  expect.soft(seen, `${at} shows nothing of its own`).toContain(true);
}

/** Where a subscription is not paged under its own name. */
const PAGES: Readonly<Record<string, string>> = { supervisionFeed: 'supervisionChanges', watchFeed: 'watchEvents' };
const HEARD = 5;

async function checkSubscription(door: Door, column: Column, viewer: Viewer | null): Promise<void> {
  const outcome: Outcome = POLICIES[door.policy][column];
  const at = `${door.name} ${door.coordinate} ${column}`;
  const context = () => ({ ...requestContext(viewer, 'matrix'), signal: stop.signal });
  const stop = new AbortController();
  const open = async ({ query, variables }: Request) =>
    world.hub.subgraph(door.name).subscribe({ document: parse(query), variables, context: context() });
  if (outcome === 'FORBIDDEN' || outcome === 'UNAUTHENTICATED') {
    const refused = await open(door.request(null));
    expect.soft(Symbol.asyncIterator in refused ? 'a stream' : codesOf(refused), at).toEqual([outcome]);
    stop.abort();
    return;
  }
  const page = doorAt(door.name, `Query.${PAGES[door.field!.name] ?? door.field!.name}`);
  const first = await pageOf(page, viewer, { first: 1 });
  const next = await pageOf(page, viewer, { first: HEARD, after: first.endCursor });
  if (next.nodes.length === 0) return;
  const events = await open(door.request(null, { after: first.endCursor }));
  if (!(Symbol.asyncIterator in events)) throw new Error(`${at}: ${JSON.stringify(events)}`);
  const heard: ExecutionResult[] = [];
  for await (const event of events) {
    heard.push(event);
    if (heard.length >= next.nodes.length) break;
  }
  stop.abort();
  expect.soft(heard.flatMap(codesOf), at).toEqual([]);
  expect.soft(leaks(heard, foreignTo(viewer, ownRows(door.name))), at).toEqual([]);
  expect.soft(leaks(heard, personal), at).toEqual([]);
  expect
    .soft(
      heard.map(({ data }) => idOf(data?.[door.field!.name])),
      at,
    )
    .toEqual(next.nodes.map(idOf));
}

/** What an entry of a feed is known by. */
function idOf(entry: unknown): string {
  const { cursor, id } = entry as { readonly cursor?: string; readonly id?: string };
  return cursor ?? String(id);
}

async function pageOf(page: Door, viewer: Viewer | null, more: Readonly<Record<string, unknown>>) {
  const { data } = await ask(page.name, viewer, page.request(null, more));
  return data![page.field!.name] as { readonly endCursor: string | null; readonly nodes: readonly unknown[] };
}

/** A few of many, from all over. */
function spread(ids: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.floor(ids.length / TRIES));
  return ids.filter((_, at) => at % step === 0).slice(0, TRIES);
}

async function checkAct(door: Door, column: Column, viewer: Viewer | null): Promise<void> {
  const outcome: Outcome = POLICIES[door.policy][column];
  // Whoever may act on anything has nothing foreign.
  if (outcome === 'ALL') return;
  const at = `${door.name} ${door.coordinate} ${column}`;
  const scope = scopeOf(viewer);
  const schema = SUBGRAPHS.find(({ name }) => name === door.name)!.schemaName;
  const other = door.ids.find((row) => !isWithin(scope, row))?.id ?? door.ids[0]?.id ?? null;
  if (outcome === 'ACTS' && (door.ids.length === 0 || door.ids.every((row) => isWithin(scope, row)))) return;
  const before = await fingerprint(world.hub.databaseUrl, schema);
  const answer = await ask(door.name, viewer, door.request(other));
  expect.soft(await fingerprint(world.hub.databaseUrl, schema), `${at} changed something`).toEqual(before);
  if (outcome === 'FORBIDDEN' || outcome === 'UNAUTHENTICATED') {
    expect.soft(codesOf(answer), at).toEqual([outcome]);
    return;
  }
  expect.soft(codesOf(answer), at).toEqual([]);
  // A thing within the scope may be named in the refusal: it is seen.
  if (other === null || door.ids.some((row) => row.id === other && isWithin(scope, row))) return;
  const absent = absentLike(other, new Set(door.ids.map(({ id }) => id)));
  const nothing = await ask(door.name, viewer, door.request(absent));
  expect.soft(without(answer, other), `${at} on another's`).toBe(without(nothing, absent));
  expect.soft(answer.statements, `${at} on another's: as many statements as on nothing`).toEqual(nothing.statements);
}

function withoutId(foreign: ReadonlySet<string>, id: string | undefined): ReadonlySet<string> {
  const rest = new Set(foreign);
  for (const part of id === undefined ? [] : partsOf(id)) rest.delete(part);
  return rest;
}
