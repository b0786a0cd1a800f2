import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@gnomon/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCast, demoViewers, publishWorld } from '../src/index.ts';
import { type Answer, askGraph, type ListeningHub, openListeningHub } from './listening-hub.ts';
import { overdueRow, PUSH, pushInput } from './rows.ts';
import { type Outcome, runCommand } from './run-command.ts';

const VERIFY = 'packages/acts/src/main.ts';
const NAME = '{ workItem(id: "115:ACT-1") { applicantName } }';
const SUPERVISORS = ['supervisor-saihan', 'supervisor-hohhot', 'supervisor-region'];

let world: ListeningHub;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gnomon-log-'));
  world = await openListeningHub({ background: false });
  const cast = demoCast();
  const { supervisors, agencies, items, sources } = cast;
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
  await world.hub.settle();
  await world.ask('source-115', PUSH, pushInput('acts', [overdueRow(cast, agencies[0]!, 'ACT-1', Date.now())]));
  await world.hub.settle();
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The log as the audit administrator exports it, in a file. */
async function exportLog(name: string): Promise<string> {
  await world.hub.settle();
  const answer = await fetch(`${world.origin}/supervision/acts.ndjson`, {
    headers: { authorization: `Bearer ${await world.token('audit-admin')}` },
  });
  expect(answer.status).toBe(200);
  const path = join(folder, name);
  writeFileSync(path, await answer.text());
  return path;
}

const verify = (...args: readonly string[]): Promise<Outcome> =>
  runCommand(VERIFY, [...args, '--key', join(world.home, 'identity', 'log-key.public.json')]);
const verifyDatabase = (): Promise<Outcome> => verify('--database', world.hub.databaseUrl);

/** Confirms the held card of the overdue work item, by the body whose matter it is. */
async function confirmCard(): Promise<void> {
  const { data } = await world.ask<{ cards: { nodes: { id: string }[] } }>(
    'supervisor-region',
    '{ cards(filter: { state: [DRAFT] }) { nodes { id } } }',
  );
  const id = data!.cards.nodes[0]!.id;
  for (const account of SUPERVISORS) {
    const answer: Answer<{ confirmCard: { __typename: string } }> = await world.ask(
      account,
      'mutation ($id: ID!) { confirmCard(input: { cardId: $id }) { __typename } }',
      { id },
    );
    if (answer.data?.confirmCard.__typename === 'CardPayload') return;
  }
  throw new Error('nobody could confirm the card');
}

test('personal data are seen with a purpose that was opened for a case, through the gateway, and not without', async () => {
  expect(
    (await world.ask<{ workItem: { applicantName: string } }>('supervisor-region', NAME)).data!.workItem.applicantName,
  ).toBe('张*');
  const { data } = await world.ask<{ openPurpose: { token: string } }>(
    'supervisor-region',
    'mutation { openPurpose(input: { caseNo: "内督〔2026〕1号", text: "核查申诉", minutes: 5 }) { ... on PurposePayload { token } } }',
  );
  const { token } = data!.openPurpose;
  const opened = await askGraph<{ workItem: { applicantName: string } }>(world.hub.url, token, NAME);
  expect(opened).toEqual({ data: { workItem: { applicantName: '张三' } } });
  await world.hub.settle();
  const log = await world.ask<{ hubLog: { nodes: { kind: string; by: string; detail: object }[] } }>(
    'audit-admin',
    '{ hubLog(kind: ["UNMASKED", "PURPOSE_OPENED"]) { nodes { kind by detail } } }',
  );
  expect(log.data!.hubLog.nodes).toMatchObject([
    {
      kind: 'UNMASKED',
      by: 'supervisor-region',
      detail: { record: 'work-item', count: 1, records: ['115:ACT-1'], caseNo: '内督〔2026〕1号' },
    },
    { kind: 'PURPOSE_OPENED', by: 'supervisor-region', detail: { caseNo: '内督〔2026〕1号', minutes: 5 } },
  ]);
});

test('the exported log is found whole by the command, and so is the database', async () => {
  await confirmCard();
  const whole = await verify(await exportLog('whole.ndjson'));
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('完整 whole') });
  expect(await verifyDatabase()).toMatchObject({ code: 0 });
});

test('whoever rewrites the tables as an administrator is found out: the log, its end, and a card’s history', async () => {
  const kept = await exportLog('kept.ndjson');
  const admin = createClient({ url: world.hub.databaseUrl, applicationName: 'test', max: 1 });
  const changed = async (statement: string, found: RegExp) => {
    await admin.begin(async (tx) => {
      await tx.unsafe('create table kept_act as table supervision.hub_act');
      await tx.unsafe('create table kept_head as table supervision.hub_act_head');
      await tx.unsafe('create table kept_event as table supervision.card_event');
      await tx.unsafe(statement);
    });
    const result = await verifyDatabase();
    expect(result.stdout).toMatch(found);
    expect(result.code).toBe(1);
    await admin.unsafe(`delete from supervision.hub_act; insert into supervision.hub_act table kept_act; drop table kept_act;
      delete from supervision.hub_act_head; insert into supervision.hub_act_head table kept_head; drop table kept_head;
      delete from supervision.card_event; insert into supervision.card_event table kept_event; drop table kept_event;`);
  };
  try {
    await changed(
      `update supervision.hub_act set entry = replace(entry, 'supervisor-', 'nobody-') where kind = 'UNMASKED'`,
      /CHANGED/,
    );
    await changed(`delete from supervision.hub_act where sequence = 3`, /MISSING 第 3/);
    await changed(`delete from supervision.hub_act where sequence > 3`, /TRUNCATED/);
    await changed(`update supervision.card_event set hash = repeat('0', 64) where kind = 'CONFIRMED'`, /CARD_HISTORY/);
    expect(await verifyDatabase()).toMatchObject({ code: 0 });
    // Cut off with its heads, the log is found out by what was exported before.
    await admin.unsafe(
      'delete from supervision.hub_act where sequence > 3; delete from supervision.hub_act_head where sequence > 3',
    );
    expect((await verify('--database', world.hub.databaseUrl, kept)).stdout).toContain('TRUNCATED');
  } finally {
    await admin.end();
  }
});
