import { randomUUID } from 'node:crypto';
import { may, type Viewer } from '@gnomon/identity';
import type { TransactionSql } from 'postgres';
import {
  type ActProblem,
  faultyAccount,
  faultyInteger,
  faultyText,
  firstOf,
  KEYS_MISSING,
  problem,
} from '../acts/problem.ts';
import { insertClue, isClueOpen, lockClue, sealedOf, setReader } from '../store/clues.ts';
import type { ClueBody, ClueEvidence, ClueFile, ClueSaying } from './clue-file.ts';
import {
  type AddToClueInput,
  faultyAccounts,
  faultyEvidence,
  faultyFacts,
  type OpenClueInput,
  refuseClassified,
  refuseOpening,
  refuseSelf,
} from './clue-input.ts';
import { appendToClue, openClueFile } from './keep-clue.ts';
import { bodyOf, type CluePorts, isClueId } from './read-clues.ts';
import { createSeal, type Seal } from './seal.ts';

/** What came of an act on a clue file: the file as it stands now, or why not. */
export type ClueOutcome = { readonly __typename: 'CluePayload'; readonly clue: ClueFile } | ActProblem;

/** Opens a clue file; whoever opens it is named as its first reader. */
export async function openClue(ports: CluePorts, viewer: Viewer, input: OpenClueInput): Promise<ClueOutcome> {
  const refused = refuseRole(viewer) ?? refuseOpening(viewer, input);
  if (refused !== null) return refused;
  if (ports.keys === undefined) return KEYS_MISSING;
  const seal = createSeal(ports.keys);
  const id = randomUUID().replaceAll('-', '');
  const { origin, offence, legalBasis, suspects, readers, facts, evidence } = input;
  const sayings: readonly ClueSaying[] = [
    { kind: 'OPENED', origin, offence, legalBasis },
    ...suspects.map((account) => ({ kind: 'SUSPECT', account }) as const),
    ...[...new Set([viewer.id, ...readers])].map((account) => ({ kind: 'READER', account }) as const),
    ...said(facts, evidence),
  ];
  return ports.database.transaction(async (tx) => {
    const at = ports.time.now();
    await insertClue(tx, { id, division: viewer.division ?? '', at });
    await appendToClue(tx, seal, { clue: id, by: viewer.id, at, sayings });
    return payload(tx, seal, id);
  });
}

/** Adds facts, evidence and suspects; who is suspected from now on is locked out, also when named as a reader before. */
export async function addToClue(ports: CluePorts, viewer: Viewer, input: AddToClueInput): Promise<ClueOutcome> {
  const { facts, suspects, evidence } = input;
  return act(ports, viewer, input.clueId, {
    faulty: firstOf(
      faultyFacts(facts),
      faultyEvidence(evidence),
      faultyAccounts('涉嫌人员', 'suspects', suspects, 0),
      refuseSelf(viewer, suspects),
      facts === null && suspects.length + evidence.length === 0
        ? problem('ActInputRefused', '请至少填写事实、证据或涉嫌人员之一。', 'Give facts, evidence or a suspect.')
        : null,
    ),
    check: (file) => (facts === null && evidence.length === 0 ? null : refuseClassified(file.offence)),
    sayings: [...suspects.map((account) => ({ kind: 'SUSPECT', account }) as const), ...said(facts, evidence)],
  });
}

/** Names one more person who may read the file. */
export async function nameReader(
  ports: CluePorts,
  viewer: Viewer,
  input: { readonly clueId: string; readonly account: string },
): Promise<ClueOutcome> {
  const { account } = input;
  return act(ports, viewer, input.clueId, {
    faulty: faultyAccount('阅卷人员', 'reader', account),
    check: (file) =>
      file.suspects.includes(account)
        ? problem(
            'ActStateRefused',
            '该账户是本线索的涉嫌人员，不得阅卷。',
            'This account is suspected in the file and cannot read it.',
          )
        : null,
    sayings: [{ kind: 'READER', account }],
  });
}

