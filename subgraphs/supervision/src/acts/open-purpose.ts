import { createHash, randomUUID } from 'node:crypto';
import { issuePurposeToken, type Viewer } from '@gnomon/identity';
import { type Ports, recordAct } from '@gnomon/subgraph-kit';
import { insertPurpose } from '../store/supervisor-days.ts';
import { type ActProblem, faultyInteger, faultyText, firstOf, KEYS_MISSING, problem } from './problem.ts';

/** What is asked for. */
export interface PurposeInput {
  readonly caseNo: string;
  readonly text: string;
  readonly minutes: number;
}

/** A purpose that was opened, with the token under which personal data are shown. */
export interface PurposePayload {
  readonly __typename: 'PurposePayload';
  readonly id: string;
  readonly caseNo: string;
  readonly token: string;
  readonly expiresAt: number;
}

const MOST_MINUTES = 120;
const MINUTE_MS = 60_000;

/**
 * Opens a purpose (办案目的): for its case number and its minutes the viewer sees personal data within its own scope, each showing on
 * record (Personal Information Protection Law, Art. 6). The text stays with the purpose; the log has its hash.
 */
export async function openPurpose(
  ports: Pick<Ports, 'database' | 'time' | 'keys'>,
  viewer: Viewer,
  input: PurposeInput,
): Promise<PurposePayload | ActProblem> {
  const { database, time, keys } = ports;
  const refused = refuse(viewer, input);
  if (refused !== null) return refused;
  if (keys === undefined) return KEYS_MISSING;
  const { caseNo, text, minutes } = input;
  const id = randomUUID();
  const openedAt = time.now();
  const expiresAt = Math.min(openedAt + minutes * MINUTE_MS, viewer.expiresAt);
  const token = await issuePurposeToken(keys, viewer, { text, caseNo }, expiresAt);
  await database.transaction(async (tx) => {
    await insertPurpose(tx, { id, viewer: viewer.id, caseNo, reason: text, openedAt, expiresAt });
    const detail = { caseNo, minutes, text: createHash('sha256').update(text).digest('hex') };
    await recordAct(tx, { kind: 'PURPOSE_OPENED', by: viewer, at: openedAt, about: id, detail });
  });
  return { __typename: 'PurposePayload', id, caseNo, token, expiresAt };
}

function refuse(viewer: Viewer, { caseNo, text, minutes }: PurposeInput): ActProblem | null {
  if (viewer.role !== 'AGENCY' && viewer.role !== 'SUPERVISOR')
    return problem(
      'ActNotAllowed',
      `角色 ${viewer.role} 不能查看个人信息。只有实施机构和监督主体的人员可以为具体案件申请。`,
      `The role ${viewer.role} never sees personal data; staff of agencies and supervision bodies may ask, for a case.`,
    );
  if (viewer.purpose !== null)
    return problem(
      'ActNotAllowed',
      '当前令牌已带有办案目的。请用原登录令牌为新案件申请。',
      'This token already carries a purpose; ask for another case with the token that you signed in with.',
    );
  return firstOf(
    faultyCaseNo(caseNo),
    faultyText('目的说明', 'text of the purpose', text, 4, 200),
    faultyInteger('时长（分钟）', 'minutes', minutes, 1, MOST_MINUTES),
  );
}

/** A case number names a file and never a person: letters, digits and the brackets of Chinese document numbers. */
function faultyCaseNo(value: string): ActProblem | null {
  if (/^[\p{Script=Han}\w〔〕（）()[\]./-]{3,64}$/u.test(value)) return faultyText('案号', 'case number', value, 3, 64);
  return problem(
    'ActInputRefused',
    `案号应为 3 至 64 个汉字、字母、数字或括号，例如“内督〔2026〕12号”，收到 ${[...value].length} 个字符。`,
    `The case number must be 3 to 64 Chinese characters, letters, digits or brackets, for example 内督〔2026〕12号; ${[...value].length} characters came.`,
  );
}
