import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Facts,
  formatProblem,
  type Level,
  loadPack,
  type Pack,
  type RuleFile,
  type SubjectScope,
} from '../src/index.ts';
import { at, calendar, DICTIONARY, packOf, problemCodes, ruleFile, SCOPE } from './rule-world.ts';

const PARAMETERS = `  share: { value: 0.2, unit: share, min: 0.1, max: 0.5, tighten: UP, zh: 比例, en: share }
  days: { value: 3, unit: workday, min: 1, max: 10, tighten: DOWN, zh: 天数, en: days }
  fixed: { value: 2, min: 0, max: 9, zh: 定数, en: fixed }
`;
const BASE = ruleFile({
  warning: 'left(w1) <= p.share * limit(w1) && i1 >= p.fixed',
  red: 'overdue(w1) > double(p.days)',
  parameters: PARAMETERS,
  message: '{ zh: "阈值{p.days}", en: "threshold {p.days}" }',
});

function overlay(
  body: string,
  { id = 'banner', rule = 'WI-90', scope = 'division: "150622"', from = '2024-01-01' } = {},
): RuleFile {
  return {
    path: `overlays/${id}.yaml`,
    text: `id: ${id}\nrule: ${rule}\nissuer: { zh: 旗, en: Banner }\ndocument: 文一号\n${scope}\nfrom: ${from}\n${body}`,
  };
}

const HERE: SubjectScope = { ...SCOPE, division: '150622100201' };
const overdue = (days: number): Facts => ({
  i1: 5,
  w1: { axis: 'WORKDAY', limit: 5, due: calendar.workdayNumber(19_990) - days, stoppedAt: null, provisional: false },
});
const NOW = 19_990 * 86_400_000;
const levelIn = (pack: Pack, scope: SubjectScope, facts: Facts, now = NOW): Level =>
  pack.judgeSubject('thing', facts, scope, calendar, now).verdicts[0]?.level ?? 'NONE';

describe('an overlay', () => {
  const pack = packOf(BASE, overlay('tighten: { days: 1 }\n'));

  test('tightens in its division and below it, and nowhere else', () => {
    expect([
      levelIn(pack, HERE, overdue(2)),
      levelIn(pack, SCOPE, overdue(2)),
      levelIn(pack, { ...SCOPE, division: '15' }, overdue(2)),
    ]).toEqual(['RED', 'WARNING', 'WARNING']);
    expect(levelIn(pack, HERE, overdue(4))).toBe('RED');
  });

  test('shows its own parameters where it decides, the base rule where that does', () => {
    const explained = (days: number) => pack.explain('WI-90', 'thing', '', overdue(days), HERE, calendar, NOW);
    expect([explained(2).message.en, explained(4).message.en]).toEqual(['threshold 1', 'threshold 3']);
    expect(explained(2).parameters).toMatchObject({ days: 1 });
  });

  test('holds from its first day to the end of its last, and until knows both', () => {
    const dated = packOf(BASE, overlay('to: 2024-11-05\ntighten: { days: 1 }\n', { from: '2024-10-28' }));
    const [from, to] = [at('2024-10-28'), at('2024-11-06')];
    const facts: Facts = {
      i1: 0,
      w1: {
        axis: 'WORKDAY',
        limit: 5,
        due: calendar.workdayNumber(20_020) - 2,
        stoppedAt: at('2024-10-25'),
        provisional: false,
      },
    };
    expect([from - 1, from, to - 1, to].map((now) => levelIn(dated, HERE, facts, now))).toEqual([
      'NONE',
      'RED',
      'RED',
      'NONE',
    ]);
    expect(dated.judgeSubject('thing', facts, HERE, calendar, from - 1).until).toBe(from);
    expect(dated.judgeSubject('thing', facts, HERE, calendar, from).until).toBe(to);
    // What is no worse under the overlay needs no timer for it.
    expect(
      dated.judgeSubject(
        'thing',
        { ...facts, w1: { axis: 'WORKDAY', limit: 5, due: 9000, stoppedAt: at('2024-10-01'), provisional: false } },
        HERE,
        calendar,
        at('2024-10-02'),
      ).until,
    ).toBe(Number.POSITIVE_INFINITY);
  });

  test('can hold for a department line instead, and add a rung of its own', () => {
    const added = packOf(
      BASE,
      overlay('also:\n  - { part: 0, yellow: i1 > 7, zh: "多于{i1}", en: "more than {i1}" }\n', {
        scope: 'department: tax',
      }),
    );
    expect([
      levelIn(added, SCOPE, { ...overdue(0), i1: 8 }),
      levelIn(added, { ...SCOPE, department: 'health' }, { ...overdue(0), i1: 8 }),
    ]).toEqual(['YELLOW', 'WARNING']);
    expect(added.explain('WI-90', 'thing', '', { ...overdue(0), i1: 8 }, SCOPE, calendar, NOW).message.en).toBe(
      'more than 8',
    );
  });

  test.each<[string, string, string]>([
    ['the wrong direction', 'tighten: { days: 5 }\n', 'RULE-503'],
    ['no change', 'tighten: { days: 3 }\n', 'RULE-503'],
    ['a value outside the bounds', 'tighten: { days: 0 }\n', 'RULE-402'],
    ['a fraction of an integer', 'tighten: { days: 1.5 }\n', 'RULE-402'],
    ['a parameter without a direction', 'tighten: { fixed: 1 }\n', 'RULE-502'],
    ['a parameter that is not there', 'tighten: { other: 1 }\n', 'RULE-502'],
    ['a part that is not there', 'also:\n  - { part: 3, red: b1, zh: 甲, en: a }\n', 'RULE-501'],
    ['an unknown name', 'also:\n  - { part: 0, red: b9, zh: 甲, en: a }\n', 'RULE-301'],
    ['no rung', 'also:\n  - { part: 0, zh: 甲, en: a }\n', 'RULE-407'],
    ['an end before its start', 'to: 2023-01-01\ntighten: { days: 1 }\n', 'RULE-505'],
  ])('is refused for %s', (_what, body, code) => {
    expect(problemCodes(BASE, overlay(body))).toContain(code);
  });

  test('is refused for an unknown rule, for no scope and for a day that is none', () => {
    expect(problemCodes(BASE, overlay('tighten: { days: 1 }\n', { rule: 'WI-77' }))).toEqual(['RULE-501']);
    expect(problemCodes(BASE, overlay('tighten: { days: 1 }\n', { scope: '' }))).toContain('RULE-506');
    expect(problemCodes(BASE, overlay('tighten: { days: 1 }\n', { from: '2024-02-31' }))).toContain('RULE-505');
  });
});

