import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '@gnomon/identity';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { openTestDatabase } from '@gnomon/test-kit';
import { pino } from 'pino';
import { demoViewers, type Hub, type HubOptions, openHub } from '../src/index.ts';
import { SUBGRAPHS } from '../src/open-hub.ts';

/** What GraphQL answers. */
export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** A hub in this process, with a port, a database and a data folder of its own. */
export interface ListeningHub {
  readonly hub: Hub;
  /** Data folder: commands find the issuer's key there. */
  readonly home: string;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  token(account: string): Promise<string>;
  /** Asks through the gateway over HTTP. */
  ask<Data>(account: string, query: string, variables?: object): Promise<Answer<Data>>;
  close(): Promise<void>;
}

/** Opens the whole hub as `start` does, without the simulated province; `env` as the environment would set it. */
export async function openListeningHub(
  options: Partial<HubOptions> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ListeningHub> {
  const test = await openTestDatabase(Object.fromEntries(SUBGRAPHS.map((one) => [one.schemaName, one.migrations])));
  const home = mkdtempSync(join(tmpdir(), 'gnomon-hub-'));
  const settings = readEnvironment({ PORT: '0', GNOMON_HOME: home, ...env }, 0);
  const hub = await openHub({
    settings,
    databaseUrl: test.url,
    connections: 6,
    log: pino({ level: 'silent' }),
    ...options,
  });
  const issuer = await openIssuer(settings.identityFolder);
  const token = (account: string) => issuer.issueToken(demoViewers()(account), { ttlSeconds: 600 });
  return {
    hub,
    home,
    origin: new URL(hub.url).origin,
    token,
    ask: async (account, query, variables) => askGraph(hub.url, await token(account), query, variables),
    async close() {
      await hub.close();
      await test.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Asks a GraphQL endpoint over HTTP. */
export async function askGraph<Data>(
  url: string,
  token: string | null,
  query: string,
  variables: object = {},
): Promise<Answer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer<Data>;
}
