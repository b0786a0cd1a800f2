import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { brokenLink } from '../src/history.ts';
import { laneWithin } from '../src/lane.ts';
import { historiesOf } from '../src/store/single-reads.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, requestOf, viewerOf, type World } from './world.ts';

const AGENCY_A = '11150105MB0000001A';
const AGENCY_B = '11150121MB0000002B';
const MINUTE = 60_000;
const BASE = Date.parse('2026-03-02T00:00:00.000+08:00');

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.post(
    signalOf({ kind: 'ROSE', level: 'WARNING', subject: '115:1', turnedAt: BASE }),
    signalOf({ kind: 'ROSE', level: 'YELLOW', subject: '115:1', previousLevel: 'WARNING', turnedAt: BASE + MINUTE }),
    signalOf({ kind: 'ROSE', level: 'WARNING', subject: '115:2', turnedAt: BASE + 2 * MINUTE, rule: 'WI-01' }),
    signalOf({
      kind: 'ROSE',
      level: 'RED',
      subject: '116:3',
      turnedAt: BASE + 3 * MINUTE,
      agency: AGENCY_B,
      division: '150121',
      source: '116',
    }),
    signalOf({
      kind: 'ROSE',
      level: 'YELLOW',
      subject: '115:4',
      turnedAt: BASE + 4 * MINUTE,
      rule: 'WI-08',
      issue: 'CONFIRM',
    }),
    signalOf({ kind: 'ROSE', level: 'UNKNOWN', subject: '115:1', rule: 'WI-07', turnedAt: BASE + 5 * MINUTE }),
  );
});
afterAll(() => world.close());

const CARDS =
  'query ($filter: CardFilter, $first: Int, $after: String) { cards(filter: $filter, first: $first, after: $after) { nodes { number level state subject { id } } pageInfo { hasNextPage endCursor } } }';
interface Cards {
  readonly cards: {
    readonly nodes: readonly {
      readonly number: string;
      readonly level: string;
      readonly state: string;
      readonly subject: { readonly id: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
async function subjects(viewer: Parameters<World['ask']>[0], filter: object | null = null): Promise<readonly string[]> {
  const { cards } = await world.ask<Cards>(viewer, CARDS, { filter });
  return cards.nodes.map(({ subject }) => subject.id);
}

test('an auditor of the region reads all cards, newest first', async () => {
  expect(await subjects(AUDITOR)).toEqual(['115:4', '116:3', '115:1']);
});

test('a supervision body reads its subtree, an agency its own, and neither reads another', async () => {
  const saihan = viewerOf('SUPERVISOR', { tier: 'BANNER', division: '150105' });
  expect(await subjects(saihan)).toEqual(['115:4', '115:1']);
  expect(await subjects(viewerOf('SUPERVISOR', { tier: 'LEAGUE', division: '1502' }))).toEqual([]);
  expect(await subjects(viewerOf('AGENCY', { agency: AGENCY_B }))).toEqual(['116:3']);
  expect(await subjects(viewerOf('PARTNER', { agency: AGENCY_B }))).toEqual(['116:3']);
});

test('an agency does not see a card that is held for confirmation, by no path', async () => {
  const agency = viewerOf('AGENCY', { agency: AGENCY_A });
  expect(await subjects(agency)).toEqual(['115:1']);
  const { cards } = await world.ask<{ cards: { nodes: { id: string; number: string }[] } }>(
    AUDITOR,
    '{ cards(filter: { state: [DRAFT] }) { nodes { id number } } }',
  );
  const [held] = cards.nodes;
  const asked = await world.ask(
    agency,
    'query ($id: ID!, $number: String!) { card(id: $id) { id } cardByNumber(number: $number) { id } }',
    { ...held },
  );
  expect(asked).toEqual({ card: null, cardByNumber: null });
  const entity = await world.ask(
    agency,
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Card { id number } } }',
    { r: [{ __typename: 'Card', id: held!.id }] },
  );
  expect(entity).toEqual({ _entities: [null] });
  const counted = await world.ask<{ cardCounts: { state: string }[] }>(agency, '{ cardCounts { level state count } }');
  expect(counted.cardCounts.map(({ state }) => state)).toEqual(['ISSUED']);
});

test('a viewer of another place finds nothing under a subject whose id it knows', async () => {
  const elsewhere = viewerOf('SUPERVISOR', { tier: 'LEAGUE', division: '1502' });
  const ask =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on WorkItem { cards { nodes { id } } warnings { nodes { id } } verdicts { level } } } }';
  const found = await world.ask(elsewhere, ask, { r: [{ __typename: 'WorkItem', id: '115:1' }] });
  expect(found).toEqual({ _entities: [{ cards: { nodes: [] }, warnings: { nodes: [] }, verdicts: [] }] });
});

