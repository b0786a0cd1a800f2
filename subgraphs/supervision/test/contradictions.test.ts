import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Milestone } from '../src/matter/milestone.ts';
import {
  AGENCY,
  approval,
  at,
  bundle,
  licence,
  type MatterWorld,
  OPEN,
  OTHER_AGENCY,
  openMatterWorld,
  project,
  publishedRules,
  review,
  ticket,
  workItem,
} from './matters.ts';
import { AUDITOR, viewerOf } from './world.ts';

const rules = publishedRules();
let world: MatterWorld;
beforeEach(async () => {
  world = await openMatterWorld(rules);
});
afterEach(() => world?.close());

const rises = async () =>
  (await world.told())
    .filter(({ kind, level }) => kind === 'ROSE' && level !== 'UNKNOWN')
    .map(({ rule, level, subject, occurrence, turnedAt }) => [rule, level, subject, occurrence, turnedAt]);
/** Asked at 00:00 of Thursday: both events of Tuesday must have been told by Wednesday 24:00. */
const THURSDAY = '2026-03-04T16:00:00.000Z';
const W1 = 'work-item:115:W1';

/** Each contradiction as it comes about on Tuesday, 3 March 2026, and the same story without it. */
const STORIES: readonly {
  readonly rule: string;
  readonly says: string;
  readonly planted: readonly Milestone[];
  readonly clean: readonly Milestone[];
  readonly subject: string;
  readonly occurrence: string;
  readonly turnedAt: string;
}[] = [
  {
    rule: 'CX-01',
    says: 'a citizen says over the statutory time and the clock says on time',
    planted: [
      workItem('115:W1', '2026-03-03 16:00:00', {}),
      review('r1', '2026-03-03 17:00:00', {
        workItem: '115:W1',
        saysOverTime: true,
        assessedAt: at('2026-03-03 17:00:00'),
      }),
    ],
    clean: [
      workItem('115:W1', '2026-03-03 16:00:00', { overStatutory: true }),
      review('r1', '2026-03-03 17:00:00', {
        workItem: '115:W1',
        saysOverTime: true,
        assessedAt: at('2026-03-03 17:00:00'),
      }),
    ],
    subject: W1,
    occurrence: 'r1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-02',
    says: 'a licence is dated before the decision',
    planted: [
      workItem('115:W1', '2026-03-03 16:00:00', {}),
      licence('z1', '2026-03-03 16:30:00', { workItem: '115:W1', issuedAt: at('2026-03-02 00:00:00') }),
    ],
    clean: [
      workItem('115:W1', '2026-03-03 16:00:00', {}),
      licence('z1', '2026-03-03 16:30:00', { workItem: '115:W1', issuedAt: at('2026-03-03 00:00:00') }),
    ],
    subject: W1,
    occurrence: 'z1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-03',
    says: 'a licence has no finished item',
    planted: [
      workItem('115:W1', '2026-03-02 10:00:00', OPEN),
      licence('z1', '2026-03-03 16:30:00', { workItem: '115:W1' }),
    ],
    clean: [
      workItem('115:W1', '2026-03-02 10:00:00', OPEN),
      licence('z1', '2026-03-03 16:30:00', { workItem: '115:W1', issuedAt: at('2026-03-04 00:00:00') }),
      workItem(
        '115:W1',
        '2026-03-04 23:00:00',
        { finishedAt: at('2026-03-04 22:00:00'), decidedAt: at('2026-03-04 09:00:00') },
        { n: 2 },
      ),
    ],
    subject: W1,
    occurrence: 'z1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-03',
    says: 'a licence names an item that nobody knows',
    planted: [licence('z1', '2026-03-03 16:30:00', { workItem: '115:W9' })],
    clean: [licence('z1', '2026-03-03 16:30:00', { workItem: null })],
    subject: 'work-item:115:W9',
    occurrence: 'z1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-04',
    says: 'a finished item has no licence, ten working days on',
    planted: [workItem('115:W1', '2026-03-03 16:00:00', { licenceName: '食品经营许可证' })],
    clean: [workItem('115:W1', '2026-03-03 16:00:00', { licenceName: null })],
    subject: W1,
    occurrence: '',
    turnedAt: '2026-03-17T16:00:00.000Z',
  },
  {
    rule: 'CX-05',
    says: 'a hall ticket was served and no item was accepted',
    planted: [
      ticket('q1', '2026-03-03 10:00:00', { servedAt: at('2026-03-03 10:00:00'), applicantKey: 'b2b2b2b2b2b2b2b2' }),
      workItem('115:W1', '2026-03-03 16:00:00', {}),
    ],
    clean: [
      ticket('q1', '2026-03-03 10:00:00', { servedAt: at('2026-03-03 10:00:00'), applicantKey: 'b2b2b2b2b2b2b2b2' }),
      workItem('115:W2', '2026-03-04 16:00:00', {
        ...OPEN,
        applicantKey: 'b2b2b2b2b2b2b2b2',
        acceptedAt: at('2026-03-04 15:00:00'),
      }),
    ],
    subject: 'queue-ticket:q1',
    occurrence: 'q1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-06',
    says: 'a child was finished before its bundle began',
    planted: [
      workItem('115:W1', '2026-03-03 16:00:00', {}),
      bundle('b1', '2026-03-03 17:00:00', { children: '115:W0,115:W1', startedAt: at('2026-03-03 16:30:00') }),
    ],
    clean: [
      workItem('115:W1', '2026-03-03 16:00:00', {}),
      bundle('b1', '2026-03-03 17:00:00', { children: '115:W0,115:W1', startedAt: at('2026-03-02 16:30:00') }),
    ],
    subject: W1,
    occurrence: 'b1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-07',
    says: 'an item that is not closed has a review',
    planted: [
      workItem('115:W1', '2026-03-02 10:00:00', OPEN),
      review('r1', '2026-03-03 17:00:00', { workItem: '115:W1', assessedAt: at('2026-03-03 17:00:00') }),
    ],
    clean: [
      workItem('115:W1', '2026-03-02 10:00:00', OPEN),
      review('r1', '2026-03-03 17:00:00', { workItem: '115:W1', assessedAt: at('2026-03-03 17:00:00') }),
      workItem('115:W1', '2026-03-04 23:30:00', { finishedAt: at('2026-03-04 23:00:00') }, { n: 2 }),
    ],
    subject: W1,
    occurrence: 'r1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-08',
    says: 'an approval document is dated before its acceptance',
    planted: [
      project('P-1', '2026-03-02 10:00:00', { code: 'P-1', registeredAt: at('2026-03-02 09:00:00') }),
      approval('a1', '2026-03-03 17:00:00', {
        projectCode: 'P-1',
        acceptedAt: at('2026-03-03 10:00:00'),
        documentDate: at('2026-03-02 00:00:00'),
      }),
    ],
    clean: [
      project('P-1', '2026-03-02 10:00:00', { code: 'P-1', registeredAt: at('2026-03-02 09:00:00') }),
      approval('a1', '2026-03-03 17:00:00', {
        projectCode: 'P-1',
        acceptedAt: at('2026-03-03 10:00:00'),
        documentDate: at('2026-03-03 00:00:00'),
      }),
    ],
    subject: 'project:P-1',
    occurrence: 'a1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-09',
    says: 'a fee was paid for an item free of charge',
    planted: [workItem('115:W1', '2026-03-03 16:00:00', { feePaid: 20, paidAt: at('2026-03-03 10:00:00') })],
    clean: [
      workItem('115:W1', '2026-03-03 16:00:00', { feePaid: 20, paidAt: at('2026-03-03 10:00:00') }),
      workItem('115:W1', '2026-03-09 16:00:00', { feePaid: 0, paidAt: null }, { n: 2 }),
    ],
    subject: W1,
    occurrence: '',
    turnedAt: '2026-03-10T16:00:00.000Z',
  },
  {
    rule: 'CX-10',
    says: 'an approval names a project that is not in the register',
    planted: [approval('a1', '2026-03-03 17:00:00', { projectCode: 'P-1', acceptedAt: at('2026-03-03 10:00:00') })],
    clean: [
      approval('a1', '2026-03-03 17:00:00', { projectCode: 'P-1', acceptedAt: at('2026-03-03 10:00:00') }),
      project('P-1', '2026-03-04 10:00:00', { code: 'P-1', registeredAt: at('2026-03-04 09:00:00') }),
    ],
    subject: 'project:P-1',
    occurrence: 'a1',
    turnedAt: THURSDAY,
  },
  {
    rule: 'CX-11',
    says: 'a withdrawn item has a valid licence',
    planted: [
      workItem('115:W1', '2026-03-03 16:00:00', { outcome: 'WITHDRAWN', withdrawnAt: at('2026-03-03 16:00:00') }),
      licence('z1', '2026-03-03 16:30:00', { workItem: '115:W1' }),
    ],
    clean: [
      workItem('115:W1', '2026-03-03 16:00:00', { outcome: 'WITHDRAWN', withdrawnAt: at('2026-03-03 16:00:00') }),
      licence('z1', '2026-03-03 16:30:00', { workItem: '115:W1' }),
      licence(
        'z1',
        '2026-03-04 12:00:00',
        { workItem: '115:W1', status: 'CANCELLED', statusAt: at('2026-03-04 11:00:00') },
        { n: 2 },
      ),
    ],
    subject: W1,
    occurrence: 'z1',
    turnedAt: THURSDAY,
  },
];

