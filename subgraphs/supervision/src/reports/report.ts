import { createHash } from 'node:crypto';
import { laneOf } from '../lane.ts';
import type { Comparison } from './compare.ts';
import type { Figures } from './figures.ts';
import type { ReportKind } from './period.ts';

/** The name of the snapshot's shape; a change of shape is another name. Snapshots `/1` name no group: they compared within the tier. */
export const REPORT_FORMAT = 'gnomon-feedback-report/2';

/** A number of an earlier report that data which came later have moved (更正): the earlier report stays as it is. */
export interface Correction {
  readonly period: string;
  /** Path in the figures, for example `cards.issued`. */
  readonly figure: string;
  readonly was: number | null;
  readonly is: number | null;
}

/** A rule that changed since the period before (规则变化). */
export interface RuleChange {
  readonly rule: string;
  readonly change: 'NEW' | 'CHANGED' | 'ENDED';
  readonly version: string | null;
  readonly previousVersion: string | null;
}

/** What a report says (反馈报告): frozen when it is made, hashed, never changed. Instants as ISO text. */
export interface Snapshot {
  readonly format: typeof REPORT_FORMAT;
  readonly agency: string;
  readonly division: string;
  readonly kind: ReportKind;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  /** As of when each domain speaks; `null` for one of which nothing was heard (law 11). */
  readonly asOf: Readonly<Record<string, string | null>>;
  readonly figures: Figures;
  readonly comparisons: readonly Comparison[];
  readonly ruleChanges: readonly RuleChange[];
  readonly corrections: readonly Correction[];
}

/** A report as it is kept. Instants in ms. */
export interface Report {
  readonly lane: number;
  readonly id: string;
  readonly kind: ReportKind;
  readonly period: string;
  readonly agency: string;
  readonly division: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly dueAt: number;
  readonly producedAt: number;
  /** The snapshot's canonical JSON. */
  readonly snapshot: string;
  /** SHA-256 of exactly these bytes, in hex. */
  readonly hash: string;
  readonly publishedAt: number | null;
  readonly publishedBy: string | null;
  readonly signature: string | null;
  readonly confirmedAt: number | null;
  readonly confirmedBy: string | null;
}

/** What a report says. Reports of the shape before compared within the tier, and did not say so. */
export function readSnapshot({ snapshot }: Pick<Report, 'snapshot'>): Snapshot {
  const read = JSON.parse(snapshot) as Snapshot;
  return { ...read, comparisons: read.comparisons.map((one) => ({ ...one, group: one.group ?? 'TIER' })) };
}

/** The identifier of an agency's report of a period: two hex digits of the lane, 30 of a hash. */
export function reportId(agency: string, period: string): string {
  return identifyAs('report', agency, period);
}

/** An identifier under an agency's lane, from what names the thing. */
export function identifyAs(kind: string, agency: string, name: string): string {
  const hash = createHash('sha256').update(`${kind}:${agency}:${name}`).digest('hex');
  return laneOf(agency).toString(16).padStart(2, '0') + hash.slice(0, 30);
}

/** The numbers in which two figures of one period differ. */
export function differences(period: string, before: Figures, after: Figures): readonly Correction[] {
  const old = numbersOf(before);
  return [...numbersOf(after)].flatMap(([figure, is]) => {
    const was = old.get(figure) ?? null;
    return was === is ? [] : [{ period, figure, was, is }];
  });
}

/** Numbers that may be corrected: what was counted, not what goes on (states, ages). */
const CORRECTED = /^(workItems|warnings|cards\.(issued|yellow|red|density)|repeated)/;

function numbersOf(figures: Figures): ReadonlyMap<string, number | null> {
  const found = new Map<string, number | null>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number' || value === null) {
      if (CORRECTED.test(path) && path !== 'workItems.openOverdue') found.set(path, value);
    } else if (typeof value === 'object' && !Array.isArray(value))
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`);
  };
  walk(figures, '');
  return found;
}

/** What changed between two lists of rule versions. */
export function ruleChanges(
  before: Readonly<Record<string, string>> | null,
  now: Readonly<Record<string, string>>,
): readonly RuleChange[] {
  if (before === null) return [];
  const ids = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return ids.flatMap((rule) => {
    const [previousVersion, version] = [before[rule] ?? null, now[rule] ?? null];
    if (previousVersion === version) return [];
    const change = previousVersion === null ? 'NEW' : version === null ? 'ENDED' : 'CHANGED';
    return [{ rule, change, version, previousVersion } as const];
  });
}
