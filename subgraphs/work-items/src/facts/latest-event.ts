import type { ItemDocument, KeptRow } from '../document.ts';

/** A source's clock may run ahead of the hub's by so much; an event that lies further ahead did not happen yet. */
const CLOCK_TOLERANCE_MS = 600_000;
/** Columns that tell when something happened. */
const EVENTS = {
  accept: ['apply_date', 'receive_date', 'accept_date', 'prereview_end_time'],
  steps: ['event_start_time', 'event_end_time'],
  specials: ['special_time', 'end_time', 'told_time', 'notice_time'],
  results: ['decision_date', 'result_date', 'delivery_date'],
  notices: ['sent_time', 'received_time'],
  fees: ['pay_time', 'refunded_time'],
} as const satisfies Partial<Record<keyof ItemDocument, readonly string[]>>;

/** The latest event that an item's rows tell of, `-Infinity` without any. What lay ahead of its own row is left out. */
export function latestEventOf(document: ItemDocument): number {
  let latest = -Infinity;
  for (const part of Object.keys(EVENTS) as (keyof typeof EVENTS)[])
    for (const row of document[part] as readonly KeptRow[]) {
      if (row.d === true) continue;
      for (const column of EVENTS[part]) {
        const at = row.c[column];
        if (typeof at === 'number' && at > latest && at <= row.r + CLOCK_TOLERANCE_MS) latest = at;
      }
    }
  return latest;
}
