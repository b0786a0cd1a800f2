import type { Axis } from '@gnomon/working-time';
import { dictionaryFileSchema } from './schema.ts';
import type { Bilingual, RuleProblem } from './types.ts';
import type { Named, ValueType } from './value-type.ts';
import { schemaProblems, type YamlFile } from './yaml-file.ts';

/** The facts of one subject kind, as `rules/facts/<subject>.yaml` lists them. */
export interface Dictionary {
  readonly subject: string;
  readonly title: Bilingual;
  readonly facts: ReadonlyMap<string, Named>;
  readonly yaml: YamlFile;
}

interface RawFact {
  readonly type: ValueType['kind'];
  readonly axis?: Axis;
  readonly values?: readonly string[];
  readonly max?: number;
  readonly of?: Readonly<Record<string, RawFact>>;
  readonly zh: string;
  readonly en: string;
}

/** Names that a condition cannot use for a fact. */
const TAKEN: ReadonlySet<string> = new Set([
  'p',
  'true',
  'false',
  'null',
  'in',
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/** Reads one dictionary. */
export function readDictionary(yaml: YamlFile): { dictionary: Dictionary } | { problems: readonly RuleProblem[] } {
  const problems = [...schemaProblems(yaml, dictionaryFileSchema)];
  if (problems.length > 0) return { problems };
  const raw = yaml.value as { subject: string; title: Bilingual; facts: Record<string, RawFact> };
  const facts = new Map<string, Named>();
  for (const [name, fact] of Object.entries(raw.facts)) {
    if (TAKEN.has(name))
      problems.push(
        yaml.problem('RULE-801', ['facts', name], `名称“${name}”不可用`, `the name \`${name}\` cannot be used`),
      );
    for (const field of Object.keys(fact.of ?? {}))
      if (TAKEN.has(field))
        problems.push(
          yaml.problem(
            'RULE-801',
            ['facts', name, 'of', field],
            `名称“${field}”不可用`,
            `the name \`${field}\` cannot be used`,
          ),
        );
    facts.set(name, named(name, fact));
  }
  return problems.length > 0 ? { problems } : { dictionary: { subject: raw.subject, title: raw.title, facts, yaml } };
}

function named(name: string, fact: RawFact): Named {
  return { name, label: { zh: fact.zh, en: fact.en }, type: typeOf(fact) };
}

function typeOf(fact: RawFact): ValueType {
  switch (fact.type) {
    case 'code':
      return { kind: 'code', values: fact.values ?? [] };
    case 'clock':
      return { kind: 'clock', axis: fact.axis ?? 'WORKDAY' };
    case 'list':
      return {
        kind: 'list',
        max: fact.max ?? 1,
        fields: new Map(Object.entries(fact.of ?? {}).map(([field, of]) => [field, named(field, of)])),
      };
    case 'bool':
    case 'int':
    case 'double':
    case 'string':
    case 'instant':
      return { kind: fact.type };
    case 'strings':
    case 'record':
      throw new TypeError(`a dictionary holds no ${fact.type}`);
  }
}
