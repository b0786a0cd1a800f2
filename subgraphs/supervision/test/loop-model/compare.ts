import { isDeepStrictEqual } from 'node:util';
import { relayOnce } from '@gnomon/store';
import type { Signal as TellingSignal } from '@gnomon/subgraph-kit';
import type { Card, CardEvent, FeedPayload, Warning } from '../../src/card.ts';
import { brokenLink } from '../../src/history.ts';
import { cardEvents, cards, warnings } from '../../src/store/columns.ts';
import { isOpen } from '../../src/words.ts';
import { cardsOf, type Finding, type Model, type ModelCard, type Subject } from './model.ts';
import type { LoopWorld } from './world.ts';

/** Model and database do not say the same. */
export class Differs extends Error {}

/** Fails when two things that should be equal are not. */
export function same(what: string, expected: unknown, found: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Differs(`${what}\n  expected ${shown(expected)}\n  found    ${shown(found)}`);
}

/** Compares the cards as they stand, and learns their identifiers; of work items alone, or of the loop too. */
export async function compareCards(world: LoopWorld, model: Model, withLoop: boolean): Promise<void> {
  const kept = (await world
    .ports()
    .database.sql.unsafe(
      `select ${cards.selection} from card t ${withLoop ? '' : "where t.domain <> 'LOOP'"} order by t.created_at, t.supersedes is not null, t.number`,
    )) as unknown as readonly Card[];
  const rows = Map.groupBy(kept, keyOf);
  // Cards of the loop are about cards, whose identifiers are known by then.
  for (const round of ['work-item', 'other'] as const) {
    for (const finding of model.findings) {
      if ((finding.subject.kind === 'work-item') !== (round === 'work-item') || (finding.isLoop && !withLoop)) continue;
      const key = keyOfFinding(finding);
      const own = rows.get(key) ?? [];
      rows.delete(key);
      same(`cards of ${key}${lifeOf(finding)}`, finding.cards.map(standing), own.map(keptStanding));
      for (const [index, card] of finding.cards.entries()) card.id = own[index]!.id;
      if (own.filter(({ state }) => isOpen(state)).length > 1) throw new Differs(`more than one open card of ${key}`);
    }
  }
  same('cards that nobody expects', [], [...rows.keys()]);
}

/** Compares everything: cards, warnings, each entry of each history with its chain, what the loop told, and the feed. */
export async function compareAll(world: LoopWorld, model: Model): Promise<Counts> {
  await compareCards(world, model, false);
  const { database } = world.ports();
  await relayOnce(database);
  // What was told first: what it brought about differs with it.
  const told = await compareTold(world, model);
  await compareCards(world, model, true);
  const kept = (await database.sql.unsafe(
    `select ${cardEvents.selection} from card_event t order by t.card, t.sequence`,
  )) as unknown as readonly CardEvent[];
  const histories = Map.groupBy(kept, ({ card }) => card);
  const feed = await readAll(world, 'supervision');
  const fed = Map.groupBy(feed, ({ card, warning }) => card?.id ?? warning!.id);
  for (const card of cardsOf(model)) compareHistory(card, histories.get(card.id!) ?? [], fed.get(card.id!) ?? []);
  await compareWarnings(world, model, fed);
  const kinds: Record<string, number> = {};
  const count = (kind: string) => (kinds[kind] = (kinds[kind] ?? 0) + 1);
  for (const { kind } of kept) count(kind);
  for (const { finding, level, kind } of model.told) count(`${finding.rule} ${finding.occurrence} ${kind} ${level}`);
  return { cards: cardsOf(model).length, entries: kept.length, told, kinds };
}

/** What was compared. */
export interface Counts {
  readonly cards: number;
  readonly entries: number;
  readonly told: number;
  /** Entries by kind, and signals of the loop by rule and level. */
  readonly kinds: Readonly<Record<string, number>>;
}

function compareHistory(card: ModelCard, history: readonly CardEvent[], fed: readonly FeedPayload[]): void {
  const name = `card ${card.id} (${keyOfFinding(card.finding)})`;
  const plain = ({ kind, at, by, content }: Pick<CardEvent, 'kind' | 'at' | 'by' | 'content'>) =>
    // What follows from the facts that are claimed is on record with the appeal.
    kind === 'APPEALED' ? [kind, at, by, content?.computed ?? null] : [kind, at, by];
  same(`history of ${name}`, card.entries.map(plain), history.map(plain));
  same(
    `feed of ${name}`,
    card.entries.map(({ kind, at }) => [kind, at]),
    fed.map(({ kind, at }) => [kind, at]),
  );
  if (brokenLink(history) !== null || history.at(-1)?.hash !== fed.at(-1)?.card?.lastHash)
    throw new Differs(`the chain of ${name} is broken`);
}