test.each(['SOURCE', 'OPERATOR'] as const)('the role %s may not read cards, and is told so by name', async (role) => {
  const { data, errors } = await world.answer(viewerOf(role, { sources: ['115'] }), '{ cards { nodes { id } } }');
  expect(data).toEqual({ cards: null });
  expect(errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', role, action: 'READ_CARDS' });
});

test('nobody signed in reads nothing', async () => {
  const { data, errors } = await world.answer(null, '{ signals { nodes { id } } supervisionStatus { at } }');
  expect(data).toEqual({ signals: null, supervisionStatus: null });
  expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
});

test('filters hold together: level, state, domain, indicator, agency, subtree, source and period', async () => {
  expect(await subjects(AUDITOR, { level: ['RED'] })).toEqual(['116:3']);
  expect(await subjects(AUDITOR, { state: ['DRAFT'] })).toEqual(['115:4']);
  expect(await subjects(AUDITOR, { domain: ['DATA_PUSH'] })).toEqual([]);
  expect(await subjects(AUDITOR, { indicator: ['WI-08', 'WI-99'] })).toEqual(['115:4']);
  expect(await subjects(AUDITOR, { agency: [AGENCY_A], level: ['YELLOW'] })).toEqual(['115:4', '115:1']);
  expect(await subjects(AUDITOR, { division: '150100000000' })).toEqual(['115:4', '116:3', '115:1']);
  expect(await subjects(AUDITOR, { division: '150121' })).toEqual(['116:3']);
  expect(await subjects(AUDITOR, { source: ['116'] })).toEqual(['116:3']);
  expect(await subjects(AUDITOR, { indicator: [] })).toEqual([]);
  const from = new Date(BASE + 3 * MINUTE).toISOString();
  expect(await subjects(AUDITOR, { from })).toEqual(['115:4', '116:3']);
  expect(await subjects(AUDITOR, { to: from })).toEqual(['115:1']);
});

test.each([
  ['a division that is none', { filter: { division: '15010x' } }, 'BAD_INPUT'],
  ['a page of nothing', { first: 0 }, 'BAD_PAGE'],
  ['a page beyond the limit', { first: 201 }, 'BAD_PAGE'],
  ['a cursor that is none', { after: 'nonsense' }, 'BAD_CURSOR'],
])('%s is refused by name', async (_what, variables, code) => {
  const { errors } = await world.answer(AUDITOR, CARDS, variables);
  expect(errors![0]!.extensions).toMatchObject({ code });
  expect(errors![0]!.extensions.messageZh).toMatch(/[\u4e00-\u9fff]/);
});

test('texts that no row can hold find nothing and break nothing', async () => {
  expect(await subjects(AUDITOR, { agency: ['a\u0000b', '\ud800', "'; drop table card; --"] })).toEqual([]);
  expect(
    await world.ask(AUDITOR, '{ card(id: "x") { id } warning(id: "\u00e9") { id } cardByNumber(number: "%") { id } }'),
  ).toEqual({ card: null, warning: null, cardByNumber: null });
});

test('a subject carries its warnings, cards and verdicts, the highest level first', async () => {
  const ask = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on WorkItem { id
    warnings { nodes { state turnedInto { level } } } cards { nodes { level history { sequence kind by } } } verdicts { level indicator { id } message { zh } receipt { hash } } } } }`;
  const found = await world.ask(AUDITOR, ask, {
    r: [
      { __typename: 'WorkItem', id: '115:1' },
      { __typename: 'WorkItem', id: '115:2' },
    ],
  });
  expect(found).toEqual({
    _entities: [
      {
        id: '115:1',
        warnings: { nodes: [{ state: 'TURNED', turnedInto: { level: 'YELLOW' } }] },
        cards: { nodes: [{ level: 'YELLOW', history: [{ sequence: 1, kind: 'ISSUED', by: 'hub' }] }] },
        verdicts: [
          { level: 'YELLOW', indicator: { id: 'WI-03' }, message: { zh: '已超期' }, receipt: null },
          { level: 'UNKNOWN', indicator: { id: 'WI-07' }, message: { zh: '已超期' }, receipt: null },
        ],
      },
      {
        id: '115:2',
        warnings: { nodes: [{ state: 'ISSUED', turnedInto: null }] },
        cards: { nodes: [] },
        verdicts: [{ level: 'WARNING', indicator: { id: 'WI-01' }, message: { zh: '已超期' }, receipt: null }],
      },
    ],
  });
});

test('the status names each domain, how far it was taken over, and what is waiting', async () => {
  const ask = '{ supervisionStatus { domains { name cursor asOf lagSeconds reachable } } }';
  type Status = {
    supervisionStatus: { domains: { name: string; asOf: string; lagSeconds: number; reachable: boolean }[] };
  };
  const [before] = (await world.ask<Status>(AUDITOR, ask)).supervisionStatus.domains;
  expect(before).toMatchObject({
    name: 'work-items',
    asOf: '2026-03-02T01:00:00.000Z',
    lagSeconds: 0,
    reachable: true,
  });
  await world.tell(signalOf({ kind: 'ROSE', level: 'WARNING', subject: '115:9', rule: 'WI-09' }));
  world.time.advance(90_000);
  const [waiting] = (await world.ask<Status>(AUDITOR, ask)).supervisionStatus.domains;
  expect(waiting).toMatchObject({ asOf: '2026-03-02T01:00:00.000Z', lagSeconds: 90 });
  await world.settle();
});

test('a domain whose feed does not answer is named as such, and what was taken over from it still counts', async () => {
  const feed = vi.spyOn(world.ports.feed, 'read').mockRejectedValue(new Error('the feed is away'));
  const { supervisionStatus } = await world.ask<{
    supervisionStatus: { domains: { name: string; asOf: string | null; reachable: boolean }[] };
  }>(AUDITOR, '{ supervisionStatus { domains { name asOf cursor lagSeconds reachable } } }');
  feed.mockRestore();
  const [first, ...others] = supervisionStatus.domains;
  expect(first).toEqual({
    name: 'work-items',
    asOf: expect.any(String),
    cursor: null,
    lagSeconds: null,
    reachable: false,
  });
  expect(others.map((domain) => [domain.name, domain.asOf, domain.reachable])).toEqual(
    ['licences', 'reviews', 'bundles', 'engineering', 'centres', 'contradictions', 'loop'].map((name) => [
      name,
      null,
      false,
    ]),
  );
});

test('a reader who pages while others write meets each card that was there once, and none twice', async () => {
  const early = Array.from({ length: 60 }, (_, at) =>
    signalOf({
      kind: 'ROSE',
      level: 'YELLOW',
      rule: 'WI-05',
      subject: `117:${at}`,
      turnedAt: BASE + (at % 7) * MINUTE,
    }),
  );
  await world.post(...early);
  const met: string[] = [];
  let after: string | null = null;
  for (let page = 0; ; page += 1) {
    const { cards }: Cards = await world.ask<Cards>(AUDITOR, CARDS, {
      filter: { indicator: ['WI-05'] },
      first: 7,
      after,
    });
    met.push(...cards.nodes.map(({ subject }) => subject.id));
    if (!cards.pageInfo.hasNextPage) break;
    after = cards.pageInfo.endCursor;
    const turnedAt = BASE + (page % 9) * MINUTE;
    await world.post(signalOf({ kind: 'ROSE', level: 'YELLOW', rule: 'WI-05', subject: `118:${page}`, turnedAt }));
  }
  expect(new Set(met).size).toBe(met.length);
  expect(met.filter((id) => id.startsWith('117:')).sort()).toEqual(early.map(({ subject }) => subject).sort());
});

test('the row policies alone keep a viewer to its scope, also where a statement forgets it', async () => {
  const scope = { all: false, divisions: [], agencies: [AGENCY_B], sources: [] };
  const rows = await world.ports.database.asViewer(
    scope,
    (tx) => tx<{ agency: string }[]>`
      select agency from card union all select agency from warning union all select agency from signal
      union all select agency from finding union all select agency from receipt`,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map(({ agency }) => agency))).toEqual(new Set([AGENCY_B]));
});

test('every history that is read back holds as a chain', async () => {
  const { cards } = await world.ask<{ cards: { nodes: { id: string; history: { hash: string }[] }[] } }>(
    AUDITOR,
    '{ cards(first: 200) { nodes { id history { hash } } } }',
  );
  const keys = cards.nodes.map(({ id }) => ({ lane: laneWithin(id)!, id }));
  const events = await world.ports.database.asViewer(requestOf(AUDITOR).scope, (tx) => historiesOf(tx, keys));
  const histories = Map.groupBy(events, ({ card }) => card);
  expect(histories.size).toBe(cards.nodes.length);
  for (const history of histories.values()) expect(brokenLink(history)).toBeNull();
});

test('twenty subjects with their cards are read in one statement each', async () => {
  const asked: string[] = [];
  const { database } = world.ports;
  const loaders = (await import('../src/context.ts')).createLoaders(
    {
      database: {
        ...database,
        asViewer: (scope, work) => {
          asked.push('read');
          return database.asViewer(scope, work);
        },
      },
    },
    requestOf(AUDITOR).scope,
  );
  const { cards } = await import('../src/store/columns.ts');
  const page = { first: 5, limit: 6, after: null };
  const rows = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      loaders.subjectPage({
        table: cards,
        subject: { subjectType: 'WorkItem', subject: `117:${at}` },
        filter: {},
        page,
      }),
    ),
  );
  expect(rows.flat()).toHaveLength(20);
  expect(asked).toHaveLength(1);
});

test('a card about a card tells of it whole, and of one that the viewer may not see nothing', async () => {
  const { cards } = await world.ask<{ cards: { nodes: readonly { id: string; number: string }[] } }>(
    AUDITOR,
    '{ cards(filter: { agency: ["11150105MB0000001A"], level: [YELLOW], state: [ISSUED] }) { nodes { id number } } }',
  );
  const [about] = cards.nodes;
  const late = { kind: 'ROSE', level: 'WARNING', rule: 'XX-01', domain: 'LOOP', subjectType: 'Card' } as const;
  const turnedAt = BASE + 6 * MINUTE;
  await world.post(
    signalOf({ ...late, subjectKind: 'card', subject: about!.id, turnedAt }),
    signalOf({ ...late, subjectKind: 'card', subject: 'f'.repeat(32), turnedAt }),
  );
  const found = await world.ask<{ warnings: { nodes: readonly { subject: object | null }[] } }>(
    AUDITOR,
    '{ warnings(filter: { indicator: ["XX-01"] }) { nodes { subject { __typename id ... on Card { number state } } } } }',
  );
  expect(found.warnings.nodes.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining([null, { __typename: 'Card', id: about!.id, number: about!.number, state: 'ISSUED' }]),
  );
});
