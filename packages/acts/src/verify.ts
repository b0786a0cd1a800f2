import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { entryHash, headBytes } from './chain.ts';
import { type LogEntry, NO_HASH, type SignedHead } from './entry.ts';
import { type LogLine, readLine } from './lines.ts';

/** What can be wrong with a log. */
export const FINDING_CODES = [
  'UNREADABLE',
  'CHANGED',
  'MISSING',
  'REORDERED',
  'DOUBLED',
  'RELINKED',
  'FORGED_HEAD',
  'HEAD_DIFFERS',
  'HEAD_MISSING',
  'TRUNCATED',
  'UNSIGNED_TAIL',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** Something found wrong, at an entry, a head or a line. */
export interface LogFinding {
  readonly code: FindingCode;
  /** Place of the entry, number of the head or of the line. */
  readonly at: number;
  readonly zh: string;
  readonly en: string;
}

/** What a verification came to; a log without findings is whole up to its newest head. */
export interface LogVerification {
  readonly entries: number;
  readonly heads: number;
  /** Hash of the newest entry; to be compared with a head that was kept elsewhere. */
  readonly lastHash: string;
  readonly findings: readonly LogFinding[];
}

/** A public signing key: its JWK with the name (`kid`) by which heads name it. */
export type PublicKey = JsonWebKey & { readonly kid?: string };

/**
 * Verifies a log from its lines, in the order in which they stand. Heads may come from other files and other days: one that was kept
 * elsewhere finds out a log that was cut off before it. Whoever changes an entry and computes every later hash again is found out by the
 * first head behind it; nobody without the key can sign another.
 */
export function verifyLog(lines: Iterable<string>, keys: readonly PublicKey[]): LogVerification {
  const log = new LogReading();
  let number = 0;
  for (const text of lines) {
    number += 1;
    if (text.trim() !== '') log.take(readLine(text), number);
  }
  return log.finish(keys);
}

/** The same line by line, for files that do not fit in memory: keeps one hash an entry. */
export class LogReading {
  readonly #hashes = new Map<number, string>();
  readonly #links: { readonly sequence: number; readonly previousHash: string }[] = [];
  readonly #heads: SignedHead[] = [];
  readonly #findings: LogFinding[] = [];
  #highest = 0;

  take(line: LogLine, number: number): void {
    if (line.kind === 'ENTRY') this.#entry(line.entry);
    else if (line.kind === 'HEAD') this.#heads.push(line.head);
    else
      this.#find('UNREADABLE', number, `第 ${number} 行不是日志条目：${line.reason}`, `line ${number}: ${line.reason}`);
  }

  finish(keys: readonly PublicKey[]): LogVerification {
    this.#checkGaps();
    this.#checkLinks();
    const signed = this.#checkHeads(keys);
    if (this.#highest > signed)
      this.#find(
        'UNSIGNED_TAIL',
        signed + 1,
        `第 ${signed + 1} 至 ${this.#highest} 条不在任何已签名日志头之内`,
        `entries ${signed + 1} to ${this.#highest} stand behind the newest signed head`,
      );
    const lastHash = this.#hashes.get(this.#highest) ?? NO_HASH;
    return { entries: this.#hashes.size, heads: this.#heads.length, lastHash, findings: this.#findings };
  }

  #entry(entry: LogEntry): void {
    const { hash, ...said } = entry;
    const { sequence, previousHash } = entry;
    if (hash !== entryHash(said) || Object.keys(entry).length !== FIELDS)
      this.#find(
        'CHANGED',
        sequence,
        `第 ${sequence} 条内容被改动`,
        `entry ${sequence} was changed: its hash does not fit`,
      );
    if (this.#hashes.has(sequence)) {
      this.#find('DOUBLED', sequence, `第 ${sequence} 条重复出现`, `entry ${sequence} stands there twice`);
      return;
    }
    if (sequence < this.#highest)
      this.#find(
        'REORDERED',
        sequence,
        `第 ${sequence} 条次序被调换`,
        `entry ${sequence} stands behind entry ${this.#highest}`,
      );
    this.#highest = Math.max(this.#highest, sequence);
    this.#hashes.set(sequence, hash);
    this.#links.push({ sequence, previousHash });
  }

  #checkGaps(): void {
    let from: number | null = null;
    for (let sequence = 1; sequence <= this.#highest + 1; sequence += 1) {
      const isThere = sequence > this.#highest || this.#hashes.has(sequence);
      if (!isThere) from ??= sequence;
      else if (from !== null) {
        const to = sequence - 1;
        this.#find('MISSING', from, `第 ${from} 至 ${to} 条被删去`, `entries ${from} to ${to} are missing`);
        from = null;
      }
    }
  }

  #checkLinks(): void {
    for (const { sequence, previousHash } of this.#links) {
      const before = sequence === 1 ? NO_HASH : this.#hashes.get(sequence - 1);
      if (before !== undefined && before !== previousHash)
        this.#find(
          'RELINKED',
          sequence,
          `第 ${sequence} 条不接续前一条`,
          `entry ${sequence} does not follow the one before it`,
        );
    }
  }

  /** The newest entry that a good head covers. */
  #checkHeads(keys: readonly PublicKey[]): number {
    const verifies = createHeadVerifier(keys);
    const numbers = new Set<number>();
    let signed = 0;
    for (const head of this.#heads) {
      const { number, sequence, hash } = head;
      if (!verifies(head)) {
        this.#find(
          'FORGED_HEAD',
          number,
          `第 ${number} 个日志头签名无效`,
          `the signature of head ${number} is not by a given key`,
        );
        continue;
      }
      numbers.add(number);
      const found = this.#hashes.get(sequence);
      if (found === hash) signed = Math.max(signed, sequence);
      else if (sequence > this.#highest)
        this.#find(
          'TRUNCATED',
          sequence,
          `日志缺尾：日志头 ${number} 签到第 ${sequence} 条`,
          `the log was cut off: head ${number} covers entry ${sequence}`,
        );
      else
        this.#find(
          'HEAD_DIFFERS',
          sequence,
          `第 ${sequence} 条与日志头 ${number} 不符，此前有改动`,
          `head ${number} has another hash of entry ${sequence}: something up to it was changed`,
        );
    }
    const last = Math.max(0, ...numbers);
    for (let number = 1; number < last; number += 1)
      if (!numbers.has(number))
        this.#find('HEAD_MISSING', number, `缺少第 ${number} 个日志头`, `head ${number} is missing`);
    return signed;
  }

  #find(code: FindingCode, at: number, zh: string, en: string): void {
    this.#findings.push({ code, at, zh, en });
  }
}

/** Fields of an entry; one that was smuggled in is covered by no hash. */
const FIELDS = 12;

function createHeadVerifier(keys: readonly PublicKey[]): (head: SignedHead) => boolean {
  const byName = new Map(keys.map((jwk) => [jwk.kid ?? '', createPublicKey({ key: jwk, format: 'jwk' })]));
  return (head) => {
    const key = byName.get(head.key);
    return key !== undefined && verify(null, headBytes(head), key, Buffer.from(head.signature, 'base64url'));
  };
}
