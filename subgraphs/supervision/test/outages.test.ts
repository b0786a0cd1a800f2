import type { Viewer } from '@gnomon/identity';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { brokenLink } from '../src/history.ts';
import { historiesOf } from '../src/store/single-reads.ts';
import {
  type AppealWorld,
  at,
  CHIEF,
  charge,
  clock,
  EVIDENCE,
  HOHHOT,
  type Judgement,
  OTHER_CHIEF,
  openAppealWorld,
  overdueItem,
  REGION,
  SAIHAN,
  STAFF,
  XINCHENG,
} from './appeal-world.ts';
import { AUDITOR, viewerOf } from './world.ts';

let world: AppealWorld;
beforeAll(async () => {
  world = await openAppealWorld();
  world.time.set(at('2024-10-12T09:00:00'));
});
afterEach(async () => {
  // Each test declares its own.
  await world.ports.database.sql`delete from outage`;
  world.time.set(at('2024-10-12T09:00:00'));
});
afterAll(() => world.close());

/** The instant at which the overdue item of these tests is yellow. */
const TURN = at('2024-09-30T00:00:00');
const iso = (instant: number) => new Date(instant).toISOString();
const OUTAGE = 'id kind from to document reason { zh en } declaredBy endedAt exempted { id state }';
const DECLARE = `mutation ($input: DeclareOutageInput!) { done: declareOutage(input: $input) { __typename ... on CardProblem { message { zh en } } ... on OutagePayload { exemptedCount outage { ${OUTAGE} } } } }`;
const END = `mutation ($input: EndOutageInput!) { done: endOutage(input: $input) { __typename ... on CardProblem { message { zh en } } ... on OutagePayload { outage { ${OUTAGE} } } } }`;
interface Done {
  readonly __typename: string;
  readonly exemptedCount?: number;
  readonly outage?: {
    readonly id: string;
    readonly to: string | null;
    readonly exempted: readonly { readonly id: string; readonly state: string }[];
  };
}
const declare = async (parts: object = {}, viewer: Viewer = SAIHAN): Promise<Done> =>
  (
    await world.ask<{ done: Done }>(viewer, DECLARE, {
      input: {
        ...{
          kind: 'PLATFORM',
          division: '150105',
          document: '内政数函〔2024〕9号',
          reasonZh: '平台机房断电',
          reasonEn: 'power failure in the machine room',
        },
        ...{ from: iso(TURN), to: iso(TURN + 3_600_000), ...parts },
      },
    })
  ).done;
const end = async (outageId: string, instant: number, viewer: Viewer = SAIHAN): Promise<Done> =>
  (await world.ask<{ done: Done }>(viewer, END, { input: { outageId, at: iso(instant) } })).done;
const historyOf = async (id: string) => {
  const rows = await world.ports.database.sql<
    { lane: number; id: string }[]
  >`select lane, id from card where id = ${id}`;
  const history = await world.ports.database.transaction((tx) => historiesOf(tx, rows));
  expect(brokenLink(history)).toBeNull();
  return history;
};

