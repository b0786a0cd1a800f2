import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openIssuer } from '@gnomon/identity';
import { pushFile } from '@gnomon/records/intake-client';
import { appendToOutbox, openDatabase, startEmbeddedServer } from '@gnomon/store';
import { pino } from 'pino';
import { AGENCY, agency, ITEM, item, SOURCE, source } from '../test/world.ts';
import { itemLines } from './item-lines.ts';

/*
 * 内存基准 Memory: a file of NDJSON is streamed over HTTP into a work-items process of its own, as `pnpm --filter
 * @gnomon/work-items start` runs it. Prints the peak resident set of that process (VmHWM, so Linux only) and ends with
 * code 1 when it is above the limit: the peak must not grow with the file.
 *
 *     node subgraphs/work-items/bench/memory.ts --rows 400000 --limit 300
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '400000' }, limit: { type: 'string', default: '300' } },
});
const folder = mkdtempSync(join(tmpdir(), 'gnomon-memory-'));
const server = await startEmbeddedServer({ folder: join(folder, 'postgres') });
let child: ChildProcess | undefined;
try {
  const file = join(folder, 'rows.ndjson');
  await pipeline(Readable.from(textOf(Number(values.rows))), createWriteStream(file));
  const { size } = await stat(file);
  console.log(`文件 file ${values.rows} rows, ${(size / 1e6).toFixed(0)} MB`);
  child = spawn(process.execPath, startArguments(), {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, DATABASE_URL: server.url, GNOMON_HOME: join(folder, 'home'), PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(child);
  await publishReference();
  console.log(`就绪 ready      peak ${peakMegabytes(child.pid!).toFixed(0)} MB`);
  const issuer = await openIssuer(join(folder, 'home', 'identity'));
  const startedAt = performance.now();
  const { account } = await pushFile({
    hub: new URL(url).origin,
    token: await issuer.issueToken(SOURCE, { ttlSeconds: 3_600 }),
    file,
    batch: 'memory',
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`接收 taken      ${JSON.stringify(account)} in ${seconds.toFixed(1)} s`);
  const peak = peakMegabytes(child.pid!);
  const isWithin = peak <= Number(values.limit);
  console.log(
    `峰值 peak RSS   ${peak.toFixed(0)} MB (limit ${values.limit} MB) ${isWithin ? '合格 kept' : '超出 EXCEEDED'}`,
  );
  if (!isWithin) process.exitCode = 1;
} finally {
  if (child !== undefined) await ended(child);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The arguments of the package's own `start`: `node --max-semi-space-size=… src/main.ts`. */
function startArguments(): readonly string[] {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    scripts: { start: string };
  };
  return manifest.scripts.start.split(' ').slice(1);
}

function* textOf(rows: number): Generator<string> {
  let left = rows;
  for (let index = 0; left > 0; index += 1) {
    const lines = itemLines(index).slice(0, left);
    left -= lines.length;
    yield `${lines.join('\n')}\n`;
  }
}

/** The address that the process says when it is ready. */
async function addressOf(process: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: process.stdout! })) {
    const address = /ready (\S+)/.exec(line);
    if (address !== null) return address[1]!;
  }
  throw new Error('the work-items process ended before it was ready; its log stands above');
}

/** Publishes the agency, the item and the source of the rows, as registry does. */
async function publishReference(): Promise<void> {
  const log = pino({ level: 'silent' });
  const database = await openDatabase({ url: server.url, schema: 'work_items', applicationName: 'bench', log });
  const objects = [
    ['agency', AGENCY, agency(AGENCY, '150105')],
    ['service-item', ITEM, item(ITEM, AGENCY)],
    ['source', '115', source('115', AGENCY, '150105')],
  ] as const;
  await database.transaction((tx) =>
    appendToOutbox(
      tx,
      objects.map(([type, key, payload]) => ({ stream: 'registry', type, key, at: Date.now(), payload })),
    ),
  );
  await database.close();
}

/** Peak resident set of a process so far, in MB of 10^6 bytes. */
function peakMegabytes(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`/proc/${pid}/status: expected a line VmHWM, found none; run this on Linux.`);
  return (Number(found[1]) * 1_024) / 1e6;
}

function ended(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (process.exitCode !== null) return resolve();
    process.once('exit', () => resolve());
    process.kill('SIGTERM');
  });
}