describe('a contradiction', () => {
  test.each(STORIES)('$rule: $says', async ({ rule, planted, subject, occurrence, turnedAt }) => {
    await world.say(...planted);
    await world.goTo('2026-04-01 09:00:00');
    expect(await rises()).toEqual([[rule, 'YELLOW', subject, occurrence, turnedAt]]);
  });

  test.each(STORIES)('$rule is silent where there is none', async ({ clean }) => {
    await world.say(...clean);
    await world.goTo('2026-04-01 09:00:00');
    expect(await world.told()).toEqual([]);
  });

  test('is a question first: a held card, which only a supervisor turns into one', async () => {
    await world.say(...STORIES[1]!.planted);
    await world.goTo('2026-04-01 09:00:00');
    const ask =
      '{ cards { nodes { state level domain indicator { id } subject { __typename id } } } warnings { nodes { state } } }';
    expect(await world.ask(AUDITOR, ask)).toEqual({
      cards: {
        nodes: [
          {
            state: 'DRAFT',
            level: 'YELLOW',
            domain: 'CONTRADICTION',
            indicator: { id: 'CX-02' },
            subject: { __typename: 'Matter', id: W1 },
          },
        ],
      },
      warnings: { nodes: [] },
    });
    const agency = viewerOf('AGENCY', { agency: AGENCY, division: '150105' });
    expect(await world.ask(agency, '{ cards { nodes { state } } }')).toEqual({ cards: { nodes: [] } });
  });

  test('is not asked about a review without a name: the question would tell who gave it', async () => {
    const unnamed = allStories('planted')
      .filter(({ id }) => ['115:W01', 'r01', '115:W71', 'r71', '115:W81', 'r81'].includes(id))
      .map((one) => (one.kind === 'review' ? { ...one, facts: { ...one.facts, named: false } } : one));
    expect(unnamed.filter(({ kind }) => kind === 'review')).toHaveLength(2);
    await world.say(...unnamed);
    await world.goTo('2026-04-01 09:00:00');
    expect(await world.told()).toEqual([]);
  });

  test('is withdrawn when corrected records agree', async () => {
    const [item, wrong] = STORIES[1]!.planted;
    await world.say(item!, wrong!);
    await world.goTo('2026-03-10 09:00:00');
    await world.say({
      ...wrong!,
      n: 2,
      at: at('2026-03-10 09:00:00'),
      facts: { ...wrong!.facts, issuedAt: at('2026-03-03 00:00:00') },
    });
    expect((await world.told()).map(({ kind, level }) => [kind, level])).toEqual([
      ['ROSE', 'YELLOW'],
      ['CORRECTED', 'NONE'],
    ]);
    expect(await world.ask(AUDITOR, '{ cards { nodes { state } } }')).toEqual({
      cards: { nodes: [{ state: 'WITHDRAWN' }] },
    });
  });
});

