import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signalOf } from '../signals.ts';
import { AGENCY, CHIEF, type NoticeWorld, openHookServer, openNoticeWorld } from './world.ts';

// An hour’s share, so that each is told by itself.
const CARDS = 20;
const RECIPIENTS = 5;
const KILLS = 3;
const DELIVERER = fileURLToPath(new URL('./deliverer.ts', import.meta.url));
const SET = `mutation ($input: SetNoticeRecipientsInput!) { setNoticeRecipients(input: $input) { __typename } }`;

let server: Awaited<ReturnType<typeof openHookServer>>;
let world: NoticeWorld;
let isDown = true;
let running: ChildProcess | null = null;
/** Called at each request that was answered. */
let onHook: () => void = () => {};
beforeAll(async () => {
  server = await openHookServer(() => {
    onHook();
    return isDown ? 503 : 204;
  });
  world = await openNoticeWorld(server.env);
});
afterAll(async () => {
  running?.kill('SIGKILL');
  await server?.close();
  await world?.close();
});

/** Starts a deliverer whose clock is ahead, and kills it when so many more requests were answered. */
async function deliverAndKill(aheadMs: number, answers: number): Promise<void> {
  const child = spawn(process.execPath, [DELIVERER, world.url, server.origin, String(aheadMs)], { stdio: 'inherit' });
  running = child;
  let left = answers;
  await new Promise<void>((resolve) => {
    onHook = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a deliverer that is killed again and again loses no notice, keeps each recipient’s order, and marks every double by its key', async () => {
  const recipients = Array.from({ length: RECIPIENTS }, (_, nth) => ({
    post: 'CONTACT',
    channel: 'WEBHOOK',
    address: `${server.origin}/${nth}`,
  }));
  await world.ask(CHIEF, SET, { input: { agency: AGENCY, recipients } });
  const cards = Array.from({ length: CARDS }, (_, n) =>
    signalOf({ kind: 'ROSE', level: 'YELLOW', subject: `115:k${n}` }),
  );
  await world.post(...cards);
  isDown = false;
  server.hooks.length = 0;
  const total = CARDS * RECIPIENTS;
  // Each begins when the leases of the one before have run out.
  const base = world.time.now() - Date.now() + 60_000;
  for (let kill = 0; kill < KILLS; kill += 1) await deliverAndKill(base + kill * 120_000, 17);
  world.time.set(Date.now() + base + KILLS * 120_000);
  for (let left = total; left > 0; ) {
    await world.settle();
    const [row] = await world.ports.database.sql<
      { count: number }[]
    >`select count(*)::int from notice where state <> 'DELIVERED'`;
    left = row!.count;
  }
  const seen = server.hooks.map(({ headers, path }) => ({ key: String(headers['idempotency-key']), path }));
  const keys = new Set(seen.map(({ key }) => key));
  expect(keys.size).toBe(total);
  // A kill cuts off what is on its way: at most one notice of each recipient.
  expect(seen.length - keys.size).toBeLessThanOrEqual(KILLS * RECIPIENTS);
  const order = await world.ports.database.sql<{ id: string; seq: number }[]>`select id, seq from notice`;
  const seqOf = new Map(order.map(({ id, seq }) => [id, seq]));
  for (const [, hooks] of Map.groupBy(seen, ({ path }) => path)) {
    const seqs = hooks.map(({ key }) => seqOf.get(key)!);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  }
  const [cut] = await world.ports.database.sql<
    { count: number }[]
  >`select count(*)::int from notice_attempt where ended_at is null`;
  expect(cut!.count).toBeGreaterThan(0);
});
