import { memoryKeyring, type Viewer } from '@gnomon/identity';
import { relayOnce } from '@gnomon/store';
import { recordAct } from '@gnomon/subgraph-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeal } from '../src/clues/seal.ts';
import { listClues, sealedOf, setReader } from '../src/store/clues.ts';
import { actRules, at } from './act-rules.ts';
import { AUDITOR, openWorld, viewerOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(actRules());
});
afterAll(() => world.close());

const HOHHOT = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot', tier: 'LEAGUE', division: '1501' });
const COLLEAGUE = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot-2', tier: 'LEAGUE', division: '1501' });
const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });
const REGION = viewerOf('SUPERVISOR', { id: 'supervisor-region', tier: 'REGION', division: '15' });
const LEADER = viewerOf('SUPERVISOR', { id: 'leader-saihan', tier: 'BANNER', division: '150105' });
const AUDIT_ADMIN = viewerOf('AUDIT_ADMIN', { id: 'audit-admin' });

const FIELDS =
  'id openedBy origin offence suspects readers facts { text by } evidence { name } transfers { ordinal bodyName receiptNo outcome } isWhole';
const RESULT = `__typename ... on CluePayload { clue { ${FIELDS} } } ... on ActProblem { message { zh en } }`;
const mutation = (name: string, type: string) =>
  `mutation ($input: ${type}!) { result: ${name}(input: $input) { ${RESULT} } }`;
const OPEN = mutation('openClue', 'OpenClueInput');
const ADD = mutation('addToClue', 'AddToClueInput');
const NAME = mutation('nameReader', 'NameReaderInput');
const TRANSFER = mutation('transferClue', 'TransferClueInput');
const OUTCOME = mutation('recordClueOutcome', 'RecordClueOutcomeInput');
const READ = `query ($id: ID!) { clue(id: $id) { ${FIELDS} } clues { nodes { id } } }`;

interface Clue {
  readonly id: string;
  readonly suspects: readonly string[];
  readonly readers: readonly string[];
  readonly isWhole: boolean;
}
interface Outcome {
  readonly __typename: string;
  readonly clue?: Clue;
  readonly message?: { readonly zh: string };
}
const FACTS = '三月二日深夜连续查看与案件无关的办件';
const CLUE = {
  origin: 'COMPLAINT',
  offence: 'ABUSE_OF_POWER',
  legalBasis: '《政务服务效能监督办法》第十一条',
  suspects: ['supervisor-saihan'],
  facts: FACTS,
  evidence: [{ name: '访问记录.pdf', sha256: 'a'.repeat(64) }],
};

const act = async (viewer: Viewer, document: string, input: object): Promise<Outcome> =>
  (await world.ask<{ result: Outcome }>(viewer, document, { input })).result;
const open = async (input: object = {}): Promise<string> => (await act(HOHHOT, OPEN, { ...CLUE, ...input })).clue!.id;
const read = (viewer: Viewer, id: string) =>
  world.ask<{ clue: Clue | null; clues: { nodes: readonly { id: string }[] } }>(viewer, READ, { id });
async function sees(viewer: Viewer, id: string): Promise<boolean> {
  const { clue, clues } = await read(viewer, id);
  expect(clues.nodes.some((node) => node.id === id)).toBe(clue !== null);
  return clue !== null;
}

async function settled(): Promise<void> {
  await relayOnce(world.ports.database);
  await world.settle();
  await world.settle();
}

