import { join } from 'node:path';
import { compileCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { readRulesFolder } from './folder.ts';
import { mutateRules } from './mutate-rules.ts';
import { formatProblem } from './problem.ts';

// node packages/rule-engine/src/mutation-command.ts [RULE…]: the mutation score of the tests in the rule files.
const folder = join(import.meta.dirname, '../../../rules');
const calendar = compileCalendar(readCalendarFolder(join(folder, 'calendar')));
const chosen = process.argv.slice(2);
const report = mutateRules(readRulesFolder(folder), calendar, chosen.length === 0 ? {} : { rules: chosen });
for (const problem of report.problems) console.error(formatProblem(problem));
for (const { rule, mutant, reason } of report.survivors)
  if (reason === null) console.log(`${rule} 存活 / survives: ${mutant}`);
for (const { rule, mutant } of report.stale)
  console.log(`${rule} 所列存活项已失效 / accepted survivor is stale: ${mutant}`);
const accepted = report.survivors.filter(({ reason }) => reason !== null).length;
console.log(
  `变异体 ${report.mutants}，被测试发现 ${report.killed}，已说明 ${accepted}，得分 ${(report.score * 100).toFixed(1)}% / mutants ${report.mutants}, killed ${report.killed}, accepted ${accepted}, score ${(report.score * 100).toFixed(1)} %`,
);
process.exitCode = report.problems.length > 0 ? 2 : 0;
