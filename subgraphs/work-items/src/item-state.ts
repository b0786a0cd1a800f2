import type { TallyPlace } from '@gnomon/records';
import type { Standing } from '@gnomon/subgraph-kit';
import { laneOf, NOTHING_STANDS } from '@gnomon/subgraph-kit';
import { emptyDocument, type ItemDocument } from './document.ts';
import type { TellMilestone } from './facts/milestone.ts';
import type { ItemSummary } from './facts.ts';

/** What an item has already counted for on one day of its source (DP-06, DP-08, DP-10). */
export interface DayMarks {
  readonly day: string;
  readonly accepted: boolean;
  readonly unlisted: boolean;
  readonly disorder: boolean;
  readonly mismatch: boolean;
}

/** What the hub remembers about an item beside its rows. Stored as JSON in `work_item.mind`. */
export interface ItemMind {
  readonly standing: Standing;
  /** Instant at which time alone could change a verdict; `null` = never. */
  readonly turnAt: number | null;
  /** The latest instant at which it was judged: for rows that may come later than their events it lies before the present. */
  readonly judgedTo: number | null;
  readonly firstSignalAt: number | null;
  readonly reappliedAt: number | null;
  readonly dayMarks: DayMarks | null;
  /** Level of each rule that applies, as tallies hold it: `WI-03=W,WI-06=N`. */
  readonly levels: string;
  /** Day under which it stands in the tallies. */
  readonly tallyDay: string | null;
  /** The milestone told last: its ordinal and a hash of what it said. Absent while none was told. */
  readonly told?: { readonly n: number; readonly h: string };
}

/** A work item as the intake works on it. */
export interface ItemState {
  readonly lane: number;
  readonly id: string;
  readonly source: string;
  readonly no: string;
  /** 0 while it is not in the table. */
  readonly revision: number;
  document: ItemDocument;
  mind: ItemMind;
  place: ItemPlace;
  summary: ItemSummary | null;
  /** What others may know of it, as it was last judged; computed when asked. */
  milestone: TellMilestone | null;
  firstReceivedAt: number;
  receivedAt: number;
  orphanSince: number | null;
  applicant: { readonly key: bigint | null; readonly type: string | null; readonly masked: string | null };
  /** When its timer runs: at `mind.turnAt`, or as soon as all rows up to it must have come. */
  dueAt: number | null;
  fault: string | null;
  /** What the tallies hold of it since it was last written; `null` = nothing. */
  readonly tallied: { readonly place: TallyPlace; readonly levels: string } | null;
}

/** Where an item stands, for scopes and signals. */
export interface ItemPlace {
  readonly agency: string;
  readonly division: string;
  readonly department: string;
}

export const BLANK_MIND: ItemMind = {
  standing: NOTHING_STANDS,
  turnAt: null,
  judgedTo: null,
  firstSignalAt: null,
  reappliedAt: null,
  dayMarks: null,
  levels: '',
  tallyDay: null,
};

/** An item of which nothing is known yet. */
export function newItem(source: string, no: string, receivedAt: number): ItemState {
  const id = `${source}:${no}`;
  return {
    lane: laneOf(id),
    id,
    source,
    no,
    revision: 0,
    document: emptyDocument(),
    mind: BLANK_MIND,
    place: { agency: '', division: '', department: '' },
    summary: null,
    milestone: null,
    firstReceivedAt: receivedAt,
    receivedAt,
    orphanSince: null,
    applicant: { key: null, type: null, masked: null },
    dueAt: null,
    fault: null,
    tallied: null,
  };
}
