import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Viewer } from '@gnomon/identity';
import { compileCalendar } from '@gnomon/working-time';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import { historiesOf } from '../src/store/single-reads.ts';
import {
  type AppealWorld,
  at,
  CHIEF,
  calendar,
  charge,
  clock,
  type Envelope,
  EVIDENCE,
  HOHHOT,
  OTHER_CHIEF,
  openAppealWorld,
  overdueItem,
  packOf,
  REAL_RULES,
  REGION,
  SAIHAN,
  SAIHAN_2,
  SCOPE,
  STAFF,
  XINCHENG,
} from './appeal-world.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, START, viewerOf } from './world.ts';

let world: AppealWorld;
beforeAll(async () => {
  world = await openAppealWorld();
});
afterEach(() => world.time.set(Date.parse(START)));
afterAll(() => world.close());

const APPEAL = `id number round state raisedAt raisedBy grounds statement document contested { path judged claimed evidence { name sha256 } }
  levelAsClaimed computed judgedBy decisionDueAt extendedAt secondRoundUntil decision { decision at by reason { zh } legalBasis deviationReason }
  card { id state level } asJudged { hash envelope } asClaimed { hash envelope }`;
const PROBLEM =
  '... on CardProblem { message { zh en } } ... on CardTransitionRefused { state } ... on AppealFactsRefused { facts { path type judged label { zh } } } ... on AppealTooLate { endedAt } ... on AppealDeviationUnexplained { computed }';
const ACT = (result: string) =>
  `{ __typename ${result.includes('raise') ? PROBLEM : PROBLEM.replace(/\.\.\. on AppealFactsRefused.*?\} \} \} /, '').replace(/\.\.\. on AppealTooLate \{ endedAt \} /, '')} ... on AppealPayload { appeal { ${APPEAL} } } }`;
const RAISE = `mutation ($input: AppealCardInput!) { done: appealCard(input: $input) ${ACT('raise').replace('... on AppealDeviationUnexplained { computed }', '')} }`;
const DECIDE = `mutation ($input: DecideAppealInput!) { done: decideAppeal(input: $input) ${ACT('decide')} }`;
const EXTEND = `mutation ($input: ExtendAppealDecisionInput!) { done: extendAppealDecision(input: $input) ${ACT('extend')} }`;

interface Seen {
  readonly __typename: string;
  readonly message?: { readonly zh: string; readonly en: string };
  readonly facts?: readonly { readonly path: readonly string[]; readonly type: string }[];
  readonly appeal: {
    readonly id: string;
    readonly number: string;
    readonly state: string;
    readonly card: { readonly id: string; readonly state: string };
    readonly decisionDueAt: string;
    readonly asJudged: (Envelope & { readonly hash: string }) | null;
    readonly asClaimed: (Envelope & { readonly hash: string }) | null;
  };
}
const ask = async (viewer: Viewer, document: string, input: object): Promise<Seen> =>
  (await world.ask<{ done: Seen }>(viewer, document, { input })).done;

const SUSPENDED = {
  path: ['promise'],
  value: {
    start: '2024-09-23T09:00:00+08:00',
    suspensions: [{ from: '2024-09-25T00:00:00+08:00', to: '2024-09-28T00:00:00+08:00' }],
  },
  evidence: EVIDENCE,
};
const STATEMENT = '特别程序三个工作日未推送，请予核查。';
const raise = (card: string, parts: object = {}, viewer = CHIEF) =>
  ask(viewer, RAISE, {
    cardId: card,
    grounds: ['CLOCK_ERROR'],
    statement: STATEMENT,
    contested: [SUSPENDED],
    ...parts,
  });
const decide = (appealId: string, decision: string, parts: object = {}, viewer = SAIHAN) =>
  ask(viewer, DECIDE, {
    appealId,
    decision,
    reason: '经核查，情况属实，予以处理。',
    legalBasis: '《办法》第九条',
    ...parts,
  });
/** An appeal that contests no fact, and so computes nothing. */
const plain = async (judgement = overdueItem()) => {
  const { appeal } = await raise(await world.signed(judgement), { grounds: ['OTHER'], contested: [] });
  return appeal;
};

