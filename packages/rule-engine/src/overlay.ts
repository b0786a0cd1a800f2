import { type Instant, parseDay, startOfDay } from '@gnomon/working-time';
import { directionOf } from './direction.ts';
import type { ParameterValue } from './evaluate.ts';
import { hashOf } from './hash.ts';
import type { Node } from './node.ts';
import { boundsProblem, namesFor, readCondition } from './read-rule.ts';
import { type Dictionaries, type RawTest, type Rule, valuesOf } from './rule.ts';
import { overlayFileSchema } from './schema.ts';
import { parseTemplate, type Template } from './template.ts';
import { type Bilingual, type PublishedOverlay, RUNGS, type RuleProblem, type Rung } from './types.ts';
import { schemaProblems, type YamlFile } from './yaml-file.ts';

/** A rung that an overlay adds to a part of the base rule. */
export interface AddedRungs {
  readonly part: number;
  readonly rungs: Readonly<Record<Rung, Node | null>>;
  readonly message: Readonly<Record<'zh' | 'en', Template>>;
}

/** A special rule of a place or a department (Art. 12), checked and proved to tighten. */
export interface Overlay {
  readonly published: PublishedOverlay;
  readonly hash: string;
  readonly rule: string;
  /** In force from the start of its first day to the end of its last. */
  readonly from: Instant;
  readonly to: Instant;
  /** All parameters of the rule with the tightened ones moved; `null` when none moves. */
  readonly parameters: ReadonlyMap<string, ParameterValue> | null;
  readonly added: readonly AddedRungs[];
  readonly tests: readonly RawTest[];
  readonly yaml: YamlFile;
}

interface RawOverlay {
  readonly id: string;
  readonly rule: string;
  readonly issuer: Bilingual;
  readonly document: string;
  readonly division?: string;
  readonly department?: string;
  readonly from: string;
  readonly to?: string;
  readonly tighten?: Readonly<Record<string, number | boolean>>;
  readonly also?: readonly (Bilingual & { readonly part: number } & { readonly [rung in Rung]?: string | boolean })[];
  readonly tests?: readonly RawTest[];
}

/** Division codes without trailing zeros: the 12-digit form of `150121` is `150121000000`. */
export function cutDivision(code: string): string {
  for (const length of [2, 4, 6, 9])
    if (code.length > length && /^0+$/.test(code.slice(length))) return code.slice(0, length);
  return code;
}

/** Reads one overlay against the rules it may tighten. */
export function readOverlay(
  yaml: YamlFile,
  rules: ReadonlyMap<string, Rule>,
  dictionaries: Dictionaries,
): { overlay: Overlay | null; problems: readonly RuleProblem[] } {
  const shape = schemaProblems(yaml, overlayFileSchema);
  if (shape.length > 0) return { overlay: null, problems: shape };
  const raw = yaml.value as RawOverlay;
  const problems: RuleProblem[] = [];
  const rule = rules.get(raw.rule);
  if (rule === undefined)
    return {
      overlay: null,
      problems: [yaml.problem('RULE-501', ['rule'], `没有规则 ${raw.rule}`, `there is no rule ${raw.rule}`)],
    };
  if (raw.division === undefined && raw.department === undefined)
    problems.push(yaml.problem('RULE-506', [], '未写明区划或部门', 'neither a division nor a department is named'));
  const [from, to] = periodOf(yaml, raw, problems);
  const parameters = tightened(yaml, raw, rule, problems);
  const added = (raw.also ?? []).map((also, index) => readAdded(yaml, also, index, rule, dictionaries, problems));
  if (problems.length > 0) return { overlay: null, problems };
  return {
    overlay: {
      published: {
        id: raw.id,
        rule: raw.rule,
        issuer: raw.issuer,
        document: raw.document,
        division: raw.division === undefined ? null : cutDivision(raw.division),
        department: raw.department ?? null,
        from: raw.from,
        to: raw.to ?? null,
        source: yaml.file.text,
      },
      hash: hashOf(yaml.value),
      rule: raw.rule,
      from,
      to,
      parameters,
      added: added.filter((one) => one !== null),
      tests: raw.tests ?? [],
      yaml,
    },
    problems,
  };
}

function periodOf(yaml: YamlFile, raw: RawOverlay, problems: RuleProblem[]): [Instant, Instant] {
  const day = (key: 'from' | 'to', shift: number): Instant => {
    const text = raw[key];
    if (text === undefined) return Number.POSITIVE_INFINITY;
    try {
      return startOfDay(parseDay(text) + shift);
    } catch {
      problems.push(yaml.problem('RULE-505', [key], `“${text}”不是日期`, `\`${text}\` is not a date`));
      return Number.NaN;
    }
  };
  const [from, to] = [day('from', 0), day('to', 1)];
  if (from >= to) problems.push(yaml.problem('RULE-505', ['to'], '结束早于开始', 'it ends before it starts'));
  return [from, to];
}

