import { createHash } from 'node:crypto';
import type { Viewer } from '@gnomon/identity';
import { REFERENCE_STREAM } from '@gnomon/reference';
import { canonicalJson } from '@gnomon/rule-engine';
import { appendToOutbox } from '@gnomon/store';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LEAST_ITEMS } from '../src/reports/compare.ts';
import { readPeriod } from '../src/reports/period.ts';
import { produceDue, readFigures } from '../src/reports/produce.ts';
import type { Snapshot } from '../src/reports/report.ts';
import { AGENCY, at, type MatterWorld, OPEN, OTHER_AGENCY, openMatterWorld, workItem } from './matters.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, viewerOf } from './world.ts';

let world: MatterWorld;
beforeEach(async () => {
  world = await openMatterWorld();
});
afterEach(() => world.close());

const BANNER = viewerOf('SUPERVISOR', { id: 'saihan-1', tier: 'BANNER', division: '150105' });
const COLLEAGUE = viewerOf('SUPERVISOR', { id: 'saihan-2', tier: 'BANNER', division: '150105' });
const LEAGUE = viewerOf('SUPERVISOR', { id: 'hohhot-1', tier: 'LEAGUE', division: '1501' });
const CHIEF = viewerOf('AGENCY', { id: 'chief', agency: AGENCY, post: 'CHIEF' });
const STAFF = viewerOf('AGENCY', { id: 'staff', agency: AGENCY, post: 'STAFF' });
const STRANGER = viewerOf('AGENCY', { id: 'stranger', agency: OTHER_AGENCY, post: 'CHIEF' });

/** Yellow and red cards, and work items on time, late, and still open, of March. */
async function march(): Promise<void> {
  const card = (subject: string, more = {}) =>
    signalOf({ kind: 'ROSE', level: 'YELLOW', agency: AGENCY, subject, turnedAt: at('2026-03-05 00:00:00'), ...more });
  await world.post(card('115:1'), card('115:2'), card('115:3', { rule: 'WI-04', level: 'RED', agency: OTHER_AGENCY }));
  await world.say(
    workItem('115:1', '2026-03-05 10:00', { overPromise: true }),
    workItem('115:4', '2026-03-05 10:00', { overPromise: false }),
    workItem('115:2', '2026-03-05 10:00', { ...OPEN, overPromise: null }),
  );
}

interface Node {
  readonly id: string;
  readonly period: string;
  readonly state: string;
  readonly json: string;
  readonly hash: string;
  readonly dueAt: string;
  readonly corrections: readonly { readonly figure: string; readonly was: number; readonly is: number }[];
  readonly text: { readonly zh: string; readonly en: string };
  readonly agency: { readonly uscc: string };
}
const REPORTS = `query ($filter: FeedbackReportFilter) { feedbackReports(filter: $filter, first: 200) {
  nodes { id period state json hash dueAt agency { uscc } text { zh en } corrections { figure was is } } } }`;

async function reportsFor(viewer: Viewer, filter: Record<string, unknown> = {}): Promise<readonly Node[]> {
  const { feedbackReports } = await world.ask<{ feedbackReports: { nodes: readonly Node[] } }>(viewer, REPORTS, {
    filter,
  });
  return feedbackReports.nodes;
}
const snapshotOf = (node: Node) => JSON.parse(node.json) as Snapshot;
const figuresOf = (node: Node) => snapshotOf(node).figures;

async function step(viewer: Viewer, name: 'publishReport' | 'confirmReport', reportId: string) {
  const answer = await world.ask<Record<string, { __typename: string; message?: { zh: string; en: string } }>>(
    viewer,
    `mutation ($input: ReportStepInput!) { ${name}(input: $input) { __typename ... on ReportProblem { message { zh en } } } }`,
    { input: { reportId } },
  );
  return answer[name]!;
}

