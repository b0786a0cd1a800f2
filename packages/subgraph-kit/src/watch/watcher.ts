import { hostname } from 'node:os';
import { appendWatch, foldWatch, foldWatchPast } from '@gnomon/store';
import type { CalendarData, Instant } from '@gnomon/working-time';
import { readCalendarFiles } from '@gnomon/working-time/folder';
import { pause } from '../background.ts';
import { editionOf } from '../follow-rules.ts';
import type { PartHealth } from '../part-health.ts';
import { LAW_STREAM, type LawEntry } from '../published-rules.ts';
import type { Transaction } from '../subject-store.ts';
import type { BackgroundPart, OpenSubgraph, Ports, RulesInForce } from '../types.ts';
import { followAgencies } from './agency-days.ts';
import type { Beat } from './beat.ts';
import { checkCalendar } from './check-calendar.ts';
import { checkRules } from './check-rules.ts';
import { checkRunning } from './check-running.ts';
import { type Expected, type ExpectedReading, expectPublished } from './expected.ts';
import type { Finding } from './finding.ts';
import { noteDecision } from './gaps.ts';
import { type AlarmEvent, keepAlarms } from './keep-alarms.ts';
import { horizonOf, observe, oldestDue, type TimerTable, timerTables } from './observe.ts';
import { faultFindings, hasTallies, tallyFindings } from './own-tables.ts';
import { followSources } from './source-days.ts';
import { watchMetrics } from './watch-metrics.ts';

const LOOK_MS = 10_000;
const LEASE_MS = 30_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MOST_FOLDED = 20_000;
/** Used while the record cannot be read, so that an alarm can say so. */
const LIMITS = {
  ...{ ruleWindowDays: 30, refusedRows: 20, refusedTimes: 3, unprovenWorkdays: 20 },
  ...{ agencyWindowDays: 20, agencyLeastDays: 18, agencySilentDays: 3 },
  ...{ gapSeconds: 120, gapHours: 24, talliesSeconds: 60 },
  ...{ minuteDays: 100, hourDays: 1_100 },
};

/** What `/ready` says of the watch. */
export interface WatchStatus {
  /** When this subgraph looked last; null before its first look. */
  readonly lookedAt: Instant | null;
  /** Up to when the whole hub is watched: when one of its watchers decided last, in whatever process. */
  readonly watchedTo: Instant | null;
  /** Alarms that stand, of the whole hub, by kind. What they are about is for those who may read them. */
  readonly alarms: Readonly<Record<string, number>>;
}

/** The watch of one subgraph over itself and, when it holds the lease, over the whole hub. */
export interface Watcher {
  /** Says how its subgraph stands, and decides nothing. */
  report(): Promise<void>;
  /** Says how its subgraph stands, and decides when nobody else does. */
  look(): Promise<readonly AlarmEvent[]>;
  readonly part: BackgroundPart;
  status(): WatchStatus;
}

/** What a watcher looks at. */
export interface WatcherOptions {
  readonly subgraph: string;
  readonly ports: Ports & { readonly expected: () => ExpectedReading };
  readonly open: Pick<OpenSubgraph<object>, 'background' | 'senders' | 'agency' | 'findings'>;
  /** How the parts of this subgraph and of its process do. */
  readonly health: readonly PartHealth[];
  /** The process's own clock, to be compared with the database's. Default `Date.now`. */
  readonly wallClock?: () => number;
}

/**
 * At each look a subgraph says how it stands (its beat), and one of all watchers lays what is to be beside what is. It reads counters,
 * positions and the heads of indexes only, never the records.
 */
