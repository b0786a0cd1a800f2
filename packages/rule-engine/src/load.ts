import type { WorkCalendar } from '@gnomon/working-time';
import { describeRule } from './describe.ts';
import { type Dictionary, readDictionary } from './dictionary.ts';
import { readExemption } from './exemption.ts';
import { hashOf } from './hash.ts';
import { type Overlay, readOverlay } from './overlay.ts';
import { createJudging } from './pack.ts';
import { rememberReading } from './pack-reading.ts';
import { problemAt } from './problem.ts';
import { readRule } from './read-rule.ts';
import type { Rule } from './rule.ts';
import { testProblems } from './rule-tests.ts';
import type { Pack, PublishedExemption, PublishedRule, RuleFile, RuleProblem } from './types.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

/** Everything that a folder's texts say, checked, before it is compiled. */
export interface Reading {
  readonly dictionaries: ReadonlyMap<string, Dictionary>;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly overlays: readonly Overlay[];
  readonly exemptions: readonly PublishedExemption[];
  readonly files: readonly RuleFile[];
  readonly hash: string;
  readonly problems: readonly RuleProblem[];
}

export interface LoadOptions {
  readonly calendar: WorkCalendar;
  /** Run the tests in the rule files too and refuse the pack when one fails; default true. */
  readonly runTests?: boolean;
}

/**
 * Loads a pack: schema, parse, types, messages, overlay directions, the rules' own tests, in this order.
 * Either a pack without any problem or all the problems that were found: the caller keeps its old pack then.
 */
export function loadPack(
  files: readonly RuleFile[],
  { calendar, runTests = true }: LoadOptions,
): { pack: Pack } | { problems: readonly RuleProblem[] } {
  const reading = readRules(files);
  if (reading.problems.length > 0) return { problems: reading.problems };
  const pack = createPack(reading);
  if (runTests) {
    const problems = testProblems(reading, pack, calendar);
    if (problems.length > 0) return { problems };
  }
  return { pack };
}

/** Compiles a reading without problems. */
export function createPack(reading: Reading): Pack {
  const { rules, dictionaries, overlays, exemptions, files, hash } = reading;
  const pack: Pack = Object.freeze({
    hash,
    files,
    subjects: [...new Set([...rules.values()].flatMap(({ parts }) => parts.map(({ subject }) => subject)))].sort(),
    rules: new Map([...rules].map(([id, rule]) => [id, publish(rule, dictionaries)])),
    overlays: overlays.map(({ published }) => published),
    exemptions,
    ...createJudging(rules, [...dictionaries.keys()], overlays, exemptions),
  });
  return rememberReading(pack, reading);
}

/** Reads and checks all files; problems of all of them are collected. */
export function readRules(files: readonly RuleFile[]): Reading {
  const problems: RuleProblem[] = [];
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const parsed = sorted.flatMap((file) => {
    const result = parseYamlFile(file);
    if ('yaml' in result) return [result.yaml];
    problems.push(...result.problems);
    return [];
  });
  const within = (folder: string): readonly YamlFile[] =>
    parsed.filter(({ file }) => file.path.startsWith(`${folder}/`));
  for (const { file } of parsed)
    if (!/^(facts|base|overlays|exemptions)\/[^/]+$/.test(file.path))
      problems.push(
        problemAt(
          'RULE-101',
          file,
          { from: 0, to: 1 },
          `“${file.path}”不在 facts、base、overlays、exemptions 之内`,
          `\`${file.path}\` is in none of facts, base, overlays, exemptions`,
        ),
      );

  const dictionaries = new Map<string, Dictionary>();
  for (const yaml of within('facts')) {
    const result = readDictionary(yaml);
    if ('problems' in result) problems.push(...result.problems);
    else if (dictionaries.has(result.dictionary.subject))
      problems.push(duplicate(yaml, 'subject', result.dictionary.subject));
    else dictionaries.set(result.dictionary.subject, result.dictionary);
  }
  const rules = new Map<string, Rule>();
  const broken = new Set<string>();
  for (const yaml of within('base')) {
    const { rule, problems: own } = readRule(yaml, dictionaries);
    problems.push(...own);
    if (rule === null) broken.add(idIn(yaml));
    else if (rules.has(rule.id)) problems.push(duplicate(yaml, 'id', rule.id));
    else rules.set(rule.id, rule);
  }
  problems.push(...precedenceProblems(rules, broken));
  const { overlays, exemptions } = readAround(within, rules, broken, dictionaries, problems);
  return {
    dictionaries,
    rules,
    overlays,
    exemptions,
    files: sorted,
    hash: hashOf(Object.fromEntries(parsed.map(({ file, value }) => [file.path, value]))),
    problems,
  };
}

