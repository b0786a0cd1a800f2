import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_COURSE } from '../src/life/course.ts';
import { compare, LEAST_ITEMS, LEAST_PEERS, type Peer } from '../src/reports/compare.ts';
import { type Counted, figuresOf, type ReportedCard } from '../src/reports/figures.ts';
import { countInterval, medianInterval, shareInterval } from '../src/reports/intervals.ts';
import { lastEnded, periodBefore, readPeriod, reportInstants } from '../src/reports/period.ts';
import { differences, readSnapshot, ruleChanges } from '../src/reports/report.ts';
import { at, publishedRules } from './matters.ts';

const NOTHING: Counted = {
  ...{ accepted: 0, finished: 0, overPromise: 0, overStatutory: 0, openOverdue: 0 },
  ...{ warningsIssued: 0, warningsResolved: 0, warningsTurned: 0 },
};

describe('a period', () => {
  test('has its bounds in China, and its report is due at the end of the fifth working day', () => {
    expect(readPeriod('2026-09')).toMatchObject({
      startsAt: at('2026-09-01 00:00:00'),
      endsAt: at('2026-10-01 00:00:00'),
    });
    expect(readPeriod('2026-Q4')).toMatchObject({
      startsAt: at('2026-10-01 00:00:00'),
      endsAt: at('2027-01-01 00:00:00'),
    });
    expect(readPeriod('2026')).toMatchObject({ kind: 'YEAR', endsAt: at('2027-01-01 00:00:00') });
    const { calendar } = publishedRules();
    // National Day 2026: 1 to 7 October are off; 8 and 9 are working days, and so is Saturday the 10th.
    expect(reportInstants(calendar, readPeriod('2026-09')!)).toEqual({
      madeAt: at('2026-10-09 00:00:00'),
      dueAt: at('2026-10-14 00:00:00'),
    });
  });

  test.each(['', '26-09', '2026-13', '2026-00', '2026-Q5', '2026-9', '1999', '2100-01', '2026-09-01'])(
    'is not named by %j',
    (name) => {
      expect(readPeriod(name)).toBeNull();
    },
  );

  test('that ended last is the one before, month, quarter and year', () => {
    const now = at('2026-01-15 10:00:00');
    expect(
      [lastEnded('MONTH', now), lastEnded('QUARTER', now), lastEnded('YEAR', now)].map(({ name }) => name),
    ).toEqual(['2025-12', '2025-Q4', '2025']);
    expect(periodBefore(readPeriod('2026-Q1')!).name).toBe('2025-Q4');
    expect(lastEnded('MONTH', at('2026-03-01 00:00:00')).name).toBe('2026-02');
  });
});

describe('an interval', () => {
  test('of a share is Wilson’s, of a count Byar’s', () => {
    // 10 of 100: the published example of Newcombe (1998) for 15 of 148 is 0.0624 to 0.1605.
    const newcombe = shareInterval(15, 148);
    expect([newcombe.low, newcombe.high]).toEqual([expect.closeTo(0.0624, 4), expect.closeTo(0.1605, 4)]);
    expect(shareInterval(0, 20).low).toBe(0);
    // Exact Poisson limits of 10 are 4.80 and 18.39; Byar comes within a hundredth.
    expect(countInterval(10)).toEqual({ low: expect.closeTo(4.79, 1), high: expect.closeTo(18.39, 1) });
    expect(countInterval(0).low).toBe(0);
  });

  test('of a median lies between order statistics, as the tables of the sign test have them', () => {
    expect(medianInterval([1, 2, 3, 4, 5])).toBeNull();
    expect(medianInterval([6, 1, 5, 2, 4, 3])).toEqual({ median: 3.5, interval: { low: 1, high: 6 } });
    const ten = medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])!;
    expect(ten.interval).toEqual({ low: 2, high: 9 });
    const twenty = medianInterval(Array.from({ length: 20 }, (_, i) => i + 1))!;
    expect(twenty.interval).toEqual({ low: 6, high: 15 });
  });

  test('of what is no share or no count is refused', () => {
    expect(() => shareInterval(3, 2)).toThrow(/part/);
    expect(() => shareInterval(0, 0)).toThrow(/whole/);
    expect(() => countInterval(1.5)).toThrow(/count/);
  });
});

const peer = (agency: string, more: Partial<Peer> = {}): Peer => ({
  ...{ agency, tier: 'BANNER', department: '', accepted: 1000, due: 1000, onTime: 900, cards: 5 },
  ...more,
});

