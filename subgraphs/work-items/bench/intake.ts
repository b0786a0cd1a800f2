import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { rowsOf, takeStream } from '@gnomon/records';
import { copyRows, startEmbeddedServer } from '@gnomon/store';
import { rowStreamOf } from '../src/row-stream.ts';
import { openWorld } from '../test/world.ts';
import { itemLines } from './item-lines.ts';
import { serverCpuSeconds } from './server-cpu.ts';

/*
 * 接收基准 Intake: NDJSON text → committed records, verdicts, signals, timers and counters, as a share of raw COPY of the
 * same rows into a bare table (no index, no key), in one run on one server. Ten rows an item (accept, four steps, four
 * materials, result), one in twenty open and one in fifty late.
 *
 *     node subgraphs/work-items/bench/intake.ts --items 20000 --rounds 3
 */
const { values } = parseArgs({
  options: { items: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '3' } },
});
const items = Number(values.items);
const rounds = Number(values.rounds);
// A server of its own with the settings of production (fsync on); TEST_DATABASE_URL names another one.
const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server =
  process.env.TEST_DATABASE_URL === undefined
    ? await startEmbeddedServer({ folder, settings: { shared_buffers: '512MB' } })
    : null;
if (server !== null) process.env.TEST_DATABASE_URL = server.url;
const world = await openWorld('2024-09-30T18:00:00+08:00');
try {
  const lines = Array.from({ length: items }, (_, index) => itemLines(index)).flat();
  const rows = lines.length;
  const text = `${lines.join('\n')}\n`;
  console.log(`办件 items ${items}, 行 rows ${rows}, ${(text.length / 1e6).toFixed(1)} MB NDJSON`);
  await world.database.sql`create table bare (source text, tbl text, guid text, no text, payload text)`;
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, string>);
  const raw: Cost[] = [];
  const intake: Cost[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await world.database.sql`truncate bare`;
    raw.push(
      await measured(async () => {
        for (let from = 0; from < rows; from += 10_000) {
          await world.database.transaction((tx) =>
            copyRows(
              tx,
              'bare',
              ['source', 'tbl', 'guid', 'no', 'payload'],
              parsed
                .slice(from, from + 10_000)
                .map((one, index) => [one.data_source, one.table, one.row_guid, one.project_no, lines[from + index]]),
            ),
          );
        }
      }),
    );
    const own =
      round === 1 ? text : text.replaceAll('"N', `"R${round}N`).replaceAll('"row_guid":"g', `"row_guid":"r${round}g`);
    intake.push(
      await measured(async () => {
        const inner = world.hosted.contextOf({
          viewer: null,
          scope: { all: false, divisions: [], agencies: [], sources: [] },
          requestId: 'bench',
        });
        const { account } = await takeStream(
          rowStreamOf(inner as never),
          rowsOf(Readable.from(slices(own)), 'NDJSON', false),
          {
            source: '115',
            replay: false,
            label: `bench-${round}`,
          },
        );
        if (account.taken !== rows) throw new Error(`expected ${rows} rows taken, got ${JSON.stringify(account)}`);
      }),
    );
  }
  const least = (costs: readonly Cost[], name: keyof Cost): number => Math.min(...costs.map((cost) => cost[name]));
  const [rawSeconds, seconds] = [least(raw, 'seconds'), least(intake, 'seconds')];
  console.log(`裸 COPY raw COPY      ${(rows / rawSeconds).toFixed(0)} rows/s`);
  console.log(`接收 intake           ${(rows / seconds).toFixed(0)} rows/s, ${(items / seconds).toFixed(0)} items/s`);
  const ratios = raw.map((cost, index) => cost.seconds / intake[index]!.seconds);
  console.log(
    `比率 share of raw COPY ${median(ratios).toFixed(3)} median (goal ≥ 0.20); by round ${ratios.map((ratio) => ratio.toFixed(3)).join(' ')}`,
  );
  // Seconds depend on what else the machine does; CPU time much less.
  for (const [title, costs] of [
    ['裸 COPY raw COPY   ', raw],
    ['接收 intake        ', intake],
  ] as const)
    console.log(
      `CPU µs an item, ${title} Node ${((least(costs, 'node') / items) * 1e6).toFixed(1)}, PostgreSQL ${((least(costs, 'server') / items) * 1e6).toFixed(1)}`,
    );
  const total = (cost: Cost): number => cost.node + cost.server;
  console.log(
    `CPU share of raw COPY ${(Math.min(...raw.map(total)) / Math.min(...intake.map(total))).toFixed(3)} (Node and PostgreSQL together)`,
  );
  const signals = (await world.signals()).length;
  console.log(`信号 signals           ${signals}`);
} finally {
  await world.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

/** Wall-clock seconds, and CPU seconds of this process and of the server (NaN where that cannot be told). */
interface Cost {
  readonly seconds: number;
  readonly node: number;
  readonly server: number;
}

async function measured(work: () => Promise<void>): Promise<Cost> {
  const used = process.cpuUsage();
  const server = serverSeconds();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  return { seconds, node: (user + system) / 1e6, server: serverSeconds() - server };
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function serverSeconds(): number {
  return serverCpuSeconds(join(folder, 'data')) ?? Number.NaN;
}

function* slices(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
}
