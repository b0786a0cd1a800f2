import type {
  Facts,
  Level,
  Pack,
  PublishedRule,
  Receipt,
  ReceiptInput,
  SubjectScope,
  SubjectVerdicts,
  Verdict,
} from '@gnomon/rule-engine';
import type { Instant, WorkCalendar } from '@gnomon/working-time';

/** One rung: reached when the fact `needs` (if named) is true and, where `after` names an instant fact, from it on. */
interface ToyRung {
  readonly level: Level;
  readonly after?: string;
  readonly plus?: number;
  readonly needs?: string;
}
export interface ToyRule {
  readonly id: string;
  readonly rungs: readonly ToyRung[];
  readonly yieldsTo?: readonly string[];
  /** Name of a list fact of records with `id`; one verdict an element, whose own facts come first. */
  readonly each?: string;
}

const RANK: Record<Level, number> = { NONE: 0, UNKNOWN: 1, WARNING: 2, YELLOW: 3, RED: 4 };
export const SCOPE: SubjectScope = { division: '150105', agency: 'A', department: '', item: '' };
export const CALENDAR = { id: 'toy', hash: 'calendar-hash' } as unknown as WorkCalendar;

/** A receipt of a toy pack: the engine's own asks a pack for its rule files, which a toy has not. */
export function toyReceipt({
  pack,
  calendar,
  rule,
  kind,
  subject,
  occurrence,
  facts,
  scope,
  sources,
  turnedAt,
  knownAt,
}: ReceiptInput): Receipt {
  const { level, message, parameters } = pack.explain(rule, kind, occurrence, facts, scope, calendar, turnedAt);
  return {
    format: 'gnomon-receipt/1',
    rule,
    ruleVersion: '1',
    ruleHash: `hash-${rule}`,
    packHash: pack.hash,
    calendarHash: calendar.hash,
    subjectKind: kind,
    subject,
    occurrence,
    scope,
    facts,
    sources,
    level,
    turnedAt: new Date(turnedAt).toISOString(),
    knownAt: new Date(knownAt).toISOString(),
    parameters,
    message,
  };
}

/** A pack of rules simple enough to see by eye that it is right: levels by instants and flags, Kleene unknown included. */
export function toyPack(rules: readonly ToyRule[]): Pack {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const judgeRule = (
    id: string,
    _kind: string,
    facts: Facts,
    _scope: SubjectScope,
    _calendar: WorkCalendar,
    now: Instant,
  ) => {
    const rule = byId.get(id)!;
    if (rule.each === undefined) return [judgeOne(rule, '', facts, now)];
    const list = (facts[rule.each] ?? []) as readonly Facts[];
    return list
      .map((element) => judgeOne(rule, String(element.id), { ...facts, ...element }, now))
      .sort((a, b) => (a.occurrence < b.occurrence ? -1 : 1));
  };
  return {
    hash: 'pack-hash',
    subjects: ['toy'],
    files: [],
    overlays: [],
    exemptions: [],
    rules: new Map(
      rules.map((rule) => [
        rule.id,
        {
          id: rule.id,
          version: '1',
          hash: `hash-${rule.id}`,
          domain: 'TOY',
          title: { zh: rule.id, en: rule.id },
          issue: { red: 'CONFIRM' },
        } as unknown as PublishedRule,
      ]),
    ),
    judgeRule,
    judgeSubject(kind, facts, scope, calendar, now): SubjectVerdicts {
      const all = rules.flatMap((rule) => judgeRule(rule.id, kind, facts, scope, calendar, now));
      const highest = new Map<string, Level>();
      for (const { rule, level } of all) if (RANK[level] >= RANK[highest.get(rule) ?? 'NONE']) highest.set(rule, level);
      const verdicts = all.filter(
        (verdict) =>
          verdict.level !== 'NONE' &&
          !byId
            .get(verdict.rule)!
            .yieldsTo?.some((other) => RANK[highest.get(other) ?? 'NONE'] >= Math.max(2, RANK[verdict.level])),
      );
      return {
        verdicts: verdicts.sort((a, b) => (a.rule + a.occurrence < b.rule + b.occurrence ? -1 : 1)),
        until: Math.min(Infinity, ...all.map((verdict) => verdict.until)),
        levels: highest,
      };
    },
    turnedAt(id, kind, occurrence, facts, scope, calendar, now, origin) {
      const at = (instant: Instant) =>
        judgeRule(id, kind, facts, scope, calendar, instant).find((verdict) => verdict.occurrence === occurrence)!;
      let turned = origin;
      let verdict = at(origin);
      while (verdict.until <= now) {
        const next = at(verdict.until);
        if (next.level !== verdict.level) turned = verdict.until;
        verdict = next;
      }
      return turned;
    },
    explain: (id, kind, occurrence, facts, scope, calendar, now) => {
      const { level } = judgeRule(id, kind, facts, scope, calendar, now).find(
        (verdict) => verdict.occurrence === occurrence,
      )!;
      return {
        level,
        message: { zh: `${id} ${level}`, en: `${id} ${level}` },
        sentence: { zh: '', en: '' },
        quantities: [],
        parameters: {},
      };
    },
  };
}

function judgeOne(rule: ToyRule, occurrence: string, facts: Facts, now: Instant): Verdict {
  let level: Level = 'NONE';
  let until = Infinity;
  let missing: string[] = [];
  for (const rung of rule.rungs) {
    const flag = rung.needs === undefined ? true : facts[rung.needs];
    const from = rung.after === undefined ? -Infinity : (facts[rung.after] as number | undefined);
    if (flag === false) continue;
    if (flag === undefined) missing.push(rung.needs!);
    if (from === undefined) missing.push(rung.after!);
    if (flag === undefined || from === undefined) continue;
    const threshold = from + (rung.plus ?? 0);
    if (now >= threshold) {
      level = rung.level;
      missing = [];
    } else until = Math.min(until, threshold);
  }
  if (level === 'NONE' && missing.length > 0) level = 'UNKNOWN';
  return { rule: rule.id, occurrence, level, until, missing };
}
