import { requireViewer } from '@gnomon/subgraph-kit';
import type {
  MutationAppealCardArgs,
  MutationDecideAppealArgs,
  MutationDeclareOutageArgs,
  MutationEndOutageArgs,
  MutationExtendAppealDecisionArgs,
} from '../../generated/resolvers.ts';
import { decideAppeal, extendAppealDecision } from '../appeal/judge.ts';
import { raiseAppeal } from '../appeal/raise.ts';
import { plainJson } from '../appeal/raise-input.ts';
import type { SupervisionContext } from '../context.ts';
import { declareOutage, endOutage } from '../outage/declare.ts';
import type { FieldsOf } from './fields-of.ts';

/** Steps of appeals and outages. Refusals are members of the result, not errors. */
export const appealMutations = {
  appealCard(_root: unknown, { input }: MutationAppealCardArgs, context: SupervisionContext) {
    requireViewer(context);
    const { cardId, grounds, statement, contested, evidence, document, outageId } = input;
    return raiseAppeal(context.ports, context, {
      ...{ card: cardId, grounds, statement },
      contested: (contested ?? []).map((claim) => ({ ...claim, value: plainJson(claim.value) })),
      ...{ evidence: evidence ?? [], document: document ?? null, outage: outageId ?? null },
    });
  },
  decideAppeal(_root: unknown, { input }: MutationDecideAppealArgs, context: SupervisionContext) {
    requireViewer(context);
    const { appealId, decision, reason, legalBasis, deviationReason } = input;
    const decided = { appeal: appealId, decision, reason, legalBasis, deviationReason: deviationReason ?? null };
    return decideAppeal(context.ports, context, decided);
  },
  extendAppealDecision(_root: unknown, { input }: MutationExtendAppealDecisionArgs, context: SupervisionContext) {
    requireViewer(context);
    return extendAppealDecision(context.ports, context, { appeal: input.appealId, reason: input.reason });
  },
  declareOutage(_root: unknown, { input }: MutationDeclareOutageArgs, context: SupervisionContext) {
    requireViewer(context);
    const { kind, source, division, from, to, document, reasonZh, reasonEn } = input;
    return declareOutage(context.ports, context, {
      ...{ kind, source: source ?? null, division, from, to: to ?? null, document },
      reason: { zh: reasonZh, en: reasonEn },
    });
  },
  endOutage(_root: unknown, { input }: MutationEndOutageArgs, context: SupervisionContext) {
    requireViewer(context);
    return endOutage(context.ports, context, { outage: input.outageId, at: input.at });
  },
} satisfies FieldsOf<'Mutation'>;
