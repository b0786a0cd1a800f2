import type { Viewer } from '@gnomon/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Card } from '../src/card.ts';
import { type Outage, reaches } from '../src/outage/outage.ts';
import { act, INPUTS, type MutationName } from './life-world.ts';
import { signalOf } from './signals.ts';
import { openWorld, viewerOf, type World } from './world.ts';

/** People of the three bodies: of each two who work there and its chief; and whom the government named above the region. */
const of = (id: string, tier: Viewer['tier'], division: string, post: Viewer['post'] = 'STAFF') =>
  viewerOf('SUPERVISOR', { id, tier, division, post });
const SAIHAN = of('saihan-1', 'BANNER', '150105');
const SAIHAN_CHIEF = of('saihan-chief', 'BANNER', '150105', 'CHIEF');
const SUSPECT_CHIEF = of('saihan-suspect', 'BANNER', '150105', 'CHIEF');
const HOHHOT = of('hohhot-1', 'LEAGUE', '1501');
const HOHHOT_CHIEF = of('hohhot-chief', 'LEAGUE', '1501', 'CHIEF');
const REGION = of('region-1', 'REGION', '15');
const REGION_CHIEF = of('region-chief', 'REGION', '15', 'CHIEF');
const superior = (id: string) => viewerOf('AUDITOR', { id, tier: 'REGION', division: '15', post: 'SUPERIOR' });
const SUPERIOR = superior('superior-1');
const AUDITOR = viewerOf('AUDITOR', { id: 'auditor-1', tier: 'REGION', division: '15' });
const BODIES = { '150105': '11150105MB0000009S', '1501': '11150100MB0000008T', '15': '11150000MB0000007U' } as const;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const [division, uscc] of Object.entries(BODIES))
    await world.ports.database.transaction(
      (tx) => tx`insert into supervision_body (uscc, division) values (${uscc}, ${division})`,
    );
});
afterAll(() => world.close());

let count = 0;
/** A card of the loop on a supervision body's duty. */
async function onDuty(division: keyof typeof BODIES): Promise<string> {
  const subject = `review:${(count += 1)}`;
  return posted({
    ...{ rule: 'XX-06', subjectKind: 'duty', subjectType: 'Duty', subject, division, agency: BODIES[division] },
    level: 'YELLOW',
  });
}

/** A held card on what an account did in a day, in the place where the finding stands. */
async function onPerson(division: string, account: string, above: string): Promise<string> {
  count += 1;
  const subject = `${division}:${account}:2026-03-${String((count % 28) + 1).padStart(2, '0')}`;
  return posted({
    ...{
      rule: 'XX-07',
      subjectKind: 'supervisor-day',
      subjectType: 'SupervisorDay',
      subject,
      division: above,
      agency: '',
    },
    ...{ level: 'YELLOW', issue: 'CONFIRM' },
  });
}

async function posted(parts: Partial<Parameters<typeof signalOf>[0]>): Promise<string> {
  await world.post(signalOf({ kind: 'ROSE', level: 'YELLOW', domain: 'LOOP', source: null, ...parts }));
  const [row] = await world.ports.database.sql<{ id: string }[]>`select id from card where subject = ${parts.subject!}`;
  return row!.id;
}

/** What comes of an act: the state to which it led, or the name of the refusal. */
async function tries(viewer: Viewer, name: MutationName, card: string): Promise<string> {
  const answer = await act(world, viewer, name, card);
  return answer.card?.state ?? answer.__typename;
}

async function confirms(viewer: Viewer, card: string): Promise<string> {
  const document = `mutation ($id: ID!) { confirmCard(input: { cardId: $id }) { __typename ... on CardPayload { card { state } } } }`;
  const { confirmCard } = await world.ask<{ confirmCard: { __typename: string; card?: { state: string } } }>(
    viewer,
    document,
    { id: card },
  );
  return confirmCard.card?.state ?? confirmCard.__typename;
}

