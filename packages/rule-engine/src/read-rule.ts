import { checkExpression, type Names } from './check-expression.ts';
import type { Dictionary } from './dictionary.ts';
import { hashOf } from './hash.ts';
import { nearest } from './nearest-name.ts';
import { type Node, walk } from './node.ts';
import type { Dictionaries, Each, Parameter, RawTest, Rule, RulePart } from './rule.ts';
import { ruleFileSchema } from './schema.ts';
import { parseTemplate, type Template } from './template.ts';
import { type Bilingual, RUNGS, type RuleProblem, type Rung } from './types.ts';
import { BOOL, DOUBLE, INT, isNumber, type Named, STRING, type ValueType } from './value-type.ts';
import { type Path, schemaProblems, type YamlFile } from './yaml-file.ts';

export interface RawParameter {
  readonly value: number | string | boolean | readonly string[];
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly tighten?: 'UP' | 'DOWN';
  readonly zh: string;
  readonly en: string;
}
type RawPart = {
  readonly subject: string;
  readonly when?: string | boolean;
  readonly each?: { readonly list: string; readonly as: string };
  readonly message: Bilingual;
} & {
  readonly [rung in Rung]?: string | boolean;
};
interface RawRule {
  readonly id: string;
  readonly version: string;
  readonly domain: string;
  readonly article: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly basis: readonly {
    readonly kind: 'LAW' | 'STANDARD' | 'PRACTICE' | 'DEFAULT';
    readonly zh: string;
    readonly en: string;
  }[];
  readonly parameters?: Readonly<Record<string, RawParameter>>;
  readonly issue: Rule['issue'];
  readonly yieldsTo?: readonly string[];
  readonly parts: readonly RawPart[];
  readonly tests?: readonly RawTest[];
  readonly acceptedSurvivors?: Rule['acceptedSurvivors'];
}

/** Reads and checks one rule file; collects every problem it finds. */
export function readRule(
  yaml: YamlFile,
  dictionaries: Dictionaries,
): { rule: Rule | null; problems: readonly RuleProblem[] } {
  const shape = schemaProblems(yaml, ruleFileSchema);
  if (shape.length > 0) return { rule: null, problems: shape };
  const raw = yaml.value as RawRule;
  const problems: RuleProblem[] = [];
  if (!yaml.file.path.endsWith(`/${raw.id}.yaml`))
    problems.push(
      yaml.problem('RULE-103', ['id'], `编号 ${raw.id} 与文件名不一致`, `the id ${raw.id} is not the file's name`),
    );
  const parameters = new Map(
    Object.entries(raw.parameters ?? {}).map(([name, parameter]) => [
      name,
      readParameter(yaml, name, parameter, problems),
    ]),
  );
  const used = new Set<string>();
  const parts = raw.parts.map((part, index) => readPart(yaml, part, index, parameters, dictionaries, used, problems));
  for (const name of parameters.keys())
    if (!used.has(name) && problems.length === 0)
      problems.push(
        yaml.problem(
          'RULE-403',
          ['parameters', name],
          `参数“${name}”未被使用`,
          `the parameter \`${name}\` is not used`,
        ),
      );
  if (problems.length > 0) return { rule: null, problems };
  const { basis, yieldsTo = [], tests = [], acceptedSurvivors = [] } = raw;
  return {
    rule: {
      id: raw.id,
      version: raw.version,
      hash: hashOf(yaml.value),
      domain: raw.domain,
      article: raw.article,
      title: raw.title,
      description: raw.description,
      basis: basis.map(({ kind, zh, en }) => ({ kind, text: { zh, en } })),
      issue: raw.issue,
      yieldsTo,
      parameters,
      parts: parts.filter((part) => part !== null),
      tests,
      acceptedSurvivors,
      yaml,
    },
    problems,
  };
}

function readParameter(yaml: YamlFile, name: string, raw: RawParameter, problems: RuleProblem[]): Parameter {
  const path = ['parameters', name];
  const type = typeOfParameter(raw.value, yaml.sourceOf([...path, 'value']));
  const problem = boundsProblem(raw.value, raw);
  if (problem !== null) problems.push(yaml.problem('RULE-402', [...path, 'value'], ...problem));
  if (!isNumber(type) && (raw.tighten !== undefined || raw.min !== undefined || raw.max !== undefined))
    problems.push(
      yaml.problem(
        'RULE-402',
        path,
        '只有数值参数可写 min、max 与 tighten',
        'only a number can have min, max and tighten',
      ),
    );
  const note = { zh: raw.zh, en: raw.en };
  return {
    name,
    value: raw.value,
    unit: raw.unit ?? null,
    min: raw.min ?? null,
    max: raw.max ?? null,
    tighten: raw.tighten ?? null,
    note,
    named: { name, type, label: note },
  };
}

/** Why a value does not fit between the parameter's bounds, or null. */
export function boundsProblem(
  value: unknown,
  { min, max }: { readonly min?: number | null; readonly max?: number | null },
): [zh: string, en: string] | null {
  if (typeof value !== 'number') return null;
  if (min !== undefined && min !== null && value < min)
    return [`${value} 小于下限 ${min}`, `${value} is below the minimum ${min}`];
  if (max !== undefined && max !== null && value > max)
    return [`${value} 大于上限 ${max}`, `${value} is above the maximum ${max}`];
  return null;
}

