import { verifyLog, writeEntry, writeHead } from '@gnomon/acts';
import type { SignIn, Viewer } from '@gnomon/identity';
import { relayOnce } from '@gnomon/store';
import { createUnmasking, recordAct, recordSignIns } from '@gnomon/subgraph-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entriesAfter, headsAfter, openSignIns } from '../src/store/acts.ts';
import { actRules, at } from './act-rules.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, requestOf, viewerOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(actRules());
});
afterAll(() => world.close());

const HOHHOT = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot', tier: 'LEAGUE', division: '1501' });
const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });
const REGION = viewerOf('SUPERVISOR', { id: 'supervisor-region', tier: 'REGION', division: '15' });
const AUDIT_ADMIN = viewerOf('AUDIT_ADMIN', { id: 'audit-admin' });

/** Everything that was told is in the log. */
async function settled(): Promise<void> {
  await relayOnce(world.ports.database);
  await world.settle();
  await world.settle();
}

async function wholeLog() {
  const { sql } = world.ports.database;
  const read = <Row>(work: (tx: never) => Promise<readonly Row[]>) => sql.begin((tx) => work(tx as never));
  const entries = await read((tx) => entriesAfter(tx, 0, 10_000));
  const heads = await read((tx) => headsAfter(tx, 0, 10_000));
  return { entries, heads };
}

async function newest(kind: string) {
  const { entries } = await wholeLog();
  return entries.filter((entry) => entry.kind === kind).at(-1);
}

const LOG =
  '{ hubLog(first: 5) { nodes { sequence kind by role about detail } pageInfo { hasNextPage endCursor } } hubLogHead { number sequence } hubLogKey }';

test('the rules in force are the first entry of the log, once', async () => {
  await settled();
  await settled();
  const { entries } = await wholeLog();
  expect(entries.filter(({ kind }) => kind === 'RULES_IN_FORCE')).toMatchObject([
    { sequence: 1, by: 'hub', detail: { pack: world.ports.rules.current().pack.hash } },
  ]);
});

test('a decision on a card is in the log with the hash of the entry in the card’s own history', async () => {
  await world.post(signalOf({ kind: 'ROSE', subject: '115:log-1', level: 'YELLOW', issue: 'CONFIRM' }));
  const [card] = await world.ports.database.sql<{ id: string }[]>`select id from card where subject = '115:log-1'`;
  await world.ask(SAIHAN, 'mutation ($id: ID!) { confirmCard(input: { cardId: $id }) { __typename } }', {
    id: card!.id,
  });
  await settled();
  const [event] = await world.ports.database.sql<{ hash: string; sequence: number }[]>`
    select hash, sequence from card_event where card = ${card!.id} and kind = 'CONFIRMED'`;
  expect(await newest('CARD_ACT')).toMatchObject({
    by: 'supervisor-saihan',
    about: card!.id,
    detail: { act: 'CONFIRMED', event: event!.sequence, hash: event!.hash },
  });
});

test('the log that the hub keeps is whole by the verifier, up to its last entry', async () => {
  await world.ports.database.transaction((tx) =>
    recordAct(
      tx,
      ...Array.from({ length: 7 }, (_, index) => ({
        kind: 'TEST_ACT',
        by: HOHHOT,
        at: world.time.now(),
        about: `x${index}`,
      })),
    ),
  );
  await settled();
  const { entries, heads } = await wholeLog();
  const lines = [...entries.map(writeEntry), ...heads.map(writeHead)];
  const key = world.ports.keys!.publicKeyOf('log');
  expect(verifyLog(lines, [key])).toMatchObject({ findings: [], entries: entries.length });
  expect(entries.length).toBeGreaterThan(8);
  expect(heads.at(-1)!.sequence).toBe(entries.length);
});

test('the database refuses to change, remove or empty the log', async () => {
  const { sql } = world.ports.database;
  await expect(sql`update hub_act set by = 'nobody'`).rejects.toThrow('permission denied');
  await expect(sql`delete from hub_act`).rejects.toThrow('permission denied');
  await expect(sql`truncate hub_act_head`).rejects.toThrow('permission denied');
});

test('an entry of the stream that is no act is in the log with the hash of what came, not with what came', async () => {
  const { database } = world.ports;
  await database.sql`insert into hub.outbox (stream, type, key, at, payload) values ('acts', 'act', 'k', now(), '{"secret": "张三"}')`;
  await settled();
  const entry = await newest('UNREADABLE');
  expect(entry?.detail).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(entry)).not.toContain('张三');
});

