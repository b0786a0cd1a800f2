import type {
  Bilingual,
  PublishedExemption,
  PublishedOverlay,
  PublishedParameter,
  PublishedRule,
} from '@gnomon/rule-engine';
import { parse } from 'yaml';

type Tightened = Readonly<Record<string, number | boolean>>;

/** Where a question about rules is asked: a place and a department line on a day. */
export interface RuleScope {
  readonly division: string;
  readonly department: string | null;
  /** `YYYY-MM-DD`, China. */
  readonly on: string;
  /** First and last millisecond of that day. */
  readonly dayFrom: number;
  readonly dayTo: number;
  /** Agency asked for, where exemptions of one agency count; `null` = those of all agencies only. */
  readonly agency: string | null;
}

/** A parameter's value in force and where it comes from. */
export interface ParameterInForce {
  readonly name: string;
  readonly value: string;
  readonly baseValue: string;
  readonly unit: string | null;
  readonly origin: 'BASE' | 'OVERLAY';
  readonly overlay: PublishedOverlay | null;
  readonly note: Bilingual;
}

/** A rule as it applies in a scope. */
export interface RuleInForce {
  readonly rule: PublishedRule;
  readonly parameters: readonly ParameterInForce[];
  readonly overlays: readonly PublishedOverlay[];
}

/** The rules with the overlays that hold in the scope; a parameter takes the tightest value over all of them. Pure. */
export function rulesInForce(
  rules: readonly PublishedRule[],
  overlays: readonly PublishedOverlay[],
  scope: RuleScope,
): readonly RuleInForce[] {
  const holding = overlays
    .filter((overlay) => holdsIn(overlay, scope))
    .map((overlay) => ({ overlay, tightened: tightenedBy(overlay) }));
  return rules.map((rule) => {
    const own = holding.filter(({ overlay }) => overlay.rule === rule.id);
    return {
      rule,
      overlays: own.map(({ overlay }) => overlay),
      parameters: rule.parameters.map((parameter) => inForce(parameter, own)),
    };
  });
}

/** The exemptions that touch the scope's day and place. */
export function exemptionsInForce(
  exemptions: readonly PublishedExemption[],
  scope: RuleScope,
): readonly PublishedExemption[] {
  return exemptions.filter(
    ({ division, agency, from, to }) =>
      from <= scope.dayTo &&
      to > scope.dayFrom &&
      (division === null || scope.division.startsWith(division)) &&
      (agency === null || agency === scope.agency),
  );
}

function holdsIn({ division, department, from, to }: PublishedOverlay, scope: RuleScope): boolean {
  return (
    from <= scope.on &&
    (to === null || scope.on <= to) &&
    (division === null || scope.division.startsWith(division)) &&
    (department === null || department === scope.department)
  );
}

function inForce(
  parameter: PublishedParameter,
  overlays: readonly { readonly overlay: PublishedOverlay; readonly tightened: Tightened }[],
): ParameterInForce {
  let value: PublishedParameter['value'] = parameter.value;
  let origin: PublishedOverlay | null = null;
  for (const { overlay, tightened } of overlays) {
    if (!Object.hasOwn(tightened, parameter.name)) continue;
    const candidate = tightened[parameter.name]!;
    if (!isTighter(candidate, value, parameter.tighten)) continue;
    value = candidate;
    origin = overlay;
  }
  return {
    name: parameter.name,
    value: parameterText(value),
    baseValue: parameterText(parameter.value),
    unit: parameter.unit,
    origin: origin === null ? 'BASE' : 'OVERLAY',
    overlay: origin,
    note: parameter.note,
  };
}

/** The values that an overlay's published text gives; its shape was checked when the pack was loaded. */
function tightenedBy(overlay: PublishedOverlay): Tightened {
  return (parse(overlay.source) as { tighten?: Tightened }).tighten ?? {};
}

function isTighter(
  candidate: number | boolean,
  present: PublishedParameter['value'],
  direction: PublishedParameter['tighten'],
): boolean {
  if (typeof candidate === 'number' && typeof present === 'number')
    return direction === 'UP' ? candidate > present : candidate < present;
  return candidate !== present;
}

/** A parameter's value as people read it; lists with commas between. */
export function parameterText(value: PublishedParameter['value']): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}
