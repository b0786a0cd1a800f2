import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '@gnomon/identity';
import { type Arrival, provinceMonth } from '@gnomon/province';
import { type Change, changesBetween, type Outcome, outcomesOf } from '@gnomon/records';
import { publishReference, subgraph as registry } from '@gnomon/registry';
import { openDatabase, openFeed, provisionSchemas, relayOnce } from '@gnomon/store';
import {
  hostSubgraph,
  openFolderRules,
  openPublishedRules,
  requestContext,
  type ServableSubgraph,
  type Signal,
} from '@gnomon/subgraph-kit';
import { subgraph as workItems } from '@gnomon/work-items';
import fastify from 'fastify';
import { parse } from 'graphql';
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import { demoCalendar, demoCast, demoViewers, importHistory } from '../src/index.ts';

/** What a rehearsal said, and what came when its text was published before the same history. */
export interface RehearsedYear {
  readonly rows: number;
  readonly items: number;
  readonly judgements: number;
  readonly seconds: number;
  /** Changes as predicted and as they came: one text each, sorted. */
  readonly predicted: readonly string[];
  readonly actual: readonly string[];
  /** Warnings and cards that the second hub came to. */
  readonly cards: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** A receipt of each side with the texts it names. */
  readonly envelopes: readonly string[];
}

export interface YearOptions {
  readonly from: string;
  readonly to: string;
  readonly items: number;
  readonly seed: number;
  /** Changes the text of a rule. */
  readonly rule: string;
  readonly edit: (text: string) => string;
  /** Administrator's addresses of a database for each of the two hubs. */
  readonly databaseUrls: readonly [string, string];
}

/**
 * A year of simulated work items through registry and work items; a changed rule rehearsed over it; then the same year through a second hub
 * in which that rule was published before the year began.
 */
export async function rehearseYear(options: YearOptions): Promise<RehearsedYear> {
  const { from, to, seed, items, rule, edit } = options;
  const text = edit(readFileSync(new URL(`../../../rules/base/${rule}.yaml`, import.meta.url), 'utf8'));
  const before = Date.parse(`${from}T12:00:00+08:00`) - 40 * 86_400_000;
  const first = await openHalf(before, options.databaseUrls[0]);
  const second = await openHalf(before, options.databaseUrls[1]);
  try {
    const year = provinceMonth({
      ...{ seed, items, from, to, defectRate: 0.05, aggregates: false },
      ...{ cast: demoCast(), calendar: demoCalendar(first.rules) },
      disorder: { late: 0.08, shuffled: 0.06, doubled: 0.06 },
    });
    await first.take(year);
    const draft = await propose(first, text);
    await first.settle();
    const found = await ask<Found>(first.workItems, supervisor('a'), REHEARSE, { text: draft, from, to, first: 5000 });

    const same = await propose(second, text);
    await act(second, 'b', 'consultRuleText', 'ConsultRuleTextInput', { id: same, consultation: '无意见' });
    await act(second, 'b', 'publishRuleText', 'PublishRuleTextInput', { id: same });
    await second.settle();
    second.time.present = before + 30 * 86_400_000;
    await second.settle();
    await second.take(year);

    const [old, next] = [await outcomes(first), await outcomes(second)];
    const actual = changesBetween(old, next);
    const { subjects, judgements, seconds, changes } = found.workItemRehearsal;
    return {
      ...{ rows: year.arrivals.length, items: subjects, judgements, seconds, cards: next.length },
      predicted: changes.map(predictedLine).sort(),
      actual: actual.map(changeLine).sort(),
      kinds: Object.fromEntries(
        [...Map.groupBy(actual, ({ kind }) => kind)].map(([kind, list]) => [kind, list.length]),
      ),
      envelopes: await envelopes(first, { text: draft, from, to }),
    };
  } finally {
    await first.close();
    await second.close();
  }
}

/** The half of a hub that takes work items in and judges them, on a time that is set by hand. */
interface Half {
  readonly time: { present: number };
  readonly rules: Awaited<ReturnType<typeof openPublishedRules>>;
  readonly registry: ServableSubgraph;
  readonly workItems: ServableSubgraph;
  readonly databaseUrl: string;
  settle(): Promise<void>;
  take(year: ReturnType<typeof provinceMonth>): Promise<void>;
  close(): Promise<void>;
}

