import { fileURLToPath } from 'node:url';
import type { Viewer } from '@gnomon/identity';
import { memoryKeyring, scopeOf } from '@gnomon/identity';
import type { Pack } from '@gnomon/rule-engine';
import { appendToOutbox, openFeed, relayOnce } from '@gnomon/store';
import {
  hostSubgraph,
  type Ports,
  type RequestContext,
  type RulesInForce,
  type RulesPort,
  type ServableSubgraph,
} from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { type ExecutionResult, parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Signal } from '../src/signal.ts';
import { subgraph } from '../src/subgraph.ts';
import { payloadOf } from './signals.ts';

const CALENDAR = fileURLToPath(new URL('../../../rules/calendar', import.meta.url));
const PUBLISHED = createCalendarSet(readCalendarFolder(CALENDAR)).base;

/** The instant at which a world begins. */
export const START = '2026-03-02T09:00:00.000+08:00';

/** Supervision hosted over a database of its own, beside a domain that tells signals. */
export interface World {
  readonly ports: Ports;
  readonly time: SettableTime;
  readonly hosted: ServableSubgraph;
  /** Appends signals to the feed of work items, as the domain would. */
  tell(...signals: readonly Signal[]): Promise<void>;
  tellPayloads(...payloads: readonly unknown[]): Promise<void>;
  /** Tells, takes over, and moves the own entries into the feed. */
  post(...signals: readonly Signal[]): Promise<void>;
  settle(): Promise<void>;
  ask<Data>(viewer: Viewer | null, document: string, variables?: Record<string, unknown>): Promise<Data>;
  answer(viewer: Viewer | null, document: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  listen(
    viewer: Viewer | null,
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<AsyncIterableIterator<ExecutionResult>>;
  close(): Promise<void>;
}

export async function openWorld(rules: RulesInForce | RulesPort = rulesInForce(pack())): Promise<World> {
  const migrations = new URL('../migrations/', import.meta.url);
  const world = await openTestDatabase({ supervision: migrations, work_items: null });
  const database = await world.open('supervision');
  const domain = await world.open('work_items', { max: 2 });
  const time = settableTime(START);
  const ports: Ports = {
    database,
    feed: openFeed(database),
    rules: 'current' in rules ? rules : { current: () => rules, onChange: () => () => {} },
    time,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    keys: memoryKeyring(),
  };
  const hosted = await hostSubgraph(subgraph, ports, { background: false });
  const tellPayloads = async (...payloads: readonly unknown[]) => {
    const entries = payloads.map((payload) => ({
      stream: 'work-items',
      type: 'signal',
      key: 'k',
      at: time.now(),
      payload,
    }));
    await domain.transaction((tx) => appendToOutbox(tx, entries));
    await relayOnce(domain);
  };
  const tell = (...signals: readonly Signal[]) => tellPayloads(...signals.map(payloadOf));
  const settle = async () => {
    await hosted.settle();
    await relayOnce(database);
  };
  const answer = (viewer: Viewer | null, document: string, variables = {}) =>
    hosted.execute({ document: parse(document), variables, context: requestOf(viewer) });
  return {
    ports,
    time,
    hosted,
    tell,
    tellPayloads,
    settle,
    answer,
    async post(...signals) {
      await tell(...signals);
      await settle();
    },
    async ask<Data>(viewer: Viewer | null, document: string, variables = {}) {
      const { data, errors } = await answer(viewer, document, variables);
      if (errors !== undefined) throw new Error(errors.map(String).join('\n'), { cause: errors[0] });
      return data as Data;
    },
    async listen(viewer, document, variables = {}) {
      const stream = await hosted.subscribe({ document: parse(document), variables, context: requestOf(viewer) });
      if (!(Symbol.asyncIterator in stream))
        throw new Error(JSON.stringify(stream.errors), { cause: stream.errors?.[0] });
      return stream[Symbol.asyncIterator]() as AsyncIterableIterator<ExecutionResult>;
    },
    async close() {
      await hosted.close();
      await world.close();
    },
  };
}

/** A pack that says only what supervision asks of it: precedence, and the files that receipts name. */
export function pack(): Pack {
  const rule = (yieldsTo: readonly string[]) => ({ yieldsTo });
  const rules = new Map([
    ['WI-03', rule(['WI-04'])],
    ['WI-04', rule([])],
  ]);
  return { hash: 'p'.repeat(64), files: [{ path: 'base/WI-03.yaml', text: 'id: WI-03\n' }], rules } as unknown as Pack;
}

/** These rules with the published calendar, under the name `cc…c` that the tests' receipts give it. */
export function rulesInForce(of: Pack): RulesInForce {
  const named = { hash: 'c'.repeat(64), data: { id: 'test' } };
  const calendar = { ...PUBLISHED, ...named } as unknown as RulesInForce['calendar'];
  return { pack: of, calendar, calendarFor: () => calendar };
}

/** A viewer of a role, as a token would make it. */
export function viewerOf(role: Viewer['role'], parts: Partial<Viewer> = {}): Viewer {
  const name = { zh: role, en: role };
  const expiresAt = Number.MAX_SAFE_INTEGER;
  return {
    id: `${role.toLowerCase()}-1`,
    name,
    role,
    tier: null,
    agency: null,
    division: null,
    sources: [],
    purpose: null,
    expiresAt,
    ...parts,
  };
}

/** The auditor of the whole region: reads every card. */
export const AUDITOR = viewerOf('AUDITOR', { tier: 'REGION', division: '15' });

export function requestOf(viewer: Viewer | null): RequestContext {
  return { viewer, scope: scopeOf(viewer), requestId: 'test' };
}
