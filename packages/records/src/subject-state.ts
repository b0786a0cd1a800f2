import type { Facts } from '@gnomon/rule-engine';
import { type FactSource, laneOf, NOTHING_STANDS, type Standing } from '@gnomon/subgraph-kit';
import type { Tallied } from './tally-book.ts';
import type { RecordPlace } from './types.ts';

/** A judged subject as the intake and the timers work on it. */
export interface SubjectState {
  readonly lane: number;
  readonly kind: string;
  readonly id: string;
  readonly type: string;
  /** 0 while it is not in the table. */
  readonly revision: number;
  /** The record it was derived from; `null` for an aggregate. */
  readonly record: { readonly kind: string; readonly id: string } | null;
  place: RecordPlace;
  source: string | null;
  /** Rows about it may come later than their events. */
  delayed: boolean;
  facts: Facts;
  sources: readonly FactSource[];
  standing: Standing;
  /** Level of each rule that applies, as `writeLevels` writes them. */
  levels: string;
  tallyDay: string | null;
  /** Instant at which time alone could change a verdict; `null` = never. */
  turnAt: number | null;
  /** When its timer runs. */
  dueAt: number | null;
  judgedTo: number | null;
  /** When its record was over, as its last rows told; not kept, since nothing wakes what is over. */
  endedAt?: number | null;
  fault: string | null;
  /** What the tallies hold of it since it was last written; `null` = nothing. */
  readonly tallied: Tallied | null;
  changed: boolean;
}

/** A subject of which nothing was ever said. */
export function newSubject(
  key: Pick<SubjectState, 'kind' | 'id' | 'type' | 'record' | 'place' | 'source'>,
): SubjectState {
  return {
    ...key,
    lane: laneOf(key.id),
    revision: 0,
    delayed: false,
    facts: {},
    sources: [],
    standing: NOTHING_STANDS,
    levels: '',
    tallyDay: null,
    turnAt: null,
    dueAt: null,
    judgedTo: null,
    fault: null,
    tallied: null,
    changed: true,
  };
}

/** How a subject is found among others. */
export function subjectKey({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind} ${id}`;
}

/** Where it stands in the tallies now; `null` before it was judged. */
export function talliedNow(state: SubjectState): Tallied | null {
  if (state.tallyDay === null || state.levels === '') return null;
  const { agency, division, item } = state.place;
  return {
    place: { day: state.tallyDay, agency, division, source: state.source ?? '', item: item ?? '' },
    levels: state.levels,
  };
}
