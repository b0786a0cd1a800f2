import { laneOf } from '@gnomon/subgraph-kit';
import type { WritableDocument } from './document.ts';
import type { SubjectState } from './subject-state.ts';
import type { RecordPlace } from './types.ts';

/** What is remembered of a record beside its rows. Stored as JSON in `record.mind`. */
export interface RecordMind {
  /** Signs of the marks it has in the table of marks. */
  readonly marks: readonly string[];
  /** The milestone told last: its ordinal and the hash of what it said. */
  readonly told: { readonly n: number; readonly hash: string } | null;
}

/** A record as the intake works on it. */
export interface RecordState {
  readonly lane: number;
  readonly kind: string;
  readonly id: string;
  /** 0 while it is not in the table. */
  readonly revision: number;
  readonly source: string;
  readonly document: WritableDocument;
  mind: RecordMind;
  place: RecordPlace;
  state: string | null;
  isOpen: boolean;
  listedAt: number;
  links: Readonly<Record<string, string>>;
  readonly firstReceivedAt: number;
  receivedAt: number;
  orphanSince: number | null;
  dueAt: number | null;
  fault: string | null;
  /** By `subjectKey`. */
  readonly subjects: Map<string, SubjectState>;
  changed: boolean;
}

export const BLANK_MIND: RecordMind = { marks: [], told: null };

/** A record of which nothing is known yet. */
export function newRecord(kind: string, id: string, source: string, receivedAt: number): RecordState {
  return {
    lane: laneOf(id),
    kind,
    id,
    revision: 0,
    source,
    document: {},
    mind: BLANK_MIND,
    place: { agency: '', division: '', department: '', item: null },
    state: null,
    isOpen: false,
    listedAt: receivedAt,
    links: {},
    firstReceivedAt: receivedAt,
    receivedAt,
    orphanSince: null,
    dueAt: null,
    fault: null,
    subjects: new Map(),
    changed: false,
  };
}

/** How a record is found among others. */
export function recordKey(kind: string, id: string): string {
  return `${kind} ${id}`;
}
