import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { signalOf } from '../signals.ts';
import { AGENCY, CHIEF, type NoticeWorld, openHookServer, openMailServer, openNoticeWorld, SAIHAN } from './world.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
function closing<T extends { close(): Promise<unknown> }>(one: T): T {
  closers.push(() => one.close());
  return one;
}

const SET = `mutation ($input: SetNoticeRecipientsInput!) { setNoticeRecipients(input: $input) {
  __typename ... on NoticeProblem { message { zh en } }
  ... on SetNoticeRecipientsPayload { recipients { id post channel address } webhookSecrets { recipientId secret } } } }`;
const LIST = `query ($filter: NoticeFilter) { notices(filter: $filter) { nodes {
  id kind level post channel address subject body state isLate dueAt settledAt card { number } attempts { n arrived response endedAt } } } }`;

interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly post: string;
  readonly state: string;
  readonly isLate: boolean;
  readonly subject: string;
  readonly body: string;
  readonly address: string | null;
  readonly attempts: readonly { n: number; arrived: boolean | null; response: string | null; endedAt: string | null }[];
}
const list = async (world: NoticeWorld, filter: object = {}, viewer = CHIEF): Promise<readonly Shown[]> =>
  (await world.ask<{ notices: { nodes: Shown[] } }>(viewer, LIST, { filter })).notices.nodes;
const set = (world: NoticeWorld, recipients: readonly object[], owner: object = { agency: AGENCY }, viewer = CHIEF) =>
  world.ask<{
    setNoticeRecipients: { __typename: string; recipients: { id: string }[]; webhookSecrets: { secret: string }[] };
  }>(viewer, SET, { input: { ...owner, recipients } });

const mail = (post: string, address: string, more: object = {}) => ({ post, channel: 'EMAIL', address, ...more });
let count = 0;
const yellow = () => signalOf({ kind: 'ROSE', level: 'YELLOW', subject: `115:n${(count += 1)}` });
const red = () => signalOf({ kind: 'ROSE', level: 'RED', subject: `115:n${(count += 1)}` });
/** A mail's body as its reader sees it. */
const readable = (text: string): string => {
  const [, body = ''] = text.split(/\r\n\r\n/s, 2);
  return /base64/.test(text) ? Buffer.from(body, 'base64').toString() : body.replace(/=\r\n/g, '');
};

test('a yellow card reaches contact and chief representative by mail, a red one the leader as well, each in the language of who reads', async () => {
  const server = closing(await openMailServer());
  const world = closing(await openNoticeWorld(server.env));
  await set(world, [
    mail('CONTACT', 'lianluo@saihan.gov.cn'),
    mail('CHIEF', 'daibiao@saihan.gov.cn', { language: 'EN' }),
    mail('LEADER', 'lingdao@saihan.gov.cn'),
  ]);
  await world.publish({
    uscc: AGENCY,
    division: '150105',
    name: '赛罕区行政审批局',
    nameEn: 'Saihan approvals office',
  });
  await world.post(yellow());
  expect(server.mails.map(({ to }) => to[0]).sort()).toEqual(['daibiao@saihan.gov.cn', 'lianluo@saihan.gov.cn']);
  const [contact, chief] = ['lianluo', 'daibiao'].map((name) =>
    readable(server.mails.find(({ to }) => to[0]?.startsWith(name))!.text),
  );
  expect(contact).toContain('赛罕区行政审批局');
  expect(contact).toContain('黄牌 JC-150105000000-20260302-000001');
  expect(contact).toContain('已超期');
  expect(chief).toContain('Saihan approvals office');
  expect(chief).toContain('yellow card JC-150105000000-20260302-000001');
  await world.post(red());
  expect(
    server.mails
      .slice(2)
      .map(({ to }) => to[0])
      .sort(),
  ).toEqual(['daibiao@saihan.gov.cn', 'lianluo@saihan.gov.cn', 'lingdao@saihan.gov.cn']);
  const shown = await list(world);
  expect(shown).toHaveLength(5);
  for (const notice of shown) {
    expect(notice).toMatchObject({ kind: 'ISSUED', state: 'DELIVERED', isLate: false });
    expect(notice.attempts).toMatchObject([{ n: 1, arrived: true, response: expect.stringContaining('queued as') }]);
    expect(server.mails.some(({ text }) => text.includes(`Message-ID: <${notice.id}@nmg.gov.cn>`))).toBe(true);
    expect(notice.address).toMatch(/^[a-z]\*\*\*@saihan\.gov\.cn$/);
  }
});