/** All stories at once, each with identifiers of its own. */
function allStories(which: 'planted' | 'clean'): readonly Milestone[] {
  return STORIES.flatMap((story, index) =>
    story[which].map(
      (one) =>
        JSON.parse(
          JSON.stringify(one).replaceAll(
            /(115:W|P-|"(?:z|r|b|q|a))(\d)/g,
            `$1${index + (which === 'clean' ? 50 : 0)}$2`,
          ),
        ) as Milestone,
    ),
  );
}

describe('the same milestones', () => {
  test('from an import of history, stream by stream, tell what they told live, as known at the same instants', async () => {
    // Stories that have no contradiction in the end had one on the way, had they come stream by stream.
    const history = [...allStories('clean'), ...allStories('planted')].toSorted((a, b) => a.at - b.at);
    for (const one of history) {
      world.time.set(one.at);
      await world.say(one);
    }
    await world.goTo('2026-04-01 09:00:00');
    const toldOf = async (of: MatterWorld) => (await of.told()).map(({ id, knownAt }) => [id, knownAt]).sort();
    const live = await toldOf(world);
    expect(live.length).toBeGreaterThanOrEqual(STORIES.length);
    const other = await openMatterWorld(rules);
    try {
      const { sql } = other.ports.database;
      other.time.set(at('2026-04-01 09:00:00'));
      await sql`insert into hub.history_horizon (domain, batch, horizon) values ('work-items', 'h', null), ('licences', 'h', null)`;
      for (const kind of [...new Set(history.map((one) => one.kind))]) {
        await other.say(...history.filter((one) => one.kind === kind));
        expect(await other.told()).toEqual([]);
      }
      for (const day of ['2026-03-03 12:00:00', '2026-03-05 12:00:00', '2026-03-31 12:00:00']) {
        await sql`update hub.history_horizon set horizon = ${at(day)}::timestamptz where domain = 'licences'`;
        await sql`update hub.history_horizon set horizon = 'infinity' where domain = 'work-items'`;
        await other.settle();
      }
      await sql`delete from hub.history_horizon`;
      await other.settle();
      expect(await toldOf(other)).toEqual(live);
    } finally {
      await other.close();
    }
  });

  test('tell the same signals, in whatever order the streams are read, and however often', async () => {
    const planted = allStories('planted');
    await world.say(...planted.toSorted((a, b) => a.at - b.at));
    await world.goTo('2026-04-01 09:00:00');
    const expected = (await world.told()).map(({ id }) => id).sort();
    expect(expected).toHaveLength(STORIES.length);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...planted], { minLength: planted.length }), async (shuffled) => {
        const other = await openMatterWorld(rules);
        try {
          await other.append(...shuffled, ...shuffled.slice(0, 5));
          await other.settle();
          await other.goTo('2026-04-01 09:00:00');
          expect((await other.told()).map(({ id }) => id).sort()).toEqual(expected);
        } finally {
          await other.close();
        }
      }),
      { numRuns: 4 },
    );
  });

  test('in an older version change nothing', async () => {
    const newer = workItem('115:W1', '2026-03-03 16:00:00', { licenceName: null }, { n: 3 });
    const older = workItem('115:W1', '2026-03-03 17:00:00', { licenceName: '食品经营许可证' }, { n: 2 });
    await world.say(newer);
    await world.say(older);
    await world.goTo('2026-04-01 09:00:00');
    expect(await world.told()).toEqual([]);
  });

  test('that move to another work item leave the first one', async () => {
    await world.say(licence('z1', '2026-03-03 16:30:00', { workItem: '115:W8' }));
    await world.say(
      licence('z1', '2026-03-03 16:40:00', { workItem: '115:W1' }, { n: 2 }),
      workItem('115:W1', '2026-03-03 16:45:00', {}),
    );
    await world.goTo('2026-04-01 09:00:00');
    expect(await world.told()).toEqual([]);
    expect(await world.ask(AUDITOR, '{ matter(id: "work-item:115:W8") { id } }')).toEqual({ matter: null });
  });
});

