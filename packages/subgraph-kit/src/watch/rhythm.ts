import { dayOf, formatDay, type Instant, type WorkCalendar } from '@gnomon/working-time';
import { type Expected, officeMinutes } from './expected.ts';
import { both, type Finding, finding } from './finding.ts';

/** Who sends, and how soon what happened is owed. */
export interface Sender {
  readonly id: string;
  readonly division: string;
  readonly agency: string;
  /** What it has declared: rows come within so much office time of what they tell of. */
  readonly owes: { readonly unit: 'WORK_HOUR' | 'WORKDAY'; readonly amount: number };
  /** Relieved from sending at present, by a document. */
  readonly exempt: boolean;
}

/** A day on which a source sent: its longest silence in milliseconds of office time that ended on it, rows, and refused ones. */
export interface RhythmDay {
  readonly day: string;
  readonly silenceMs: number;
  readonly rows: number;
  readonly refused: number;
}

/** What is known of a source in a domain. */
export interface SourceRhythm {
  readonly source: string;
  /** Newest minute in which it sent to the domain, and to any domain. */
  readonly newest: Instant;
  readonly newestAnywhere: Instant;
  /** The last twenty days on which it sent, oldest first. */
  readonly days: readonly RhythmDay[];
}

/** A minute in which rows came. */
export interface SentMinute {
  readonly minute: Instant;
  readonly received: number;
  readonly refused: number;
}

const DAYS_KEPT = 20;
/** From so many days on a source has shown how it sends. */
const DAYS_KNOWN = 5;
const MINUTE_MS = 60_000;
/** Below this share nobody is surprised by refused rows. */
const LEAST_SHARE = 0.01;

/** Takes minutes of one source, in order, into its days. Pure. */
export function advanceRhythm(
  days: readonly RhythmDay[],
  newest: Instant | null,
  minutes: readonly SentMinute[],
  calendar: WorkCalendar,
): readonly RhythmDay[] {
  const next = [...days];
  let last = newest;
  for (const { minute, received, refused } of minutes) {
    const day = formatDay(dayOf(minute));
    const silenceMs = last === null ? 0 : Math.max(0, calendar.workTime(minute) - calendar.workTime(last));
    const known = next.at(-1);
    if (known?.day === day)
      next[next.length - 1] = {
        day,
        silenceMs: Math.max(known.silenceMs, silenceMs),
        rows: known.rows + received,
        refused: known.refused + refused,
      };
    else next.push({ day, silenceMs, rows: received, refused });
    last = minute;
  }
  return next.slice(-DAYS_KEPT);
}

/** Limits of the record by which sources are judged. */
export type SourceLimits = Pick<Expected['limits'], 'refusedRows' | 'refusedTimes' | 'unprovenWorkdays'>;

/**
 * How long a source may be silent, in milliseconds of office time: what it has declared, and on top of it the two longest of the daily
 * silences that it has shown, since a hub that has seen it silent for nearly so long before has no reason to think itself blind (of one that sends
 * once a day at random, the next silence is longer than both together once in 150 times). One that has sent on fewer than five days
 * has shown nothing yet.
 */
export function silenceLimitMs(
  { owes }: Pick<Sender, 'owes'>,
  days: readonly RhythmDay[],
  calendar: WorkCalendar,
  { unprovenWorkdays }: Pick<SourceLimits, 'unprovenWorkdays'>,
): number {
  const workdayMs = officeMinutes(calendar.data.officeHours) * MINUTE_MS;
  const unitMs = owes.unit === 'WORK_HOUR' ? 60 * MINUTE_MS : workdayMs;
  const [longest = 0, second = 0] = days.map(({ silenceMs }) => silenceMs).toSorted((a, b) => b - a);
  return owes.amount * unitMs + (isProven(days) ? longest + second : unprovenWorkdays * workdayMs);
}

function isProven(days: readonly RhythmDay[]): boolean {
  return days.length >= DAYS_KNOWN;
}