describe('a card whose limit ran out within a declared window', () => {
  test('is exempted by the hub itself when the window is declared: history, feed and log name the document', async () => {
    const { id } = await world.cardOf(await world.judge(overdueItem()));
    const done = await declare();
    expect(done).toMatchObject({
      __typename: 'OutagePayload',
      outage: { exempted: expect.arrayContaining([{ id, state: 'EXEMPTED' }]) },
    });
    const last = (await historyOf(id)).at(-1)!;
    expect(last).toMatchObject({
      kind: 'EXEMPTED',
      by: 'hub',
      content: { outage: done.outage!.id, document: '内政数函〔2024〕9号' },
    });
    expect(last.reason!.zh).toContain('内政数函〔2024〕9号');
    await world.settle();
    const told = await world.ports.feed.read('supervision', null, 500);
    expect(
      told.some(
        ({ payload }) =>
          (payload as { kind: string; card: { id: string } | null }).kind === 'EXEMPTED' &&
          (payload as { card: { id: string } | null }).card?.id === id,
      ),
    ).toBe(true);
    const acts = await world.ports.feed.read('acts', null, 500);
    expect(acts.map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ kind: 'OUTAGE_DECLARED', about: done.outage!.id, by: 'saihan-1' }),
    );
  });

  test('is exempted likewise when its signal comes later, and no other is', async () => {
    await declare();
    const inside = await world.cardOf(await world.judge(overdueItem()));
    const outside = await world.cardOf(
      await world.judge(
        overdueItem(undefined, { facts: { ...overdueItem().facts, promise: clock('2024-09-23T09:00:00', 4) } }),
      ),
    );
    expect([inside.state, outside.state]).toEqual(['EXEMPTED', 'ISSUED']);
  });

  test.each<[string, number, number, string]>([
    ['begins at the turn', TURN, TURN + 1, 'EXEMPTED'],
    ['begins one millisecond after it', TURN + 1, TURN + 3_600_000, 'ISSUED'],
    ['ends at it', TURN - 3_600_000, TURN, 'ISSUED'],
    ['ends one millisecond after it', TURN - 3_600_000, TURN + 1, 'EXEMPTED'],
  ])('is exempted or not when the window %s', async (_what, from, to, state) => {
    const subject = await world.judge(overdueItem());
    await declare({ from: iso(from), to: iso(to) });
    expect((await world.cardOf(subject)).state).toBe(state);
    // The same for a card that comes when the window is declared already.
    expect((await world.cardOf(await world.judge(overdueItem()))).state).toBe(state);
  });

  test('while nobody has ended it, for 31 days at most', async () => {
    await declare({ from: iso(TURN - 31 * 86_400_000), to: null });
    const late = await world.cardOf(await world.judge(overdueItem()));
    await world.ports.database.sql`delete from outage`;
    await declare({ from: iso(TURN - 31 * 86_400_000 + 1), to: null });
    const inTime = await world.cardOf(await world.judge(overdueItem()));
    expect([late.state, inTime.state]).toEqual(['ISSUED', 'EXEMPTED']);
  });

  test('a held card is exempted before it is ever issued, and the yellow card behind it stands again', async () => {
    const red = at('2024-10-10T00:00:00');
    const subject = await world.judge(overdueItem('2024-10-11T00:00:00'));
    await declare({ from: iso(red), to: iso(red + 1) });
    expect((await world.cardOf(subject, 'EXEMPTED')).level).toBe('RED');
    expect((await world.cardOf(subject, 'ISSUED')).level).toBe('YELLOW');
  });

  test('a window over both turns exempts both cards', async () => {
    const subject = await world.judge(overdueItem('2024-10-11T00:00:00'));
    expect(await declare({ to: iso(at('2024-10-11T00:00:00')) })).toMatchObject({ __typename: 'OutagePayload' });
    const rows = await world.ports.database.sql`select state from card where subject = ${subject}`;
    expect(rows.map(({ state }) => state)).toEqual(['EXEMPTED', 'EXEMPTED']);
  });

  test('an appeal that is running ends in the agency’s favour', async () => {
    const { id } = await world.cardOf(await world.judge(overdueItem()));
    await world.ask(STAFF, 'mutation ($id: ID!) { signCard(input: { cardId: $id }) { __typename } }', { id });
    const contested = [{ path: ['promise'], value: { stopped: '2024-09-29T17:00:00+08:00' }, evidence: EVIDENCE }];
    await world.ask(CHIEF, 'mutation ($input: AppealCardInput!) { appealCard(input: $input) { __typename } }', {
      input: { cardId: id, grounds: ['FORCE_MAJEURE'], statement: '当日平台停机，无法办结。', contested },
    });
    await declare();
    const { card } = await world.ask<{ card: object }>(
      CHIEF,
      'query ($id: ID!) { card(id: $id) { state appeals { state decision { decision by reason { zh } } } } }',
      { id },
    );
    expect(card).toMatchObject({
      state: 'REVOKED',
      appeals: [
        {
          state: 'REVOKED',
          decision: { decision: 'REVOKE', by: 'hub', reason: { zh: expect.stringContaining('〔2024〕9号') } },
        },
      ],
    });
  });
});