describe('a feedback report', () => {
  beforeEach(async () => {
    await march();
  });

  test('is made when every row about its month must have come, once for each agency of which anything is known', async () => {
    await world.goTo('2026-04-01 23:59:59');
    expect(await reportsFor(BANNER, { kind: ['MONTH'], period: '2026-03' })).toEqual([]);
    await world.goTo('2026-04-02 00:00:00');
    const made = await reportsFor(BANNER, { kind: ['MONTH'], period: '2026-03' });
    expect(made.map(({ agency }) => agency.uscc).sort()).toEqual([AGENCY, OTHER_AGENCY].sort());
    await world.goTo('2026-04-03 09:00:00');
    expect(await reportsFor(BANNER, { kind: ['MONTH'], period: '2026-03' })).toEqual(made);
    const own = made.find(({ agency }) => agency.uscc === AGENCY)!;
    // Ching Ming is Sunday the 5th in 2026, and Monday the 6th is off.
    expect(own.dueAt).toBe('2026-04-08T16:00:00.000Z');
    expect(figuresOf(own).cards).toMatchObject({ issued: 2, yellow: 2, red: 0 });
    expect(figuresOf(own).workItems).toMatchObject({ accepted: 3, finished: 2, overPromise: 1, openOverdue: 1 });
    expect(figuresOf(own).workItems.onTime).toEqual({ part: 1, whole: 3, share: 0.333333 });
    expect(own.hash).toBe(createHash('sha256').update(own.json, 'utf8').digest('hex'));
    expect(canonicalJson(JSON.parse(own.json))).toBe(own.json);
    expect(Object.keys(snapshotOf(own).asOf)).toContain('work-items');
    expect(snapshotOf(own).asOf.licences).toBeNull();
    expect(own.text.zh).toContain('黄牌 2 张');
    expect(own.text.en).toContain('2 yellow and 0 red cards');
  });

  test('waits while something that a domain told is not taken over, and while a history import is open', async () => {
    world.time.set(at('2026-04-02 09:00:00'));
    await world.tell(signalOf({ kind: 'ROSE', level: 'YELLOW', agency: AGENCY, subject: '115:9' }));
    expect(await produceDue(world.ports, ['work-items'])).toBe(0);
    await world.settle();
    expect(await reportsFor(BANNER, { period: '2026-03' })).toHaveLength(2);
  });

  test('is seen by its agency when it is published, and by no other; its receipt is confirmed by the chief representative', async () => {
    await world.goTo('2026-04-02 00:00:00');
    expect(await reportsFor(CHIEF)).toEqual([]);
    const { id } = (await reportsFor(BANNER, { agency: [AGENCY], kind: ['MONTH'] }))[0]!;
    expect((await step(CHIEF, 'confirmReport', id)).__typename).toBe('ReportNotFound');
    expect((await step(LEAGUE, 'publishReport', id)).__typename).toBe('ReportNotYours');
    expect((await step(BANNER, 'publishReport', id)).__typename).toBe('ReportPayload');
    expect((await step(BANNER, 'publishReport', id)).__typename).toBe('ReportStepRefused');
    expect((await reportsFor(CHIEF)).map(({ state }) => state)).toEqual(['PUBLISHED']);
    expect(await reportsFor(STRANGER)).toEqual([]);
    expect((await step(STRANGER, 'confirmReport', id)).__typename).toBe('ReportNotFound');
    expect((await step(STAFF, 'confirmReport', id)).__typename).toBe('ReportNotYours');
    expect((await step(CHIEF, 'confirmReport', id)).__typename).toBe('ReportPayload');
    expect((await reportsFor(CHIEF)).map(({ state }) => state)).toEqual(['CONFIRMED']);
    const absent = await step(STRANGER, 'confirmReport', `${id.slice(0, 31)}0`);
    expect(absent.__typename).toBe('ReportNotFound');
  });

  test('never changes; what came later is a correction in the next one', async () => {
    await world.goTo('2026-04-02 00:00:00');
    const [before] = await reportsFor(BANNER, { agency: [AGENCY], kind: ['MONTH'] });
    await world.say(workItem('115:7', '2026-04-02 10:00', { overPromise: true }));
    await world.goTo('2026-05-07 00:00:00');
    const after = await reportsFor(BANNER, { agency: [AGENCY], kind: ['MONTH'] });
    expect(after.find(({ period }) => period === '2026-03')).toEqual(before);
    const next = after.find(({ period }) => period === '2026-04')!;
    expect(next.corrections).toContainEqual({ figure: 'workItems.accepted', was: 3, is: 4 });
    expect(next.corrections).toContainEqual({ figure: 'workItems.overPromise', was: 1, is: 2 });
    await expect(
      world.ports.database.transaction((tx) => tx`update feedback_report set snapshot = '{}'`),
    ).rejects.toThrow(/permission denied/);
  });

  test('says what a recount of the raw milestones and cards says, whatever they are', async () => {
    const item = fc.record({
      accepted: fc.integer({ min: 0, max: 40 }),
      took: fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }),
      late: fc.boolean(),
    });
    const items = fc.sample(fc.array(item, { minLength: 60, maxLength: 60 }), { numRuns: 1, seed: 7 })[0]!;
    const day = 86_400_000;
    const first = at('2026-02-20 10:00:00');
    await world.append(
      ...items.map(({ accepted, took, late }, n) => {
        const acceptedAt = first + accepted * day;
        const finishedAt = took === null ? null : acceptedAt + took * day;
        const facts = { ...OPEN, acceptedAt, finishedAt, overPromise: took === null ? null : late };
        return workItem(`200:${n}`, '2026-04-01 10:00', facts);
      }),
    );
    await world.settle();
    const march = readPeriod('2026-03')!;
    const within = (instant: number) => instant >= march.startsAt && instant < march.endsAt;
    const acceptedIn = items.filter(({ accepted }) => within(first + accepted * day)).length;
    const finished = items.filter(({ accepted, took }) => took !== null && within(first + (accepted + took) * day));
    const found = await world.ports.database.transaction((tx) => readFigures(tx, march, at('2026-04-02 00:00:00')));
    const { workItems } = found.get(AGENCY)!.figures;
    expect(workItems.accepted).toBe(acceptedIn + 3);
    expect(workItems.finished).toBe(finished.length + 2);
    expect(workItems.overPromise).toBe(finished.filter(({ late }) => late).length + 1);
  });

  test('is made up for when the hub stood still over the end of its month', async () => {
    await world.goTo('2026-04-02 00:00:00');
    await world.goTo('2026-07-15 09:00:00');
    const months = (await reportsFor(BANNER, { agency: [AGENCY], kind: ['MONTH'] })).map(({ period }) => period);
    // The open work item is late in each of them.
    expect(months.sort()).toEqual(['2026-03', '2026-04', '2026-05', '2026-06']);
  });

  test('compares an agency with those of its department line where there are enough, and says so; with its tier elsewhere', async () => {
    const names = [...'ABCDEFGH'].map((letter, index) => `1115010501159702${index}${letter}`);
    const payloads = names.map((uscc, index) => ({
      ...{ uscc, division: '150105', name: `机构 ${index + 1}`, nameEn: null },
      department: index < 7 ? 'natural-resources' : 'housing',
    }));
    const { database } = world.ports;
    const published = payloads.map((payload) => ({
      ...{ stream: REFERENCE_STREAM, type: 'agency', key: payload.uscc, at: 0, payload },
    }));
    await database.transaction((tx) => appendToOutbox(tx, published));
    // A hundred work items each: of the first agency five are late, of the second ten, and so on.
    for (const [index, agency] of names.entries())
      await world.append(
        ...Array.from({ length: LEAST_ITEMS }, (_, n) =>
          workItem(
            `115:${index}-${n}`,
            '2026-03-05 10:00',
            { overPromise: n < 5 * (index + 1) },
            { agency, division: '150105' },
          ),
        ),
      );
    await world.settle();
    await world.goTo('2026-04-02 00:00:00');
    const { feedbackReports } = await world.ask<{
      feedbackReports: { nodes: readonly (Pick<Node, 'agency' | 'text'> & { comparisons: readonly object[] })[] };
    }>(
      AUDITOR,
      `{ feedbackReports(filter: { period: "2026-03" }, first: 200) {
        nodes { agency { uscc } text { zh } comparisons { measure group peers median position rank } } } }`,
    );
    const of = (uscc: string) => feedbackReports.nodes.find(({ agency }) => agency.uscc === uscc)!;
    const shares = (uscc: string) => of(uscc).comparisons[0];
    const line = { measure: 'ON_TIME_SHARE', group: 'DEPARTMENT', peers: 6 };
    // Its like are on time with 0.90, 0.85, 0.80, 0.75, 0.70 and 0.65 of theirs.
    expect(shares(names[0]!)).toEqual({ ...line, median: 0.775, position: 'BETTER', rank: 1 });
    expect(shares(names[6]!)).toMatchObject({ ...line, median: 0.825, position: 'WORSE' });
    expect(of(names[0]!).text.zh).toContain('同级同系统机构：优于同类中位数');
    // The only one of its line is compared with all seven others of the tier.
    expect(shares(names[7]!)).toMatchObject({ group: 'TIER', peers: 7, median: 0.8, position: 'WORSE' });
    expect(of(names[7]!).text.zh).toContain('同系统不足六个');
  });

  test('of a quarter and a year are made beside those of months', async () => {
    await world.goTo('2026-04-02 00:00:00');
    const kinds = new Set((await reportsFor(AUDITOR)).map(({ period }) => period));
    expect([...kinds].sort()).toEqual(['2026-03', '2026-Q1']);
  });
});

