import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { loadPack, type Pack, type ReceiptEnvelope, verifyReceipt } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { advance, type Signal as Told } from '@gnomon/subgraph-kit';
import { compileCalendar, openClock, parseInstant } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDITOR, openWorld, rulesInForce, viewerOf, type World } from './world.ts';

const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
const calendar = compileCalendar(readCalendarFolder(`${RULES}calendar`));
const pack = packOf(['facts/work-item.yaml', 'base/WI-03.yaml', 'base/WI-04.yaml']);
const scope = { division: '150105', agency: '11150105MB0000001A', department: '', item: '' };

const rules = { ...rulesInForce(pack), calendar, calendarFor: () => calendar };

let world: World;
let told: readonly Told[];
beforeAll(async () => {
  world = await openWorld(rules);
  told = signalsOfAnOverdueItem();
  await world.tellPayloads(...told);
  await world.settle();
});
afterAll(() => world.close());

interface Read {
  readonly cards: {
    readonly nodes: readonly {
      readonly level: string;
      readonly turnedAt: string;
      readonly receipt: { readonly hash: string; readonly json: string; readonly envelope: ReceiptEnvelope };
    }[];
  };
}
const READ = '{ cards { nodes { level turnedAt receipt { hash json envelope } } } }';

test('the cards of an overdue work item are dated by the instants at which the rule turned', async () => {
  const { cards } = await world.ask<Read>(AUDITOR, READ);
  expect(cards.nodes.map(({ level, turnedAt }) => [level, turnedAt])).toEqual([
    ['RED', '2024-10-09T16:00:00.000Z'],
    ['YELLOW', '2024-09-29T16:00:00.000Z'],
  ]);
});

test('the receipt of each stored card recomputes to the same bytes, from its envelope alone', async () => {
  const { cards } = await world.ask<Read>(AUDITOR, READ);
  for (const { receipt } of cards.nodes) {
    expect(createHash('sha256').update(receipt.json, 'utf8').digest('hex')).toBe(receipt.hash);
    const verification = verifyReceipt(receipt.envelope);
    expect('differences' in verification ? verification.differences : []).toEqual([]);
  }
});

test('an old card is recomputed as before when other rules have come into force since', async () => {
  const inForce = rules.pack;
  Object.assign(rules, { pack: packOf(['facts/work-item.yaml', 'base/WI-04.yaml']) });
  const { cards } = await world.ask<Read>(AUDITOR, READ);
  Object.assign(rules, { pack: inForce });
  for (const { receipt } of cards.nodes) expect(verifyReceipt(receipt.envelope)).toMatchObject({ match: true });
});

test('a receipt of rules that were never in force here is kept, and says that it cannot be completed', async () => {
  const signal = told.find(({ receipt }) => receipt !== null)!;
  const foreign = {
    ...signal,
    id: 'f'.repeat(64),
    subject: '115:2',
    receipt: { ...signal.receipt!, packHash: 'e'.repeat(64) },
  };
  await world.tellPayloads(foreign);
  await world.settle();
  const found = await world.ask<{ _entities: [{ verdicts: [{ receipt: { json: string; envelope: null } }] }] }>(
    AUDITOR,
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on WorkItem { verdicts { receipt { json envelope } } } } }',
    { r: [{ __typename: 'WorkItem', id: '115:2' }] },
  );
  const { json, envelope } = found._entities[0].verdicts[0].receipt;
  expect(JSON.parse(json)).toEqual(foreign.receipt);
  expect(envelope).toBeNull();
});

test('a receipt that was tampered with does not verify', async () => {
  const { cards } = await world.ask<Read>(AUDITOR, READ);
  const { envelope } = cards.nodes[0]!.receipt;
  expect(verifyReceipt({ ...envelope, receipt: { ...envelope.receipt, level: 'YELLOW' } })).toMatchObject({
    match: false,
  });
});

test('warnings and verdicts carry their receipts as well', async () => {
  type Both = {
    warnings: { nodes: { receipt: { hash: string } }[] };
    _entities: { verdicts: { receipt: { hash: string } }[] }[];
  };
  const { warnings, _entities } = await world.ask<Both>(
    AUDITOR,
    'query ($r: [_Any!]!) { warnings { nodes { receipt { hash } } } _entities(representations: $r) { ... on WorkItem { verdicts { receipt { hash } } } } }',
    { r: [{ __typename: 'WorkItem', id: '115:1' }] },
  );
  expect(warnings.nodes[0]!.receipt.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(_entities[0]!.verdicts[0]!.receipt.hash).toMatch(/^[0-9a-f]{64}$/);
});

test('a receipt is not read by a viewer of another place', async () => {
  const { cards } = await world.ask<Read>(viewerOf('SUPERVISOR', { tier: 'LEAGUE', division: '1502' }), READ);
  expect(cards.nodes).toEqual([]);
  const rows = await world.ports.database.asViewer(
    { all: false, divisions: ['1502'], agencies: [], sources: [] },
    (tx) => tx`select hash from receipt`,
  );
  expect(rows).toHaveLength(0);
});

/** A promise item of five working days, accepted before National Day 2024 and not finished. */
function signalsOfAnOverdueItem(): readonly Told[] {
  const start = parseInstant('2024-09-23T09:00:00+08:00');
  const promise = openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start });
  const subject = {
    domain: 'WORK_ITEM',
    kind: 'work-item',
    type: 'WorkItem',
    id: '115:1',
    agency: scope.agency,
    division: scope.division,
    item: null,
    source: '115',
  };
  const facts = { kind: 'PROMISE', open: true, accepted: true, hasStatutory: false, promise };
  const { signals } = advance({
    pack,
    calendar,
    scope,
    subject,
    previous: null,
    arrival: { facts, at: start },
    until: parseInstant('2024-10-20T09:00:00+08:00'),
  });
  return signals;
}

function packOf(paths: readonly string[]): Pack {
  const files = readRulesFolder(RULES).filter(({ path }) => paths.includes(path));
  const loaded = loadPack(files, { calendar, runTests: false });
  if ('problems' in loaded)
    throw new Error(JSON.stringify(loaded.problems.map(({ file, message }) => [file, message.en])));
  return loaded.pack;
}
