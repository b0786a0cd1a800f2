import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Act, type HashName, type LogEntry, type LogHead, NO_HASH } from './entry.ts';

/** An act with where the hub read it. */
export interface PlacedAct extends Act {
  readonly origin: string;
}

/**
 * Gives acts their places behind an entry (`null`: the log is empty), in the order given.
 * @throws {Error} when OpenSSL does not have the algorithm; `sm3` needs a build with it.
 */
export function appendActs(
  last: Pick<LogEntry, 'sequence' | 'hash'> | null,
  acts: readonly PlacedAct[],
  algorithm: HashName = 'sha256',
): readonly LogEntry[] {
  let { sequence, hash } = last ?? { sequence: 0, hash: NO_HASH };
  return acts.map(({ kind, at, by, role, division, about, detail, origin }) => {
    sequence += 1;
    const entry = { sequence, kind, at, by, role, division, about, detail, origin, algorithm, previousHash: hash };
    hash = entryHash(entry);
    return { ...entry, hash };
  });
}

/** The hash of an entry over the canonical JSON (RFC 8785) of everything in it but the hash itself. */
export function entryHash(entry: Omit<LogEntry, 'hash'>): string {
  const { sequence, kind, at, by, role, division, about, detail, origin, algorithm, previousHash } = entry;
  const said = { sequence, kind, at, by, role, division, about, detail, origin, algorithm, previousHash };
  return createHash(algorithm).update(canonicalText(said), 'utf8').digest('hex');
}

/** The bytes that a head's signature covers. */
export function headBytes({ number, sequence, hash, at, key }: LogHead): Uint8Array {
  return Buffer.from(canonicalText({ format: 'gnomon-log-head/1', number, sequence, hash, at, key }), 'utf8');
}

function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('an act holds a value that JSON cannot hold');
  return text;
}