describe('an appeal that contests facts', () => {
  test('is answered at once by the verdict under them, kept as a pair that the separate command recomputes', async () => {
    const { appeal } = await raise(await world.signed());
    expect(appeal).toMatchObject({
      ...{ round: 1, state: 'OPEN', raisedBy: 'chief-1', grounds: ['CLOCK_ERROR'], judgedBy: 'BANNER' },
      ...{ levelAsClaimed: 'NONE', computed: 'REVOKE', card: { state: 'APPEALED', level: 'YELLOW' }, decision: null },
      contested: [{ path: ['promise'], claimed: SUSPENDED.value, evidence: EVIDENCE }],
    });
    expect(appeal.number).toMatch(/^SS-150105000000-20260302-\d{6}-1$/);
    const folder = mkdtempSync(join(tmpdir(), 'appeal-'));
    const path = join(folder, 'appeal.json');
    writeFileSync(path, JSON.stringify({ data: { appeal } }));
    const command = join(import.meta.dirname, '../../../packages/receipt/src/main.ts');
    const { status, stdout } = spawnSync(process.execPath, [command, path], { encoding: 'utf8', timeout: 60_000 });
    rmSync(folder, { recursive: true });
    expect([status, stdout.match(/相符/g)?.length, stdout.includes(appeal.asJudged!.hash)]).toEqual([0, 2, true]);
  });

  test.each<[string, () => ReturnType<typeof overdueItem>, object, string, string]>([
    [
      'WI-03: finished on the last day, while said to be open',
      overdueItem,
      { path: ['promise'], value: { stopped: '2024-09-29T17:00:00+08:00' } },
      'WARNING',
      'DOWNGRADE',
    ],
    [
      'WI-03: begun later, still too late',
      overdueItem,
      { path: ['promise'], value: { start: '2024-09-20T09:00:00+08:00' } },
      'YELLOW',
      'SUSTAIN',
    ],
    ['WI-21: the item is not free', charge, { path: ['fees', 'f1', 'itemIsFree'], value: false }, 'NONE', 'REVOKE'],
    ['WI-21: another amount', charge, { path: ['fees', 'f1', 'amount'], value: 0.5 }, 'RED', 'SUSTAIN'],
    [
      'EL-01: collected in time',
      duty,
      { path: ['collection'], value: { stopped: '2024-09-29T18:00:00+08:00' } },
      'NONE',
      'REVOKE',
    ],
    [
      'WI-09: with a list of materials',
      notice,
      { path: ['notices', 'n1', 'hasItems'], value: true },
      'WARNING',
      'DOWNGRADE',
    ],
    [
      'SC-05: the window was staffed again after forty minutes',
      absence,
      { path: ['absences', 'a1', 'away'], value: { stopped: '2024-09-23T09:40:00+08:00' } },
      'YELLOW',
      'DOWNGRADE',
    ],
  ])('of %s', async (_what, judgement, claim, level, computed) => {
    const { appeal } = await raise(await world.signed(judgement()), { contested: [{ ...claim, evidence: EVIDENCE }] });
    expect(appeal).toMatchObject({ levelAsClaimed: level, computed });
    expect(appeal.asClaimed!.envelope.receipt.counterfactual!.of).toBe(appeal.asJudged!.hash);
  });

  test('is computed by the rules and the calendar that judged, also when others are in force since', async () => {
    const card = await world.signed();
    const inForce = { ...REAL_RULES };
    const later = compileCalendar({ ...calendar.data, id: 'later' });
    Object.assign(REAL_RULES, { pack: packOf(['base/WI-04.yaml']), calendar: later, calendarFor: () => later });
    const { appeal } = await raise(card).finally(() => Object.assign(REAL_RULES, inForce));
    expect(appeal).toMatchObject({ levelAsClaimed: 'NONE' });
    const { packHash, calendarHash } = appeal.asClaimed!.envelope.receipt;
    expect([packHash, calendarHash]).toEqual([inForce.pack.hash, calendar.hash]);
  });

  test('is not possible against a card without a receipt, which is appealed against by statement and evidence', async () => {
    const card = await world.signed();
    await world.ports.database.sql`update card set receipt_hash = null where id = ${card}`;
    expect(await raise(card)).toMatchObject({ __typename: 'AppealFactsRefused', facts: [] });
    expect(await raise(card, { contested: [], evidence: [EVIDENCE] })).toMatchObject({
      appeal: { asJudged: null, asClaimed: null, computed: null },
    });
  });

  test('whose claim cannot be followed is refused by name, with the facts that there are, and changes nothing', async () => {
    const card = await world.signed();
    const refused = await raise(card, {
      contested: [
        { path: ['promis'], value: 1, evidence: EVIDENCE },
        { path: ['open'], value: 'no', evidence: EVIDENCE },
      ],
    });
    expect(refused.__typename).toBe('AppealFactsRefused');
    expect(refused.message!.en).toMatch(/“promis”: a fact that the rule reads; “open”: true or false/);
    expect(refused.facts!.map(({ path }) => path.join('/'))).toEqual([
      'accepted',
      'answer',
      'bundleChild',
      'engineeringApproval',
      'kind',
      'open',
      'promise',
    ]);
    expect(
      await world.ask(CHIEF, 'query ($id: ID!) { card(id: $id) { state appeals { id } contestableFacts { path } } }', {
        id: card,
      }),
    ).toMatchObject({
      card: { state: 'SIGNED', appeals: [], contestableFacts: expect.any(Array) },
    });
  });
});

