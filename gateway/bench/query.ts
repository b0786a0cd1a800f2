/**
 * Cross-domain queries: this gateway against the stock `@apollo/gateway` on the same supergraph and subgraphs.
 *
 *   node gateway/bench/query.ts [SECONDS]
 *
 * Rounds of the three are interleaved, so that a noisy machine is noisy for all. CPU is what the processes used, per query; "rate" is
 * queries a second of CPU of the whole (gateway and subgraphs), which is what a machine can serve. Goals: 2 over HTTP, 4 in one process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { Pool } from 'undici';

const seconds = Number(process.argv[2] ?? 3);
const ROUNDS = 3;
const AT_ONCE = 16;
const QUERY = '{ workItems(first: 5) { id title state agency { uscc name division { name } } cards { id level } } }';
const modes = ['stock', 'http', 'in-process'] as const;

const children: ChildProcess[] = [];
const subgraphs = await startChild('subgraphs', []);
const gateways = Object.fromEntries(
  await Promise.all(modes.map(async (mode) => [mode, await startChild(mode, subgraphs.told)] as const)),
);
const sums = Object.fromEntries(modes.map((mode) => [mode, { queries: 0, gateway: 0, subgraphs: 0 }]));

for (const mode of modes) await load(String(gateways[mode]!.told), 1);
for (let round = 0; round < ROUNDS; round++) {
  for (const mode of modes) {
    const gateway = gateways[mode]!;
    const before = [await cpuOf(gateway.child), await cpuOf(subgraphs.child)] as const;
    const queries = await load(String(gateway.told), seconds);
    const sum = sums[mode]!;
    sum.queries += queries;
    sum.gateway += (await cpuOf(gateway.child)) - before[0];
    sum.subgraphs += (await cpuOf(subgraphs.child)) - before[1];
  }
}
const stock = sums.stock!;
const total = (mode: string) => (sums[mode]!.gateway + sums[mode]!.subgraphs) / sums[mode]!.queries;
for (const mode of modes) {
  const { queries, gateway, subgraphs: below } = sums[mode]!;
  const own = gateway / queries;
  console.log(
    `${mode.padEnd(10)} ${String(queries).padStart(6)} 次 queries · gateway ${own.toFixed(0)} µs · subgraphs ${(below / queries).toFixed(0)} µs` +
      ` · gateway × ${(stock.gateway / stock.queries / own).toFixed(2)} · rate × ${(total('stock') / total(mode)).toFixed(2)}`,
  );
}
for (const child of children) child.kill();

async function startChild(
  role: string,
  given: unknown,
): Promise<{ readonly child: ChildProcess; readonly told: unknown }> {
  const child = fork(new URL('./query-process.ts', import.meta.url), [role, JSON.stringify(given)]);
  children.push(child);
  return { child, told: await told(child) };
}

function told(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve));
}

async function cpuOf(child: ChildProcess): Promise<number> {
  const answer = told(child);
  child.send('cpu');
  const { user, system } = (await answer) as NodeJS.CpuUsage;
  return user + system;
}

/** Asks `AT_ONCE` at a time for so long; gives how many were answered, and stops at a wrong answer. */
async function load(url: string, forSeconds: number): Promise<number> {
  const pool = new Pool(new URL(url).origin, { connections: AT_ONCE });
  const until = performance.now() + forSeconds * 1000;
  const body = JSON.stringify({ query: QUERY });
  let queries = 0;
  const ask = async () => {
    while (performance.now() < until) {
      const answer = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await answer.body.text();
      if (!text.includes('"区划 152"') || !text.includes('"YELLOW"')) throw new Error(`wrong answer: ${text}`);
      queries++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  await pool.close();
  return queries;
}
