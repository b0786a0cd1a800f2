import { packsIn, type Receipt, receiptBytes, receiptHash } from '@gnomon/rule-engine';
import { type FeedEntry, readPosition, writePosition } from '@gnomon/store';
import { type RulesInForce, SIGNAL_ENTRY_TYPE } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Book } from './book.ts';
import type { CardEvent } from './card.ts';
import { closeBook } from './close-book.ts';
import { applyLoop } from './duties/effects.ts';
import { LOOP_STREAM, type LoopPorts } from './duties/judged.ts';
import { laneOf } from './lane.ts';
import { exemptNewCards } from './outage/exempt.ts';
import { postSignal } from './post.ts';
import { parseSignal, type Signal, SignalRefused } from './signal.ts';
import { lockLedger, readBook } from './store/book.ts';
import { openCardNumbers } from './store/card-numbers.ts';
import type { StoredSignal } from './store/columns.ts';
import { cardsById } from './store/duties.ts';
import { recordFollowed } from './store/followed.ts';
import { keepNamedTexts, keepReceipts, type NamedText } from './store/receipts.ts';
import { insertNewSignals, keepRefused } from './store/signals.ts';
import { historiesOf } from './store/single-reads.ts';

/** Name under which supervision keeps how far it has read each stream. */
export const FOLLOWER = 'supervision';

/** What taking over needs of the ports. */
export type TakeOverPorts = LoopPorts;

const CHINA_OFFSET_MS = 8 * 3_600_000;

/**
 * Takes a batch of a domain's feed into the ledger. One transaction: signals, findings, warnings, cards, histories,
 * receipts, the entries of the own stream, and the position; all of it or none (law 5).
 *
 * `from` is the cursor behind which the batch was read. Gives the position kept afterwards: the batch's end; or, when
 * another follower has moved it meanwhile, that position, and the batch is left alone.
 */
export async function takeOver(
  ports: TakeOverPorts,
  stream: string,
  from: string | null,
  entries: readonly FeedEntry[],
): Promise<string | null> {
  const last = entries.at(-1);
  if (last === undefined) return from;
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    const position = await readPosition(tx, FOLLOWER, stream);
    if (position !== from) return position;
    await postEntries(ports, tx, stream, entries);
    await writePosition(tx, { follower: FOLLOWER, stream, cursor: last.cursor });
    await recordFollowed(tx, stream, last.at);
    return last.cursor;
  });
}

async function postEntries(
  ports: TakeOverPorts,
  tx: TransactionSql,
  stream: string,
  entries: readonly FeedEntry[],
): Promise<void> {
  const { read, refused } = readEntries(stream, entries);
  await keepRefused(tx, refused);
  const kept = read.map(storedSignal);
  const fresh = await insertNewSignals(
    tx,
    stream,
    kept.map((item) => item.stored),
  );
  const posted = new Set<string>();
  const news = kept.filter(({ signal }) => fresh.has(signal.id) && !posted.has(signal.id) && posted.add(signal.id));
  if (news.length === 0) return;
  await keepReceiptsOf(ports, tx, news);
  const judged = await judgedCards(tx, stream, news);
  const book = await readBook(tx, distinctSubjects(news), judged.cards);
  const at = ports.time.now();
  await post(ports, tx, book, news, { at, histories: judged.histories });
  await exemptNewCards({ rules: ports.rules, tx, book, at });
  await closeBook(ports, tx, book, at);
}

/** The cards that signals of the loop speak of, with their histories; none for the stream of a domain. */
async function judgedCards(tx: TransactionSql, stream: string, news: readonly Kept[]) {
  const about = news.filter(({ signal }) => stream === LOOP_STREAM && signal.subjectKind === 'card');
  const cards = await cardsById(tx, [...new Set(about.map(({ signal }) => signal.subject))]);
  const events = cards.length === 0 ? [] : await historiesOf(tx, cards);
  return { cards, histories: stream === LOOP_STREAM ? Map.groupBy(events, ({ card }) => card) : null };
}