test('a clue goes its way: opened, added to, read by whom it names, handed over, answered', async () => {
  const id = await open();
  await act(HOHHOT, ADD, {
    clueId: id,
    facts: '四月一日再次发生',
    evidence: [{ name: '截图.png', sha256: 'b'.repeat(64) }],
  });
  await act(HOHHOT, NAME, { clueId: id, account: 'supervisor-region' });
  await act(REGION, TRANSFER, { clueId: id, body: 'DISCIPLINE', bodyName: '自治区纪委监委驻局纪检监察组' });
  const { clue } = await act(REGION, OUTCOME, {
    clueId: id,
    transfer: 1,
    receiptNo: '纪收〔2026〕7号',
    outcome: '已受理',
  });
  expect(clue).toEqual({
    id,
    openedBy: 'supervisor-hohhot',
    origin: 'COMPLAINT',
    offence: 'ABUSE_OF_POWER',
    suspects: ['supervisor-saihan'],
    readers: ['supervisor-hohhot', 'supervisor-region'],
    facts: [
      { text: FACTS, by: 'supervisor-hohhot' },
      { text: '四月一日再次发生', by: 'supervisor-hohhot' },
    ],
    evidence: [{ name: '访问记录.pdf' }, { name: '截图.png' }],
    transfers: [
      { ordinal: 1, bodyName: '自治区纪委监委驻局纪检监察组', receiptNo: '纪收〔2026〕7号', outcome: '已受理' },
    ],
    isWhole: true,
  });
});

test('only who is named reads a file: not the region above, not a colleague, not the auditor, not the audit administrator', async () => {
  const id = await open();
  expect(await sees(HOHHOT, id)).toBe(true);
  for (const viewer of [REGION, COLLEAGUE, SAIHAN, AUDITOR, AUDIT_ADMIN]) expect(await sees(viewer, id)).toBe(false);
});

test.each([
  viewerOf('AGENCY', { agency: '11150105MB0000001A' }),
  viewerOf('OPERATOR'),
  viewerOf('SECURITY_ADMIN'),
  viewerOf('PARTNER', { agency: '11150105MB0000001A' }),
])('the role of $id neither asks nor acts', async (viewer) => {
  const { errors } = await world.answer(viewer, READ, { id: 'ab'.repeat(16) });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  expect((await act(viewer, OPEN, CLUE)).__typename).toBe('ActNotAllowed');
});

test('a suspect does not read the file and cannot be named as a reader', async () => {
  const id = await open();
  expect(await act(HOHHOT, NAME, { clueId: id, account: 'supervisor-saihan' })).toMatchObject({
    __typename: 'ActStateRefused',
    message: { zh: expect.stringContaining('不得阅卷') },
  });
  expect(await sees(SAIHAN, id)).toBe(false);
});

test('a reader who is suspected later is locked out at once, by every path', async () => {
  const id = await open({ readers: ['leader-saihan'] });
  expect(await sees(LEADER, id)).toBe(true);
  await act(HOHHOT, ADD, { clueId: id, suspects: ['leader-saihan'] });
  expect(await sees(LEADER, id)).toBe(false);
  const none = 'ab'.repeat(16);
  for (const [document, input] of [
    [ADD, { facts: '与我无关的说明' }],
    [NAME, { account: 'supervisor-region' }],
    [TRANSFER, { body: 'OTHER', bodyName: '其他部门' }],
    [OUTCOME, { transfer: 1, receiptNo: '1', outcome: '不予受理' }],
  ] as const) {
    const [closed, absent] = [
      await act(LEADER, document, { ...input, clueId: id }),
      await act(LEADER, document, { ...input, clueId: none }),
    ];
    expect(JSON.stringify(closed).replaceAll(id, none)).toBe(JSON.stringify(absent));
    expect(closed.__typename).toBe('ActNotFound');
  }
});

test('who opens a file cannot name herself, nor a reader who is a suspect', async () => {
  expect((await act(HOHHOT, OPEN, { ...CLUE, suspects: ['supervisor-hohhot'] })).__typename).toBe('ActInputRefused');
  expect((await act(HOHHOT, OPEN, { ...CLUE, readers: ['supervisor-saihan'] })).__typename).toBe('ActInputRefused');
});

