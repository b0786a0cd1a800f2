/**
 * The public federation audit (graphql-hive/federation-gateway-audit, MIT) against this gateway and against Apollo's own executor.
 *
 *   node gateway/audit/run.ts CHECKOUT      CHECKOUT: a checkout of the audit with its dependencies installed (`npm install`)
 *
 * Prints the failures of both and ends with 1 when ours fails where the stock one does not.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createGateway, DEFAULT_LIMITS } from '../src/index.ts';

interface AuditCase {
  readonly query: string;
  readonly expected: { readonly data?: unknown; readonly errors?: boolean };
}

const checkout = process.argv[2];
if (!checkout) {
  console.error('用法 · usage: node gateway/audit/run.ts CHECKOUT');
  process.exit(2);
}

const port = await freePort();
const server = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'serve', '--port', String(port)], {
  cwd: checkout,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const base = `http://localhost:${port}`;
try {
  await until(async () => (await fetch(`${base}/_health`)).ok);
  const stock = await runAll(true);
  const own = await runAll(false);
  report('Apollo 执行器 · stock executor', stock);
  report('本网关 · this gateway', own);
  const worse = own.failed.filter((name) => !stock.failed.includes(name));
  console.log(
    worse.length === 0 ? '没有新增失败 · no failure of our own' : `新增失败 · failures of our own: ${worse.join(', ')}`,
  );
  process.exitCode = worse.length === 0 ? 0 : 1;
} finally {
  server.kill();
}

interface Outcome {
  readonly total: number;
  readonly failed: readonly string[];
  readonly surprises: number;
}

async function runAll(isStockExecutor: boolean): Promise<Outcome> {
  let total = 0;
  let surprises = 0;
  const failed: string[] = [];
  for (const id of (await json(`${base}/ids`)) as string[]) {
    const metrics = new Registry();
    const gateway = await createGateway({
      supergraphSdl: await (await fetch(`${base}/${id}/supergraph`)).text(),
      subgraphs: [],
      authenticate: async () => ({ viewer: null, scope: null, requestId: 'audit' }),
      log: pino({ level: 'silent' }),
      metrics,
      isStockExecutor,
      limits: { ...DEFAULT_LIMITS, maxAliases: 1_000 },
    });
    const cases = (await json(`${base}/${id}/tests`)) as AuditCase[];
    for (const [index, { query, expected }] of cases.entries()) {
      total++;
      const result = await gateway.execute({ query, context: { viewer: null, scope: null, requestId: 'audit' } });
      if (!isAsExpected(JSON.parse(JSON.stringify(result)), expected)) failed.push(`${id}_${index}`);
    }
    for (const { value } of (await metrics.getSingleMetric('gnomon_gateway_surprises_total')?.get())?.values ?? [])
      surprises += value;
    await gateway.close();
  }
  return { total, failed, surprises };
}

function isAsExpected(result: { data?: unknown; errors?: unknown[] }, expected: AuditCase['expected']): boolean {
  if (typeof expected.errors === 'boolean' && expected.errors !== (result.errors ?? []).length > 0) return false;
  return isDeepStrictEqual(result.data ?? null, expected.data ?? null);
}

function report(name: string, { total, failed, surprises }: Outcome): void {
  console.log(
    `${name}: ${total - failed.length}/${total} (${surprises} 次交由标准执行器 · handed to the stock executor)`,
  );
  for (const failure of failed) console.log(`  ✗ ${failure}`);
}

async function json(url: string): Promise<unknown> {
  return await (await fetch(url)).json();
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await isTrue().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the audit's server did not answer at ${base} within 20 s; run \`npm install\` in ${checkout}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 4200;
}