/** A licence that was never collected. */
function duty() {
  const facts = { owed: true, collected: false, collection: clock('2024-09-29T15:00:00', 1) };
  return {
    ...overdueItem('2024-10-01T12:00:00', { domain: 'LICENCE', kind: 'licence-duty', type: 'LicenceDuty', facts }),
  };
}

/** A supplement notice without a list of materials. */
function notice() {
  const notices = [
    {
      id: 'n1',
      sentAt: at('2024-09-24T09:00:00'),
      missingElements: 1,
      hasItems: false,
      hasReasons: true,
      sentAfterWorkdays: 1,
      suspended: false,
    },
  ];
  return overdueItem('2024-09-24T10:00:00', { facts: { open: true, notices }, from: at('2024-09-24T09:00:00') });
}

/** A window that was left alone. */
function absence() {
  const absences = [{ id: 'a1', away: clock('2024-09-23T09:00:00', 1 / 6, 'HOUR'), earlier: 0 }];
  return overdueItem('2024-09-23T11:00:00', {
    domain: 'CENTRE',
    kind: 'centre-window-day',
    type: 'CentreWindowDay',
    facts: { absences },
  });
}

describe('who may appeal, and when', () => {
  test('the chief representative of the card’s agency, and nobody else', async () => {
    const card = await world.signed();
    const types = await Promise.all(
      [STAFF, OTHER_CHIEF, SAIHAN, XINCHENG, AUDITOR].map(async (viewer) => (await raise(card, {}, viewer)).__typename),
    );
    expect(types).toEqual(['CardNotYours', 'CardNotFound', 'CardNotYours', 'CardNotFound', 'CardNotYours']);
  });

  test('after signing, and not before; a card that was accepted is not appealed against', async () => {
    const issued = await world.cardOf(await world.judge(overdueItem()));
    expect(await raise(issued.id)).toMatchObject({ __typename: 'CardTransitionRefused', state: 'ISSUED' });
    const card = await world.signed();
    await raise(card);
    expect(await raise(card)).toMatchObject({ __typename: 'CardTransitionRefused', state: 'APPEALED' });
  });

  test('until the time for an answer is over, to the millisecond', async () => {
    const late = await world.signed();
    const inTime = await world.signed();
    const over = at('2026-03-10T00:00:00');
    world.time.set(over - 1);
    expect((await raise(inTime)).__typename).toBe('AppealPayload');
    world.time.set(over);
    // Silence is acceptance.
    expect(await raise(late)).toMatchObject({ __typename: 'CardTransitionRefused', state: 'ACCEPTED' });
  });

  test('grounds need what they speak of', async () => {
    const card = await world.signed();
    const types = [
      await raise(card, { grounds: [] }),
      await raise(card, { grounds: ['CLOCK_ERROR'], contested: [] }),
      await raise(card, { grounds: ['EXEMPTION'] }),
      await raise(card, { grounds: ['EXEMPTION'], outageId: 'f'.repeat(32) }),
      await raise(card, { statement: '不服' }),
      await raise(card, { statement: '申请人电话 13812345678，请核查。' }),
      await raise(card, { evidence: [{ name: 'x', sha256: 'abc' }] }),
      await raise(card, { contested: Array(21).fill(SUSPENDED) }),
    ].map(({ __typename }) => __typename);
    expect(new Set(types)).toEqual(new Set(['CardInputRefused']));
    expect(await raise(card, { grounds: ['EXEMPTION'], document: '内政数函〔2024〕1号', contested: [] })).toMatchObject(
      {
        appeal: { document: '内政数函〔2024〕1号', asClaimed: null, computed: null },
      },
    );
  });
});

