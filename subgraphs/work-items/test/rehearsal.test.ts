import { fileURLToPath } from 'node:url';
import { changesBetween, outcomesOf } from '@gnomon/records';
import { packOverTime, verifyReceipt } from '@gnomon/rule-engine';
import {
  compileRules,
  openFolderRules,
  type RulesInForce,
  type RulesPort,
  type RuleTexts,
  type Signal,
  withTexts,
} from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptRow, agency, openWorld, resultRow, SUPERVISOR, type TestWorld, viewer } from './world.ts';

const FOLDER = fileURLToPath(new URL('../../../rules/', import.meta.url));
const READ_AT = '2024-10-25T09:00:00+08:00';
/** A few rules, so that packs are compiled in a moment. */
const KEPT = ['base/WI-03.yaml', 'base/WI-04.yaml', 'base/WI-07.yaml'];

let texts: RuleTexts;
let base: RulesInForce;
let drafts: Readonly<Record<string, RulesInForce>>;
let world: TestWorld;

beforeAll(async () => {
  const whole = openFolderRules({ folder: FOLDER, log: pino({ level: 'silent' }), runTests: false }).texts();
  const files = whole.files.filter(({ path }) => path.startsWith('facts/') || KEPT.includes(path));
  texts = { ...whole, files };
  base = compiled(texts);
  const notice = texts.calendar.find(({ path }) => path === 'notices/2024.json')!.text;
  drafts = {
    'LAW-1': compiled(withTexts(texts, [{ path: 'base/WI-03.yaml', text: stricter() }])),
    'LAW-2': compiled(
      withTexts(texts, [
        {
          path: 'calendar/notices/2024.json',
          text: notice.replace('"days": [', '"days": [{"date": "2024-10-28", "name": "示例", "off": true},'),
        },
      ]),
    ),
  };
  world = await openWorld('2024-09-23T09:30:00+08:00', rulesPort(base));
  await live(world);
});
afterAll(() => world.close());

/** Warns later, punishes earlier, and leaves short limits alone. */
function stricter(): string {
  return texts.files
    .find(({ path }) => path === 'base/WI-03.yaml')!
    .text.split('\ntests:')[0]!
    .replace(/^version: .*$/m, 'version: "2026.2"')
    .replace('windowWorkdays: { value: 1', 'windowWorkdays: { value: 3')
    .replace('redWorkdays: { value: 3', 'redWorkdays: { value: 1')
    .replace('redShare: { value: 0.5', 'redShare: { value: 0.1');
}

function compiled(from: RuleTexts): RulesInForce {
  const found = compileRules(from, { runTests: false });
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  return found.rules;
}

const rulesPort = (rules: RulesInForce): RulesPort => ({
  current: () => rules,
  onChange: () => () => {},
  draft: ([id], division) => {
    const draft = drafts[id!];
    return draft === undefined || !'150105'.startsWith(division ?? '-') ? null : { rules: draft };
  },
});

/** Items that end in time, late, very late, not at all; and one whose end comes late to the hub. */
async function live(to: TestWorld): Promise<void> {
  await to.push(['N1', 'N2', 'N3', 'N4', 'N5'].map((no) => acceptRow(no)));
  await to.goTo('2024-09-29T16:00:00+08:00');
  await to.push([resultRow('N1', '2024-09-29 15:00:00')]);
  await to.goTo('2024-10-08T12:00:00+08:00');
  await to.push([resultRow('N2', '2024-10-08 10:00:00')]);
  await to.goTo('2024-10-15T12:00:00+08:00');
  await to.push([resultRow('N3', '2024-10-14 10:00:00'), resultRow('N5', '2024-09-26 10:00:00')]);
  await to.goTo('2024-10-22T09:00:00+08:00');
  await to.push([acceptRow('N6', { accept_date: '2024-10-22 08:50:00', apply_date: '2024-10-22 08:40:00' })]);
  await to.goTo(READ_AT);
}