async function sees(viewer: Viewer, card: string): Promise<boolean> {
  return (
    (await world.ask<{ card: unknown }>(viewer, 'query ($id: ID!) { card(id: $id) { id } }', { id: card })).card !==
    null
  );
}

/** The whole life: who answers, and who judges. */
const LIFE: readonly (readonly [side: 'staff' | 'chief' | 'judge', name: MutationName, state: string])[] = [
  ['staff', 'signCard', 'SIGNED'],
  ['chief', 'acceptCard', 'ACCEPTED'],
  ['chief', 'submitPlan', 'PLANNED'],
  ['judge', 'approvePlan', 'RECTIFYING'],
  ['staff', 'reportProgress', 'RECTIFYING'],
  ['chief', 'reportResult', 'RESULT_IN'],
  ['judge', 'closeCard', 'CLOSED'],
];

async function walks(card: string, people: { staff: Viewer; chief: Viewer; judge: Viewer }): Promise<void> {
  for (const [side, name, state] of LIFE) {
    if (side === 'chief' || side === 'judge') expect(await tries(people.staff, name, card), name).toBe('CardNotYours');
    if (side === 'judge') expect(await tries(people.chief, name, card), name).toBe('CardNotYours');
    else expect(await tries(people.judge, name, card), name).toBe('CardNotYours');
    expect(await tries(people[side], name, card), name).toBe(state);
  }
}

describe('a card on a supervision body (XX-06)', () => {
  test('of a banner is answered by that body, its chief for it, and judged by the tier above', async () => {
    await walks(await onDuty('150105'), { staff: SAIHAN, chief: SAIHAN_CHIEF, judge: HOHHOT });
  });

  test('of a league is judged by the region', async () => {
    await walks(await onDuty('1501'), { staff: HOHHOT, chief: HOHHOT_CHIEF, judge: REGION });
  });

  test('of the region is judged by whom the government named, and by nobody of the region', async () => {
    const card = await onDuty('15');
    await walks(card, { staff: REGION, chief: REGION_CHIEF, judge: SUPERIOR });
  });

  test('of the region is no matter of an auditor who was not named', async () => {
    const card = await onDuty('15');
    for (const name of ['signCard', 'orderCard', 'cancelCard'] as const)
      expect(await tries(AUDITOR, name, card)).toBe('CardNotYours');
    expect(await tries(SUPERIOR, 'cancelCard', card)).toBe('CANCELLED');
  });

  test('whom the government named does nothing with any other card', async () => {
    const banner = await onDuty('150105');
    const league = await onDuty('1501');
    for (const card of [banner, league])
      for (const name of Object.keys(INPUTS) as readonly MutationName[])
        expect(await tries(SUPERIOR, name, card), name).toBe('CardNotYours');
  });

  test('of the region is appealed against to whom the government named; the second round is another of them', async () => {
    const card = await onDuty('15');
    await tries(REGION, 'signCard', card);
    const raise = `mutation ($input: AppealCardInput!) { done: appealCard(input: $input) { __typename } }`;
    const judge = `mutation ($input: DecideAppealInput!) { done: decideAppeal(input: $input) { __typename } }`;
    const ask = async (viewer: Viewer, document: string, input: object) =>
      (await world.ask<{ done: { __typename: string } }>(viewer, document, { input })).done.__typename;
    const appeal = { cardId: card, grounds: ['OTHER'], statement: '复核时限应自补充材料齐备之日起算。' };
    expect(await ask(REGION, raise, appeal)).toBe('CardNotYours');
    expect(await ask(REGION_CHIEF, raise, appeal)).toBe('AppealPayload');
    const decision = (round: number) => ({
      ...{ appealId: `${card}-${round}`, decision: 'SUSTAIN', reason: '经核查，材料当日已经齐备。' },
      legalBasis: '《政务服务效能监督办法》第八条',
    });
    for (const viewer of [REGION, REGION_CHIEF, AUDITOR])
      expect(await ask(viewer, judge, decision(1))).toBe('CardNotYours');
    expect(await ask(SUPERIOR, judge, decision(1))).toBe('AppealPayload');
    expect(await ask(REGION_CHIEF, raise, appeal)).toBe('AppealPayload');
    expect(await ask(SUPERIOR, judge, decision(2))).toBe('AppealJudgeExcluded');
    expect(await ask(superior('superior-2'), judge, decision(2))).toBe('AppealPayload');
  });

  test('is never answered and judged by the same person, also when his account has moved up meanwhile', async () => {
    const card = await onDuty('150105');
    expect(await tries(SAIHAN, 'signCard', card)).toBe('SIGNED');
    const promoted = of(SAIHAN.id, 'LEAGUE', '1501');
    const shown = 'query ($id: ID!) { card(id: $id) { nextActs { act mine } } }';
    type Shown = { card: { nextActs: { act: string; mine: boolean }[] } };
    const mine = async (viewer: Viewer) =>
      (await world.ask<Shown>(viewer, shown, { id: card })).card.nextActs.find(({ act: kind }) => kind === 'CANCELLED')
        ?.mine;
    expect([await mine(promoted), await mine(HOHHOT)]).toEqual([false, true]);
    const refused = await act(world, promoted, 'cancelCard', card);
    expect(refused).toMatchObject({ __typename: 'CardNotYours', message: { en: expect.stringContaining('SIGNED') } });
    expect(await tries(HOHHOT, 'cancelCard', card)).toBe('CANCELLED');
  });
});

