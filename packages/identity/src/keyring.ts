import {
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  hkdfSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a hub signs: its log, its reports, tokens for a purpose. Each has a key of its own. */
export const SIGNING_KEYS = ['log', 'report', 'purpose'] as const;
export type SigningKey = (typeof SIGNING_KEYS)[number];

/**
 * The keys of an installation. Ed25519 and HKDF-SHA-256 today; an installation that must use SM2 and SM3 (GB/T 39786) puts a keyring of
 * its own behind this interface, for example one that asks a cryptographic machine.
 */
export interface Keyring {
  /** Signature over the bytes, base64url. */
  sign(name: SigningKey, bytes: Uint8Array): string;
  /** The public part, with its name (`kid`): what heads and reports name as their key. */
  publicKeyOf(name: SigningKey): JsonWebKey & { readonly kid: string };
  /** The private key, for libraries that sign by themselves. */
  privateKeyOf(name: SigningKey): KeyObject;
  /** 32 secret bytes for one use, for example `clue seal`; another use gives others. */
  secret(use: string): Buffer;
}

/**
 * The keys in a folder, made when first asked for and readable by their owner only; the public parts lie beside them. Two processes that
 * start at once agree: the file is created exclusively, the loser reads the winner's.
 * @throws {Error} naming the file that is damaged or cannot be written.
 */
export function openKeyring(folder: string): Keyring {
  mkdirSync(folder, { recursive: true });
  return keyring(
    (name) => {
      const file = join(folder, `${name}-key.json`);
      const jwk = readJwk(file, readOrWrite(file, newKey));
      const { d: _private, ...publicPart } = jwk;
      readOrWrite(join(folder, `${name}-key.public.json`), () => JSON.stringify(publicPart));
      return jwk;
    },
    () =>
      Buffer.from(
        readOrWrite(join(folder, 'sealing-key'), () => randomBytes(32).toString('hex')),
        'hex',
      ),
  );
}

/** Keys that live as long as the process: for tests. */
export function memoryKeyring(): Keyring {
  const secret = randomBytes(32);
  return keyring(
    () => JSON.parse(newKey()) as NamedJwk,
    () => secret,
  );
}

type NamedJwk = JsonWebKey & { readonly kid: string };

function keyring(load: (name: SigningKey) => NamedJwk, loadSecret: () => Buffer): Keyring {
  const keys = new Map<SigningKey, { readonly jwk: NamedJwk; readonly key: KeyObject }>();
  let secret: Buffer | undefined;
  const keyOf = (name: SigningKey) => {
    let found = keys.get(name);
    if (found === undefined) {
      const jwk = load(name);
      found = { jwk, key: createPrivateKey({ key: jwk, format: 'jwk' }) };
      keys.set(name, found);
    }
    return found;
  };
  return {
    sign: (name, bytes) => sign(null, bytes, keyOf(name).key).toString('base64url'),
    publicKeyOf(name) {
      const { d: _private, ...publicPart } = keyOf(name).jwk;
      return publicPart;
    },
    privateKeyOf: (name) => keyOf(name).key,
    secret: (use) => Buffer.from(hkdfSync('sha256', (secret ??= loadSecret()), '', `gnomon ${use}`, 32)),
  };
}

function newKey(): string {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const kid = createHmac('sha256', 'gnomon key name').update(String(jwk.x)).digest('base64url').slice(0, 22);
  return JSON.stringify({ ...jwk, kid });
}

function readJwk(file: string, text: string): NamedJwk {
  let jwk: NamedJwk;
  try {
    jwk = JSON.parse(text) as NamedJwk;
  } catch (cause) {
    throw new Error(`${file} is not JSON; restore it from a backup`, { cause });
  }
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.kid === 'string') return jwk;
  throw new Error(`${file} is not an Ed25519 key with a name; restore it from a backup`);
}

function readOrWrite(file: string, make: () => string): string {
  try {
    writeFileSync(file, make(), { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const text = readFileSync(file, 'utf8');
  if (text === '') throw new Error(`${file} was being written by another process; start again`);
  return text;
}
