import type { Viewer } from '@gnomon/identity';
import { type Database, openFeed, relayOnce } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActPayload, createUnmasking, recordAct } from '../src/index.ts';

let world: TestDatabase;
let database: Database;
beforeAll(async () => {
  world = await openTestDatabase({ shop: null });
  database = await world.open('shop');
});
afterAll(() => world.close());

const log = pino({ level: 'silent' });
const AT = Date.UTC(2026, 2, 2, 1);
const time = { now: () => AT };
const VIEWER: Viewer = {
  id: 'supervisor-1',
  name: { zh: '监督人员', en: 'Supervisor' },
  role: 'SUPERVISOR',
  tier: 'LEAGUE',
  agency: null,
  division: '1501',
  sources: [],
  purpose: { text: '核查', caseNo: 'C-1' },
  expiresAt: Number.MAX_SAFE_INTEGER,
};

let read: string | null = null;
/** What came into the stream since the last call. */
async function told(): Promise<readonly ActPayload[]> {
  await relayOnce(database);
  const entries = await openFeed(database).read('acts', read, 1_000);
  read = entries.at(-1)?.cursor ?? read;
  return entries.map(({ payload }) => payload as ActPayload);
}

test('an act is on record when the transaction of what was done commits, and is not when it fails', async () => {
  const act = { kind: 'LIST_CLOSED', by: VIEWER, at: AT, about: 'list-1', detail: { rows: 3 } } as const;
  await database.transaction((tx) => recordAct(tx, act));
  await expect(
    database.transaction(async (tx) => {
      await recordAct(tx, { ...act, about: 'list-2' });
      throw new Error('after all');
    }),
  ).rejects.toThrow('after all');
  expect(await told()).toEqual([
    {
      kind: 'LIST_CLOSED',
      at: '2026-03-02T01:00:00.000Z',
      by: 'supervisor-1',
      role: 'SUPERVISOR',
      tier: 'LEAGUE',
      division: '1501',
      about: 'list-1',
      detail: { rows: 3 },
    },
  ]);
});

test.each([
  ['a kind that is no word', { kind: 'closed a list' }],
  ['a long text', { detail: { note: 'x'.repeat(301) } }],
  ['half a character', { detail: { note: '\ud800' } }],
  ['a list without end', { detail: { rows: Array.from({ length: 51 }, String) } }],
])('%s is no act, and fails the transaction', async (_what, part) => {
  const act = { kind: 'LIST_CLOSED', by: 'hub', at: AT, ...part } as const;
  await expect(database.transaction((tx) => recordAct(tx, act))).rejects.toThrow('act ');
});

test('records that are unmasked in one turn are one entry with their number and case', async () => {
  const unmasking = createUnmasking({ database, time, log }, { viewer: VIEWER, requestId: 'r1' });
  const allowed = await Promise.all(['a', 'b', 'a'].map((id) => unmasking.allows('order', id)));
  expect(allowed).toEqual([true, true, true]);
  expect(await told()).toMatchObject([
    { kind: 'UNMASKED', by: 'supervisor-1', detail: { record: 'order', count: 2, records: ['a', 'b'], caseNo: 'C-1' } },
  ]);
});

test('without a purpose nothing is unmasked and nothing is recorded', async () => {
  for (const viewer of [null, { ...VIEWER, purpose: null }, { ...VIEWER, role: 'AUDITOR' as const }]) {
    const unmasking = createUnmasking({ database, time, log }, { viewer, requestId: 'r2' });
    expect(await unmasking.allows('order', 'a')).toBe(false);
  }
  expect(await told()).toEqual([]);
});

test('when the record cannot be written the data stay masked', async () => {
  const broken = { ...database, transaction: () => Promise.reject(new Error('the database is away')) };
  const unmasking = createUnmasking({ database: broken, time, log }, { viewer: VIEWER, requestId: 'r3' });
  expect(await unmasking.allows('order', 'a')).toBe(false);
});