/** A YAML number with a point (or an exponent) is a double, without one an int. */
function typeOfParameter(value: RawParameter['value'], source: string): ValueType {
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'string') return STRING;
  if (typeof value !== 'number') return { kind: 'strings', values: value };
  return Number.isSafeInteger(value) && !/[.eE]/.test(source) ? INT : DOUBLE;
}

function readPart(
  yaml: YamlFile,
  raw: RawPart,
  index: number,
  parameters: ReadonlyMap<string, Parameter>,
  dictionaries: Dictionaries,
  used: Set<string>,
  problems: RuleProblem[],
): RulePart | null {
  const path: Path = ['parts', index];
  const dictionary = dictionaries.get(raw.subject);
  if (dictionary === undefined) {
    const near = nearest(raw.subject, [...dictionaries.keys()]);
    problems.push(
      yaml.problem(
        'RULE-401',
        [...path, 'subject'],
        `没有监督对象“${raw.subject}”${near === null ? '' : `，是否指 ${near}`}`,
        `there is no subject kind \`${raw.subject}\`${near === null ? '' : `; did you mean ${near}?`}`,
      ),
    );
    return null;
  }
  if (RUNGS.every((rung) => raw[rung] === undefined))
    problems.push(yaml.problem('RULE-407', path, '该部分没有任何梯级', 'the part has no rung'));
  const each = readEach(yaml, raw, path, dictionary, problems);
  const names = namesFor(dictionary, parameters, each);
  const condition = (key: Rung | 'when'): Node | null =>
    readCondition(yaml, raw[key], [...path, key], names, used, problems);
  return {
    index,
    subject: raw.subject,
    each,
    when: condition('when'),
    rungs: { warning: condition('warning'), yellow: condition('yellow'), red: condition('red') },
    message: readMessage(yaml, raw.message, [...path, 'message'], names, used, problems),
  };
}

function readEach(
  yaml: YamlFile,
  raw: RawPart,
  path: Path,
  dictionary: Dictionary,
  problems: RuleProblem[],
): Each | null {
  if (raw.each === undefined) return null;
  const { list, as } = raw.each;
  const named = dictionary.facts.get(list);
  if (named?.type.kind !== 'list' || named.type.fields.get('id')?.type.kind !== 'string') {
    problems.push(
      yaml.problem(
        'RULE-406',
        [...path, 'each', 'list'],
        `“${list}”不是带 id 的列表`,
        `\`${list}\` is not a list whose elements have an id`,
      ),
    );
    return null;
  }
  if (as === 'p' || dictionary.facts.has(as))
    problems.push(
      yaml.problem('RULE-308', [...path, 'each', 'as'], `变量名“${as}”已被占用`, `the name \`${as}\` is taken`),
    );
  return { list, as, max: named.type.max };
}

/** What the expressions of a part may name. */
export function namesFor(dictionary: Dictionary, parameters: ReadonlyMap<string, Parameter>, each: Each | null): Names {
  const list: Named | undefined = each === null ? undefined : dictionary.facts.get(each.list);
  return {
    facts: dictionary.facts,
    parameters: new Map([...parameters].map(([name, { named }]) => [name, named])),
    parameterValues: new Map([...parameters].map(([name, { value }]) => [name, value])),
    each:
      each === null || list?.type.kind !== 'list' ? null : { name: each.as, list: each.list, fields: list.type.fields },
  };
}

/** Reads one condition; `null` when it is absent or has a problem. */
export function readCondition(
  yaml: YamlFile,
  raw: string | boolean | undefined,
  path: Path,
  names: Names,
  used: Set<string>,
  problems: RuleProblem[],
): Node | null {
  if (raw === undefined) return null;
  const checked = checkExpression(String(raw), names, 'condition');
  if ('problem' in checked) {
    const { code, zh, en } = checked.problem;
    problems.push(yaml.problem(code, path, zh, en, checked.problem));
    return null;
  }
  noteParameters(checked.node, used);
  return checked.node;
}

function readMessage(
  yaml: YamlFile,
  raw: Bilingual,
  path: Path,
  names: Names,
  used: Set<string>,
  problems: RuleProblem[],
): Record<'zh' | 'en', Template> {
  const read = (language: 'zh' | 'en'): Template => {
    const parsed = parseTemplate(raw[language], names);
    if ('problem' in parsed) {
      const { code, zh, en } = parsed.problem;
      problems.push(yaml.problem(code, [...path, language], zh, en, parsed.problem));
      return [];
    }
    for (const part of parsed.template) if (typeof part !== 'string') noteParameters(part, used);
    return parsed.template;
  };
  return { zh: read('zh'), en: read('en') };
}

function noteParameters(node: Node, used: Set<string>): void {
  walk(node, (inner) => {
    if (inner.op === 'parameter') used.add(inner.named.name);
  });
}