const REHEARSE = `query ($text: ID!, $from: Date!, $to: Date!, $rule: ID, $agency: ID, $first: Int, $skip: Int) {
  workItemRehearsal(text: $text, from: $from, to: $to, rule: $rule, agency: $agency, first: $first, skip: $skip) { __typename
    ... on RehearsalRefused { message { zh en } }
    ... on Rehearsal { subjects judgements changed cardsBefore cardsAfter byAgency { agency { uscc } indicator { id } appears vanishes colour date }
      changes { kind indicator { id } subjectId before { level turnedAt } after { level turnedAt receiptHash envelope } } } } }`;
interface Rehearsed {
  readonly __typename: string;
  readonly message?: { readonly zh: string; readonly en: string };
  readonly subjects: number;
  readonly changed: number;
  readonly byAgency: readonly object[];
  readonly changes: readonly {
    readonly kind: string;
    readonly indicator: { readonly id: string };
    readonly subjectId: string;
    readonly before: { readonly level: string; readonly turnedAt: string } | null;
    readonly after: { readonly level: string; readonly turnedAt: string; readonly envelope: string } | null;
  }[];
}
async function rehearsed(variables: object = {}, who = SUPERVISOR): Promise<Rehearsed> {
  const given = { text: 'LAW-1', from: '2024-09-01', to: '2024-10-31', first: 100, ...variables };
  return (await world.ask<{ workItemRehearsal: Rehearsed }>(who, REHEARSE, given)).workItemRehearsal;
}

describe('a rehearsal over the kept histories of work items', () => {
  test('predicts exactly what comes when the text is in force over the same history', async () => {
    const found = await rehearsed();
    const other = await openWorld('2024-09-23T09:30:00+08:00', rulesPort(drafts['LAW-1']!));
    let signals: readonly (readonly Signal[])[];
    try {
      await live(other);
      signals = [await world.signals(), await other.signals()];
    } finally {
      await other.close();
    }
    const [before, after] = signals.map((list) =>
      outcomesOf(list.filter(({ subjectKind }) => subjectKind === 'work-item')),
    );
    const lineOf = (side: { level: string; turnedAt: string } | null) =>
      side === null ? '-' : `${side.level} ${side.turnedAt}`;
    const actual = changesBetween(before!, after!).map((one) => {
      const { rule, subject } = (one.after ?? one.before)!;
      return `${one.kind} ${rule} ${subject} ${lineOf(one.before)} ${lineOf(one.after)}`;
    });
    const predicted = found.changes.map(
      (one) => `${one.kind} ${one.indicator.id} ${one.subjectId} ${lineOf(one.before)} ${lineOf(one.after)}`,
    );
    expect(predicted.sort()).toEqual(actual.sort());
    expect(new Set(found.changes.map(({ kind }) => kind))).toEqual(new Set(['DATE', 'COLOUR']));
    expect(found).toMatchObject({ subjects: expect.any(Number), changed: predicted.length });
  });

  test('gives each side its receipt, which computes again, and counts by agency', async () => {
    const { changes, byAgency, changed } = await rehearsed({ rule: 'WI-03' });
    expect(changes.length).toBe(changed);
    expect(byAgency).toEqual([expect.objectContaining({ indicator: { id: 'WI-03' } })]);
    for (const { after } of changes) expect(verifyReceipt(JSON.parse(after!.envelope))).toMatchObject({ match: true });
  });

  test('lists as many as are asked for, from where it is asked', async () => {
    const all = (await rehearsed()).changes;
    expect((await rehearsed({ first: 2, skip: 1 })).changes).toEqual(all.slice(1, 3));
    expect((await rehearsed({ first: -5, skip: -5 })).changes).toEqual([]);
    expect((await rehearsed({ agency: 'nobody' })).changed).toBe(0);
    expect((await rehearsed({ from: '2020-01-01', to: '2020-12-31' })).changed).toBe(0);
  });

  test('is held within the viewer’s own scope and by supervisors alone', async () => {
    const elsewhere = { ...SUPERVISOR, division: '1502', tier: 'LEAGUE' } as const;
    expect(await rehearsed({}, elsewhere)).toMatchObject({ __typename: 'RehearsalRefused' });
    const above = { ...SUPERVISOR, division: '1501', tier: 'LEAGUE' } as const;
    expect((await rehearsed({}, above)).changed).toBeGreaterThan(0);
    await expect(rehearsed({}, viewer('AUDITOR', { division: '15', tier: 'REGION' }))).rejects.toThrow(/MAKE_RULES/);
  });

  test('is refused by name for an unknown text and for a period that is none', async () => {
    for (const bad of [
      { text: 'LAW-9' },
      { text: '' },
      { text: '\u0000' },
      { from: '2024-10-01', to: '2024-09-01' },
      { to: '2050-01-01' },
    ])
      expect(await rehearsed(bad)).toMatchObject({
        __typename: 'RehearsalRefused',
        message: { zh: expect.any(String) },
      });
  });
});

