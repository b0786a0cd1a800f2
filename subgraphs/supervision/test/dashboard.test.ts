import { afterAll, beforeAll, expect, test } from 'vitest';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, viewerOf, type World } from './world.ts';

const AGENCY_A = '11150105MB0000001A';
const AGENCY_B = '11150121MB0000002B';
const MINUTE = 60_000;
const BASE = Date.parse('2026-03-02T00:00:00.000+08:00');
const IN_B = { agency: AGENCY_B, division: '150121', source: '116' };

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.post(
    signalOf({ kind: 'ROSE', level: 'WARNING', subject: '115:1', turnedAt: BASE }),
    signalOf({ kind: 'ROSE', level: 'YELLOW', subject: '115:1', previousLevel: 'WARNING', turnedAt: BASE + MINUTE }),
    signalOf({ kind: 'ROSE', level: 'YELLOW', subject: '115:2', turnedAt: BASE + 2 * MINUTE }),
    signalOf({ kind: 'ROSE', level: 'RED', subject: '115:2', previousLevel: 'YELLOW', turnedAt: BASE + 3 * MINUTE }),
    signalOf({ kind: 'ROSE', level: 'RED', subject: '116:3', turnedAt: BASE + 4 * MINUTE, ...IN_B }),
    signalOf({
      kind: 'ROSE',
      level: 'YELLOW',
      subject: '116:4',
      turnedAt: BASE + 5 * MINUTE,
      issue: 'CONFIRM',
      ...IN_B,
    }),
  );
});
afterAll(() => world.close());

interface Changes {
  readonly supervisionChanges: {
    readonly nodes: readonly { readonly cursor: string; readonly kind: string; readonly level: string }[];
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
  };
}
const CHANGES = `query ($filter: FeedFilter, $first: Int, $after: String) {
  supervisionChanges(filter: $filter, first: $first, after: $after) { endCursor hasNextPage nodes { cursor kind level } } }`;

async function changes(variables: Record<string, unknown> = {}, viewer = AUDITOR) {
  return (await world.ask<Changes>(viewer, CHANGES, variables)).supervisionChanges;
}

test('the feed as pages holds each entry once, in the order of the subscription', async () => {
  const whole = await changes();
  expect(whole.hasNextPage).toBe(false);
  expect(whole.nodes.map(({ kind, level }) => `${kind} ${level}`)).toEqual([
    'WARNING_ISSUED WARNING',
    'ISSUED YELLOW',
    'WARNING_TURNED WARNING',
    'ISSUED YELLOW',
    'SUPERSEDED YELLOW',
    'ISSUED RED',
    'ISSUED RED',
    'HELD YELLOW',
  ]);
  const listened: string[] = [];
  const stream = await world.listen(AUDITOR, 'subscription { supervisionFeed(after: "beginning") { cursor } }');
  for await (const { data } of stream) {
    listened.push((data as unknown as { supervisionFeed: { cursor: string } }).supervisionFeed.cursor);
    if (listened.length === whole.nodes.length) break;
  }
  expect(whole.nodes.map(({ cursor }) => cursor)).toEqual(listened);
  const paged: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page: Changes['supervisionChanges'] = await changes({ first: 3, after });
    paged.push(...page.nodes.map(({ cursor }) => cursor));
    after = page.endCursor;
    more = page.hasNextPage;
  }
  expect(paged).toEqual(listened);
});

test('a cursor at the end gives nothing and itself, until something happens', async () => {
  const { endCursor } = await changes();
  expect(await changes({ after: endCursor })).toEqual({ nodes: [], endCursor, hasNextPage: false });
});

test('a page holds what its reader may see and asked for', async () => {
  const ofB = viewerOf('AGENCY', { agency: AGENCY_B });
  expect((await changes({}, ofB)).nodes.map(({ kind }) => kind)).toEqual(['ISSUED']);
  expect((await changes({ filter: { kind: ['HELD'] } })).nodes).toHaveLength(1);
  const { errors } = await world.answer(AUDITOR, CHANGES, { first: 201 });
  expect(errors![0]!.extensions.code).toBe('BAD_PAGE');
  const foreign = await world.answer(AUDITOR, CHANGES, { after: 'nonsense' });
  expect(foreign.errors![0]!.extensions.code).toBe('BAD_CURSOR');
});

test('the cards of an agency are counted as they stand: the stronger one of a finding, none that is held', async () => {
  const ask =
    'query ($division: ID, $to: DateTime) { agencyCards(division: $division, to: $to) { agencyCode yellow red } }';
  expect(await world.ask(AUDITOR, ask)).toEqual({
    agencyCards: [
      { agencyCode: AGENCY_A, yellow: 1, red: 1 },
      { agencyCode: AGENCY_B, yellow: 0, red: 1 },
    ],
  });
  expect(await world.ask(AUDITOR, ask, { division: '150121' })).toEqual({
    agencyCards: [{ agencyCode: AGENCY_B, yellow: 0, red: 1 }],
  });
  expect(await world.ask(AUDITOR, ask, { to: '2026-03-02T00:02:00+08:00' })).toEqual({
    agencyCards: [{ agencyCode: AGENCY_A, yellow: 1, red: 0 }],
  });
  expect(await world.ask(viewerOf('AGENCY', { agency: AGENCY_B }), ask)).toEqual({
    agencyCards: [{ agencyCode: AGENCY_B, yellow: 0, red: 1 }],
  });
});
