import { relayOnce } from '@gnomon/store';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, viewerOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const FEED = `subscription ($after: String, $filter: FeedFilter) {
  supervisionFeed(after: $after, filter: $filter) { cursor kind level domain card { id state subject { id } } warning { id state } signal { id } } }`;
interface Event {
  readonly cursor: string;
  readonly kind: string;
  readonly level: string;
  readonly card: { readonly state: string; readonly subject: { readonly id: string } } | null;
}

let count = 0;
const yellow = (parts: Partial<Parameters<typeof signalOf>[0]> = {}) =>
  signalOf({ kind: 'ROSE', level: 'YELLOW', subject: `115:${(count += 1)}`, ...parts });

async function take(
  stream: AsyncIterableIterator<ExecutionResult>,
  most: number,
): Promise<readonly { event: Event; cursor: unknown }[]> {
  const taken: { event: Event; cursor: unknown }[] = [];
  while (taken.length < most) {
    const { value } = await stream.next();
    const { data, errors, extensions } = value as ExecutionResult;
    expect(errors).toBeUndefined();
    taken.push({ event: (data as { supervisionFeed: Event }).supervisionFeed, cursor: extensions?.cursor });
  }
  return taken;
}

test('a subscriber hears what happens from now on, with the cursor of each event beside it', async () => {
  await world.post(yellow());
  const stream = await world.listen(AUDITOR, FEED);
  const signal = yellow();
  const next = take(stream, 1);
  await world.post(signal);
  const [{ event, cursor }] = (await next) as [{ event: Event; cursor: unknown }];
  expect(event).toMatchObject({
    kind: 'ISSUED',
    level: 'YELLOW',
    card: { state: 'ISSUED', subject: { id: signal.subject } },
    signal: { id: signal.id },
  });
  expect(cursor).toBe(event.cursor);
  await stream.return!();
});

test('a subscriber who is cut resumes behind its cursor: no gap, no doubled event, in order', async () => {
  const start = await world.ports.feed.head('supervision');
  const told = Array.from({ length: 40 }, () => yellow());
  const writing = (async () => {
    for (const signal of told) await world.post(signal);
  })();
  const heard: string[] = [];
  let after = start;
  while (heard.length < told.length) {
    const stream = await world.listen(AUDITOR, FEED, { after });
    for (const { event } of await take(stream, Math.min(7, told.length - heard.length))) {
      heard.push(event.card!.subject.id);
      after = event.cursor;
    }
    await stream.return!();
  }
  await writing;
  expect(heard).toEqual(told.map(({ subject }) => subject));
});

test('an event shows the card as it stood then, not as it stands now', async () => {
  const start = await world.ports.feed.head('supervision');
  const signal = yellow();
  await world.post(signal);
  await world.post(signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW', subject: signal.subject }));
  const stream = await world.listen(AUDITOR, FEED, { after: start });
  const events = await take(stream, 2);
  expect(events.map(({ event }) => [event.kind, event.card!.state])).toEqual([
    ['ISSUED', 'ISSUED'],
    ['WITHDRAWN', 'WITHDRAWN'],
  ]);
  await stream.return!();
});

test('a subscriber hears its own scope and filter only, and a held card only as a supervision body', async () => {
  const start = await world.ports.feed.head('supervision');
  const [held, mine, warning] = [yellow({ issue: 'CONFIRM' }), yellow(), yellow({ level: 'WARNING' })];
  await world.post(yellow({ agency: 'OTHER', division: '150221' }), held, warning, mine);
  const agency = viewerOf('AGENCY', { agency: '11150105MB0000001A' });
  const ofAgency = await world.listen(agency, FEED, { after: start });
  expect((await take(ofAgency, 2)).map(({ event }) => event.kind)).toEqual(['WARNING_ISSUED', 'ISSUED']);
  await ofAgency.return!();
  const filter = {
    level: ['YELLOW'],
    division: '150100',
    indicator: ['WI-03'],
    domain: ['WORK_ITEM'],
    kind: ['HELD', 'ISSUED'],
  };
  const ofSupervisor = await world.listen(viewerOf('SUPERVISOR', { tier: 'LEAGUE', division: '1501' }), FEED, {
    after: start,
    filter,
  });
  expect((await take(ofSupervisor, 2)).map(({ event }) => event.card!.subject.id)).toEqual([
    held.subject,
    mine.subject,
  ]);
  await ofSupervisor.return!();
});

test('an event with its card and the names of what it refers to is answered without a query', async () => {
  const start = await world.ports.feed.head('supervision');
  await world.post(yellow(), yellow());
  const asked = vi.spyOn(world.ports.database, 'asViewer');
  const stream = await world.listen(
    AUDITOR,
    'subscription ($after: String) { supervisionFeed(after: $after) { kind card { id number level agency { uscc } division { code } indicator { id } subject { id } message { zh } } } }',
    { after: start },
  );
  await take(stream, 2);
  expect(asked).not.toHaveBeenCalled();
  await stream.return!();
  asked.mockRestore();
});

test('`beginning` reads from the first entry', async () => {
  const [first] = await world.ports.feed.read('supervision', null, 1);
  const stream = await world.listen(AUDITOR, FEED, { after: 'beginning' });
  expect((await take(stream, 1))[0]!.event.cursor).toBe(first!.cursor);
  await stream.return!();
});

test('a cursor that is none, and a viewer who may not read the feed, are refused before the first event', async () => {
  await expect(world.listen(AUDITOR, FEED, { after: 'nonsense' })).rejects.toThrow('BAD_CURSOR');
  await expect(world.listen(viewerOf('OPERATOR'), FEED)).rejects.toThrow('FORBIDDEN');
  await expect(world.listen(null, FEED)).rejects.toThrow('UNAUTHENTICATED');
});

test('a subscriber who goes while nothing happens is let go at once', async () => {
  const stream = await world.listen(AUDITOR, FEED);
  const waiting = stream.next();
  await relayOnce(world.ports.database);
  await stream.return!();
  expect(await waiting).toMatchObject({ done: true });
});
