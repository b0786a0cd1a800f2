import type { Instant, WorkCalendar } from '@gnomon/working-time';
import type { ParameterValue } from './evaluate.ts';
import { type Node, type Reference, walk } from './node.ts';
import { clockWithLimit, expiredTurn, isClockQuantity, limitOfClock, turnOf } from './time.ts';
import type { FactRecord, Rung } from './types.ts';
import {
  type ClockNames,
  expiredLines,
  isStrictTurn,
  readClockLines,
  turnLines,
  WORKDAY_FUNCTIONS,
} from './workday-atoms.ts';

/** What a compiled function returns: the level's number in the low three bits, 8 when the rule is known to apply. */
export const APPLIES = 8;
export const LEVEL_BITS = 7;

/** The checked conditions of one part of a rule. */
export interface Conditions {
  readonly when: Node | null;
  readonly rungs: Readonly<Record<Rung, Node | null>>;
}

/** Judges one part on one subject (and element of `each`); writes `until` to `out[0]`. */
export type JudgePart = (
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
) => number;
/** Judges each rung alone: `out` gets warning, yellow, red as (truth, until), then the scope. For layers. */
export type JudgeRungs = (
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
) => void;

/** Slots of `out` of `JudgeRungs`. */
export const RUNG_SLOTS: Readonly<Record<Rung | 'when', number>> = { warning: 0, yellow: 2, red: 4, when: 6 };

export interface CompiledPart {
  readonly judge: JudgePart;
  readonly judgeRungs: JudgeRungs;
}

const NO_ELEMENT: FactRecord = Object.freeze({});

/**
 * Compiles the checked conditions under given values of their parameters to JavaScript. The text holds generated names
 * and numbers only; every text of a rule file is reached through the constants `K`, the functions of time through `T`.
 * Inside, an unknown number is NaN: it runs through arithmetic by itself, without a test or an allocation.
 */
export function compilePart(conditions: Conditions, parameters: ReadonlyMap<string, ParameterValue>): CompiledPart {
  const judge = new Emitter(parameters);
  judge.ladder(conditions);
  const rungs = new Emitter(parameters);
  rungs.separately(conditions);
  return { judge: judge.build<JudgePart>(), judgeRungs: rungs.build<JudgeRungs>() };
}

/** An emitted value: a name or constant, and whether it can be unknown (NaN for numbers and instants, else undefined). */
interface Value {
  readonly code: string;
  readonly nullable: boolean;
}
/** An emitted truth (0, 1, 2) and its `until`; `null` when time cannot change it. */
interface Truth {
  readonly code: string;
  readonly until: string | null;
}

/** An atom of time, emitted in two steps: what it needs first, then the lines that put its turn into a name. */
interface Atom {
  readonly known: string;
  readonly lines: (at: string) => readonly string[];
  readonly trueBefore: boolean;
}

class Emitter {
  private readonly lines: string[] = [];
  private readonly constants: unknown[] = [NO_ELEMENT];
  private readonly functions: unknown[] = [];
  private readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** References that have been read into a name that is in reach. */
  private readonly reads = new Map<string, string>();
  private readonly workdayClocks = new Map<string, ClockNames>();
  private names = 0;
  private usesLast = false;
  /** The line before which `N` is read: after the scope, unless the scope needs it. */
  private declareAt = 0;

  constructor(parameters: ReadonlyMap<string, ParameterValue>) {
    this.parameters = parameters;
  }

  build<F>(): F {
    if (this.usesLast) this.lines.splice(this.declareAt, 0, `const N=${this.fn(WORKDAY_FUNCTIONS.lastWorkday)}(c);`);
    const constants = this.constants.map((_, i) => `const k${i}=K[${i}];`).join('');
    const functions = this.functions.map((_, i) => `const t${i}=T[${i}];`).join('');
    const source = `"use strict";${constants}${functions}return function(f,e0,c,now,out){\n${this.lines.join('\n')}\n}`;
    return new Function('K', 'T', source)(this.constants, this.functions) as F;
  }

