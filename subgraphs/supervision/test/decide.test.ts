import { afterAll, beforeAll, expect, test } from 'vitest';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, viewerOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });
const CONFIRM =
  'mutation ($id: ID!, $note: String) { confirmCard(input: { cardId: $id, note: $note }) { __typename ... on CardProblem { message { zh en } } ... on CardTransitionRefused { state } ... on CardPayload { card { state issuedAt history { kind by } } } } }';
const DECLINE =
  'mutation ($id: ID!, $reason: String!) { declineCard(input: { cardId: $id, reason: $reason }) { __typename ... on CardProblem { message { zh en } } ... on CardPayload { card { state issuedAt closeReason { zh } } } } }';

let count = 0;
/** A held card of a new subject; gives its id. */
async function held(division = '150105', level: 'YELLOW' | 'RED' = 'YELLOW'): Promise<string> {
  const subject = `115:${(count += 1)}`;
  const base = { kind: 'ROSE', subject, division } as const;
  if (level === 'RED') await world.post(signalOf({ ...base, level: 'YELLOW' }));
  await world.post(signalOf({ ...base, level, issue: 'CONFIRM', previousLevel: level === 'RED' ? 'YELLOW' : 'NONE' }));
  const [row] = await world.ports.database.sql<
    { id: string }[]
  >`select id from card where subject = ${subject} and state = 'DRAFT'`;
  return row!.id;
}

test('the supervision body of the level confirms a held card; it is issued then, and the record says by whom', async () => {
  const id = await held();
  world.time.advance(5_000);
  const { confirmCard } = await world.ask<{ confirmCard: object }>(SAIHAN, CONFIRM, { id, note: '情况属实' });
  expect(confirmCard).toEqual({
    __typename: 'CardPayload',
    card: {
      state: 'ISSUED',
      issuedAt: new Date(world.time.now()).toISOString(),
      history: [
        { kind: 'HELD', by: 'hub' },
        { kind: 'CONFIRMED', by: 'supervisor-saihan' },
      ],
    },
  });
});

test('a card that was confirmed cannot be confirmed again', async () => {
  const id = await held();
  await world.ask(SAIHAN, CONFIRM, { id });
  expect(await world.ask(SAIHAN, CONFIRM, { id })).toMatchObject({
    confirmCard: { __typename: 'CardTransitionRefused', state: 'ISSUED' },
  });
});

test('of two who confirm at once, one is told that the other was first', async () => {
  const id = await held();
  const answers = await Promise.all(
    [1, 2].map(() => world.ask<{ confirmCard: { __typename: string } }>(SAIHAN, CONFIRM, { id })),
  );
  expect(answers.map(({ confirmCard }) => confirmCard.__typename).sort()).toEqual([
    'CardPayload',
    'CardTransitionRefused',
  ]);
});

test('a declined red card leaves the yellow card that it had superseded standing again', async () => {
  const id = await held('150105', 'RED');
  const { declineCard } = await world.ask<{ declineCard: object }>(SAIHAN, DECLINE, { id, reason: '经核查不构成红牌' });
  expect(declineCard).toEqual({
    __typename: 'CardPayload',
    card: { state: 'DECLINED', issuedAt: null, closeReason: { zh: '经核查不构成红牌' } },
  });
  const rows = await world.ports.database
    .sql`select level, state, superseded_by from card where subject = (select subject from card where id = ${id}) order by level`;
  expect(rows).toMatchObject([
    { level: 'RED', state: 'DECLINED' },
    { level: 'YELLOW', state: 'ISSUED', superseded_by: null },
  ]);
});

test.each([
  ['an auditor', AUDITOR],
  ['a supervision body of a higher level', viewerOf('SUPERVISOR', { tier: 'REGION', division: '15' })],
])('%s sees a held card and may not act on it', async (_who, viewer) => {
  const id = await held();
  const { confirmCard } = await world.ask<{ confirmCard: { __typename: string; message: { zh: string } } }>(
    viewer,
    CONFIRM,
    { id },
  );
  expect(confirmCard.__typename).toBe('CardNotYours');
  expect(confirmCard.message.zh).toContain('旗县（市、区）级');
});

test.each([
  ['a body of another place', viewerOf('SUPERVISOR', { tier: 'BANNER', division: '150121' })],
  ['the agency itself', viewerOf('AGENCY', { agency: '11150105MB0000001A' })],
])('for %s a held card does not exist', async (_who, viewer) => {
  const id = await held();
  expect(await world.ask(viewer, CONFIRM, { id })).toMatchObject({ confirmCard: { __typename: 'CardNotFound' } });
});

test.each(['nonsense', 'ff'.repeat(16), '', '\u0000'])(
  'the id %j names no card, and the answer says so',
  async (id) => {
    expect(await world.ask(SAIHAN, CONFIRM, { id })).toMatchObject({ confirmCard: { __typename: 'CardNotFound' } });
  },
);

test.each([
  ['too short a reason', '不'],
  ['only blanks', '      '],
  ['too long a reason', '理'.repeat(501)],
  ['half a character', '理由说明\ud800'],
])('%s is refused with what was expected', async (_what, reason) => {
  const id = await held();
  const { declineCard } = await world.ask<{ declineCard: { __typename: string; message: { zh: string } } }>(
    SAIHAN,
    DECLINE,
    { id, reason },
  );
  expect(declineCard.__typename).toBe('CardInputRefused');
  expect(declineCard.message.zh).toContain('4 至 500 个字符');
});

test('a decision is one entry of the supervision feed', async () => {
  const id = await held();
  await world.settle();
  const head = await world.ports.feed.head('supervision');
  await world.ask(SAIHAN, CONFIRM, { id });
  await world.settle();
  const entries = await world.ports.feed.read('supervision', head, 10);
  expect(entries.map(({ payload }) => payload)).toMatchObject([
    { kind: 'CONFIRMED', signal: null, card: { id, state: 'ISSUED' } },
  ]);
});
