import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer, type Viewer } from '@gnomon/identity';
import { type ProvinceSeason, provinceSeason, SCENES } from '@gnomon/province';
import { type Change, changesBetween } from '@gnomon/records';
import { readEnvironment, requestContext } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { rowDomain } from '../src/domains.ts';
import { importAllHistory } from '../src/import-history.ts';
import { demoCalendar, demoCast, demoViewers, type Hub, openHub, publishWorld } from '../src/index.ts';
import { aggregateTypes, type HubCard, hubCards } from './hub-cards.ts';
import { type OfficeText, officeTexts } from './rehearsed-texts.ts';
import { endOfWindow } from './windows.ts';

const DAY_MS = 86_400_000;
const WINDOW_MS = 12 * 3_600_000;
/** Changes a page: the most that a rehearsal lists. */
const PAGE = 5_000;
/** The longest period that a rehearsal takes, and a day less. */
const LONGEST_DAYS = 799;
const REHEARSALS: Readonly<Record<string, string>> = {
  'work-items': 'workItem',
  licences: 'licence',
  reviews: 'review',
  bundles: 'bundle',
  engineering: 'engineering',
  centres: 'centre',
};

/** What is lived through. */
export interface HubYearOptions {
  readonly seed: number;
  /** `YYYY-MM`, one after another. */
  readonly months: readonly string[];
  /** Work items a month, and clean records of each other domain. */
  readonly items: number;
  readonly clean: number;
  /** Whether violations that show over a source's day or an agency's month are planted as well: thousands of rows. */
  readonly aggregates: boolean;
  /** Domains beside work items whose own rows come too. */
  readonly domains: readonly string[];
  /** Whether the holidays of another year are among the texts. */
  readonly calendar: boolean;
  /** An administrator's address of a database for each of the two hubs: copies of one, so that keyed hashes of persons are the same. */
  readonly databaseUrls: readonly [string, string];
  readonly onProgress?: (text: string) => void;
}

/** A rehearsed change with its receipts. */
export interface PredictedChange {
  readonly kind: string;
  readonly indicator: { readonly id: string };
  readonly subjectType: string;
  readonly subjectId: string;
  readonly occurrence: string;
  readonly agency: { readonly uscc: string } | null;
  readonly before: PredictedSide | null;
  readonly after: PredictedSide | null;
}
interface PredictedSide {
  readonly level: string;
  readonly turnedAt: string;
  readonly receiptHash: string;
}

/** What one domain's rehearsal said. */
export interface DomainRehearsal {
  readonly domain: string;
  readonly subjects: number;
  readonly judgements: number;
  readonly seconds: number;
  readonly cardsBefore: number;
  readonly cardsAfter: number;
  readonly changed: number;
  readonly changes: readonly PredictedChange[];
}

/** What was rehearsed in the one hub, and what came in the other, where the texts were published before the same rows. */
export interface RehearsedHub {
  readonly rows: number;
  readonly rehearsals: readonly DomainRehearsal[];
  /**
   * One line a change: kind, indicator, subject, agency, level and instant and receipt of both sides; sorted. Receipts of aggregates are
   * left out: a rehearsal judges those on their last facts, and cannot say when each fact became known.
   */
  readonly predicted: readonly string[];
  readonly actual: readonly string[];
  readonly kinds: Readonly<Record<string, number>>;
  readonly indicators: readonly string[];
  /** Changes of counted periods on either side, which are not compared when the calendar is another: they are counted under the present one. */
  readonly notCompared: number;
  /** Warnings and cards in the ledgers of the two hubs. */
  readonly cards: readonly [number, number];
}

/**
 * A rehearsal says what holds "as if each had always held". So one hub takes a year of all domains in and rehearses texts over it; another
 * has the same texts in force before the same year begins. What the ledgers of supervision then differ in is what was to be predicted.
 */