test('the audit administrator and the region’s auditor read the log, page by page', async () => {
  for (const viewer of [AUDIT_ADMIN, AUDITOR]) {
    const first = await world.ask<{ hubLog: { nodes: { sequence: number }[]; pageInfo: { endCursor: string } } }>(
      viewer,
      LOG,
    );
    expect(first).toMatchObject({ hubLogKey: { kty: 'OKP' }, hubLogHead: { number: expect.any(Number) } });
    const more = await world.ask<typeof first>(
      viewer,
      'query ($after: String) { hubLog(first: 5, after: $after) { nodes { sequence } pageInfo { endCursor } } }',
      { after: first.hubLog.pageInfo.endCursor },
    );
    expect(more.hubLog.nodes[0]!.sequence).toBe(first.hubLog.nodes.at(-1)!.sequence - 1);
  }
});

test.each([
  ['a supervisor', HOHHOT],
  ['an agency', viewerOf('AGENCY', { agency: '11150105MB0000001A' })],
  ['a league’s auditor', viewerOf('AUDITOR', { tier: 'LEAGUE', division: '1501' })],
  ['the system administrator', viewerOf('OPERATOR')],
  ['the security administrator', viewerOf('SECURITY_ADMIN')],
])('%s does not read the log', async (_who, viewer) => {
  const { errors } = await world.answer(viewer, LOG);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
});

test('row security alone keeps the log from every viewer for whom it was not opened', async () => {
  const rows = await world.ports.database.asViewer(
    { all: true, divisions: ['15'], agencies: [], sources: [] },
    (tx) => tx`select 1 from hub_act`,
  );
  expect(rows).toEqual([]);
});

