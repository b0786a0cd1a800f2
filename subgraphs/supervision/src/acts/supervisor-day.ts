import type { Facts } from '@gnomon/rule-engine';
import type { ActPayload } from '@gnomon/subgraph-kit';
import type { DayCount, DayKey } from '../store/supervisor-days.ts';

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** What one act adds to the day of the account that did it. */
export type Added = Partial<
  Pick<DayCount, 'unmaskedWithoutCase' | 'outOfScope' | 'exportedRows' | 'unapprovedExports'>
>;

/** The day of China in which an act falls. */
export function dayKeyOf({ by, at }: Pick<ActPayload, 'by' | 'at'>): DayKey {
  return { viewer: by, day: new Date(Date.parse(at) + CHINA_OFFSET_MS).toISOString().slice(0, 10) };
}

/** The subject of rule XX-07: the division code of the account's own supervision body, the account, and the day. */
export const subjectIdOf = ({ viewer, day }: DayKey, division: string): string => `${division}:${viewer}:${day}`;

/** What such an identifier names; `null` when it is none. */
export function readDaySubject(id: string): (DayKey & { readonly division: string }) | null {
  const [, division, viewer, day] = /^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12}):(.{1,128}):(\d{4}-\d\d-\d\d)$/.exec(id) ?? [];
  return division === undefined ? null : { division, viewer: viewer!, day: day! };
}

/** A day before anything was counted. */
export function emptyCount(key: DayKey): DayCount {
  return { ...key, unmaskedWithoutCase: 0, outOfScope: 0, exportedRows: 0, unapprovedExports: 0, lastAt: 0 };
}

export function addTo(count: DayCount, added: Added, at: number): DayCount {
  return {
    ...count,
    unmaskedWithoutCase: count.unmaskedWithoutCase + (added.unmaskedWithoutCase ?? 0),
    outOfScope: count.outOfScope + (added.outOfScope ?? 0),
    exportedRows: count.exportedRows + (added.exportedRows ?? 0),
    unapprovedExports: count.unapprovedExports + (added.unapprovedExports ?? 0),
    lastAt: Math.max(count.lastAt, at),
  };
}

/** The facts of `rules/facts/supervisor-day.yaml`. */
export function factsOf(count: DayCount, exportMean30: number): Facts {
  const { unmaskedWithoutCase, outOfScope, exportedRows, unapprovedExports } = count;
  return { unmaskedWithoutCase, outOfScope, exportedRows, exportMean30, unapprovedExports };
}
