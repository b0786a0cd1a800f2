import { createCipheriv, createDecipheriv, createHmac, getCiphers, randomBytes } from 'node:crypto';
import type { Keyring } from '@gnomon/identity';

/** Authenticated ciphers by which clue files may be sealed; each sealed text names its own. */
export const CIPHERS = { 'aes-256-gcm': 32, 'sm4-gcm': 16 } as const;
export type CipherName = keyof typeof CIPHERS;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** Seals texts and opens them again; `place` binds a text to where it stands, so that it opens nowhere else. */
export interface Seal {
  seal(text: string, place: string): string;
  /** @throws {Error} when the text was changed, stands in another place, or was sealed under another key. */
  open(sealed: string, place: string): string;
  /** A person as a keyed hash: equal for one account, and telling nobody which. */
  personOf(account: string): string;
}

/**
 * The seal of clue files under the installation's key.
 * @throws {Error} when this build of OpenSSL does not have the cipher (SM4-GCM, GB/T 32907, is not in every one).
 */
export function createSeal(keys: Keyring, cipher: CipherName = 'aes-256-gcm'): Seal {
  if (!getCiphers().includes(cipher))
    throw new Error(
      `${cipher}: this build of OpenSSL does not have it; use aes-256-gcm, or a keyring with a cryptographic machine`,
    );
  const personKey = keys.secret('clue person');
  const keyOf = (name: CipherName) => keys.secret(`clue seal ${name}`).subarray(0, CIPHERS[name]);
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const sealing = createCipheriv(cipher as 'aes-256-gcm', keyOf(cipher), nonce);
      sealing.setAAD(Buffer.from(place));
      const body = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
      return `${cipher}.${Buffer.concat([nonce, sealing.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, place) {
      const [name = '', text = ''] = sealed.split('.', 2);
      if (!(name in CIPHERS))
        throw new Error(`sealed text: a cipher of ${Object.keys(CIPHERS).join(', ')} was expected`);
      const bytes = Buffer.from(text, 'base64url');
      const opening = createDecipheriv(
        name as 'aes-256-gcm',
        keyOf(name as CipherName),
        bytes.subarray(0, NONCE_BYTES),
      );
      opening.setAAD(Buffer.from(place));
      opening.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return opening.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + opening.final('utf8');
    },
    personOf: (account) => createHmac('sha256', personKey).update(account).digest('hex'),
  };
}
