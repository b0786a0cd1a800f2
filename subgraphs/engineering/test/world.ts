import { fileURLToPath } from 'node:url';
import { scopeOf, type Viewer } from '@gnomon/identity';
import type { ReferenceAgency, ReferenceSource } from '@gnomon/reference';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { appendToOutbox, type Database, openFeed, relayOnce } from '@gnomon/store';
import { hostSubgraph, type RulesPort, type ServableSubgraph, type Signal } from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { subgraph } from '../src/subgraph.ts';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const SYSTEM = '115-engineering';

let loaded: RulesPort | undefined;
/** The published rules of engineering and the calendar, loaded once a process. */
export function engineeringRules(): RulesPort {
  if (loaded !== undefined) return loaded;
  const calendars = createCalendarSet(readCalendarFolder(`${RULES}/calendar`));
  const files = readRulesFolder(RULES).filter(({ path }) => /^(base\/EP-|facts\/(project|engineering))/.test(path));
  const result = loadPack(files, { calendar: calendars.base, runTests: false });
  if ('problems' in result) throw new Error(result.problems.map(({ message }) => message.en).join('\n'));
  const rules = {
    pack: result.pack,
    calendar: calendars.base,
    calendarFor: (scope: string) => calendars.in({ division: scope }),
  };
  loaded = { current: () => rules, onChange: () => () => {} };
  return loaded;
}

export const viewer = (role: Viewer['role'], more: Partial<Viewer> = {}): Viewer => ({
  id: `test-${role}`,
  name: { zh: '测试', en: 'Test' },
  role,
  tier: null,
  agency: null,
  division: null,
  sources: [],
  purpose: null,
  expiresAt: Date.now() + 3_600_000,
  ...more,
});
export const PUSHER = viewer('SOURCE', { id: 'approval-system', sources: [SYSTEM] });
export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
export const OPERATOR = viewer('OPERATOR', { id: 'operator' });

export type PushedRow = Readonly<Record<string, string | number | boolean>>;
export interface PushAnswer {
  readonly account: { rows: number; taken: number; setAside: number; refused: number; identical: number };
  readonly refused: readonly { code: string; guid: string }[];
}
export interface TestWorld {
  readonly database: Database;
  readonly time: SettableTime;
  readonly hosted: ServableSubgraph;
  publish(agencies: readonly ReferenceAgency[], sources: readonly ReferenceSource[]): Promise<void>;
  ask<T>(who: Viewer, query: string, variables?: Record<string, unknown>): Promise<T>;
  push(
    rows: readonly PushedRow[],
    options?: { readonly batch?: string; readonly who?: Viewer; readonly chunk?: number },
  ): Promise<PushAnswer>;
  /** What the stream tells, of a type: `signal`, `milestones`. */
  told<T>(stream: string, type: string): Promise<readonly T[]>;
  signals(): Promise<readonly Signal[]>;
  /** Sets the time and lets timers run. */
  goTo(instant: string | number): Promise<void>;
  close(): Promise<void>;
}

const PUSH = `mutation ($input: PushRowsInput!) { pushEngineeringRows(input: $input) {
  ... on PushRowsPayload { account { rows taken setAside refused identical } refused { code guid } }
  ... on IntakeProblem { message { en } } } }`;

export async function openWorld(start: string | number): Promise<TestWorld> {
  const test = await openTestDatabase({ engineering: new URL('../migrations/', import.meta.url) });
  const database = await test.open('engineering');
  const time = settableTime(start);
  const feed = openFeed(database);
  const log = pino({ level: 'silent' });
  const ports = { database, feed, rules: engineeringRules(), time, log, metrics: new Registry() };
  const authenticate = async () => {
    throw new Error('no HTTP here');
  };
  const hosted = await hostSubgraph(subgraph, ports, { background: false, authenticate });
  const world: TestWorld = {
    database,
    time,
    hosted,
    async publish(agencies, sources) {
      const entries = [
        ...agencies.map((payload) => ({ type: 'agency', key: payload.uscc, payload })),
        ...sources.map((payload) => ({ type: 'source', key: payload.id, payload })),
      ].map((entry) => ({ stream: 'registry', at: time.now(), ...entry }));
      await database.transaction((tx) => appendToOutbox(tx, entries));
      await relayOnce(database);
      await hosted.settle();
    },
    async ask(who, query, variables = {}) {
      const context = { viewer: who, scope: scopeOf(who), requestId: 'test' };
      const result = await hosted.execute({ document: parse(query), variables, context });
      if (result.errors !== undefined) throw result.errors[0]!.originalError ?? result.errors[0]!;
      return result.data as never;
    },
    async push(rows, { batch = 'b', who = PUSHER, chunk } = {}) {
      const input = {
        batchId: batch,
        chunk: chunk ?? null,
        rows: rows.map(({ table, ...columns }) => ({ table, columns })),
      };
      return (await world.ask<{ pushEngineeringRows: PushAnswer }>(who, PUSH, { input })).pushEngineeringRows;
    },
    async told(stream, type) {
      await relayOnce(database);
      const entries = await feed.read(stream, null, 10_000);
      return entries.filter((entry) => entry.type === type).map((entry) => entry.payload as never);
    },
    signals: () => world.told('engineering', 'signal'),
    async goTo(instant) {
      time.set(instant);
      await hosted.settle();
    },
    async close() {
      await hosted.close();
      await test.close();
    },
  };
  return world;
}