describe('a commendation', () => {
  const propose = (viewer: Viewer, more: Record<string, unknown> = {}) =>
    world.ask<{ proposeCommendation: { __typename: string; commendation?: { id: string }; message?: { en: string } } }>(
      viewer,
      `mutation ($input: ProposeCommendationInput!) { proposeCommendation(input: $input) {
         __typename ... on CommendationPayload { commendation { id eligibility } } ... on ReportProblem { message { zh en } } } }`,
      {
        input: {
          ...{
            agency: AGENCY,
            period: '2026-03',
            title: '一网通办提速',
            achievement: '平均办理时限压缩 40%，群众满意率 99%',
            evidence: [],
          },
          ...more,
        },
      },
    );
  const decide = (viewer: Viewer, commendationId: string, more: Record<string, unknown> = {}) =>
    world.ask<{ decideCommendation: { __typename: string; message?: { zh: string; en: string } } }>(
      viewer,
      `mutation ($input: DecideCommendationInput!) { decideCommendation(input: $input) {
         __typename ... on ReportProblem { message { zh en } } } }`,
      {
        input: { commendationId, decision: 'COMMENDED', reason: '成效显著', publication: '在自治区简报刊发', ...more },
      },
    );
  const seenBy = async (viewer: Viewer) =>
    (
      await world.ask<{ commendations: readonly { decision: string | null }[] }>(
        viewer,
        '{ commendations { decision } }',
      )
    ).commendations;

  beforeEach(async () => {
    await march();
    await world.goTo('2026-04-02 00:00:00');
  });

  test('is proposed by one person and decided by another, and seen by the agency when it is given', async () => {
    const { proposeCommendation } = await propose(BANNER);
    const id = proposeCommendation.commendation!.id;
    expect(await seenBy(CHIEF)).toEqual([]);
    expect((await decide(BANNER, id)).decideCommendation.__typename).toBe('ReportStepRefused');
    expect((await decide(COLLEAGUE, id)).decideCommendation.__typename).toBe('CommendationPayload');
    expect((await decide(LEAGUE, id)).decideCommendation.__typename).toBe('ReportStepRefused');
    expect(await seenBy(CHIEF)).toEqual([{ decision: 'COMMENDED' }]);
    expect(await seenBy(STRANGER)).toEqual([]);
  });

  test('is proposed only for an agency of the own tier that was reported on', async () => {
    expect((await propose(LEAGUE)).proposeCommendation.__typename).toBe('ReportNotYours');
    expect((await propose(BANNER, { period: '2026-02' })).proposeCommendation.__typename).toBe('ReportNotFound');
    expect((await propose(BANNER, { agency: '91150105MA0000000X' })).proposeCommendation.__typename).toBe(
      'ReportNotFound',
    );
  });

  test('names each condition of eligibility and whether it holds', async () => {
    const { commendationEligibility } = await world.ask<{
      commendationEligibility: readonly { eligible: boolean; items: number; reasons: readonly { en: string }[] }[];
    }>(BANNER, '{ commendationEligibility(period: "2026-03") { eligible items reasons { zh en } } }');
    expect(commendationEligibility.map(({ eligible }) => eligible)).toEqual([false, false]);
    expect(commendationEligibility.find(({ items }) => items === 3)!.reasons.map(({ en }) => en)).toEqual([
      'does not hold: 3 accepted work items, at least 1000 expected',
      'holds: 0 red cards, none expected',
      'holds: cards for falsified data: none',
      expect.stringContaining('the best 10 % of its tier expected'),
    ]);
    const none = await world.ask<{ commendationEligibility: readonly unknown[] }>(
      CHIEF,
      '{ commendationEligibility(period: "2026-03") { eligible } }',
    );
    expect(none.commendationEligibility).toEqual([]);
  });

  test('whatever is handed in, the answer is a named refusal or the thing itself', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('', '\u0000', '\ud800', 'x'.repeat(3000)),
    );
    const evidence = fc.array(fc.record({ name: text, sha256: text }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, evidence, async (agency, period, title, achievement, proofs) => {
        const proposed = await propose(BANNER, { agency, period, title, achievement, evidence: proofs });
        expect(proposed.proposeCommendation.__typename).toMatch(/^Report(NotFound|InputRefused|NotYours)$/);
        const decided = await decide(BANNER, agency, { reason: title, publication: achievement });
        expect(decided.decideCommendation.__typename).toMatch(/^Report(NotFound|InputRefused)$/);
        expect((await step(BANNER, 'publishReport', agency)).__typename).toBe('ReportNotFound');
        await reportsFor(BANNER, { agency: [agency], period: title });
        const { errors } = await world.answer(BANNER, REPORTS, { filter: { division: period } });
        for (const { extensions } of errors ?? []) expect(extensions.code).toBe('BAD_INPUT');
      }),
      { numRuns: 25 },
    );
  });
});