function tightened(
  yaml: YamlFile,
  raw: RawOverlay,
  rule: Rule,
  problems: RuleProblem[],
): ReadonlyMap<string, ParameterValue> | null {
  if (raw.tighten === undefined) return null;
  const values = new Map(valuesOf(rule));
  for (const [name, value] of Object.entries(raw.tighten)) {
    const path = ['tighten', name];
    const parameter = rule.parameters.get(name);
    if (
      parameter?.tighten === null ||
      parameter === undefined ||
      typeof value !== 'number' ||
      typeof parameter.value !== 'number'
    ) {
      problems.push(
        yaml.problem(
          'RULE-502',
          path,
          `${rule.id} 的“${name}”不可收紧`,
          `\`${name}\` of ${rule.id} cannot be tightened`,
        ),
      );
      continue;
    }
    if (parameter.named.type.kind === 'int' && !Number.isSafeInteger(value))
      problems.push(yaml.problem('RULE-402', path, `“${name}”应为整数`, `\`${name}\` is an integer`));
    const bounds = boundsProblem(value, parameter);
    if (bounds !== null) problems.push(yaml.problem('RULE-402', path, ...bounds));
    const moved = value > parameter.value ? 'UP' : value < parameter.value ? 'DOWN' : 'NOT AT ALL';
    if (moved !== parameter.tighten)
      problems.push(
        yaml.problem(
          'RULE-503',
          path,
          `“${name}”由 ${parameter.value} 到 ${value}，未向 ${parameter.tighten} 收紧`,
          `\`${name}\` goes from ${parameter.value} to ${value}, tightening is ${parameter.tighten}`,
        ),
      );
    problems.push(...unprovedRungs(yaml, path, rule, name));
    values.set(name, value);
  }
  return values;
}

/** Every rung must be shown to become truer as the parameter moves in its declared direction. */
function unprovedRungs(yaml: YamlFile, path: readonly string[], rule: Rule, name: string): readonly RuleProblem[] {
  const wanted = rule.parameters.get(name)?.tighten;
  return rule.parts.flatMap((part) =>
    ([...RUNGS, 'when'] as const).flatMap((key) => {
      const node = key === 'when' ? part.when : part.rungs[key];
      const direction = node === null ? 'CONSTANT' : directionOf(node, name, rule.parameters);
      if (direction === 'CONSTANT' || direction === wanted) return [];
      const found =
        direction === 'UNPROVED'
          ? ['方向无法证明', 'its direction cannot be proved']
          : ['方向相反', 'it loosens there'];
      return [
        yaml.problem(
          'RULE-504',
          path,
          `第${part.index}部分 ${key} 中“${name}”${found[0]}`,
          `\`${name}\` in ${key} of part ${part.index}: ${found[1]}`,
        ),
      ];
    }),
  );
}

function readAdded(
  yaml: YamlFile,
  raw: NonNullable<RawOverlay['also']>[number],
  index: number,
  rule: Rule,
  dictionaries: Dictionaries,
  problems: RuleProblem[],
): AddedRungs | null {
  const path = ['also', index];
  const part = rule.parts.find((one) => one.index === raw.part);
  const dictionary = part === undefined ? undefined : dictionaries.get(part.subject);
  if (part === undefined || dictionary === undefined) {
    problems.push(
      yaml.problem(
        'RULE-501',
        [...path, 'part'],
        `${rule.id} 没有第${raw.part}部分`,
        `${rule.id} has no part ${raw.part}`,
      ),
    );
    return null;
  }
  const names = namesFor(dictionary, rule.parameters, part.each);
  const rung = (key: Rung): Node | null => readCondition(yaml, raw[key], [...path, key], names, new Set(), problems);
  if (RUNGS.every((key) => raw[key] === undefined))
    problems.push(yaml.problem('RULE-407', path, '没有任何梯级', 'there is no rung'));
  const message = (language: 'zh' | 'en'): Template => {
    const parsed = parseTemplate(raw[language], names);
    if ('template' in parsed) return parsed.template;
    problems.push(
      yaml.problem(parsed.problem.code, [...path, language], parsed.problem.zh, parsed.problem.en, parsed.problem),
    );
    return [];
  };
  return {
    part: raw.part,
    rungs: { warning: rung('warning'), yellow: rung('yellow'), red: rung('red') },
    message: { zh: message('zh'), en: message('en') },
  };
}
