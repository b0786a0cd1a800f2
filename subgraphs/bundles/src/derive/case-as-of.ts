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
  const then = part === 'items' ? wordThen(row, instant) : row;
  const late = (PARTS.get(part)?.times ?? []).filter((name) => isLater(then.c[name], instant));
  const kept: Record<string, KeptValue> = { ...then.c };
  for (const name of late) delete kept[name];
  if (part === 'case' && late.includes('state_time')) Object.assign(withoutState(kept), stateThen(row, instant));
  const { o: others, ...rest } = then;
  const known = others?.filter(({ t }) => t <= instant) ?? [];
  return { ...rest, c: kept, ...(known.length === 0 ? {} : { o: known }) };
}

/** What a work item had told of its state by then; its times tell for themselves. */
function wordThen(row: KeptRow, instant: number): KeptRow {
  if (row.t <= instant) return row;
  const { state: _, ...times } = row.c;
  const last = latestBefore(row, instant);
  const state = last?.c?.state;
  return { ...row, t: last?.t ?? row.t, c: state === undefined ? times : { ...times, state } };
}

function latestBefore(row: KeptRow, instant: number): NonNullable<KeptRow['o']>[number] | undefined {
  return [...(row.o ?? [])].sort((a, b) => b.t - a.t).find(({ t }) => t <= instant);
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
