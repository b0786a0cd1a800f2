import type { Instant, WorkCalendar } from '@gnomon/working-time';
import type { ParameterValue } from './evaluate.ts';
import { type Node, type Reference, walk } from './node.ts';
import { clockWithLimit, expiredTurn, isClockQuantity, limitOfClock, turnOf } from './time.ts';
import type { FactRecord, Rung } from './types.ts';

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
  parameters: readonly ParameterValue[],
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
) => number;
/** Judges each rung alone: `out` gets warning, yellow, red as (truth, until), then the scope. For layers. */
export type JudgeRungs = (
  facts: FactRecord,
  element: FactRecord,
  parameters: readonly ParameterValue[],
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
) => void;

/** Slots of `out` of `JudgeRungs`. */
export const RUNG_SLOTS: Readonly<Record<Rung | 'when', number>> = { warning: 0, yellow: 2, red: 4, when: 6 };

export interface CompiledPart {
  readonly judge: JudgePart;
  readonly judgeRungs: JudgeRungs;
  /** Names of the parameters in the order in which `parameters` lists their values. */
  readonly parameterNames: readonly string[];
}

const NO_ELEMENT: FactRecord = Object.freeze({});

/**
 * Compiles the checked conditions to JavaScript. The text holds generated names only; every text of a rule file is
 * reached through the constants `K`, and the functions of time through `T`.
 */
export function compilePart(conditions: Conditions): CompiledPart {
  const parameterNames = parametersOf(conditions);
  const judge = new Emitter(parameterNames);
  judge.ladder(conditions);
  const rungs = new Emitter(parameterNames);
  rungs.separately(conditions);
  return { judge: judge.build<JudgePart>(), judgeRungs: rungs.build<JudgeRungs>(), parameterNames };
}

/** Names of the parameters that the conditions use, in order of first use. */
export function parametersOf({ when, rungs }: Conditions): readonly string[] {
  const names = new Set<string>();
  for (const node of [when, rungs.warning, rungs.yellow, rungs.red])
    if (node !== null)
      walk(node, (inner) => {
        if (inner.op === 'parameter') names.add(inner.named.name);
      });
  return [...names];
}

/** An emitted value: a name or constant, and whether it can be `undefined`. */
interface Value {
  readonly code: string;
  readonly nullable: boolean;
}
/** An emitted truth (0, 1, 2) and its `until`; `null` when time cannot change it. */
interface Truth {
  readonly code: string;
  readonly until: string | null;
}

class Emitter {
  private readonly lines: string[] = [];
  private readonly constants: unknown[] = [NO_ELEMENT];
  private readonly functions: unknown[] = [];
  private readonly parameterNames: readonly string[];
  /** References that have been read into a name that is in reach. */
  private reads = new Map<string, string>();
  private names = 0;

  constructor(parameterNames: readonly string[]) {
    this.parameterNames = parameterNames;
  }

  build<F>(): F {
    const constants = this.constants.map((_, i) => `const k${i}=K[${i}];`).join('');
    const functions = this.functions.map((_, i) => `const t${i}=T[${i}];`).join('');
    const source = `"use strict";${constants}${functions}return function(f,e0,P,c,now,out){\n${this.lines.join('\n')}\n}`;
    return new Function('K', 'T', source)(this.constants, this.functions) as F;
  }

