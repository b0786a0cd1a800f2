import type { Viewer } from '@gnomon/identity';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLoaders, type SupervisionContext } from '../src/context.ts';
import { type Figures, figuresOf } from '../src/reports/figures.ts';
import { reportsOfPeriod } from '../src/reports/store.ts';
import { ReportTalk, reportTalk } from '../src/resolvers/talks.ts';
import { regionalMedian, talkFacts } from '../src/talk/talk.ts';
import { AGENCY, at, type MatterWorld, OTHER_AGENCY, openMatterWorld, publishedRules } from './matters.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, requestOf, viewerOf } from './world.ts';

const BANNER = viewerOf('SUPERVISOR', { id: 'saihan-1', tier: 'BANNER', division: '150105' });
const LEAGUE = viewerOf('SUPERVISOR', { id: 'hohhot-1', tier: 'LEAGUE', division: '1501' });
const REGION = viewerOf('SUPERVISOR', { id: 'region-1', tier: 'REGION', division: '15' });
const CHIEF = viewerOf('AGENCY', { id: 'chief', agency: AGENCY, post: 'CHIEF' });
const MINUTES = 'a'.repeat(64);
const RECORD = {
  heldAt: '2026-04-08T02:00:00.000Z',
  conclusion: '负责人说明情况，承诺一个月内整改到位',
  minutesName: '约谈记录.pdf',
  minutesSha256: MINUTES,
};

interface Answer {
  readonly __typename: string;
  readonly message?: { readonly zh: string; readonly en: string };
}

