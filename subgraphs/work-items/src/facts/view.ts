import { itemVersionOn, type ReferenceItem, type ReferenceItemVersion } from '@gnomon/reference';
import { dayOf, formatDay, type WorkCalendar } from '@gnomon/working-time';
import type { CodeSystems } from '../code-systems.ts';
import { type ItemDocument, type KeptRow, latestRow, liveRows } from '../document.ts';
import { judgedTimes, type KeyTimeFindings, noFindings } from './key-times.ts';

/** Numbers that the derivation needs; they stand in rules/facts/work-item.yaml under `constants`. */
export interface FactConstants {
  readonly deemedAcceptedWorkdays: number;
  readonly preReviewWorkHours: number;
  readonly instantGraceWorkHours: number;
  readonly acceptStepWorkdays: number;
  readonly reviewStepShare: number;
  readonly decideStepShare: number;
  readonly certifyStepShare: number;
  readonly hearingWorkdays: number;
  readonly expertReviewWorkdays: number;
  readonly testingWorkdays: number;
  readonly otherSpecialWorkdays: number;
}

/** What the derivation reads besides the document. All of it is data; nothing here reads a clock. */
export interface FactInputs {
  readonly calendar: WorkCalendar;
  readonly codes: CodeSystems;
  readonly constants: FactConstants;
  readonly item: ReferenceItem | undefined;
  /** The source is its owner's own platform, which owes rows within two working hours (DP-01). */
  readonly ownPlatform: boolean;
  /** The calendar by which sources owe their rows: the region's, without overlays of the item's place. */
  readonly pushCalendar: WorkCalendar;
  /** Turning instant of the first warning or card on this work item; `null` while there is none (DP-14). */
  readonly firstSignalAt: number | null;
  /** Another application of the same applicant for the same item, made after this one ended; `null` when none is known. */
  readonly reappliedAt: number | null;
}

/** A special procedure with the times on which it is judged. */
export interface SpecialView {
  readonly row: KeptRow;
  readonly kind: string;
  readonly from: number;
  readonly to: number | null;
}

/** The rows of an item as the facts read them: live rows only, in time order, key times as judged. */
export interface ItemView {
  readonly accept: KeptRow;
  readonly kind: 'INSTANT' | 'PROMISE' | 'OTHER' | undefined;
  readonly channel: string | undefined;
  readonly appliedAt: number | null;
  /** Receipt of the materials; the application where the source pushes no receipt. */
  readonly receivedAt: number | null;
  readonly acceptDate: number | null;
  readonly promiseDate: number | null;
  readonly result: KeptRow | undefined;
  /** GRANTED, DENIED …; `undefined` for a code outside its list. */
  readonly outcome: string | undefined;
  readonly resultAt: number | null;
  readonly steps: readonly KeptRow[];
  readonly specials: readonly SpecialView[];
  readonly extensions: readonly SpecialView[];
  readonly notices: readonly KeptRow[];
  readonly fees: readonly KeptRow[];
  readonly version: ReferenceItemVersion | undefined;
  readonly changes: KeyTimeFindings;
}

/** The view of a document, or `null` while its accept row has not come (or is deleted). */
export function viewItem(document: ItemDocument, inputs: FactInputs): ItemView | null {
  const accept = latestRow(document.accept);
  if (accept === undefined) return null;
  const result = latestRow(document.results);
  const changes = noFindings();
  const freeze = {
    result: result === undefined ? Infinity : (result.t0 ?? result.t),
    signal: inputs.firstSignalAt ?? Infinity,
    accepted: document.changesAcceptedAt ?? -Infinity,
  };
  const acceptTimes = judgedTimes('up_pro_accept', accept, freeze, changes);
  const resultTimes = result === undefined ? undefined : judgedTimes('up_pro_result', result, freeze, changes);
  const specials = liveRows(document.specials)
    .map((row) => {
      const times = judgedTimes('up_pro_special_procedure', row, freeze, changes);
      return {
        row,
        kind: specialKind(row, inputs.codes),
        from: instant(times.special_time)!,
        to: instant(times.end_time),
      };
    })
    .filter((special) => special.from !== null)
    .sort((a, b) => a.from - b.from || order(a.row.g, b.row.g));
  const acceptDate = instant(acceptTimes.accept_date);
  const appliedAt = instant(accept.c.apply_date);
  const ruledOn = acceptDate ?? appliedAt;
  return {
    accept,
    kind: accept.c.project_type as ItemView['kind'],
    channel: accept.c.apply_type as string | undefined,
    appliedAt,
    receivedAt: instant(accept.c.receive_date) ?? appliedAt,
    acceptDate,
    promiseDate: instant(acceptTimes.promise_date),
    result,
    outcome: result?.c.result_type as string | undefined,
    resultAt: resultTimes === undefined ? null : instant(resultTimes.result_date),
    steps: byTime(liveRows(document.steps), 'event_start_time'),
    specials: specials.filter((special) => special.row.c.special_type !== 'EXTENSION'),
    extensions: specials.filter((special) => special.row.c.special_type === 'EXTENSION'),
    notices: byTime(liveRows(document.notices), 'sent_time'),
    fees: byTime(liveRows(document.fees), 'pay_time'),
    version: inputs.item === undefined || ruledOn === null ? undefined : versionOf(inputs.item, accept, ruledOn),
    changes,
  };
}

/** The version in force on the day of acceptance; the pushed version label decides only between days that none rules. */
function versionOf(item: ReferenceItem, accept: KeptRow, at: number): ReferenceItemVersion | undefined {
  if (item.versions.length === 1 && item.versions[0]!.to === null) {
    const only = item.versions[0]!;
    return only.from <= formatDay(dayOf(at)) ? only : undefined;
  }
  return (
    itemVersionOn(item, formatDay(dayOf(at))) ??
    item.versions.find((version) => version.version === accept.c.task_version && version.to === null)
  );
}

function specialKind(row: KeptRow, codes: CodeSystems): string {
  return (row.c.special_kind as string | undefined) ?? codes.specialKind(String(row.c.special_name ?? ''));
}

function byTime(rows: readonly KeptRow[], column: string): readonly KeptRow[] {
  if (rows.length < 2) return rows;
  return [...rows].sort((a, b) => Number(a.c[column] ?? 0) - Number(b.c[column] ?? 0) || order(a.g, b.g));
}

/** A kept time, or `null`. */
export function instant(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
