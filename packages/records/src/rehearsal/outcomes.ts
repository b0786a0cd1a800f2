import type { Level, Receipt } from '@gnomon/rule-engine';
import { SEVERITY, type Signal } from '@gnomon/subgraph-kit';

/** A warning or card as a history leaves it: the strongest level that one occurrence of a rule reached, and when. */
export interface Outcome {
  readonly rule: string;
  readonly occurrence: string;
  readonly subjectType: string;
  readonly subjectKind: string;
  readonly subject: string;
  readonly agency: string;
  readonly division: string;
  readonly level: Level;
  readonly turnedAt: string;
  readonly receipt: Receipt;
}

/**
 * What a subject's signals come to, as the ledger of supervision keeps them while nobody acts. A warning that stood and passed is one; a
 * card stays when its condition has ended, and takes the warning's place and that of a weaker card; when its condition comes again it is
 * the same card. What was corrected is none. What is unknown is no card, and ends none.
 */
export function outcomesOf(signals: Iterable<Signal>): readonly Outcome[] {
  const passed: Outcome[] = [];
  const held = new Map<string, Held>();
  for (const signal of signals) {
    const key = `${signal.subjectKind}\n${signal.subject}\n${signal.rule}\n${signal.occurrence}`;
    let own = held.get(key);
    if (own === undefined) held.set(key, (own = { warning: null, card: null, hasEnded: false }));
    if (signal.kind === 'ROSE') rise(own, signal);
    else if (signal.kind === 'CORRECTED') correct(own, signal);
    else fall(own, signal, passed);
  }
  return [
    ...passed,
    ...[...held.values()].flatMap(({ warning, card }) => [warning, card].filter((one) => one !== null)),
  ];
}

/** What is held of one rule, subject and occurrence. */
interface Held {
  warning: Outcome | null;
  card: Outcome | null;
  /** Whether the card's condition no longer holds. */
  hasEnded: boolean;
}

function rise(own: Held, signal: Signal): void {
  if (signal.receipt === null) return;
  if (signal.level === 'WARNING') {
    own.warning ??= outcomeOf(signal, signal.receipt);
    own.hasEnded ||= own.card !== null;
    return;
  }
  own.warning = null;
  if (own.card !== null && SEVERITY[signal.level] <= SEVERITY[own.card.level]) {
    own.hasEnded = SEVERITY[signal.level] < SEVERITY[own.card.level];
    return;
  }
  own.card = outcomeOf(signal, signal.receipt);
  own.hasEnded = false;
}

function fall(own: Held, signal: Signal, passed: Outcome[]): void {
  if (signal.level === 'NONE') {
    if (own.warning !== null) passed.push(own.warning);
    own.warning = null;
  }
  if (own.card !== null && signal.level !== 'UNKNOWN' && SEVERITY[signal.level] < SEVERITY[own.card.level])
    own.hasEnded = true;
  // A card that gave way to another rule's is closed; when its condition comes again, that is another card.
  if (own.card !== null && signal.reason?.startsWith('YIELDED') === true) {
    passed.push(own.card);
    own.card = null;
  }
}

function correct(own: Held, signal: Signal): void {
  if (signal.level === 'NONE') own.warning = null;
  if (own.card === null || signal.level === 'UNKNOWN' || SEVERITY[signal.level] >= SEVERITY[own.card.level]) return;
  // A correction of less than the card's level says nothing of a card whose condition had ended before.
  if (own.hasEnded && SEVERITY[signal.previousLevel] < SEVERITY[own.card.level]) return;
  own.card = null;
  own.hasEnded = false;
}

function outcomeOf(signal: Signal, receipt: Receipt): Outcome {
  const { rule, occurrence, subjectType, subjectKind, subject, agency, division, level, turnedAt } = signal;
  return { rule, occurrence, subjectType, subjectKind, subject, agency, division, level, turnedAt, receipt };
}

/** How a card of the one history stands to the other. */
export const CHANGE_KINDS = ['APPEARS', 'VANISHES', 'COLOUR', 'DATE'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A difference between two histories of the same rows. `before` is null for what appears, `after` for what vanishes. */
export interface Change {
  readonly kind: ChangeKind;
  readonly before: Outcome | null;
  readonly after: Outcome | null;
}

/** Differences of two lists of outcomes; those of one rule, subject and occurrence are compared in order of time. */
export function changesBetween(before: readonly Outcome[], after: readonly Outcome[]): readonly Change[] {
  const [old, next] = [byKey(before), byKey(after)];
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((key) => {
    const [a, b] = [old.get(key) ?? [], next.get(key) ?? []];
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
      change(a[index] ?? null, b[index] ?? null),
    ).filter((one) => one !== null);
  });
}

function change(before: Outcome | null, after: Outcome | null): Change | null {
  if (before === null) return { kind: 'APPEARS', before, after };
  if (after === null) return { kind: 'VANISHES', before, after };
  if (before.level !== after.level) return { kind: 'COLOUR', before, after };
  return before.turnedAt === after.turnedAt ? null : { kind: 'DATE', before, after };
}

function byKey(outcomes: readonly Outcome[]): ReadonlyMap<string, readonly Outcome[]> {
  const groups = Map.groupBy(
    outcomes,
    ({ rule, subjectKind, subject, occurrence }) => `${rule}\n${subjectKind}\n${subject}\n${occurrence}`,
  );
  return new Map([...groups].map(([key, list]) => [key, list.toSorted((a, b) => (a.turnedAt < b.turnedAt ? -1 : 1))]));
}

/** What differs, for each agency and rule; sorted by both. */
export function changesByAgency(changes: readonly Change[]) {
  const groups = Map.groupBy(changes, ({ before, after }) => {
    const { agency, rule } = (after ?? before)!;
    return `${agency}\n${rule}`;
  });
  return [...groups]
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([key, list]) => {
      const [agency, rule] = key.split('\n') as [string, string];
      const count = (kind: ChangeKind): number => list.filter((one) => one.kind === kind).length;
      return {
        agency,
        rule,
        appears: count('APPEARS'),
        vanishes: count('VANISHES'),
        colour: count('COLOUR'),
        date: count('DATE'),
      };
    });
}
