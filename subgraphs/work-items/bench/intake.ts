import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { copyRows, startEmbeddedServer } from '@gnomon/store';
import type { createIntake } from '../src/intake.ts';
import { rowsOf } from '../src/row-lines.ts';
import { takeStream } from '../src/row-routes.ts';
import { acceptRow, openWorld, resultRow, row, stepRow } from '../test/world.ts';

/*
 * 接收基准 Intake: NDJSON text → committed records, verdicts, signals, timers and counters, as a share of raw COPY of the
 * same rows into a bare table (no index, no key), in one run on one server. Ten rows an item (accept, four steps, four
 * materials, result), one in twenty open and one in fifty late.
 *
 *     node subgraphs/work-items/bench/intake.ts --items 20000
 */
const { values } = parseArgs({ options: { items: { type: 'string', default: '20000' } } });
const items = Number(values.items);
// A server of its own with the settings of production (fsync on); TEST_DATABASE_URL names another one.
const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const server =
  process.env.TEST_DATABASE_URL === undefined
    ? await startEmbeddedServer({ folder, settings: { shared_buffers: '512MB' } })
    : null;
if (server !== null) process.env.TEST_DATABASE_URL = server.url;
const world = await openWorld('2024-09-30T18:00:00+08:00');
try {
  const lines = makeLines(items);
  const rows = lines.length;
  const text = `${lines.join('\n')}\n`;
  console.log(`办件 items ${items}, 行 rows ${rows}, ${(text.length / 1e6).toFixed(1)} MB NDJSON`);
  await world.database.sql`create table bare (source text, tbl text, guid text, no text, payload text)`;
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, string>);
  const raw: number[] = [];
  const intake: number[] = [];
  const cpu: number[] = [];
  for (let round = 1; round <= 3; round += 1) {
    raw.push(
      await timed(async () => {
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
    const before = process.cpuUsage();
    intake.push(
      await timed(async () => {
        const inner = world.hosted.contextOf({
          viewer: null,
          scope: { all: false, divisions: [], agencies: [], sources: [] },
          requestId: 'bench',
        }) as unknown as { intake: ReturnType<typeof createIntake> } & Parameters<typeof takeStream>[0];
        const { account } = await takeStream(inner, rowsOf(Readable.from(slices(own)), 'NDJSON', false), {
          source: '115',
          replay: false,
          label: `bench-${round}`,
        });
        if (account.taken !== rows) throw new Error(`expected ${rows} rows taken, got ${JSON.stringify(account)}`);
      }),
    );
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / items);
  }
  const best = (list: number[]): number => Math.min(...list);
  console.log(`裸 COPY raw COPY      ${(rows / best(raw)).toFixed(0)} k rows/s`.replace(' k', ''));
  console.log(
    `接收 intake           ${(rows / best(intake)).toFixed(0)} rows/s, ${(items / best(intake)).toFixed(0)} items/s`,
  );
  console.log(`比率 share of raw COPY ${(best(raw) / best(intake)).toFixed(3)} (goal ≥ 0.20)`);
  console.log(`Node CPU µs an item   ${best(cpu).toFixed(1)}`);
  const signals = (await world.signals()).length;
  console.log(`信号 signals           ${signals}`);
} finally {
  await world.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function* slices(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
}

function makeLines(count: number): string[] {
  const lines: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const no = `N${String(i).padStart(8, '0')}`;
    const late = i % 50 === 0;
    const open = i % 20 === 1;
    const rows = [
      acceptRow(no, { applyer_page_code: `11010519${String(49123100 + i).slice(-8)}02` }),
      stepRow(no, '受理', '2024-09-23 09:00:00', '2024-09-23 09:20:00'),
      stepRow(no, '审查', '2024-09-23 09:20:00', '2024-09-24 11:00:00'),
      stepRow(no, '决定', '2024-09-24 11:00:00', '2024-09-25 10:00:00'),
      stepRow(no, '办结', '2024-09-25 10:00:00', '2024-09-25 10:05:00'),
      ...[1, 2, 3, 4].map((n) => row('up_pro_material', no, { material_name: `材料${n}` })),
      ...(open ? [] : [resultRow(no, late ? '2024-09-30 10:00:00' : '2024-09-25 10:05:00')]),
    ];
    for (const one of rows) lines.push(JSON.stringify(one));
  }
  return lines;
}