export function createWatcher(options: WatcherOptions): Watcher {
  const { subgraph, ports } = options;
  const { database, time } = ports;
  const process_ = `${hostname()}:${process.pid}`;
  const metrics = watchMetrics(ports.metrics);
  const published = createPublished(ports);
  const status = {
    lookedAt: null as Instant | null,
    watchedTo: null as Instant | null,
    alarms: {} as Readonly<Record<string, number>>,
  };
  let tables: { readonly timers: readonly TimerTable[]; readonly tallies: boolean } | null = null;
  let foldedHour = 0;
  let beatenMinute = 0;
  let calendarOf: { readonly rules: RulesInForce; readonly data: CalendarData } | null = null;

  async function report(now = time.now()): Promise<void> {
    for (let moved = 1; moved > 0; ) moved = await database.transaction((tx) => foldWatch(tx));
    tables ??= { timers: await timerTables(database), tallies: await hasTallies(database) };
    const limits = limitsOf(ports.expected());
    const senders = () => options.open.senders?.() ?? [];
    const agencyOf = (code: string) => options.open.agency?.(code);
    const beat = await beatOf(now, [
      ...(await followSources(ports, subgraph, senders(), limits, now)),
      ...(await followAgencies(ports, { domain: subgraph, senders: senders(), agencyOf, limits }, now)),
      ...(await faultFindings(database.sql, subgraph, tables.timers)),
      ...(tables.tallies ? await tallyFindings(database.sql, subgraph, limits) : []),
      ...((await options.open.findings?.(now)) ?? []),
    ]);
    await database.transaction((tx) => writeBeat(tx, beat));
  }

  async function look(): Promise<readonly AlarmEvent[]> {
    const now = time.now();
    await report(now);
    const isHolder = await database.transaction((tx) => takeLease(tx, `${subgraph} ${process_}`, now));
    const events = isHolder ? await decide(now) : [];
    await show(now);
    return events;
  }

  async function beatOf(now: Instant, findings: readonly Finding[]): Promise<Beat> {
    const rules = ports.rules.current();
    return {
      ...{ subgraph, at: now, process: process_, findings },
      parts: options.open.background.map(({ name }) => name),
      failing: options.health.flatMap(({ failing }) => [...failing]),
      idle: options.health.flatMap((own) => own.idle()),
      pack: rules.pack.hash,
      calendar: rules.calendar.hash,
      problems: (ports.rules.problems?.() ?? []).slice(0, 20),
      skewMs: await skewOf(),
      oldestDue: await oldestDue(database.sql, tables!.timers, now),
    };
  }

  /** The database read its clock at some instant between question and answer: only what lies outside of both is skew. */
  async function skewOf(): Promise<number> {
    const clock = options.wallClock ?? Date.now;
    const asked = clock();
    const [row] = await database.sql<{ at: Instant }[]>`/* databaseClock */ select clock_timestamp() as at`;
    const answered = clock();
    return row!.at < asked ? asked - row!.at : Math.min(0, answered - row!.at);
  }

  async function writeBeat(tx: Transaction, beat: Beat): Promise<void> {
    await tx`/* writeBeat */
      insert into hub.watch_beat (subgraph, at, content)
      values (${subgraph}, ${beat.at}::timestamptz, ${JSON.stringify(beat)}::text::json)
      on conflict (subgraph) do update set at = excluded.at, content = excluded.content`;
    const minute = Math.floor(beat.at / MINUTE_MS);
    if (minute === beatenMinute) return;
    const none = { received: 0, taken: 0, setAside: 0, refused: 0, identical: 0, agencies: [], kinds: {}, rules: {} };
    const horizon = await horizonOf(tx, beat.at);
    // Everything before its oldest timer that is due is judged, and nothing beyond an open import of history.
    const completeTo = beat.oldestDue === null ? horizon : Math.min(horizon, beat.oldestDue - 1);
    // An import of which nothing has come yet: there is nothing to say.
    if (completeTo === -Infinity) return;
    await appendWatch(tx, subgraph, [{ ...none, source: '', division: '', agency: '', at: beat.at, completeTo }]);
    beatenMinute = minute;
  }

  /** Findings over the whole hub; under the rules of this process. */
  async function decide(now: Instant): Promise<readonly AlarmEvent[]> {
    const reading = await published.expected();
    const rules = ports.rules.current();
    const events = await database.transaction(async (tx) => {
      const limits = limitsOf(reading);
      await noteDecision(tx, now, limits.gapSeconds);
      const [recentDays, gapHours, inForce] = [limits.ruleWindowDays, limits.gapHours, editionOf(rules)];
      const seen = await observe(tx, now, { recentDays, gapHours, inForce });
      const problems = seen.beats.flatMap((beat) => beat.problems);
      const distinct = [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
      const found = [...checkRules(reading, rules.pack, distinct)];
      if ('expected' in reading) {
        found.push(...checkCalendar(reading.expected, rules.calendar, now, calendarData(rules)));
        found.push(...checkRunning(reading.expected, rules.pack, seen));
      }
      return keepAlarms(tx, found, now);
    });
    await foldPast(now, limitsOf(reading));
    for (const { kind, alarm } of events)
      ports.log[kind === 'RAISED' ? 'error' : 'info']({ alarm: alarm.key, kind }, alarm.what.en);
    return events;
  }

  /** Once an hour: minutes that are old become hours, and old hours days. What is left over is folded with the next hour. */
  async function foldPast(now: Instant, { minuteDays, hourDays }: typeof LIMITS): Promise<void> {
    const hour = Math.floor(now / HOUR_MS);
    if (hour === foldedHour) return;
    const before = (days: number) => hour * HOUR_MS - days * DAY_MS;
    await database.transaction((tx) => foldWatchPast(tx, before(minuteDays), before(hourDays), MOST_FOLDED));
    foldedHour = hour;
  }

  /** Read from the texts once for each edition. */
  function calendarData(rules: RulesInForce): CalendarData {
    if (calendarOf?.rules === rules) return calendarOf.data;
    const texts = ports.rules.texts?.();
    calendarOf = { rules, data: texts === undefined ? rules.calendar.data : readCalendarFiles(texts.calendar) };
    return calendarOf.data;
  }

  async function show(now: Instant): Promise<void> {
    const rows = await database.sql<{ kind: string; about: string }[]>`
      /* standingAlarms */ select kind, content ->> 'about' as about from hub.alarm where raised_at is not null order by key`;
    const [lease] = await database.sql<{ decided_at: Instant | null }[]>`
      /* watchedTo */ select decided_at from hub.watch_lease where name = 'alarms'`;
    status.lookedAt = now;
    status.watchedTo = lease?.decided_at ?? null;
    status.alarms = Object.fromEntries(
      [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, own]) => [kind, own.length]),
    );
    await metrics.show(database, rows, status.watchedTo);
  }

  return {
    report: () => report(),
    look,
    status: () => status,
    part: {
      name: WATCH_PART,
      everyMs: LOOK_MS,
      async run(signal, round) {
        while (!signal.aborted) {
          round();
          await look();
          await pause(LOOK_MS, signal);
        }
      },
    },
  };
}