/** Hands the clue over to a receiving body. */
export async function transferClue(
  ports: CluePorts,
  viewer: Viewer,
  input: {
    readonly clueId: string;
    readonly body: ClueBody;
    readonly bodyName: string;
    readonly receiptNo: string | null;
  },
): Promise<ClueOutcome> {
  const { body, bodyName, receiptNo } = input;
  return act(ports, viewer, input.clueId, {
    faulty: firstOf(
      faultyText('接收机关名称', 'name of the receiving body', bodyName, 2, 100),
      receiptNo === null ? null : faultyText('回执编号', 'receipt number', receiptNo, 1, 64),
    ),
    check: () => null,
    sayings: [{ kind: 'TRANSFERRED', body, bodyName, receiptNo }],
  });
}

/** Records what the receiving body answered to the n-th hand-over. */
export async function recordClueOutcome(
  ports: CluePorts,
  viewer: Viewer,
  input: { readonly clueId: string; readonly transfer: number; readonly receiptNo: string; readonly outcome: string },
): Promise<ClueOutcome> {
  const { transfer, receiptNo, outcome } = input;
  return act(ports, viewer, input.clueId, {
    faulty: firstOf(
      faultyInteger('移送序号', 'ordinal of the transfer', transfer, 1, 1_000),
      faultyText('回执编号', 'receipt number', receiptNo, 1, 64),
      faultyText('处理结果', 'outcome', outcome, 2, 500),
    ),
    check: ({ transfers }) =>
      transfer <= transfers.length
        ? null
        : problem(
            'ActStateRefused',
            `本线索共移送 ${transfers.length} 次，没有第 ${transfer} 次。`,
            `The clue was handed over ${transfers.length} time(s); there is no transfer ${transfer}.`,
          ),
    sayings: [{ kind: 'OUTCOME', transfer, receiptNo, outcome }],
  });
}

interface ClueAct {
  readonly faulty: ActProblem | null;
  readonly check: (file: ClueFile) => ActProblem | null;
  readonly sayings: readonly ClueSaying[];
}

async function act(
  ports: CluePorts,
  viewer: Viewer,
  id: string,
  { faulty, check, sayings }: ClueAct,
): Promise<ClueOutcome> {
  const refused = refuseRole(viewer) ?? faulty;
  if (refused !== null) return refused;
  if (ports.keys === undefined) return KEYS_MISSING;
  const seal = createSeal(ports.keys);
  if (!isClueId(id)) return notFound(id);
  return ports.database.transaction(async (tx) => {
    await lockClue(tx, id);
    await setReader(tx, seal.personOf(viewer.id), bodyOf(viewer));
    if (!(await isClueOpen(tx, id))) return notFound(id);
    const more = check(openClueFile(seal, id, await sealedOf(tx, [id])));
    if (more !== null) return more;
    await appendToClue(tx, seal, { clue: id, by: viewer.id, at: ports.time.now(), sayings });
    return payload(tx, seal, id);
  });
}

async function payload(tx: TransactionSql, seal: Seal, id: string): Promise<ClueOutcome> {
  return { __typename: 'CluePayload', clue: openClueFile(seal, id, await sealedOf(tx, [id])) };
}

function refuseRole(viewer: Viewer): ActProblem | null {
  if (may(viewer, 'KEEP_CLUES')) return null;
  return problem(
    'ActNotAllowed',
    `角色 ${viewer.role} 不能办理问题线索。`,
    `The role ${viewer.role} does not keep clue files.`,
  );
}

/** The same words for a file that is not there and for one that is closed to the viewer. */
function notFound(id: string): ActProblem {
  const shown = id.slice(0, 40).toWellFormed();
  return problem(
    'ActNotFound',
    `没有标识为 “${shown}” 的线索，或当前账户不在阅卷人员之列。`,
    `No clue file "${shown}" is open to this account.`,
  );
}

function said(facts: string | null, evidence: readonly ClueEvidence[]): readonly ClueSaying[] {
  return [
    ...(facts === null ? [] : [{ kind: 'FACTS', text: facts } as const]),
    ...(evidence.length === 0 ? [] : [{ kind: 'EVIDENCE', evidence } as const]),
  ];
}
