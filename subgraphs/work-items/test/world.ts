import { fileURLToPath } from 'node:url';
import type { Viewer } from '@gnomon/identity';
import { scopeOf } from '@gnomon/identity';
import type { ReferenceAgency, ReferenceItem, ReferenceSource } from '@gnomon/reference';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { appendToOutbox, type Database, openFeed, relayOnce } from '@gnomon/store';
import { hostSubgraph, type RulesPort, type ServableSubgraph, type Signal } from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime, type TestDatabase } from '@gnomon/test-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { subgraph } from '../src/subgraph.ts';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const AGENCY = '11150105011597010A';
export const OTHER_AGENCY = '11150121011598020B';
export const ITEM = `${AGENCY}4000101001001`;

let loaded: RulesPort | undefined;
/** The published rules and calendar, loaded once a process. */
export function publishedRules(): RulesPort {
  if (loaded !== undefined) return loaded;
  const calendars = createCalendarSet(readCalendarFolder(`${RULES}/calendar`));
  const result = loadPack(readRulesFolder(RULES), { calendar: calendars.base, runTests: false });
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

export const agency = (uscc: string, division: string): ReferenceAgency => ({
  uscc,
  name: '测试机构',
  nameEn: null,
  division,
  department: '',
  level: 3,
  duty: 'IMPLEMENTING',
  reportsTo: null,
  from: null,
  to: null,
});
export const source = (
  id: string,
  uscc: string,
  division: string,
  more: Partial<ReferenceSource> = {},
): ReferenceSource => ({
  id,
  name: '测试数源',
  nameEn: null,
  agency: uscc,
  division,
  ownPlatform: false,
  mustPush: false,
  registeredAt: '2024-01-02T09:00:00+08:00',
  exempt: null,
  ...more,
});
export const item = (
  code: string,
  uscc: string,
  more: Partial<ReferenceItem['versions'][number]> = {},
): ReferenceItem => ({
  code,
  name: '测试事项',
  nameEn: null,
  agency: uscc,
  itemType: '01',
  kind: 'PROMISE',
  versions: [
    {
      version: '1',
      from: '2020-01-01',
      to: null,
      promise: { amount: 5, unit: 'WORKDAY' },
      statutory: { amount: 20, unit: 'WORKDAY' },
      preReviewHours: null,
      deliveryWorkdays: null,
      specialKinds: ['HEARING', 'TESTING'],
      specialWorkdays: {},
      steps: [],
      free: true,
      fees: [],
      joint: false,
      classified: false,
      ...more,
    },
  ],
});

export interface TestWorld {
  readonly test: TestDatabase;
  readonly database: Database;
  readonly time: SettableTime;
  readonly hosted: ServableSubgraph;
  publish(
    entries: readonly (readonly [
      'agency' | 'service-item' | 'source',
      { uscc?: string; code?: string; id?: string },
    ])[],
  ): Promise<void>;
  ask<T = Record<string, never>>(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<T>;
  push(
    rows: readonly Record<string, unknown>[],
    options?: { batchId?: string; chunk?: number; viewer?: Viewer },
  ): Promise<PushAnswer>;
  signals(): Promise<readonly Signal[]>;
  /** Sets the time and lets timers run. */
  goTo(instant: string | number): Promise<void>;
  close(): Promise<void>;
}
export interface PushAnswer {
  readonly account: { rows: number; taken: number; setAside: number; refused: number; identical: number };
  readonly isRepeated: boolean;
  readonly refused: readonly { code: string; guid: string; id: string }[];
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
export const SOURCE = viewer('SOURCE', { id: 'source-115', sources: ['115'] });
export const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });

export async function openWorld(start: string, rules: RulesPort = publishedRules()): Promise<TestWorld> {
  const test = await openTestDatabase({ work_items: new URL('../migrations/', import.meta.url) });
  const database = await test.open('work_items');
  const time = settableTime(start);
  const feed = openFeed(database);
  const ports = { database, feed, rules, time, log: pino({ level: 'silent' }), metrics: new Registry() };
  const hosted = await hostSubgraph(subgraph, ports, {
    background: false,
    authenticate: async () => {
      throw new Error('no HTTP here');
    },
  });
  const parsed = new Map<string, ReturnType<typeof parse>>();
  const world: TestWorld = {
    test,
    database,
    time,
    hosted,
    async publish(entries) {
      await database.transaction((tx) =>
        appendToOutbox(
          tx,
          entries.map(([type, payload]) => ({
            stream: 'registry',
            type,
            key: String(payload.uscc ?? payload.code ?? payload.id),
            at: time.now(),
            payload,
          })),
        ),
      );
      await relayOnce(database);
      // The intake reads what is published while the background follows it.
      await Promise.all([hosted.settle(), hosted.settle()]);
    },
    async ask(who, query, variables = {}) {
      let document = parsed.get(query);
      if (document === undefined) parsed.set(query, (document = parse(query)));
      const result = await hosted.execute({
        document,
        variables,
        context: { viewer: who, scope: scopeOf(who), requestId: 'test' },
      });
      if (result.errors !== undefined) throw result.errors[0]!.originalError ?? result.errors[0]!;
      return result.data as never;
    },
    async push(rows, { batchId = 'b', chunk, viewer: who = SOURCE } = {}) {
      const answer = await world.ask<{ pushRows: PushAnswer }>(
        who,
        `mutation ($input: PushRowsInput!) { pushRows(input: $input) {
          ... on PushRowsPayload { isRepeated account { rows taken setAside refused identical } refused { code guid id } }
          ... on IntakeProblem { message { en } } } }`,
        { input: { batchId, chunk: chunk ?? null, rows: rows.map(({ table, ...columns }) => ({ table, columns })) } },
      );
      return answer.pushRows;
    },
    async signals() {
      await relayOnce(database);
      const entries = await feed.read('work-items', null, 10_000);
      return entries.filter((entry) => entry.type === 'signal').map((entry) => entry.payload as Signal);
    },
    async goTo(instant) {
      time.set(instant);
      await hosted.settle();
    },
    async close() {
      await hosted.close();
      await test.close();
    },
  };
  await world.publish([
    ['agency', agency(AGENCY, '150105')],
    ['agency', agency(OTHER_AGENCY, '150121')],
    ['service-item', item(ITEM, AGENCY)],
    ['source', source('115', AGENCY, '150105', { ownPlatform: true })],
    ['source', source('116', OTHER_AGENCY, '150121')],
  ]);
  return world;
}

let count = 0;
/** A row with its envelope filled in. */
export function row(
  table: string,
  no: string,
  columns: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  count += 1;
  return {
    table,
    row_guid: `g${count}`,
    cd_batch: 'b',
    cd_operation: 'I',
    cd_time: '2024-09-23 09:00:00',
    data_source: '115',
    ...(table === 'up_control_total' ? {} : { project_no: no }),
    ...columns,
    ...more,
  };
}
export function acceptRow(
  no: string,
  columns: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return row(
    'up_pro_accept',
    no,
    {
      task_code: ITEM,
      task_name: '测试事项',
      task_version: '1',
      project_type: '2',
      apply_type: '1',
      apply_date: '2024-09-23 08:40:00',
      accept_date: '2024-09-23 09:00:00',
      applyer_name: '张三',
      applyer_type: '1',
      applyer_page_type: '111',
      applyer_page_code: '11010519491231002X',
      org_code: AGENCY,
      org_name: '测试机构',
      ...columns,
    },
    more,
  );
}
export function stepRow(
  no: string,
  name: string,
  start: string,
  end: string | null,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return row(
    'up_pro_process',
    no,
    {
      process_name: name,
      event_name: '1',
      event_start_time: start,
      event_end_time: end ?? '',
      handle_user_name: '李四',
    },
    more,
  );
}
export function resultRow(
  no: string,
  at: string,
  columns: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return row(
    'up_pro_result',
    no,
    {
      result_type: '6',
      result_date: at,
      is_delivery_results: '0',
      result_explain: '符合法定条件准予许可决定',
      ...columns,
    },
    more,
  );
}
