import type { WorkCalendar } from '@gnomon/working-time';
import { readRules } from './load.ts';
import { mutantsOf } from './mutants.ts';
import { createJudging } from './pack.ts';
import type { Rule } from './rule.ts';
import { eachTest, type RuleTest, runRuleTest } from './rule-tests.ts';
import type { RuleFile, RuleProblem } from './types.ts';

/** A mistake that no test of the rule notices. `reason` is that of the file where it accepts the survivor. */
export interface Survivor {
  readonly rule: string;
  readonly mutant: string;
  readonly reason: string | null;
}

export interface MutationReport {
  readonly mutants: number;
  readonly killed: number;
  /** Killed share of the mutants that no file accepts; 1 when there are none. */
  readonly score: number;
  readonly survivors: readonly Survivor[];
  /** Survivors that a file accepts although a test kills them, or that no longer exist. */
  readonly stale: readonly Survivor[];
  readonly rules: readonly {
    readonly rule: string;
    readonly mutants: number;
    readonly killed: number;
    readonly accepted: number;
  }[];
  readonly problems: readonly RuleProblem[];
}

export interface MutationOptions {
  /** Ids of the rules to mutate; all by default. */
  readonly rules?: readonly string[];
}

/**
 * How well the tests in the rule files hold the rules: each rule is broken in every small way, one at a time, and its
 * own tests run. What nobody notices is listed.
 */
export function mutateRules(
  files: readonly RuleFile[],
  calendar: WorkCalendar,
  { rules: chosen }: MutationOptions = {},
): MutationReport {
  const reading = readRules(files);
  if (reading.problems.length > 0) return { ...NOTHING, problems: reading.problems };
  const tests = eachTest({ ...reading, overlays: [] }, calendar);
  const kinds = [...reading.dictionaries.keys()];
  const results = [...reading.rules.values()]
    .filter(({ id }) => chosen?.includes(id) ?? true)
    .map((rule) =>
      mutateRule(
        rule,
        tests.flatMap((item) => ('test' in item && item.test.rule === rule.id ? [item.test] : [])),
        kinds,
        calendar,
      ),
    );
  const survivors = results.flatMap((result) => result.survivors);
  const mutants = sum(results.map((result) => result.mutants));
  const killed = sum(results.map((result) => result.killed));
  const accepted = survivors.filter(({ reason }) => reason !== null).length;
  return {
    mutants,
    killed,
    score: mutants === accepted ? 1 : killed / (mutants - accepted),
    survivors,
    stale: results.flatMap((result) => result.stale),
    rules: results.map(({ rule, mutants: own, killed: dead, survivors: alive }) => ({
      rule,
      mutants: own,
      killed: dead,
      accepted: alive.filter(({ reason }) => reason !== null).length,
    })),
    problems: [],
  };
}

const NOTHING: MutationReport = { mutants: 0, killed: 0, score: 0, survivors: [], stale: [], rules: [], problems: [] };
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function mutateRule(rule: Rule, given: readonly RuleTest[], kinds: readonly string[], calendar: WorkCalendar) {
  // A test that needs an overlay fails on the rule alone: it would seem to notice everything.
  const alone = createJudging(new Map([[rule.id, rule]]), kinds, [], []);
  const tests = given.filter((test) => runRuleTest(test, alone, calendar).length === 0);
  const reasons = new Map(rule.acceptedSurvivors.map(({ mutant, reason }) => [mutant, reason]));
  const mutants = mutantsOf(rule);
  const survivors: Survivor[] = [];
  for (const mutant of mutants) {
    const judging = createJudging(new Map([[rule.id, mutant.rule]]), kinds, [], []);
    if (tests.some((test) => runRuleTest(test, judging, calendar).length > 0)) continue;
    survivors.push({ rule: rule.id, mutant: mutant.id, reason: reasons.get(mutant.id) ?? null });
  }
  const alive = new Set(survivors.map(({ mutant }) => mutant));
  const stale = [...reasons]
    .filter(([mutant]) => !alive.has(mutant))
    .map(([mutant, reason]) => ({ rule: rule.id, mutant, reason }));
  return { rule: rule.id, mutants: mutants.length, killed: mutants.length - survivors.length, survivors, stale };
}
