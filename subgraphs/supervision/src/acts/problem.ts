import type { Bilingual } from '@gnomon/rule-engine';
import { refusedText } from '../life/perform.ts';

/** Named refusals of what people do beside cards; the names are GraphQL types. Nothing has been changed. */
export interface ActProblem {
  readonly __typename: 'ActInputRefused' | 'ActNotAllowed' | 'ActNotFound' | 'ActStateRefused' | 'ActKeysMissing';
  readonly message: Bilingual;
}

export function problem(__typename: ActProblem['__typename'], zh: string, en: string): ActProblem {
  return { __typename, message: { zh, en } };
}

/** A refusal of a text of the wrong length, with control characters, or with a person's number in it; `null` when it is acceptable. */
export function faultyText(
  zh: string,
  en: string,
  value: string,
  shortest: number,
  longest: number,
): ActProblem | null {
  const refused = refusedText({ zh, en }, value, shortest, longest);
  return refused === null ? null : { __typename: 'ActInputRefused', message: refused.message };
}

/** A refusal of an account's name, as tokens have them. */
export function faultyAccount(zh: string, en: string, value: string): ActProblem | null {
  if (/^[\w.@:+-]{1,128}$/.test(value)) return null;
  return problem(
    'ActInputRefused',
    `${zh}应为 1 至 128 个字母、数字或 . @ : + - _ 组成的账户标识。`,
    `The ${en} must be an account's id: 1 to 128 letters, digits and . @ : + - _.`,
  );
}

/** A refusal of a number that is no integer between two bounds. */
export function faultyInteger(zh: string, en: string, value: number, least: number, most: number): ActProblem | null {
  if (Number.isInteger(value) && value >= least && value <= most) return null;
  return problem(
    'ActInputRefused',
    `${zh}应为 ${least} 至 ${most} 的整数，收到 ${value}。`,
    `The ${en} must be an integer from ${least} to ${most}; ${value} came.`,
  );
}

/** The first refusal among these; `null` when there is none. */
export function firstOf(...faults: readonly (ActProblem | null)[]): ActProblem | null {
  return faults.find((fault) => fault !== null) ?? null;
}

/** Refused in a process that has no keys. */
export const KEYS_MISSING = problem(
  'ActKeysMissing',
  '本进程没有密钥，无法签发或封存。请由运行维护人员配置身份目录（GNOMON_HOME）后重试。',
  'This process has no keys to sign or to seal with; ask the operator to give it the identity folder (GNOMON_HOME).',
);
