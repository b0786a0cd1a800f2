import { hash } from 'node:crypto';
import type { OutboxEntry } from '@gnomon/store';
import type { RecordState } from './record-state.ts';
import type { DerivedRecord, Milestone } from './types.ts';

/** Type of the entries that hold milestones. */
export const MILESTONES_ENTRY_TYPE = 'milestones';
const MOST_IN_ENTRY = 200;

/** The stream in which a domain tells its milestones. */
export function milestoneStream(domain: string): string {
  return `${domain} milestones`;
}

/**
 * The milestone to tell of a record when it says something else than the last one; kept in its mind. A record that was told
 * and no longer comes to anything (deleted by its source) is taken back: its facts are empty then.
 */
export function nextMilestone(state: RecordState, derived: DerivedRecord | null, at: number): Milestone | null {
  const facts = derived?.milestone ?? null;
  if (facts === null && state.mind.told === null) return null;
  const { agency, division, item } = state.place;
  const said = { source: state.source, agency, division, item, facts: facts ?? {} };
  const told = hash('md5', JSON.stringify(said), 'hex');
  if (state.mind.told?.hash === told) return null;
  const n = (state.mind.told?.n ?? 0) + 1;
  state.mind = { ...state.mind, told: { n, hash: told } };
  return { kind: state.kind, id: state.id, at, n, ...said };
}

/** Milestones as entries of the stream, in the order of their instants, at most 200 each. */
export function milestoneEntries(domain: string, milestones: readonly Milestone[]): readonly OutboxEntry[] {
  const sorted = milestones.toSorted((a, b) => a.at - b.at);
  const entries: OutboxEntry[] = [];
  for (let from = 0; from < sorted.length; from += MOST_IN_ENTRY) {
    const part = sorted.slice(from, from + MOST_IN_ENTRY);
    entries.push({
      stream: milestoneStream(domain),
      type: MILESTONES_ENTRY_TYPE,
      key: part[0]!.id,
      at: part.at(-1)!.at,
      payload: { milestones: part },
    });
  }
  return entries;
}
