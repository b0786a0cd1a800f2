import { join } from 'node:path';
import { checkRules } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';

/** `pnpm check:rules`: loads every rule, overlay and exemption, runs the rules' own tests, names each problem with its place. */
function main(): number {
  const { rulesFolder } = readEnvironment(process.env, 4000);
  const calendar = createCalendarSet(readCalendarFolder(join(rulesFolder, 'calendar'))).base;
  const { problems, report } = checkRules(readRulesFolder(rulesFolder), { calendar });
  for (const problem of problems) {
    process.stderr.write(
      `${problem.file}:${problem.line}:${problem.column} ${problem.code} ${problem.message.zh} ${problem.message.en}\n  → ${problem.remedy.zh} ${problem.remedy.en}\n`,
    );
  }
  const { rules, tests, overlays, exemptions, hash } = report;
  process.stdout.write(
    `规则检查：${rules.length} 条规则，${tests} 个示例，${overlays} 项专项规则，${exemptions} 项豁免，${problems.length} 处问题；规则包 ${hash}\n` +
      `${rules.length} rules, ${tests} worked examples, ${overlays} overlays, ${exemptions} exemptions, ${problems.length} problems; pack ${hash}\n`,
  );
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = main();
