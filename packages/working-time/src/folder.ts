import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CalendarDataError } from './errors.ts';
import type { CalendarData, CalendarOverlay, DayEntry, HolidayNotice, OfficeHours, OfficeSession } from './types.ts';

/** A file that `readCalendarFolder` would read, by its path relative to the folder. */
export interface CalendarFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads `notices/<year>.json`, `office-hours.yaml` and `overlays/*.yaml` of a folder such as `rules/calendar`.
 * @throws {CalendarDataError} naming the file and the field when one is not what it must be
 */
export function readCalendarFolder(folder: string): CalendarData {
  return readCalendarFiles(readCalendarTexts(folder));
}

/** The texts of such a folder, by path relative to it. */
export function readCalendarTexts(folder: string): readonly CalendarFile[] {
  const read = (path: string): CalendarFile => ({ path, text: readFileSync(join(folder, path), 'utf8') });
  const list = (name: string, suffix: string): CalendarFile[] =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith(suffix))
      .sort()
      .map((file) => read(`${name}/${file}`));
  return [...list('notices', '.json'), read('office-hours.yaml'), ...list('overlays', '.yaml')];
}

/**
 * The same from texts that are already at hand, for example from an archive of a pack. Other files are ignored.
 * @throws {CalendarDataError}
 */
export function readCalendarFiles(files: readonly CalendarFile[]): CalendarData {
  const within = (prefix: string): readonly CalendarFile[] =>
    files.filter(({ path }) => path.startsWith(prefix)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const hours = files.find(({ path }) => path === 'office-hours.yaml');
  if (hours === undefined) throw new CalendarDataError('office-hours.yaml', '文件不存在', 'the file is missing');
  const root = new Field(hours.path, '', parse(hours.text));
  return {
    id: root.at('id').text(),
    notices: within('notices/').map(({ path, text }) => noticeFrom(new Field(path, '', JSON.parse(text)))),
    overlays: within('overlays/').map(({ path, text }) => overlayFrom(new Field(path, '', parse(text)))),
    officeHours: root.at('officeHours').list().map(hoursFrom),
  };
}

function noticeFrom(field: Field): HolidayNotice {
  return {
    year: field.at('year').integer(),
    papers: field
      .at('papers')
      .list()
      .map((paper) => paper.text()),
    days: field.at('days').list().map(dayFrom),
  };
}

function overlayFrom(field: Field): CalendarOverlay {
  const overlay = {
    id: field.at('id').text(),
    scope: field.at('scope').text(),
    document: field.at('document').text(),
    days: field.has('days') ? field.at('days').list().map(dayFrom) : [],
  };
  return field.has('officeHours')
    ? { ...overlay, officeHours: field.at('officeHours').list().map(hoursFrom) }
    : overlay;
}

function dayFrom(field: Field): DayEntry {
  return { date: field.at('date').text(), name: field.at('name').text(), off: field.at('off').flag() };
}

function hoursFrom(field: Field): OfficeHours {
  return { from: field.at('from').text(), sessions: field.at('sessions').list().map(sessionFrom) };
}

/** `08:30-12:00`, as people write office hours. */
function sessionFrom(field: Field): OfficeSession {
  const match = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(field.text());
  if (match === null) throw field.problem('应为 08:30-12:00 形式', 'must read like 08:30-12:00');
  const minute = (hour: number): number => Number(match[hour]) * 60 + Number(match[hour + 1]);
  return { fromMinute: minute(1), toMinute: minute(3) };
}

/** A value of a parsed file that knows where it stands, so that a refusal can name the place. */
class Field {
  readonly file: string;
  readonly path: string;
  readonly value: unknown;

  constructor(file: string, path: string, value: unknown) {
    this.file = file;
    this.path = path;
    this.value = value;
  }

  has(key: string): boolean {
    return isRecord(this.value) && this.value[key] !== undefined;
  }

  at(key: string): Field {
    if (!isRecord(this.value)) throw this.problem('应为键值对象', 'must be a record');
    return new Field(this.file, this.path === '' ? key : `${this.path}.${key}`, this.value[key]);
  }

  list(): Field[] {
    if (!Array.isArray(this.value)) throw this.problem('应为列表', 'must be a list');
    return this.value.map((item, index) => new Field(this.file, `${this.path}[${index}]`, item));
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value === '')
      throw this.problem('应为非空文字', 'must be a text that is not empty');
    return this.value;
  }

  integer(): number {
    if (!Number.isInteger(this.value)) throw this.problem('应为整数', 'must be a whole number');
    return this.value as number;
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.problem('应为 true 或 false', 'must be true or false');
    return this.value;
  }

  problem(zh: string, en: string): CalendarDataError {
    const came = JSON.stringify(this.value) ?? 'undefined';
    return new CalendarDataError(this.file, `${this.path} ${zh}，现为 ${came}`, `${this.path} ${en}, but is ${came}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
