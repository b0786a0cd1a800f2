import type { Bilingual, RuleProblem } from './types.ts';

/** Every problem that a rules folder can have, with what to do about it. The text of the message is made where it is found. */
export const PROBLEM_REMEDIES = {
  'RULE-001': { zh: '按 YAML 1.2 语法改正该行', en: 'correct the line to YAML 1.2 syntax' },
  'RULE-002': { zh: '把引用的内容直接写出', en: 'write the content out instead of an alias, an anchor or a tag' },
  'RULE-003': { zh: '把文件拆小或删去多余内容', en: 'split the file or remove what is not needed' },
  'RULE-004': { zh: '写一个有限的数', en: 'write a finite number' },
  'RULE-101': { zh: '按 rules/schema 中的 JSON Schema 改正', en: 'follow the JSON Schema in rules/schema' },
  'RULE-102': { zh: '换一个未使用的编号', en: 'choose an id that is not used yet' },
  'RULE-103': { zh: '使文件名与编号一致', en: 'name the file after the id' },
  'RULE-201': { zh: '按 CEL 语法改正表达式', en: 'correct the expression to CEL syntax' },
  'RULE-202': { zh: '把条件拆到多个部分或简化', en: 'simplify the condition or split it over several parts' },
  'RULE-203': { zh: '只用规则语言所列的构造', en: 'use only what the rule language lists' },
  'RULE-301': { zh: '使用事实词典中的名称', en: 'use a name of the fact dictionary' },
  'RULE-302': { zh: '在 parameters 中声明该参数', en: 'declare the parameter under parameters' },
  'RULE-303': { zh: '使用所列函数', en: 'use a listed function with its arguments' },
  'RULE-304': {
    zh: '使两侧类型一致，必要时用 double(x) 或写成 1.0',
    en: 'make the types agree; write double(x) or 1.0 where a double is wanted',
  },
  'RULE-305': { zh: '使用词典列出的代码值', en: 'use a value that the dictionary lists' },
  'RULE-306': {
    zh: '把时间函数单独放在比较的一侧，另一侧不含时间',
    en: 'put the time function alone on one side of <, <=, > or >= and a value free of time on the other',
  },
  'RULE-307': { zh: '最多嵌套两层列表宏', en: 'nest at most two list macros' },
  'RULE-308': { zh: '换用未被占用的变量名', en: 'choose a variable name that is not taken' },
  'RULE-309': { zh: '写成布尔条件', en: 'write a condition that is true or false' },
  'RULE-310': { zh: '使用绝对值不超过 2^53−1 的整数', en: 'use integers between -(2^53-1) and 2^53-1' },
  'RULE-401': { zh: '使用 rules/facts 中定义的监督对象', en: 'use a subject kind that rules/facts defines' },
  'RULE-402': {
    zh: '把参数值改到 min 与 max 之间，并与类型一致',
    en: 'bring the value between min and max and to the declared type',
  },
  'RULE-403': { zh: '删去参数或在条件中使用它', en: 'remove the parameter or use it in a condition' },
  'RULE-404': { zh: '改为存在的规则编号', en: 'name a rule that exists' },
  'RULE-405': { zh: '去掉循环中的一条优先关系', en: 'remove one precedence of the circle' },
  'RULE-406': { zh: 'each 只能用于词典中的列表', en: 'use each with a list of the dictionary' },
  'RULE-407': { zh: '至少写一个梯级', en: 'give at least one rung' },
  'RULE-501': { zh: '指向存在的规则与部分', en: 'name an existing rule and part' },
  'RULE-502': {
    zh: '在基础规则中为参数声明 tighten，或改用 also',
    en: 'declare tighten in the base rule, or use also',
  },
  'RULE-503': { zh: '只能向声明的方向收紧', en: 'move the parameter only in the declared direction' },
  'RULE-504': {
    zh: '改写条件使单调性可证，或改用 also',
    en: 'rewrite the condition so that its direction can be proved, or use also',
  },
  'RULE-505': { zh: '把期间写成先起后止', en: 'let the period start before it ends' },
  'RULE-506': { zh: '写明区划或部门', en: 'name a division or a department' },
  'RULE-601': { zh: '改为存在的规则编号', en: 'name a rule that exists' },
  'RULE-701': { zh: '按事实词典写测试数据', en: 'write the test data as the fact dictionary says' },
  'RULE-702': { zh: '改正规则或测试的期望', en: 'correct the rule or what the test expects' },
  'RULE-801': { zh: '改正事实词典', en: 'correct the fact dictionary' },
} as const satisfies Record<string, Bilingual>;

export type ProblemCode = keyof typeof PROBLEM_REMEDIES;

/** A stretch of a file: offsets in UTF-16 units, the end not included. */
export interface FileRange {
  readonly from: number;
  readonly to: number;
}

/** Line and column (from 1) of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const line = before.split('\n').length;
  return { line, column: before.length - before.lastIndexOf('\n') };
}

/** Makes a problem out of its code, its place and what was found. */
export function problemAt(
  code: ProblemCode,
  file: { readonly path: string; readonly text: string },
  range: FileRange,
  zh: string,
  en: string,
): RuleProblem {
  const start = positionAt(file.text, range.from);
  const end = positionAt(file.text, Math.max(range.from, range.to));
  return {
    code,
    file: file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    message: { zh, en },
    remedy: PROBLEM_REMEDIES[code],
  };
}

/** One line a person reads in an editor or a terminal. */
export function formatProblem(problem: RuleProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return `${place} ${problem.code} ${problem.message.zh}；${problem.remedy.zh} / ${problem.message.en}; ${problem.remedy.en}`;
}
