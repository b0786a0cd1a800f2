import type { Bilingual, ContestableFact, RefusedClaim } from '@gnomon/rule-engine';
import type { Refusal } from '../life/perform.ts';
import type { AppealDecisionKind } from './appeal.ts';

/** Named refusals of steps of an appeal, beside those of every act; the names are GraphQL types. */
export type AppealRefusal =
  | Refusal
  | {
      readonly __typename: 'AppealRoundsUsed' | 'AppealNotFound' | 'AppealJudgeExcluded' | 'AppealNotExtendable';
      readonly message: Bilingual;
    }
  | { readonly __typename: 'AppealTooLate'; readonly message: Bilingual; readonly endedAt: number }
  | {
      readonly __typename: 'AppealDeviationUnexplained';
      readonly message: Bilingual;
      readonly computed: AppealDecisionKind;
    }
  | {
      readonly __typename: 'AppealFactsRefused';
      readonly message: Bilingual;
      readonly facts: readonly ContestableFact[];
    };

/** A refusal that has nothing beside its message. */
export function refuse<Name extends AppealRefusal['__typename']>(__typename: Name, zh: string, en: string) {
  return { __typename, message: { zh, en } };
}

export function notFound(id: string): AppealRefusal {
  const shown = id.slice(0, 50).toWellFormed();
  return refuse(
    'AppealNotFound',
    `没有标识为 “${shown}” 的申诉，或当前账户无权查看。请核对申诉标识（Appeal.id）。`,
    `No appeal "${shown}" is visible to this account; check the appeal's id.`,
  );
}

/** Says of each claim what was expected, and lists the facts that there are. */
export function factsRefused(refused: readonly RefusedClaim[], facts: readonly ContestableFact[]): AppealRefusal {
  const paths = facts.map(({ path }) => path.join('/')).slice(0, 30);
  const said = (language: 'zh' | 'en') =>
    refused.map(({ path, reason }) => `${shownPath(path)}: ${reason[language]}`).join('; ');
  return {
    __typename: 'AppealFactsRefused',
    message: {
      zh: `主张无法采用，应为——${said('zh')}。可申诉事实：${paths.join('、')}。`,
      en: `Claims that cannot be followed; expected: ${said('en')}. Facts that there are: ${paths.join(', ')}.`,
    },
    facts,
  };
}

function shownPath(path: readonly string[]): string {
  return `“${path.slice(0, 4).join('/').slice(0, 80).toWellFormed()}”`;
}
