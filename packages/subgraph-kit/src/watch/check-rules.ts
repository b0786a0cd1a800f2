import type { Pack, RuleFile, RuleProblem } from '@gnomon/rule-engine';
import { type Expected, type ExpectedReading, shortHash } from './expected.ts';
import { both, type Finding, finding } from './finding.ts';

const RESTORE = both(
  '请恢复该文件；确需变更的，按程序发布或由第二人更新备案（npx pnpm expect）',
  'restore the file; if the change is meant, publish it by the procedure or let a second person update the record (npx pnpm expect)',
);

/** Rules and the files they are made of against the record. Pure. */
export function checkRules(
  reading: ExpectedReading,
  pack: Pick<Pack, 'files' | 'rules' | 'subjects'>,
  problems: readonly RuleProblem[],
): readonly Finding[] {
  const refused = refusedFindings(problems);
  if ('problem' in reading)
    return [
      ...refused,
      finding('EXPECTATION_MISSING', 'expected.yaml', {
        what: both(
          `监督在位清单无法读取：${reading.problem}`,
          `the record of what must be in force cannot be read: ${reading.problem}`,
        ),
        expected: both('rules/expected.yaml 完整有效', 'a complete rules/expected.yaml'),
        remedy: both('请恢复该文件', 'restore the file'),
      }),
    ];
  return [...refused, ...fileFindings(reading.expected, pack), ...unsaid(reading.expected, pack)];
}

function refusedFindings(problems: readonly RuleProblem[]): readonly Finding[] {
  return [...Map.groupBy(problems, ({ file }) => file)].map(([file, own]) =>
    finding('PACK_REFUSED', file, {
      what: both(
        `${file} 第 ${own[0]!.line} 行：${own[0]!.message.zh}（共 ${own.length} 处），新规则未启用`,
        `${file}:${own[0]!.line} ${own[0]!.message.en} (${own.length} problem(s)); the new rules are not in force`,
      ),
      expected: both('规则文件全部通过检查', 'every rule file passes its checks'),
      remedy: own[0]!.remedy,
    }),
  );
}

function fileFindings(expected: Expected, pack: Pick<Pack, 'files' | 'rules'>): readonly Finding[] {
  const present = new Map(pack.files.map((file) => [file.path, hashOfFile(file)]));
  const found: Finding[] = [];
  for (const [path, hash] of Object.entries(expected.files)) {
    const here = present.get(path);
    if (here === undefined) found.push(missing(path));
    else if (here !== hash) found.push(differs(path, hash, here));
    // Its file may be there and the rule not in force all the same.
    else if (isRule(path) && !pack.rules.has(nameOf(path))) found.push(missing(path));
  }
  for (const path of present.keys()) if (!Object.hasOwn(expected.files, path)) found.push(unexpected(path));
  return found;
}

const hashes = new WeakMap<RuleFile, string>();
/** Files stay the same from look to look. */
function hashOfFile(file: RuleFile): string {
  let hash = hashes.get(file);
  if (hash === undefined) hashes.set(file, (hash = shortHash(file.text)));
  return hash;
}

function missing(path: string): Finding {
  const rule = nameOf(path);
  return finding(isRule(path) ? 'RULE_MISSING' : 'FILE_DIFFERS', isRule(path) ? rule : path, {
    what: isRule(path)
      ? both(`指标 ${rule} 未启用，其监督对象无人判定`, `rule ${rule} is not in force; nobody judges what it is about`)
      : both(`${path} 不在规则包中`, `${path} is not part of the rules in force`),
    expected: both(`${path} 已启用`, `${path} in force`),
    remedy: RESTORE,
  });
}

function differs(path: string, hash: string, here: string): Finding {
  return finding(isRule(path) ? 'RULE_DIFFERS' : 'FILE_DIFFERS', isRule(path) ? nameOf(path) : path, {
    what: both(`${path} 的内容与备案不符，现为 ${here}`, `${path} is not as it is on record; it has the hash ${here}`),
    expected: both(`备案内容 ${hash}`, `the text on record, ${hash}`),
    remedy: RESTORE,
  });
}

function unexpected(path: string): Finding {
  return finding(isRule(path) ? 'RULE_UNEXPECTED' : 'FILE_DIFFERS', isRule(path) ? nameOf(path) : path, {
    what: both(`${path} 已启用但未备案`, `${path} is in force and not on record`),
    expected: both('启用的文件均已备案', 'every file in force is on record'),
    remedy: both(
      '请撤下该文件，或由第二人更新备案（npx pnpm expect）',
      'take the file away, or let a second person update the record (npx pnpm expect)',
    ),
  });
}

/** A kind of subject, or a rule, of which the record does not say how often it is heard of could fall silent without a word. */
function unsaid(expected: Expected, pack: Pick<Pack, 'rules' | 'subjects'>): readonly Finding[] {
  const places = [
    ...pack.subjects.filter((kind) => !Object.hasOwn(expected.kinds, kind)).map((kind) => `kinds.${kind}`),
    ...[...pack.rules.keys()].filter((id) => !Object.hasOwn(expected.rules, id)).map((id) => `rules.${id}`),
  ];
  return places.map((place) =>
    finding('EXPECTATION_INCOMPLETE', place, {
      what: both(
        `清单未载明 ${place} 多少天内应有判定`,
        `the record does not say within how many days ${place} is heard of`,
      ),
      expected: both('清单 kinds、rules 中每项一行', 'one line for each under `kinds` and `rules`'),
      remedy: both('请在 rules/expected.yaml 中补上', 'add it to rules/expected.yaml'),
    }),
  );
}

function isRule(path: string): boolean {
  return path.startsWith('base/');
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}