export async function rehearseHub(options: HubYearOptions): Promise<RehearsedHub> {
  const progress = options.onProgress ?? (() => {});
  const start = Date.parse(`${options.months[0]}-01T12:00:00+08:00`) - 40 * DAY_MS;
  const second = await openRoom(start, options.databaseUrls[1]);
  try {
    const wanted = officeTexts(options.calendar);
    await publishTexts(second, wanted);
    second.time.present = start + 30 * DAY_MS;
    await second.hub.settle();
    progress('texts in force');
    const season = seasonOf(options, second.hub);
    await live(second, season);
    progress(`${season.arrivals.length} rows under the new texts`);
    const after = await hubCards(second.hub);
    await second.close();

    const first = await openRoom(start, options.databaseUrls[0]);
    try {
      await live(first, season);
      progress('and under the old ones');
      const before = await hubCards(first.hub);
      const texts = await propose(first, wanted);
      const rehearsals = await rehearseAll(first, texts, options);
      progress('rehearsed');
      const actual = changesBetween(before as never, after as never) as unknown as readonly CardChange[];
      const { all, counted } = await aggregateTypes(
        first.hub,
        Object.keys(REHEARSALS).filter((name) => name !== 'work-items'),
      );
      const said = rehearsals.flatMap(({ changes }) =>
        changes.map((one) => [one.subjectType, predictedLine(one, all)] as const),
      );
      const came = actual.map((one) => [(one.after ?? one.before)!.subjectType, cardLine(one, all)] as const);
      const isCompared = ([type]: readonly [string, string]): boolean => !options.calendar || !counted.has(type);
      return {
        rows: season.arrivals.length,
        rehearsals,
        predicted: linesOf(said.filter(isCompared)),
        actual: linesOf(came.filter(isCompared)),
        notCompared: said.length + came.length - said.filter(isCompared).length - came.filter(isCompared).length,
        kinds: countOf(actual.map(({ kind }) => kind)),
        indicators: [...new Set(actual.map((one) => (one.after ?? one.before)!.rule))].sort(),
        cards: [before.length, after.length],
      };
    } finally {
      await first.close();
    }
  } finally {
    await second.close();
  }
}

/** Brings an empty database to where a hub begins, so that copies of it have the hub's own key. */
export async function prepareHub(databaseUrl: string): Promise<void> {
  await (await openRoom(0, databaseUrl)).close();
}

type CardChange = { readonly kind: Change['kind']; readonly before: HubCard | null; readonly after: HubCard | null };

/** A whole hub on a time that is set by hand. */
interface Room {
  readonly hub: Hub;
  readonly time: { present: number };
  token(): Promise<string>;
  close(): Promise<void>;
}

