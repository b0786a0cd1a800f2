import type { KeptRow, KeptValue } from '../document.ts';
import { KEY_TIMES, type TableName } from '../tables.ts';

/** From when on a changed key time no longer counts (DP-14). All compared with the version's own `cd_time`. */
export interface Freeze {
  /** cd_time of the first result row. */
  readonly result: number;
  /** Turning instant of the first warning or card. */
  readonly signal: number;
  /** A supervisor accepted the changes made up to then. */
  readonly accepted: number;
}

export interface KeyTimeFindings {
  /** Changes made after the result row. */
  afterResult: number;
  afterSignal: boolean;
  /** Instants (cd_time) of the changes that do not count, oldest first. */
  readonly ignored: number[];
}

export function noFindings(): KeyTimeFindings {
  return { afterResult: 0, afterSignal: false, ignored: [] };
}

/**
 * The key times of a row as they are judged: the last value from before the freeze. A value that was empty may be filled
 * at any time; changing one afterwards is a finding and the first value stays in force until a supervisor accepts it.
 */
export function judgedTimes(
  table: TableName,
  row: KeptRow,
  freeze: Freeze,
  findings: KeyTimeFindings,
): Readonly<Record<string, KeptValue>> {
  if (row.o === undefined) return row.c;
  const names = KEY_TIMES[table]!;
  const versions = [
    ...row.o.filter((version) => version.d !== true).map(({ t, h, k }) => ({ t, h, values: k ?? {} })),
    { t: row.t, h: row.h, values: row.c },
  ].sort((a, b) => a.t - b.t || (a.h < b.h ? -1 : 1));
  const judged: Record<string, KeptValue> = { ...row.c };
  for (const name of names) {
    let value: number | null = null;
    for (const version of versions) {
      const next = version.values[name];
      if (typeof next !== 'number' || next === value) continue;
      const counts =
        value === null || version.t <= freeze.accepted || (version.t <= freeze.result && version.t <= freeze.signal);
      if (counts) value = next;
      else note(findings, version.t, freeze);
    }
    if (value === null) delete judged[name];
    else judged[name] = value;
  }
  return judged;
}

function note(findings: KeyTimeFindings, at: number, freeze: Freeze): void {
  if (at > freeze.result) findings.afterResult += 1;
  if (at > freeze.signal) findings.afterSignal = true;
  findings.ignored.push(at);
}
