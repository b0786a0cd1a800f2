import { fileURLToPath } from 'node:url';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));

/** An instant of the civil time of China. */
export const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`);

/** The published rules of the loop and a few of work items, with every dictionary: loading all takes longer than the tests. */
export function actRules(): RulesInForce {
  const calendars = createCalendarSet(readCalendarFolder(`${RULES}/calendar`));
  const files = readRulesFolder(RULES).filter(
    ({ path }) => path.includes('facts/') || /base\/(XX-0\d|WI-0[346])\.yaml$/.test(path),
  );
  const result = loadPack(files, { calendar: calendars.base, runTests: false });
  if ('problems' in result)
    throw new Error(result.problems.map(({ file, message }) => `${file} ${message.en}`).join('\n'));
  const calendarFor = (scope: string) => calendars.in({ division: scope });
  return { pack: result.pack, calendar: calendars.base, calendarFor };
}