describe('what an outage does not excuse', () => {
  const rate = (due: string, limitHours: number): Judgement => {
    const end = at(due);
    const period = {
      axis: 'TIME' as const,
      limit: limitHours * 3_600_000,
      due: end,
      stoppedAt: null,
      provisional: false,
    };
    const facts = { period, rows: 100, lateRate: 0.5, lateMaxWorkdays: 1 };
    return {
      domain: 'DATA_PUSH',
      kind: 'source-day',
      type: 'SourceDay',
      facts,
      from: end - 3_600_000,
      until: end + 3_600_000,
      source: '115',
    };
  };

  test('what was done at any time: a charge without basis', async () => {
    const subject = await world.judge(charge('2024-09-30T00:00:00'));
    await declare();
    expect((await world.cardOf(subject)).state).toBe('DRAFT');
  });

  test('a rate over a closed month that ended within it', async () => {
    const period = { axis: 'TIME' as const, limit: 30 * 86_400_000, due: TURN, stoppedAt: null, provisional: false };
    const facts = { period, promiseItems: 1000, oneInstantRate: 0.9, minimumItems: 20 };
    const subject = await world.judge({
      ...overdueItem(),
      kind: 'agency-month',
      type: 'AgencyMonth',
      facts,
      from: TURN - 10,
      until: TURN + 10,
      source: null,
    });
    await declare();
    expect((await world.cardOf(subject)).state).toBe('DRAFT');
  });

  test('cards of another place, of a tier above, or of another source', async () => {
    const [elsewhere, mine] = [
      await world.judge(overdueItem(undefined, { division: '150102' })),
      await world.judge(overdueItem()),
    ];
    const above = await world.judge(overdueItem(undefined, { division: '1501' }));
    await declare({ kind: 'SOURCE', source: '116' });
    expect((await world.cardOf(mine)).state).toBe('ISSUED');
    await declare({ kind: 'SOURCE', source: '115' });
    expect((await world.cardOf(mine)).state).toBe('EXEMPTED');
    expect([(await world.cardOf(elsewhere)).state, (await world.cardOf(above)).state]).toEqual(['ISSUED', 'ISSUED']);
    await declare({ division: '1501' }, HOHHOT);
    expect([(await world.cardOf(elsewhere)).state, (await world.cardOf(above)).state]).toEqual([
      'EXEMPTED',
      'EXEMPTED',
    ]);
  });

  test('a card that was handed to the tier above is not excused by the tier below', async () => {
    const { id } = await world.cardOf(await world.judge(overdueItem()));
    await world.ports.database.sql`update card set escalated_to = 'LEAGUE' where id = ${id}`;
    await declare();
    expect((await world.ports.database.sql`select state from card where id = ${id}`)[0]!.state).toBe('ISSUED');
    await declare({ division: '1501' }, HOHHOT);
    expect((await world.ports.database.sql`select state from card where id = ${id}`)[0]!.state).toBe('EXEMPTED');
  });

  test('but the share of a day’s late arrivals is, when the outage fell into that day', async () => {
    const day = (due: string) => world.judge(rate(due, 24));
    const subjects = [
      await day('2024-09-30T00:00:00'),
      await day('2024-10-01T00:00:00'),
      await day('2024-10-02T00:00:00'),
    ];
    const month = await world.judge(rate('2024-10-01T00:00:00', 720));
    await declare({ from: iso(at('2024-09-30T10:00:00')), to: iso(at('2024-09-30T11:00:00')) });
    const states = await Promise.all([...subjects, month].map(async (subject) => (await world.cardOf(subject)).state));
    expect(states).toEqual(['DRAFT', 'EXEMPTED', 'DRAFT', 'DRAFT']);
  });

  test('a card whose rules cannot be judged again', async () => {
    const { id } = await world.cardOf(await world.judge(overdueItem()));
    await world.ports.database.sql`update card set receipt_hash = null where id = ${id}`;
    await declare();
    expect((await world.ports.database.sql`select state from card where id = ${id}`)[0]!.state).toBe('ISSUED');
  });
});

