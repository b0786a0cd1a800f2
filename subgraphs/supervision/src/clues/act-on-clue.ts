import { randomUUID } from 'node:crypto';
import { may, type Viewer } from '@gnomon/identity';
import type { Ports } from '@gnomon/subgraph-kit';
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
import { tierOf } from '../life/actors.ts';
import { insertClue, isClueOpen, listClues, lockClue, sealedOf, setReader } from '../store/clues.ts';
import type { ClueBody, ClueEvidence, ClueFile, ClueOffence, ClueOrigin, ClueSaying } from './clue-file.ts';
import { appendToClue, openClueFile } from './keep-clue.ts';
import { createSeal, type Seal } from './seal.ts';

/** What came of an act on a clue file: the file as it stands now, or why not. */
export type ClueOutcome = { readonly __typename: 'CluePayload'; readonly clue: ClueFile } | ActProblem;

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

type CluePorts = Pick<Ports, 'database' | 'time' | 'keys'>;
const MOST_LISTED = 20;

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

/** The file, when the viewer is named in it and not suspected; `null` otherwise, whether it is there or not. */
export async function readClue(ports: CluePorts, viewer: Viewer, id: string): Promise<ClueFile | null> {
  if (!isClueId(id)) return null;
  const found = await readClues(ports, viewer, async () => [{ id }]);
  return found[0] ?? null;
}

/** Files that the viewer may open, newest first. */
export async function pageOfClues(
  ports: CluePorts,
  viewer: Viewer,
  after: readonly [number, string] | null,
  limit: number,
): Promise<readonly ClueFile[]> {
  return readClues(ports, viewer, (tx) => listClues(tx, after, limit));
}

/** Read under row security alone: what it does not show is not there. */
async function readClues(
  { database, keys }: CluePorts,
  viewer: Viewer,
  list: (tx: TransactionSql) => Promise<readonly { readonly id: string }[]>,
): Promise<readonly ClueFile[]> {
  if (keys === undefined) return [];
  const seal = createSeal(keys);
  return database.asViewer({ all: false, divisions: [], agencies: [], sources: [] }, async (tx) => {
    await setReader(tx, seal.personOf(viewer.id), bodyOf(viewer));
    const ids = (await list(tx)).map(({ id }) => id);
    const entries = Map.groupBy(await sealedOf(tx, ids), ({ clue }) => clue);
    return ids.flatMap((id) => {
      const own = entries.get(id);
      return own === undefined ? [] : [openClueFile(seal, id, own)];
    });
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

/** The division of the body for which a supervisor acts: files without a reader are its matter. Nobody else has one. */
function bodyOf({ role, tier, division }: Viewer): string {
  return role === 'SUPERVISOR' && division !== null && tier === tierOf(division) ? division : '';
}

function refuseRole(viewer: Viewer): ActProblem | null {
  if (may(viewer, 'KEEP_CLUES')) return null;
  return problem(
    'ActNotAllowed',
    `角色 ${viewer.role} 不能办理问题线索。`,
    `The role ${viewer.role} does not keep clue files.`,
  );
}

const isClueId = (id: string): boolean => /^[0-9a-f]{32}$/.test(id);

/** The same words for a file that is not there and for one that is closed to the viewer. */
function notFound(id: string): ActProblem {
  const shown = id.slice(0, 40).toWellFormed();
  return problem(
    'ActNotFound',
    `没有标识为 “${shown}” 的线索，或当前账户不在阅卷人员之列。`,
    `No clue file "${shown}" is open to this account.`,
  );
}

function refuseOpening(viewer: Viewer, input: OpenClueInput): ActProblem | null {
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

function refuseSelf(viewer: Viewer, suspects: readonly string[]): ActProblem | null {
  if (!suspects.includes(viewer.id)) return null;
  return problem(
    'ActInputRefused',
    '涉嫌人员不能是本人：提交后本人即无法再打开该线索。',
    'You cannot name yourself as a suspect: you would be locked out of the file at once.',
  );
}

/** The hub keeps no classified content: of a leak of state secrets it knows that there is a clue and that it was handed over. */
function refuseClassified(offence: ClueOffence | null): ActProblem | null {
  if (offence !== 'LEAK_OF_STATE_SECRETS') return null;
  return problem(
    'ActInputRefused',
    '泄露国家秘密的线索，本平台不存储事实和证据，只记录移送。请按保密规定另行移送材料。',
    'Of a leak of state secrets this hub keeps no facts and no evidence, only that it was handed over; hand the material over as the law on secrets asks.',
  );
}

function faultyFacts(facts: string | null): ActProblem | null {
  return facts === null ? null : faultyText('事实', 'facts', facts, 4, 4_000);
}

function faultyAccounts(zh: string, en: string, accounts: readonly string[], least: number): ActProblem | null {
  if (accounts.length < least || accounts.length > MOST_LISTED)
    return problem(
      'ActInputRefused',
      `${zh}应为 ${least} 至 ${MOST_LISTED} 个账户，收到 ${accounts.length} 个。`,
      `${least} to ${MOST_LISTED} ${en} were expected, ${accounts.length} came.`,
    );
  return firstOf(...accounts.map((account) => faultyAccount(zh, en, account)));
}

function faultyEvidence(evidence: readonly ClueEvidence[]): ActProblem | null {
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

function said(facts: string | null, evidence: readonly ClueEvidence[]): readonly ClueSaying[] {
  return [
    ...(facts === null ? [] : [{ kind: 'FACTS', text: facts } as const]),
    ...(evidence.length === 0 ? [] : [{ kind: 'EVIDENCE', evidence } as const]),
  ];
}
