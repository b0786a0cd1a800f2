import { type Bilingual, hashOf, sha256 } from '@gnomon/rule-engine';
import type { HolidayNotice, OfficeHours } from '@gnomon/working-time';
import { readCalendarFiles } from '@gnomon/working-time/folder';
import { parse } from 'yaml';

/** How long something may last before it is an alarm; named with their units. */
export const LIMIT_NAMES = [
  'noticeDaysAhead',
  'ruleWindowDays',
  'ruleWindowSubjects',
  'beatSeconds',
  'partSeconds',
  'roundSeconds',
  'timersSeconds',
  'relaySeconds',
  'followerSeconds',
  'historyMinutes',
  'historyHours',
  'gapSeconds',
  'gapHours',
  'talliesSeconds',
  'minuteDays',
  'hourDays',
  'skewSeconds',
  'refusedRows',
  'refusedTimes',
  'unprovenWorkdays',
  'agencyWindowDays',
  'agencyLeastDays',
  'agencySilentDays',
] as const;
export type WatchLimit = (typeof LIMIT_NAMES)[number];

/** What a year's notice must come to. */
export interface ExpectedYear {
  readonly off: number;
  readonly madeUp: number;
  readonly papers: number;
  readonly hash: string;
}

/** What must be in force and running, as it is put on record beside the rules (`rules/expected.yaml`). */
export interface Expected {
  readonly basis: Bilingual;
  readonly limits: Readonly<Record<WatchLimit, number>>;
  /** Hash of every file of rules, dictionaries, overlays and exemptions, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Hash of the office hours and minutes of a day under the newest of them. */
  readonly officeHours: { readonly hash: string; readonly minutes: number };
  readonly years: Readonly<Record<string, ExpectedYear>>;
  /** Hash of every overlay of the calendar, by id. */
  readonly calendarOverlays: Readonly<Record<string, string>>;
  /** Days within which a subject of each kind is judged, while rows come; 0 = there may be none for ever. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Days within which every rule gives a verdict, NONE included, while subjects of its kinds come; 0 = it may never apply. */
  readonly rules: Readonly<Record<string, number>>;
  /** Names of the background parts of every subgraph. */
  readonly subgraphs: Readonly<Record<string, readonly string[]>>;
  /** Streams that every follower reads, by role and its name. */
  readonly followers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Hash of the record itself. */
  readonly hash: string;
  readonly text: string;
}

/** The record, or what is wrong with it. */
export type ExpectedReading = { readonly expected: Expected } | { readonly problem: string };

const HASH = /^[0-9a-f]{16}$/;

