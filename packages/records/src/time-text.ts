/** Earliest instant that is taken: 1991-09-15T00:00 +08:00, the end of daylight saving in China; before it days are not whole. */
export const EARLIEST_INSTANT = Date.UTC(1991, 8, 14, 16);
/** First instant that is no longer taken: 2100-01-01T00:00 +08:00. */
export const LATEST_INSTANT = Date.UTC(2099, 11, 31, 16);
const CHINA_MS = 8 * 3_600_000;

/**
 * Reads a pushed time: `YYYYMMDDThhmmss`, `YYYY-MM-DD hh:mm:ss`, `YYYY-MM-DDThh:mm:ss[.sss](Z|±hh:mm)`, `YYYYMMDD`
 * or `YYYY-MM-DD` (00:00 of that date). Forms without an offset mean UTC+8.
 *
 * @returns milliseconds since 1970, or `null` when the text is none of these or lies outside 1991-09-15 … 2099-12-31.
 */
export function readTime(text: string): number | null {
  const instant = read(text);
  return instant === null || instant < EARLIEST_INSTANT || instant >= LATEST_INSTANT ? null : instant;
}

function read(text: string): number | null {
  const dashed = text.charCodeAt(4) === 45;
  const year = digits(text, 0, 4);
  const month = dashed ? digits(text, 5, 2) : digits(text, 4, 2);
  const day = dashed ? digits(text, 8, 2) : digits(text, 6, 2);
  if (year < 0 || !isDate(year, month, day)) return null;
  if (dashed && text.charCodeAt(7) !== 45) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const rest = dashed ? 10 : 8;
  if (text.length === rest) return midnight - CHINA_MS;
  const mark = text.charCodeAt(rest);
  if (mark !== 84 && mark !== 32) return null;
  if (!dashed) return mark === 84 && text.length === 15 ? compactTime(text, midnight) : null;
  return dashedTime(text, midnight);
}

function compactTime(text: string, midnight: number): number | null {
  return withTime(midnight, digits(text, 9, 2), digits(text, 11, 2), digits(text, 13, 2));
}

function dashedTime(text: string, midnight: number): number | null {
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null;
  const local = withTime(midnight, digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
  if (local === null || text.length === 19) return local;
  const tail = /^(?:\.(\d{1,9}))?(Z|([+-])(\d{2}):?(\d{2}))?$/.exec(text.slice(19));
  if (tail === null) return null;
  const ms = tail[1] === undefined ? 0 : Number(tail[1].slice(0, 3).padEnd(3, '0'));
  if (tail[2] === undefined) return local + ms;
  if (tail[2] === 'Z') return local + CHINA_MS + ms;
  const hours = Number(tail[4]);
  const minutes = Number(tail[5]);
  if (hours > 14 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * 60_000 * (tail[3] === '-' ? -1 : 1);
  return local + CHINA_MS - offset + ms;
}

function withTime(midnight: number, hour: number, minute: number, second: number): number | null {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 - CHINA_MS;
}

/** The number in `count` digits from `start`, or -1 when one is no digit. */
function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const last = month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : LENGTHS[month - 1]!;
  return day <= last;
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
