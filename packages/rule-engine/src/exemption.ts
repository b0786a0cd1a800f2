import { parseInstant } from '@gnomon/working-time';
import { cutDivision } from './overlay.ts';
import { exemptionFileSchema } from './schema.ts';
import type { Bilingual, PublishedExemption, RuleProblem, SubjectScope } from './types.ts';
import { schemaProblems, type YamlFile } from './yaml-file.ts';

interface RawExemption {
  readonly id: string;
  readonly rules: readonly string[];
  readonly document: string;
  readonly reason: Bilingual;
  readonly division?: string;
  readonly agency?: string;
  readonly from: string;
  readonly to: string;
}

/** Reads one exemption (豁免): the only way to loosen, for a window, with a document. */
export function readExemption(
  yaml: YamlFile,
  ruleIds: ReadonlySet<string>,
): { exemption: PublishedExemption | null; problems: readonly RuleProblem[] } {
  const shape = schemaProblems(yaml, exemptionFileSchema);
  if (shape.length > 0) return { exemption: null, problems: shape };
  const raw = yaml.value as RawExemption;
  const problems: RuleProblem[] = [];
  raw.rules.forEach((rule, index) => {
    if (!ruleIds.has(rule))
      problems.push(yaml.problem('RULE-601', ['rules', index], `没有规则 ${rule}`, `there is no rule ${rule}`));
  });
  const instant = (key: 'from' | 'to'): number => {
    try {
      return parseInstant(raw[key]);
    } catch {
      problems.push(
        yaml.problem(
          'RULE-505',
          [key],
          `“${raw[key]}”不是带时区的时间`,
          `\`${raw[key]}\` is not an instant with an offset`,
        ),
      );
      return Number.NaN;
    }
  };
  const [from, to] = [instant('from'), instant('to')];
  if (from >= to) problems.push(yaml.problem('RULE-505', ['to'], '结束不晚于开始', 'it does not end after it starts'));
  if (problems.length > 0) return { exemption: null, problems };
  return {
    exemption: {
      id: raw.id,
      rules: raw.rules,
      document: raw.document,
      reason: raw.reason,
      division: raw.division === undefined ? null : cutDivision(raw.division),
      agency: raw.agency ?? null,
      from,
      to,
      source: yaml.file.text,
    },
    problems,
  };
}

/** Whether an exemption covers a subject. */
export function isExempt({ division, agency }: PublishedExemption, scope: SubjectScope): boolean {
  return (division === null || scope.division.startsWith(division)) && (agency === null || scope.agency === agency);
}
