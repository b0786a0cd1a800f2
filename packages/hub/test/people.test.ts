import { settableTime } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCast, demoViewers, demoWorldAccounts } from '../src/demo-world.ts';
import { createPeople, type PlayedCard } from '../src/people/cast.ts';
import { peopleAtWork } from '../src/people/play.ts';
import { delayOf, STATES } from '../src/people/steps.ts';
import { ISSUE_BY_HAND } from '../src/tour/steps.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';

const MINUTE_MS = 60_000;
const CARDS = 16;
const time = settableTime('2026-09-07T09:00:00.000+08:00');
const cast = demoCast();
const people = createPeople(demoWorldAccounts(cast));

let world: ListeningHub;
beforeAll(async () => {
  world = await openListeningHub({ background: false, time });
});
afterAll(() => world.close());

/** A card by hand to an agency of Saihan district, as the tour begins. */
async function issue(n: number): Promise<void> {
  const saihan = cast.agencies.filter(({ division }) => division === '150105');
  const { uscc } = saihan[n % saihan.length]!;
  const { data, errors } = await world.ask<{ issueCard: { __typename: string } }>('supervisor-saihan', ISSUE_BY_HAND, {
    ...{ subject: `people:${n}`, agency: uscc, division: '150105' },
  });
  expect([data?.issueCard.__typename, errors]).toEqual(['CardPayload', undefined]);
}

interface Seen {
  readonly state: string;
  readonly indicator: { readonly id: string };
  readonly agency: { readonly uscc: string };
  readonly history: readonly { readonly kind: string; readonly by: string }[];
}
const cards = async (): Promise<readonly Seen[]> =>
  (
    await world.ask<{ cards: { nodes: readonly Seen[] } }>(
      'supervisor-region',
      '{ cards(first: 200) { nodes { state indicator { id } agency { uscc } history { kind by } } } }',
    )
  ).data!.cards.nodes;

test('the people of the demonstration bring their cards to an end, each step by whose it is; few forget', async () => {
  for (let n = 0; n < CARDS; n += 1) await issue(n);
  const atWork = peopleAtWork(world.hub, demoWorldAccounts(cast), () => time.now());
  // Eight days in steps of half an hour, by day and night.
  for (let n = 0; n < 8 * 48; n += 1) {
    time.advance(30 * MINUTE_MS);
    if (n % 6 === 0) {
      await world.hub.settle();
      await atWork.look();
    }
    while (await atWork.act());
  }
  const all = await cards();
  const own = all.filter(({ indicator }) => indicator.id === 'WI-16');
  expect(own).toHaveLength(CARDS);
  const ended = own.filter(({ state }) => state === 'CLOSED' || state === 'REVOKED');
  expect(ended.length).toBeGreaterThan(CARDS * 0.8);
  const done = new Set(own.flatMap(({ history }) => history.map(({ kind }) => kind)));
  for (const kind of ['SIGNED', 'ACCEPTED', 'APPEALED', 'PLAN_APPROVED', 'PROGRESS_REPORTED', 'CLOSED'])
    expect(done).toContain(kind);
  const accounts = new Map(demoWorldAccounts(cast).map((one) => [one.id, one]));
  for (const { history, agency } of own)
    for (const { kind, by } of history) {
      if (['SIGNED', 'PROGRESS_REPORTED'].includes(kind))
        expect(accounts.get(by)).toMatchObject({ agency: agency.uscc, post: 'STAFF' });
      if (['ACCEPTED', 'APPEALED', 'PLAN_SUBMITTED', 'RESULT_REPORTED'].includes(kind))
        expect(accounts.get(by)).toMatchObject({ agency: agency.uscc, post: 'CHIEF' });
      if (['PLAN_APPROVED', 'CLOSED'].includes(kind)) expect(by).toBe('supervisor-saihan');
    }
  // Far fewer cards about cards than cards.
  expect(all.filter(({ indicator }) => indicator.id.startsWith('XX-')).length).toBeLessThan(CARDS / 3);
}, 600_000);

test('who acts on a card of a supervision body is that body, and who judges it the tier above, for the region whom the government named', () => {
  const card = (code: string): PlayedCard => ({
    ...{ id: 'c', state: 'ISSUED', level: 'YELLOW', escalatedTo: null, indicator: { id: 'XX-06' } },
    ...{ agency: { uscc: 'b' }, division: { code } },
  });
  const names = (code: string) => {
    const { staff, chief, supervisor } = people.ofCard(card(code))!;
    return [staff.id, chief.id, supervisor.id];
  };
  expect(names('150105')).toEqual(['supervisor-saihan', 'supervisor-chief-saihan', 'supervisor-hohhot']);
  expect(names('1501')).toEqual(['supervisor-hohhot', 'supervisor-chief-hohhot', 'supervisor-region']);
  expect(names('15')).toEqual(['supervisor-region', 'supervisor-chief-region', 'superior-region']);
  expect(people.ofCard({ ...card('1501'), indicator: { id: 'XX-07' } })).toBeNull();
  expect(people.ofCard({ ...card('150105'), indicator: { id: 'WI-03' }, escalatedTo: 'REGION' })!.supervisor).toEqual(
    demoViewers()('supervisor-region'),
  );
});

test('people take their time, the same on every machine, and most of them less than their limits allow', () => {
  const delays = Array.from({ length: 2_000 }, (_, n) => delayOf({ id: `card-${n}`, state: 'ISSUED' }) / MINUTE_MS);
  expect(delayOf({ id: 'card-7', state: 'ISSUED' })).toBe(delays[7]! * MINUTE_MS);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(2);
  const quick = delays.filter((minutes) => minutes <= 45).length / delays.length;
  expect(quick).toBeGreaterThan(0.94);
  expect(quick).toBeLessThan(0.99);
  expect(STATES).not.toContain('CLOSED');
});
