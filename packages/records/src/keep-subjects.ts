import { appendTallies, appendToOutbox, appendWatch } from '@gnomon/store';
import { createWatchBook, type Signal, signalEntries, type Transaction } from '@gnomon/subgraph-kit';
import { writeSubjects } from './store/subjects.ts';
import { type SubjectState, talliedNow } from './subject-state.ts';
import type { IntakePorts } from './take-rows.ts';
import { createTallyBook } from './tally-book.ts';

/** Writes judged subjects with their signals and counters; `at`: up to which instant time was passed. */
export async function keepSubjects(
  tx: Transaction,
  { catalogue, reference }: IntakePorts,
  subjects: readonly SubjectState[],
  signals: readonly Signal[],
  at: number,
): Promise<void> {
  const tallies = createTallyBook();
  const watch = createWatchBook();
  for (const subject of subjects) {
    tallies.move(subject.tallied, talliedNow(subject));
    watch.judged(subject.source, at, subject.kind, subject.levels);
  }
  await writeSubjects(tx, subjects);
  await appendTallies(tx, tallies.deltas());
  await appendWatch(
    tx,
    catalogue.domain.name,
    watch.counts((source) => reference.source(source)),
  );
  await appendToOutbox(tx, signalEntries(catalogue.domain.name, signals));
}
