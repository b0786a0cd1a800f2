import { foldWatch } from '@gnomon/store';
import { afterEach, expect, test } from 'vitest';
import { openParcels, parcel, row } from './parcels.ts';
import type { RecordTestWorld } from './world.ts';

let world: RecordTestWorld;
afterEach(() => world?.close());

const SUMS = `sum(received)::int as received, sum(taken)::int as taken, sum(set_aside)::int as set_aside, sum(refused)::int as refused,
  sum(identical)::int as identical, sum(subjects)::int as subjects, sum(rules_run)::int as rules_run`;
const minutes = (table: string) =>
  world.database.sql.unsafe(`select domain, source, minute, ${SUMS} from hub.${table} group by 1, 2, 3 order by 3, 2`);

test('what comes and what is judged is counted by source and minute in the same transaction, and folding changes nothing', async () => {
  world = await openParcels();
  await world.push([
    parcel('a', { state: '3' }),
    parcel('', {}),
    row('scan', { parcel_no: 'b', scanned_at: '2024-10-14 08:00:00' }),
  ]);
  await world.push([parcel('a', { state: '3' })]);
  const counted = [...(await minutes('watch_delta'))];
  expect(counted).toMatchObject([
    {
      ...{ domain: 'parcels', source: 'own', minute: Date.parse('2024-10-14T08:00:00+08:00') },
      ...{ received: 4, taken: 1, set_aside: 1, refused: 1, identical: 1 },
    },
  ]);
  expect(counted[0]!.subjects).toBeGreaterThan(0);
  expect(counted[0]!.rules_run).toBeGreaterThanOrEqual(counted[0]!.subjects);
  const moved = await world.database.transaction((tx) => foldWatch(tx));
  expect(moved).toBeGreaterThan(0);
  expect(await minutes('watch_delta')).toHaveLength(0);
  expect([...(await minutes('watch_minute'))]).toEqual(counted);
  const [days] = await world.database.sql<{ kinds: number; rules: number; rows: number }[]>`
    select coalesce(sum(n) filter (where what = 'KIND'), 0)::int as kinds, coalesce(sum(n) filter (where what = 'RULE'), 0)::int as rules,
      coalesce(sum(n) filter (where what = 'ROWS'), 0)::int as rows
    from hub.watch_day where day = '2024-10-14'`;
  expect(days).toEqual({ kinds: counted[0]!.subjects, rules: counted[0]!.rules_run, rows: 4 });
});

test('a chunk that breaks counts nothing', async () => {
  world = await openParcels();
  await world.database.sql.unsafe(`
    create function refuse_chunk() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
    create trigger broken before insert on intake_chunk for each row execute function refuse_chunk()`);
  await expect(world.push([parcel('a'), parcel('')])).rejects.toThrow(/Internal error/);
  expect(await minutes('watch_delta')).toHaveLength(0);
});

test('what time alone turns is counted where time stands', async () => {
  world = await openParcels();
  await world.push([parcel('a')]);
  const before = [...(await minutes('watch_delta'))];
  await world.goTo('2024-10-20T08:00:00+08:00');
  const later = (await minutes('watch_delta')).filter(({ minute }) => minute > before[0]!.minute);
  expect(later.map(({ received }) => received)).toEqual(later.map(() => 0));
  expect(later.reduce((sum, { subjects }) => sum + subjects, 0)).toBeGreaterThan(0);
});
