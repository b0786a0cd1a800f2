import { createHash } from 'node:crypto';

export { laneOf } from '@gnomon/subgraph-kit';

/** Lanes of hot tables; see the kit's `laneOf`. */
const LANES = 64;

/**
 * Identifier of what arose from a signal: two hex digits of the lane, so that it can be found by its id alone, and 30 of
 * a hash. A signal's id covers rule, subject, occurrence, level, instant and ordinal; hence the same history gives the
 * same cards.
 */
export function identify(kind: 'card' | 'warning', lane: number, signal: string): string {
  const hash = createHash('sha256').update(`${kind}:${signal}`).digest('hex');
  return lane.toString(16).padStart(2, '0') + hash.slice(0, 30);
}

/** The lane within an identifier, or `null` when it is no identifier of ours. */
export function laneWithin(id: string): number | null {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const lane = Number.parseInt(id.slice(0, 2), 16);
  return lane < LANES ? lane : null;
}
