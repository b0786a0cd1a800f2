import { formatInstant, type Instant, parseInstant, type WorkCalendar } from '@gnomon/working-time';
import type { Dictionary } from './dictionary.ts';
import type { Reading } from './load.ts';
import { readFacts } from './read-facts.ts';
import type { RawTest } from './rule.ts';
import type { Facts, Level, Pack, RuleProblem, SubjectScope, Verdict } from './types.ts';
import type { YamlFile } from './yaml-file.ts';

/** One thing that a test in a rule file says and the rule does not do. */
export interface TestFailure {
  readonly zh: string;
  readonly en: string;
}

/** A test of a rule file, read against the dictionary. */
export interface RuleTest {
  readonly name: string;
  readonly rule: string;
  readonly subject: string;
  readonly occurrence: string | null;
  readonly scope: SubjectScope;
  readonly facts: Facts;
  readonly timeline: readonly (readonly [Instant, Level])[];
  readonly at: { readonly instant: Instant; readonly expect: Level; readonly missing: readonly string[] | null } | null;
}

const ANY_INSTANT = '2024-06-05T10:00:00+08:00';
const MAX_TURNS = 1000;

/** Every failing or unreadable test of a reading as a problem at its place. */
export function testProblems(reading: Reading, pack: Pack, calendar: WorkCalendar): readonly RuleProblem[] {
  return eachTest(reading, calendar).flatMap((item) => {
    if ('problems' in item) return item.problems;
    return runRuleTest(item.test, pack, calendar).map(({ zh, en }) =>
      item.yaml.problem(
        'RULE-702',
        item.path,
        `测试“${item.test.name}”未通过：${zh}`,
        `the test \`${item.test.name}\` fails: ${en}`,
      ),
    );
  });
}

type Item = { readonly yaml: YamlFile; readonly path: readonly (string | number)[] } & (
  | { readonly test: RuleTest }
  | { readonly problems: readonly RuleProblem[] }
);

/** All tests of the rule and overlay files, each read or with its problems. */
export function eachTest({ rules, overlays, dictionaries }: Reading, calendar: WorkCalendar): readonly Item[] {
  const base = [...rules.values()].flatMap((rule) =>
    rule.tests.map((raw, index) => ({
      raw,
      rule,
      yaml: rule.yaml,
      index,
      scope: {} as Readonly<Record<string, string>>,
    })),
  );
  const special = overlays.flatMap(({ tests, rule: id, yaml, published }) => {
    const rule = rules.get(id);
    const scope = { division: published.division ?? '15', department: published.department ?? '' };
    return rule === undefined ? [] : tests.map((raw, index) => ({ raw, rule, yaml, index, scope }));
  });
  return [...base, ...special].map(({ raw, rule, yaml, index, scope }) => {
    const path = ['tests', index];
    const subjects = [...new Set(rule.parts.map(({ subject }) => subject))];
    const subject = raw.subject ?? subjects[0] ?? '';
    const dictionary = dictionaries.get(subject);
    if (dictionary === undefined || !subjects.includes(subject))
      return {
        yaml,
        path,
        problems: [
          yaml.problem(
            'RULE-701',
            [...path, 'subject'],
            `规则 ${rule.id} 不判断“${subject}”`,
            `${rule.id} does not judge \`${subject}\``,
          ),
        ],
      };
    const read = readTest(raw, rule.id, subject, dictionary, scope, calendar);
    if ('test' in read) return { yaml, path, test: read.test };
    return {
      yaml,
      path,
      problems: read.failures.map(({ at, zh, en }) => yaml.problem('RULE-701', [...path, ...at], zh, en)),
    };
  });
}

function readTest(
  raw: RawTest,
  rule: string,
  subject: string,
  dictionary: Dictionary,
  scope: Readonly<Record<string, string>>,
  calendar: WorkCalendar,
): { test: RuleTest } | { failures: readonly (TestFailure & { at: readonly (string | number)[] })[] } {
  const { facts, failures } = readFacts(raw.facts, dictionary, calendar);
  const instant = (text: string, at: readonly (string | number)[]): Instant => {
    try {
      return parseInstant(text);
    } catch {
      failures.push({ at, zh: `“${text}”不是带时区的时间`, en: `\`${text}\` is not an instant with an offset` });
      return 0;
    }
  };
  const timeline = (raw.timeline ?? []).map(
    ([text, level], index) => [instant(text, ['timeline', index, 0]), level as Level] as const,
  );
  timeline.forEach(([at], index) => {
    const before = timeline[index - 1];
    if (before !== undefined && before[0] >= at)
      failures.push({ at: ['timeline', index, 0], zh: '时间应递增', en: 'instants must increase' });
  });
  const at =
    raw.expect === undefined
      ? null
      : { instant: instant(raw.at ?? ANY_INSTANT, ['at']), expect: raw.expect as Level, missing: raw.missing ?? null };
  if (failures.length > 0)
    return {
      failures: failures.map((failure) =>
        failure.at[0] === 'at' || failure.at[0] === 'timeline' ? failure : { ...failure, at: ['facts', ...failure.at] },
      ),
    };
  const name = typeof raw.name === 'string' ? raw.name : raw.name.zh;
  return {
    test: {
      name,
      rule,
      subject,
      occurrence: raw.occurrence ?? null,
      scope: { division: '15', agency: '', department: '', item: '', ...scope, ...raw.scope },
      facts,
      timeline,
      at,
    },
  };
}

