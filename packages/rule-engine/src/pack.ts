import type { Instant, WorkCalendar } from '@gnomon/working-time';
import { APPLIES, LEVEL_BITS } from './compile.ts';
import { isExempt } from './exemption.ts';
import { explainVerdict } from './explain.ts';
import { type JudgedPart, judgePart, type Layer, missingFor, NO_ELEMENT, preparePart } from './judge-part.ts';
import { createLayerIndex, type LayerIndex } from './layer-index.ts';
import type { Overlay } from './overlay.ts';
import type { Rule } from './rule.ts';
import {
  type FactRecord,
  type Facts,
  LEVELS,
  type Level,
  type Pack,
  type PublishedExemption,
  type SubjectScope,
  type SubjectVerdicts,
  type Verdict,
} from './types.ts';

/** Thrown when facts of a kind are judged for which the pack holds no dictionary. */
export class UnknownSubjectKind extends Error {
  constructor(kind: string, known: readonly string[]) {
    super(
      `没有监督对象“${kind}”的事实词典，已有：${known.join('、')} / no dictionary of the subject kind \`${kind}\`; known: ${known.join(', ')}. Add rules/facts/${kind}.yaml`,
    );
    this.name = 'UnknownSubjectKind';
  }
}

/** Thrown when a rule is asked for that the pack does not hold. */
export class UnknownRule extends Error {
  constructor(rule: string) {
    super(`规则包中没有规则“${rule}” / the pack holds no rule \`${rule}\`; ask pack.rules for those it holds`);
    this.name = 'UnknownRule';
  }
}

export type Judging = Pick<Pack, 'judgeSubject' | 'judgeRule' | 'turnedAt' | 'explain'>;

/** All that judges one kind of subject: its parts in order of rules, and who yields to whom. */
interface Plan {
  readonly kind: string;
  readonly parts: readonly JudgedPart[];
  readonly ruleOf: readonly number[];
  readonly ruleIds: readonly string[];
  readonly layers: LayerIndex;
  /** Maps "these rules applied and nothing was found" to its shared answer. */
  readonly quiet: Map<number, Map<number, ReadonlyMap<string, Level>>>;
}

const NO_LAYERS: readonly Layer[] = [];
const NO_VERDICTS: readonly Verdict[] = Object.freeze([]);
/** The most segments that a walk through time visits; a rule has a few dozen turns at most. */
const MAX_SEGMENTS = 10_000;