/** What is to be said of the sources of a domain: silent ones, unknown ones, refused rows that rise. Pure. */
export function checkSources(
  domain: string,
  senders: ReadonlyMap<string, Sender>,
  rhythms: readonly SourceRhythm[],
  calendarFor: (division: string) => WorkCalendar,
  limits: SourceLimits,
  now: Instant,
): readonly Finding[] {
  return rhythms.flatMap((rhythm) => {
    const sender = senders.get(rhythm.source);
    if (sender === undefined) return [unknownSource(domain, rhythm)];
    const silent = silentSource(domain, sender, rhythm, calendarFor(sender.division), limits, now);
    return [...silent, ...risingRefusals(domain, sender, rhythm, limits, now)];
  });
}

function silentSource(
  domain: string,
  sender: Sender,
  { days, ...rhythm }: SourceRhythm,
  calendar: WorkCalendar,
  limits: SourceLimits,
  now: Instant,
): readonly Finding[] {
  // In a domain to which it has hardly ever sent it is only missed when it is not heard of anywhere.
  const newest = isProven(days) ? rhythm.newest : rhythm.newestAnywhere;
  if (sender.exempt || now <= newest) return [];
  const silentMs = calendar.workTime(now) - calendar.workTime(newest);
  const limitMs = silenceLimitMs(sender, days, calendar, limits);
  if (silentMs <= limitMs) return [];
  return [
    finding('SOURCE_SILENT', `${domain} ${sender.id}`, {
      since: newest,
      source: sender,
      what: both(
        `数源 ${sender.id} 在 ${domain} 领域已静默超过 ${minutes(limitMs)} 个办公分钟；其间发生的事圭臬看不见`,
        `the source ${sender.id} has sent ${domain} nothing for more than ${minutes(limitMs)} office minutes; what happened since is not seen`,
      ),
      expected: both(
        `按其应推时限和近二十个推送日的两次最长间隔（推送不足 ${DAYS_KNOWN} 日的按 ${limits.unprovenWorkdays} 个工作日），静默不超过 ${minutes(limitMs)} 个办公分钟`,
        `by what it owes and its two longest silences on its last twenty days (${limits.unprovenWorkdays} working days where it has sent on fewer than ${DAYS_KNOWN}), at most ${minutes(limitMs)} office minutes`,
      ),
      remedy: both(
        '请核对该数源的推送程序、网络和令牌；停机应报备',
        'check its program, the network and its token; an outage is to be declared',
      ),
    }),
  ];
}

function unknownSource(domain: string, { source, newest }: SourceRhythm): Finding {
  return finding('SOURCE_UNKNOWN', `${domain} ${source}`, {
    since: newest,
    what: both(
      `数源 ${source} 推送过 ${domain} 数据，但未登记，无人判断其是否断推`,
      `rows of ${domain} came from the source ${source}, which is not registered; nobody would notice its silence`,
    ),
    expected: both('推送数据的数源均已登记', 'every source that sends is registered'),
    remedy: both('请在数源目录中登记', 'register it'),
  });
}

function risingRefusals(
  domain: string,
  sender: Sender,
  { days }: SourceRhythm,
  limits: SourceLimits,
  now: Instant,
): readonly Finding[] {
  const today = days.at(-1);
  if (today === undefined || today.day !== formatDay(dayOf(now)) || today.refused < limits.refusedRows) return [];
  const before = days.slice(0, -1);
  const rows = before.reduce((sum, day) => sum + day.rows, 0);
  const usual = rows === 0 ? 0 : before.reduce((sum, day) => sum + day.refused, 0) / rows;
  const share = today.refused / today.rows;
  if (share <= limits.refusedTimes * Math.max(usual, LEAST_SHARE)) return [];
  return [
    finding('REFUSALS_RISE', `${domain} ${sender.id} ${today.day}`, {
      source: sender,
      what: both(
        `数源 ${sender.id} 今日 ${domain} 拒收比例明显上升（平时 ${percent(usual)}）`,
        `far more rows of the source ${sender.id} for ${domain} are refused today than usual (${percent(usual)})`,
      ),
      expected: both(`不超过平时的 ${limits.refusedTimes} 倍`, `at most ${limits.refusedTimes} times the usual share`),
      remedy: both('请查看拒收行的原因，联系数源', 'read why the rows are refused, and tell the source'),
    }),
  ];
}

function minutes(ms: number): number {
  return Math.round(ms / MINUTE_MS);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
