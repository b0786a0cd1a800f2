import type { Transaction } from '@gnomon/subgraph-kit';
import type { SubjectState } from '../subject-state.ts';
import { type StoredSubject, SUBJECT_COLUMNS, subjectOf } from './subjects.ts';

/** Which due subjects; what is null does not restrict. */
export interface DueFilter {
  readonly agency?: string | null;
  readonly division?: string | null;
}

/** Where a page of due subjects goes on: when the timer runs, kind, id. */
export type DueKey = [number, string, string];

/** Subjects whose timers run until an instant, the earliest first, after a key. Read, not claimed: nothing is written of them. */
export async function subjectsDueUntil(
  tx: Transaction,
  until: number,
  { agency, division }: DueFilter,
  after: DueKey | null,
  limit: number,
): Promise<readonly SubjectState[]> {
  const rows = await tx<StoredSubject[]>`/* subjectsDueUntil */
    select ${tx.unsafe(SUBJECT_COLUMNS)} from subject s where s.due_at <= ${until}::timestamptz and s.fault is null
      ${agency ? tx`and s.agency = ${agency}` : tx``}
      ${division ? tx`and s.division like ${`${division}%`}` : tx``}
      ${after === null ? tx`` : tx`and (s.due_at, s.kind, s.id) > (${after[0]}::timestamptz, ${after[1]}, ${after[2]})`}
    order by s.due_at, s.kind, s.id limit ${limit}`;
  return rows.map(subjectOf);
}
