import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { EXPECTED_FILE, readEnvironment, writeExpected } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';

/**
 * `pnpm expect`: puts the rules and calendars of the folder on record as what must be in force. `--check` changes nothing and fails
 * when the record is not of the folder's edition. The change is for a second person to read before it is kept.
 */
function main(): number {
  const { rulesFolder } = readEnvironment(process.env, 4000);
  const data = readCalendarFolder(join(rulesFolder, 'calendar'));
  const calendar = createCalendarSet(data).base;
  const loaded = loadPack(readRulesFolder(rulesFolder), { calendar, runTests: false });
  if ('problems' in loaded) {
    process.stderr.write('规则有误，请先运行 pnpm check:rules · The rules are refused; run pnpm check:rules first.\n');
    return 1;
  }
  const file = join(rulesFolder, EXPECTED_FILE);
  const before = readFileSync(file, 'utf8');
  const after = writeExpected(before, { pack: loaded.pack, data });
  if (before === after) {
    process.stdout.write('备案清单与现行规则一致 · The record is of the edition in force.\n');
    return 0;
  }
  if (process.argv.includes('--check')) {
    process.stderr.write(
      '备案清单与现行规则不符：运行 npx pnpm expect 并由第二人核对 · The record is not of the edition in force: run npx pnpm expect and let a second person read it.\n',
    );
    return 1;
  }
  writeFileSync(file, after);
  process.stdout.write(
    '备案清单已更新，请由第二人核对后提交 · The record is rewritten; let a second person read it before it is kept.\n',
  );
  return 0;
}

process.exitCode = main();