test('of a leak of state secrets the hub keeps that it was handed over, and no content', async () => {
  expect((await act(HOHHOT, OPEN, { ...CLUE, offence: 'LEAK_OF_STATE_SECRETS' })).__typename).toBe('ActInputRefused');
  const id = await open({ offence: 'LEAK_OF_STATE_SECRETS', facts: null, evidence: [] });
  expect((await act(HOHHOT, ADD, { clueId: id, facts: '涉密材料内容' })).__typename).toBe('ActInputRefused');
  expect(
    (await act(HOHHOT, TRANSFER, { clueId: id, body: 'SECRECY', bodyName: '保密行政管理部门' })).clue,
  ).toMatchObject({
    transfers: [{ ordinal: 1, outcome: null }],
  });
});

test('nothing of a file stands in clear in any table, in the feed or in the log, beyond its id', async () => {
  const id = await open({
    facts: '独一无二的事实甲乙丙',
    readers: ['reader-unique-1'],
    suspects: ['suspect-unique-1'],
  });
  await settled();
  const { sql } = world.ports.database;
  const tables = await sql<
    { name: string }[]
  >`select table_schema || '.' || table_name as name from information_schema.tables
    where table_schema in ('supervision', 'hub') and table_type = 'BASE TABLE'
      and has_table_privilege(format('%I.%I', table_schema, table_name), 'select')`;
  const texts = [];
  for (const { name } of tables)
    texts.push(
      ...(await sql.unsafe(`select to_jsonb(t)::text as text from ${name} t`)).map((row) => `${name} ${row.text}`),
    );
  expect(texts.filter((text) => /独一无二|unique-1/.test(text))).toEqual([]);
  const naming = texts.filter((text) => text.includes(id)).map((text) => text.split(' ', 1)[0]);
  expect([...new Set(naming)].sort()).toEqual([
    'hub.feed',
    'supervision.clue',
    'supervision.clue_entry',
    'supervision.clue_person',
    'supervision.hub_act',
  ]);
  const logged = texts.find((text) => text.startsWith('supervision.hub_act') && text.includes(id))!;
  expect(logged).toContain('withheld');
  expect(logged).not.toContain('supervisor-hohhot');
});

test('row security alone shows a file to nobody for whom it was not opened, whatever the scope', async () => {
  await open();
  const all = { all: true, divisions: ['15'], agencies: [], sources: [] };
  const { database, keys } = world.ports;
  expect(await database.asViewer(all, (tx) => listClues(tx, null, 10))).toEqual([]);
  const found = await database.asViewer(all, async (tx) => {
    await setReader(tx, createSeal(keys!).personOf('supervisor-hohhot'), '');
    return listClues(tx, null, 10);
  });
  expect(found.length).toBeGreaterThan(0);
});

test('the database refuses to change or remove anything of a file', async () => {
  const { sql } = world.ports.database;
  for (const table of ['clue', 'clue_entry', 'clue_person'])
    await expect(sql.unsafe(`delete from ${table}`)).rejects.toThrow('permission denied');
  await expect(sql`update clue_entry set sealed = ''`).rejects.toThrow('permission denied');
});

test('a sealed entry opens in its own place alone, unchanged, under its own key', async () => {
  const seal = createSeal(world.ports.keys!);
  const sealed = seal.seal('事实', 'clue-1:1');
  expect(seal.open(sealed, 'clue-1:1')).toBe('事实');
  expect(() => seal.open(sealed, 'clue-1:2')).toThrow();
  expect(() => seal.open(`${sealed.slice(0, -2)}AA`, 'clue-1:1')).toThrow();
  expect(() => createSeal(memoryKeyring()).open(sealed, 'clue-1:1')).toThrow();
  expect(() => seal.open('rot13.abc', 'clue-1:1')).toThrow('aes-256-gcm');
  expect(seal.seal('事实', 'clue-1:1')).not.toBe(sealed);
});