describe('an outage', () => {
  test('is declared by a supervision body for its own tier and place, and by nobody else', async () => {
    const types = [];
    for (const viewer of [SAIHAN, XINCHENG, HOHHOT, REGION, CHIEF, OTHER_CHIEF, AUDITOR, viewerOf('OPERATOR')])
      types.push((await declare({}, viewer)).__typename);
    expect(types).toEqual(['OutagePayload', ...Array(7).fill('OutageNotYours')]);
    expect((await declare({ division: '1501' }, SAIHAN)).__typename).toBe('OutageNotYours');
    expect((await declare({ division: '150105000000' }, SAIHAN)).__typename).toBe('OutagePayload');
  });

  test('is ended by its tier, not ahead, and not before the turn of a card that it exempted', async () => {
    const { outage } = await declare({ kind: 'SOURCE', source: '777', from: iso(TURN - 3_600_000), to: null });
    expect((await end(outage!.id, TURN, XINCHENG)).__typename).toBe('OutageNotYours');
    expect((await end('0'.repeat(32), TURN)).__typename).toBe('OutageNotFound');
    await world.judge(overdueItem(undefined, { source: '777' }));
    expect((await end(outage!.id, TURN)).__typename).toBe('OutageInputRefused');
    expect((await end(outage!.id, world.time.now() + 1)).__typename).toBe('OutageInputRefused');
    expect(await end(outage!.id, TURN + 1)).toMatchObject({
      outage: { to: iso(TURN + 1), endedAt: iso(world.time.now()) },
    });
    expect((await end(outage!.id, TURN + 2)).__typename).toBe('OutageInputRefused');
  });

  test('is read by every signed-in reader of cards; what it exempted by those who may see it', async () => {
    await world.judge(overdueItem());
    const id = (await declare()).outage!.id;
    await world.judge(overdueItem());
    const read = (viewer: Viewer) =>
      world.ask<{ outages: { nodes: { id: string; exempted: unknown[] }[] }; _entities: unknown[] }>(
        viewer,
        'query ($r: [_Any!]!) { outages { nodes { id exempted { id } } } _entities(representations: $r) { ... on Outage { document } } }',
        { r: [{ __typename: 'Outage', id }] },
      );
    const [own, other] = [await read(STAFF), await read(OTHER_CHIEF)];
    expect([own.outages.nodes[0]!.id, other.outages.nodes[0]!.id]).toEqual([id, id]);
    expect([own.outages.nodes[0]!.exempted.length > 0, other.outages.nodes[0]!.exempted]).toEqual([true, []]);
    expect(other._entities).toEqual([{ document: '内政数函〔2024〕9号' }]);
    const then = await world.ask<{ outages: { nodes: unknown[] } }>(
      STAFF,
      `{ outages(at: "${iso(TURN - 1)}") { nodes { id } } }`,
    );
    expect(then.outages.nodes).toEqual([]);
  });
});

