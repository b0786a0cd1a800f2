import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { claimsOf } from './claims.ts';
import type { Viewer } from './types.ts';

export const BUILTIN_ISSUER = 'urn:gnomon:builtin';
export const AUDIENCE = 'urn:gnomon:hub';
const KEY_FILE = 'issuer-key.json';

/** A signing key of this installation and what others need to check its signatures. */
export interface Issuer {
  readonly issuer: string;
  readonly publicKey: JWK;
  /** A signed token for the viewer, valid for `ttlSeconds`. */
  issueToken(
    viewer: Omit<Viewer, 'expiresAt' | 'token'>,
    options: { readonly ttlSeconds: number; readonly audience?: string },
  ): Promise<string>;
}

/**
 * The built-in issuer: an Ed25519 key kept in the data folder, readable by its owner only. It serves the embedded default;
 * an installation with an identity service of its own sets an OIDC issuer instead.
 *
 * Two processes that start at once agree on one key: the file is created exclusively, the loser reads the winner's.
 * @throws when the folder cannot be written or the key file is damaged; the message names the file.
 */
export async function openIssuer(folder: string): Promise<Issuer> {
  const jwk = await readOrCreateKey(folder);
  const key = (await importJWK(jwk, 'EdDSA')) as CryptoKey;
  const { d: _private, ...publicPart } = jwk;
  return {
    issuer: BUILTIN_ISSUER,
    publicKey: publicPart,
    issueToken: (viewer, { ttlSeconds, audience = AUDIENCE }) =>
      new SignJWT(claimsOf(viewer))
        .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid ?? '', typ: 'JWT' })
        .setIssuer(BUILTIN_ISSUER)
        .setAudience(audience)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${ttlSeconds}s`)
        .sign(key),
  };
}

async function readOrCreateKey(folder: string): Promise<JWK> {
  const file = join(folder, KEY_FILE);
  mkdirSync(folder, { recursive: true });
  const existing = readKey(file);
  if (existing !== null) return existing;
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  const complete = { ...jwk, alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
  try {
    writeFileSync(file, JSON.stringify(complete), { mode: 0o600, flag: 'wx' });
    return complete;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const winner = readKey(file);
    if (winner !== null) return winner;
    throw new Error(`${file} was being written by another process; start again`, { cause });
  }
}

function readKey(file: string): JWK | null {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
  if (content === '') return null;
  try {
    const jwk = JSON.parse(content) as JWK;
    if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.d === 'string') return jwk;
  } catch (cause) {
    throw new Error(`${file} is not JSON; move it away to have a new key made (tokens signed by the old one end)`, {
      cause,
    });
  }
  throw new Error(
    `${file} is not an Ed25519 key; move it away to have a new key made (tokens signed by the old one end)`,
  );
}
