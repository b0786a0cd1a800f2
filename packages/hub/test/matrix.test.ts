import { isWithin, scopeOf, type Viewer } from '@gnomon/identity';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoViewers } from '../src/index.ts';
import { SUBGRAPHS } from '../src/open-hub.ts';
import { absentLike } from './matrix/answers.ts';
import { documentAttacks, exportAttacks, formAttacks, purposeAttacks } from './matrix/attacks-http.ts';
import { checkAct } from './matrix/check-act.ts';
import { checkActAliases, checkAliases, checkCursors, checkMixedReferences } from './matrix/check-attacks.ts';
import { askMasked, checkRead } from './matrix/check-read.ts';
import { checkSubscription } from './matrix/check-subscription.ts';
import { doorsOf, fieldsOf } from './matrix/coordinates.ts';
import { doorAt } from './matrix/doors.ts';
import { FIELDS } from './matrix/fields.ts';
import { leaks } from './matrix/leaks.ts';
import { MATRIX, ROUTES } from './matrix/matrix.ts';
import { ownersSee } from './matrix/owners.ts';
import { openPlantedHub, type PlantedHub } from './matrix/planted-hub.ts';
import { PROBED, probesOf } from './matrix/probes.ts';
import { COLUMNS, viewersAround } from './matrix/viewers.ts';

const NAMES = SUBGRAPHS.map(({ name }) => name);

let world: PlantedHub;
beforeAll(async () => {
  world = await openPlantedHub();
});
afterAll(() => world?.close());