async function compareWarnings(
  world: LoopWorld,
  model: Model,
  fed: ReadonlyMap<string, readonly FeedPayload[]>,
): Promise<void> {
  const kept = (await world
    .ports()
    .database.sql.unsafe(
      `select ${warnings.selection} from warning t order by t.issued_at, t.ended_at nulls last, t.turned_at, t.id`,
    )) as unknown as readonly Warning[];
  const rows = Map.groupBy(kept, keyOf);
  for (const finding of model.findings) {
    const key = keyOfFinding(finding);
    const own = rows.get(key) ?? [];
    rows.delete(key);
    const plain = ({ state, turnedAt, acknowledgedBy }: Pick<Warning, 'state' | 'turnedAt' | 'acknowledgedBy'>) =>
      [state, turnedAt, acknowledgedBy] as const;
    same(`warnings of ${key}`, finding.warnings.map(plain).map(String).sort(), own.map(plain).map(String).sort());
    const entries = (of: readonly { readonly kind: string; readonly at: number }[]) =>
      of.map(({ kind, at }) => `${at} ${kind}`);
    same(
      `feed of warnings of ${key}`,
      finding.warnings.flatMap((one) => entries(one.entries)).sort(),
      own.flatMap(({ id }) => entries(fed.get(id) ?? [])).sort(),
    );
  }
  same('warnings that nobody expects', [], [...rows.keys()]);
}

/** Every signal that the loop told, to the millisecond and in order. */
async function compareTold(world: LoopWorld, model: Model): Promise<number> {
  const found = new Map<string, string[]>();
  const expected = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, key: string, text: string) => to.set(key, [...(to.get(key) ?? []), text]);
  for (const payload of (await readAll(world, 'loop')) as unknown as readonly TellingSignal[]) {
    const { subject, subjectKind, rule, occurrence, kind, level, previousLevel, turnedAt, knownAt } = payload;
    const key = [subjectKind, subject, rule, occurrence].join('|');
    add(
      found,
      key,
      `${kind} ${previousLevel} → ${level} of ${china(Date.parse(turnedAt))} at ${china(Date.parse(knownAt))}`,
    );
  }
  const lives = new Map(model.findings.map((finding) => [keyOfFinding(finding), lifeOf(finding)]));
  for (const { finding, kind, level, previous, turnedAt, knownAt } of model.told)
    add(expected, keyOfFinding(finding), `${kind} ${previous} → ${level} of ${china(turnedAt)} at ${china(knownAt)}`);
  for (const key of new Set([...expected.keys(), ...found.keys()]))
    same(`told of ${key}${lives.get(key) ?? ''}`, expected.get(key) ?? [], found.get(key) ?? []);
  return model.told.length;
}

async function readAll(world: LoopWorld, stream: string): Promise<readonly FeedPayload[]> {
  const all: FeedPayload[] = [];
  for (let after: string | null = null; ; ) {
    const entries = await world.ports().feed.read(stream, after, 1_000);
    all.push(...entries.map(({ payload }) => payload as FeedPayload));
    const last = entries.at(-1);
    if (last === undefined) return all;
    after = last.cursor;
  }
}

/** What was done with the card of which a finding speaks, for whoever looks for the reason of a difference. */
function lifeOf({ subject }: Finding): string {
  if (!('card' in subject)) return '';
  const { level, entries } = subject.card;
  const done = entries.map(
    ({ kind, at, content }) => `${china(at)} ${kind} ${content?.limitWorkdays ?? content?.workdays ?? ''}`,
  );
  return `, a ${level} card: ${done.join(', ')}`;
}

/** The name of a subject in the database. */
export function subjectId(subject: Subject): string {
  if ('name' in subject) return subject.name;
  const id = subject.card.id ?? '?';
  return subject.kind === 'card' ? id : subject.duty.replace(/-(\d+)$/, `:${id}-$1`);
}

const keyOfFinding = ({ subject, rule, occurrence }: Finding): string =>
  [subject.kind === 'named' ? subject.of : subject.kind, subjectId(subject), rule, occurrence].join('|');
const keyOf = ({ subjectKind, subject, rule, occurrence }: Card | Warning): string =>
  [subjectKind, subject, rule, occurrence].join('|');

function standing(card: ModelCard) {
  const { level, state, turnedAt, issuedAt, issuedBy, raisedAt, before, conditionEnded, tier, wasHandedOver } = card;
  return {
    ...{
      level: raisedAt === null ? level : 'RED',
      state,
      turnedAt,
      issuedAt,
      issuedBy,
      raisedAt,
      before,
      conditionEnded,
    },
    ...{ handedTo: wasHandedOver ? tier : null, events: card.entries.length },
  };
}

function keptStanding(card: Card) {
  const { level, state, turnedAt, issuedAt, issuedBy, raisedAt, stateBefore, conditionEndedAt, escalatedTo, events } =
    card;
  return {
    ...{ level, state, turnedAt, issuedAt, issuedBy, raisedAt, before: stateBefore },
    ...{ conditionEnded: conditionEndedAt !== null, handedTo: escalatedTo, events },
  };
}

/** An instant in the civil time of China. */
export const china = (instant: number): string =>
  Number.isFinite(instant)
    ? new Date(instant + 8 * 3_600_000).toISOString().replace('T', ' ').slice(0, -1)
    : String(instant);

function shown(value: unknown): string {
  return JSON.stringify(value, (key, inner) =>
    typeof inner === 'number' && (key.endsWith('At') || inner > 1e12) ? china(inner) : (inner as unknown),
  );
}
