import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createVerifier,
  issuePurposeToken,
  memoryKeyring,
  openKeyring,
  TokenRefused,
  type Viewer,
} from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gnomon-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BYTES = Buffer.from('日志');
const VIEWER: Viewer = {
  id: 'supervisor-hohhot',
  name: { zh: '监督人员', en: 'Supervisor' },
  role: 'SUPERVISOR',
  tier: 'LEAGUE',
  agency: null,
  division: '1501',
  sources: [],
  purpose: null,
  expiresAt: Date.now() + 3_600_000,
  token: { id: 'token-1', issuedAt: 0, issuer: 'i' },
};
const PURPOSE = { text: '核查申诉', caseNo: '内督〔2026〕1号' };

test('a signature verifies with the public key that lies beside the private one', () => {
  const signature = openKeyring(folder).sign('log', BYTES);
  const jwk = JSON.parse(readFileSync(join(folder, 'log-key.public.json'), 'utf8'));
  expect(jwk.d).toBeUndefined();
  expect(verify(null, BYTES, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url'))).toBe(
    true,
  );
});

test('the keys stay the same when the folder is opened again, and only their owner can read them', () => {
  const first = openKeyring(folder);
  const signature = first.sign('log', BYTES);
  const secret = first.secret('clue seal');
  const again = openKeyring(folder);
  expect(again.sign('log', BYTES)).toBe(signature);
  expect(again.secret('clue seal')).toEqual(secret);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
});

test('each use has a key and a secret of its own', () => {
  const keys = memoryKeyring();
  expect(keys.publicKeyOf('log').kid).not.toBe(keys.publicKeyOf('report').kid);
  expect(keys.secret('clue seal')).not.toEqual(keys.secret('clue person'));
});

test.each(['', 'no key', '{"kty":"RSA"}'])(
  'a damaged key file %j is named, and never replaced by a new key',
  (text) => {
    writeFileSync(join(folder, 'log-key.json'), text);
    expect(() => openKeyring(folder).sign('log', BYTES)).toThrow('log-key.json');
  },
);

test('a token for a purpose is the same viewer with the purpose, and ends with the token by which it was asked for', async () => {
  const keys = memoryKeyring();
  const verifier = createVerifier([{ kind: 'purpose', publicKey: keys.publicKeyOf('purpose') }]);
  const token = await issuePurposeToken(keys, VIEWER, PURPOSE, VIEWER.expiresAt + 60_000);
  const viewer = await verifier.verify(token);
  expect(viewer).toMatchObject({ id: VIEWER.id, role: 'SUPERVISOR', division: '1501', purpose: PURPOSE });
  expect(viewer.token?.id).toBe('token-1');
  expect(viewer.expiresAt).toBeLessThanOrEqual(VIEWER.expiresAt);
});

test('the key for purposes opens nothing without a purpose, and is believed only where it is trusted', async () => {
  const keys = memoryKeyring();
  const bare = await issuePurposeToken(keys, VIEWER, null as unknown as typeof PURPOSE, VIEWER.expiresAt);
  const trusting = createVerifier([{ kind: 'purpose', publicKey: keys.publicKeyOf('purpose') }]);
  await expect(trusting.verify(bare)).rejects.toThrow(TokenRefused);
  const good = await issuePurposeToken(keys, VIEWER, PURPOSE, VIEWER.expiresAt);
  const other = createVerifier([{ kind: 'purpose', publicKey: memoryKeyring().publicKeyOf('purpose') }]);
  await expect(other.verify(good)).rejects.toThrow(TokenRefused);
});