describe('a comparison', () => {
  const like = Array.from({ length: LEAST_PEERS }, (_, n) => peer(`p${n}`));

  test('says better or worse only where the interval leaves the median aside', () => {
    const [onTime, cards] = compare(peer('own', { onTime: 990, cards: 40 }), like);
    expect([onTime!.position, cards!.position]).toEqual(['BETTER', 'WORSE']);
    expect(compare(peer('own', { onTime: 905, cards: 6 }), like).map(({ position }) => position)).toEqual([
      'NOT_DISTINGUISHABLE',
      'NOT_DISTINGUISHABLE',
    ]);
  });

  test('says nothing of too few work items or too few like agencies, and tells no median that would be single numbers', () => {
    const few = compare(peer('own', { due: LEAST_ITEMS - 1, onTime: 90, accepted: LEAST_ITEMS - 1 }), like);
    expect(few.map(({ position, value, rank }) => [position, value, rank])).toEqual([
      ['TOO_FEW', null, null],
      ['TOO_FEW', null, null],
    ]);
    for (const { position, median, rank } of compare(peer('own'), like.slice(1)))
      expect([position, median, rank]).toEqual(['TOO_FEW', null, null]);
    for (const { position } of compare(peer('own', { tier: 'LEAGUE' }), like)) expect(position).toBe('TOO_FEW');
  });

  test('is with the same tier and department line where these are six, else with the tier, and says which', () => {
    const line = { department: 'natural-resources' };
    const colleagues = like.map((one, n) => peer(`c${n}`, { ...one, ...line, agency: `c${n}`, onTime: 700 }));
    const others = Array.from({ length: 20 }, (_, n) => peer(`o${n}`, { department: 'housing', onTime: 990 }));
    const among = (own: Peer, all: readonly Peer[]) => {
      const { group, peers, median, position } = compare(own, all)[0]!;
      return [group, peers, median, position];
    };
    const own = peer('own', { ...line, onTime: 800 });
    expect(among(own, [...colleagues, ...others])).toEqual(['DEPARTMENT', 6, 0.7, 'BETTER']);
    // Five of the line are too few, and so are six of which one has too few work items.
    expect(among(own, [...colleagues.slice(1), ...others])).toEqual(['TIER', 25, 0.99, 'WORSE']);
    const thin = { ...colleagues[0]!, due: LEAST_ITEMS - 1, onTime: 10 };
    expect(among(own, [thin, ...colleagues.slice(1), ...others])).toEqual(['TIER', 25, 0.99, 'WORSE']);
    // Nobody is like another because neither's line is known.
    expect(among({ ...own, department: '' }, [...like, ...others])).toEqual(['TIER', 26, 0.99, 'WORSE']);
    // The line of another tier is none.
    const elsewhere = colleagues.map((one) => ({ ...one, tier: 'LEAGUE' as const }));
    expect(among(own, [...elsewhere, ...others])).toEqual(['TIER', 20, 0.99, 'WORSE']);
  });

  test('never ranks before another whose interval overlaps', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 20 });
    fc.assert(
      fc.property(shares, (onTimes) => {
        const all = onTimes.map((onTime, n) => peer(`a${n}`, { onTime }));
        const told = all.map((own) => compare(own, all)[0]!);
        for (const [i, a] of told.entries())
          for (const [j, b] of told.entries()) {
            if (i === j || a.rank === null || b.rank === null || a.rank >= b.rank) continue;
            // Whoever stands before somebody else surely is better than one of those who stand before that one, or than it.
            expect(a.interval!.high).toBeGreaterThan(b.interval!.low);
            expect(told.some((other) => other.interval!.low > b.interval!.high)).toBe(true);
          }
        const best = told.filter(({ rank }) => rank === 1);
        const top = Math.max(...told.map(({ interval }) => interval!.low));
        for (const one of best) expect(one.interval!.high).toBeGreaterThanOrEqual(top);
      }),
      { numRuns: 200 },
    );
  });
});

const card = (more: Partial<ReportedCard> = {}): ReportedCard => ({
  ...{ id: 'c', number: 'JC-1', rule: 'WI-03', level: 'YELLOW', state: 'ISSUED', issuedAt: at('2026-05-04 09:00:00') },
  ...{ course: NO_COURSE, overdue: false, repeated: false },
  ...more,
});