  ladder({ when, rungs }: Conditions): void {
    const scope = this.scope(when);
    this.line(`if(${scope.code}===0){out[0]=${scope.until ?? 'Infinity'};return 0;}`);
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
      const { code, until: turn } = this.truth(node);
      if (turn !== null) this.line(`if(${turn}<${until})${until}=${turn};`);
      this.line(
        `if(${code}===2){if(${scope.code}===2){out[0]=${until};return ${level | APPLIES};}u=true;}else if(${code}===1)u=true;`,
      );
    }
    this.line(`out[0]=${until};return u?${1 | APPLIES}:${scope.code}===2?${APPLIES}:0;`);
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
    this.readAll(when);
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
      case 'expired': {
        const clock = this.clock(node.of, node.limit);
        return this.turn(`${clock}==null`, `${this.fn(expiredTurn)}(c,${clock})`, false);
      }
      case 'turn':
        return this.quantityTurn(node);
      case 'has': {
        return { code: this.let(`${this.read(node.of)}==null?0:2`), until: null };
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
    const [value, worse] = [this.let(String(2 - dominant)), dominant === 0 ? '<' : '>'];
    const timed = items.filter((item) => item.timed);
    items
      .filter((item) => !item.timed)
      .forEach((item, i) => {
        const emit = (): void => {
          const { code } = this.truth(item);
          this.line(`if(${code}${worse}${value})${value}=${code};`);
        };
        if (i === 0) emit();
        else this.block(`if(${value}!==${dominant})`, emit);
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

  private quantityTurn(node: Node & { op: 'turn' }): Truth {
    const of = isClockQuantity(node.quantity) ? this.clock(node.of, node.limit) : this.read(node.of);
    const bound = this.value(node.bound);
    const { from, trueBefore } = turnOf(node.quantity, node.relation);
    const unknown = bound.nullable
      ? `${of}==null||${bound.code}==null||${bound.code}!==${bound.code}`
      : `${of}==null||${bound.code}!==${bound.code}`;
    return this.turn(unknown, `${this.fn(from)}(c,${of},${bound.code})`, trueBefore);
  }

  /** One atom of time: unknown, or before or after its turn. */
  private turn(unknown: string, call: string, trueBefore: boolean): Truth {
    const [value, until, at] = [this.let('1'), this.let('Infinity'), this.name()];
    const [before, after] = trueBefore ? [2, 0] : [0, 2];
    this.line(
      `if(!(${unknown})){const ${at}=${call};if(now>=${at})${value}=${after};else{${value}=${before};${until}=${at};}}`,
    );
    return { code: value, until };
  }

  private compare(node: Node & { op: 'compare' }): string {
    if (node.a.type.kind === 'bool') {
      const [a, b] = [this.truth(node.a).code, this.truth(node.b).code];
      return this.let(`${a}===1||${b}===1?1:${a}${node.relation === '==' ? '===' : '!=='}${b}?2:0`);
    }
    const [a, b] = [this.value(node.a), this.value(node.b)];
    const relation = node.relation === '==' ? '===' : node.relation === '!=' ? '!==' : node.relation;
    const unknown = [a, b].filter(({ nullable }) => nullable).map(({ code }) => `${code}==null`);
    const test = `${a.code}${relation}${b.code}?2:0`;
    return this.let(unknown.length === 0 ? test : `${unknown.join('||')}?1:${test}`);
  }

  private value(node: Node): Value {
    switch (node.op) {
      case 'literal':
        return { code: this.literal(node.value), nullable: false };
      case 'parameter':
        return { code: `P[${this.parameterNames.indexOf(node.named.name)}]`, nullable: false };
      case 'fact':
      case 'field':
        return { code: this.read(node), nullable: true };
      case 'limit': {
        const clock = this.clock(node.of, node.limit);
        return { code: this.let(`${clock}==null?undefined:${this.fn(limitOfClock)}(${clock})`), nullable: true };
      }
      case 'size': {
        const list = this.value(node.a);
        return list.nullable
          ? { code: this.let(`Array.isArray(${list.code})?${list.code}.length:undefined`), nullable: true }
          : { code: `${list.code}.length`, nullable: false };
      }
      case 'negate':
        return this.combine([this.value(node.a)], (a) => `-${a}`);
      case 'convert': {
        const a = this.value(node.a);
        return node.type.kind === 'int' ? { code: this.let(`${this.fn(truncate)}(${a.code})`), nullable: true } : a;
      }
      case 'extreme':
        return this.combine(
          [this.value(node.a), this.value(node.b)],
          (a, b) => `${node.which === 'greatest' ? 'Math.max' : 'Math.min'}(${a},${b})`,
        );
      case 'arithmetic': {
        const result = this.combine([this.value(node.a), this.value(node.b)], (a, b) => `${a}${node.sign} ${b}`);
        return node.type.kind === 'int'
          ? { code: this.let(`Number.isSafeInteger(${result.code})?${result.code}:undefined`), nullable: true }
          : result;
      }
      case 'choose': {
        if (node.type.kind === 'bool') break;
        const test = this.truth(node.condition);
        const result = this.let('undefined');
        this.block(`if(${test.code}===2)`, () => this.line(`${result}=${this.value(node.a).code};`));
        this.block(`else if(${test.code}===0)`, () => this.line(`${result}=${this.value(node.b).code};`));
        return { code: result, nullable: true };
      }
    }
    const { code } = this.truth(node);
    return { code: this.let(`${code}===1?undefined:${code}===2`), nullable: true };
  }

  private combine(parts: readonly Value[], write: (...codes: string[]) => string): Value {
    const unknown = parts.filter(({ nullable }) => nullable).map(({ code }) => `${code}==null`);
    const text = write(...parts.map(({ code }) => code));
    return unknown.length === 0
      ? { code: this.let(text), nullable: false }
      : { code: this.let(`${unknown.join('||')}?undefined:${text}`), nullable: true };
  }

  private clock(of: Reference, limit: Node | null): string {
    const clock = this.read(of);
    return limit === null ? clock : this.let(`${this.fn(clockWithLimit)}(${clock},${this.value(limit).code})`);
  }

  private literal(value: unknown): string {
    if (typeof value === 'number')
      return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0' : value})` : String(value);
    if (typeof value === 'boolean') return String(value);
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  private fn(value: unknown): string {
    const index = this.functions.indexOf(value);
    if (index >= 0) return `t${index}`;
    this.functions.push(value);
    return `t${this.functions.length - 1}`;
  }

  /** Reads what the rung names before its first branch, so that every branch finds it in reach. */
  private readAll(node: Node): void {
    walk(node, (inner) => {
      if (inner.op === 'fact' || (inner.op === 'field' && inner.variable === 0))
        this.reads.set(keyOf(inner), this.readNow(inner));
    });
  }

  private read(node: Reference): string {
    return this.reads.get(keyOf(node)) ?? this.readNow(node);
  }

  private readNow(node: Reference): string {
    const known = this.reads.get(keyOf(node));
    return known ?? this.let(`${node.op === 'fact' ? 'f' : `e${node.variable}`}[${JSON.stringify(node.named.name)}]`);
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

function truncate(value: number | undefined): number | undefined {
  const whole = value === undefined || value === null ? Number.NaN : Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole : undefined;
}
