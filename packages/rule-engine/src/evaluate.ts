import { type Clock, type Instant, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { always, and, FALSE, NEVER, not, or, type Timed, TRUE, UNKNOWN } from './kleene.ts';
import { childrenOf, type Node, type Reference, type Relation } from './node.ts';
import { clockWithLimit, expiredTurn, isClockQuantity, limitOfClock, quantityAt, turnOf } from './time.ts';
import type { FactRecord, FactValue } from './types.ts';

export type ParameterValue = number | string | boolean | readonly string[];

/** What an expression is evaluated against. `elements[0]` is the element of the part's `each`. */
export interface Surroundings {
  readonly facts: FactRecord;
  readonly elements: readonly (FactRecord | undefined)[];
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly calendar: WorkCalendar;
  readonly now: Instant;
  /** Take a turn that rests on days no published notice rules yet as unknown. */
  readonly certainOnly?: boolean;
}

/**
 * The slow, plain evaluator: messages, explanations, missing names, provisional turns. It says the same as the
 * compiled functions (a test compares them), node by node, so that both can be read against the language.
 */
export function evaluateCondition(node: Node, at: Surroundings): Timed {
  switch (node.op) {
    case 'and':
      return and(node.items.map((item) => evaluateCondition(item, at)));
    case 'or':
      return or(node.items.map((item) => evaluateCondition(item, at)));
    case 'not':
      return not(evaluateCondition(node.a, at));
    case 'choose':
      return choose(evaluateCondition(node.condition, at), node, at);
    case 'exists':
    case 'all': {
      const list = listOf(node.list, at);
      if (list === undefined) return always(UNKNOWN);
      const items = list.map((element) => evaluateCondition(node.body, withElement(at, node.variable, element)));
      return node.op === 'exists' ? or(items) : and(items);
    }
    case 'expired': {
      const clock = clockOf(node, at);
      return clock === undefined ? always(UNKNOWN) : turned(expiredTurn(at.calendar, clock), false, clock, at);
    }
    case 'turn':
      return evaluateTurn(node, at);
    case 'has':
      return always(referenceValue(node.of, at) === undefined ? FALSE : TRUE);
    default: {
      const value = evaluateValue(node, at);
      return always(value === undefined ? UNKNOWN : value === true ? TRUE : FALSE);
    }
  }
}

/** The value of any expression; `undefined` is unknown. */
export function evaluateValue(node: Node, at: Surroundings): FactValue | undefined {
  switch (node.op) {
    case 'literal':
      return node.value;
    case 'parameter':
      return at.parameters.get(node.named.name);
    case 'fact':
    case 'field':
      return referenceValue(node, at);
    case 'negate':
      return onNumbers(node.a, node.a, at, (a) => -a);
    case 'convert':
      return onNumbers(node.a, node.a, at, (a) => (node.type.kind === 'int' ? safeInteger(Math.trunc(a)) : a));
    case 'extreme':
      return onNumbers(node.a, node.b, at, node.which === 'greatest' ? Math.max : Math.min);
    case 'arithmetic':
      return onNumbers(node.a, node.b, at, (a, b) => {
        const result = node.sign === '+' ? a + b : node.sign === '-' ? a - b : a * b;
        return node.type.kind === 'int' ? safeInteger(result) : result;
      });
    case 'size': {
      const list = evaluateValue(node.a, at);
      return Array.isArray(list) ? list.length : undefined;
    }
    case 'limit': {
      const clock = clockOf(node, at);
      return clock === undefined ? undefined : limitOfClock(clock);
    }
    case 'quantity': {
      const of = isClockQuantity(node.quantity)
        ? clockOf(node, at)
        : (referenceValue(node.of, at) as Instant | undefined);
      return of === undefined ? undefined : quantityAt(node.quantity, at.calendar, of, at.now);
    }
    case 'in': {
      const [a, list] = [evaluateValue(node.a, at), evaluateValue(node.list, at)];
      return a === undefined || !Array.isArray(list) ? undefined : (list as readonly unknown[]).includes(a);
    }
    case 'compare': {
      const [a, b] = [evaluateValue(node.a, at), evaluateValue(node.b, at)];
      return a === undefined || b === undefined ? undefined : compare(node.relation, a as number, b as number);
    }
    case 'choose': {
      if (node.type.kind === 'bool') break;
      const condition = evaluateCondition(node.condition, at).value;
      return condition === UNKNOWN ? undefined : evaluateValue(condition === TRUE ? node.a : node.b, at);
    }
  }
  const { value } = evaluateCondition(node, at);
  return value === UNKNOWN ? undefined : value === TRUE;
}

/** Names of the facts whose absence leaves the condition unknown, as `name` or `list.name`. */
export function missingFacts(node: Node, at: Surroundings, into: Set<string>): void {
  if (
    node.type.kind === 'bool' &&
    node.op !== 'fact' &&
    node.op !== 'field' &&
    evaluateCondition(node, at).value !== UNKNOWN
  )
    return;
  if (node.op === 'exists' || node.op === 'all') {
    const list = listOf(node.list, at);
    if (list === undefined) into.add(nameOf(node.list));
    for (const element of list ?? []) missingFacts(node.body, withElement(at, node.variable, element), into);
    return;
  }
  if (node.op === 'has') return;
  if ((node.op === 'fact' || node.op === 'field') && referenceValue(node, at) === undefined) into.add(nameOf(node));
  for (const child of childrenOf(node)) missingFacts(child, at, into);
}

const nameOf = (reference: Reference): string =>
  reference.op === 'fact' ? reference.named.name : `${reference.list}.${reference.named.name}`;

function referenceValue(node: Reference, at: Surroundings): FactValue | undefined {
  const record = node.op === 'fact' ? at.facts : at.elements[node.variable];
  const value = record?.[node.named.name] ?? undefined;
  return Number.isNaN(value) ? undefined : value;
}

function listOf(node: Reference, at: Surroundings): readonly FactRecord[] | undefined {
  const list = referenceValue(node, at);
  const fits = Array.isArray(list) && node.type.kind === 'list' && list.length <= node.type.max;
  return fits ? (list as readonly FactRecord[]) : undefined;
}

function withElement(at: Surroundings, variable: number, element: FactRecord): Surroundings {
  const elements = [...at.elements];
  elements[variable] = element;
  return { ...at, elements };
}

function clockOf(node: { readonly of: Reference; readonly limit: Node | null }, at: Surroundings): Clock | undefined {
  const known = referenceValue(node.of, at) as Clock | undefined;
  // A clock on another axis than the dictionary says cannot be read as what the rule means.
  const clock = node.of.type.kind === 'clock' && known?.axis === node.of.type.axis ? known : undefined;
  if (clock === undefined || node.limit === null) return clock;
  return clockWithLimit(clock, evaluateValue(node.limit, at) as number | undefined);
}

function evaluateTurn(node: Node & { op: 'turn' }, at: Surroundings): Timed {
  const bound = evaluateValue(node.bound, at) as number | undefined;
  const of = isClockQuantity(node.quantity) ? clockOf(node, at) : (referenceValue(node.of, at) as Instant | undefined);
  if (of === undefined || bound === undefined || Number.isNaN(bound)) return always(UNKNOWN);
  const { from, trueBefore } = turnOf(node.quantity, node.relation);
  return turned(from(at.calendar, of, bound), trueBefore, of, at);
}

function turned(turn: Instant, trueBefore: boolean, of: Clock | Instant, at: Surroundings): Timed {
  const isPast = at.now >= turn;
  const value = isPast === trueBefore ? FALSE : TRUE;
  if (
    at.certainOnly === true &&
    value === TRUE &&
    (isProvisional(of) || (isPast && turn >= startOfDay(at.calendar.lastCertainDay + 1) && needsNotices(of)))
  )
    return { value: UNKNOWN, until: isPast ? NEVER : turn };
  return { value, until: isPast ? NEVER : turn };
}

const isProvisional = (of: Clock | Instant): boolean => typeof of !== 'number' && of.provisional;
/** Plain time turns without any notice; a turn of the time since an instant is taken to need one. */
const needsNotices = (of: Clock | Instant): boolean => typeof of === 'number' || of.axis !== 'TIME';

function choose(condition: Timed, node: Node & { op: 'choose' }, at: Surroundings): Timed {
  if (condition.value === UNKNOWN) return condition;
  const branch = evaluateCondition(condition.value === TRUE ? node.a : node.b, at);
  return { value: branch.value, until: Math.min(condition.until, branch.until) };
}

function onNumbers(
  a: Node,
  b: Node,
  at: Surroundings,
  combine: (a: number, b: number) => number | undefined,
): number | undefined {
  const [x, y] = [evaluateValue(a, at), evaluateValue(b, at)];
  const result = typeof x === 'number' && typeof y === 'number' ? combine(x, y) : undefined;
  return Number.isNaN(result) ? undefined : result;
}

const safeInteger = (value: number): number | undefined => (Number.isSafeInteger(value) ? value : undefined);

function compare(relation: Relation, a: number, b: number): boolean {
  switch (relation) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '==':
      return a === b;
    case '!=':
      return a !== b;
  }
}
