import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { appendActs, type HashName, headBytes, type LogEntry, type PublicKey, type SignedHead } from '../src/index.ts';

/** A signing key with its public part under a name. */
export function signingKey(kid: string): { readonly privateKey: KeyObject; readonly publicKey: PublicKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: { ...publicKey.export({ format: 'jwk' }), kid } };
}

/** A head over an entry, signed. */
export function headOf(number: number, { sequence, hash }: LogEntry, key: KeyObject, name = 'log-1'): SignedHead {
  const head = { number, sequence, hash, at: '2026-03-02T01:00:00.000Z', key: name };
  return { ...head, signature: sign(null, headBytes(head), key).toString('base64url') };
}

/** A log of `count` acts. */
export function entriesOf(count: number, algorithm: HashName = 'sha256'): readonly LogEntry[] {
  const acts = Array.from({ length: count }, (_, index) => ({
    kind: index % 3 === 0 ? 'UNMASKED' : 'CARD_ACT',
    at: new Date(Date.UTC(2026, 2, 2) + index * 1_000).toISOString(),
    by: `supervisor-${index % 4}`,
    role: 'SUPERVISOR',
    division: '1501',
    about: index % 2 === 0 ? `card-${index}` : null,
    detail: { count: index, caseNo: `内督〔2026〕${index}号` },
    origin: `acts:${index + 1}`,
  }));
  return appendActs(null, acts, algorithm);
}
