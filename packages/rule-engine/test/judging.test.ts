import { openClock } from '@gnomon/working-time';
import { describe, expect, test } from 'vitest';
import { type Facts, type Level, type Pack, UnknownRule, UnknownSubjectKind } from '../src/index.ts';
import { at, calendar, packOf, ruleFile, SCOPE } from './rule-world.ts';

const clock = (limit: number, start = '2024-09-23 09:00') =>
  openClock({ calendar, limit: { amount: limit, unit: 'WORKDAY' }, start: at(start) });
const judge = (pack: Pack, facts: Facts, now = at('2024-06-05')) =>
  pack.judgeSubject('thing', facts, SCOPE, calendar, now);
const levels = (pack: Pack, facts: Facts, now?: number): Record<string, Level> =>
  Object.fromEntries(
    judge(pack, facts, now).verdicts.map(({ rule, occurrence, level }) => [`${rule}${occurrence}`, level]),
  );

describe('a ladder', () => {
  const pack = packOf(ruleFile({ when: 'c1 == "A"', warning: 'i1 > 0', yellow: 'i1 > 1', red: 'b1 && i1 > 2' }));

  test.each<[string, Facts, Level | undefined]>([
    ['nothing', { c1: 'A', b1: true, i1: 0 }, undefined],
    ['a warning', { c1: 'A', b1: true, i1: 1 }, 'WARNING'],
    ['yellow', { c1: 'A', b1: true, i1: 2 }, 'YELLOW'],
    ['red', { c1: 'A', b1: true, i1: 3 }, 'RED'],
    ['the highest known rung when a higher one is unknown', { c1: 'A', i1: 3 }, 'YELLOW'],
    ['unknown when no rung is known true and one is unknown', { c1: 'A', b1: true }, 'UNKNOWN'],
    ['unknown when the scope is unknown and a rung holds', { b1: true, i1: 3 }, 'UNKNOWN'],
    ['nothing when the scope is unknown and no rung holds', { b1: true, i1: 0 }, undefined],
    ['nothing outside its scope', { c1: 'B', b1: true, i1: 3 }, undefined],
  ])('gives %s', (_what, facts, level) => {
    expect(judge(pack, facts).verdicts[0]?.level).toBe(level);
  });

  test('names what is missing, and only what keeps it from being decided', () => {
    expect(judge(pack, { c1: 'A', b1: false }).verdicts[0]?.missing).toEqual(['i1']);
    expect(judge(pack, { i1: 3 }).verdicts[0]?.missing).toEqual(['b1', 'c1']);
    expect(judge(pack, { c1: 'A', i1: 3 }).verdicts[0]?.missing).toEqual(['b1']);
  });

  test('counts a rule as applied when its scope is known to hold, and shares the answer of quiet subjects', () => {
    expect([...judge(pack, { c1: 'A', b1: true, i1: 0 }).levels]).toEqual([['WI-90', 'NONE']]);
    expect([...judge(pack, { c1: 'B', b1: true, i1: 3 }).levels]).toEqual([]);
    expect(judge(pack, { c1: 'A', b1: true, i1: 0 }).levels).toBe(judge(pack, { c1: 'A', b1: true, i1: -1 }).levels);
  });
});

describe('each', () => {
  const pack = packOf(ruleFile({ each: '{ list: xs, as: x }', when: 'x.k == "A"', yellow: 'x.n > 1' }));

  test('gives one verdict an element, named by its id', () => {
    const xs = [
      { id: 'a', k: 'A', n: 2 },
      { id: 'b', k: 'A', n: 1 },
      { id: 'c', k: 'B', n: 9 },
      { id: 'd', k: 'A' },
    ];
    expect(levels(pack, { xs })).toEqual({ 'WI-90a': 'YELLOW', 'WI-90d': 'UNKNOWN' });
    expect(judge(pack, { xs }).verdicts.find(({ occurrence }) => occurrence === 'd')?.missing).toEqual(['xs.n']);
  });

  test('an empty list is nothing, a missing or too long list is unknown', () => {
    expect(judge(pack, { xs: [] })).toMatchObject({ verdicts: [], until: Number.POSITIVE_INFINITY });
    expect(judge(pack, {}).verdicts).toMatchObject([{ level: 'UNKNOWN', occurrence: '', missing: ['xs'] }]);
    expect(
      judge(pack, { xs: Array.from({ length: 5 }, (_, i) => ({ id: `${i}`, k: 'A', n: 0 })) }).verdicts,
    ).toMatchObject([{ level: 'UNKNOWN', missing: ['xs'] }]);
  });

  test('two elements of one id are one occurrence of the higher level', () => {
    expect(
      levels(pack, {
        xs: [
          { id: 'a', k: 'A', n: 0 },
          { id: 'a', k: 'A', n: 5 },
        ],
      }),
    ).toEqual({ 'WI-90a': 'YELLOW' });
  });
});