/** Builds the judging functions of a pack from its checked rules. */
export function createJudging(
  rules: ReadonlyMap<string, Rule>,
  kinds: readonly string[],
  overlays: readonly Overlay[],
  exemptions: readonly PublishedExemption[],
): Judging {
  const plans = new Map(kinds.map((kind) => [kind, createPlan(kind, rules, overlays)]));
  const exemptionsOf = new Map<string, PublishedExemption[]>();
  for (const exemption of exemptions)
    for (const rule of exemption.rules) exemptionsOf.set(rule, [...(exemptionsOf.get(rule) ?? []), exemption]);
  const out = new Float64Array(1);

  const planOf = (kind: string): Plan => {
    const plan = plans.get(kind);
    if (plan === undefined) throw new UnknownSubjectKind(kind, kinds);
    return plan;
  };

  /** Verdicts of one rule before exemptions and precedence, one an occurrence. */
  const measure = (
    id: string,
    kind: string,
    facts: Facts,
    scope: SubjectScope,
    calendar: WorkCalendar,
    now: Instant,
  ): readonly Verdict[] => {
    if (!rules.has(id)) throw new UnknownRule(id);
    const plan = planOf(kind);
    const layers = plan.layers.of(scope);
    const found: Verdict[] = [];
    plan.parts.forEach((judged, index) => {
      if (judged.rule.id !== id) return;
      const own = layers?.[index] ?? NO_LAYERS;
      forEachElement(judged, facts, (element, occurrence) => {
        const level = LEVELS[judgePart(judged, own, facts, element, calendar, now, out) & LEVEL_BITS] ?? 'NONE';
        found.push(verdictOf(judged, occurrence, level, out[0] as number, facts, element, calendar, now));
      });
    });
    return merged(found);
  };

  const exempted = (
    verdict: Verdict,
    kind: string,
    facts: Facts,
    scope: SubjectScope,
    calendar: WorkCalendar,
    now: Instant,
  ): Verdict => {
    if (verdict.level === 'NONE') return verdict;
    for (const exemption of exemptionsOf.get(verdict.rule) ?? []) {
      if (now < exemption.from || !isExempt(exemption, scope)) continue;
      const judgeAt = (at: Instant): Verdict =>
        occurrenceOf(measure(verdict.rule, kind, facts, scope, calendar, at), verdict.rule, verdict.occurrence);
      const turned = segmentStart(judgeAt, exemption.from - 1, now);
      if (turned >= exemption.from && turned < exemption.to) return { ...verdict, level: 'NONE', missing: [] };
    }
    return verdict;
  };

  const judgeRule: Pack['judgeRule'] = (rule, kind, facts, scope, calendar, now) =>
    measure(rule, kind, facts, scope, calendar, now).map((verdict) =>
      exempted(verdict, kind, facts, scope, calendar, now),
    );

  const judgeSubject: Pack['judgeSubject'] = (kind, facts, scope, calendar, now) => {
    const plan = planOf(kind);
    const { parts, ruleOf } = plan;
    const layers = plan.layers.of(scope);
    let until = Number.POSITIVE_INFINITY;
    let [low, high] = [0, 0];
    let found: Verdict[] | null = null;
    for (let index = 0; index < parts.length; index++) {
      const judged = parts[index] as JudgedPart;
      const own = layers === null ? NO_LAYERS : (layers[index] ?? NO_LAYERS);
      const { each } = judged.part;
      const list = each === null ? undefined : facts[each.list];
      const isList = each !== null && Array.isArray(list) && list.length <= each.max;
      const count = isList ? list.length : 1;
      for (let i = 0; i < count; i++) {
        const element = isList ? ((list[i] ?? NO_ELEMENT) as FactRecord) : NO_ELEMENT;
        const code = judgePart(judged, own, facts, element, calendar, now, out);
        const own0 = out[0] as number;
        if (own0 < until) until = own0;
        if (code === 0) continue;
        const rule = ruleOf[index] as number;
        if (rule < 30) low |= 1 << rule;
        else high |= 1 << (rule - 30);
        if (code === APPLIES) continue;
        (found ??= []).push(
          verdictOf(
            judged,
            isList ? occurrenceIn(element, i) : '',
            LEVELS[code & LEVEL_BITS] as Level,
            own0,
            facts,
            element,
            calendar,
            now,
          ),
        );
      }
    }
    const quiet = quietLevels(plan, low, high);
    if (found === null) return { verdicts: NO_VERDICTS, until, levels: quiet };
    const standing = merged(found).map((verdict) => exempted(verdict, kind, facts, scope, calendar, now));
    return settle(standing, until, quiet, rules);
  };

  const turnedAt: Pack['turnedAt'] = (rule, kind, occurrence, facts, scope, calendar, now, origin) =>
    segmentStart(
      (at) => occurrenceOf(judgeRule(rule, kind, facts, scope, calendar, at), rule, occurrence),
      Math.min(origin, now),
      now,
    );

  const explain: Pack['explain'] = (rule, kind, occurrence, facts, scope, calendar, now) => {
    const verdict = occurrenceOf(judgeRule(rule, kind, facts, scope, calendar, now), rule, occurrence);
    const plan = planOf(kind);
    const layers = plan.layers.of(scope);
    const candidates = plan.parts.flatMap((judged, index) => {
      if (judged.rule.id !== rule) return [];
      const own = layers?.[index] ?? NO_LAYERS;
      const found: { judged: JudgedPart; layers: readonly Layer[]; element: FactRecord; level: Level }[] = [];
      forEachElement(judged, facts, (element, name) => {
        if (name === occurrence)
          found.push({
            judged,
            layers: own,
            element,
            level: LEVELS[judgePart(judged, own, facts, element, calendar, now, out) & LEVEL_BITS] ?? 'NONE',
          });
      });
      return found;
    });
    return explainVerdict(verdict, candidates, facts, calendar, now);
  };

  return { judgeSubject, judgeRule, turnedAt, explain };
}

function createPlan(kind: string, rules: ReadonlyMap<string, Rule>, overlays: readonly Overlay[]): Plan {
  const parts = [...rules.values()].flatMap((rule) =>
    rule.parts.filter(({ subject }) => subject === kind).map((part) => preparePart(rule, part)),
  );
  const ruleIds = [...new Set(parts.map(({ rule }) => rule.id))];
  if (ruleIds.length > 60)
    throw new RangeError(
      `监督对象“${kind}”有${ruleIds.length}条规则，上限60条 / ${ruleIds.length} rules judge \`${kind}\`, at most 60 are allowed`,
    );
  return {
    kind,
    parts,
    ruleIds,
    ruleOf: parts.map(({ rule }) => ruleIds.indexOf(rule.id)),
    layers: createLayerIndex(parts, overlays),
    quiet: new Map(),
  };
}

