import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { base64url, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Account,
  AUDIENCE,
  BUILTIN_ISSUER,
  bearerToken,
  createAssertions,
  createVerifier,
  demoAccounts,
  type Issuer,
  openIssuer,
  TokenRefused,
  type Verifier,
} from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'gnomon-identity-'));
const account = demoAccounts({ agencies: [], sources: [] })[0] as Account;
let issuer: Issuer;
let verifier: Verifier;

beforeAll(async () => {
  issuer = await openIssuer(folder);
  verifier = createVerifier([{ kind: 'builtin', publicKey: issuer.publicKey }]);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function codeOf(token: string): Promise<string> {
  try {
    await verifier.verify(token);
    return 'ACCEPTED';
  } catch (error) {
    if (error instanceof TokenRefused) return error.code;
    throw error;
  }
}

describe('a token of the built-in issuer', () => {
  it('gives the viewer it was issued for', async () => {
    const viewer = await verifier.verify(await issuer.issueToken(account, { ttlSeconds: 60 }));
    const { expiresAt, token, ...rest } = viewer;
    expect(rest).toEqual(account);
    expect(token?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(expiresAt - Date.now()).toBeGreaterThan(50_000);
  });
  it('is refused by name when it has expired', async () => {
    expect(await codeOf(await issuer.issueToken(account, { ttlSeconds: -60 }))).toBe('TOKEN_EXPIRED');
  });
  it('is refused for another audience', async () => {
    expect(await codeOf(await issuer.issueToken(account, { ttlSeconds: 60, audience: 'urn:other' }))).toBe(
      'TOKEN_AUDIENCE',
    );
  });
  it('carries the post of a chief representative and of whom the government named above the region, and no post for a role that has none', async () => {
    const chief = demoAccounts({ agencies: [{ uscc: '1', name: 'a', division: '1501' }], sources: [] }).find(
      ({ id }) => id === 'chief-1',
    ) as Account;
    const { post } = await verifier.verify(await issuer.issueToken(chief, { ttlSeconds: 60 }));
    expect(post).toBe('CHIEF');
    const issued = (parts: Partial<Account>) => issuer.issueToken({ ...account, ...parts }, { ttlSeconds: 60 });
    const superior = { role: 'AUDITOR', tier: 'REGION', division: '15', post: 'SUPERIOR' } as const;
    expect((await verifier.verify(await issued(superior))).post).toBe('SUPERIOR');
    const wrong: readonly Partial<Account>[] = [
      { ...superior, tier: 'LEAGUE' },
      { ...superior, post: 'CHIEF' },
      { ...superior, role: 'SUPERVISOR' },
      { role: 'OPERATOR', tier: 'REGION', post: 'STAFF' },
    ];
    for (const parts of wrong) expect(await codeOf(await issued(parts))).toBe('TOKEN_CLAIMS');
  });
  it('is refused when a role lacks the scope it lives by', async () => {
    expect(await codeOf(await issuer.issueToken({ ...account, division: null }, { ttlSeconds: 60 }))).toBe(
      'TOKEN_CLAIMS',
    );
  });
  it('survives a restart: the key is kept, readable by its owner only', async () => {
    const again = await openIssuer(folder);
    expect(again.publicKey).toEqual(issuer.publicKey);
    expect(statSync(join(folder, 'issuer-key.json')).mode & 0o077).toBe(0);
  });
  it('comes from one key when many open the folder at once', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'gnomon-identity-'));
    const keys = await Promise.all(Array.from({ length: 8 }, () => openIssuer(fresh)));
    expect(new Set(keys.map((one) => one.publicKey.x)).size).toBe(1);
    rmSync(fresh, { recursive: true });
  });
  it('cannot be issued from a damaged key file, which is named', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'gnomon-identity-'));
    writeFileSync(join(broken, 'issuer-key.json'), '{"kty":"RSA"}');
    await expect(openIssuer(broken)).rejects.toThrow(/issuer-key\.json is not an Ed25519 key/);
    rmSync(broken, { recursive: true });
  });
});

