import { readFileSync } from 'node:fs';
import { type ReceiptEnvelope, type Verification, verifyReceipt } from '@gnomon/rule-engine';

/** Thrown for a file that cannot be read, is no JSON or holds no receipt. */
export class ReceiptFileError extends Error {
  constructor(zh: string, en: string, cause?: unknown) {
    super(`${zh} / ${en}`, { cause });
    this.name = 'ReceiptFileError';
  }
}

/** How deep an envelope may lie in a GraphQL answer. */
const MAX_DEPTH = 40;

/**
 * Verifies every receipt in a file; `-` is the standard input.
 * @throws {ReceiptFileError} when there is nothing to verify
 */
export function verifyReceiptFile(path: string): readonly Verification[] {
  return verifyReceiptText(read(path), path);
}

/**
 * Verifies every receipt in a text: an envelope, or any JSON that holds envelopes, such as a GraphQL answer.
 * @throws {ReceiptFileError} when there is nothing to verify
 */
export function verifyReceiptText(text: string, name: string): readonly Verification[] {
  return [...readEnvelopes(text, name).map(verifyReceipt), ...brokenPairs(JSON.parse(text))];
}

/** The envelopes in a text, unverified. @throws {ReceiptFileError} */
export function readEnvelopes(text: string, name: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReceiptFileError(
      `“${name}”不是 JSON：${reason}。请保存接口返回的原文`,
      `"${name}" is not JSON: ${reason}. Save the answer as it came`,
      error,
    );
  }
  const found = findEnvelopes(value);
  if (found.length === 0)
    throw new ReceiptFileError(
      `“${name}”中没有卡证封套（receipt、hash、files、calendar）。请查询 receipt 字段的全部内容`,
      `"${name}" holds no receipt envelope (receipt, hash, files, calendar). Query the receipt field whole`,
    );
  return found;
}

/** Objects that look like an envelope, outermost first; texts that hold JSON are looked into as well. */
export function findEnvelopes(value: unknown, depth = 0): readonly unknown[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'string')
    return value.startsWith('{') && value.includes('gnomon-receipt/') ? findEnvelopes(parsed(value), depth + 1) : [];
  if (typeof value !== 'object' || value === null) return [];
  if ('receipt' in value && ('hash' in value || 'files' in value) && isObject(value.receipt)) return [value];
  return Object.values(value).flatMap((inner) => findEnvelopes(inner, depth + 1));
}

/**
 * Verdict pairs of appeals (`asJudged`, `asClaimed`) that do not belong together: each receipt may be true in itself, and yet the one as
 * claimed must speak of the one as judged.
 */
function brokenPairs(value: unknown, depth = 0): readonly Verification[] {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap((one) => brokenPairs(one, depth + 1));
  if (!('asJudged' in value && 'asClaimed' in value)) return inner;
  const [judged] = findEnvelopes(value.asJudged) as readonly Pick<ReceiptEnvelope, 'hash'>[];
  const [claimed] = findEnvelopes(value.asClaimed) as readonly Pick<ReceiptEnvelope, 'receipt'>[];
  const of = claimed?.receipt.counterfactual?.of;
  if (judged === undefined || claimed === undefined || of === judged.hash) return inner;
  const difference = {
    field: 'asClaimed.receipt.counterfactual.of',
    stated: of ?? '—',
    computed: judged.hash,
    zh: '两份卡证不成对：按主张重算的卡证所指不是原判定的卡证',
    en: 'the two receipts are no pair: the one as claimed does not speak of the one as judged',
  };
  return [...inner, { match: false, differences: [difference] }];
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A text that only looks like JSON holds no envelope.
    return null;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReceiptFileError(`无法读取“${path}”：${reason}`, `"${path}" cannot be read: ${reason}`, error);
  }
}