describe('an appeal is judged', () => {
  test('by the supervision body of the card’s tier, which revokes, and says why', async () => {
    const { appeal } = await raise(await world.signed());
    const done = await decide(appeal.id, 'REVOKE');
    expect(done).toMatchObject({
      appeal: {
        state: 'REVOKED',
        card: { state: 'REVOKED' },
        decision: { decision: 'REVOKE', by: 'saihan-1', legalBasis: '《办法》第九条', deviationReason: null },
      },
    });
    const [card] = await world.ports.database.sql`select lane, id from card where id = ${appeal.card.id}`;
    const history = await world.ports.database.transaction((tx) =>
      historiesOf(tx, [card as { lane: number; id: string }]),
    );
    expect(history.map(({ kind }) => kind)).toEqual(['ISSUED', 'SIGNED', 'APPEALED', 'APPEAL_REVOKED']);
    expect(brokenLink(history)).toBeNull();
  });

  test('never by a body of another tier or place, an agency, or an auditor', async () => {
    const appeal = await plain();
    const types = [];
    for (const viewer of [HOHHOT, REGION, XINCHENG, CHIEF, OTHER_CHIEF, AUDITOR, viewerOf('OPERATOR')])
      types.push((await decide(appeal.id, 'SUSTAIN', {}, viewer)).__typename);
    expect(types).toEqual([
      'CardNotYours',
      'CardNotYours',
      'AppealNotFound',
      'CardNotYours',
      'AppealNotFound',
      'CardNotYours',
      'AppealNotFound',
    ]);
  });

  test('never by who confirmed the card by hand; a colleague may', async () => {
    const { appeal } = await raise(await world.signed(charge()), { grounds: ['OTHER'], contested: [] });
    expect(await decide(appeal.id, 'SUSTAIN', {}, SAIHAN_2)).toMatchObject({ __typename: 'AppealJudgeExcluded' });
    expect(await decide(appeal.id, 'SUSTAIN', {}, SAIHAN)).toMatchObject({ appeal: { state: 'SUSTAINED' } });
  });

  test('against the verdict under the claimed facts only with a reason of its own', async () => {
    const { appeal } = await raise(await world.signed());
    expect(await decide(appeal.id, 'SUSTAIN')).toMatchObject({
      __typename: 'AppealDeviationUnexplained',
      computed: 'REVOKE',
    });
    const deviationReason = '所附通知书无文号，停钟事实不予采信。';
    expect(await decide(appeal.id, 'SUSTAIN', { deviationReason })).toMatchObject({
      appeal: { state: 'SUSTAINED', secondRoundUntil: '2026-03-05T16:00:00.000Z', decision: { deviationReason } },
    });
  });

  test('once: a second decision, and one of an appeal that is not there, are refused', async () => {
    const appeal = await plain();
    await decide(appeal.id, 'SUSTAIN');
    expect(await decide(appeal.id, 'REVOKE')).toMatchObject({
      __typename: 'CardTransitionRefused',
      state: 'SUSTAINED',
    });
    for (const id of ['', 'x', `${'0'.repeat(32)}-1`, appeal.id.replace(/1$/, '2'), appeal.id.replace(/1$/, '3')])
      expect((await decide(id, 'REVOKE')).__typename).toMatch(/AppealNotFound|CardTransitionRefused/);
  });

  test('of two who decide at once, one is told that the other was first', async () => {
    const appeal = await plain();
    const both = await Promise.all([decide(appeal.id, 'SUSTAIN'), decide(appeal.id, 'REVOKE', {}, SAIHAN_2)]);
    expect(both.map(({ __typename }) => __typename).sort()).toEqual(['AppealPayload', 'CardTransitionRefused']);
  });
});

