import type { Viewer } from '@gnomon/identity';
import { type ActProblem, faultyAccount, faultyText, firstOf, problem } from '../acts/problem.ts';
import type { ClueEvidence, ClueOffence, ClueOrigin } from './clue-file.ts';

/* What is handed in with a clue: the first thing that is wrong with it, by name; `null` when nothing is. */

const MOST_LISTED = 20;

/** A new clue. */
export interface OpenClueInput {
  readonly origin: ClueOrigin;
  readonly offence: ClueOffence;
  readonly legalBasis: string;
  readonly suspects: readonly string[];
  readonly readers: readonly string[];
  readonly facts: string | null;
  readonly evidence: readonly ClueEvidence[];
}

/** What is added to a clue. */
export interface AddToClueInput {
  readonly clueId: string;
  readonly facts: string | null;
  readonly suspects: readonly string[];
  readonly evidence: readonly ClueEvidence[];
}

export function refuseOpening(viewer: Viewer, input: OpenClueInput): ActProblem | null {
  const { suspects, readers, facts, evidence, legalBasis, offence } = input;
  return firstOf(
    faultyAccounts('涉嫌人员', 'suspects', suspects, 1),
    faultyAccounts('阅卷人员', 'readers', readers, 0),
    faultyText('法律依据', 'legal basis', legalBasis, 4, 300),
    faultyFacts(facts),
    faultyEvidence(evidence),
    refuseSelf(viewer, suspects),
    readers.some((account) => suspects.includes(account))
      ? problem('ActInputRefused', '涉嫌人员不得列为阅卷人员。', 'A suspect cannot be named as a reader.')
      : null,
    facts === null && evidence.length === 0 ? null : refuseClassified(offence),
  );
}

export function refuseSelf(viewer: Viewer, suspects: readonly string[]): ActProblem | null {
  if (!suspects.includes(viewer.id)) return null;
  return problem(
    'ActInputRefused',
    '涉嫌人员不能是本人：提交后本人即无法再打开该线索。',
    'You cannot name yourself as a suspect: you would be locked out of the file at once.',
  );
}

/** The hub keeps no classified content: of a leak of state secrets it knows that there is a clue and that it was handed over. */
export function refuseClassified(offence: ClueOffence | null): ActProblem | null {
  if (offence !== 'LEAK_OF_STATE_SECRETS') return null;
  return problem(
    'ActInputRefused',
    '泄露国家秘密的线索，本平台不存储事实和证据，只记录移送。请按保密规定另行移送材料。',
    'Of a leak of state secrets this hub keeps no facts and no evidence, only that it was handed over; hand the material over as the law on secrets asks.',
  );
}

export function faultyFacts(facts: string | null): ActProblem | null {
  return facts === null ? null : faultyText('事实', 'facts', facts, 4, 4_000);
}

export function faultyAccounts(zh: string, en: string, accounts: readonly string[], least: number): ActProblem | null {
  if (accounts.length < least || accounts.length > MOST_LISTED)
    return problem(
      'ActInputRefused',
      `${zh}应为 ${least} 至 ${MOST_LISTED} 个账户，收到 ${accounts.length} 个。`,
      `${least} to ${MOST_LISTED} ${en} were expected, ${accounts.length} came.`,
    );
  return firstOf(...accounts.map((account) => faultyAccount(zh, en, account)));
}

export function faultyEvidence(evidence: readonly ClueEvidence[]): ActProblem | null {
  if (evidence.length > MOST_LISTED)
    return problem(
      'ActInputRefused',
      `证据最多 ${MOST_LISTED} 份，收到 ${evidence.length} 份。`,
      `At most ${MOST_LISTED} pieces of evidence were expected, ${evidence.length} came.`,
    );
  return firstOf(
    ...evidence.flatMap(({ name, sha256 }) => [
      faultyText('证据名称', 'name of the evidence', name, 1, 200),
      /^[0-9a-f]{64}$/.test(sha256)
        ? null
        : problem(
            'ActInputRefused',
            '证据的 sha256 应为 64 位小写十六进制。',
            'The sha256 of a piece of evidence must be 64 lower-case hex digits.',
          ),
    ]),
  );
}