test('what cannot be read as a milestone is set aside with its reason, and the rest goes on', async () => {
  const good = licence('z1', '2026-03-03 16:30:00', { workItem: '115:W9' });
  const bad = { ...good, id: '', facts: { x: { nested: true } } } as unknown as Milestone;
  await world.append(good, { ...bad, id: 'z2' }, { ...good, id: 'z3', at: Number.NaN });
  await world.settle();
  await world.goTo('2026-04-01 09:00:00');
  expect((await rises()).map(([, , , occurrence]) => occurrence)).toEqual(['z1']);
  const refused = await world.ports.database.sql<{ stream: string; reason: string }[]>`
    select stream, reason from refused_entry order by seq`;
  expect(refused.map(({ stream, reason }) => [stream, reason])).toEqual([
    ['licences milestones', 'milestone 0 refused: expected a plain value in facts.x'],
    ['licences milestones', 'milestone 0 refused: expected at, an instant in milliseconds'],
  ]);
});

test('texts and numbers beyond all measure stop nobody', async () => {
  const long = 'x'.repeat(9_000);
  await world.append(
    licence('z1', '2026-03-03 16:30:00', { workItem: long, applicantKey: long, issuedAt: 1e300, statusAt: -1e300 }),
    licence('z2', '2026-03-03 16:30:00', {
      workItem: '115:W1',
      issuedAt: -1e300,
      status: 'CANCELLED',
      statusAt: 1e300,
    }),
    licence('z3', '2026-03-03 16:30:00', { workItem: '115:W9' }, { n: 2 ** 40 }),
    review('r1', '2026-03-03 16:30:00', { workItem: '115:W1', assessedAt: 1e300 }),
    bundle('b1', '2026-03-03 16:30:00', { children: `${long},115:W1,,`, startedAt: Number.MAX_SAFE_INTEGER }),
    workItem('115:W1', '2026-03-03 16:30:00', { decidedAt: 1e300, finishedAt: -1, withdrawnAt: 0 }),
    ticket('q1', '2026-03-03 16:30:00', { servedAt: -1e300, applicantKey: 'k' }),
  );
  await world.settle();
  await world.say(licence('z4', '2026-03-03 17:00:00', { workItem: '115:W8' }));
  await world.goTo('2026-04-01 09:00:00');
  expect((await rises()).map(([, , , occurrence]) => occurrence)).toContain('z4');
  await world.ask(AUDITOR, `{ matter(id: "${W1}") { records { facts } } }`);
});