describe('whatever comes in', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', '\u0000', '\ud800', 'x'.repeat(3_000), '内政数函〔2024〕9号'),
  );
  const instant = fc.oneof(
    fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', iso(TURN), iso(TURN + 1)),
    fc
      .date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2200-01-01') })
      .map((date) => date.toISOString()),
  );
  const id = fc.oneof(text, fc.constantFrom('0'.repeat(32), `${'0'.repeat(32)}-1`, `${'f'.repeat(32)}-2`));
  const evidence = fc.record({ name: text, sha256: fc.oneof(text, fc.constant('ab'.repeat(32))) });
  const claim = fc.record({
    path: fc.array(fc.oneof(text, fc.constant('promise')), { maxLength: 4 }),
    value: fc.jsonValue().filter((value) => value !== null),
    evidence,
  });
  const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
  const grounds = fc.array(fc.constantFrom('WRONG_DATA', 'CLOCK_ERROR', 'EXEMPTION', 'OTHER'), { maxLength: 9 });

  /** Every answer is the step's own payload or a refusal with both languages; nothing is an error. */
  const holds = async (viewer: Viewer, field: string, type: string, input: object): Promise<void> => {
    const document = `mutation ($input: ${type}!) { done: ${field}(input: $input) { __typename ... on CardProblem { message { zh en } } } }`;
    const { done } = await world.ask<{ done: { __typename: string; message?: { zh: string; en: string } } }>(
      viewer,
      document,
      { input },
    );
    if (done.__typename.endsWith('Payload')) return;
    expect(done.message!.zh.length * done.message!.en.length).toBeGreaterThan(0);
  };
  const RUNS = { numRuns: 60 };

  test('an appeal is taken or refused by name', async () => {
    const card = await world.signed();
    const input = fc.record({
      cardId: fc.oneof(id, fc.constant(card)),
      grounds,
      statement: fc.oneof(text, fc.constant('特别程序三个工作日未推送。')),
      contested: some(fc.array(claim, { maxLength: 3 })),
      evidence: some(fc.array(evidence, { maxLength: 3 })),
      document: some(text),
      outageId: some(id),
    });
    await fc.assert(
      fc.asyncProperty(input, (value) => holds(CHIEF, 'appealCard', 'AppealCardInput', value)),
      RUNS,
    );
  });

  test('a decision and an extension are taken or refused by name', async () => {
    const card = await world.signed();
    await holds(CHIEF, 'appealCard', 'AppealCardInput', {
      cardId: card,
      grounds: ['OTHER'],
      statement: '请予核查，理由见附件。',
    });
    const appealId = fc.oneof(id, fc.constant(`${card}-1`));
    const decided = fc.record({
      appealId,
      decision: fc.constantFrom('SUSTAIN', 'REVOKE', 'DOWNGRADE'),
      reason: text,
      legalBasis: text,
      deviationReason: some(text),
    });
    await fc.assert(
      fc.asyncProperty(decided, (value) => holds(SAIHAN, 'decideAppeal', 'DecideAppealInput', value)),
      RUNS,
    );
    await fc.assert(
      fc.asyncProperty(fc.record({ appealId, reason: text }), (value) =>
        holds(SAIHAN, 'extendAppealDecision', 'ExtendAppealDecisionInput', value),
      ),
      RUNS,
    );
  });

  test('an outage is declared, ended or refused by name', async () => {
    const known = (await declare()).outage!.id;
    const division = fc.oneof(text, fc.constantFrom('150105', '1501', '150105000000', '-1'));
    const declared = fc.record({
      kind: fc.constantFrom('PLATFORM', 'SOURCE'),
      source: some(text),
      division,
      from: instant,
      to: some(instant),
      document: text,
      reasonZh: text,
      reasonEn: text,
    });
    await fc.assert(
      fc.asyncProperty(declared, (value) => holds(SAIHAN, 'declareOutage', 'DeclareOutageInput', value)),
      RUNS,
    );
    const ended = fc.record({ outageId: fc.oneof(id, fc.constant(known)), at: instant });
    await fc.assert(
      fc.asyncProperty(ended, (value) => holds(SAIHAN, 'endOutage', 'EndOutageInput', value)),
      RUNS,
    );
  });
});
