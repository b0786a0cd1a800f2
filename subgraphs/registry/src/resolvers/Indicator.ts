import type { PublishedParameter, PublishedRule, Rung } from '@gnomon/rule-engine';
import type { RegistryContext } from '../context.ts';
import { parameterText } from '../rules-in-force.ts';
import type { EditionRow } from '../store/rule-editions.ts';
import { signedIn } from './signed-in.ts';

const LEVEL_OF_RUNG: Readonly<Record<Rung, string>> = { warning: 'WARNING', yellow: 'YELLOW', red: 'RED' };

export const Indicator = {
  // A copy: the subgraph library writes `__typename` onto what it gets, and a pack's rules are frozen.
  // A copy: the subgraph library writes `__typename` onto what it gets, and a pack's rules are frozen. A card may speak of
  // a rule that is no longer in force: its last edition answers.
  __resolveReference: signedIn(async ({ id }: { id: string }, context: RegistryContext) => {
    const rule = indicatorById(context, id) ?? (await context.load.editionsOf.load(id))[0]?.body ?? null;
    return rule === null ? null : { ...rule };
  }),
  basis: (rule: PublishedRule) => rule.basis,
  sentences: (rule: PublishedRule) =>
    rule.sentences.map(({ subject, rung, text }) => ({ subject, level: LEVEL_OF_RUNG[rung], text })),
  issue: (rule: PublishedRule) =>
    (['warning', 'yellow', 'red'] as const).flatMap((rung) => {
      const mode = rule.issue[rung];
      return mode === undefined ? [] : [{ level: LEVEL_OF_RUNG[rung], mode }];
    }),
  yieldsTo: (rule: PublishedRule, _args: unknown, context: RegistryContext) =>
    rule.yieldsTo.map((id) => indicatorById(context, id)).filter((other) => other !== null),
  history: (rule: PublishedRule, _args: unknown, context: RegistryContext) => context.load.editionsOf.load(rule.id),
};

export const Parameter = {
  value: ({ value }: PublishedParameter) => parameterText(value),
  minimum: ({ min }: PublishedParameter) => min,
  maximum: ({ max }: PublishedParameter) => max,
};

export const RuleEdition = {
  version: ({ body }: EditionRow<'RULE'>) => body.version,
  title: ({ body }: EditionRow<'RULE'>) => body.title,
  source: ({ body }: EditionRow<'RULE'>) => body.source,
  inForceAt: (edition: EditionRow<'RULE'>) => edition.in_force_at,
  replacedAt: (edition: EditionRow<'RULE'>) => edition.replaced_at,
};

/** The indicator of the pack in force, or `null`. */
export function indicatorById(context: Pick<RegistryContext, 'rules'>, id: string): PublishedRule | null {
  return context.rules.current().pack.rules.get(id) ?? null;
}