describe('the numbers of a report', () => {
  test('weigh a red card thrice and leave out what turned out not to be due', () => {
    const level = fc.constantFrom('YELLOW' as const, 'RED' as const);
    const state = fc.constantFrom('ISSUED', 'REVOKED', 'CLOSED', 'CANCELLED', 'SUPERSEDED', 'EXEMPTED', 'APPEALED');
    fc.assert(
      fc.property(fc.array(fc.record({ level, state }), { maxLength: 20 }), (cards) => {
        let expected = 0;
        for (const one of cards)
          if (!['REVOKED', 'CANCELLED', 'EXEMPTED', 'SUPERSEDED'].includes(one.state))
            expected += one.level === 'RED' ? 3 : 1;
        const { counted, density } = figuresOf(
          cards.map((one) => card(one)),
          { ...NOTHING, accepted: 10_000 },
          0,
        ).cards;
        expect(counted.yellow + 3 * counted.red).toBe(expected);
        expect(density).toBe(expected);
      }),
    );
  });

  test('count states, rules, appeals, and what is open with its age', () => {
    const appeal = { round: 1, at: 0, extendedAt: null, decidedAt: 1, decision: 'REVOKED' } as const;
    const figures = figuresOf(
      [
        card(),
        card({ state: 'REVOKED', course: { ...NO_COURSE, appeals: [appeal] } }),
        card({ rule: 'WI-04', level: 'RED', state: 'RECTIFYING', course: { ...NO_COURSE, planOwedSince: 5 } }),
        card({ state: 'CLOSED', overdue: true, repeated: true }),
        card({ state: 'APPEALED' }),
      ],
      { ...NOTHING, accepted: 200, finished: 150, overPromise: 15, openOverdue: 10 },
      at('2026-06-02 00:00:00'),
    );
    expect(figures.cards).toMatchObject({ issued: 5, yellow: 4, red: 1, provisional: 1, density: 300 });
    expect(figures.cards.byRule).toEqual([
      { rule: 'WI-03', yellow: 4, red: 0 },
      { rule: 'WI-04', yellow: 0, red: 1 },
    ]);
    expect(figures.appeals).toMatchObject({
      made: 1,
      decided: 1,
      revoked: 1,
      success: { part: 1, whole: 1, share: 1 },
    });
    expect(figures.rectification).toMatchObject({
      accepted: 1,
      closed: 1,
      closedInTime: { part: 0, whole: 1, share: 0 },
    });
    expect(figures.rectification.open).toEqual([{ number: 'JC-1', state: 'RECTIFYING', ageDays: 28 }]);
    expect(figures.workItems.onTime).toEqual({ part: 135, whole: 160, share: 0.84375 });
    expect(figures.repeated).toEqual({ part: 1, whole: 5, share: 0.2 });
  });

  test('that later data moved are corrections, and those that go on are none', () => {
    const madeAt = at('2026-06-02 00:00:00');
    const before = figuresOf([card()], { ...NOTHING, accepted: 100, openOverdue: 2 }, madeAt);
    const after = figuresOf([card({ state: 'CLOSED' }), card()], { ...NOTHING, accepted: 100, openOverdue: 7 }, madeAt);
    const found = differences('2026-05', before, after);
    expect(found).toContainEqual({ period: '2026-05', figure: 'cards.issued', was: 1, is: 2 });
    expect(found.map(({ figure }) => figure)).not.toContain('workItems.openOverdue');
    expect(differences('2026-05', before, before)).toEqual([]);
  });
});

test('rules that are new, changed or ended since the report before are named', () => {
  expect(ruleChanges({ A: '1', B: '1', C: '1' }, { A: '1', B: '2', D: '1' })).toEqual([
    { rule: 'B', change: 'CHANGED', version: '2', previousVersion: '1' },
    { rule: 'C', change: 'ENDED', version: null, previousVersion: '1' },
    { rule: 'D', change: 'NEW', version: '1', previousVersion: null },
  ]);
  expect(ruleChanges(null, { A: '1' })).toEqual([]);
});

test('a snapshot of the shape before, which named no group, compared within the tier', () => {
  const before = { format: 'gnomon-feedback-report/1', comparisons: [{ measure: 'ON_TIME_SHARE', peers: 7 }] };
  const now = { comparisons: [{ measure: 'ON_TIME_SHARE', group: 'DEPARTMENT', peers: 7 }] };
  const read = (snapshot: object) => readSnapshot({ snapshot: JSON.stringify(snapshot) });
  expect(read(before)).toEqual({
    format: 'gnomon-feedback-report/1',
    comparisons: [{ measure: 'ON_TIME_SHARE', group: 'TIER', peers: 7 }],
  });
  expect(read(now)).toEqual(now);
});