function readAround(
  within: (folder: string) => readonly YamlFile[],
  rules: ReadonlyMap<string, Rule>,
  broken: ReadonlySet<string>,
  dictionaries: ReadonlyMap<string, Dictionary>,
  problems: RuleProblem[],
): { overlays: readonly Overlay[]; exemptions: readonly PublishedExemption[] } {
  const overlays = new Map<string, Overlay>();
  for (const yaml of within('overlays')) {
    const target = (yaml.value as { rule?: unknown } | null)?.rule;
    // The rule's own problems are told already; the overlay is checked once the rule is right.
    if (typeof target === 'string' && broken.has(target)) continue;
    const { overlay, problems: own } = readOverlay(yaml, rules, dictionaries);
    problems.push(...own);
    if (overlay === null) continue;
    if (overlays.has(overlay.published.id)) problems.push(duplicate(yaml, 'id', overlay.published.id));
    overlays.set(overlay.published.id, overlay);
  }
  const exemptions = new Map<string, PublishedExemption>();
  const ruleIds = new Set([...rules.keys(), ...broken]);
  for (const yaml of within('exemptions')) {
    const { exemption, problems: own } = readExemption(yaml, ruleIds);
    problems.push(...own);
    if (exemption === null) continue;
    if (exemptions.has(exemption.id)) problems.push(duplicate(yaml, 'id', exemption.id));
    exemptions.set(exemption.id, exemption);
  }
  return { overlays: [...overlays.values()], exemptions: [...exemptions.values()] };
}

const duplicate = (yaml: YamlFile, key: string, id: string): RuleProblem =>
  yaml.problem('RULE-102', [key], `编号“${id}”已被使用`, `the id \`${id}\` is used already`);

function idIn(yaml: YamlFile): string {
  const id = (yaml.value as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : yaml.file.path;
}

function precedenceProblems(rules: ReadonlyMap<string, Rule>, broken: ReadonlySet<string>): readonly RuleProblem[] {
  return [...rules.values()].flatMap((rule) =>
    rule.yieldsTo.flatMap((other, index) => {
      if (!rules.has(other) && !broken.has(other))
        return [rule.yaml.problem('RULE-404', ['yieldsTo', index], `没有规则 ${other}`, `there is no rule ${other}`)];
      return leadsTo(other, rule.id, rules)
        ? [
            rule.yaml.problem(
              'RULE-405',
              ['yieldsTo', index],
              `优先关系成环：${rule.id} 与 ${other}`,
              `precedence runs in a circle between ${rule.id} and ${other}`,
            ),
          ]
        : [];
    }),
  );
}

function leadsTo(from: string, target: string, rules: ReadonlyMap<string, Rule>, seen = new Set<string>()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (rules.get(from)?.yieldsTo ?? []).some((next) => leadsTo(next, target, rules, seen));
}

function publish(rule: Rule, dictionaries: ReadonlyMap<string, Dictionary>): PublishedRule {
  const { id, version, hash, article, domain, title, description, basis, issue, yieldsTo, yaml } = rule;
  return Object.freeze({
    id,
    version,
    hash,
    article,
    domain,
    title,
    description,
    basis,
    subjects: [...new Set(rule.parts.map(({ subject }) => subject))],
    parameters: [...rule.parameters.values()].map(({ named: _named, ...parameter }) => parameter),
    issue,
    sentences: describeRule(rule, dictionaries),
    yieldsTo,
    source: yaml.file.text,
    path: yaml.file.path,
  });
}