/** The name of the background part by which a subgraph watches. */
export const WATCH_PART = 'watch';

async function takeLease(tx: Transaction, holder: string, now: Instant): Promise<boolean> {
  const rows = await tx`/* takeLease */
    insert into hub.watch_lease (name, holder, until) values ('alarms', ${holder}, ${now + LEASE_MS}::timestamptz)
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where watch_lease.holder = excluded.holder or watch_lease.until < ${now}::timestamptz
    returning 1`;
  return rows.length > 0;
}

/** The record with what was published since, which is told in a stream of its own. */
function createPublished({ feed, expected, time }: WatcherOptions['ports']) {
  const texts = new Map<string, LawEntry>();
  let cursor: string | null = null;
  return {
    async expected(): Promise<ExpectedReading> {
      for (;;) {
        const entries = await feed.read(LAW_STREAM, cursor, 500);
        for (const entry of entries) {
          const law = entry.payload as LawEntry;
          texts.delete(law.id);
          texts.set(law.id, law);
          cursor = entry.cursor;
        }
        if (entries.length === 0) break;
      }
      const reading = expected();
      if ('problem' in reading) return reading;
      const now = time.now();
      const inForce = [...texts.values()]
        .filter(({ state, inForceAt }) => state === 'PUBLISHED' && Date.parse(inForceAt ?? '') <= now)
        .sort((a, b) => Date.parse(a.inForceAt!) - Date.parse(b.inForceAt!));
      return { expected: expectPublished(reading.expected, inForce) };
    },
  };
}

function limitsOf(reading: ExpectedReading): Pick<Expected['limits'], keyof typeof LIMITS> {
  return 'expected' in reading ? reading.expected.limits : LIMITS;
}
