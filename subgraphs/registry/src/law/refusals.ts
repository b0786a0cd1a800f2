import type { Bilingual, RuleProblem } from '@gnomon/rule-engine';
import type { RuleTextState } from './rule-text.ts';

/** Why an act on a rule text was refused; each is a member of the mutations' union result. */
export type LawRefusal =
  | { readonly __typename: 'RuleTextInputRefused'; readonly field: string; readonly message: Bilingual }
  | {
      readonly __typename: 'RuleTextFaulty';
      readonly problems: readonly RuleProblem[];
      readonly message: Bilingual;
    }
  | { readonly __typename: 'RuleTextNotFound'; readonly message: Bilingual }
  | { readonly __typename: 'RuleTextNotYours'; readonly divisionCode: string; readonly message: Bilingual }
  | { readonly __typename: 'RuleTextStateRefused'; readonly state: RuleTextState; readonly message: Bilingual }
  | { readonly __typename: 'RuleTextSamePerson'; readonly message: Bilingual }
  | { readonly __typename: 'RuleTextTooSoon'; readonly earliestAt: number; readonly message: Bilingual };

export function inputRefused(field: string, zh: string, en: string): LawRefusal {
  return { __typename: 'RuleTextInputRefused', field, message: { zh: `${field}：${zh}`, en: `${field}: ${en}` } };
}

export function faulty(problems: readonly RuleProblem[]): LawRefusal {
  return {
    __typename: 'RuleTextFaulty',
    problems: problems.slice(0, 100),
    message: {
      zh: `规则文本有 ${problems.length} 处问题，未予接受；请按所列位置逐处修改。`,
      en: `The text has ${problems.length} problem(s) and was not taken; mend each at the place given.`,
    },
  };
}

export function notFound(id: string): LawRefusal {
  return {
    __typename: 'RuleTextNotFound',
    message: {
      zh: `没有编号为“${shown(id)}”的规则文本，或者无权查看。`,
      en: `No rule text \`${shown(id)}\` is visible to you; ruleTexts lists those that are.`,
    },
  };
}

export function notYours(divisionCode: string, act: Bilingual): LawRefusal {
  return {
    __typename: 'RuleTextNotYours',
    divisionCode,
    message: {
      zh: `${act.zh}应由区划 ${divisionCode} 的监督主体办理。`,
      en: `${act.en} is for the supervision body of division ${divisionCode}.`,
    },
  };
}

export function stateRefused(id: string, state: RuleTextState, act: Bilingual, expected: string): LawRefusal {
  return {
    __typename: 'RuleTextStateRefused',
    state,
    message: {
      zh: `${id} 现为 ${state}，不能${act.zh}；应为 ${expected}。`,
      en: `${id} is ${state} and cannot be ${act.en}; ${expected} was expected.`,
    },
  };
}

export function samePerson(id: string): LawRefusal {
  return {
    __typename: 'RuleTextSamePerson',
    message: {
      zh: `${id} 由本人起草，须由另一人发布。`,
      en: `${id} was proposed by yourself; another person must publish it.`,
    },
  };
}

export function tooSoon(earliestAt: number): LawRefusal {
  const day = new Date(earliestAt + 8 * 3_600_000).toISOString().slice(0, 10);
  return {
    __typename: 'RuleTextTooSoon',
    earliestAt,
    message: {
      zh: `发布与施行之间至少间隔 5 个工作日，最早自 ${day} 起施行；经证明有利于被监督机构的修正可立即施行。`,
      en: `At least 5 working days lie between publication and force: ${day} at the earliest; a correction proved to favour the bodies may hold at once.`,
    },
  };
}

function shown(text: string): string {
  return text.toWellFormed().slice(0, 40);
}
