import { bodyPlace, placeAbove, type Viewer } from '@gnomon/identity';
import { REGION } from './read-text.ts';
import type { RuleTextKind } from './rule-text.ts';

/**
 * The division whose supervision body answers for a text that concerns `division` (Art. 12): the region for what concerns all, the
 * league for a league, the banner for a banner and what lies in it.
 */
export function answeringDivision(division: string | null): string {
  if (division === null || !division.startsWith(REGION)) return REGION;
  return bodyPlace(division);
}

/** Whether the viewer is a supervisor of exactly that division: a tier above guides, it does not write for the tier below. */
export function answersFor(viewer: Viewer, division: string): boolean {
  return viewer.role === 'SUPERVISOR' && viewer.division === division;
}

/**
 * Whose publication a text needs: that of its own tier; what loosens (an exemption) needs the consent of the tier above, and the
 * region's own is the region's.
 */
export function publishingDivision(kind: RuleTextKind, division: string): string {
  return kind === 'EXEMPTION' ? placeAbove(division) : division;
}
