import { CodeWriter } from './code-writer.ts';
import type { ParameterValue } from './evaluate.ts';
import { type Node, type Reference, walk } from './node.ts';
import { clockWithLimit, expiredTurn, isClockQuantity, limitOfClock, turnOf } from './time.ts';
import type { FactRecord } from './types.ts';
import {
  type ClockNames,
  expiredLines,
  isStrictTurn,
  readClockLines,
  turnLines,
  WORKDAY_FUNCTIONS,
} from './workday-atoms.ts';

const NO_ELEMENT: FactRecord = Object.freeze({});

/** An emitted value: a name or constant, and whether it can be unknown (NaN for numbers and instants, else undefined). */
interface Value {
  readonly code: string;
  readonly nullable: boolean;
}
/** An emitted truth (0, 1, 2) and its `until`; `null` when time cannot change it. */
export interface Truth {
  readonly code: string;
  readonly until: string | null;
}

/** An atom of time, emitted in two steps: what it needs first, then the lines that put its turn into a name. */
export interface Atom {
  readonly known: string;
  readonly lines: (at: string) => readonly string[];
  readonly trueBefore: boolean;
}

/**
 * Emits checked expressions as JavaScript. Inside, an unknown number or instant is NaN: it runs through arithmetic by
 * itself, without a test or an allocation; other unknown values are undefined; truths are 0, 1 and 2.
 */
export class Emitter {
  readonly code = new CodeWriter();
  private readonly noElement = this.code.constant(NO_ELEMENT);
  private readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** References that have been read into a name that is in reach. */
  private readonly reads = new Map<string, string>();
  private readonly workdayClocks = new Map<string, ClockNames>();
  private usesLast = false;
  /** The line before which `N` is read: after the scope, unless the scope needs it. */
  private declareAt = 0;

  constructor(parameters: ReadonlyMap<string, ParameterValue>) {
    this.parameters = parameters;
  }

  build<F>(): F {
    if (this.usesLast) this.code.insert(this.declareAt, `const N=${this.code.fn(WORKDAY_FUNCTIONS.lastWorkday)}(c);`);
    return this.code.build<F>('f,e0,c,now,out');
  }

  /** From here on every path runs through: what is read once is read here, unless it was needed before. */
  passed(): void {
    if (!this.usesLast) this.declareAt = this.code.length;
  }

  /** Emits a condition. */
  truth(node: Node): Truth {
    switch (node.op) {
      case 'and':
      case 'or':
        return this.junction(node.items, node.op === 'and' ? 0 : 2);
      case 'not': {
        const a = this.truth(node.a);
        return { code: this.code.let(`2-${a.code}`), until: a.until };
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
        return { code: this.code.let(`${this.unknown(node.of)}?0:2`), until: null };
      }
      case 'literal':
        return { code: node.value === true ? '2' : '0', until: null };
      case 'compare':
        return { code: this.compare(node), until: null };
      case 'in': {
        const [a, list] = [this.value(node.a), this.value(node.list)];
        const test = `${list.code}.includes(${a.code})?2:0`;
        return { code: this.code.let(a.nullable ? `${a.code}==null?1:${test}` : test), until: null };
      }
      default: {
        const { code } = this.value(node);
        return { code: this.code.let(`${code}===true?2:${code}===false?0:1`), until: null };
      }
    }
  }

  /** `&&` (dominant 0) and `||` (dominant 2): what is free of time first, it may settle the whole. */
  junction(items: readonly Node[], dominant: 0 | 2): Truth {
    const worse = dominant === 0 ? '<' : '>';
    const timed = items.filter((item) => item.timed);
    const [first, ...free] = items.filter((item) => !item.timed);
    const value = this.code.let(first === undefined ? String(2 - dominant) : this.truth(first).code);
    for (const item of free)
      this.code.block(`if(${value}!==${dominant})`, () => {
        const { code } = this.truth(item);
        this.code.line(`if(${code}${worse}${value})${value}=${code};`);
      });
    if (timed.length === 0) return { code: value, until: null };
    const until = this.code.let('Infinity');
    this.code.block(`if(${value}!==${dominant})`, () => this.timedItems(timed, value, until, dominant));
    return { code: value, until };
  }

