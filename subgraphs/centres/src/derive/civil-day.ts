import { isCivilDate, parseDay } from '@gnomon/working-time';

/** The day that a text `YYYY-MM-DD` names; `null` where it names none, which a source's row may. */
export function civilDayOf(text: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text)?.slice(1).map(Number) as [number, number, number] | undefined;
  return parts !== undefined && isCivilDate(...parts) ? parseDay(text) : null;
}
