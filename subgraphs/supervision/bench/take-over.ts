import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  appendToOutbox,
  type Feed,
  migrate,
  openDatabase,
  openFeed,
  provisionSchemas,
  relayOnce,
  startEmbeddedServer,
} from '@gnomon/store';
import { openFolderRules } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { LoopPorts } from '../src/duties/judged.ts';
import { positionOf } from '../src/follow.ts';
import { takeOver } from '../src/take-over.ts';

/**
 * Signals a second from a domain's feed into the ledger, as a share of inserting the same signals alone:
 * `node subgraphs/supervision/bench/take-over.ts [--signals=20000] [--deadlines]`. With `--deadlines` the published rules are in force, and the
 * deadlines of each card are judged in the transaction that takes it over. On a server of its own, as durable as in production.
 */
const SIGNALS = Number(process.argv.find((given) => given.startsWith('--signals='))?.split('=')[1] ?? 20_000);
const BATCH = 500;
const STREAM = 'work-items';
const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'gnomon-bench-'));
const log = pino({ level: 'silent' });
const server = await startEmbeddedServer({ folder });
try {
  await provisionSchemas(server.url, ['supervision']);
  const database = await openDatabase({ url: server.url, schema: 'supervision', applicationName: 'bench', log });
  await migrate(database, new URL('../migrations/', import.meta.url));
  const feed = openFeed(database);
  const bare = { current: () => ({ pack: { hash: '', files: [], rules: new Map() }, calendar: { hash: '' } }) };
  const published = () => openFolderRules({ folder: RULES, log, runTests: false });
  const rules = process.argv.includes('--deadlines') ? published() : bare;
  const time = { now: () => Date.UTC(2026, 2, 3) };
  const ports = { database, feed, time, rules, log, metrics: new Registry() } as unknown as LoopPorts & { feed: Feed };
  for (let from = 0; from < SIGNALS; from += 1_000)
    await database.transaction((tx) =>
      appendToOutbox(
        tx,
        Array.from({ length: Math.min(1_000, SIGNALS - from) }, (_, n) => entryOf(from + n)),
      ),
    );
  await relayOnce(database);
  const alone = await seconds(
    async () => {
      for await (const batch of batches(null))
        await database.sql.unsafe(
          'insert into bare select * from json_populate_recordset(null::bare, $1::text::json)',
          [JSON.stringify(batch.map(({ payload }) => payload))],
        );
    },
    () =>
      database.sql.unsafe(
        'create table bare (id text primary key, rule text, subject text, level text, "turnedAt" timestamptz, message jsonb)',
      ),
  );
  const cpu = process.cpuUsage();
  const taken = await seconds(async () => {
    let position = await positionOf(ports, STREAM);
    for await (const batch of batches(position)) position = await takeOver(ports, STREAM, position, batch);
  });
  const { user, system } = process.cpuUsage(cpu);
  const [kept] =
    await database.sql`select (select count(*) from card) as cards, (select count(*) from warning) as warnings`;
  console.log(
    `${Math.round(SIGNALS / taken).toLocaleString('en')} signals a second into ${kept!.cards} cards and ${kept!.warnings} warnings; ` +
      `${(alone / taken).toFixed(2)} of the rate of inserting the signals alone; ${((user + system) / SIGNALS).toFixed(0)} µs CPU of this process a signal`,
  );
  await database.close();

  async function* batches(after: string | null) {
    for (let cursor = after; ; ) {
      const entries = await feed.read(STREAM, cursor, BATCH);
      if (entries.length === 0) return;
      yield entries;
      cursor = entries.at(-1)!.cursor;
    }
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function seconds(work: () => Promise<unknown>, before: () => Promise<unknown> = async () => {}): Promise<number> {
  await before();
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** Of three signals of a work item: a warning, a yellow card, a red card that supersedes it. */
function entryOf(n: number) {
  const level = (['WARNING', 'YELLOW', 'RED'] as const)[n % 3]!;
  const previousLevel = (['NONE', 'WARNING', 'YELLOW'] as const)[n % 3]!;
  const at = new Date(Date.UTC(2026, 2, 2) + n).toISOString();
  const subject = `115:${Math.floor(n / 3)}`;
  const payload = {
    ...{
      id: createHash('sha256').update(String(n)).digest('hex'),
      kind: 'ROSE',
      reason: null,
      domain: 'WORK_ITEM',
      rule: 'WI-03',
    },
    ...{
      ruleVersion: '2026.1',
      subjectKind: 'work-item',
      subjectType: 'WorkItem',
      subject,
      occurrence: '',
      level,
      previousLevel,
    },
    ...{
      turnedAt: at,
      knownAt: at,
      agency: '11150105MB0000001A',
      division: '150105',
      item: null,
      source: '115',
      issue: 'AUTO',
    },
    ...{
      message: { zh: '承诺时限5个工作日，已超期1个工作日', en: 'promise limit 5 working days, overdue by 1' },
      receipt: null,
      n: 1,
    },
  };
  return { stream: STREAM, type: 'signal', key: subject, at: Date.parse(at), payload };
}
