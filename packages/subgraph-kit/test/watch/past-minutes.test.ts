import { appendWatch, type Database, foldWatch, foldWatchPast, type WatchCount } from '@gnomon/store';
import { openTestDatabase, type TestDatabase } from '@gnomon/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
const NOW = Date.parse('2026-03-04T09:00:00+08:00');
const MINUTES_BEFORE = NOW - 100 * DAY_MS;
const HOURS_BEFORE = NOW - 400 * DAY_MS;
let world: TestDatabase;
let database: Database;
beforeAll(async () => {
  world = await openTestDatabase({ toy: null });
  database = await world.open('toy');
});
afterAll(() => world.close());

interface Entry {
  readonly domain: string;
  readonly source: string;
  readonly unit: string;
  readonly minute: number;
  readonly received: number;
  readonly refused: number;
  readonly subjects: number;
  readonly minutes: number;
  readonly complete_to: number;
}
const readPast = () => database.sql<Entry[]>`
  select domain, source, unit, minute, received, refused, subjects, minutes, complete_to from hub.watch_past order by 1, 2, 4, 3`;

function count(at: number, source: string, received: number): WatchCount {
  const place = { source, division: '1501', agency: 'a', at, completeTo: at + 59_000 };
  const fates = { received, taken: received - 1, setAside: 0, refused: 1, identical: 0 };
  return { ...place, ...fates, agencies: [], kinds: { book: received }, rules: { 'BK-01': received } };
}

/** A reckoning of its own: which span each minute falls into by now. Days are civil days in China. */
function expectedSpans(counts: readonly WatchCount[]): readonly Entry[] {
  const spans = new Map<string, Entry & { seen: Set<number> }>();
  for (const { at, source, received, refused, completeTo } of counts) {
    if (at >= MINUTES_BEFORE) continue;
    const unit = Math.floor(at / HOUR_MS) * HOUR_MS < HOURS_BEFORE ? 'DAY' : 'HOUR';
    const china = 8 * HOUR_MS;
    const minute =
      unit === 'HOUR' ? Math.floor(at / HOUR_MS) * HOUR_MS : Math.floor((at + china) / DAY_MS) * DAY_MS - china;
    const key = `${source} ${minute} ${unit}`;
    const known = spans.get(key);
    const seen = known?.seen ?? new Set<number>();
    seen.add(Math.floor(at / MINUTE_MS));
    spans.set(key, {
      ...{ domain: 'toy', source, unit, minute, seen },
      received: (known?.received ?? 0) + received,
      refused: (known?.refused ?? 0) + refused,
      subjects: (known?.subjects ?? 0) + received,
      minutes: seen.size,
      complete_to: Math.max(known?.complete_to ?? 0, completeTo),
    });
  }
  return [...spans.values()]
    .map(({ seen: _seen, ...entry }) => entry)
    .toSorted((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : a.minute - b.minute));
}

test('old minutes become hours and old hours days, whatever comes late, and no count is lost', async () => {
  // Two years of minutes; some of them come twice.
  const spread = Array.from({ length: 400 }, (_, n) => {
    const at = NOW - ((n * 7_919 * 131) % 730) * DAY_MS - ((n * 104_729) % 1_440) * MINUTE_MS;
    return count(at, n % 3 === 0 ? '' : `s${n % 2}`, 1 + (n % 5));
  });
  const first = spread.slice(0, 300);
  const late = [...spread.slice(300), ...spread.slice(0, 40)];
  const fold = async (most?: number) => {
    for (let moved = 1; moved > 0; ) moved = await database.transaction((tx) => foldWatch(tx));
    for (let moved = 1; moved > 0; )
      moved = await database.transaction((tx) => foldWatchPast(tx, MINUTES_BEFORE, HOURS_BEFORE, most));
  };
  await database.transaction((tx) => appendWatch(tx, 'toy', first));
  await fold(7);
  expect([...(await readPast())]).toEqual(expectedSpans(first));
  // A minute that comes again after its hour was made is a minute of it once more: only sums of counts are exact then.
  await database.transaction((tx) => appendWatch(tx, 'toy', late));
  await fold();
  const sums = (rows: readonly Entry[]) => rows.map(({ minutes: _minutes, ...row }) => row);
  expect(sums(await readPast())).toEqual(sums(expectedSpans([...first, ...late])));
  const [left] = await database.sql<{ received: number; oldest: number }[]>`
    select sum(received)::bigint as received, min(minute) as oldest from hub.watch_minute`;
  const young = [...first, ...late].filter(({ at }) => at >= MINUTES_BEFORE);
  expect(left!.received).toBe(young.reduce((sum, { received }) => sum + received, 0));
  expect(left!.oldest).toBeGreaterThanOrEqual(MINUTES_BEFORE);
  const days = await database.sql<{ day: string }[]>`select min(day)::text as day from hub.watch_day`;
  expect(Date.parse(`${days[0]!.day}T00:00:00+08:00`)).toBeGreaterThan(HOURS_BEFORE - DAY_MS);
});
