import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tier, Viewer } from '@gnomon/identity';
import { type Database, openFeed, relayOnce } from '@gnomon/store';
import {
  hostSubgraph,
  openFolderRules,
  openPublishedRules,
  type PublishedRules,
  requestContext,
} from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import { subgraph } from '../src/subgraph.ts';

const silent = pino({ level: 'silent' });
const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
/** A few rules of the real ones, so that a proof takes a moment only. */
const KEPT = ['WI-03', 'WI-04', 'WI-07'];

/** A registry whose rules come from a folder and from what is published, as in the hub. */
export interface LawWorld {
  readonly rules: PublishedRules;
  readonly database: Database;
  readonly time: SettableTime;
  /** Another process of the hub: its own pool, its own copy of the rules. */
  another(): Promise<PublishedRules>;
  ask(query: string, variables: Record<string, unknown>, viewer?: Viewer): Promise<{ data: never; codes: unknown[] }>;
  /** Lets the relay carry and the rules follow, up to the present time. */
  settle(...also: readonly PublishedRules[]): Promise<void>;
  close(): Promise<void>;
}

export async function openLawWorld(start: string): Promise<LawWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'gnomon-law-'));
  for (const part of ['facts', 'calendar']) cpSync(join(RULES, part), join(folder, part), { recursive: true });
  mkdirSync(join(folder, 'base'));
  for (const id of KEPT) cpSync(join(RULES, `base/${id}.yaml`), join(folder, `base/${id}.yaml`));
  const test = await openTestDatabase({ registry: subgraph.migrations, licences: null });
  const database = await test.open('registry');
  const time = settableTime(start);
  const seed = () => openFolderRules({ folder, log: silent, runTests: false });
  const rules = await openPublishedRules({ seed: seed(), feed: openFeed(database), time, log: silent });
  const hosted = await hostSubgraph(subgraph, {
    database,
    feed: openFeed(database),
    rules,
    time,
    log: silent,
    metrics: new MetricsRegistry(),
  });
  return {
    rules,
    database,
    time,
    another: async () =>
      openPublishedRules({ seed: seed(), feed: openFeed(await test.open('licences')), time, log: silent }),
    async ask(query, variables, viewer = supervisor('15', 'REGION')) {
      const result = await hosted.execute({ document: parse(query), variables, context: requestContext(viewer, 'r') });
      return {
        data: (result.data ?? {}) as never,
        codes: (result.errors ?? []).map(({ extensions }) => extensions.code),
      };
    },
    async settle(...also) {
      while ((await relayOnce(database)) > 0);
      for (const one of [rules, ...also]) await one.part.settle();
    },
    async close() {
      await hosted.close();
      await test.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A supervisor of a division; `person` tells two of one body apart. */
export function supervisor(division: string, tier: Tier, person = 'a'): Viewer {
  return viewer('SUPERVISOR', division, tier, `supervisor-${division}-${person}`);
}

export function viewer(role: Viewer['role'], division: string | null, tier: Tier | null, id: string = role): Viewer {
  return {
    ...{ id, name: { zh: id, en: id }, role, tier, division, sources: [], purpose: null },
    agency: role === 'AGENCY' ? '11150622MB0000001X' : null,
    expiresAt: Date.now() + 3_600_000,
  };
}

/** The text of a real rule, as the folder has it. */
export const ruleText = (id: string): string => readFileSync(join(RULES, `base/${id}.yaml`), 'utf8');