describe('precedence', () => {
  const pack = packOf(
    ruleFile({ id: 'WI-90', warning: 'i1 > 0', yellow: 'i1 > 1', red: 'i1 > 2', yieldsTo: '[WI-91]' }),
    ruleFile({ id: 'WI-91', warning: 'i2 > 0', red: 'i2 > 1' }),
  );

  test.each<[number, number, Record<string, Level>]>([
    [1, 1, { 'WI-91': 'WARNING' }],
    [2, 1, { 'WI-90': 'YELLOW', 'WI-91': 'WARNING' }],
    [3, 2, { 'WI-91': 'RED' }],
    [3, 0, { 'WI-90': 'RED' }],
  ])('a rule at %i yields to one at %i when that stands at least as high', (i1, i2, expected) => {
    expect(levels(pack, { i1, i2 })).toEqual(expected);
  });

  test('does not change what was measured', () => {
    expect([...judge(pack, { i1: 3, i2: 2 }).levels]).toEqual([
      ['WI-90', 'RED'],
      ['WI-91', 'RED'],
    ]);
  });
});

describe('time', () => {
  const pack = packOf(
    ruleFile({
      warning: 'left(w1) <= 1.0',
      yellow: 'expired(w1)',
      red: 'overdue(w1) > 3.0',
      message:
        '{ zh: "时限{limit(w1)}日，超期{overdue(w1)}日，自{t1}", en: "limit {limit(w1)}, overdue {overdue(w1)}, since {t1}, open {b1}" }',
    }),
  );
  const facts: Facts = { w1: clock(5), t1: at('2024-09-23 09:00'), b1: true };

  test('turns to the millisecond across National Day and its make-up Sunday', () => {
    const turns = ['2024-09-29', '2024-09-30', '2024-10-10'].map((day) => at(day));
    expect(
      turns.map((turn) =>
        [judge(pack, facts, turn - 1), judge(pack, facts, turn)].map(({ verdicts }) => verdicts[0]?.level ?? 'NONE'),
      ),
    ).toEqual([
      ['NONE', 'WARNING'],
      ['WARNING', 'YELLOW'],
      ['YELLOW', 'RED'],
    ]);
    expect(judge(pack, facts, at('2024-09-23 09:00')).until).toBe(turns[0]);
    expect(judge(pack, facts, turns[2]).until).toBe(Number.POSITIVE_INFINITY);
  });

  test('turnedAt is the instant at which the present level began, or the origin', () => {
    const turnedAt = (now: number) =>
      pack.turnedAt('WI-90', 'thing', '', facts, SCOPE, calendar, now, at('2024-09-23 09:00'));
    expect(turnedAt(at('2024-10-09'))).toBe(at('2024-09-30'));
    expect(turnedAt(at('2024-12-01'))).toBe(at('2024-10-10'));
    expect(turnedAt(at('2024-09-24'))).toBe(at('2024-09-23 09:00'));
  });

  test('explain says the message, the sentence and the numbers that decided', () => {
    const { level, message, sentence, quantities } = pack.explain(
      'WI-90',
      'thing',
      '',
      facts,
      SCOPE,
      calendar,
      at('2024-10-10'),
    );
    expect(level).toBe('RED');
    expect(message).toEqual({
      zh: '时限5日，超期4日，自2024-09-23 09:00:00',
      en: 'limit 5, overdue 4, since 2024-09-23 09:00:00, open yes',
    });
    expect(sentence).toEqual({
      zh: '“工作日计时”超期工作日数大于3',
      en: 'working days by which “the working-day clock” is overdue is more than 3',
    });
    expect(quantities).toEqual([{ expression: 'overdue(w1)', value: '4' }]);
    expect(pack.explain('WI-90', 'thing', '', {}, SCOPE, calendar, 0).message.zh).toContain('w1');
  });

  test('a card never rests on days that no notice rules yet', () => {
    const provisional = { ...clock(5, '2026-12-25 09:00'), provisional: true };
    expect(judge(pack, { w1: provisional }, at('2027-03-01')).verdicts[0]?.level).toBe('WARNING');
    expect(judge(pack, { w1: clock(5) }, at('2024-12-01')).verdicts[0]?.level).toBe('RED');
    // The clock ends on a certain day, but the fourth day overdue lies beyond the last notice.
    const certain = clock(3, '2026-12-25 09:00');
    expect(certain.provisional).toBe(false);
    expect(judge(pack, { w1: certain }, at('2027-03-01')).verdicts[0]?.level).toBe('YELLOW');
  });

  test('a clock on another axis than the dictionary says is unknown', () => {
    expect(
      judge(
        pack,
        { w1: openClock({ calendar, limit: { amount: 1, unit: 'HOUR' }, start: at('2024-09-23') }) },
        at('2025-01-01'),
      ).verdicts[0],
    ).toMatchObject({ level: 'UNKNOWN' });
  });

  test('bounds beyond every calendar neither hang nor turn', () => {
    const hostile = packOf(
      ruleFile({
        warning: 'overdue(w1) >= 1e300',
        yellow: 'left(h1) < -1e300',
        red: 'elapsed(n1) > 1e18 || expired(m1, 1e300)',
      }),
    );
    const all: Facts = {
      w1: clock(5),
      h1: openClock({ calendar, limit: { amount: 5, unit: 'WORK_HOUR' }, start: at('2024-09-23') }),
      n1: openClock({ calendar, limit: { amount: 5, unit: 'DAY' }, start: at('2024-09-23') }),
      m1: openClock({ calendar, limit: { amount: 5, unit: 'HOUR' }, start: at('2024-09-23') }),
    };
    expect(judge(hostile, all, at('2025-01-01'))).toMatchObject({
      until: Number.POSITIVE_INFINITY,
      verdicts: [{ level: 'UNKNOWN' }],
    });
  });
});

