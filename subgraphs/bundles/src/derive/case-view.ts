import { type DeriveWorld, type KeptRow, latestRow, type RecordDocument } from '@gnomon/records';
import type { WorkCalendar } from '@gnomon/working-time';
import { type Child, childrenOf } from './child.ts';
import { byTime, instant, textOf } from './kept.ts';
import { type PublishedBundle, publishedBundle } from './published-list.ts';
import type { BundleState } from './state-matrix.ts';

/** A closing as finished, and when it was taken back. */
export interface Closing {
  readonly at: number;
  readonly reopenedAt: number | null;
}

/** A case as its facts read it. Pure: rows and published lists in, nothing fetched. */
export interface CaseView {
  readonly id: string;
  readonly code: string;
  readonly division: string;
  readonly lead: string;
  readonly calendar: WorkCalendar;
  /** `undefined` for a code outside its list, and where an earlier state is not known any more. */
  readonly state: BundleState | undefined;
  readonly stateAt: number | null;
  readonly appliedAt: number | null;
  readonly acceptedAt: number | null;
  /** When it was closed as finished; `null` while it was not. */
  readonly finishedAt: number | null;
  /** When it was ended without being finished. */
  readonly terminatedAt: number | null;
  readonly applicantWithdrew: boolean;
  /** Every time that it was closed as finished, in order; those but the last were taken back. */
  readonly closings: readonly Closing[];
  readonly needsDelivery: boolean;
  readonly deliveredAt: number | null;
  readonly list: PublishedBundle | undefined;
  readonly children: readonly Child[];
  readonly notices: readonly KeptRow[];
  readonly requests: readonly KeptRow[];
}

/** The view of a case, or `null` while its main row has not come or was deleted. */
export function viewCase(document: RecordDocument, id: string, world: DeriveWorld): CaseView | null {
  const row = latestRow(document.case);
  if (row === undefined) return null;
  const { c } = row;
  const division = textOf(c, 'division_code');
  const code = textOf(c, 'bundle_code');
  const version = textOf(c, 'list_version');
  const list = publishedBundle(world, { division, bundle: code, version, scenario: textOf(c, 'scenario') });
  const state = (textOf(c, 'state') || undefined) as BundleState | undefined;
  const stateAt = instant(c, 'state_time');
  const finishTime = instant(c, 'finish_time');
  const finishedAt = state === 'FINISHED' ? (finishTime ?? stateAt) : null;
  return {
    id,
    code,
    division,
    lead: textOf(c, 'lead_agency'),
    calendar: world.calendarFor(division),
    state,
    stateAt,
    appliedAt: instant(c, 'apply_time'),
    acceptedAt: instant(c, 'accept_time'),
    finishedAt,
    terminatedAt: state === 'TERMINATED' ? (finishTime ?? stateAt) : null,
    applicantWithdrew: c.end_reason === 'APPLICANT_WITHDREW',
    closings: closingsOf(row),
    needsDelivery: c.needs_delivery !== false,
    deliveredAt: instant(c, 'delivered_time'),
    list,
    children: childrenOf(document, list, world),
    notices: byTime(document.notices, 'sent_time'),
    requests: byTime(document.requests, 'requested_time'),
  };
}

/** Versions of the main row in the order in which the platform made them: each run of finished ones is a closing. */
function closingsOf(row: KeptRow): readonly Closing[] {
  const versions = [...(row.o ?? []), { t: row.t, c: row.c }].sort((a, b) => a.t - b.t);
  const closings: { at: number; reopenedAt: number | null }[] = [];
  let isClosed = false;
  for (const { t, c = {} } of versions) {
    const at = c.state === 'FINISHED' ? (instant(c, 'finish_time') ?? instant(c, 'state_time')) : null;
    const last = closings.at(-1);
    if (at === null) {
      if (isClosed && last !== undefined) last.reopenedAt = t;
    } else if (isClosed && last !== undefined) last.at = at;
    else closings.push({ at, reopenedAt: null });
    isClosed = at !== null;
  }
  return closings;
}