async function openHalf(start: number, databaseUrl: string): Promise<Half> {
  const time = { present: start, now: () => time.present };
  const log = pino({ level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2));
  await provisionSchemas(databaseUrl, [registry.schemaName, workItems.schemaName]);
  const open = (schema: string) =>
    openDatabase({ url: databaseUrl, schema, applicationName: `rehearsal ${schema}`, log, max: 4 });
  const databases = [await open(registry.schemaName), await open(workItems.schemaName)] as const;
  const folder = new URL('../../../rules/', import.meta.url).pathname;
  const seed = openFolderRules({ folder, log, runTests: false });
  const rules = await openPublishedRules({ seed, feed: openFeed(databases[0]), time, log });
  const operator = demoViewers()('operator');
  const authenticate = async () => requestContext(operator, 'history');
  const ports = (index: 0 | 1) => ({
    ...{ database: databases[index], feed: openFeed(databases[index]), rules, time, log },
    metrics: new MetricsRegistry(),
  });
  const options = { background: false, authenticate };
  const [first, second] = [
    await hostSubgraph(registry, ports(0), options),
    await hostSubgraph(workItems, ports(1), options),
  ];
  const app = fastify({ bodyLimit: 1024 * 1_048_576 });
  second.routes(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const hubUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const settle = async (): Promise<void> => {
    for (let moved = 1; moved > 0; ) {
      moved = Number(await rules.part.settle());
      for (const one of [first, second]) {
        await one.settle();
        moved += await relayOnce(databases[0]);
      }
    }
  };
  return {
    ...{ time, rules, registry: first, workItems: second, databaseUrl, settle },
    async take(year) {
      const { agencies, items: serviceItems, sources } = year;
      await publishReference(
        { database: databases[0], time, viewer: operator.id },
        { agencies, serviceItems, sources },
      );
      await settle();
      time.present = year.readAt;
      await importHistory({ hubUrl, token: 'operator', batch: 'year' }, year.arrivals as readonly Arrival[]);
      await settle();
    },
    async close() {
      await app.close();
      await second.close();
      await first.close();
      for (const database of databases) await database.close();
    },
  };
}

const supervisor = (person: string): Viewer => ({ ...demoViewers()('supervisor-region'), id: `supervisor-${person}` });

interface Side {
  readonly level: string;
  readonly turnedAt: string;
}
interface PredictedChange {
  readonly kind: string;
  readonly indicator: { readonly id: string };
  readonly subjectId: string;
  readonly occurrence: string;
  readonly before: Side | null;
  readonly after: Side | null;
}
interface Found {
  readonly workItemRehearsal: {
    readonly subjects: number;
    readonly judgements: number;
    readonly seconds: number;
    readonly changes: readonly PredictedChange[];
  };
}
const ARGUMENTS = '($text: ID!, $from: Date!, $to: Date!, $first: Int)';
const REHEARSE = `query Rehearse${ARGUMENTS} { workItemRehearsal(text: $text, from: $from, to: $to, first: $first) { __typename
  ... on RehearsalRefused { message { en } }
  ... on Rehearsal { subjects judgements seconds changes { kind indicator { id } subjectId occurrence before { level turnedAt } after { level turnedAt } } } } }`;
const ENVELOPES = `query Envelopes${ARGUMENTS} { workItemRehearsal(text: $text, from: $from, to: $to, first: $first) {
  ... on Rehearsal { changes { before { envelope } after { envelope } } } } }`;

async function envelopes({ workItems: hub }: Half, variables: object): Promise<readonly string[]> {
  const { workItemRehearsal: found } = await ask<{
    workItemRehearsal: { changes: { before: { envelope: string } | null; after: { envelope: string } | null }[] };
  }>(hub, supervisor('a'), ENVELOPES, { ...variables, first: 3 });
  return found.changes.flatMap(({ before, after }) =>
    [before, after].flatMap((side) => (side === null ? [] : [side.envelope])),
  );
}

async function propose(hub: Half, text: string): Promise<string> {
  const about = { document: '示例', contact: '示例', note: '示例' };
  const { ruleText } = await act(hub, 'a', 'proposeRuleText', 'ProposeRuleTextInput', { kind: 'RULE', text, ...about });
  return ruleText.id;
}

async function act(
  hub: Half,
  person: string,
  field: string,
  input: string,
  value: object,
): Promise<{ ruleText: { id: string } }> {
  const query = `mutation Act($input: ${input}!) { ${field}(input: $input) { __typename ... on RuleTextPayload { ruleText { id } } ... on LawProblem { message { en } } ... on RuleTextFaulty { problems { file line message { en } } } } }`;
  const data = await ask<Record<string, { ruleText?: { id: string } }>>(hub.registry, supervisor(person), query, {
    input: value,
  });
  const { ruleText } = data[field]!;
  if (ruleText === undefined) throw new Error(JSON.stringify(data));
  return { ruleText };
}

async function ask<Data>(hosted: ServableSubgraph, viewer: Viewer, query: string, variables: object): Promise<Data> {
  const { data, errors } = await hosted.execute({
    document: parse(query),
    variables: variables as Record<string, unknown>,
    context: requestContext(viewer, 'rehearsal'),
  });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data as Data;
}

/** What the items' signals in the hub's own feed come to. */
async function outcomes(hub: Half): Promise<readonly Outcome[]> {
  const log = pino({ level: 'silent' });
  const database = await openDatabase({
    url: hub.databaseUrl,
    schema: 'work_items',
    applicationName: 'rehearsal',
    log,
  });
  try {
    const feed = openFeed(database);
    const signals: Signal[] = [];
    for (let cursor: string | null = null; ; ) {
      const entries = await feed.read('work-items', cursor, 5000);
      signals.push(...entries.filter(({ type }) => type === 'signal').map(({ payload }) => payload as Signal));
      if (entries.length === 0) return outcomesOf(signals.filter(({ subjectKind }) => subjectKind === 'work-item'));
      cursor = entries.at(-1)!.cursor;
    }
  } finally {
    await database.close();
  }
}

const sideText = (side: Side | null): string => (side === null ? '-' : `${side.level} ${side.turnedAt}`);

function predictedLine({ kind, indicator, subjectId, occurrence, before, after }: PredictedChange): string {
  return `${kind} ${indicator.id} ${subjectId} ${occurrence}: ${sideText(before)} → ${sideText(after)}`;
}

function changeLine({ kind, before, after }: Change): string {
  const { rule, subject, occurrence } = (after ?? before)!;
  return `${kind} ${rule} ${subject} ${occurrence}: ${sideText(before)} → ${sideText(after)}`;
}