describe('a pack', () => {
  test('says which subject kinds and rules it does not know', () => {
    const pack = packOf(ruleFile({ warning: 'b1' }));
    expect(() => pack.judgeSubject('things', {}, SCOPE, calendar, 0)).toThrow(UnknownSubjectKind);
    expect(() => pack.judgeRule('WI-99', 'thing', {}, SCOPE, calendar, 0)).toThrow(UnknownRule);
  });

  test('is named by what its files say, not by how they are laid out', () => {
    const file = ruleFile({ warning: 'b1' });
    const same = packOf({ ...file, text: `# a remark\n${file.text}` });
    expect(same.hash).toBe(packOf(file).hash);
    expect(packOf(ruleFile({ warning: 'b2' })).hash).not.toBe(same.hash);
  });

  test('describes every rung in both languages', () => {
    const [sentence] =
      packOf(
        ruleFile({
          when: 'c1 in ["A", "B"]',
          red: 'b1 && !(i1 > 2) || xs.exists(x, x.n >= p.n)',
          parameters: '  n: { value: 3, zh: 门槛, en: threshold }\n',
        }),
      ).rules.get('WI-90')?.sentences ?? [];
    expect(sentence?.text.zh).toBe(
      '事物（适用范围：“代码一”属于（A、B））：（“甲”，且“整数一”不大于2），或“明细”中至少一项满足（“数量”不小于门槛（3）），判为红牌。',
    );
    expect(sentence?.text.en).toContain(
      'a red card when (“first flag” and “first count” is at most 2) or at least one of “entries” has (“amount” is at least threshold (3))',
    );
  });
});