  ladder({ when, rungs }: Conditions): void {
    const scope = this.scope(when);
    this.line(`if(${scope.code}===0){out[0]=${scope.until ?? 'Infinity'};return 0;}`);
    if (!this.usesLast) this.declareAt = this.lines.length;
    const until = this.name();
    this.line(`let ${until}=${scope.until ?? 'Infinity'},u=false;`);
    for (const [rung, level] of [
      ['red', 4],
      ['yellow', 3],
      ['warning', 2],
    ] as const) {
      const node = rungs[rung];
      if (node === null) continue;
      this.readAll(node);
      const found = (truth: string): string => {
        const sure = [truth, scope.code].filter((code) => code !== '2').map((code) => `${code}===2`);
        const answer = `out[0]=${until};return ${level | APPLIES};`;
        return sure.length === 0 ? answer : `if(${sure.join('&&')}){${answer}}u=true;`;
      };
      if (this.rungOfOneTurn(node, until, found)) continue;
      const { code, until: turn } = this.truth(node);
      if (turn !== null) this.line(`if(${turn}<${until})${until}=${turn};`);
      this.line(`if(${code}===2){${found('2')}}else if(${code}===1)u=true;`);
    }
    this.line(`out[0]=${until};return u?${1 | APPLIES}:${scope.code}===2?${APPLIES}:0;`);
  }

  /** The common rung, one turn and what is free of time: written without a value in between. False for any other. */
  private rungOfOneTurn(node: Node, until: string, found: (truth: string) => string): boolean {
    const items = node.op === 'and' ? node.items : [node];
    const [turn, ...others] = items.filter((item) => item.timed);
    if (turn === undefined || others.length > 0 || (turn.op !== 'turn' && turn.op !== 'expired')) return false;
    const free = items.filter((item) => !item.timed);
    const truth = free.length === 0 ? '2' : this.junction(free, 0).code;
    const emit = (): void => {
      const { known, lines, trueBefore } = this.atom(turn);
      const at = this.name();
      this.block(`if(${known})`, () => {
        for (const line of lines(at)) this.line(line);
        const soon = `if(${at}<${until})${until}=${at};`;
        this.line(trueBefore ? `if(now<${at}){${soon}${found(truth)}}` : `if(now>=${at}){${found(truth)}}else ${soon}`);
      });
      this.line('else u=true;');
    };
    if (truth === '2') emit();
    else this.block(`if(${truth}!==0)`, emit);
    return true;
  }

  separately({ when, rungs }: Conditions): void {
    const scope = this.scope(when);
    const scopeUntil = scope.until ?? 'Infinity';
    this.line(`out[6]=${scope.code};out[7]=${scopeUntil};`);
    for (const rung of ['warning', 'yellow', 'red'] as const) {
      const slot = RUNG_SLOTS[rung];
      const node = rungs[rung];
      if (node === null) {
        this.line(`out[${slot}]=0;out[${slot + 1}]=Infinity;`);
        continue;
      }
      this.readAll(node);
      const { code, until } = this.truth(node);
      const own = until ?? 'Infinity';
      this.line(
        `if(${scope.code}===0){out[${slot}]=0;out[${slot + 1}]=${code}===0&&${own}>${scopeUntil}?${own}:${scopeUntil};}`,
      );
      this.line(`else if(${code}===0){out[${slot}]=0;out[${slot + 1}]=${own};}`);
      this.line(
        `else{out[${slot}]=${code}<${scope.code}?${code}:${scope.code};out[${slot + 1}]=${own}<${scopeUntil}?${own}:${scopeUntil};}`,
      );
    }
  }

  private scope(when: Node | null): Truth {
    if (when === null) return { code: '2', until: null };
    // A scope mostly settles before it comes to a clock: clocks are read where they are asked.
    this.readAll(when, false);
    return this.truth(when);
  }

  private truth(node: Node): Truth {
    switch (node.op) {
      case 'and':
      case 'or':
        return this.junction(node.items, node.op === 'and' ? 0 : 2);
      case 'not': {
        const a = this.truth(node.a);
        return { code: this.let(`2-${a.code}`), until: a.until };
      }
      case 'choose':
        return this.chooseTruth(node.condition, node.a, node.b, node.timed);
      case 'exists':
      case 'all':
        return this.macro(node, node.op === 'all' ? 0 : 2);
      case 'expired':
      case 'turn':
        return this.turn(node);
      case 'has': {
        return { code: this.let(`${this.unknown(node.of)}?0:2`), until: null };
      }
      case 'literal':
        return { code: node.value === true ? '2' : '0', until: null };
      case 'compare':
        return { code: this.compare(node), until: null };
      case 'in': {
        const [a, list] = [this.value(node.a), this.value(node.list)];
        const test = `${list.code}.includes(${a.code})?2:0`;
        return { code: this.let(a.nullable ? `${a.code}==null?1:${test}` : test), until: null };
      }
      default: {
        const { code } = this.value(node);
        return { code: this.let(`${code}===true?2:${code}===false?0:1`), until: null };
      }
    }
  }