describe('the matrix', () => {
  test.each(NAMES)('has a line for every door of %s, and none without a door', (name) => {
    const doors = doorsOf(world.schemaOf(name), world.hub.subgraph(name).typeDefs);
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
    const present = fieldsOf(NAMES.map(world.schemaOf));
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
  const doorsAt = (kind: string) => kinds(kind).map((coordinate) => doorAt(world, name, coordinate));

  test.each([...kinds('Query'), ...kinds('_entities')])(
    'answers at %s to each role what is its own',
    async (coordinate) => {
      const door = doorAt(world, name, coordinate);
      for (const column of COLUMNS) await checkRead(world, door, column);
    },
  );

  test.each(kinds('Subscription'))(
    'tells at %s each role what its pages tell, and nothing foreign',
    async (coordinate) => {
      const door = doorAt(world, name, coordinate);
      for (const column of COLUMNS) await checkSubscription(world, door, column);
    },
  );

  test('knows of every text by which a list can be asked whether it tells rows of somebody apart', () => {
    const lists = [...doorsAt('Query'), ...doorsAt('Subscription')].filter(
      ({ coordinate }) => !MATRIX[name]![coordinate]!.includes(' of '),
    );
    const texts = lists.flatMap(({ field }) => probesOf(field!.args).map((probe) => probe.name));
    expect(
      [...new Set(texts)].filter((text) => !(text in PROBED)),
      'to be put into PROBED of matrix/probes.ts',
    ).toEqual([]);
  });

  test('answers many ids in one request as it answers each alone: own, foreign, absent and malformed', async () => {
    let tried = 0;
    for (const door of doorsAt('Query')) if (door.ids.length > 0) tried += await checkAliases(world, door);
    for (const door of doorsAt('_entities')) tried += await checkMixedReferences(world, door);
    for (const door of doorsAt('Mutation')) tried += await checkActAliases(world, door);
    expect(tried).toBeGreaterThan(0);
  });

  test('reads on from a place in a list that another was given, and from no place of another list', async () => {
    const places: string[] = [];
    for (const door of doorsAt('Query')) {
      const place = await checkCursors(world, door, places.slice(-1));
      if (place !== null) places.push(place);
    }
    expect(places.length).toBeGreaterThan(1);
  });

  test.each(kinds('Mutation'))('lets at %s nobody act but who may, and on nothing foreign', async (coordinate) => {
    await checkAct(world, doorAt(world, name, coordinate));
  });
});

test('personal values do stand in the answer to an agency that gives a purpose: what is asserted of all others can fail', async () => {
  const door = doorAt(world, 'work-items', 'Query.workItems');
  const { staff } = door.viewers;
  const purpose = { text: '核查投诉', caseNo: 'AJ-2026-1' };
  const shown = async (viewer: Viewer) => (await askMasked(world, door, viewer, door.request(null))).data;
  expect(leaks(await shown(staff!), world.personal)).toEqual([]);
  expect(leaks(await shown({ ...staff!, purpose }), world.personal)).not.toEqual([]);
});

describe('attacks through the gateway', () => {
  const cardsOf = (viewer: Viewer) => {
    const scope = scopeOf(viewer);
    const cards = world.rows.filter(({ type }) => type === 'Card');
    return [cards.find((row) => isWithin(scope, row)), cards.find((row) => !isWithin(scope, row))];
  };
  const accountOf = (): { readonly account: string; readonly viewer: Viewer } => {
    const { id: account, ...viewer } = demoViewers()('supervisor-hohhot');
    return { account, viewer: { ...viewer, id: account } };
  };

  test('a foreign card under many aliases is as absent as one that does not exist, beside the own one', async () => {
    const { account, viewer } = accountOf();
    const [own, other] = cardsOf(viewer);
    const absent = absentLike(other!.id, new Set(world.rows.map(({ id }) => id)));
    const query = `query ($own: ID!, $other: ID!, $absent: ID!) {
      own: card(id: $own) { id } a: card(id: $other) { id number } b: card(id: $other) { history { hash } } c: card(id: $absent) { id } }`;
    const { data, errors } = await world.ask<unknown>(account, query, { own: own!.id, other: other!.id, absent });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ own: { id: own!.id }, a: null, b: null, c: null });
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
    const [item] = world.rows.filter(({ type }) => type === 'WorkItem');
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on CitizenClock { capability } } }`;
    const representation = { __typename: 'CitizenClock', capability: 'x', workItem: item!.id };
    for (const viewer of [null, viewersAround(item!).staff]) {
      const { data } = await world.askAt('work-items', viewer, { query, variables: { of: [representation] } });
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

formAttacks(() => world);
documentAttacks(() => world);
purposeAttacks(() => world);
exportAttacks(() => world);
ownersSee(() => world);

// After the exports: the card that it makes names another's subject, as its author wrote it.
test('a card by hand on a subject of another place is given and written like one on nothing', async () => {
  const [here, , there] = world.planted.places;
  const { banner } = viewersAround(here!.row);
  const known =
    '{ cards(filter: { domain: [WORK_ITEM] }, first: 200) { nodes { indicator { id } subject { __typename id } } } }';
  const { data } = await world.askAt('supervision', viewersAround(there!.row).banner, {
    query: known,
    variables: {},
  });
  const { nodes } = (
    data as { cards: { nodes: { indicator: { id: string }; subject: { id: string; __typename: string } }[] } }
  ).cards;
  const { subject, indicator } = nodes.find((card) => card.subject.__typename === 'WorkItem')!;
  const query =
    'mutation ($input: IssueCardInput!) { issueCard(input: $input) { __typename ... on CardProblem { message { en } } ... on CardPayload { card { level occurrence } } } }';
  const about = (subjectId: string) => {
    const words = { messageZh: '抽查发现问题', messageEn: 'A spot check found something', reason: '抽查发现问题' };
    const of = {
      subjectType: 'WorkItem',
      indicator: indicator.id,
      level: 'YELLOW',
      agency: here!.row.agency,
      division: here!.row.division,
    };
    return world.askAt('supervision', banner, { query, variables: { input: { ...of, ...words, subjectId } } });
  };
  const absent = absentLike(subject.id, new Set(world.rows.map(({ id }) => id)));
  const [foreign, nothing] = [await about(subject.id), await about(absent)];
  expect(foreign).toEqual(nothing);
  expect(foreign.data?.issueCard).toMatchObject({ __typename: 'CardPayload' });
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
