import { parseInstant, type WorkCalendar } from '@gnomon/working-time';
import { readingOf } from './pack-reading.ts';
import { ClaimRefused, claimType, readClaim } from './read-claim.ts';
import { factNames, makeReceipt, receiptHash } from './receipt.ts';
import type { Bilingual, FactRecord, Facts, FactValue, JsonValue, Pack, Receipt, ReplacedFact } from './types.ts';
import type { Named, ValueType } from './value-type.ts';

/** A fact that somebody contests, and the value that he claims (申诉主张). */
export interface Claim {
  /** `[fact]`, or `[list, element id, field]`. */
  readonly path: readonly string[];
  readonly value: JsonValue;
}

/** A fact of a receipt that can be contested. */
export interface ContestableFact {
  readonly path: readonly string[];
  /** How its value is written. */
  readonly type: string;
  readonly label: Bilingual;
  /** The value as it was judged; `null` when it was not known. */
  readonly judged: FactValue | null;
}

/** A claim that cannot be followed, and why. */
export interface RefusedClaim {
  readonly path: readonly string[];
  readonly reason: Bilingual;
}

/**
 * What would have been judged, at the same instant and by the same rules and calendar, had the claimed facts been true: a receipt of its own
 * that says so, and names what was replaced. Each claim is refused that names no fact of the rule, or does not have its type.
 * @throws {UnknownRule} {UnknownSubjectKind} when the pack is not the receipt's
 */
export function makeCounterfactual(
  receipt: Receipt,
  claims: readonly Claim[],
  pack: Pack,
  calendar: WorkCalendar,
): { readonly receipt: Receipt } | { readonly refused: readonly RefusedClaim[] } {
  const seen = new Set<string>();
  const refused: RefusedClaim[] = [];
  const replaced: ReplacedFact[] = [];
  let facts = receipt.facts;
  for (const { path, value } of claims)
    try {
      const key = JSON.stringify(path);
      if (seen.has(key)) throw new ClaimRefused('每项事实只主张一次', 'each fact claimed once');
      seen.add(key);
      const judged = valueAt(receipt.facts, path);
      const claimed = readClaim(typeAt(receipt, path, pack), value, judged, calendar);
      facts = withValue(facts, path, claimed);
      replaced.push({ path, judged: judged ?? null, claimed: value });
    } catch (error) {
      if (!(error instanceof ClaimRefused)) throw error;
      refused.push({ path, reason: error.expected });
    }
  if (refused.length > 0) return { refused };
  const counterfactual = { of: receiptHash(receipt), replaced };
  return { receipt: { ...judgedAgain({ ...receipt, facts }, pack, calendar), counterfactual } };
}

/** The receipt that a counterfactual speaks of, rebuilt by putting the replaced facts back; its hash must be the one that is named. */
export function receiptAsJudged(counterfactual: Receipt, pack: Pack, calendar: WorkCalendar): Receipt {
  const { counterfactual: said, ...rest } = counterfactual;
  const back = (facts: Facts, { path, judged }: ReplacedFact): Facts => withValue(facts, path, judged ?? undefined);
  return judgedAgain({ ...rest, facts: (said?.replaced ?? []).reduce(back, rest.facts) }, pack, calendar);
}

/** The facts that a rule reads and that can be contested; of a list every field of every element that was judged. */
export function contestableFacts(receipt: Receipt, pack: Pack): readonly ContestableFact[] {
  return namedFacts(receipt, pack).flatMap(({ name, type, label }) => {
    const judged = receipt.facts[name];
    if (type.kind !== 'list') return contestable([name], type, label, judged);
    return elementsOf(judged).flatMap((element) =>
      [...type.fields.values()].flatMap((field) =>
        field.name === 'id'
          ? []
          : contestable([name, String(element.id), field.name], field.type, field.label, element[field.name]),
      ),
    );
  });
}

function contestable(
  path: readonly string[],
  type: ValueType,
  label: Bilingual,
  judged: FactValue | undefined,
): readonly ContestableFact[] {
  return [{ path, type: claimType(type), label, judged: judged ?? null }];
}

function judgedAgain(receipt: Receipt, pack: Pack, calendar: WorkCalendar): Receipt {
  const { rule, subjectKind: kind, subject, occurrence, facts, scope, sources } = receipt;
  const [turnedAt, knownAt] = [parseInstant(receipt.turnedAt), parseInstant(receipt.knownAt)];
  return makeReceipt({
    pack,
    calendar,
    rule,
    kind,
    subject,
    occurrence,
    facts,
    scope,
    sources,
    turnedAt,
    knownAt,
  });
}

function namedFacts({ rule, subjectKind }: Receipt, pack: Pack): readonly Named[] {
  const dictionary = readingOf(pack).dictionaries.get(subjectKind)?.facts ?? new Map<string, Named>();
  return factNames(pack, rule, subjectKind).flatMap((name) => dictionary.get(name) ?? []);
}

/** @throws {ClaimRefused} for a path that leads to no fact that the rule reads. */
function typeAt(receipt: Receipt, path: readonly string[], pack: Pack): ValueType {
  const [name, element, field] = path;
  const fact = namedFacts(receipt, pack).find((named) => named.name === name);
  if (fact === undefined) throw new ClaimRefused('本规则所用的事实', 'a fact that the rule reads');
  if (path.length === 1) return fact.type;
  const known = path.length === 3 && elementsOf(receipt.facts[fact.name]).some(({ id }) => id === element);
  const inner = fact.type.kind === 'list' && known && field !== 'id' ? fact.type.fields.get(field!) : undefined;
  if (inner === undefined)
    throw new ClaimRefused('原判定中某一要素的字段', 'a field of an element that was there when it was judged');
  return inner.type;
}

function elementsOf(value: FactValue | undefined): readonly FactRecord[] {
  return Array.isArray(value) ? (value as readonly FactRecord[]) : [];
}

function valueAt(facts: Facts, [name, element, field]: readonly string[]): FactValue | undefined {
  const value = Object.hasOwn(facts, name!) ? facts[name!] : undefined;
  if (element === undefined) return value;
  const found = elementsOf(value).find(({ id }) => id === element);
  return found !== undefined && field !== undefined && Object.hasOwn(found, field) ? found[field] : undefined;
}

/** The facts with one value in another's place; `undefined` takes it out. */
function withValue(facts: Facts, [name, element, field]: readonly string[], value: FactValue | undefined): Facts {
  if (element === undefined) return put(facts, name!, value);
  const elements = elementsOf(facts[name!]).map((one) => (one.id === element ? put(one, field!, value) : one));
  return put(facts, name!, elements);
}

function put(record: FactRecord, name: string, value: FactValue | undefined): FactRecord {
  const { [name]: _before, ...others } = record;
  return value === undefined ? others : { ...others, [name]: value };
}
