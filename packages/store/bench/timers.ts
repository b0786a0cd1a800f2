import { settleTimers } from '../src/index.ts';
import { count, option, seconds, withDatabase } from './world.ts';

/** Timers claimed and armed again a second: `node packages/store/bench/timers.ts [--pending=300000] [--due=60000] [--workers=2]`. */
const PENDING = option('pending', 300_000);
const DUE = option('due', 60_000);
const WORKERS = option('workers', 2);
const NOW = Date.parse('2026-03-02T00:00:00Z');

interface Subject {
  readonly lane: number;
  readonly id: string;
}

await withDatabase(async (database) => {
  await database.sql.unsafe(`create table subject (lane smallint not null, id text collate "C" not null, due_at timestamptz, turns integer not null default 0,
      constraint subject_pkey primary key (lane, id)) with (fillfactor = 70);
    create index subject_due on subject (due_at) where due_at is not null;
    insert into subject select n % 64, 's' || n, timestamptz '2026-03-02T00:00:00Z' + (n - ${DUE} + 1) * interval '1 second'
      from generate_series(0, ${PENDING} - 1) n;
    analyze subject`);
  let handled = 0;
  const took = await seconds(() =>
    Promise.all(
      Array.from({ length: WORKERS }, () =>
        settleTimers<Subject>({
          database,
          table: 'subject',
          time: { now: () => NOW },
          limit: 2_000,
          async handle(tx, rows) {
            handled += rows.length;
            await tx`update subject s set due_at = due_at + interval '30 days', turns = turns + 1
              from unnest(${rows.map(({ lane }) => lane)}::smallint[], ${rows.map(({ id }) => id)}::text[]) d (lane, id)
              where s.lane = d.lane and s.id = d.id`;
          },
        }),
      ),
    ),
  );
  const [check] =
    await database.sql`select count(*) filter (where turns = 1) as once, count(*) filter (where turns > 1) as twice from subject`;
  console.log(
    `${count(handled / took)} timers claimed and armed again a second, ${count(PENDING)} pending, ${WORKERS} workers (goal 15,000)`,
  );
  console.log(`${count(check!.once)} handled once, ${count(check!.twice)} twice, of ${count(DUE)} due`);
});
