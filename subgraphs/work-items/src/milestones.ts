import { hash as digest } from 'node:crypto';
import type { OutboxEntry } from '@gnomon/store';
import { BLANK_MILESTONE, type MilestoneFacts } from './facts/milestone.ts';
import type { ItemState } from './item-state.ts';

/** The stream in which this domain tells others how far its work items are. */
export const MILESTONE_STREAM = 'work-items milestones';
/** Entry type; the payload is `{ milestones: Milestone[] }`. */
export const MILESTONE_ENTRY_TYPE = 'milestones';
const PER_ENTRY = 200;

/** How far a work item is (里程碑), as an entry of the stream holds it. The one with the higher `n` replaces the other. */
export interface Milestone {
  readonly kind: 'work-item';
  /** `<source>:<work item number>`. */
  readonly id: string;
  /** Instant of the arrival that brought it about. */
  readonly at: number;
  /** 1, 2, 3 … without a gap. */
  readonly n: number;
  readonly source: string;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  readonly facts: MilestoneFacts;
}

/**
 * The milestone of an item that was just judged, when it differs from the one told last; the item remembers it. A classified item tells
 * nothing, and takes back what was told before it was known to be one; so does an item whose accept row was deleted.
 */
export function nextMilestone(state: ItemState, at: number): Milestone | null {
  const { told } = state.mind;
  if (state.milestone === null && told === undefined) return null;
  const { key } = state.applicant;
  const { agency, division } = state.place;
  const applicantKey = key === null ? null : BigInt.asUintN(64, key).toString(16).padStart(16, '0');
  const facts: MilestoneFacts = state.milestone?.({ no: state.no, applicantKey }) ?? {
    no: state.no,
    ...BLANK_MILESTONE,
  };
  const item = state.milestone === null ? null : (state.summary?.itemCode ?? null);
  // The values alone: their order is fixed. As JSON with their names it took twice the time.
  const said = `${agency}\n${division}\n${item}\n${Object.values(facts).join('\u001f')}`;
  const h = digest('sha256', said, 'hex').slice(0, 12);
  if (told?.h === h) return null;
  const n = (told?.n ?? 0) + 1;
  state.mind = { ...state.mind, told: { n, h } };
  return { kind: 'work-item', id: state.id, at, n, source: state.source, agency, division, item, facts };
}

/** Milestones as entries of the stream, in the order of the arrivals that brought them about. */
export function milestoneEntries(milestones: readonly Milestone[]): readonly OutboxEntry[] {
  const sorted = milestones.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.n - b.n));
  const entries: OutboxEntry[] = [];
  for (let from = 0; from < sorted.length; from += PER_ENTRY) {
    const part = sorted.slice(from, from + PER_ENTRY);
    entries.push({
      stream: MILESTONE_STREAM,
      type: MILESTONE_ENTRY_TYPE,
      key: part[0]!.id,
      at: part.at(-1)!.at,
      payload: { milestones: part },
    });
  }
  return entries;
}
