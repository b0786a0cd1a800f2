import type { WorkCalendar } from '@gnomon/working-time';
import { createPack, readRules } from './load.ts';
import { eachTest, testProblems } from './rule-tests.ts';
import { LEVELS, type Level, type RuleFile, type RuleProblem } from './types.ts';

/** What a check of a rules folder found, beside its problems. */
export interface RulesReport {
  readonly hash: string;
  readonly rules: readonly {
    readonly id: string;
    readonly title: { readonly zh: string; readonly en: string };
    readonly parts: number;
    readonly tests: number;
    /** Levels that some test of the rule expects. */
    readonly levelsTested: readonly Level[];
  }[];
  readonly overlays: number;
  readonly exemptions: number;
  readonly tests: number;
}

/** Checks a folder's files whole: all problems at once, and a report of what is there. */
export function checkRules(
  files: readonly RuleFile[],
  { calendar, runTests = true }: { readonly calendar: WorkCalendar; readonly runTests?: boolean },
): { readonly problems: readonly RuleProblem[]; readonly report: RulesReport } {
  const reading = readRules(files);
  const tests = eachTest(reading, calendar);
  const problems = [...reading.problems];
  if (reading.problems.length === 0 && runTests) problems.push(...testProblems(reading, createPack(reading), calendar));
  const rules = [...reading.rules.values()].map(({ id, title, parts }) => {
    const own = tests.flatMap((item) => ('test' in item && item.test.rule === id ? [item.test] : []));
    const expected = new Set(
      own.flatMap(({ timeline, at }) => [...timeline.map(([, level]) => level), ...(at === null ? [] : [at.expect])]),
    );
    return {
      id,
      title,
      parts: parts.length,
      tests: own.length,
      levelsTested: LEVELS.filter((level) => expected.has(level)),
    };
  });
  return {
    problems,
    report: {
      hash: reading.hash,
      rules,
      overlays: reading.overlays.length,
      exemptions: reading.exemptions.length,
      tests: tests.length,
    },
  };
}
