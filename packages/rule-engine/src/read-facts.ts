import {
  AXES,
  type Axis,
  type Clock,
  LIMIT_UNITS,
  type Limit,
  openClock,
  parseInstant,
  type WorkCalendar,
} from '@gnomon/working-time';
import type { Dictionary } from './dictionary.ts';
import type { FactRecord, FactValue } from './types.ts';
import { type Named, nameOfType, type ValueType } from './value-type.ts';

/** What is wrong with a fact of a test, and where below `facts`. */
export interface FactFailure {
  readonly at: readonly (string | number)[];
  readonly zh: string;
  readonly en: string;
}

/** Reads facts as tests write them (instants as ISO text, clocks by start and limit) into what a rule judges. */
export function readFacts(
  raw: Readonly<Record<string, unknown>>,
  dictionary: Pick<Dictionary, 'facts'>,
  calendar: WorkCalendar,
): { facts: FactRecord; failures: FactFailure[] } {
  const failures: FactFailure[] = [];
  const facts = readRecord(raw, dictionary.facts, [], calendar, failures);
  return { facts, failures };
}

function readRecord(
  raw: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, Named>,
  at: readonly (string | number)[],
  calendar: WorkCalendar,
  failures: FactFailure[],
): FactRecord {
  const facts: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(raw)) {
    const named = fields.get(name);
    if (named === undefined)
      failures.push({ at: [...at, name], zh: `词典中没有“${name}”`, en: `the dictionary has no \`${name}\`` });
    else if (value !== null) {
      const read = readValue(value, named.type, [...at, name], calendar, failures);
      if (read !== undefined) facts[name] = read;
    }
  }
  return facts;
}

function readValue(
  value: unknown,
  type: ValueType,
  at: readonly (string | number)[],
  calendar: WorkCalendar,
  failures: FactFailure[],
): FactValue | undefined {
  const wrong = (zh: string, en: string): undefined => {
    failures.push({ at, zh, en });
  };
  const mismatch = (): undefined => wrong(`应为 ${nameOfType(type)}`, `expected ${nameOfType(type)}`);
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : mismatch();
    case 'int':
      return Number.isSafeInteger(value) ? (value as number) : mismatch();
    case 'double':
      return typeof value === 'number' ? value : mismatch();
    case 'string':
      return typeof value === 'string' ? value : mismatch();
    case 'code':
      return typeof value === 'string' && type.values.includes(value) ? value : mismatch();
    case 'list':
      if (!Array.isArray(value) || value.length > type.max) return mismatch();
      return value.map((element, index) =>
        isRecord(element) ? readRecord(element, type.fields, [...at, index], calendar, failures) : {},
      );
    case 'instant':
    case 'clock':
      try {
        return type.kind !== 'clock' ? parseInstant(String(value)) : readClock(value, type.axis, calendar);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return wrong(`${text}`, text);
      }
    default:
      return mismatch();
  }
}

/**
 * `{start, limit: "5 workday", suspensions, stopped}`, or `{due, axis, stopped}` for a clock that ends at an instant.
 * @throws {TypeError} naming what is wrong
 */
function readClock(value: unknown, axis: Axis, calendar: WorkCalendar): Clock {
  if (!isRecord(value))
    throw new TypeError('时钟应写作 {start, limit} 或 {due, axis} / a clock is written {start, limit} or {due, axis}');
  const unknown = Object.keys(value).find((key) => !CLOCK_KEYS.has(key));
  if (unknown !== undefined) throw new TypeError(`时钟没有“${unknown}” / a clock has no \`${unknown}\``);
  const stoppedAt = value.stopped === undefined || value.stopped === null ? null : parseInstant(String(value.stopped));
  const provisional = value.provisional === true;
  if (value.due !== undefined) {
    const own = AXES.find((one) => one === value.axis) ?? axis;
    if (own !== 'TIME' || axis !== 'TIME')
      throw new TypeError(
        `以 due 表示的时钟只能在 TIME 轴，词典为 ${axis} / a clock given by its due instant is on TIME, the dictionary says ${axis}`,
      );
    return { axis: 'TIME', limit: 0, due: parseInstant(String(value.due)), stoppedAt, provisional };
  }
  const clock = openClock({
    calendar,
    limit: readLimit(value.limit),
    start: parseInstant(String(value.start)),
    suspensions: readSuspensions(value.suspensions),
    stoppedAt,
  });
  if (clock.axis !== axis)
    throw new TypeError(
      `时限单位属于 ${clock.axis} 轴，词典为 ${axis} / the limit counts on ${clock.axis}, the dictionary says ${axis}`,
    );
  return provisional ? { ...clock, provisional } : clock;
}

const CLOCK_KEYS: ReadonlySet<string> = new Set([
  'start',
  'limit',
  'suspensions',
  'stopped',
  'due',
  'axis',
  'provisional',
]);

function readLimit(value: unknown): Limit {
  const match = /^(\d+(?:\.\d+)?) (workday|work-hour|day|hour|month)s?$/.exec(String(value));
  const unit = LIMIT_UNITS.find((one) => one === match?.[2]?.toUpperCase().replace('-', '_'));
  if (match === null || unit === undefined)
    throw new TypeError(
      `时限“${String(value)}”应写作 5 workday / the limit \`${String(value)}\` is written like 5 workday (workday, work-hour, day, hour, month)`,
    );
  return { amount: Number(match[1]), unit };
}

function readSuspensions(value: unknown): readonly { from: number; to: number | null }[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new TypeError('suspensions 应为列表 / suspensions is a list of [from, to]');
  return value.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new TypeError('停钟应写作 [起, 止] / a suspension is written [from, to]');
    return { from: parseInstant(String(pair[0])), to: pair[1] === null ? null : parseInstant(String(pair[1])) };
  });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