interface Kept {
  readonly signal: Signal;
  readonly stored: StoredSignal;
}

function readEntries(stream: string, entries: readonly FeedEntry[]) {
  const read: Signal[] = [];
  const refused: { stream: string; seq: number; reason: string; payload: unknown }[] = [];
  for (const entry of entries) {
    if (entry.type !== SIGNAL_ENTRY_TYPE) continue;
    try {
      read.push(parseSignal(entry.payload));
    } catch (error) {
      if (!(error instanceof SignalRefused)) throw error;
      refused.push({ stream, seq: entry.seq, reason: error.message, payload: entry.payload });
    }
  }
  return { read, refused };
}

function storedSignal(signal: Signal): Kept {
  const { issue: _issue, receipt, ...fields } = signal;
  const hash = receipt === null ? null : receiptHash(receipt);
  return { signal, stored: { ...fields, lane: laneOf(signal.subject), receiptHash: hash } };
}

function distinctSubjects(news: readonly Kept[]) {
  const byKey = new Map(news.map(({ stored }) => [JSON.stringify([stored.subjectKind, stored.subject]), stored]));
  return [...byKey.values()];
}

interface PostingOf {
  readonly at: number;
  /** Histories of the cards that signals of the loop speak of; `null` for the stream of a domain. */
  readonly histories: ReadonlyMap<string, readonly CardEvent[]> | null;
}

async function post(
  ports: TakeOverPorts,
  tx: TransactionSql,
  book: Book,
  news: readonly Kept[],
  { at, histories }: PostingOf,
): Promise<void> {
  const day = new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 10);
  const numbers = await openCardNumbers(tx, day, [...new Set(news.map(({ signal }) => signal.division))]);
  const { pack } = ports.rules.current();
  for (const { signal, stored } of news) {
    const raised = histories === null ? null : applyLoop(book, signal, { ports, histories, at });
    postSignal(book, signal, {
      at,
      standsFor: raised?.id ?? null,
      number: numbers.next,
      precedence: (rule) => pack.rules.get(rule)?.yieldsTo ?? [],
      receiptHash: stored.receiptHash,
    });
  }
  await numbers.save();
}

/** Receipts, and the rule files and calendars that they name as far as they are those in force here. */
async function keepReceiptsOf(ports: TakeOverPorts, tx: TransactionSql, news: readonly Kept[]): Promise<void> {
  const rules = ports.rules.current();
  const receipts = news.flatMap(({ signal, stored }) =>
    signal.receipt === null ? [] : [{ receipt: signal.receipt, stored }],
  );
  await keepReceipts(
    tx,
    receipts.map(({ receipt, stored: { lane, division, agency, source, receiptHash: hash } }) => ({
      ...{ lane, division, agency, source, hash: hash!, json: receiptBytes(receipt) },
      ...{ packHash: receipt.packHash, calendarHash: receipt.calendarHash },
    })),
  );
  await keepNamedTexts(
    tx,
    textsNamed(
      rules,
      receipts.map(({ receipt }) => receipt),
    ),
  );
}

function textsNamed(rules: RulesInForce, receipts: readonly Receipt[]): readonly NamedText[] {
  const found = new Map<string, NamedText>();
  const packs = packsIn(rules.pack);
  for (const { packHash, calendarHash, scope } of receipts) {
    const pack = found.has(packHash) ? undefined : packs.find(({ hash }) => hash === packHash);
    if (pack !== undefined) found.set(packHash, { kind: 'PACK', hash: packHash, value: pack.files });
    if (found.has(calendarHash)) continue;
    const calendar = [rules.calendar, rules.calendarFor(scope.division)].find(({ hash }) => hash === calendarHash);
    if (calendar !== undefined) found.set(calendarHash, { kind: 'CALENDAR', hash: calendarHash, value: calendar.data });
  }
  return [...found.values()];
}
