import { createHash } from 'node:crypto';
import type { CalendarData } from './types.ts';

/** SHA-256 (hex) of the canonical JSON of the data: the name by which receipts cite a calendar. */
export function hashCalendar(data: CalendarData): string {
  return createHash('sha256').update(canonicalJson(data)).digest('hex');
}

/**
 * JSON with sorted keys and without blanks, after RFC 8785 for the values that occur here
 * (text, whole numbers, booleans, lists, records). Absent keys are left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
