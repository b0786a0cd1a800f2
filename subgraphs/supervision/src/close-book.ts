import { appendToOutbox } from '@gnomon/store';
import type { Instant } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import type { Book } from './book.ts';
import { judgeDuties } from './duties/judge.ts';
import type { LoopPorts } from './duties/judged.ts';
import { enterMissedSilences } from './duties/silence.ts';
import { feedEntries } from './feed-entries.ts';
import { writeBook } from './store/book.ts';

/**
 * Writes the pages of the ledger, tells what has changed, and judges the deadlines of the cards that changed, all in the caller's
 * transaction (law 5). For the holder of the ledger's lock; `at` is the instant of the change.
 */
export async function closeBook(ports: LoopPorts, tx: TransactionSql, book: Book, at: Instant): Promise<void> {
  await enterMissedSilences(ports, tx, book, at);
  await writeBook(tx, book);
  await appendToOutbox(tx, feedEntries(book.changes().entries));
  await judgeDuties(ports, tx, book, at);
}