describe('a downgrade', () => {
  const cardsOf = (id: string) =>
    world.ports.database.sql<{ level: string; state: string; kinds: string }[]>`
      select level, state, (select string_agg(kind, ' ' order by sequence) from card_event e where e.card = card.id) as kinds
      from card where subject = (select subject from card where id = ${id}) order by level`;

  test('of a red card lets the yellow one stand again, answered, and a plan is owed', async () => {
    const appeal = await plain(overdueItem('2024-10-11T00:00:00'));
    await decide(appeal.id, 'DOWNGRADE');
    expect(await cardsOf(appeal.card.id)).toEqual([
      { level: 'RED', state: 'DOWNGRADED', kinds: 'HELD CONFIRMED SIGNED APPEALED APPEAL_DOWNGRADED' },
      { level: 'YELLOW', state: 'ACCEPTED', kinds: 'ISSUED SUPERSEDED REINSTATED ACCEPTED' },
    ]);
  });

  test('of a card that was red from the beginning makes a yellow card of its own', async () => {
    const appeal = await plain(charge());
    await decide(appeal.id, 'DOWNGRADE');
    expect(await cardsOf(appeal.card.id)).toEqual([
      { level: 'RED', state: 'DOWNGRADED', kinds: 'HELD CONFIRMED SIGNED APPEALED APPEAL_DOWNGRADED' },
      { level: 'YELLOW', state: 'ACCEPTED', kinds: 'ISSUED ACCEPTED' },
    ]);
  });

  test('of a yellow card leaves a warning', async () => {
    const appeal = await plain();
    await decide(appeal.id, 'DOWNGRADE');
    expect(await cardsOf(appeal.card.id)).toMatchObject([{ level: 'YELLOW', state: 'DOWNGRADED' }]);
    const warnings = await world.ports.database.sql`
      select state from warning where subject = (select subject from card where id = ${appeal.card.id}) order by issued_at, state`;
    expect(warnings.map(({ state }) => state).sort()).toEqual(['ISSUED', 'TURNED']);
  });
});

describe('a second round', () => {
  const sustained = async () => {
    const appeal = await plain();
    await decide(appeal.id, 'SUSTAIN');
    return appeal;
  };

  test('is judged one tier up, never by who decided the first, and is final', async () => {
    world.time.advance(60_000);
    const first = await sustained();
    world.time.advance(60_000);
    const { appeal } = await raise(first.card.id);
    expect(appeal).toMatchObject({ round: 2, judgedBy: 'LEAGUE', state: 'OPEN', id: `${first.card.id}-2` });
    expect(await decide(appeal.id, 'REVOKE', {}, SAIHAN_2)).toMatchObject({ __typename: 'CardNotYours' });
    const deviationReason = '复核认为停钟依据不足，维持原判定。';
    expect(await decide(appeal.id, 'SUSTAIN', { deviationReason }, HOHHOT)).toMatchObject({
      appeal: { state: 'SUSTAINED', secondRoundUntil: null },
    });
    expect(await raise(first.card.id)).toMatchObject({ __typename: 'AppealRoundsUsed' });
    const { appeals } = await world.ask<{ appeals: { nodes: { id: string; state: string }[] } }>(
      CHIEF,
      '{ appeals(filter: { state: [SUSTAINED] }, first: 2) { nodes { id state } } }',
    );
    expect(appeals.nodes).toEqual([
      { id: appeal.id, state: 'SUSTAINED' },
      { id: first.id, state: 'SUSTAINED' },
    ]);
  });

  test('of the region’s own card is judged by the region, and by another person', async () => {
    const card = await world.signed(overdueItem(undefined, { division: '15' })).catch((error: Error) => error.message);
    // Its own supervision body confirms nothing here: yellow cards of time rules go out at once.
    const { appeal } = await raise(card, { grounds: ['OTHER'], contested: [] });
    await decide(appeal.id, 'SUSTAIN', {}, REGION);
    const second = await raise(card, { grounds: ['OTHER'], contested: [] });
    expect(second.appeal).toMatchObject({ judgedBy: 'REGION' });
    expect(await decide(second.appeal.id, 'REVOKE', {}, REGION)).toMatchObject({ __typename: 'AppealJudgeExcluded' });
    const colleague = { ...REGION, id: 'region-2' };
    expect(await decide(second.appeal.id, 'REVOKE', {}, colleague)).toMatchObject({ appeal: { state: 'REVOKED' } });
  });

  test('is asked for within three working days of the decision, to the millisecond', async () => {
    const [late, inTime] = [await sustained(), await sustained()];
    const over = at('2026-03-06T00:00:00');
    world.time.set(over - 1);
    expect((await raise(inTime.card.id)).__typename).toBe('AppealPayload');
    world.time.set(over);
    expect(await raise(late.card.id)).toMatchObject({ __typename: 'AppealTooLate' });
  });
});

