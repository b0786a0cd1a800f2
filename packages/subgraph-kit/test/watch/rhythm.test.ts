import { fileURLToPath } from 'node:url';
import { compileCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceRhythm, checkSources, type RhythmDay, type Sender, silenceLimitMs } from '../../src/watch/rhythm.ts';

const calendar = compileCalendar(
  readCalendarFolder(fileURLToPath(new URL('../../../../rules/calendar', import.meta.url))),
);
const at = (text: string) => Date.parse(`${text}:00+08:00`);
const MINUTE_MS = 60_000;
const own: Sender = { id: 's', division: '15', agency: 'a', owes: { unit: 'WORK_HOUR', amount: 2 }, exempt: false };
const limits = { refusedRows: 20, refusedTimes: 3, unprovenWorkdays: 20 };
const sent = (minute: number, received = 1, refused = 0) => ({ minute, received, refused });
const found = (newest: number, days: readonly RhythmDay[], now: number, sender = own, newestAnywhere = newest) =>
  checkSources(
    'd',
    new Map([['s', sender]]),
    [{ source: 's', newest, newestAnywhere, days }],
    () => calendar,
    limits,
    now,
  ).map(({ kind }) => kind);
/** So many days on which it sent, one a day, with silences of these minutes. */
const shown = (...silences: readonly number[]) =>
  silences.map((minutes, index) => ({
    ...{ day: `2026-02-0${index + 1}`, silenceMs: minutes * MINUTE_MS, rows: 1, refused: 0 },
  }));

test('a day remembers its longest silence in office time, whatever nights, weekends and holidays lie between', () => {
  const minutes = ['2024-09-27T10:00', '2024-09-27T10:30', '2024-09-27T17:20', '2024-09-29T08:40', '2024-10-08T09:00'];
  const days = advanceRhythm(
    [],
    null,
    minutes.map((minute) => sent(at(minute))),
    calendar,
  );
  expect(days.map(({ day, silenceMs }) => [day, silenceMs / MINUTE_MS])).toEqual([
    // 10:30 to 12:00 and 14:30 to 17:20.
    ['2024-09-27', 90 + 170],
    // Ten minutes of Friday and ten of the Sunday that was worked in exchange.
    ['2024-09-29', 10 + 10],
    // The rest of that Sunday, the Monday, and half an hour after the National Day.
    ['2024-10-08', 380 + 390 + 30],
  ]);
});

test('taken in one go or minute by minute, days are the same, and twenty of them are kept', () => {
  const minutes = fc.array(fc.nat({ max: 60 * 24 * 40 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(minutes, fc.nat({ max: 60 }), (offsets, cut) => {
      const first = at('2026-01-05T00:00');
      const all = [...new Set(offsets)].sort((a, b) => a - b).map((offset) => sent(first + offset * MINUTE_MS, 2, 1));
      const whole = advanceRhythm([], null, all, calendar);
      const head = all.slice(0, cut);
      const parts = advanceRhythm(
        advanceRhythm([], null, head, calendar),
        head.at(-1)?.minute ?? null,
        all.slice(cut),
        calendar,
      );
      expect(parts).toEqual(whole);
      expect(whole.length).toBeLessThanOrEqual(20);
    }),
    { numRuns: 200, seed: 4 },
  );
});

test('what a source may be silent is what it owes and its two longest silences, once it has shown five days', () => {
  const minutes = (sender: Pick<Sender, 'owes'>, days: readonly RhythmDay[]) =>
    silenceLimitMs(sender, days, calendar, limits) / MINUTE_MS;
  expect(minutes(own, shown(0, 30, 50, 10, 20))).toBe(120 + 50 + 30);
  const other = { owes: { unit: 'WORKDAY', amount: 2 } } as const;
  expect(minutes(other, shown(0, 30, 50, 10, 20))).toBe(780 + 80);
  // Twenty working days of 390 minutes, whatever it did on the four days that are known.
  expect(minutes(own, shown(0, 30, 50, 10))).toBe(120 + 7_800);
});

test('silence begins one millisecond beyond the limit, and an exempt source is never silent', () => {
  const newest = at('2026-03-04T08:30');
  const days = shown(0, 0, 0, 0, 0);
  expect(found(newest, days, newest + 120 * MINUTE_MS)).toEqual([]);
  expect(found(newest, days, newest + 120 * MINUTE_MS + 1)).toEqual(['SOURCE_SILENT']);
  expect(found(newest, days, at('2026-04-04T08:30'), { ...own, exempt: true })).toEqual([]);
});

test('where a source has hardly ever sent it is missed when it is heard of nowhere for twenty working days', () => {
  const newest = at('2026-03-04T08:30');
  // Twenty working days later is 1 April, and what it owes two hours more.
  const over = at('2026-04-01T10:31');
  expect(found(newest, shown(0, 0), at('2026-04-01T10:30'))).toEqual([]);
  expect(found(newest, shown(0, 0), over)).toEqual(['SOURCE_SILENT']);
  expect(found(newest, shown(0, 0), over, own, at('2026-03-04T08:31'))).toEqual([]);
  // Where it has shown that it sends every day, other domains are no excuse.
  expect(found(newest, shown(0, 0, 0, 0, 0), over, own, over)).toEqual(['SOURCE_SILENT']);
});

test('of sources that send once a day at random, few are ever thought silent', () => {
  let state = 4;
  const gap = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round(-Math.log((state + 1) / 2 ** 32) * 390);
  };
  let wrong = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const days = shown(...Array.from({ length: 20 }, gap));
    if (gap() * MINUTE_MS > silenceLimitMs(own, days, calendar, limits)) wrong += 1;
  }
  // By its one longest silence it would be about one in twenty.
  expect(wrong / 4_000).toBeLessThan(0.01);
});

test('refused rows rise when they are many and far more than usual', () => {
  const usual = (refused: number) => ({ day: '2026-03-03', silenceMs: 0, rows: 1_000, refused });
  const today = (rows: number, refused: number) => ({ day: '2026-03-04', silenceMs: 0, rows, refused });
  const now = at('2026-03-04T09:00');
  const said = (days: readonly RhythmDay[]) => found(now, days, now);
  expect(said([usual(0), today(100, 19)])).toEqual([]);
  expect(said([usual(0), today(100, 20)])).toEqual(['REFUSALS_RISE']);
  // A tenth is refused as ever; three times a tenth is not yet more than three times.
  expect(said([usual(100), today(100, 30)])).toEqual([]);
  expect(said([usual(100), today(100, 31)])).toEqual(['REFUSALS_RISE']);
  expect(found(now, [usual(0), today(100, 99)], at('2026-03-04T09:01'))).toEqual(['REFUSALS_RISE']);
  expect(found(now, [usual(0), today(100, 99)], at('2026-03-05T08:31'))).not.toContain('REFUSALS_RISE');
});
