import { bodyPlace } from '@gnomon/identity';
import type { SubjectArrival } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import type { Book } from '../book.ts';
import type { Card, CardEvent } from '../card.ts';
import { bodiesOf, closedBefore, dailyWarnings, type Pair, relapsesOf, stoodYellows } from '../store/duties.ts';
import { historiesOf } from '../store/single-reads.ts';
import type { FeedKind } from '../words.ts';
import { cardArrival, type Desk, dutyArrival, indicatorArrival } from './arrivals.ts';
import { isJudged } from './card-facts.ts';
import { judgedOf, type LoopPorts } from './judged.ts';
import { type KnownHistory, knownHistory } from './known-history.ts';
import { loopLimits } from './limits.ts';
import { type Duty, dutiesOf } from './supervisor-duties.ts';

/**
 * Judges the deadlines of the cards that have changed on these pages, of the duties that they gave rise to, and of their agencies'
 * indicators, in the transaction of the change (law 5). For the holder of the ledger's lock, after the pages were written: acts and timers
 * of deadlines thus come one after another, and no timer runs ahead of an act that was earlier.
 */
export async function judgeDuties(ports: LoopPorts, tx: TransactionSql, book: Book, at: Instant): Promise<void> {
  const desk = deskOf(ports, at);
  if (desk === null) return;
  const { cards, warnings, events } = book.changes();
  const told = cards.filter(({ domain }) => domain !== 'LOOP');
  const siblings = (await closedBefore(tx, told)).filter(({ id }) => !cards.some((card) => card.id === id));
  const arrivals = [
    ...(await cardArrivals(
      tx,
      desk,
      [...told, ...siblings].filter((card) => isJudged(card) || card.level === 'RED'),
    )),
    ...(await indicatorArrivals(tx, desk, newsOf(told, warnings, events))),
  ];
  if (arrivals.length > 0) await judgedOf(ports).take(tx, arrivals);
}

/** What arrivals are made under now; `null` when the rules in force judge no deadlines. */
export function deskOf(ports: Pick<LoopPorts, 'rules'>, at: Instant): Desk | null {
  const rules = ports.rules.current();
  const limits = loopLimits(rules.pack);
  return limits === null ? null : { rules, limits, at };
}

/** Cards as subjects, each with the duties to which it gave rise; of one that is held, or is nobody's to answer, the duties alone. */
export async function cardArrivals(
  tx: TransactionSql,
  desk: Desk,
  cards: readonly Card[],
): Promise<readonly SubjectArrival[]> {
  const histories = await readHistories(tx, cards);
  const duties = histories.flatMap((history) => dutiesOf(history, desk.limits).map((duty) => ({ history, duty })));
  return [
    ...histories.filter(({ card }) => isJudged(card)).map((history) => cardArrival(desk, history)),
    ...(await dutyArrivals(tx, desk, duties)),
  ];
}

/** Judges duties that no card gave rise to, of the supervision bodies whose the agencies' places are. For the holder of the ledger's lock. */
export async function takeDuties(
  ports: LoopPorts,
  tx: TransactionSql,
  desk: Desk,
  owed: readonly Omit<Duty, 'card' | 'pauses'>[],
): Promise<void> {
  const duties = owed.map((duty) => ({
    history: null,
    duty: { ...duty, card: null, division: bodyPlace(duty.division) },
  }));
  await judgedOf(ports).take(tx, await dutyArrivals(tx, desk, duties));
}

async function dutyArrivals(
  tx: TransactionSql,
  desk: Desk,
  duties: readonly { readonly history: KnownHistory | null; readonly duty: Duty }[],
): Promise<readonly SubjectArrival[]> {
  const bodies = await bodiesOf(tx, [...new Set(duties.map(({ duty }) => duty.division))]);
  return duties.map(({ history, duty }) => dutyArrival(desk, duty, bodies.get(duty.division) ?? '', history));
}

/** What the clocks of these cards are opened from. */
async function readHistories(tx: TransactionSql, cards: readonly Card[]): Promise<readonly KnownHistory[]> {
  if (cards.length === 0) return [];
  const events = Map.groupBy(await historiesOf(tx, cards), ({ card }) => card);
  const relapses = await relapsesOf(
    tx,
    cards.filter(({ state }) => state === 'CLOSED'),
  );
  return cards.map((card) => knownHistory(card, events.get(card.id) ?? [], relapses.get(card.id) ?? null));
}

/** An agency and an indicator of which there is something new, and when the newest of it happened. */
interface News extends Pair {
  readonly division: string;
  readonly happenedAt: Instant;
}

/** Acts by which a card begins to count under XX-04. */
const STANDS: ReadonlySet<FeedKind> = new Set(['ACCEPTED', 'ACCEPTED_BY_SILENCE', 'APPEAL_SUSTAINED']);

function newsOf(
  cards: readonly Card[],
  warnings: readonly Pick<Card, 'agency' | 'rule' | 'division' | 'domain' | 'turnedAt'>[],
  events: readonly CardEvent[],
): readonly News[] {
  const found = new Map<string, News>();
  const add = ({ agency, rule, division }: News, happenedAt: Instant) => {
    const key = `${agency}:${rule}`;
    if (agency === '') return;
    const known = found.get(key)?.happenedAt ?? -Infinity;
    found.set(key, { agency, rule, division, happenedAt: Math.max(known, happenedAt) });
  };
  const moved = Map.groupBy(events, ({ card }) => card);
  for (const card of cards) {
    const own = moved.get(card.id) ?? [];
    // A card that was only issued or signed does not count yet, and one whose end nobody knew of never did.
    if (!own.some(({ kind }) => kind !== 'ISSUED' && kind !== 'HELD' && kind !== 'SIGNED')) continue;
    add(
      { ...card, happenedAt: 0 },
      Math.max(-Infinity, ...own.filter(({ kind }) => STANDS.has(kind)).map(({ at }) => at)),
    );
  }
  for (const warning of warnings) if (warning.domain !== 'LOOP') add({ ...warning, happenedAt: 0 }, warning.turnedAt);
  return [...found.values()];
}

async function indicatorArrivals(
  tx: TransactionSql,
  desk: Desk,
  news: readonly News[],
): Promise<readonly SubjectArrival[]> {
  const key = ({ agency, rule }: Pair) => `${agency}:${rule}`;
  const yellows = Map.groupBy(await stoodYellows(tx, news), key);
  const warnings = Map.groupBy(await dailyWarnings(tx, news, desk.at), key);
  return news.map((one) => {
    const happenedAt = Number.isFinite(one.happenedAt) ? one.happenedAt : desk.at;
    return indicatorArrival(desk, one, yellows.get(key(one)) ?? [], warnings.get(key(one)) ?? [], happenedAt);
  });
}
