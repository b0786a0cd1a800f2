import { fileURLToPath } from 'node:url';
import type { Role, Viewer } from '@gnomon/identity';
import { type Database, openFeed } from '@gnomon/store';
import {
  fixedRules,
  type HostedSubgraph,
  hostSubgraph,
  openFolderRules,
  type RequestContext,
  type RulesInForce,
  requestContext,
} from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import { subgraph } from '../src/subgraph.ts';

export const START = '2026-03-02T09:00:00.000+08:00';
const silent = pino({ level: 'silent' });
const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));

/** A hosted registry of its own, with the project's rules. */
export interface World {
  readonly hosted: HostedSubgraph;
  readonly database: Database;
  readonly time: SettableTime;
  readonly rules: ReturnType<typeof fixedRules>;
  ask(query: string, variables?: Record<string, unknown>, viewer?: Viewer | null): Promise<Answer>;
  close(): Promise<void>;
}
export interface Answer {
  // A test reads into answers freely; what is not there fails the comparison.
  readonly data: Record<string, never> & Record<string, unknown>;
  readonly codes: readonly unknown[];
  readonly messages: readonly string[];
}

let projectRules: RulesInForce | null = null;

export async function openWorld(): Promise<World> {
  projectRules ??= openFolderRules({ folder: RULES, log: silent, runTests: false }).current();
  const test = await openTestDatabase({ registry: subgraph.migrations });
  const database = await test.open('registry');
  const time = settableTime(START);
  const rules = fixedRules(projectRules);
  const hosted = await hostSubgraph(subgraph, {
    database,
    feed: openFeed(database),
    rules,
    time,
    log: silent,
    metrics: new MetricsRegistry(),
  });
  return {
    hosted,
    database,
    time,
    rules,
    async ask(query, variables = {}, viewer = account('AUDITOR')) {
      const result = await hosted.execute({ document: parse(query), variables, context: contextOf(viewer) });
      return {
        data: (result.data ?? {}) as Answer['data'],
        codes: (result.errors ?? []).map((error) => error.extensions.code),
        messages: (result.errors ?? []).map((error) => error.message),
      };
    },
    async close() {
      await hosted.close();
      await test.close();
    },
  };
}

export function account(role: Role): Viewer {
  return {
    id: `test-${role}`,
    name: { zh: role, en: role },
    role,
    tier: 'REGION',
    agency: null,
    division: '15',
    sources: [],
    purpose: null,
    expiresAt: Date.now() + 3_600_000,
  };
}

function contextOf(viewer: Viewer | null): RequestContext {
  return requestContext(viewer, 'request-1');
}

/** The schema's text, for tests that read it. */
export const schemaText = subgraph.typeDefs;
