import { createClient, openFeed, relayOnce } from '@gnomon/store';
import type { ActPayload } from '@gnomon/subgraph-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptRow, openWorld, SUPERVISOR, type TestWorld } from './world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld('2024-09-23T10:00:00+08:00');
  await world.push([acceptRow('U1'), acceptRow('U2')]);
});
afterAll(() => world.close());

const QUERY = '{ workItems { nodes { id applicantName rowVersions { content } } } }';
const WITH_PURPOSE = { ...SUPERVISOR, purpose: { text: '申诉核查', caseNo: 'SS-1' } };

/** Acts that were told so far. */
async function acts(): Promise<readonly ActPayload[]> {
  await relayOnce(world.database);
  return (await openFeed(world.database).read('acts', null, 1_000)).map(({ payload }) => payload as ActPayload);
}

test('without a purpose nothing is shown and nothing is recorded', async () => {
  expect(JSON.stringify(await world.ask(SUPERVISOR, QUERY))).not.toContain('张三');
  expect(await acts()).toEqual([]);
});

test('with a purpose names are shown, and who saw how many for which case is on record, without any name', async () => {
  expect(JSON.stringify(await world.ask(WITH_PURPOSE, QUERY))).toContain('张三');
  const told = await acts();
  expect(told).toMatchObject([
    {
      kind: 'UNMASKED',
      by: SUPERVISOR.id,
      role: 'SUPERVISOR',
      detail: { record: 'work-item', count: 2, caseNo: 'SS-1' },
    },
  ]);
  expect(JSON.stringify(told)).not.toContain('张三');
});

test('when the record cannot be written the answer comes, and is masked', async () => {
  const admin = createClient({ url: world.test.url, applicationName: 'test', max: 1 });
  try {
    await admin`revoke insert on hub.outbox from gnomon_subgraph`;
    expect(JSON.stringify(await world.ask(WITH_PURPOSE, QUERY))).not.toContain('张三');
    await admin`grant insert on hub.outbox to gnomon_subgraph`;
    expect(JSON.stringify(await world.ask(WITH_PURPOSE, QUERY))).toContain('张三');
  } finally {
    await admin.end();
  }
});