function forEachElement(
  { part }: JudgedPart,
  facts: Facts,
  visit: (element: FactRecord, occurrence: string) => void,
): void {
  const list = part.each === null ? undefined : facts[part.each.list];
  if (part.each === null || !Array.isArray(list) || list.length > part.each.max) {
    visit(NO_ELEMENT, '');
    return;
  }
  for (const [index, element] of (list as readonly FactRecord[]).entries())
    visit(element ?? NO_ELEMENT, occurrenceIn(element ?? NO_ELEMENT, index));
}

const occurrenceIn = (element: FactRecord, index: number): string =>
  typeof element.id === 'string' ? element.id : `#${index}`;

function verdictOf(
  judged: JudgedPart,
  occurrence: string,
  level: Level,
  until: Instant,
  facts: Facts,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
): Verdict {
  const missing =
    level === 'NONE' || level === 'RED'
      ? []
      : missingFor(judged, level, { facts, elements: [element], parameters: judged.parameters, calendar, now });
  return { rule: judged.rule.id, occurrence, level, until, missing };
}

const severity = (level: Level): number => LEVELS.indexOf(level);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorted by rule, then occurrence; two parts that speak of the same occurrence give the higher level. */
function merged(verdicts: readonly Verdict[]): readonly Verdict[] {
  const sorted = [...verdicts].sort(
    (a, b) => byText(a.rule, b.rule) || byText(a.occurrence, b.occurrence) || severity(b.level) - severity(a.level),
  );
  const result: Verdict[] = [];
  for (const verdict of sorted) {
    const last = result.at(-1);
    if (last?.rule !== verdict.rule || last.occurrence !== verdict.occurrence) result.push(verdict);
    else
      result[result.length - 1] = {
        ...last,
        until: Math.min(last.until, verdict.until),
        missing: [...new Set([...last.missing, ...verdict.missing])].sort(),
      };
  }
  return result;
}

function quietLevels({ ruleIds, quiet }: Plan, low: number, high: number): ReadonlyMap<string, Level> {
  let row = quiet.get(low);
  if (row === undefined) quiet.set(low, (row = new Map()));
  let levels = row.get(high);
  if (levels === undefined) {
    const applied = ruleIds.filter((_, rule) => ((rule < 30 ? low >>> rule : high >>> (rule - 30)) & 1) === 1);
    row.set(high, (levels = new Map(applied.map((id) => [id, 'NONE']))));
  }
  return levels;
}

/** Levels are what was measured; precedence then decides who speaks. */
function settle(
  standing: readonly Verdict[],
  until: Instant,
  quiet: ReadonlyMap<string, Level>,
  rules: ReadonlyMap<string, Rule>,
): SubjectVerdicts {
  const levels = new Map(quiet);
  for (const { rule, level } of standing)
    if (severity(level) > severity(levels.get(rule) ?? 'NONE')) levels.set(rule, level);
  const yields = ({ rule, level }: Verdict): boolean =>
    severity(level) >= severity('WARNING') &&
    (rules.get(rule)?.yieldsTo ?? []).some((other) => severity(levels.get(other) ?? 'NONE') >= severity(level));
  return { verdicts: standing.filter((verdict) => verdict.level !== 'NONE' && !yields(verdict)), until, levels };
}

function occurrenceOf(verdicts: readonly Verdict[], rule: string, occurrence: string): Verdict {
  return (
    verdicts.find((verdict) => verdict.occurrence === occurrence) ?? {
      rule,
      occurrence,
      level: 'NONE',
      until: Number.POSITIVE_INFINITY,
      missing: [],
    }
  );
}

/** Walks from `origin` by `until` to `now`: the start of the stretch of equal level that holds `now`. */
function segmentStart(judgeAt: (at: Instant) => Verdict, origin: Instant, now: Instant): Instant {
  let [start, verdict] = [origin, judgeAt(origin)];
  for (let step = 0; verdict.until <= now; step++) {
    if (step > MAX_SEGMENTS)
      throw new RangeError(`规则 ${verdict.rule} 的时间段过多 / rule ${verdict.rule} has too many time segments`);
    const at = verdict.until;
    const next = judgeAt(at);
    if (next.level !== verdict.level) start = at;
    verdict = next;
  }
  return start;
}
