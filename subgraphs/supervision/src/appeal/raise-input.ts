import type { Claim, JsonValue } from '@gnomon/rule-engine';
import { type Refusal, refusedInput, refusedText } from '../life/perform.ts';
import type { AppealEvidence, AppealGround } from './appeal.ts';

/** A claim with its evidence, as it came. */
export interface ClaimInput extends Claim {
  readonly evidence: AppealEvidence;
}

/** What an agency hands in with an appeal. */
export interface AppealInput {
  readonly card: string;
  readonly grounds: readonly AppealGround[];
  readonly statement: string;
  readonly contested: readonly ClaimInput[];
  readonly evidence: readonly AppealEvidence[];
  readonly document: string | null;
  readonly outage: string | null;
}

const STATEMENT = { zh: '陈述', en: 'statement' };
const DOCUMENT = { zh: '豁免文号', en: 'document number' };
const FILE_NAME = { zh: '佐证名称', en: "evidence file's name" };
const LONGEST_STATEMENT = 2_000;
const MOST_CLAIMS = 20;
const MOST_FILES = 20;
const LONGEST_CLAIM = 4_000;
const LONGEST_NAME = 200;

/** What of an appeal is not acceptable whatever the card; `null` when all is. */
export function refusedAppeal(input: AppealInput): Refusal | null {
  const { grounds, statement, contested, evidence, document, outage } = input;
  if (grounds.length === 0) return refuse('申诉理由（grounds）至少一项。', 'At least one ground is needed (grounds).');
  const faultyText =
    refusedText(STATEMENT, statement, 10, LONGEST_STATEMENT) ??
    (document === null ? null : refusedText(DOCUMENT, document, 4, LONGEST_NAME));
  if (faultyText !== null) return faultyText;
  if (grounds.includes('EXEMPTION') && document === null && outage === null)
    return refuse(
      '以豁免为由申诉，须写明文号（document）或停机公告（outageId）。',
      'An appeal for an exemption names its document (document) or the declared outage (outageId).',
    );
  if (contested.length > MOST_CLAIMS)
    return refuse(
      `争议事实至多 ${MOST_CLAIMS} 项，收到 ${contested.length} 项。`,
      `At most ${MOST_CLAIMS} facts are contested; ${contested.length} came.`,
    );
  for (const claim of contested) {
    const faulty = refusedClaim(claim);
    if (faulty !== null) return faulty;
  }
  return refusedEvidence([...evidence, ...contested.map((claim) => claim.evidence)], evidence.length);
}

function refusedClaim({ path, value }: ClaimInput): Refusal | null {
  const { length } = JSON.stringify(value) ?? '';
  if (path.length < 1 || path.length > 3 || path.some((part) => part.length > LONGEST_NAME))
    return refuse(
      '争议事实的路径应为 [事实] 或 [列表, 要素编号, 字段]；见 Card.contestableFacts。',
      'The path of a contested fact is [fact] or [list, element id, field]; see Card.contestableFacts.',
    );
  if (length <= LONGEST_CLAIM) return null;
  return refuse(
    `主张值不超过 ${LONGEST_CLAIM} 个字符，收到 ${length} 个。`,
    `A claimed value has at most ${LONGEST_CLAIM} characters; ${length} came.`,
  );
}

function refusedEvidence(files: readonly AppealEvidence[], beside: number): Refusal | null {
  if (beside > MOST_FILES)
    return refuse(
      `其他佐证至多 ${MOST_FILES} 份，收到 ${beside} 份。`,
      `At most ${MOST_FILES} further files of evidence; ${beside} came.`,
    );
  for (const { name, sha256 } of files) {
    const faulty = refusedText(FILE_NAME, name, 1, LONGEST_NAME);
    if (faulty !== null) return faulty;
    if (!/^[0-9a-f]{64}$/i.test(sha256))
      return refuse(
        `佐证哈希应为 SHA-256 的 64 位十六进制数，收到 ${sha256.length} 个字符。`,
        `The hash of a file is its SHA-256 in 64 hex digits; ${sha256.length} characters came.`,
      );
  }
  return null;
}

/** A value of the graph's JSON as plain JSON. */
export function plainJson(value: unknown): JsonValue {
  return (value ?? null) as JsonValue;
}

function refuse(zh: string, en: string): Refusal {
  return refusedInput({ zh, en });
}
