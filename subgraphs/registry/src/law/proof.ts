import type { RuleProblem } from '@gnomon/rule-engine';
import { compileRules, type RuleTexts, withTexts } from '@gnomon/subgraph-kit';
import type { RuleText } from './rule-text.ts';

type Wording = Pick<RuleText, 'path' | 'text'>;

/**
 * Whether a text fits among the present ones and those that are published before it comes into force: schema, types, the direction of
 * overlays, every rule's own tests. All problems, each with its place; empty when it may stand.
 */
export function proofOf(present: RuleTexts, upcoming: readonly Wording[], text: Wording): readonly RuleProblem[] {
  const compiled = compileRules(withTexts(present, [...upcoming, text]), { name: text.path });
  return 'problems' in compiled ? compiled.problems : [];
}
