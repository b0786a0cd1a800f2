import { CHINA_OFFSET_MS, DAY_MS, dayNumber, HOUR_MS, isCivilDate, MINUTE_MS } from './civil-date.ts';
import { TimeTextError } from './errors.ts';
import type { Instant } from './types.ts';

/** ISO 8601 with an offset: the form at every border of the hub. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})$/;
/** What the national push tables carry, meaning UTC+8: `20240923T090000` or `2024-09-23 09:00:00`. */
const PUSHED = /^(\d{4})(?:(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})|-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}))$/;

/**
 * Reads an instant: ISO 8601 with an offset, or one of the two national push forms, which mean UTC+8.
 * Fractions finer than a millisecond are cut. A text without an offset in ISO form is refused: its zone would be a guess.
 * @throws {TimeTextError}
 */
export function parseInstant(text: string): Instant {
  const pushed = PUSHED.exec(text);
  const instant = pushed === null ? readIso(text) : readPushed(pushed);
  if (instant === null) {
    throw new TimeTextError(
      text,
      '带时区的 ISO 8601 时间（如 2024-09-23T09:00:00+08:00），或推送格式 20240923T090000、2024-09-23 09:00:00',
      'ISO 8601 with an offset (2024-09-23T09:00:00+08:00), or the push forms 20240923T090000 and 2024-09-23 09:00:00',
    );
  }
  return instant;
}

/** `YYYY-MM-DDTHH:mm:ss.SSS+08:00`. */
export function formatInstant(instant: Instant): string {
  return `${new Date(instant + CHINA_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

function readPushed(match: RegExpExecArray): Instant | null {
  const first = match[2] === undefined ? 7 : 2;
  return instantOf(
    Number(match[1]),
    Number(match[first]),
    Number(match[first + 1]),
    Number(match[first + 2]),
    Number(match[first + 3]),
    Number(match[first + 4]),
    0,
    CHINA_OFFSET_MS,
  );
}

function readIso(text: string): Instant | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const offset = readOffset(match[8] as string);
  if (offset === null) return null;
  return instantOf(
    Number(match[1]),
    Number(match[2]),
    Number(match[3]),
    Number(match[4]),
    Number(match[5]),
    Number(match[6] ?? 0),
    Number((match[7] ?? '0').slice(0, 3).padEnd(3, '0')),
    offset,
  );
}

function readOffset(text: string): number | null {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}

function instantOf(
  year: number,
  month: number,
  dayOfMonth: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
  offset: number,
): Instant | null {
  if (!isCivilDate(year, month, dayOfMonth) || hour > 23 || minute > 59 || second > 59) return null;
  return (
    dayNumber(year, month, dayOfMonth) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + ms - offset
  );
}