  private timedItems(items: readonly Node[], value: string, until: string, dominant: 0 | 2): void {
    const worse = dominant === 0 ? '<' : '>';
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      const { code, until: turn } = this.truth(only);
      this.code.line(`if(${code}${worse}${value})${value}=${code};${until}=${turn ?? 'Infinity'};`);
      return;
    }
    const settled = this.code.let('-1');
    items.forEach((item, i) => {
      const emit = (): void => {
        const { code, until: turn } = this.truth(item);
        const own = turn ?? 'Infinity';
        this.code.line(`if(${code}===${dominant}){if(${own}>${settled})${settled}=${own};}`);
        this.code.line(`else{if(${code}${worse}${value})${value}=${code};if(${own}<${until})${until}=${own};}`);
      };
      if (i === 0) emit();
      else this.code.block(`if(${settled}!==Infinity)`, emit);
    });
    this.code.line(`if(${settled}!==-1){${value}=${dominant};${until}=${settled};}`);
  }

  private chooseTruth(condition: Node, a: Node, b: Node, timed: boolean): Truth {
    const test = this.truth(condition);
    const [value, until] = [this.code.let('1'), this.code.let(test.until ?? 'Infinity')];
    const branch = (node: Node): void => {
      const { code, until: turn } = this.truth(node);
      this.code.line(`${value}=${code};`);
      if (turn !== null) this.code.line(`if(${turn}<${until})${until}=${turn};`);
    };
    this.code.block(`if(${test.code}===2)`, () => branch(a));
    this.code.block(`else if(${test.code}===0)`, () => branch(b));
    return { code: value, until: timed ? until : null };
  }

  private macro(node: Node & { op: 'exists' | 'all' }, dominant: 0 | 2): Truth {
    if (node.list.type.kind !== 'list') throw new TypeError('a macro needs a list');
    const list = this.read(node.list);
    const [value, until, settled] = [this.code.let('1'), this.code.let('Infinity'), this.code.let('-1')];
    const worse = dominant === 0 ? '<' : '>';
    this.code.block(`if(Array.isArray(${list})&&${list}.length<=${node.list.type.max})`, () => {
      this.code.line(`${value}=${2 - dominant};`);
      const index = this.code.name();
      this.code.block(`for(let ${index}=0;${index}<${list}.length;${index}++)`, () => {
        this.code.line(`const e${node.variable}=${list}[${index}]??${this.noElement};`);
        const { code, until: turn } = this.truth(node.body);
        const own = turn ?? 'Infinity';
        this.code.line(
          `if(${code}===${dominant}){if(${own}>${settled}){${settled}=${own};if(${own}===Infinity)break;}}`,
        );
        this.code.line(`else{if(${code}${worse}${value})${value}=${code};if(${own}<${until})${until}=${own};}`);
      });
      this.code.line(`if(${settled}!==-1){${value}=${dominant};${until}=${settled};}`);
    });
    return { code: value, until: node.timed ? until : null };
  }

  private turn(node: Node & { op: 'turn' | 'expired' }): Truth {
    const { known, lines, trueBefore } = this.atom(node);
    const [value, until, at] = [this.code.let('1'), this.code.let('Infinity'), this.code.name()];
    const [before, after] = trueBefore ? [2, 0] : [0, 2];
    this.code.block(`if(${known})`, () => {
      for (const line of lines(at)) this.code.line(line);
      this.code.line(`if(now>=${at})${value}=${after};else{${value}=${before};${until}=${at};}`);
    });
    return { code: value, until };
  }

  /** One atom of time: when it is known, the lines that find its turn, and whether it holds before the turn. */
  atom(node: Node & { op: 'turn' | 'expired' }): Atom {
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
      return { known, lines: (at) => [`const ${at}=${this.code.fn(expiredTurn)}(c,${of});`], trueBefore: false };
    const { from, trueBefore } = turnOf(node.quantity, node.relation);
    return {
      known,
      lines: (at) => [`const ${at}=${this.code.fn(from)}(c,${of},${bound?.code ?? 'NaN'});`],
      trueBefore,
    };
  }

  private get startOfDay(): string {
    return this.code.fn(WORKDAY_FUNCTIONS.startOfDay);
  }

  /** The number of the calendar's last working day, read at the top of the function. */
  private get last(): string {
    this.usesLast = true;
    return 'N';
  }

  private compare(node: Node & { op: 'compare' }): string {
    if (node.a.type.kind === 'bool') {
      const [a, b] = [this.truth(node.a).code, this.truth(node.b).code];
      return this.code.let(`${a}===1||${b}===1?1:${a}${node.relation === '==' ? '===' : '!=='}${b}?2:0`);
    }
    const [a, b] = [this.value(node.a), this.value(node.b)];
    const relation = node.relation === '==' ? '===' : node.relation === '!=' ? '!==' : node.relation;
    const unknownCode = (code: string): string => (isNumeric(node.a) ? `${code}!==${code}` : `${code}==null`);
    const unknown = [a, b].filter(({ nullable }) => nullable).map(({ code }) => unknownCode(code));
    const test = `${a.code}${relation}${b.code}?2:0`;
    return this.code.let(unknown.length === 0 ? test : `${unknown.join('||')}?1:${test}`);
  }

  private value(node: Node): Value {
    switch (node.op) {
      case 'literal':
        return { code: this.code.literal(node.value), nullable: false };
      case 'parameter':
        return { code: this.code.literal(this.parameters.get(node.named.name)), nullable: false };
      case 'fact':
      case 'field':
        return { code: this.read(node), nullable: true };
      case 'limit':
        return { code: this.limit(node), nullable: true };
      case 'size': {
        const list = this.value(node.a);
        return list.nullable
          ? { code: this.code.let(`Array.isArray(${list.code})?${list.code}.length:NaN`), nullable: true }
          : { code: `${list.code}.length`, nullable: false };
      }
      case 'negate': {
        const a = this.value(node.a);
        return { code: this.code.let(`-${a.code}`), nullable: a.nullable };
      }
      case 'convert': {
        const a = this.value(node.a);
        return node.type.kind === 'int' ? this.wholeNumber(`Math.trunc(${a.code})`) : a;
      }
      case 'extreme': {
        const [a, b] = [this.value(node.a), this.value(node.b)];
        const code = `${node.which === 'greatest' ? 'Math.max' : 'Math.min'}(${a.code},${b.code})`;
        return { code: this.code.let(code), nullable: a.nullable || b.nullable };
      }
      case 'arithmetic': {
        const [a, b] = [this.value(node.a), this.value(node.b)];
        const code = `${a.code}${node.sign} ${b.code}`;
        return node.type.kind === 'int' ? this.wholeNumber(code) : { code: this.code.let(code), nullable: true };
      }
      case 'choose': {
        if (node.type.kind === 'bool') break;
        const test = this.truth(node.condition);
        const result = this.code.let(isNumeric(node) ? 'NaN' : 'undefined');
        this.code.block(`if(${test.code}===2)`, () => this.code.line(`${result}=${this.value(node.a).code};`));
        this.code.block(`else if(${test.code}===0)`, () => this.code.line(`${result}=${this.value(node.b).code};`));
        return { code: result, nullable: true };
      }
    }
    const { code } = this.truth(node);
    return { code: this.code.let(`${code}===1?undefined:${code}===2`), nullable: true };
  }

  /** Integers beyond 2^53 are not exact: unknown, where CEL's int64 overflows. */
  private wholeNumber(code: string): Value {
    const result = this.code.let(code);
    this.code.line(`if(!Number.isSafeInteger(${result}))${result}=NaN;`);
    return { code: result, nullable: true };
  }

  private limit(node: Node & { op: 'limit' }): string {
    const names = node.limit === null ? this.workdayClock(node.of) : null;
    if (names !== null) return names.limit;
    const clock = this.clock(node.of, node.limit);
    return this.code.let(`${clock}==null?NaN:${this.code.fn(limitOfClock)}(${clock})`);
  }

  private clock(of: Reference, limit: Node | null): string {
    const read = this.read(of);
    // A clock on another axis than the dictionary says cannot be read as what the rule means.
    const axis = of.type.kind === 'clock' ? JSON.stringify(of.type.axis) : '""';
    const clock = this.code.let(`${read}!=null&&${read}.axis===${axis}?${read}:undefined`);
    return limit === null
      ? clock
      : this.code.let(`${this.code.fn(clockWithLimit)}(${clock},${this.value(limit).code})`);
  }

  /** Reads what the rung names before its first branch, so that every branch finds it in reach. */
  readAll(node: Node, clocksToo = true): void {
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
    const names = { known: this.code.name(), due: this.code.name(), stop: this.code.name(), limit: this.code.name() };
    for (const line of readClockLines(this.read(node), names, node.type.axis)) this.code.line(line);
    return names;
  }

  private read(node: Reference): string {
    const known = this.reads.get(keyOf(node));
    if (known !== undefined) return known;
    const field = `${node.op === 'fact' ? 'f' : `e${node.variable}`}[${JSON.stringify(node.named.name)}]`;
    return this.code.let(isNumeric(node) ? `${field}??NaN` : field);
  }

  private unknown(node: Reference): string {
    const code = this.read(node);
    return isNumeric(node) ? `${code}!==${code}` : `${code}==null`;
  }
}

const keyOf = (node: Reference): string =>
  node.op === 'fact' ? node.named.name : `${node.variable}.${node.named.name}`;

/** Numbers and instants, whose unknown is NaN. */
const isNumeric = (node: Node): boolean => ['int', 'double', 'instant'].includes(node.type.kind);