describe('the deadlines that a proposed calendar moves', () => {
  test('are each told with both instants and the days that move them', async () => {
    const { workItemMovedDeadlines: found } = await world.ask<{
      workItemMovedDeadlines: { moved: number; deadlines: { subjectId: string; clock: string }[] };
    }>(
      SUPERVISOR,
      `{ workItemMovedDeadlines(text: "LAW-2", first: 100) { ... on MovedDeadlines { subjects moved
        deadlines { subjectType subjectId agency { uscc } clock fromAt toAt wasProvisional isProvisional because } } } }`,
    );
    expect(found.deadlines.find(({ subjectId, clock }) => subjectId === '115:N6' && clock === 'promise')).toEqual({
      ...{ subjectType: 'WorkItem', subjectId: '115:N6', agency: { uscc: agency('11150105011597010A', '').uscc } },
      ...{ clock: 'promise', fromAt: '2024-10-29T16:00:00.000Z', toAt: '2024-10-30T16:00:00.000Z' },
      ...{ wasProvisional: false, isProvisional: false, because: ['2024-10-28'] },
    });
    expect(found.deadlines.map(({ subjectId }) => subjectId)).not.toContain('115:N1');
    expect(found.moved).toBe(found.deadlines.length);
  });
});

describe('a stricter version that comes into force while items are open', () => {
  const FORCE = Date.parse('2024-10-10T00:00:00+08:00');
  /** The port as it is before and after the instant of force; both know of it, as published rules do. */
  const published = (now: () => number): RulesPort => {
    const epochs = [
      { from: -Infinity, pack: base.pack },
      { from: FORCE, pack: drafts['LAW-1']!.pack },
    ];
    const before = { ...base, pack: packOverTime(epochs, FORCE - 1) };
    const after = { ...base, pack: packOverTime(epochs, FORCE), since: FORCE };
    return { current: () => (now() < FORCE ? before : after), onChange: () => () => {} };
  };
  const redsOf = async (steps: readonly string[], early: boolean): Promise<readonly string[]> => {
    let now = (): number => 0;
    // Items that were armed before the publication wake by being judged anew; those that came after it, by their own timers.
    const rules = published(() => now());
    const given = early ? rules : { ...rules, current: () => (now() < FORCE ? base : rules.current()) };
    const own = await openWorld('2024-09-23T09:30:00+08:00', given);
    now = () => own.time.now();
    try {
      await own.hosted.settle();
      await own.push([acceptRow('N1'), acceptRow('N2'), acceptRow('N3')]);
      for (const step of steps) await own.goTo(step);
      await own.push([resultRow('N2', '2024-10-09 16:00:00'), resultRow('N3', '2024-09-29 16:00:00')]);
      await own.goTo(READ_AT);
      const reds = (await own.signals()).filter(({ rule, level }) => rule === 'WI-03' && level === 'RED');
      return reds
        .map(({ kind, subject, turnedAt, receipt }) => `${kind} ${subject} ${turnedAt} ${receipt?.ruleVersion}`)
        .sort();
    } finally {
      await own.close();
    }
  };

  test.each([true, false])(
    'draws its cards from its first instant, however late anybody looks, and none for the past (published early: %s)',
    async (early) => {
      // N2 was overdue by one working day when it ended, before the stricter version held; N3 ended in time and was told late.
      const expected = ['ROSE 115:N1 2024-10-09T16:00:00.000Z 2026.2'];
      expect(await redsOf(['2024-10-09T20:00:00+08:00'], early)).toEqual(expected);
    },
  );
});