  /** `&&` (dominant 0) and `||` (dominant 2): what is free of time first, it may settle the whole. */
  private junction(items: readonly Node[], dominant: 0 | 2): Truth {
    const worse = dominant === 0 ? '<' : '>';
    const timed = items.filter((item) => item.timed);
    const [first, ...free] = items.filter((item) => !item.timed);
    const value = this.let(first === undefined ? String(2 - dominant) : this.truth(first).code);
    for (const item of free)
      this.block(`if(${value}!==${dominant})`, () => {
        const { code } = this.truth(item);
        this.line(`if(${code}${worse}${value})${value}=${code};`);
      });
    if (timed.length === 0) return { code: value, until: null };
    const until = this.let('Infinity');
    this.block(`if(${value}!==${dominant})`, () => this.timedItems(timed, value, until, dominant));
    return { code: value, until };
  }

  private timedItems(items: readonly Node[], value: string, until: string, dominant: 0 | 2): void {
    const worse = dominant === 0 ? '<' : '>';
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      const { code, until: turn } = this.truth(only);
      this.line(`if(${code}${worse}${value})${value}=${code};${until}=${turn ?? 'Infinity'};`);
      return;
    }
    const settled = this.let('-1');
    items.forEach((item, i) => {
      const emit = (): void => {
        const { code, until: turn } = this.truth(item);
        const own = turn ?? 'Infinity';
        this.line(`if(${code}===${dominant}){if(${own}>${settled})${settled}=${own};}`);
        this.line(`else{if(${code}${worse}${value})${value}=${code};if(${own}<${until})${until}=${own};}`);
      };
      if (i === 0) emit();
      else this.block(`if(${settled}!==Infinity)`, emit);
    });
    this.line(`if(${settled}!==-1){${value}=${dominant};${until}=${settled};}`);
  }

  private chooseTruth(condition: Node, a: Node, b: Node, timed: boolean): Truth {
    const test = this.truth(condition);
    const [value, until] = [this.let('1'), this.let(test.until ?? 'Infinity')];
    const branch = (node: Node): void => {
      const { code, until: turn } = this.truth(node);
      this.line(`${value}=${code};`);
      if (turn !== null) this.line(`if(${turn}<${until})${until}=${turn};`);
    };
    this.block(`if(${test.code}===2)`, () => branch(a));
    this.block(`else if(${test.code}===0)`, () => branch(b));
    return { code: value, until: timed ? until : null };
  }

  private macro(node: Node & { op: 'exists' | 'all' }, dominant: 0 | 2): Truth {
    if (node.list.type.kind !== 'list') throw new TypeError('a macro needs a list');
    const list = this.read(node.list);
    const [value, until, settled] = [this.let('1'), this.let('Infinity'), this.let('-1')];
    const worse = dominant === 0 ? '<' : '>';
    this.block(`if(Array.isArray(${list})&&${list}.length<=${node.list.type.max})`, () => {
      this.line(`${value}=${2 - dominant};`);
      const index = this.name();
      this.block(`for(let ${index}=0;${index}<${list}.length;${index}++)`, () => {
        this.line(`const e${node.variable}=${list}[${index}]??k0;`);
        const { code, until: turn } = this.truth(node.body);
        const own = turn ?? 'Infinity';
        this.line(`if(${code}===${dominant}){if(${own}>${settled}){${settled}=${own};if(${own}===Infinity)break;}}`);
        this.line(`else{if(${code}${worse}${value})${value}=${code};if(${own}<${until})${until}=${own};}`);
      });
      this.line(`if(${settled}!==-1){${value}=${dominant};${until}=${settled};}`);
    });
    return { code: value, until: node.timed ? until : null };
  }

  private turn(node: Node & { op: 'turn' | 'expired' }): Truth {
    const { known, lines, trueBefore } = this.atom(node);
    const [value, until, at] = [this.let('1'), this.let('Infinity'), this.name()];
    const [before, after] = trueBefore ? [2, 0] : [0, 2];
    this.block(`if(${known})`, () => {
      for (const line of lines(at)) this.line(line);
      this.line(`if(now>=${at})${value}=${after};else{${value}=${before};${until}=${at};}`);
    });
    return { code: value, until };
  }

  /** One atom of time: when it is known, the lines that find its turn, and whether it holds before the turn. */
  private atom(node: Node & { op: 'turn' | 'expired' }): Atom {
    const isClock = node.op === 'expired' || isClockQuantity(node.quantity);
    const names = isClock && node.limit === null ? this.workdayClock(node.of) : null;
    const bound = node.op === 'expired' ? null : this.value(node.bound);
    const boundKnown = bound?.nullable === true ? [`${bound.code}===${bound.code}`] : [];
    if (names !== null) {
      const known = [names.known, ...boundKnown].join('&&');
      if (node.op === 'expired' || bound === null || !isClockQuantity(node.quantity))
        return { known, lines: (at) => expiredLines(at, names, this.startOfDay, this.last), trueBefore: false };
      const { quantity, relation } = node;
      const { trueBefore } = turnOf(quantity, relation);
      const strict = isStrictTurn(relation, trueBefore);
      return {
        known,
        lines: (at) => turnLines(at, quantity, strict, names, bound.code, this.startOfDay, this.last),
        trueBefore,
      };
    }
    const of = isClock ? this.clock(node.of, node.limit) : this.read(node.of);
    const known = [isClock ? `${of}!=null` : `${of}===${of}`, ...boundKnown].join('&&');
    if (node.op === 'expired')
      return { known, lines: (at) => [`const ${at}=${this.fn(expiredTurn)}(c,${of});`], trueBefore: false };
    const { from, trueBefore } = turnOf(node.quantity, node.relation);
    return { known, lines: (at) => [`const ${at}=${this.fn(from)}(c,${of},${bound?.code ?? 'NaN'});`], trueBefore };
  }

  private get startOfDay(): string {
    return this.fn(WORKDAY_FUNCTIONS.startOfDay);
  }

  /** The number of the calendar's last working day, read at the top of the function. */
  private get last(): string {
    this.usesLast = true;
    return 'N';
  }

  private compare(node: Node & { op: 'compare' }): string {
    if (node.a.type.kind === 'bool') {
      const [a, b] = [this.truth(node.a).code, this.truth(node.b).code];
      return this.let(`${a}===1||${b}===1?1:${a}${node.relation === '==' ? '===' : '!=='}${b}?2:0`);
    }
    const [a, b] = [this.value(node.a), this.value(node.b)];
    const relation = node.relation === '==' ? '===' : node.relation === '!=' ? '!==' : node.relation;
    const unknownCode = (code: string): string => (isNumeric(node.a) ? `${code}!==${code}` : `${code}==null`);
    const unknown = [a, b].filter(({ nullable }) => nullable).map(({ code }) => unknownCode(code));
    const test = `${a.code}${relation}${b.code}?2:0`;
    return this.let(unknown.length === 0 ? test : `${unknown.join('||')}?1:${test}`);
  }

  private value(node: Node): Value {
    switch (node.op) {
      case 'literal':
        return { code: this.literal(node.value), nullable: false };
      case 'parameter':
        return { code: this.literal(this.parameters.get(node.named.name)), nullable: false };
      case 'fact':
      case 'field':
        return { code: this.read(node), nullable: true };
      case 'limit':
        return { code: this.limit(node), nullable: true };
      case 'size': {
        const list = this.value(node.a);
        return list.nullable
          ? { code: this.let(`Array.isArray(${list.code})?${list.code}.length:NaN`), nullable: true }
          : { code: `${list.code}.length`, nullable: false };
      }
      case 'negate': {
        const a = this.value(node.a);
        return { code: this.let(`-${a.code}`), nullable: a.nullable };
      }
      case 'convert': {
        const a = this.value(node.a);
        return node.type.kind === 'int' ? this.wholeNumber(`Math.trunc(${a.code})`) : a;
      }
      case 'extreme': {
        const [a, b] = [this.value(node.a), this.value(node.b)];
        const code = `${node.which === 'greatest' ? 'Math.max' : 'Math.min'}(${a.code},${b.code})`;
        return { code: this.let(code), nullable: a.nullable || b.nullable };
      }
      case 'arithmetic': {
        const [a, b] = [this.value(node.a), this.value(node.b)];
        const code = `${a.code}${node.sign} ${b.code}`;
        return node.type.kind === 'int' ? this.wholeNumber(code) : { code: this.let(code), nullable: true };
      }
      case 'choose': {
        if (node.type.kind === 'bool') break;
        const test = this.truth(node.condition);
        const result = this.let(isNumeric(node) ? 'NaN' : 'undefined');
        this.block(`if(${test.code}===2)`, () => this.line(`${result}=${this.value(node.a).code};`));
        this.block(`else if(${test.code}===0)`, () => this.line(`${result}=${this.value(node.b).code};`));
        return { code: result, nullable: true };
      }
    }
    const { code } = this.truth(node);
    return { code: this.let(`${code}===1?undefined:${code}===2`), nullable: true };
  }

  /** Integers beyond 2^53 are not exact: unknown, where CEL's int64 overflows. */
  private wholeNumber(code: string): Value {
    const result = this.let(code);
    this.line(`if(!Number.isSafeInteger(${result}))${result}=NaN;`);
    return { code: result, nullable: true };
  }

  private limit(node: Node & { op: 'limit' }): string {
    const names = node.limit === null ? this.workdayClock(node.of) : null;
    if (names !== null) return names.limit;
    const clock = this.clock(node.of, node.limit);
    return this.let(`${clock}==null?NaN:${this.fn(limitOfClock)}(${clock})`);
  }

  private clock(of: Reference, limit: Node | null): string {
    const read = this.read(of);
    // A clock on another axis than the dictionary says cannot be read as what the rule means.
    const axis = of.type.kind === 'clock' ? JSON.stringify(of.type.axis) : '""';
    const clock = this.let(`${read}!=null&&${read}.axis===${axis}?${read}:undefined`);
    return limit === null ? clock : this.let(`${this.fn(clockWithLimit)}(${clock},${this.value(limit).code})`);
  }

  private literal(value: unknown): string {
    if (typeof value === 'number')
      return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0' : value})` : String(value);
    if (typeof value === 'boolean') return String(value);
    this.constants.push(
      typeof value === 'string' ? interned(value) : Array.isArray(value) ? value.map(interned) : value,
    );
    return `k${this.constants.length - 1}`;
  }

  private fn(value: unknown): string {
    const index = this.functions.indexOf(value);
    if (index >= 0) return `t${index}`;
    this.functions.push(value);
    return `t${this.functions.length - 1}`;
  }

  /** Reads what the rung names before its first branch, so that every branch finds it in reach. */
  private readAll(node: Node, clocksToo = true): void {
    walk(node, (inner) => {
      if (inner.op !== 'fact' && (inner.op !== 'field' || inner.variable !== 0)) return;
      if (inner.type.kind === 'clock' && !clocksToo) return;
      this.reads.set(keyOf(inner), this.read(inner));
      const names = this.workdayClock(inner);
      if (names !== null) this.workdayClocks.set(keyOf(inner), names);
    });
  }

  /** The parts of a working-day clock, read now unless they are in reach; `null` for clocks on other axes. */
  private workdayClock(node: Reference): ClockNames | null {
    const inReach = this.workdayClocks.get(keyOf(node));
    if (inReach !== undefined) return inReach;
    if (node.type.kind !== 'clock' || node.type.axis !== 'WORKDAY') return null;
    const names = { known: this.name(), due: this.name(), stop: this.name(), limit: this.name() };
    for (const line of readClockLines(this.read(node), names, node.type.axis)) this.line(line);
    return names;
  }

  private read(node: Reference): string {
    const known = this.reads.get(keyOf(node));
    if (known !== undefined) return known;
    const field = `${node.op === 'fact' ? 'f' : `e${node.variable}`}[${JSON.stringify(node.named.name)}]`;
    return this.let(isNumeric(node) ? `${field}??NaN` : field);
  }

  private unknown(node: Reference): string {
    const code = this.read(node);
    return isNumeric(node) ? `${code}!==${code}` : `${code}==null`;
  }

  private block(head: string, body: () => void): void {
    this.line(`${head}{`);
    body();
    this.line('}');
  }

  private let(code: string): string {
    const name = this.name();
    this.line(`let ${name}=${code};`);
    return name;
  }

  private name(): string {
    return `v${this.names++}`;
  }

  private line(text: string): void {
    this.lines.push(text);
  }
}

const keyOf = (node: Reference): string =>
  node.op === 'fact' ? node.named.name : `${node.variable}.${node.named.name}`;

/** Numbers and instants, whose unknown is NaN. */
const isNumeric = (node: Node): boolean => ['int', 'double', 'instant'].includes(node.type.kind);

/** A text as the engine keeps property names: equal ones are one object then, and unequal ones differ at a glance. */
const interned = (text: string): string => Object.keys({ [text]: 0 })[0] ?? text;