describe("a talk with an agency's leader", () => {
  let world: MatterWorld;
  beforeEach(async () => {
    world = await openMatterWorld();
    const red = (n: number, agency: string) =>
      signalOf({
        ...{ kind: 'ROSE', rule: 'WI-04', level: 'RED', agency, subject: `115:${agency.slice(-2)}${n}` },
        turnedAt: at('2026-03-05 00:00:00'),
      });
    await world.post(...[1, 2, 3].map((n) => red(n, AGENCY)), ...[1, 2].map((n) => red(n, OTHER_AGENCY)));
    await world.goTo('2026-04-02 00:00:00');
  });
  afterEach(() => world.close());

  const RULE = '{ indicator: ["ES-01"], domain: [LOOP] }';
  async function warnings(viewer: Viewer = AUDITOR) {
    const answer = await world.ask<{ warnings: { nodes: readonly Record<string, unknown>[] } }>(
      viewer,
      `{ warnings(filter: ${RULE}) { nodes { state turnedAt agency { uscc } message { zh }
        subject { id ... on FeedbackReport { kind period agency { uscc } talk { isDue dueAt heldAt recordedBy conclusion minutes { name sha256 } } } } } } }`,
    );
    return answer.warnings.nodes;
  }
  async function owed() {
    const { duties } = await world.ask<{ duties: { nodes: readonly { id: string; dueAt: string }[] } }>(
      AUDITOR,
      '{ duties(filter: { kind: [TALK] }) { nodes { id dueAt } } }',
    );
    return duties.nodes;
  }
  async function record(viewer: Viewer, reportId: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const { recordTalk } = await world.ask<{ recordTalk: Answer }>(
      viewer,
      `mutation ($input: RecordTalkInput!) { recordTalk(input: $input) {
        __typename ... on ReportPayload { report { talk { isDue } } } ... on ReportProblem { message { zh en } } } }`,
      { input: { reportId, ...RECORD, ...more } },
    );
    return recordTalk;
  }
  const reportId = async () => ((await warnings())[0]!.subject as { id: string }).id;

  test('is due by the report of a quarter with three red cards, as a warning of the agency and a duty of its supervision body', async () => {
    expect(await warnings()).toMatchObject([
      {
        state: 'ISSUED',
        turnedAt: '2026-04-01T16:00:00.000Z',
        agency: { uscc: AGENCY },
        subject: {
          ...{ kind: 'QUARTER', period: '2026-Q1', agency: { uscc: AGENCY } },
          // Ching Ming: 4 to 6 April 2026 are off, so the tenth working day after the 2nd is Friday the 17th.
          talk: { isDue: true, dueAt: '2026-04-17T16:00:00.000Z', heldAt: null, minutes: null },
        },
      },
    ]);
    expect(await owed()).toEqual([{ id: `talk:${AGENCY}:2026-Q1`, dueAt: '2026-04-17T16:00:00.000Z' }]);
  });

  test('on record ends both, once, and only by the supervision body of the tier or of the one above', async () => {
    const id = await reportId();
    await world.goTo('2026-04-09 09:00:00');
    await expect(record(CHIEF, id)).rejects.toThrow(/ACT_ON_CARDS/);
    expect((await record(REGION, id)).__typename).toBe('ReportNotYours');
    expect((await record(LEAGUE, `${id.slice(0, 30)}00`)).__typename).toBe('ReportNotFound');
    expect((await record(LEAGUE, id)).__typename).toBe('ReportPayload');
    expect(await owed()).toEqual([]);
    await world.settle();
    expect(await warnings()).toMatchObject([
      {
        state: 'RESOLVED',
        subject: {
          talk: {
            ...{ isDue: false, heldAt: '2026-04-08T02:00:00.000Z', recordedBy: 'hohhot-1' },
            minutes: { name: '约谈记录.pdf', sha256: MINUTES },
          },
        },
      },
    ]);
    expect((await record(BANNER, id)).__typename).toBe('ReportStepRefused');
    await world.goTo('2026-05-20 09:00:00');
    expect(await overdue()).toEqual([]);
  });

  test('is read for many reports by as many statements as for one', async () => {
    const { database } = world.ports;
    const asked: string[] = [];
    const asViewer: typeof database.asViewer = (scope, work) => {
      asked.push('read');
      return database.asViewer(scope, work);
    };
    const request = requestOf(AUDITOR);
    const load = createLoaders({ database: { ...database, asViewer } }, request.scope);
    const context = { ...request, ports: world.ports, load } as SupervisionContext;
    const quarter = { kind: 'QUARTER', name: '2026-Q1' } as const;
    const reports = [...(await database.transaction((tx) => reportsOfPeriod(tx, quarter))).values()];
    expect(reports).toHaveLength(2);
    const talks = await Promise.all(reports.map((report) => reportTalk(report, {}, context)));
    expect(talks.filter((talk) => talk?.isDue === true)).toHaveLength(1);
    expect(asked).toHaveLength(2);
    const due = await Promise.all(
      reports.map((report) => ReportTalk.dueAt({ report, isDue: true, held: null }, {}, context)),
    );
    expect(due.filter((at) => at !== null)).toHaveLength(1);
    expect(asked).toHaveLength(3);
  });

  test('that nobody held in ten working days is a yellow card on the supervision body', async () => {
    await world.goTo('2026-05-04 09:00:00');
    expect(await overdue()).toMatchObject([
      { subject: { id: `talk:${AGENCY}:2026-Q1` }, turnedAt: '2026-04-17T16:00:00.000Z', level: 'YELLOW' },
    ]);
  });
  async function overdue() {
    const { cards } = await world.ask<{ cards: { nodes: readonly { subject: { id: string } }[] } }>(
      AUDITOR,
      '{ cards(filter: { indicator: ["XX-06"], domain: [LOOP], level: [YELLOW] }, first: 200) { nodes { level turnedAt subject { id } } } }',
    );
    return cards.nodes.filter(({ subject }) => subject.id.startsWith('talk:'));
  }

  test('is recorded for no other report, and not before the report or in the future', async () => {
    const id = await reportId();
    const { feedbackReports } = await world.ask<{ feedbackReports: { nodes: readonly { id: string; talk: null }[] } }>(
      AUDITOR,
      `{ feedbackReports(filter: { agency: ["${OTHER_AGENCY}"], kind: [QUARTER] }) { nodes { id talk { isDue } } } }`,
    );
    expect(feedbackReports.nodes[0]!.talk).toBeNull();
    expect((await record(BANNER, feedbackReports.nodes[0]!.id)).__typename).toBe('ReportStepRefused');
    for (const heldAt of ['2026-04-01T15:59:59.999Z', '2026-04-01T16:00:00.001Z', '9999-12-31T00:00:00.000Z'])
      expect((await record(BANNER, id, { heldAt })).__typename, heldAt).toBe('ReportInputRefused');
    expect((await record(BANNER, id, { heldAt: '2026-04-01T16:00:00.000Z' })).__typename).toBe('ReportPayload');
  });

  test('is refused by name for any bad input, and nothing is kept', async () => {
    const id = await reportId();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('', '\u0000', '\ud800', 'x'.repeat(5000)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          reportId: fc.oneof(text, fc.constant(id)),
          conclusion: text,
          minutesName: text,
          minutesSha256: text,
        }),
        async (input) => {
          const answer = await record(BANNER, input.reportId, input);
          expect(answer.__typename).toMatch(/^Report(InputRefused|NotFound)$/);
          expect(answer.message!.zh).not.toBe('');
        },
      ),
      { numRuns: 60 },
    );
    expect(await owed()).toHaveLength(1);
  });
});

describe('the facts of a quarter', () => {
  const { pack } = publishedRules();
  const figures = (accepted: number, density: number | null): Figures => {
    const empty = figuresOf(
      [],
      {
        ...{ accepted, finished: 0, overPromise: 0, overStatutory: 0, openOverdue: 0 },
        ...{ warningsIssued: 0, warningsResolved: 0, warningsTurned: 0 },
      },
      0,
    );
    return { ...empty, cards: { ...empty.cards, density } };
  };
  test('compare with the median of agencies with a hundred work items, of which there are at least six', () => {
    const six = [1, 2, 3, 5, 6, 7].map((density) => figures(100, density));
    expect(regionalMedian(pack, six)).toBe(4);
    expect(regionalMedian(pack, [...six, figures(99, 1000)])).toBe(4);
    expect(regionalMedian(pack, six.slice(1))).toBeNull();
    expect(talkFacts(figures(400, 12), 4)).toMatchObject({ densityTimes: 3, accepted: 400, reds: 0 });
  });
  test('say nothing of a density where there is none, or no median, or one of zero', () => {
    for (const facts of [
      talkFacts(figures(0, null), 4),
      talkFacts(figures(100, 5), null),
      talkFacts(figures(100, 5), 0),
    ])
      expect(facts).not.toHaveProperty('densityTimes');
  });
});
