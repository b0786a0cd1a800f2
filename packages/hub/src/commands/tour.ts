import { parseArgs } from 'node:util';
import { openIssuer } from '@gnomon/identity';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { demoCast, demoViewers, demoWorldAccounts } from '../demo-world.ts';
import { type AskAs, walkTour } from '../tour/walk.ts';

const USAGE = `用法 Usage: pnpm tour [选项 options]
  --hub URL   平台地址 address of the hub (default http://127.0.0.1:PORT)`;
const TOKEN_SECONDS = 600;

/** `pnpm tour`: walks a card of the running hub through its whole life, by the demonstration accounts, and says each step. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { hub: { type: 'string' }, help: { type: 'boolean', default: false } } });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const settings = readEnvironment(process.env, 4000);
  const hub = values.hub ?? `http://127.0.0.1:${settings.port}`;
  const viewers = demoViewers();
  const issuer = await openIssuer(settings.identityFolder);
  const ask: AskAs = async (account, query, variables) => {
    const { expiresAt: _never, ...viewer } = viewers(account);
    return askHub(hub, await issuer.issueToken(viewer, { ttlSeconds: TOKEN_SECONDS }), query, variables);
  };
  const divisionOf = new Map(demoCast().agencies.map(({ uscc, division }) => [uscc, division]));
  await walkTour(demoWorldAccounts(), divisionOf, ask, (line) => process.stdout.write(`${line}\n`));
  return 0;
}

async function askHub<Data>(hub: string, token: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${hub}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  }).catch((cause: unknown) => {
    throw new Error(
      `平台 ${hub} 没有应答；请先运行 pnpm start，或用 --hub 指明地址 The hub ${hub} does not answer; run pnpm start first, or name its address with --hub`,
      { cause },
    );
  });
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: readonly { message: string }[] };
  if (data == null || errors !== undefined) throw new Error((errors ?? []).map(({ message }) => message).join('\n'));
  return data;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
