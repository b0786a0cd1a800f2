import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readDashboardDocuments } from '@gnomon/gateway/dashboard';
import { createClient } from '@gnomon/store';
import { readEnvironment, requestContext } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { demoViewers, openHub } from '../src/index.ts';
import { DAYS, FROM, fillProvince, LEAGUE, RULES_A_DOMAIN } from './dashboard-load.ts';
import { type Question, rawAnswers } from './dashboard-raw.ts';

/*
 * The heaviest of the dashboard's documents over a province of three months, against the same answers by plain SQL on the raw tables,
 * side by side in one run:
 *
 *   node packages/hub/bench/dashboard.ts [--items 5000000] [--rounds 7]
 *
 * Rows are written by SQL as the intake leaves them, with documents of a few bytes: what is measured is reading.
 */
const { values } = parseArgs({
  options: { items: { type: 'string', default: '5000000' }, rounds: { type: 'string', default: '7' } },
});
const items = Number(values.items);
const rounds = Number(values.rounds);

const home = mkdtempSync(join(tmpdir(), 'gnomon-dashboard-'));
const present = Date.parse(FROM) + DAYS * 86_400_000;
const hub = await openHub({
  settings: readEnvironment({ ...process.env, PORT: '0', GNOMON_HOME: home }, 0),
  time: { now: () => present },
  background: false,
  listen: false,
  log: pino({ level: 'error' }, pino.destination(2)),
});
const sql = createClient({ url: hub.databaseUrl, max: 1, applicationName: 'gnomon bench' });
try {
  const startedAt = performance.now();
  const { agency } = await fillProvince(sql, items);
  console.log(
    `${items} 办件 work items 及其他领域 and the rest in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
  );

  const documents = readDashboardDocuments();
  const month = { from: '2026-03-01T00:00:00+08:00', to: '2026-04-01T00:00:00+08:00' };
  const days = { firstDay: '2026-03-01', lastDay: '2026-03-31' };
  const raw = rawAnswers(sql, { ...month, ...days, day: '2026-03-16', league: LEAGUE, agency });
  await compare(documents.RegionDay, { division: '15', day: '2026-03-16', ...month }, raw.regionDay);
  await compare(documents.CardDensity, { division: LEAGUE, ...month, ...days }, raw.cardDensity);
  await compare(documents.AgencyFile, { agency, ...days }, raw.agencyFile);
  console.log(`(${RULES_A_DOMAIN} 条规则每领域 rules a domain, ${DAYS} 天 days)`);
} finally {
  await sql.end();
  await hub.close();
  rmSync(home, { recursive: true, force: true });
}

/** Medians of both sides, taken in turn. */
async function compare(
  document: { readonly name: string; readonly text: string },
  variables: Record<string, unknown>,
  plain: Question,
): Promise<void> {
  const context = requestContext({ ...demoViewers()('supervisor-region'), expiresAt: Date.now() + 3_600_000 }, 'bench');
  const ask = async (): Promise<void> => {
    const answer = await hub.gateway.execute({ query: document.text, variables, context });
    if (answer.errors) throw new Error(JSON.stringify(answer.errors[0]));
  };
  const graph: number[] = [];
  const tables: number[] = [];
  await ask();
  await plain();
  for (let round = 0; round < rounds; round += 1) {
    graph.push(await timed(ask));
    tables.push(await timed(plain));
  }
  const [ours, theirs] = [median(graph), median(tables)];
  console.log(
    `${document.name.padEnd(12)} 图 graph ${ours.toFixed(0)} ms, 原表 raw tables ${theirs.toFixed(0)} ms, 比率 ratio ${(ours / theirs).toFixed(3)}`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
