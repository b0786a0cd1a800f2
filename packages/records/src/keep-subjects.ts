import { appendTallies, appendToOutbox } from '@gnomon/store';
import { type Signal, signalEntries, type Transaction } from '@gnomon/subgraph-kit';
import { writeSubjects } from './store/subjects.ts';
import { type SubjectState, talliedNow } from './subject-state.ts';
import type { IntakePorts } from './take-rows.ts';
import { createTallyBook } from './tally-book.ts';

/** Writes judged subjects with their signals and counters. */
export async function keepSubjects(
  tx: Transaction,
  { catalogue }: IntakePorts,
  subjects: readonly SubjectState[],
  signals: readonly Signal[],
): Promise<void> {
  const tallies = createTallyBook();
  for (const subject of subjects) tallies.move(subject.tallied, talliedNow(subject));
  await writeSubjects(tx, subjects);
  await appendTallies(tx, tallies.deltas());
  await appendToOutbox(tx, signalEntries(catalogue.domain.name, signals));
}
