import type { Decision, ModelCard } from './model.ts';

/*
 * What an appeal against a limit that ran out can claim: that the work was finished at an instant. The receipts of the walk are of a promise of
 * five working days from 23 September 2024: a warning on the 29th, its last day, yellow from the 30th on, red on 10 October.
 */

/** When the work is claimed to have been finished. */
export const CLAIMS = {
  EARLY: '2024-09-27T17:00:00+08:00',
  LAST_DAY: '2024-09-29T17:00:00+08:00',
  LATE: '2024-10-05T10:00:00+08:00',
} as const;
export type ClaimName = keyof typeof CLAIMS;
export const CLAIM_NAMES = Object.keys(CLAIMS) as readonly ClaimName[];

const COMPUTED: Readonly<Record<ClaimName, Readonly<Record<'YELLOW' | 'RED', Decision>>>> = {
  // Nothing would have been said.
  EARLY: { YELLOW: 'REVOKE', RED: 'REVOKE' },
  // A warning: one step below yellow, and no card in place of a red one.
  LAST_DAY: { YELLOW: 'DOWNGRADE', RED: 'REVOKE' },
  LATE: { YELLOW: 'SUSTAIN', RED: 'DOWNGRADE' },
};

/** What follows from the claim; `null` when no fact is contested. */
export function computedFrom({ level }: Pick<ModelCard, 'level'>, claim: ClaimName | null): Decision | null {
  return claim === null ? null : COMPUTED[claim][level];
}
