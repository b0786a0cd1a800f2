import { MINUTE_MS, startOfDay } from '@gnomon/working-time';
import type { Stretch } from './stretches.ts';

const SESSION = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/u;

/**
 * Published sessions (公布时间) as a list writes them, `08:30-12:00,14:30-17:30`, on a civil day. A part that is no session is left out:
 * it publishes nothing.
 */
export function sessionsOn(hours: string, day: number): readonly Stretch[] {
  const midnight = startOfDay(day);
  return hours.split(/[,，;；]/u).flatMap((part): Stretch[] => {
    const match = SESSION.exec(part.trim());
    if (match === null) return [];
    const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number) as [number, number, number, number];
    const from = fromHour * 60 + fromMinute;
    const to = toHour * 60 + toMinute;
    return from < to && to <= 1440 ? [{ from: midnight + from * MINUTE_MS, to: midnight + to * MINUTE_MS }] : [];
  });
}