describe('a hostile token', () => {
  it('without a signature (alg none) is refused', async () => {
    const [, payload] = (await issuer.issueToken(account, { ttlSeconds: 60 })).split('.');
    const none = `${base64url.encode(JSON.stringify({ alg: 'none' }))}.${payload}.`;
    expect(await codeOf(none)).toMatch(/TOKEN_(SIGNATURE|MALFORMED)/);
  });
  it('signed by another key is refused', async () => {
    const other = await generateKeyPair('EdDSA');
    const forged = await new SignJWT({ sub: 'x', gnomon_role: 'OPERATOR' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(BUILTIN_ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1h')
      .sign(other.privateKey);
    expect(await codeOf(forged)).toBe('TOKEN_SIGNATURE');
  });
  it('signed with the public key as an HMAC secret is refused', async () => {
    const confused = await new SignJWT({ sub: 'x', gnomon_role: 'OPERATOR' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(BUILTIN_ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JSON.stringify(issuer.publicKey)));
    expect(await codeOf(confused)).toBe('TOKEN_SIGNATURE');
  });
  it('of an issuer nobody registered is refused', async () => {
    const other = await generateKeyPair('EdDSA');
    const foreign = await new SignJWT({ sub: 'x' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('https://elsewhere.example')
      .setExpirationTime('1h')
      .sign(other.privateKey);
    expect(await codeOf(foreign)).toBe('TOKEN_AUDIENCE');
  });
  it('of any text is refused by a code of the list, never by an unexpected error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string({ minLength: 8000, maxLength: 9000 }),
          fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.')),
        ),
        async (token) => {
          expect(await codeOf(token)).toMatch(/^TOKEN_/);
        },
      ),
    );
  });
  it('with one character changed is refused', async () => {
    const token = await issuer.issueToken(account, { ttlSeconds: 60 });
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), async (at) => {
        const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
        expect(await codeOf(changed)).toMatch(/^TOKEN_/);
      }),
      { numRuns: 60 },
    );
  });
  it('with claims of the wrong kind is refused, whatever they are', async () => {
    const claims = ['gnomon_role', 'gnomon_division', 'gnomon_sources', 'gnomon_tier', 'gnomon_purpose'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...claims),
        fc.oneof(fc.integer(), fc.boolean(), fc.constant('nonsense'), fc.constant(['a\u0000']), fc.object()),
        async (claim, value) => {
          const fake = { ...account, [claim.slice(7) === 'name' ? 'id' : claim.slice(7)]: value } as unknown as Account;
          const result = await codeOf(await issuer.issueToken(fake, { ttlSeconds: 60 }));
          expect(['TOKEN_CLAIMS', 'ACCEPTED']).toContain(result);
          if (claim === 'gnomon_role' || claim === 'gnomon_division' || claim === 'gnomon_tier')
            expect(result).toBe('TOKEN_CLAIMS');
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the header', () => {
  it('gives the token, nothing, or a refusal', () => {
    expect(bearerToken('Bearer abc')).toBe('abc');
    expect(bearerToken(undefined)).toBeNull();
    expect(() => bearerToken('Basic abc')).toThrow(TokenRefused);
  });
});

describe('an assertion between gateway and subgraph', () => {
  const assertions = createAssertions('a secret of more than thirty-two characters');
  it('carries the viewer with its own expiry and the request', async () => {
    const viewer = { ...account, expiresAt: 123_456_789_000, token: { id: 't1', issuedAt: 1000, issuer: 'i' } };
    const token = await assertions.sign(viewer, 'work-items', 'r1');
    expect(assertions.isAssertion(token)).toBe(true);
    expect(await assertions.verify(token, 'work-items')).toEqual({ viewer, requestId: 'r1' });
  });
  it('carries nobody', async () => {
    expect(await assertions.verify(await assertions.sign(null, 'registry', 'r2'), 'registry')).toEqual({
      viewer: null,
      requestId: 'r2',
    });
  });
  it('is refused by another subgraph, and under another secret', async () => {
    const token = await assertions.sign(null, 'registry', 'r2');
    await expect(assertions.verify(token, 'work-items')).rejects.toThrow(TokenRefused);
    await expect(
      createAssertions('another secret of more than 32 characters').verify(token, 'registry'),
    ).rejects.toThrow(TokenRefused);
  });
  it('is not mistaken for a user token', async () => {
    expect(assertions.isAssertion(await issuer.issueToken(account, { ttlSeconds: 60 }))).toBe(false);
    expect(await codeOf(await assertions.sign({ ...account, expiresAt: 1 }, AUDIENCE, 'r'))).toBe('TOKEN_AUDIENCE');
  });
  it('needs a long secret', () => {
    expect(() => createAssertions('short')).toThrow(/at least 32 characters were expected, 5 came/);
  });
});
