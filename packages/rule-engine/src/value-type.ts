import type { Axis } from '@gnomon/working-time';
import type { Bilingual } from './types.ts';

/** Type of a value in a condition. `code` is a string whose values are listed in the dictionary. */
export type ValueType =
  | { readonly kind: 'bool' | 'int' | 'double' | 'string' | 'instant' }
  | { readonly kind: 'code'; readonly values: readonly string[] }
  | { readonly kind: 'clock'; readonly axis: Axis }
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly max: number; readonly fields: ReadonlyMap<string, Named> }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Named> };

/** A name that a condition may use: a fact, a field of a list's element, a parameter. */
export interface Named {
  readonly name: string;
  readonly type: ValueType;
  readonly label: Bilingual;
}

export const BOOL: ValueType = { kind: 'bool' };
export const INT: ValueType = { kind: 'int' };
export const DOUBLE: ValueType = { kind: 'double' };
export const STRING: ValueType = { kind: 'string' };

/** True for the two kinds of number. */
export const isNumber = (type: ValueType): boolean => type.kind === 'int' || type.kind === 'double';

/** True for plain and listed strings. */
export const isText = (type: ValueType): boolean => type.kind === 'string' || type.kind === 'code';

/** The type as a problem's message names it. */
export function nameOfType(type: ValueType): string {
  if (type.kind === 'clock') return `clock(${type.axis})`;
  if (type.kind === 'strings') return 'list of strings';
  if (type.kind === 'code') return `code(${type.values.slice(0, 6).join('|')}${type.values.length > 6 ? '|…' : ''})`;
  return type.kind;
}