/** Reads the text of `rules/expected.yaml`; whatever is wrong with it is named and nothing is thrown. */
export function readExpected(text: string): ExpectedReading {
  try {
    const root = record(parse(text), 'expected.yaml');
    const calendar = record(root.calendar, 'calendar');
    const officeHours = record(calendar.officeHours, 'calendar.officeHours');
    return {
      expected: {
        basis: bilingual(root.basis),
        limits: limitsOf(record(root.limits, 'limits')),
        files: mapOf(root.files, 'files', hash),
        officeHours: { hash: hash(officeHours.hash, 'hash'), minutes: count(officeHours.minutes, 'minutes') },
        years: mapOf(calendar.years, 'calendar.years', yearOf),
        calendarOverlays: mapOf(calendar.overlays, 'calendar.overlays', hash),
        kinds: mapOf(root.kinds, 'kinds', count),
        rules: mapOf(root.rules, 'rules', count),
        subgraphs: mapOf(root.subgraphs, 'subgraphs', names),
        followers: mapOf(root.followers, 'followers', (own, name) => mapOf(own, name, names)),
        hash: shortHash(text),
        text,
      },
    };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** First 16 hex digits of the SHA-256 of a text: enough to tell any two editions of a file apart. */
export function shortHash(text: string): string {
  return sha256(text).slice(0, 16);
}

/** The hash of a part of the calendar: of its canonical JSON. */
export function partHash(part: unknown): string {
  return hashOf(part).slice(0, 16);
}

/** What a notice comes to. */
export function countNotice(notice: HolidayNotice): ExpectedYear {
  const { days, papers } = notice;
  const off = days.filter((day) => day.off).length;
  return { off, madeUp: days.length - off, papers: papers.length, hash: partHash(notice) };
}

/**
 * The record with texts that were published since by the procedure that the house has for it: each takes the place of the file of its
 * path, and an empty one, by which that file is repealed, takes its line away; so a lawful publication is no alarm.
 */
export function expectPublished(
  expected: Expected,
  published: Iterable<{ readonly path: string; readonly text: string }>,
): Expected {
  let next = expected;
  for (const { path, text } of published)
    next = path.startsWith('calendar/')
      ? expectCalendar(next, path.slice('calendar/'.length), text)
      : { ...next, files: filesWith(next.files, path, text) };
  return next;
}

function filesWith(files: Expected['files'], path: string, text: string): Expected['files'] {
  if (text !== '') return { ...files, [path]: shortHash(text) };
  const { [path]: _, ...others } = files;
  return others;
}

const HOURS_FILE = 'office-hours.yaml';

function expectCalendar(expected: Expected, path: string, text: string): Expected {
  const hours = { path: HOURS_FILE, text: 'id: any\nofficeHours: []\n' };
  const data = readCalendarFiles(path === HOURS_FILE ? [{ path, text }] : [hours, { path, text }]);
  const years = data.notices.map((notice) => [String(notice.year), countNotice(notice)] as const);
  const overlays = data.overlays.map((overlay) => [overlay.id, partHash(overlay)] as const);
  return {
    ...expected,
    years: { ...expected.years, ...Object.fromEntries(years) },
    calendarOverlays: { ...expected.calendarOverlays, ...Object.fromEntries(overlays) },
    officeHours: path === HOURS_FILE ? expectedHours(data) : expected.officeHours,
  };
}

/** What office hours come to. */
export function expectedHours(data: { readonly id: string; readonly officeHours: readonly OfficeHours[] }) {
  const { id, officeHours } = data;
  return { hash: partHash({ id, officeHours }), minutes: officeMinutes(officeHours) };
}

/** Minutes of a day under the newest office hours. */
export function officeMinutes(hours: readonly OfficeHours[]): number {
  return (hours.at(-1)?.sessions ?? []).reduce((sum, { fromMinute, toMinute }) => sum + toMinute - fromMinute, 0);
}

function limitsOf(given: Readonly<Record<string, unknown>>): Expected['limits'] {
  const limits = Object.fromEntries(LIMIT_NAMES.map((name) => [name, count(given[name], `limits.${name}`)]));
  return limits as Record<WatchLimit, number>;
}

function yearOf(value: unknown, name: string): ExpectedYear {
  const year = record(value, name);
  const number = (field: string) => count(year[field], `${name}.${field}`);
  return { off: number('off'), madeUp: number('madeUp'), papers: number('papers'), hash: hash(year.hash, name) };
}

function mapOf<T>(
  value: unknown,
  name: string,
  read: (value: unknown, name: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record(value, name)).map(([key, one]) => [key, read(one, `${name}.${key}`)] as const),
  );
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${name} 应为键值对象 · ${name}: a record was expected`);
}

function bilingual(value: unknown): Bilingual {
  const { zh, en } = record(value, 'basis');
  if (typeof zh === 'string' && typeof en === 'string' && zh !== '' && en !== '') return { zh, en };
  throw new Error('basis 应有中英文 · basis: zh and en were expected');
}

function hash(value: unknown, name: string): string {
  if (typeof value === 'string' && HASH.test(value)) return value;
  throw new Error(`${name} 应为十六位哈希 · ${name}: 16 hex digits were expected, ${JSON.stringify(value)} came`);
}

function count(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Error(`${name} 应为非负整数 · ${name}: a whole number was expected, ${JSON.stringify(value)} came`);
}

function names(value: unknown, name: string): readonly string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value as string[];
  throw new Error(`${name} 应为名称列表 · ${name}: a list of names was expected`);
}