describe('the time for judging', () => {
  const extend = (appealId: string, viewer = SAIHAN) =>
    ask(viewer, EXTEND, { appealId, reason: '案情复杂，需向两个数源核对。' });

  test('is five working days, and five more when a yellow card’s appeal is complex, once', async () => {
    const appeal = await plain();
    expect(appeal.decisionDueAt).toBe('2026-03-09T16:00:00.000Z');
    expect(await extend(appeal.id)).toMatchObject({
      appeal: { extendedAt: new Date(START).toISOString(), decisionDueAt: '2026-03-16T16:00:00.000Z' },
    });
    expect(await extend(appeal.id)).toMatchObject({ __typename: 'AppealNotExtendable' });
  });

  test('is not extended for a red card, after it is over, or by others', async () => {
    const red = await plain(charge());
    expect(await extend(red.id)).toMatchObject({ __typename: 'AppealNotExtendable' });
    const yellow = await plain();
    expect(await extend(yellow.id, HOHHOT)).toMatchObject({ __typename: 'CardNotYours' });
    world.time.set(Date.parse(yellow.decisionDueAt));
    expect(await extend(yellow.id)).toMatchObject({ __typename: 'AppealNotExtendable' });
  });
});

describe('an appeal is seen', () => {
  test('by who sees its card, by every path, and by nobody else', async () => {
    const { id } = (await raise(await world.signed())).appeal;
    const document = `query ($id: ID!, $r: [_Any!]!) { appeal(id: $id) { id } _entities(representations: $r) { ... on Appeal { id asClaimed { hash } } } }`;
    const variables = { id, r: [{ __typename: 'Appeal', id }] };
    for (const viewer of [CHIEF, STAFF, SAIHAN, HOHHOT, AUDITOR])
      expect(await world.ask(viewer, document, variables)).toMatchObject({
        appeal: { id },
        _entities: [{ id, asClaimed: { hash: expect.any(String) } }],
      });
    for (const viewer of [OTHER_CHIEF, XINCHENG])
      expect(await world.ask(viewer, document, variables)).toEqual({ appeal: null, _entities: [null] });
    const { appeals } = await world.ask<{ appeals: { nodes: unknown[] } }>(OTHER_CHIEF, '{ appeals { nodes { id } } }');
    expect(appeals.nodes).toEqual([]);
  });

  test('in lists by state, round, level and place, page by page', async () => {
    const list = async (filter: object, first = 200, after: string | null = null) =>
      (
        await world.ask<{
          appeals: { nodes: { id: string; state: string; round: number }[]; pageInfo: { endCursor: string } };
        }>(
          SAIHAN,
          'query ($filter: AppealFilter, $first: Int, $after: String) { appeals(filter: $filter, first: $first, after: $after) { nodes { id state round } pageInfo { endCursor } } }',
          { filter, first, after },
        )
      ).appeals;
    const all = (await list({})).nodes;
    for (const state of ['OPEN', 'SUSTAINED', 'REVOKED', 'DOWNGRADED', 'LAPSED'])
      expect((await list({ state: [state] })).nodes).toEqual(all.filter((appeal) => appeal.state === state));
    expect((await list({ round: [2] })).nodes).toEqual(all.filter(({ round }) => round === 2));
    expect((await list({ division: '150102' })).nodes).toEqual([]);
    expect((await list({ indicator: ['WI-21'], level: ['YELLOW'] })).nodes).toEqual([]);
    const first = await list({}, 3);
    expect([...first.nodes, ...(await list({}, 200, first.pageInfo.endCursor)).nodes]).toEqual(all);
  });

  test('as lapsed when corrected data disprove the card while it runs', async () => {
    const judgement = overdueItem();
    const subject = await world.judge(judgement);
    const { id } = await world.cardOf(subject);
    await world.ask(STAFF, 'mutation ($id: ID!) { signCard(input: { cardId: $id }) { __typename } }', { id });
    const { appeal } = await raise(id);
    const { division, agency } = SCOPE;
    await world.post(
      signalOf({ kind: 'CORRECTED', level: 'NONE', previousLevel: 'YELLOW', subject, division, agency }),
    );
    expect(await world.ask(SAIHAN, 'query ($id: ID!) { appeal(id: $id) { state } }', { id: appeal.id })).toEqual({
      appeal: { state: 'LAPSED' },
    });
  });
});
