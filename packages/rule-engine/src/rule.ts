import type { Dictionary } from './dictionary.ts';
import type { ParameterValue } from './evaluate.ts';
import type { Node } from './node.ts';
import type { Template } from './template.ts';
import type { Bilingual, PublishedParameter, Rung } from './types.ts';
import type { Named } from './value-type.ts';
import type { YamlFile } from './yaml-file.ts';

/** A parameter of a rule with its type. */
export interface Parameter extends PublishedParameter {
  readonly named: Named;
}

/** `each: {list, as}`: one verdict for each element. */
export interface Each {
  readonly list: string;
  readonly as: string;
  readonly max: number;
}

/** One part of a rule: a ladder on one kind of subject. */
export interface RulePart {
  readonly index: number;
  readonly subject: string;
  readonly each: Each | null;
  readonly when: Node | null;
  readonly rungs: Readonly<Record<Rung, Node | null>>;
  readonly message: Readonly<Record<'zh' | 'en', Template>>;
}

/** A test as written in the file; its data is read against the dictionary when it runs. */
export interface RawTest {
  readonly name: Bilingual | string;
  readonly subject?: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly scope?: Readonly<Record<string, string>>;
  readonly occurrence?: string;
  readonly timeline?: readonly (readonly [string, string])[];
  readonly at?: string;
  readonly expect?: string;
  readonly missing?: readonly string[];
}

/** A rule whose every expression is checked. */
export interface Rule {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
  readonly domain: string;
  readonly article: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly basis: readonly { readonly kind: 'LAW' | 'STANDARD' | 'PRACTICE' | 'DEFAULT'; readonly text: Bilingual }[];
  readonly issue: Readonly<Partial<Record<Rung, 'AUTO' | 'CONFIRM'>>>;
  readonly yieldsTo: readonly string[];
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly parts: readonly RulePart[];
  readonly tests: readonly RawTest[];
  readonly acceptedSurvivors: readonly { readonly mutant: string; readonly reason: string }[];
  readonly yaml: YamlFile;
}

/** Values of a rule's parameters by name. */
export function valuesOf(rule: Rule): ReadonlyMap<string, ParameterValue> {
  return new Map([...rule.parameters].map(([name, { value }]) => [name, value]));
}

export type Dictionaries = ReadonlyMap<string, Dictionary>;
