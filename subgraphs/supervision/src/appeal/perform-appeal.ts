import type { Ports, RequestContext } from '@gnomon/subgraph-kit';
import { type Act, type ActRules, type OpenAct, perform, refusedInput } from '../life/perform.ts';
import { historiesOf } from '../store/single-reads.ts';
import { type Appeal, appealsOf } from './appeal.ts';
import type { AppealRefusal } from './refusals.ts';

/** What came of a step: the appeal as it stands now, or why not. */
export type AppealOutcome = { readonly __typename: 'AppealPayload'; readonly appeal: Appeal } | AppealRefusal;

/** The rules of a step: those of every act, and a check that knows the refusals of appeals and the appeals so far. */
export interface StepRules extends Omit<ActRules, 'check'> {
  readonly check: (open: OpenAct, appeals: readonly Appeal[]) => Promise<AppealRefusal | null>;
}

/** Performs an act of an appeal as every act on a card is performed, all of it or nothing, and gives the card's last appeal. */
export async function performAppeal(
  ports: Ports,
  request: RequestContext,
  act: Act,
  { check, ...rules }: StepRules,
): Promise<AppealOutcome> {
  let refusal: AppealRefusal | null = null;
  const outcome = await perform(ports, request, act, {
    ...rules,
    check: async (open) => {
      refusal = await check(open, appealsOf(open.card, await historiesOf(open.tx, [open.card])));
      return refusal === null ? null : refusedInput((refusal as AppealRefusal).message);
    },
  });
  if (refusal !== null) return refusal;
  if (outcome.__typename !== 'CardPayload') return outcome;
  const { card } = outcome;
  const history = await ports.database.asViewer(request.scope, (tx) => historiesOf(tx, [card]));
  return { __typename: 'AppealPayload', appeal: appealsOf(card, history).at(-1)! };
}
