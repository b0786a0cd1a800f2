import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Facts, type Pack, packAt, packOverTime, packsIn, packUntil } from '../src/index.ts';
import { at, calendar, packOf, ruleFile, SCOPE } from './rule-world.ts';

const parameters = (days: number): string =>
  `  days: { value: ${days}, unit: workday, min: 1, max: 20, tighten: DOWN, zh: 天数, en: days }\n`;
const version = (days: number): Pack =>
  packOf(ruleFile({ red: 'overdue(w1) > double(p.days)', yellow: 'overdue(w1) > 0.0', parameters: parameters(days) }));
const [LOOSE, STRICT] = [version(9), version(2)];
/** A Monday; the limit was used up at the end of the Friday before, 2024-09-20. */
const FORCE = at('2024-09-30');
const FACTS: Facts = {
  w1: {
    axis: 'WORKDAY',
    limit: 5,
    due: calendar.workdayNumber(Math.floor(at('2024-09-20 12:00') / 86_400_000)),
    stoppedAt: null,
    provisional: false,
  },
};
const over = packOverTime(
  [
    { from: -Infinity, pack: LOOSE },
    { from: FORCE, pack: STRICT },
  ],
  FORCE,
);
const levelAt = (pack: Pack, now: number) => pack.judgeSubject('thing', FACTS, SCOPE, calendar, now);

describe('packs one after another', () => {
  test('judge each instant by the pack in force at it, to the millisecond', () => {
    expect(levelAt(LOOSE, FORCE).verdicts[0]?.level).toBe('YELLOW');
    expect(levelAt(over, FORCE - 1).verdicts[0]?.level).toBe('YELLOW');
    expect(levelAt(over, FORCE).verdicts[0]?.level).toBe('RED');
  });

  test('let no verdict outlive the pack that gave it', () => {
    const before = levelAt(over, FORCE - 86_400_000 * 3);
    expect(levelAt(LOOSE, FORCE - 86_400_000 * 3).until).toBeGreaterThan(FORCE);
    expect([before.until, before.verdicts[0]?.until]).toEqual([FORCE, FORCE]);
    expect(over.judgeRule('WI-90', 'thing', FACTS, SCOPE, calendar, FORCE - 1)[0]?.until).toBe(FORCE);
  });

  test('date a card that only the new version draws at its first instant, never before it', () => {
    const turned = (pack: Pack, now: number) =>
      pack.turnedAt('WI-90', 'thing', '', FACTS, SCOPE, calendar, now, at('2024-09-01'));
    expect(turned(STRICT, FORCE)).toBeLessThan(FORCE);
    expect(turned(over, FORCE)).toBe(FORCE);
    expect(turned(over, FORCE - 1)).toBe(turned(LOOSE, FORCE - 1));
  });

  test('keep the date of a level that both versions give', () => {
    const same = packOverTime(
      [
        { from: -Infinity, pack: STRICT },
        { from: FORCE, pack: version(1) },
      ],
      FORCE,
    );
    const turned = (pack: Pack) =>
      pack.turnedAt('WI-90', 'thing', '', FACTS, SCOPE, calendar, FORCE + 1000, at('2024-09-01'));
    expect(turned(same)).toBe(turned(STRICT));
    expect(turned(same)).toBeLessThan(FORCE);
  });

  test('leave what ended to the versions of its time, and wake nothing of it', () => {
    const ended = packUntil(over, FORCE - 1);
    expect(levelAt(ended, FORCE + 1000)).toEqual(levelAt(LOOSE, FORCE + 1000));
    expect(packUntil(over, FORCE - 1)).toBe(ended);
    expect([packUntil(over, FORCE), packUntil(LOOSE, 0)]).toEqual([over, LOOSE]);
    expect(packAt(ended, FORCE + 1000)).toBe(LOOSE);
  });

  test('name the one pack of an instant, and all of them', () => {
    expect([packAt(over, FORCE - 1), packAt(over, FORCE), packAt(LOOSE, FORCE)]).toEqual([LOOSE, STRICT, LOOSE]);
    expect(packsIn(over)).toEqual([LOOSE, STRICT]);
    expect(over.hash).toBe(STRICT.hash);
    expect(() =>
      packOverTime(
        [
          { from: 2, pack: LOOSE },
          { from: 1, pack: STRICT },
        ],
        1,
      ),
    ).toThrow(RangeError);
  });

  test('equal, at every instant of random chains, the pack of that instant; nothing changes before `until`', () => {
    const versions = [1, 2, 3, 5, 9, 20].map(version);
    const day = 86_400_000;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -5, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.constantFrom(...versions), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: -10 * 24, max: 45 * 24 }),
        (days, packs, hours) => {
          const epochs = [
            { from: -Infinity, pack: packs[0]! },
            ...days.sort((a, b) => a - b).map((n, i) => ({ from: FORCE + n * day, pack: packs[i + 1]! })),
          ];
          const chain = packOverTime(epochs, FORCE);
          const now = FORCE + hours * 3_600_000;
          const own = epochs.findLast(({ from }) => from <= now)!.pack;
          const found = levelAt(chain, now);
          expect(found.verdicts.map(({ level }) => level)).toEqual(
            levelAt(own, now).verdicts.map(({ level }) => level),
          );
          if (Number.isFinite(found.until))
            expect(levelAt(chain, found.until - 1).verdicts.map(({ level }) => level)).toEqual(
              found.verdicts.map(({ level }) => level),
            );
          const level = found.verdicts[0]?.level;
          if (level === undefined) return;
          const turned = chain.turnedAt('WI-90', 'thing', '', FACTS, SCOPE, calendar, now, FORCE - 60 * day);
          expect(turned).toBeLessThanOrEqual(now);
          expect(levelAt(chain, turned).verdicts[0]?.level).toBe(level);
          expect(levelAt(chain, turned - 1).verdicts[0]?.level).not.toBe(level);
        },
      ),
      { numRuns: 400, seed: 4 },
    );
  });
});