describe('a card on a person (XX-07)', () => {
  test('is held by the tier above, unseen by the body, and answered by the body without that person', async () => {
    const card = await onPerson('150105', SUSPECT_CHIEF.id, '1501');
    expect(await sees(SAIHAN_CHIEF, card)).toBe(false);
    expect(await confirms(SAIHAN_CHIEF, card)).toBe('CardNotFound');
    expect(await confirms(HOHHOT, card)).toBe('ISSUED');
    expect(await sees(SAIHAN_CHIEF, card)).toBe(true);
    for (const name of Object.keys(INPUTS) as readonly MutationName[])
      expect(await tries(SUSPECT_CHIEF, name, card), name).toBe('CardNotYours');
    await walks(card, { staff: SAIHAN, chief: SAIHAN_CHIEF, judge: HOHHOT });
  });

  test('goes to that body under its credit code once it is issued, so that its people are told', async () => {
    const card = await onPerson('1501', 'hohhot-9', '15');
    expect(await confirms(HOHHOT_CHIEF, card)).toBe('CardNotFound');
    expect(await confirms(REGION, card)).toBe('ISSUED');
    const [row] = await world.ports.database.sql`select division, agency from card where id = ${card}`;
    expect(row).toEqual({ division: '1501', agency: BODIES['1501'] });
  });

  test('of the region is confirmed and judged by whom the government named, not by the colleagues', async () => {
    const card = await onPerson('15', 'region-9', '15');
    expect(await confirms(REGION, card)).toBe('CardNotYours');
    expect(await confirms(AUDITOR, card)).toBe('CardNotYours');
    expect(await confirms(SUPERIOR, card)).toBe('ISSUED');
    await walks(card, { staff: REGION, chief: REGION_CHIEF, judge: SUPERIOR });
  });
});

test('an outage that a body declares does not reach cards on that body itself, the region’s own included', () => {
  const outage = (division: string) => ({ kind: 'PLATFORM', source: null, division }) as Outage;
  const onBody = (division: string) =>
    ({ rule: 'XX-06', division, subject: 'review:1', escalatedTo: null, source: null }) as Card;
  expect(reaches(outage('15'), onBody('15'))).toBe(false);
  expect(reaches(outage('1501'), onBody('1501'))).toBe(false);
  expect(reaches(outage('15'), onBody('1501'))).toBe(true);
  expect(reaches(outage('15'), { ...onBody('15'), rule: 'WI-03' })).toBe(true);
});
