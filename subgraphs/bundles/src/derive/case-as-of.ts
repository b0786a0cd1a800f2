import type { KeptRow, KeptValue, RecordDocument } from '@gnomon/records';
import { TABLES } from '../tables.ts';

/** By part of the case: its event column, and every column that is a time. */
const PARTS: ReadonlyMap<string, { readonly event: string; readonly times: readonly string[] }> = new Map(
  Object.values(TABLES).flatMap(({ placements, events, columns }) =>
    placements
      .filter(({ record }) => record === 'bundle-case')
      .map(({ part }) => [
        part,
        { event: events[0] ?? '', times: columns.filter(({ kind }) => kind === 'time').map(({ name }) => name) },
      ]),
  ),
);

/**
 * The case as it would have been at an earlier instant, from all that is known now: rows of later events and later times
 * are left out; the bundle's state is that of the version then in force, and none where none is kept; a work item's word
 * that came later is not heard.
 */
export function caseAsOf(document: RecordDocument, instant: number): RecordDocument {
  return Object.fromEntries(
    Object.entries(document).map(([part, rows]) => [
      part,
      rows
        .filter((row) => !isLater(row.c[PARTS.get(part)?.event ?? ''], instant))
        .map((row) => cut(part, row, instant)),
    ]),
  );
}

function cut(part: string, row: KeptRow, instant: number): KeptRow {
  const late = (PARTS.get(part)?.times ?? []).filter((name) => isLater(row.c[name], instant));
  const kept: Record<string, KeptValue> = { ...row.c };
  for (const name of late) delete kept[name];
  if (part === 'items' && row.t > instant) delete kept.state;
  if (part === 'case' && late.includes('state_time')) Object.assign(withoutState(kept), stateThen(row, instant));
  return { ...row, c: kept };
}

function withoutState(columns: Record<string, KeptValue>): Record<string, KeptValue> {
  delete columns.state;
  delete columns.end_reason;
  return columns;
}

/** State of the latest overtaken version that had begun by then. */
function stateThen(row: KeptRow, instant: number): Readonly<Record<string, KeptValue>> {
  const then = [...(row.o ?? [])]
    .sort((a, b) => b.t - a.t)
    .find(({ c }) => typeof c?.state_time === 'number' && c.state_time <= instant);
  const { state, state_time: since } = then?.c ?? {};
  return state === undefined || since === undefined ? {} : { state, state_time: since };
}

const isLater = (value: KeptValue | undefined, instant: number): boolean =>
  typeof value === 'number' && value > instant;