describe('a matter in the graph', () => {
  const ASK = `{ matter(id: "${W1}") { id workItem { id } records { kind id at agency { uscc } source { id } facts }
    cards { nodes { indicator { id } } } } }`;
  beforeEach(async () => {
    await world.say(
      workItem('115:W1', '2026-03-03 16:00:00', {}),
      licence(
        'z1',
        '2026-03-03 16:30:00',
        { workItem: '115:W1', holderKey: 'secret', issuedAt: at('2026-03-02 00:00:00') },
        {
          agency: OTHER_AGENCY,
          division: '150121',
          source: '116',
        },
      ),
    );
    await world.goTo('2026-04-01 09:00:00');
  });

  test('shows both records side by side, without what tells who somebody is', async () => {
    const { matter } = await world.ask<{ matter: { records: { kind: string; facts: object }[] } }>(AUDITOR, ASK);
    expect(matter).toMatchObject({
      id: W1,
      workItem: { id: '115:W1' },
      records: [
        {
          kind: 'work-item',
          id: '115:W1',
          agency: { uscc: AGENCY },
          source: { id: '115' },
          facts: { decidedAt: '2026-03-03T07:00:00.000Z' },
        },
        {
          kind: 'licence',
          id: 'z1',
          agency: { uscc: OTHER_AGENCY },
          source: { id: '116' },
          facts: { issuedAt: '2026-03-01T16:00:00.000Z' },
        },
      ],
      cards: { nodes: [{ indicator: { id: 'CX-02' } }] },
    });
    expect(JSON.stringify(matter)).not.toMatch(/secret|a1a1a1/);
  });

  test('shows an agency its own record only, and another one none', async () => {
    const { matter } = await world.ask<{ matter: { records: { kind: string }[] } | null }>(
      viewerOf('AGENCY', { agency: AGENCY, division: '150105' }),
      ASK,
    );
    expect(matter?.records.map(({ kind }) => kind)).toEqual(['work-item']);
    expect(await world.ask(viewerOf('AGENCY', { agency: '11150203011599030C', division: '150203' }), ASK)).toEqual({
      matter: null,
    });
    const supervisor = viewerOf('SUPERVISOR', { tier: 'BANNER', division: '150121' });
    expect(
      (await world.ask<{ matter: { records: { kind: string }[] } }>(supervisor, ASK)).matter.records.map(
        ({ kind }) => kind,
      ),
    ).toEqual(['licence']);
  });

  test('shows those who are supervised no review without a name, and no work items of others', async () => {
    await world.say(
      review('r1', '2026-03-03 17:00:00', { workItem: '115:W1', named: false, assessedAt: at('2026-03-03 17:00:00') }),
      review('r2', '2026-03-03 17:00:00', { workItem: '115:W1', assessedAt: at('2026-03-03 17:00:00') }),
      bundle('b1', '2026-03-03 17:00:00', { children: '115:W1,115:W2', startedAt: at('2026-03-02 09:00:00') }),
    );
    const seenBy = async (viewer: typeof AUDITOR) =>
      (await world.ask<{ matter: { records: { id: string; facts: object }[] } }>(viewer, ASK)).matter.records;
    const agency = await seenBy(viewerOf('AGENCY', { agency: AGENCY, division: '150105' }));
    expect(agency.map(({ id }) => id)).toEqual(['115:W1', 'b1', 'r2']);
    expect(JSON.stringify(agency)).not.toContain('115:W2');
    const auditor = await seenBy(AUDITOR);
    expect(auditor.map(({ id }) => id)).toContain('r1');
    expect(JSON.stringify(auditor)).toContain('115:W1,115:W2');
  });

  test('is left by a record that its domain takes back', async () => {
    const taken = licence('z1', '2026-04-01 09:00:00', {}, { n: 2, agency: OTHER_AGENCY, division: '150121' });
    await world.say({ ...taken, facts: {} });
    const { matter } = await world.ask<{ matter: { records: { id: string }[] } }>(AUDITOR, ASK);
    expect(matter.records.map(({ id }) => id)).toEqual(['115:W1']);
    expect((await world.told()).at(-1)).toMatchObject({ kind: 'CORRECTED', rule: 'CX-02', level: 'NONE' });
  });

  test('is null for what is no identifier of a matter', async () => {
    for (const id of ['', 'work-item:', '115:W1', 'licence:z1', 'work-item:115:W9'])
      expect(await world.ask(AUDITOR, 'query ($id: ID!) { matter(id: $id) { id } }', { id })).toEqual({ matter: null });
  });
});
