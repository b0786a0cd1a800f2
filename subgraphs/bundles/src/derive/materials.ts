import type { FactRecord } from '@gnomon/rule-engine';
import type { CaseView } from './case-view.ts';
import { type Columns, instant, textOf } from './kept.ts';

/**
 * Requests for a material that was asked for before, or that was available when it was asked for. Availability is what
 * the row says, else what the list says of the material; where neither says anything the count is unknown.
 */
export function materialFacts(view: CaseView): FactRecord {
  const asked = new Set<string>();
  let needless = 0;
  let isUnknown = false;
  let isConfirmed = false;
  for (const { c } of view.requests) {
    const material = textOf(c, 'material_id');
    const isNeedless = asked.has(material) || isAvailable(c, material, view);
    asked.add(material);
    if (isNeedless === undefined) isUnknown = true;
    if (isNeedless !== true) continue;
    needless += 1;
    isConfirmed ||= c.applicant_confirmed === true;
  }
  return { needlessRequests: isUnknown ? undefined : needless, needlessConfirmed: isConfirmed };
}

function isAvailable(row: Columns, material: string, view: CaseView): boolean | undefined {
  if (typeof row.available === 'boolean') return row.available;
  const since = view.list?.sharedSince(material);
  if (since === undefined) return undefined;
  return since !== null && since <= (instant(row, 'requested_time') ?? 0);
}
