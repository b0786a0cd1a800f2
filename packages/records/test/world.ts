import { fileURLToPath } from 'node:url';
import { scopeOf, type Viewer } from '@gnomon/identity';
import { REFERENCE_STREAM, type ReferenceAgency, type ReferenceSource } from '@gnomon/reference';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { appendToOutbox, type Database, openFeed, relayOnce } from '@gnomon/store';
import {
  fixedRules,
  hostSubgraph,
  type RulesPort,
  type ServableSubgraph,
  type Signal,
  type Standing,
  type SubgraphDefinition,
} from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import fastify from 'fastify';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Milestone } from '../src/types.ts';

const PUBLISHED = fileURLToPath(new URL('../../../rules', import.meta.url));
type Row = Readonly<Record<string, unknown>>;
type Published = readonly (readonly ['agency' | 'service-item' | 'source', object])[];

/** What a push was answered with. */
export interface PushAnswer {
  readonly account: { rows: number; taken: number; setAside: number; refused: number; identical: number };
  readonly isRepeated: boolean;
  readonly refused: readonly { id: string; code: string; guid: string }[];
}

/** A domain of records on a database of its own, with a clock that is set. */
export interface RecordTestWorld {
  readonly database: Database;
  readonly time: SettableTime;
  readonly hosted: ServableSubgraph;
  /** Publishes entries of the registry. */
  publish(entries: Published): Promise<void>;
  ask<T = Record<string, never>>(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Pushes rows in the name of a source through `push<Prefix>Rows`. */
  push(rows: readonly Row[], options?: { batchId?: string; chunk?: number; viewer?: Viewer }): Promise<PushAnswer>;
  /** Sends rows with `received_at` to `/<name>/rows` as an operator's history; `query` may carry `more`, `firstChunk`, `from`. */
  history(rows: readonly Row[], query?: Readonly<Record<string, string>>): Promise<{ status: number; body: unknown }>;
  /** Tells milestones of another domain in its stream; the domain takes them in when it settles. */
  milestones(stream: string, milestones: readonly Milestone[]): Promise<void>;
  /** Signals of the domain so far, in commit order. */
  signals(): Promise<readonly Signal[]>;
  /** Milestones that the domain told so far. */
  told(): Promise<readonly Milestone[]>;
  standing(kind: string, id: string): Promise<Standing['verdicts']>;
  /** Sets the time and lets timers and followers run. */
  goTo(instant: string | number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a domain's subgraph for tests. `rules`: a folder; the published rules when absent. */
export async function openRecordWorld(
  subgraph: SubgraphDefinition<never> | SubgraphDefinition<object>,
  options: {
    readonly prefix: string;
    readonly start: string;
    readonly rules?: string | RulesPort;
    readonly publish?: Published;
  },
): Promise<RecordTestWorld> {
  const definition = subgraph as SubgraphDefinition<object>;
  const { name, schemaName } = definition;
  const test = await openTestDatabase({ [schemaName]: definition.migrations });
  const database = await test.open(schemaName);
  const time = settableTime(options.start);
  const feed = openFeed(database);
  const rules = typeof options.rules === 'object' ? options.rules : rulesOf(options.rules ?? PUBLISHED);
  const ports = { database, feed, rules, time, log: pino({ level: 'silent' }), metrics: new Registry() };
  const operator = viewer('OPERATOR');
  const contextOf = (who: Viewer) => ({ viewer: who, scope: scopeOf(who), requestId: 'test' });
  const hosted = await hostSubgraph(definition, ports, {
    background: false,
    authenticate: async () => contextOf(operator),
  });
  const app = fastify();
  hosted.routes(app);
  const Prefix = `${options.prefix.charAt(0).toUpperCase()}${options.prefix.slice(1)}`;
  const tell = async (entries: Parameters<typeof appendToOutbox>[1]): Promise<void> => {
    await database.transaction((tx) => appendToOutbox(tx, entries));
    await relayOnce(database);
  };
  const entriesOf = async <T>(stream: string, type: string): Promise<readonly T[]> => {
    await relayOnce(database);
    const found: T[] = [];
    for (let after: string | null = null; ; ) {
      const entries = await feed.read(stream, after, 10_000);
      if (entries.length === 0) return found;
      for (const entry of entries) if (entry.type === type) found.push(entry.payload as T);
      after = entries.at(-1)!.cursor;
    }
  };
  const world: RecordTestWorld = {
    database,
    time,
    hosted,
    async publish(entries) {
      await tell(
        entries.map(([type, payload]) => ({
          ...{ stream: REFERENCE_STREAM, type, at: time.now(), payload },
          key: keyOf(payload as { uscc?: string; code?: string; id?: string }),
        })),
      );
      await hosted.settle();
    },
    async ask(who, query, variables = {}) {
      const result = await hosted.execute({ document: parse(query), variables, context: contextOf(who) });
      if (result.errors !== undefined) throw result.errors[0]!.originalError ?? result.errors[0]!;
      return result.data as never;
    },
    async push(rows, { batchId = 'b', chunk, viewer: who } = {}) {
      const source = String(rows[0]?.data_source ?? '');
      const answer = await world.ask<{ pushed: PushAnswer }>(
        who ?? viewer('SOURCE', { sources: [source] }),
        `mutation ($input: PushRowsInput!) { pushed: push${Prefix}Rows(input: $input) {
          ... on PushRowsPayload { isRepeated account { rows taken setAside refused identical } refused { id code guid } }
          ... on IntakeProblem { message { en } } } }`,
        { input: { batchId, chunk: chunk ?? null, rows: rows.map(({ table, ...columns }) => ({ table, columns })) } },
      );
      return answer.pushed;
    },
    async history(rows, query = {}) {
      const parameters = new URLSearchParams({ batch: 'history', history: '1', ...query });
      const answer = await app.inject({
        method: 'POST',
        url: `/${name}/rows?${parameters.toString()}`,
        headers: { 'content-type': 'application/x-ndjson' },
        payload: rows.map((row) => JSON.stringify(row)).join('\n'),
      });
      return { status: answer.statusCode, body: answer.json() as unknown };
    },
    milestones: (stream, milestones) =>
      tell([{ stream, type: 'milestones', key: milestones[0]!.id, at: milestones[0]!.at, payload: { milestones } }]),
    signals: () => entriesOf<Signal>(name, 'signal'),
    async told() {
      const entries = await entriesOf<{ milestones: readonly Milestone[] }>(`${name} milestones`, 'milestones');
      return entries.flatMap(({ milestones }) => milestones);
    },
    async standing(kind, id) {
      const [row] = await database.sql<
        { standing: Standing }[]
      >`select standing from subject where kind = ${kind} and id = ${id}`;
      return row?.standing.verdicts ?? [];
    },
    async goTo(instant) {
      time.set(instant);
      await relayOnce(database);
      await hosted.settle();
    },
    async close() {
      await app.close();
      await hosted.close();
      await test.close();
    },
  };
  if (options.publish !== undefined) await world.publish(options.publish);
  return world;
}

/** The rules of a folder with the published calendar; their own tests are run elsewhere. @throws {Error} when they are refused. */
export function rulesOf(folder: string): RulesPort {
  const calendars = createCalendarSet(readCalendarFolder(`${PUBLISHED}/calendar`));
  const loaded = loadPack(readRulesFolder(folder), { calendar: calendars.base, runTests: false });
  if ('problems' in loaded)
    throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line} ${message.en}`).join('\n'));
  const calendarFor = (division: string) => calendars.in({ division });
  return fixedRules({ pack: loaded.pack, calendar: calendars.base, calendarFor });
}

/** A viewer of a role. */
export function viewer(role: Viewer['role'], more: Partial<Viewer> = {}): Viewer {
  return {
    id: `test-${role}`,
    name: { zh: '测试', en: 'Test' },
    role,
    ...{ tier: null, agency: null, division: null, sources: [], purpose: null },
    expiresAt: Date.now() + 3_600_000,
    ...more,
  };
}

/** A registered agency. */
export function agency(uscc: string, division: string, more: Partial<ReferenceAgency> = {}): ReferenceAgency {
  const base = {
    uscc,
    name: '测试机构',
    nameEn: null,
    division,
    department: '',
    level: 3,
    duty: 'IMPLEMENTING',
  } as const;
  return { ...base, reportsTo: null, from: null, to: null, ...more };
}

/** A registered source; one that pushes by the end of the next working day unless `more` says otherwise. */
export function source(
  id: string,
  uscc: string,
  division: string,
  more: Partial<ReferenceSource> = {},
): ReferenceSource {
  const base = { id, name: '测试数源', nameEn: null, agency: uscc, division, ownPlatform: false, mustPush: false };
  return { ...base, registeredAt: '2024-01-02T09:00:00+08:00', exempt: null, ...more };
}

function keyOf({ uscc, code, id }: { uscc?: string; code?: string; id?: string }): string {
  return String(uscc ?? code ?? id);
}
