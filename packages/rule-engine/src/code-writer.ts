/** Writes the text of a function with generated names; constants and functions are handed in beside it. */
export class CodeWriter {
  private readonly lines: string[] = [];
  private readonly constants: unknown[] = [];
  private readonly functions: unknown[] = [];
  private names = 0;

  /** How many lines there are: a place to insert at later. */
  get length(): number {
    return this.lines.length;
  }

  insert(at: number, text: string): void {
    this.lines.splice(at, 0, text);
  }

  line(text: string): void {
    this.lines.push(text);
  }

  block(head: string, body: () => void): void {
    this.line(`${head}{`);
    body();
    this.line('}');
  }

  /** A fresh name. */
  name(): string {
    return `v${this.names++}`;
  }

  /** A fresh name with a value. */
  let(code: string): string {
    const name = this.name();
    this.line(`let ${name}=${code};`);
    return name;
  }

  /** The name of a constant that is handed in. */
  constant(value: unknown): string {
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  /** The name of a function that is handed in. */
  fn(value: unknown): string {
    const index = this.functions.indexOf(value);
    if (index >= 0) return `t${index}`;
    this.functions.push(value);
    return `t${this.functions.length - 1}`;
  }

  /** A literal: numbers and booleans in the text, every text and list through a constant. */
  literal(value: unknown): string {
    if (Object.is(value, -0)) return '(-0)';
    if (typeof value === 'number') return value < 0 ? `(${value})` : String(value);
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return this.constant(interned(value));
    return this.constant(Array.isArray(value) ? value.map(interned) : value);
  }

  build<F>(parameters: string): F {
    const constants = this.constants.map((_, i) => `const k${i}=K[${i}];`).join('');
    const functions = this.functions.map((_, i) => `const t${i}=T[${i}];`).join('');
    const source = `"use strict";${constants}${functions}return function(${parameters}){\n${this.lines.join('\n')}\n}`;
    return new Function('K', 'T', source)(this.constants, this.functions) as F;
  }
}

/** A text as the engine keeps property names: equal ones are one object then, and unequal ones differ at a glance. */
const interned = (text: string): string => Object.keys({ [text]: 0 })[0] ?? text;
