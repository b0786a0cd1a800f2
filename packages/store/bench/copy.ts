import { copyRows, mergeRows } from '../src/index.ts';
import { count, option, seconds, withDatabase } from './world.ts';

/** How much of raw COPY's rate a sorted merge keeps: `node packages/store/bench/copy.ts [--rows=200000] [--batch=15000] [--writers=2]`. */
const ROWS = option('rows', 200_000);
const BATCH = option('batch', 15_000);
const WRITERS = option('writers', 2);
const COLUMNS = ['lane', 'id', 'agency', { name: 'at', as: 'instant' }, 'body'] as const;
const KEY = ['lane', 'id'];

function* rows(from: number, to: number, body: string) {
  for (let n = from; n < to; n += 1)
    yield [n % 64, `115:${n}`, `agency-${n % 500}`, 1_767_225_600_000 + n * 1_000, `${body} ${n}`];
}

await withDatabase(async (database) => {
  const table = (name: string) =>
    database.sql.unsafe(`drop table if exists ${name}; create table ${name} (lane smallint not null, id text collate "C" not null,
      agency text collate "C" not null, at timestamptz not null, body text not null, constraint ${name}_pkey primary key (lane, id))`);
  const batches = Array.from(
    { length: Math.ceil(ROWS / BATCH) },
    (_, n) => [n * BATCH, Math.min(ROWS, (n + 1) * BATCH)] as const,
  );
  // Writers take batches in turn, as intake does: while one waits for the server, another encodes.
  const each = async (work: (from: number, to: number) => Promise<unknown>) => {
    const left = [...batches];
    const write = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await work(...next);
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
  };
  const rates: Record<string, number[]> = {
    'raw COPY': [],
    'merge, new rows': [],
    'merge, same rows again': [],
    'merge, all changed': [],
  };
  // Alternating rounds, so that whatever else the machine does falls on all alike.
  for (let round = 0; round < 3; round += 1) {
    await table('raw');
    await table('merged');
    const merge = (body: string) =>
      seconds(() =>
        each((from, to) =>
          database.transaction((tx) =>
            mergeRows(tx, { table: 'merged', columns: COLUMNS, key: KEY, rows: rows(from, to, body) }),
          ),
        ),
      );
    rates['raw COPY']!.push(
      ROWS /
        (await seconds(() =>
          each((from, to) => database.transaction((tx) => copyRows(tx, 'raw', COLUMNS, rows(from, to, 'body')))),
        )),
    );
    rates['merge, new rows']!.push(ROWS / (await merge('body')));
    rates['merge, same rows again']!.push(ROWS / (await merge('body')));
    rates['merge, all changed']!.push(ROWS / (await merge('other')));
  }
  const best = (name: string) => Math.max(...rates[name]!);
  for (const name of Object.keys(rates)) {
    console.log(
      `${name.padEnd(24)} ${count(best(name)).padStart(9)} rows/s   ${(best(name) / best('raw COPY')).toFixed(2)} of raw COPY into the same indexed table`,
    );
  }
});