test('two who add at once are both heard, one behind the other', async () => {
  const id = await open({ readers: ['supervisor-region'] });
  await Promise.all([
    act(HOHHOT, ADD, { clueId: id, facts: '甲方说明一' }),
    act(REGION, ADD, { clueId: id, facts: '乙方说明二' }),
  ]);
  const { clue } = await read(HOHHOT, id);
  expect(clue).toMatchObject({ isWhole: true });
  expect((clue as unknown as { facts: unknown[] }).facts).toHaveLength(3);
});

test('each step is in the log with the hash of the file’s newest entry', async () => {
  const id = await open();
  await settled();
  const { sql } = world.ports.database;
  const [last] = await sql.begin((tx) => sealedOf(tx, [id])).then((entries) => entries.slice(-1));
  const rows = await sql<
    { entry: string }[]
  >`select entry from hub_act where kind = 'CLUE_ACT' order by sequence desc limit 1`;
  expect(JSON.parse(rows[0]!.entry)).toMatchObject({
    by: 'withheld',
    about: id,
    detail: { entry: last!.sequence, hash: last!.hash },
  });
});

test('a red finding of XX-07 opens a file once; the body above finds it and names who reads it, the suspected never sees it', async () => {
  world.time.set(at('2026-03-20 09:00:00'));
  const attempt = () =>
    world.ports.database.transaction((tx) =>
      recordAct(tx, { kind: 'EXPORT_REFUSED', by: SAIHAN, at: world.time.now(), about: 'x', detail: { count: 1 } }),
    );
  await attempt();
  await attempt();
  await settled();
  const mine = async (viewer: Viewer) =>
    (
      await world.ask<{ clues: { nodes: readonly (Clue & { origin: string })[] } }>(
        viewer,
        `{ clues { nodes { ${FIELDS} } } }`,
      )
    ).clues.nodes.filter(({ origin }) => origin === 'UNUSUAL_ACCESS');
  const [clue, ...others] = await mine(COLLEAGUE);
  expect(others).toEqual([]);
  expect(clue).toMatchObject({ openedBy: 'hub', suspects: ['supervisor-saihan'], readers: [], isWhole: true });
  for (const viewer of [SAIHAN, LEADER, REGION, AUDITOR]) expect(await mine(viewer)).toEqual([]);
  await act(COLLEAGUE, NAME, { clueId: clue!.id, account: 'supervisor-region' });
  expect(await mine(REGION)).toHaveLength(1);
  // From now on it is open to those named alone.
  expect(await mine(COLLEAGUE)).toEqual([]);
});

test('any input whatever is a step or a refusal by name, and no fault of the hub', async () => {
  const id = await open();
  const text = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\u0000',
      '\ud800',
      'x'.repeat(5_000),
      id,
      'ab'.repeat(16),
      '事实经过说明',
      'a'.repeat(64),
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const inputs = fc.record({ a: text, b: text, n: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) });
  await fc.assert(
    fc.asyncProperty(inputs, async ({ a, b, n }) => {
      for (const [document, input] of [
        [OPEN, { ...CLUE, legalBasis: a, suspects: [b], readers: [a], facts: b, evidence: [{ name: a, sha256: b }] }],
        [ADD, { clueId: a, facts: b, suspects: [a], evidence: [{ name: b, sha256: a }] }],
        [NAME, { clueId: a, account: b }],
        [TRANSFER, { clueId: a, body: 'OTHER', bodyName: b, receiptNo: a }],
        [OUTCOME, { clueId: a, transfer: n, receiptNo: b, outcome: a }],
      ] as const) {
        const { errors, data } = await world.answer(HOHHOT, document, { input });
        expect(errors).toBeUndefined();
        const { __typename, message } = (data as { result: Outcome }).result;
        if (__typename !== 'CluePayload') expect(message?.zh).toMatch(/\p{Script=Han}/u);
      }
      expect((await world.answer(HOHHOT, READ, { id: a })).errors).toBeUndefined();
    }),
    { numRuns: 25 },
  );
});
