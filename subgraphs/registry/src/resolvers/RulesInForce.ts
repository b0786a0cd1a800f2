import { type Pack, type PublishedExemption, type PublishedOverlay, packAt } from '@gnomon/rule-engine';
import { chinaDate, endOfDate, startOfDate } from '../china-date.ts';
import type { RegistryContext } from '../context.ts';
import { REPEALED } from '../law/rule-text.ts';
import {
  exemptionsInForce,
  type RuleInForce as RuleInForceRow,
  type RuleScope,
  rulesInForce,
} from '../rules-in-force.ts';
import { firstRecordAt, type RuleRecord } from '../store/rule-editions.ts';

/** The question "which rules apply to me on day d". */
export interface RulesQuestion {
  readonly division: string;
  readonly department: string | null;
  readonly agency: string | null;
  /** `null` = today. */
  readonly on: string | null;
}

/**
 * The rules as this hub's record has them at the end of that day (of today: now). A day before the record begins is
 * answered with the earliest rules recorded, and says so.
 */
export async function answerRulesInForce(context: RegistryContext, question: RulesQuestion) {
  const { database, rules, time } = context;
  const now = time.now();
  const on = question.on ?? chinaDate(now);
  const recordedAt = (await firstRecordAt(database)) ?? now;
  const dayTo = endOfDate(on);
  // Today is answered by the rules in force now, a day to come with what is published for it, a day that is over by the record.
  const record =
    dayTo >= now
      ? recordOf(packAt(rules.current().pack, on === chinaDate(now) ? now : dayTo))
      : await context.load.ruleRecord.load(Math.max(dayTo, recordedAt));
  const scope: RuleScope = { ...question, on, dayFrom: startOfDate(on), dayTo };
  return {
    on,
    divisionCode: question.division,
    department: question.department,
    recordedAt,
    recorded: dayTo >= recordedAt,
    packHash: rules.current().pack.hash,
    rules: rulesInForce(record.rules, record.overlays, scope).map((row) => ({ ...row, scope })),
    exemptions: exemptionsInForce(record.exemptions, scope),
  };
}

type AskedRule = RuleInForceRow & { readonly scope: RuleScope };

export const RuleInForce = {
  indicator: (row: AskedRule) => row.rule,
  version: (row: AskedRule) => row.rule.version,
  text: async ({ rule, scope }: AskedRule, _args: unknown, context: RegistryContext) =>
    (await context.load.textsOf.load(rule.id)).findLast(
      ({ kind, inForceAt, text }) =>
        kind === 'RULE' && inForceAt !== null && inForceAt <= scope.dayTo && text === rule.source,
    ) ?? null,
  endsAt: async ({ rule, scope }: AskedRule, _args: unknown, context: RegistryContext) =>
    (await context.load.textsOf.load(rule.id))
      .filter(({ kind, text }) => kind === 'RULE' && text === REPEALED)
      .map(({ inForceAt }) => inForceAt)
      .filter((at) => at !== null && at > scope.dayTo)
      .sort((a, b) => a! - b!)[0] ?? null,
  upcoming: async ({ rule, scope }: AskedRule, _args: unknown, context: RegistryContext) =>
    (await context.load.textsOf.load(rule.id)).filter(
      ({ inForceAt, division, department }) =>
        (inForceAt === null || inForceAt > scope.dayTo) &&
        scope.division.startsWith(division) &&
        (department === null || department === scope.department),
    ),
};

function recordOf({ rules, overlays, exemptions }: Pack): RuleRecord {
  return { rules: [...rules.values()], overlays, exemptions };
}

export const RuleOverlay = {
  divisionCode: (overlay: PublishedOverlay) => overlay.division,
  validFrom: (overlay: PublishedOverlay) => overlay.from,
  validTo: (overlay: PublishedOverlay) => overlay.to,
};

export const RuleExemption = {
  divisionCode: (exemption: PublishedExemption) => exemption.division,
  agencyUscc: (exemption: PublishedExemption) => exemption.agency,
  startsAt: (exemption: PublishedExemption) => exemption.from,
  endsAt: (exemption: PublishedExemption) => exemption.to,
};
