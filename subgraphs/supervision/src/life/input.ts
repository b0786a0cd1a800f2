import type { Bilingual } from '@gnomon/rule-engine';
import type { EvidenceInput } from '../../generated/resolvers.ts';
import type { Evidence } from './course.ts';
import { type Refusal, refusedInput, refusedText } from './perform.ts';

/** Names of what is handed in, as refusals say them. */
const NAMES = {
  reason: { zh: '理由', en: 'reason' },
  content: { zh: '整改内容', en: 'content of the plan' },
  measures: { zh: '整改措施', en: 'measures of the plan' },
  responsible: { zh: '责任人', en: 'responsible person' },
  progress: { zh: '进度', en: 'progress' },
  result: { zh: '整改结果', en: 'result' },
  order: { zh: '督办要求', en: 'order' },
  documentNo: { zh: '文号', en: 'number of the document' },
  conclusion: { zh: '复核结论', en: 'conclusion of the review' },
  finding: { zh: '查实情况', en: 'finding' },
  messageZh: { zh: '中文说明', en: 'Chinese message' },
  messageEn: { zh: '英文说明', en: 'English message' },
  evidenceName: { zh: '佐证材料文件名', en: 'name of a piece of evidence' },
} as const satisfies Record<string, Bilingual>;

/** Lengths in characters, of each kind of text. */
const LENGTHS = { SHORT: [2, 100], REASON: [4, 500], LONG: [4, 2_000], NAME: [1, 200] } as const;

const MOST_EVIDENCE = 20;

/** A refusal when a text is too short, too long or no text. */
export function refusedWords(
  name: keyof typeof NAMES,
  value: string,
  length: keyof typeof LENGTHS = 'REASON',
): Refusal | null {
  const [shortest, longest] = LENGTHS[length];
  return refusedText(NAMES[name], value, shortest, longest);
}

/** A refusal when a number is no integer between both bounds. */
export function refusedNumber(name: Bilingual, value: number, lowest: number, highest: number): Refusal | null {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return null;
  return refusedInput({
    zh: `${name.zh}应为 ${lowest} 至 ${highest} 的整数，收到 ${value}。`,
    en: `The ${name.en} must be an integer from ${lowest} to ${highest}; ${value} came.`,
  });
}

/** A refusal for evidence that is missing, too much, or without a usable name, hash or type. */
export function refusedEvidence(evidence: readonly EvidenceInput[], fewest: number): Refusal | null {
  const { length } = evidence;
  if (length < fewest || length > MOST_EVIDENCE)
    return refusedInput({
      zh: `佐证材料应为 ${fewest} 至 ${MOST_EVIDENCE} 份，收到 ${length} 份。`,
      en: `From ${fewest} to ${MOST_EVIDENCE} pieces of evidence are expected; ${length} came.`,
    });
  for (const one of evidence) {
    const refused = refusedWords('evidenceName', one.name, 'NAME') ?? refusedHash(one) ?? refusedType(one);
    if (refused !== null) return refused;
  }
  return null;
}

/** Evidence as it is kept: hashes in small letters. */
export function keptEvidence(evidence: readonly EvidenceInput[]): readonly Evidence[] {
  return evidence.map(({ name, sha256, mediaType }) => ({ name, sha256: sha256.toLowerCase(), mediaType }));
}

function refusedHash({ sha256 }: EvidenceInput): Refusal | null {
  if (/^[0-9a-fA-F]{64}$/.test(sha256)) return null;
  return refusedInput({
    zh: `佐证材料的 sha256 应为 64 位十六进制字符，收到 ${sha256.length} 个字符。请用文件内容计算 SHA-256。`,
    en: `The sha256 of a piece of evidence must be 64 hex digits; ${sha256.length} characters came. Compute SHA-256 over the file.`,
  });
}

function refusedType({ mediaType }: EvidenceInput): Refusal | null {
  if (mediaType.length <= 100 && /^[\w.+-]+\/[\w.+-]+$/.test(mediaType)) return null;
  return refusedInput({
    zh: '佐证材料的 mediaType 应形如 application/pdf，至多 100 个字符。',
    en: 'The mediaType of a piece of evidence must look like application/pdf, at most 100 characters.',
  });
}