async function openRoom(start: number, databaseUrl: string): Promise<Room> {
  const home = mkdtempSync(join(tmpdir(), 'gnomon-rehearsed-'));
  const settings = readEnvironment({ ...process.env, PORT: '0', GNOMON_HOME: home }, 0);
  const time = { present: start, now: () => time.present };
  const log = pino({ level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2));
  const hub = await openHub({ settings, databaseUrl, time, background: false, log, connections: 6 });
  let isOpen = true;
  return {
    ...{ hub, time },
    token: async () =>
      (await openIssuer(settings.identityFolder)).issueToken(demoViewers()('operator'), { ttlSeconds: 7200 }),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await hub.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function seasonOf({ seed, months, items, clean, domains, aggregates }: HubYearOptions, hub: Hub): ProvinceSeason {
  return provinceSeason({
    ...{ seed, months, items, clean, aggregates, defectRate: 0.5, cast: demoCast(), calendar: demoCalendar(hub.rules) },
    disorder: { late: 0.08, shuffled: 0.06, doubled: 0.06 },
    scenes: Object.fromEntries(Object.entries(SCENES).filter(([name]) => domains.includes(name))),
  });
}

async function live({ hub, time, token }: Room, season: ProvinceSeason): Promise<void> {
  await publishWorld(hub, season, demoViewers()('operator'));
  await hub.settle();
  time.present = season.readAt;
  const arrivals = season.arrivals.map((arrival) => ({
    ...arrival,
    receivedAt: Math.min(endOfWindow(arrival.receivedAt, WINDOW_MS), season.readAt),
    to: rowDomain(arrival.to),
  }));
  await importAllHistory({ hubUrl: hub.url, token: await token(), batch: 'year' }, arrivals);
  await hub.settle();
}

/** Hands the texts in, each by the supervision body that answers for it. */
async function propose({ hub }: Room, texts: readonly OfficeText[]): Promise<readonly string[]> {
  const ids: string[] = [];
  const about = { document: '示例', contact: '示例', note: '示例' };
  for (const { kind, division, text } of texts) {
    const input = { kind, text, ...about };
    ids.push(await act(hub, supervisor('a', division), 'proposeRuleText', 'ProposeRuleTextInput', input));
  }
  await hub.settle();
  return ids;
}

async function publishTexts(room: Room, texts: readonly OfficeText[]): Promise<void> {
  const ids = await propose(room, texts);
  for (const [index, id] of ids.entries()) {
    const { kind, division } = texts[index]!;
    const person = supervisor('b', division);
    if (kind !== 'CALENDAR_NOTICE')
      await act(room.hub, person, 'consultRuleText', 'ConsultRuleTextInput', { id, consultation: '无意见' });
    await act(room.hub, person, 'publishRuleText', 'PublishRuleTextInput', { id });
  }
  await room.hub.settle();
}

function supervisor(person: string, division: string): Viewer {
  const tier = division.length === 2 ? 'REGION' : division.length === 4 ? 'LEAGUE' : 'BANNER';
  return { ...demoViewers()('supervisor-region'), id: `supervisor-${division}-${person}`, division, tier };
}

async function act(hub: Hub, viewer: Viewer, field: string, input: string, value: object): Promise<string> {
  const query = `mutation Act($input: ${input}!) { ${field}(input: $input) { __typename ... on RuleTextPayload { ruleText { id } } ... on LawProblem { message { en } } ... on RuleTextFaulty { problems { file line message { en } } } } }`;
  const data = await ask<Record<string, { ruleText?: { id: string } }>>(hub, viewer, query, { input: value });
  const { ruleText } = data[field]!;
  if (ruleText === undefined) throw new Error(JSON.stringify(data));
  return ruleText.id;
}

async function rehearseAll(
  { hub, time }: Room,
  [text, ...others]: readonly string[],
  { domains }: HubYearOptions,
): Promise<readonly DomainRehearsal[]> {
  const now = time.present;
  const asked = { text, with: others, from: chinaDate(now - LONGEST_DAYS * DAY_MS), to: chinaDate(now) };
  const found: DomainRehearsal[] = [];
  for (const [domain, prefix] of Object.entries(REHEARSALS)) {
    if (domain !== 'work-items' && !domains.includes(domain)) continue;
    const query = `query Rehearse($text: ID!, $with: [ID!], $from: Date!, $to: Date!, $first: Int, $skip: Int) {
      found: ${prefix}Rehearsal(text: $text, with: $with, from: $from, to: $to, first: $first, skip: $skip) { __typename
        ... on RehearsalRefused { message { en } }
        ... on Rehearsal { subjects judgements seconds cardsBefore cardsAfter changed changes { kind indicator { id } subjectType subjectId occurrence agency { uscc }
          before { level turnedAt receiptHash } after { level turnedAt receiptHash } } } } }`;
    const pageAt = async (skip: number): Promise<DomainRehearsal> =>
      (await ask<{ found: DomainRehearsal }>(hub, supervisor('a', '15'), query, { ...asked, first: PAGE, skip })).found;
    const one = await pageAt(0);
    if (one.changes === undefined) throw new Error(JSON.stringify(one));
    const changes = [...one.changes];
    while (changes.length < one.changed) changes.push(...(await pageAt(changes.length)).changes);
    found.push({ ...one, domain, changes });
  }
  return found;
}

async function ask<Data>(hub: Hub, viewer: Viewer, query: string, variables: object): Promise<Data> {
  const context = requestContext(viewer, 'rehearsal');
  const { data, errors } = await hub.gateway.execute({
    ...{ query, context },
    variables: variables as Record<string, unknown>,
  });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data as Data;
}

type Side = { readonly level: string; readonly turnedAt: string; readonly receiptHash: string | null } | null;
const linesOf = (typed: readonly (readonly [string, string])[]): readonly string[] =>
  typed.map(([, line]) => line).sort();
const sideText = (side: Side, isAggregate: boolean): string =>
  side === null ? '-' : `${side.level} ${side.turnedAt}${isAggregate ? '' : ` ${side.receiptHash}`}`;

function predictedLine(one: PredictedChange, aggregates: ReadonlySet<string>): string {
  const { kind, indicator, subjectType, subjectId, occurrence, agency, before, after } = one;
  const isAggregate = aggregates.has(subjectType);
  return `${kind} ${indicator.id} ${subjectType} ${subjectId} ${occurrence} ${agency?.uscc ?? ''}: ${sideText(before, isAggregate)} → ${sideText(after, isAggregate)}`;
}

function cardLine({ kind, before, after }: CardChange, aggregates: ReadonlySet<string>): string {
  const { rule, subjectType, subject, occurrence, agency } = (after ?? before)!;
  const isAggregate = aggregates.has(subjectType);
  return `${kind} ${rule} ${subjectType} ${subject} ${occurrence} ${agency}: ${sideText(before, isAggregate)} → ${sideText(after, isAggregate)}`;
}

function chinaDate(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
}

function countOf(words: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, list]) => [word, list.length]));
}
