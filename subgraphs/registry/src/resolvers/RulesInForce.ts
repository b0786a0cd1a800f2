import type { PublishedExemption, PublishedOverlay } from '@gnomon/rule-engine';
import { chinaDate, endOfDate, startOfDate } from '../china-date.ts';
import type { RegistryContext } from '../context.ts';
import {
  exemptionsInForce,
  type RuleInForce as RuleInForceRow,
  type RuleScope,
  rulesInForce,
} from '../rules-in-force.ts';
import { firstRecordAt } from '../store/rule-editions.ts';

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
  const instant = Math.max(Math.min(endOfDate(on), now), recordedAt);
  const record = await context.load.ruleRecord.load(instant);
  const scope: RuleScope = { ...question, on, dayFrom: startOfDate(on), dayTo: endOfDate(on) };
  return {
    on,
    divisionCode: question.division,
    department: question.department,
    recordedAt,
    recorded: endOfDate(on) >= recordedAt,
    packHash: rules.current().pack.hash,
    rules: rulesInForce(record.rules, record.overlays, scope),
    exemptions: exemptionsInForce(record.exemptions, scope),
  };
}

export const RuleInForce = {
  indicator: (row: RuleInForceRow) => row.rule,
  version: (row: RuleInForceRow) => row.rule.version,
};

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