test('a webhook gets the notice signed under the key that its setter was shown, and a refused one again under the same key', async () => {
  const server = closing(await openHookServer((nth) => (nth < 3 ? 503 : 204)));
  const world = closing(await openNoticeWorld(server.env));
  const { setNoticeRecipients } = await set(world, [
    { post: 'CONTACT', channel: 'WEBHOOK', address: `${server.origin}/notices?token=secret-path` },
  ]);
  const secret = setNoticeRecipients.webhookSecrets[0]!.secret;
  await world.post(yellow());
  expect(server.hooks).toHaveLength(1);
  world.time.advance(4_999);
  await world.settle();
  expect(server.hooks).toHaveLength(1);
  world.time.advance(1);
  await world.settle();
  world.time.advance(15_000);
  await world.settle();
  expect(server.hooks).toHaveLength(3);
  const [notice] = await list(world);
  expect(notice).toMatchObject({ state: 'DELIVERED', address: `${server.origin}/***` });
  expect(notice!.attempts.map(({ arrived, response }) => [arrived, response])).toEqual([
    [false, 'HTTP 503 Service Unavailable'],
    [false, 'HTTP 503 Service Unavailable'],
    [true, 'HTTP 204 No Content'],
  ]);
  expect(new Set(server.hooks.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([notice!.id]));
  for (const { headers, body } of server.hooks) {
    // As a receiver would check it, from what the readme says.
    const expected = createHmac('sha256', secret).update(`${headers['x-gnomon-sent-at']}.${body}`).digest('hex');
    expect(headers['x-gnomon-signature']).toBe(`v1=${expected}`);
    expect(JSON.parse(body)).toMatchObject({
      key: notice!.id,
      kind: 'ISSUED',
      level: 'YELLOW',
      indicator: 'WI-03',
      agency: AGENCY,
    });
  }
});

test('what waits for one recipient keeps its order, while others are told at once', async () => {
  let isDown = true;
  const hook = closing(await openHookServer(() => (isDown ? 500 : 204)));
  const server = closing(await openMailServer());
  const world = closing(await openNoticeWorld({ ...hook.env, ...server.env }));
  await set(world, [
    { post: 'CONTACT', channel: 'WEBHOOK', address: `${hook.origin}/` },
    mail('CHIEF', 'daibiao@saihan.gov.cn'),
  ]);
  for (let n = 0; n < 4; n += 1) await world.post(yellow());
  expect(server.mails).toHaveLength(4);
  // Only the first was tried: the others wait behind it.
  expect(new Set(hook.hooks.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  isDown = false;
  hook.hooks.length = 0;
  world.time.advance(15 * 60_000);
  await world.settle();
  const cards = hook.hooks.map(({ body }) => (JSON.parse(body) as { subject: string }).subject.slice(-6));
  expect(cards).toEqual(['000001', '000002', '000003', '000004']);
});

test('a notice that has not arrived within ten minutes is listed as late and counted; after a day it is given up', async () => {
  const hook = closing(await openHookServer(() => 500));
  const world = closing(await openNoticeWorld(hook.env));
  await set(world, [{ post: 'CONTACT', channel: 'WEBHOOK', address: `${hook.origin}/` }]);
  await world.post(yellow());
  const late = async () => Number(/^gnomon_notices_late (\d+)$/m.exec(await world.ports.metrics.metrics())?.[1]);
  for (let minute = 0; minute < 10; minute += 1) {
    world.time.advance(60_000);
    await world.settle();
  }
  expect(await list(world, { isLate: true })).toEqual([]);
  expect(await late()).toBe(0);
  world.time.advance(1);
  expect(await list(world, { isLate: true })).toMatchObject([{ state: 'PENDING', isLate: true }]);
  expect(await late()).toBe(1);
  expect(hook.hooks.length).toBeGreaterThanOrEqual(5);
  for (let hour = 0; hour < 25; hour += 1) {
    world.time.advance(3_600_000);
    await world.settle();
  }
  expect(await list(world, { isLate: true })).toMatchObject([{ state: 'GIVEN_UP', isLate: true }]);
  const { length } = hook.hooks;
  world.time.advance(24 * 3_600_000);
  await world.settle();
  expect(hook.hooks).toHaveLength(length);
});

test('an address that the server refuses for good is not tried again, and what waits behind it goes on', async () => {
  const server = closing(
    await openMailServer((to) =>
      to.startsWith('gone') ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null,
    ),
  );
  const world = closing(await openNoticeWorld(server.env));
  await set(world, [mail('CONTACT', 'gone@saihan.gov.cn')]);
  await world.post(yellow());
  expect(await list(world)).toMatchObject([
    { state: 'REFUSED', attempts: [{ arrived: false, response: expect.stringMatching(/550.*no such mailbox/) }] },
  ]);
  await world.post(yellow());
  expect(await list(world)).toHaveLength(2);
});

test('a sending that a crash cut off is sent again under the same key, and both attempts are on record', async () => {
  const hook = closing(await openHookServer());
  const world = closing(await openNoticeWorld(hook.env));
  await set(world, [{ post: 'CONTACT', channel: 'WEBHOOK', address: `${hook.origin}/` }]);
  // The process dies between the answer and its record: the end of the attempt cannot be written.
  await world.ports.database.sql.unsafe(`create function cut() returns trigger language plpgsql as $$ begin raise exception 'cut'; end $$;
    create trigger cut before update on notice_attempt for each row execute function cut()`);
  await expect(world.post(yellow())).rejects.toThrow('cut');
  expect(hook.hooks).toHaveLength(1);
  await world.ports.database.sql.unsafe('drop trigger cut on notice_attempt; drop function cut()');
  const again = await world.reopen();
  await again.settle();
  expect(hook.hooks).toHaveLength(1);
  world.time.advance(60_000);
  await again.settle();
  expect(hook.hooks.map(({ headers }) => headers['idempotency-key'])).toEqual(
    Array(2).fill(hook.hooks[0]!.headers['idempotency-key']),
  );
  expect(await list(world)).toMatchObject([
    {
      state: 'DELIVERED',
      attempts: [
        { n: 1, arrived: null, response: null, endedAt: null },
        { n: 2, arrived: true, response: 'HTTP 204 No Content' },
      ],
    },
  ]);
});

test('two that read the feed and send at once tell nobody twice', async () => {
  const hook = closing(await openHookServer());
  const world = closing(await openNoticeWorld(hook.env));
  await set(world, [{ post: 'CONTACT', channel: 'WEBHOOK', address: `${hook.origin}/` }]);
  const others = await Promise.all([world.reopen(), world.reopen()]);
  for (let n = 0; n < 5; n += 1) {
    const posting = world.post(yellow(), yellow());
    await Promise.all([posting, ...others.map((one) => one.settle())]);
  }
  await Promise.all([world.settle(), ...others.map((one) => one.settle())]);
  expect(hook.hooks).toHaveLength(10);
  expect(new Set(hook.hooks.map(({ headers }) => headers['idempotency-key'])).size).toBe(10);
});

test('short messages and government messages are files that the province’s gateway takes in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gnomon-spool-'));
  closers.push(() => rm(folder, { recursive: true }));
  const world = closing(
    await openNoticeWorld({ GNOMON_SMS_SPOOL: join(folder, 'sms'), GNOMON_MESSAGE_SPOOL: join(folder, 'oa') }),
  );
  await set(world, [
    { post: 'CONTACT', channel: 'SMS', address: '13800000000' },
    { post: 'CHIEF', channel: 'GOV_MESSAGE', address: 'saihan.spj' },
  ]);
  await world.post(yellow());
  world.time.advance(1_000);
  await world.post(yellow());
  const files = (await readdir(join(folder, 'sms'))).sort();
  expect(files).toHaveLength(2);
  const first = JSON.parse(await readFile(join(folder, 'sms', files[0]!), 'utf8'));
  expect(first).toMatchObject({ channel: 'SMS', to: '13800000000', subject: expect.stringContaining('000001') });
  expect(files[0]).toContain(first.key);
  expect(await readdir(join(folder, 'oa'))).toHaveLength(2);
  expect(await list(world, { channel: ['SMS'] })).toMatchObject([
    { state: 'DELIVERED', address: '138****0000' },
    { state: 'DELIVERED', address: '138****0000' },
  ]);
});

test('that an agency has nobody to be told of its card is on record and late', async () => {
  const world = closing(await openNoticeWorld());
  await world.post(yellow());
  world.time.advance(600_001);
  expect(await list(world, { isLate: true })).toMatchObject([
    { state: 'UNADDRESSED', channel: null, address: null, isLate: true, attempts: [] },
  ]);
});

test('a held card is told to the supervision body alone, and its agency sees nothing of it', async () => {
  const server = closing(await openMailServer());
  const world = closing(await openNoticeWorld(server.env));
  await set(world, [mail('CONTACT', 'lianluo@saihan.gov.cn')]);
  await set(world, [mail('SUPERVISOR', 'jiandu@saihan.gov.cn')], { division: '150105' }, SAIHAN);
  await world.post({ ...yellow(), issue: 'CONFIRM' });
  expect(server.mails.map(({ to }) => to)).toEqual([['jiandu@saihan.gov.cn']]);
  expect(await list(world)).toEqual([]);
  expect(await list(world, {}, SAIHAN)).toMatchObject([{ kind: 'HELD', post: 'SUPERVISOR', state: 'DELIVERED' }]);
});