describe('sign-ins', () => {
  const SECURITY_ADMIN = viewerOf('SECURITY_ADMIN', { id: 'security-admin' });
  const ASK =
    'query ($by: ID, $after: String) { signIns(first: 2, by: $by, after: $after) { nodes { kind by role division about detail sequence } pageInfo { endCursor hasNextPage } } }';
  type Page = { signIns: { nodes: { kind: string; by: string }[]; pageInfo: { endCursor: string } } };
  const signIn = (account: string, token: string): SignIn => ({
    ...{ account, role: 'SUPERVISOR', tier: 'LEAGUE', division: '1501', token, issuer: 'urn:issuer' },
    ...{ at: world.time.now(), until: world.time.now() + 60_000 },
  });
  beforeAll(async () => {
    const batch = {
      signIns: [signIn('supervisor-hohhot', 't-1'), signIn('supervisor-saihan', 't-2')],
      ...{ refused: { TOKEN_EXPIRED: 3 }, dropped: 0 },
    };
    await world.ports.database.transaction((tx) => recordSignIns(tx, batch, world.time.now()));
    await settled();
  });

  test('are read by the security administrator, page by page, by account, and nothing else of the log with them', async () => {
    const first = await world.ask<Page>(SECURITY_ADMIN, ASK);
    expect(first.signIns.nodes).toMatchObject([
      { kind: 'SIGN_IN_REFUSED', by: 'hub', about: null, detail: { code: 'TOKEN_EXPIRED', count: 3 } },
      { kind: 'SIGNED_IN', by: 'supervisor-saihan', role: 'SUPERVISOR', division: '1501', about: 't-2' },
    ]);
    const more = await world.ask<Page>(SECURITY_ADMIN, ASK, { after: first.signIns.pageInfo.endCursor });
    expect(more.signIns.nodes).toMatchObject([{ by: 'supervisor-hohhot', detail: { issuer: 'urn:issuer' } }]);
    const one = await world.ask<Page>(SECURITY_ADMIN, ASK, { by: 'supervisor-saihan' });
    expect(one.signIns.nodes.map(({ by }) => by)).toEqual(['supervisor-saihan']);
    const byHub = await world.ask<Page>(SECURITY_ADMIN, ASK, { by: 'hub' });
    expect(byHub.signIns.nodes.map(({ kind }) => kind)).toEqual(['SIGN_IN_REFUSED']);
  });

  test('are in the log too, and count nothing in the day of a supervisor', async () => {
    expect(await newest('SIGNED_IN')).toMatchObject({ by: 'supervisor-saihan', about: 't-2' });
    expect(await world.ports.database.sql`select 1 from supervisor_count where viewer = 'supervisor-saihan'`).toEqual(
      [],
    );
  });

  test.each([
    ['a supervisor', HOHHOT],
    ['the audit administrator, who reads them in the log', AUDIT_ADMIN],
    ['the region’s auditor, who reads them in the log', AUDITOR],
    ['the system administrator', viewerOf('OPERATOR')],
    ['an agency', viewerOf('AGENCY', { agency: '11150105MB0000001A' })],
  ])('are not listed to %s', async (_who, viewer) => {
    const { errors } = await world.answer(viewer, ASK);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('alone are opened by row security to who reads sign-ins', async () => {
    const kinds = await world.ports.database.asViewer(
      { all: false, divisions: [], agencies: [], sources: [] },
      async (tx) => {
        await openSignIns(tx);
        const heads = await tx`select 1 from hub_act_head`;
        return [heads.length, ...(await tx`select distinct kind from hub_act order by kind`).map(({ kind }) => kind)];
      },
    );
    expect(kinds).toEqual([0, 'SIGNED_IN', 'SIGN_IN_REFUSED']);
  });
});

const OPEN = `mutation ($input: OpenPurposeInput!) { openPurpose(input: $input) { __typename
  ... on PurposePayload { id caseNo token expiresAt } ... on ActProblem { message { zh en } } } }`;
type Opened = {
  openPurpose: {
    __typename: string;
    id: string;
    token: string;
    expiresAt: string;
    message?: { zh: string; en: string };
  };
};
const CASE = { caseNo: '内督〔2026〕12号', text: '核查申诉所附材料', minutes: 15 };

test('a purpose is opened with a case number, for minutes, and is on record without its text', async () => {
  const { openPurpose } = await world.ask<Opened>({ ...HOHHOT, expiresAt: world.time.now() + 86_400_000 }, OPEN, {
    input: CASE,
  });
  expect(openPurpose.__typename).toBe('PurposePayload');
  expect(Date.parse(openPurpose.expiresAt)).toBe(world.time.now() + 15 * 60_000);
  await settled();
  const entry = await newest('PURPOSE_OPENED');
  expect(entry).toMatchObject({
    by: 'supervisor-hohhot',
    about: openPurpose.id,
    detail: { caseNo: CASE.caseNo, minutes: 15 },
  });
  expect(JSON.stringify(entry)).not.toContain(CASE.text);
});

test('a purpose never outlives the token by which it was asked for', async () => {
  const expiresAt = world.time.now() + 60_000;
  const { openPurpose } = await world.ask<Opened>({ ...HOHHOT, expiresAt }, OPEN, { input: CASE });
  expect(Date.parse(openPurpose.expiresAt)).toBe(expiresAt);
});

test.each([
  ['an auditor', AUDITOR, CASE, 'ActNotAllowed'],
  ['a viewer that has a purpose', { ...HOHHOT, purpose: { text: 't', caseNo: 'c' } }, CASE, 'ActNotAllowed'],
  ['no case number', HOHHOT, { ...CASE, caseNo: '' }, 'ActInputRefused'],
  ['a telephone number as a case', HOHHOT, { ...CASE, caseNo: '13812345678' }, 'ActInputRefused'],
  ['half a character', HOHHOT, { ...CASE, text: '核查申诉\ud800' }, 'ActInputRefused'],
  ['no minutes', HOHHOT, { ...CASE, minutes: 0 }, 'ActInputRefused'],
  ['a day', HOHHOT, { ...CASE, minutes: 1_440 }, 'ActInputRefused'],
] as const)('%s opens no purpose, and is told why in both languages', async (_what, viewer, input, refusal) => {
  const { openPurpose } = await world.ask<Opened>(viewer as Viewer, OPEN, { input });
  expect(openPurpose).toMatchObject({
    __typename: refusal,
    message: { zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.any(String) },
  });
});

/** Personal data shown to a supervisor, as any domain records it. */
async function unmask(viewer: Viewer, caseNo: string, count: number): Promise<void> {
  const asking = { ...requestOf({ ...viewer, purpose: { text: '核查', caseNo } }), requestId: 'r' };
  const unmasking = createUnmasking(world.ports, asking);
  await Promise.all(Array.from({ length: count }, (_, index) => unmasking.allows('work-item', `115:${index}`)));
  await settled();
}

const findings = (subject: string) =>
  world.ports.database.sql<{ level: string; division: string; turnedAt: Date }[]>`
    select level, division, turned_at as "turnedAt" from finding where subject = ${subject}`;

test('reads under an open case are none of XX-07’s matter; without one the twentieth is a warning, told to the tier above', async () => {
  world.time.set(at('2026-03-03 10:00:00'));
  await world.ask<Opened>(SAIHAN, OPEN, { input: CASE });
  await unmask(SAIHAN, CASE.caseNo, 50);
  expect(await findings('150105:supervisor-saihan:2026-03-03')).toEqual([]);
  await unmask(SAIHAN, '自拟〔2026〕1号', 19);
  expect(await findings('150105:supervisor-saihan:2026-03-03')).toEqual([]);
  world.time.advance(1_000);
  await unmask(SAIHAN, '自拟〔2026〕1号', 1);
  expect(await findings('150105:supervisor-saihan:2026-03-03')).toMatchObject([{ level: 'WARNING', division: '1501' }]);
  const own = await world.ask<{ warnings: { nodes: unknown[] } }>(
    SAIHAN,
    '{ warnings(filter: { indicator: ["XX-07"] }) { nodes { id } } }',
  );
  const above = await world.ask<typeof own>(
    HOHHOT,
    '{ warnings(filter: { indicator: ["XX-07"] }) { nodes { id turnedAt } } }',
  );
  expect(own.warnings.nodes).toEqual([]);
  expect(above.warnings.nodes).toMatchObject([{ turnedAt: new Date(at('2026-03-03 10:00:01')).toISOString() }]);
});

test('the day of China begins a new count at midnight', async () => {
  world.time.set(at('2026-03-04 23:59:59'));
  await unmask(SAIHAN, '自拟〔2026〕2号', 19);
  world.time.set(at('2026-03-05 00:00:00'));
  await unmask(SAIHAN, '自拟〔2026〕2号', 19);
  expect(await findings('150105:supervisor-saihan:2026-03-04')).toEqual([]);
  expect(await findings('150105:supervisor-saihan:2026-03-05')).toEqual([]);
});

test('a case that has run out is no open case', async () => {
  world.time.set(at('2026-03-06 10:00:00'));
  await world.ask<Opened>(SAIHAN, OPEN, { input: { ...CASE, caseNo: '内督〔2026〕13号', minutes: 15 } });
  world.time.set(at('2026-03-06 10:15:01'));
  await unmask(SAIHAN, '内督〔2026〕13号', 20);
  expect(await findings('150105:supervisor-saihan:2026-03-06')).toMatchObject([{ level: 'WARNING' }]);
});

test('asking for a card of another place looks like asking for none, and is a held yellow card for the tier above', async () => {
  world.time.set(at('2026-03-09 10:00:00'));
  await world.post(signalOf({ kind: 'ROSE', subject: '115:foreign', level: 'YELLOW', division: '150202' }));
  const [card] = await world.ports.database.sql<{ id: string }[]>`select id from card where subject = '115:foreign'`;
  const ask = (id: string) => world.answer(SAIHAN, 'query ($id: ID!) { card(id: $id) { id } }', { id });
  expect(await ask(card!.id)).toEqual(await ask('00'.repeat(16)));
  await settled();
  expect(await findings('150105:supervisor-saihan:2026-03-09')).toMatchObject([{ level: 'YELLOW', division: '1501' }]);
  expect(await newest('OUT_OF_SCOPE')).toMatchObject({ by: 'supervisor-saihan', about: card!.id });
  const held = '{ cards(filter: { indicator: ["XX-07"] }) { nodes { state agency { uscc } } } }';
  expect(await world.ask(HOHHOT, held)).toMatchObject({ cards: { nodes: [{ state: 'DRAFT' }] } });
  expect(await world.ask(SAIHAN, held)).toEqual({ cards: { nodes: [] } });
});

test('an id that nobody has is a slip and not on record', async () => {
  const before = (await wholeLog()).entries.length;
  await world.ask(SAIHAN, '{ card(id: "0123456789abcdef0123456789abcdef") { id } }');
  await settled();
  expect((await wholeLog()).entries.length).toBe(before);
});

test('a finding about the region’s own supervisor is the region’s: nobody stands above it', async () => {
  world.time.set(at('2026-03-10 10:00:00'));
  await unmask(REGION, '自拟〔2026〕3号', 20);
  expect(await findings('15:supervisor-region:2026-03-10')).toMatchObject([{ level: 'WARNING', division: '15' }]);
});