/** Runs one test against a pack: an empty list when it passes. */
export function runRuleTest(
  test: RuleTest,
  pack: Pick<Pack, 'judgeRule'>,
  calendar: WorkCalendar,
): readonly TestFailure[] {
  const judge = (now: Instant): Verdict =>
    verdictOf(test, pack.judgeRule(test.rule, test.subject, test.facts, test.scope, calendar, now));
  return [
    ...(test.at === null ? [] : instantFailures(test.at, judge)),
    ...(test.timeline.length === 0 ? [] : timelineFailures(test.timeline, judge)),
  ];
}

function verdictOf(test: RuleTest, verdicts: readonly Verdict[]): Verdict {
  const found =
    test.occurrence === null ? highest(verdicts) : verdicts.find(({ occurrence }) => occurrence === test.occurrence);
  return (
    found ?? {
      rule: test.rule,
      occurrence: test.occurrence ?? '',
      level: 'NONE',
      until: Number.POSITIVE_INFINITY,
      missing: [],
    }
  );
}

/** Without a named occurrence a test has one; where a rule has several parts, that of the highest level speaks. */
function highest(verdicts: readonly Verdict[]): Verdict | undefined {
  const order = ['NONE', 'UNKNOWN', 'WARNING', 'YELLOW', 'RED'];
  const best = [...verdicts].sort((a, b) => order.indexOf(b.level) - order.indexOf(a.level))[0];
  return best === undefined ? undefined : { ...best, until: Math.min(...verdicts.map(({ until }) => until)) };
}

function instantFailures(
  { instant, expect, missing }: NonNullable<RuleTest['at']>,
  judge: (now: Instant) => Verdict,
): readonly TestFailure[] {
  const verdict = judge(instant);
  const failures: TestFailure[] = [];
  if (verdict.level !== expect) failures.push(levelFailure(instant, expect, verdict.level));
  if (missing !== null && [...missing].sort().join() !== verdict.missing.join())
    failures.push({
      zh: `应缺少 ${missing.join('、')}，实缺 ${verdict.missing.join('、') || '无'}`,
      en: `missing facts: expected ${missing.join(', ')}, got ${verdict.missing.join(', ') || 'none'}`,
    });
  return failures;
}

const levelFailure = (instant: Instant, expected: Level, got: Level): TestFailure => ({
  zh: `${formatInstant(instant)} 应为 ${expected}，实为 ${got}`,
  en: `at ${formatInstant(instant)} expected ${expected}, got ${got}`,
});

/** Each instant, the millisecond before it, and every turn that `until` leads to in between and after. */
function timelineFailures(timeline: RuleTest['timeline'], judge: (now: Instant) => Verdict): readonly TestFailure[] {
  const failures: TestFailure[] = [];
  timeline.forEach(([instant, level], index) => {
    const got = judge(instant).level;
    if (got !== level) failures.push(levelFailure(instant, level, got));
    const before = timeline[index - 1];
    if (before === undefined) return;
    const earlier = judge(instant - 1).level;
    if (earlier !== before[1]) failures.push(levelFailure(instant - 1, before[1], earlier));
  });
  if (failures.length > 0) return failures;
  let now = timeline[0]?.[0] ?? 0;
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const { level, until } = judge(now);
    const expected = timeline.findLast(([instant]) => instant <= now)?.[1] ?? 'NONE';
    if (level !== expected) return [levelFailure(now, expected, level)];
    if (until === Number.POSITIVE_INFINITY) return [];
    if (!(until > now))
      return [{ zh: `${formatInstant(now)} 的 until 未向前`, en: `until does not advance at ${formatInstant(now)}` }];
    now = until;
  }
  return [{ zh: '时间段过多', en: 'too many turns' }];
}