describe('the direction of a parameter is proved from the expression', () => {
  const rule = (condition: string, tighten: 'UP' | 'DOWN') =>
    ruleFile({
      red: condition,
      parameters: `  q: { value: 2.0, min: 0.5, max: 9.0, tighten: ${tighten}, zh: 参数, en: q }\n  r: { value: 3.0, min: 0.0, max: 9.0, zh: 另一, en: r }\n`,
      warning: 'd1 > p.r',
    });

  test.each<[string, 'UP' | 'DOWN' | 'NEITHER']>([
    ['d1 < p.q', 'UP'],
    ['d1 > p.q', 'DOWN'],
    ['!(d1 > p.q)', 'UP'],
    ['d1 - p.q > 0.0', 'DOWN'],
    ['d1 + p.q > 0.0', 'UP'],
    ['d1 > -p.q', 'UP'],
    ['left(w1) <= p.q * limit(w1)', 'UP'],
    ['overdue(w1) > p.q', 'DOWN'],
    ['expired(w1, p.q)', 'DOWN'],
    ['left(w1, p.q) < 1.0', 'DOWN'],
    ['overdue(w1, p.q) > 1.0', 'DOWN'],
    ['left(w1) < greatest(p.q, p.r * p.q)', 'UP'],
    ['b1 ? d1 < p.q : d2 < p.q', 'UP'],
    ['b1 ? d1 < p.q : d2 > p.q', 'NEITHER'],
    ['d1 < p.q && d2 > p.q', 'NEITHER'],
    ['d1 == p.q', 'NEITHER'],
    ['d1 < p.q * d2', 'NEITHER'],
    ['d1 < p.q * (p.q - 3.0)', 'NEITHER'],
    ['(d1 < p.q) ? b1 : b2', 'NEITHER'],
    ['xs.exists(x, double(x.n) > p.q)', 'DOWN'],
  ])('%s: %s', (condition, direction) => {
    const tries = (['UP', 'DOWN'] as const).map(
      (tighten) =>
        problemCodes(rule(condition, tighten), overlay(`tighten: { q: ${tighten === 'UP' ? 3.0 : 1.0} }\n`)).length ===
        0,
    );
    expect(tries).toEqual([direction === 'UP', direction === 'DOWN']);
  });

  test('an overlay that loads never lowers a level, for any facts', () => {
    const conditions = [
      'd1 < p.q',
      'left(w1) <= p.q * limit(w1)',
      'overdue(w1) > p.q',
      'expired(w1, p.q) && i1 > 0',
      '!(d1 + p.r > p.q) || left(w1, p.q) > 1.0',
    ];
    const packs = conditions.flatMap((condition) =>
      (['UP', 'DOWN'] as const).flatMap((tighten) => {
        const loaded = loadPack(
          [DICTIONARY, rule(condition, tighten), overlay(`tighten: { q: ${tighten === 'UP' ? 7.5 : 0.5} }\n`)],
          { calendar },
        );
        return 'pack' in loaded ? [loaded.pack] : [];
      }),
    );
    expect(packs).toHaveLength(conditions.length);
    const order: readonly Level[] = ['NONE', 'UNKNOWN', 'WARNING', 'YELLOW', 'RED'];
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 10, noNaN: true }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: -15, max: 15 }),
        (d1, i1, limit, days) => {
          const w1 = {
            axis: 'WORKDAY',
            limit,
            due: calendar.workdayNumber(19_990) - days,
            stoppedAt: null,
            provisional: false,
          } as const;
          for (const pack of packs)
            expect(order.indexOf(levelIn(pack, HERE, { d1, i1, w1, b1: true }))).toBeGreaterThanOrEqual(
              order.indexOf(levelIn(pack, SCOPE, { d1, i1, w1, b1: true })),
            );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('an exemption', () => {
  const facts: Facts = {
    i1: 0,
    w1: { axis: 'WORKDAY', limit: 5, due: calendar.workdayNumber(19_990), stoppedAt: null, provisional: false },
  };
  const exemption = (from: string, to: string, scope = 'division: "1501"'): RuleFile => ({
    path: 'exemptions/outage.yaml',
    text: `id: outage\nrules: [WI-90]\ndocument: 文二号\nreason: { zh: 停机, en: outage }\n${scope}\nfrom: ${from}T00:00:00+08:00\nto: ${to}T00:00:00+08:00\n`,
  });
  const base = ruleFile({ yellow: 'expired(w1)', red: 'overdue(w1) > 3.0' });
  const plain = packOf(base);
  const yellowAt = plain.judgeSubject('thing', facts, SCOPE, calendar, NOW).until;
  const redAt = plain.judgeSubject('thing', facts, SCOPE, calendar, yellowAt).until;
  const day = (instant: number): string => new Date(instant + 8 * 3_600_000).toISOString().slice(0, 10);
  const levelsAt = (pack: Pack, scope: SubjectScope, ...instants: readonly number[]) =>
    instants.map((now) => levelIn(pack, scope, facts, now));

  test('silences a level that turned inside its window, also after it, and leaves later turns alone', () => {
    const pack = packOf(base, exemption(day(yellowAt), day(yellowAt + 86_400_000)));
    expect(levelsAt(pack, SCOPE, yellowAt - 1, yellowAt, redAt - 1, redAt)).toEqual(['NONE', 'NONE', 'NONE', 'RED']);
    expect(pack.judgeSubject('thing', facts, SCOPE, calendar, yellowAt).until).toBe(redAt);
  });

  test('leaves alone what turned before it, and subjects elsewhere', () => {
    const later = packOf(base, exemption(day(yellowAt + 86_400_000), day(redAt)));
    expect(levelsAt(later, SCOPE, yellowAt, redAt - 1, redAt)).toEqual(['YELLOW', 'YELLOW', 'RED']);
    const elsewhere = packOf(base, exemption(day(yellowAt), day(redAt), 'agency: B'));
    expect(levelsAt(elsewhere, SCOPE, yellowAt)).toEqual(['YELLOW']);
    expect(levelsAt(elsewhere, { ...SCOPE, agency: 'B' }, yellowAt)).toEqual(['NONE']);
  });

  test('is refused for an unknown rule and a window that ends before it starts', () => {
    expect(problemCodes(base, { ...exemption('2024-01-02', '2024-01-01') })).toEqual(['RULE-505']);
    const wrong = exemption('2024-01-01', '2024-01-02');
    expect(problemCodes(base, { ...wrong, text: wrong.text.replace('WI-90', 'WI-77') })).toEqual(['RULE-601']);
  });
});

describe('the rules of this repository', () => {
  test('load without a problem and pass their own tests', async () => {
    const { readRulesFolder } = await import('../src/folder.ts');
    const { checkRules } = await import('../src/index.ts');
    const { problems, report } = checkRules(readRulesFolder(`${import.meta.dirname}/../../../rules`), { calendar });
    expect(problems.map(formatProblem)).toEqual([]);
    expect(report.tests).toBeGreaterThan(100);
  });
});
