import { fileURLToPath } from 'node:url';
import { scopeOf, type Viewer } from '@gnomon/identity';
import type { Milestone } from '@gnomon/records';
import type { ReferenceAgency, ReferenceSource } from '@gnomon/reference';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { appendToOutbox, type Database, type OutboxEntry, openFeed, relayOnce } from '@gnomon/store';
import { hostSubgraph, type RulesPort, type ServableSubgraph, type Signal } from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { subgraph } from '../src/subgraph.ts';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const LIBRARY = '115-licences';

let loaded: RulesPort | undefined;
/** The published rules of licences and the calendar, loaded once a process. */
export function licenceRules(): RulesPort {
  if (loaded !== undefined) return loaded;
  const calendars = createCalendarSet(readCalendarFolder(`${RULES}/calendar`));
  const files = readRulesFolder(RULES).filter(({ path }) => /^(base\/EL-|facts\/licence)/.test(path));
  const result = loadPack(files, { calendar: calendars.base, runTests: false });
  if ('problems' in result)
    throw new Error(result.problems.map((problem) => `${problem.file} ${problem.message.en}`).join('\n'));
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
export const LIBRARY_VIEWER = viewer('SOURCE', { id: 'library', sources: [LIBRARY] });
export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
export const OPERATOR = viewer('OPERATOR', { id: 'operator' });

/** Agencies and sources as the registry publishes them. */
export interface Published {
  readonly agencies: readonly ReferenceAgency[];
  readonly sources: readonly ReferenceSource[];
}
export interface PushAnswer {
  readonly account: { rows: number; taken: number; setAside: number; refused: number; identical: number };
  readonly isRepeated: boolean;
  readonly refused: readonly { code: string; guid: string; id: string }[];
}
export interface TestWorld {
  readonly database: Database;
  readonly time: SettableTime;
  readonly hosted: ServableSubgraph;
  publish(published: Published): Promise<void>;
  ask<T>(who: Viewer, query: string, variables?: Record<string, unknown>): Promise<T>;
  push(rows: readonly Readonly<Record<string, unknown>>[], batchId?: string, who?: Viewer): Promise<PushAnswer>;
  /** Puts milestones of work items into their stream and lets the domain follow. */
  tell(milestones: readonly Milestone[]): Promise<void>;
  signals(): Promise<readonly Signal[]>;
  /** Sets the time and lets timers run. */
  goTo(instant: string | number): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(start: string | number): Promise<TestWorld> {
  const test = await openTestDatabase({ licences: new URL('../migrations/', import.meta.url) });
  const database = await test.open('licences');
  const time = settableTime(start);
  const feed = openFeed(database);
  const ports = {
    database,
    feed,
    rules: licenceRules(),
    time,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
  };
  const hosted = await hostSubgraph(subgraph, ports, {
    background: false,
    authenticate: async () => {
      throw new Error('no HTTP here');
    },
  });
  const append = async (entries: readonly OutboxEntry[]): Promise<void> => {
    await database.transaction((tx) => appendToOutbox(tx, entries));
    await relayOnce(database);
    await hosted.settle();
  };
  const world: TestWorld = {
    database,
    time,
    hosted,
    publish: ({ agencies, sources }) =>
      append([
        ...agencies.map((payload) => ({
          stream: 'registry',
          type: 'agency',
          key: payload.uscc,
          at: time.now(),
          payload,
        })),
        ...sources.map((payload) => ({ stream: 'registry', type: 'source', key: payload.id, at: time.now(), payload })),
      ]),
    async ask(who, query, variables = {}) {
      const result = await hosted.execute({
        document: parse(query),
        variables,
        context: { viewer: who, scope: scopeOf(who), requestId: 'test' },
      });
      if (result.errors !== undefined) throw result.errors[0]!.originalError ?? result.errors[0]!;
      return result.data as never;
    },
    async push(rows, batchId = 'b', who = LIBRARY_VIEWER) {
      const answer = await world.ask<{ pushLicenceRows: PushAnswer }>(
        who,
        `mutation ($input: PushRowsInput!) { pushLicenceRows(input: $input) {
          ... on PushRowsPayload { isRepeated account { rows taken setAside refused identical } refused { code guid id } }
          ... on IntakeProblem { message { en } } } }`,
        { input: { batchId, rows: rows.map(({ table, ...columns }) => ({ table, columns })) } },
      );
      return answer.pushLicenceRows;
    },
    tell: (milestones) =>
      append(
        milestones.map((one) => ({
          stream: 'work-items milestones',
          type: 'milestones',
          key: one.id,
          at: one.at,
          payload: { milestones: [one] },
        })),
      ),
    async signals() {
      await relayOnce(database);
      const entries = await feed.read('licences', null, 10_000);
      return entries.filter((entry) => entry.type === 'signal').map((entry) => entry.payload as Signal);
    },
    async goTo(instant) {
      time.set(instant);
      await hosted.settle();
      await relayOnce(database);
    },
    async close() {
      await hosted.close();
      await test.close();
    },
  };
  return world;
}

export async function importHistory(
  _world: TestWorld,
  _milestones: readonly Milestone[],
  _rows: readonly object[],
): Promise<void> {}
