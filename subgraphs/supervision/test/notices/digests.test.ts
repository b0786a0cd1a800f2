import { afterEach, expect, test } from 'vitest';
import { SINGLES_AN_HOUR } from '../../src/notices/digest.ts';
import { signalOf } from '../signals.ts';
import { AGENCY, CHIEF, type NoticeWorld, openMailServer, openNoticeWorld } from './world.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
async function open() {
  const server = await openMailServer();
  closers.push(() => server.close());
  const world = await openNoticeWorld(server.env);
  closers.push(() => world.close());
  const recipients = [{ post: 'CONTACT', channel: 'EMAIL', address: 'lianluo@saihan.gov.cn' }];
  await world.ask(
    CHIEF,
    'mutation ($input: SetNoticeRecipientsInput!) { setNoticeRecipients(input: $input) { __typename } }',
    { input: { agency: AGENCY, recipients } },
  );
  return { server, world };
}
/** Lets this much time pass, and what is due happen. */
async function pass(world: NoticeWorld, minutes: number): Promise<void> {
  world.time.advance(minutes * 60_000);
  await world.settle();
}
const readable = (text: string): string => {
  const [, body = ''] = text.split(/\r\n\r\n/s, 2);
  return /base64/.test(text) ? Buffer.from(body, 'base64').toString() : body;
};
let count = 0;
const card = (level: 'YELLOW' | 'RED', turnedAt: string) =>
  signalOf({ kind: 'ROSE', level, subject: `115:d${(count += 1)}`, turnedAt: Date.parse(turnedAt) });
const OLD = '2026-01-05T00:00:00.000+08:00';
const NEW = '2026-03-02T00:00:00.000+08:00';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly digestOf: number | null;
  readonly digest: { readonly id: string; readonly state: string } | null;
  readonly card: { readonly id: string } | null;
  readonly isLate: boolean;
}
const shown = async (world: NoticeWorld, filter: object = {}): Promise<readonly Shown[]> =>
  (
    await world.ask<{ notices: { nodes: Shown[] } }>(
      CHIEF,
      'query ($filter: NoticeFilter) { notices(first: 200, filter: $filter) { nodes { id state digestOf isLate card { id } digest { id state } } } }',
      { filter },
    )
  ).notices.nodes;

test('what a history import finds is one digest for each recipient, the gravest first, and each entry names it', async () => {
  const { server, world } = await open();
  await world.post(...Array.from({ length: 60 }, () => card('YELLOW', OLD)));
  // What comes within the five minutes goes into the same digest.
  await pass(world, 4);
  await world.post(card('RED', OLD));
  expect(server.mails).toEqual([]);
  await pass(world, 1);
  expect(server.mails).toHaveLength(1);
  const body = readable(server.mails[0]!.text);
  const lines = body.split('\n').filter((line) => line.startsWith('·'));
  expect(lines).toHaveLength(50);
  expect(lines[0]).toContain('红牌');
  expect(body).toContain('另有 11 项');
  const notices = await shown(world);
  const [digest, ...others] = notices.filter(({ digestOf }) => digestOf !== null);
  expect([digest, others]).toMatchObject([{ digestOf: 61, state: 'DELIVERED', card: null }, []]);
  const entries = notices.filter(({ digestOf }) => digestOf === null);
  expect(entries).toHaveLength(61);
  for (const entry of entries)
    expect(entry).toMatchObject({ state: 'DIGESTED', digest: { id: digest!.id, state: 'DELIVERED' }, isLate: false });
});

test('a digest that was sent is closed: what is found later begins another', async () => {
  const { server, world } = await open();
  await world.post(card('YELLOW', OLD));
  await pass(world, 5);
  await world.post(card('YELLOW', OLD));
  await pass(world, 5);
  expect(server.mails).toHaveLength(2);
  expect((await shown(world)).map(({ digestOf }) => digestOf).filter((of) => of !== null)).toEqual([1, 1]);
});

test('of a flood each recipient gets an hour’s share one by one and the rest in digests, and nothing is lost', async () => {
  const { server, world } = await open();
  const many = Array.from({ length: SINGLES_AN_HOUR + 30 }, () => card('YELLOW', NEW));
  await world.post(...many.slice(0, 10));
  await world.post(...many.slice(10));
  expect(server.mails).toHaveLength(SINGLES_AN_HOUR);
  await pass(world, 5);
  expect(server.mails).toHaveLength(SINGLES_AN_HOUR + 1);
  const notices = await shown(world);
  expect(new Set(notices.flatMap((one) => (one.card === null ? [] : [one.card.id]))).size).toBe(many.length);
  expect(await shown(world, { state: ['DIGESTED'] })).toHaveLength(30);
  // An hour later the share is there again.
  await pass(world, 60);
  await world.post(card('YELLOW', NEW));
  expect(server.mails).toHaveLength(SINGLES_AN_HOUR + 2);
});

test('a digest that collects holds up nobody: what is new is told at once', async () => {
  const { server, world } = await open();
  await world.post(card('YELLOW', OLD));
  await world.post(card('RED', NEW));
  expect(server.mails).toHaveLength(1);
  expect(readable(server.mails[0]!.text)).toContain('红牌');
  await pass(world, 5);
  expect(server.mails).toHaveLength(2);
});

test('what is not told within ten minutes is late as a digest, once', async () => {
  const { world } = await open();
  await world.post(card('YELLOW', OLD), card('YELLOW', OLD));
  world.time.advance(10 * 60_000 + 1);
  expect((await shown(world, { isLate: true })).map(({ digestOf }) => digestOf)).toEqual([2]);
});
