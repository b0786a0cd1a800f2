import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPack, type PublishedParameter, type PublishedRule, type Rung } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';

/**
 * `pnpm rules:sentences [--markdown] [WI-03 EL …]`: every indicator as the office reads it – its sentences in both languages, generated from
 * the checked conditions so that they cannot drift, with parameters and basis. Ids or their beginnings restrict the list.
 */
function main(): number {
  const { values, positionals } = parseArgs({
    options: { markdown: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const { rulesFolder } = readEnvironment(process.env, 4000);
  const calendar = createCalendarSet(readCalendarFolder(join(rulesFolder, 'calendar'))).base;
  const loaded = loadPack(readRulesFolder(rulesFolder), { calendar, runTests: false });
  if ('problems' in loaded) {
    process.stderr.write(
      '规则有误，请先运行 pnpm check:rules · the rules have problems: run `pnpm check:rules` first\n',
    );
    return 1;
  }
  const rules = [...loaded.pack.rules.values()]
    .filter(({ id }) => positionals.length === 0 || positionals.some((start) => id.startsWith(start.toUpperCase())))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  process.stdout.write(`${(values.markdown ? markdown : plain)(rules)}\n${counted(rules)}\n`);
  return rules.length === 0 ? 1 : 0;
}

const RUNGS: Readonly<Record<Rung, string>> = { warning: '预警 warning', yellow: '黄牌 yellow', red: '红牌 red' };
const BASIS = {
  LAW: '法规 law',
  STANDARD: '标准 standard',
  PRACTICE: '惯例 practice',
  DEFAULT: '默认值 default',
} as const;

function plain(rules: readonly PublishedRule[]): string {
  return rules.map((rule) => linesOf(rule, '  ').join('\n')).join('\n\n');
}

function markdown(rules: readonly PublishedRule[]): string {
  const head =
    '# 判断规则 Rules\n\n由规则文件生成，请勿手工修改。 Generated from the rule files; not to be edited by hand.\n';
  return [head, ...rules.map((rule) => ['## ', ...linesOf(rule, '- ').join('\n')].join(''))].join('\n\n');
}

function linesOf(rule: PublishedRule, bullet: string): readonly string[] {
  const { id, version, article, title, description, sentences, parameters, basis, issue } = rule;
  const issued = (['warning', 'yellow', 'red'] as const).flatMap((rung) =>
    issue[rung] === undefined ? [] : [`${RUNGS[rung]} ${issue[rung]}`],
  );
  return [
    `${id} ${title.zh} ${title.en}`,
    '',
    `${bullet}版本 version ${version}，办法 Measures Art. ${article}；${issued.join('，')}`,
    `${bullet}${description.zh}`,
    `${bullet}${description.en}`,
    ...sentences.flatMap(({ text }) => [`${bullet}${text.zh}`, `${bullet}${text.en}`]),
    ...parameters.map((parameter) => `${bullet}${parameterLine(parameter)}`),
    ...basis.map(({ kind, text }) => `${bullet}${BASIS[kind]}: ${text.zh} ${text.en}`),
  ];
}

function parameterLine({ name, value, unit, min, max, tighten, note }: PublishedParameter): string {
  const bounds = min === null && max === null ? '' : ` [${min ?? ''}…${max ?? ''}]`;
  const direction =
    tighten === null ? '' : `, ${tighten === 'UP' ? '从严为增 tighter upwards' : '从严为减 tighter downwards'}`;
  return `${name} = ${Array.isArray(value) ? value.join(', ') : String(value)}${unit === null ? '' : ` ${unit}`}${bounds}${direction}: ${note.zh} ${note.en}`;
}

/** How many of each domain: the office knows them by number. */
function counted(rules: readonly PublishedRule[]): string {
  const groups = Map.groupBy(rules, ({ id }) => id.slice(0, 2));
  const parts = [...groups].map(([prefix, list]) => `${prefix} ${list.length}`);
  const of = (prefix: string) => groups.get(prefix)?.length ?? 0;
  const [contradictions, escalations] = [of('CX'), of('ES')];
  const indicators = rules.length - contradictions - escalations;
  const zh = `指标 ${indicators} 项，跨域矛盾 ${contradictions} 项，升级措施 ${escalations} 项`;
  const en = `${indicators} indicators, ${contradictions} contradictions, ${escalations} escalations`;
  return `${zh}：${parts.join('，')} · ${en}: ${parts.join(', ')}`;
}

process.exitCode = main();
