import { type DeriveWorld, type KeptRow, latestRow, type RecordDocument } from '@gnomon/records';
import type { WorkCalendar } from '@gnomon/working-time';
import { type Child, childrenOf } from './child.ts';
import { byTime, earliest, instant, textOf } from './kept.ts';
import { type PublishedBundle, publishedBundle } from './published-list.ts';
import type { BundleState } from './state-matrix.ts';

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
  /** The closing that has to be answered for: the present one, or the last one that was taken back. */
  readonly closing: { readonly at: number; readonly reopenedAt: number | null } | null;
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
    closing: finishedAt === null ? reopenedClosing(row) : { at: finishedAt, reopenedAt: null },
    needsDelivery: c.needs_delivery !== false,
    deliveredAt: instant(c, 'delivered_time'),
    list,
    children: childrenOf(document, list, world),
    notices: byTime(document.notices, 'sent_time'),
    requests: byTime(document.requests, 'requested_time'),
  };
}

/** The last closing that the platform took back: an overtaken version that was finished, and when the next one came. */
function reopenedClosing(row: KeptRow): CaseView['closing'] {
  const versions = [...(row.o ?? [])].sort((a, b) => a.t - b.t);
  for (let index = versions.length - 1; index >= 0; index -= 1) {
    const version = versions[index];
    const columns = version?.c;
    if (columns?.state !== 'FINISHED') continue;
    const at = earliest(instant(columns, 'finish_time') ?? instant(columns, 'state_time'));
    if (at !== null) return { at, reopenedAt: versions[index + 1]?.t ?? row.t };
  }
  return null;
}
