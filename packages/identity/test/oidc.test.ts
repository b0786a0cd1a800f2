import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVerifier, readOidc, TokenRefused, type Verifier, type Viewer } from '../src/index.ts';

const AUDIENCE = 'gnomon-hub';
const folder = mkdtempSync(join(tmpdir(), 'gnomon-oidc-'));
const mapping = join(folder, 'claims.json');
let issuer: string;
let keys: { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey }[];
let jwks: object;
let asked: string[] = [];
let isAway = false;
let spoken: string | null = null;
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (isAway) response.writeHead(503);
  else response.setHeader('content-type', 'application/json');
  const document = { issuer: spoken ?? issuer, jwks_uri: `${issuer}/keys` };
  response.end(JSON.stringify(request.url === '/keys' ? jwks : document));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = await Promise.all(
    ['RS256', 'ES256'].map(async (alg) => ({ kid: `key-${alg}`, alg, ...(await generateKeyPair(alg)) })),
  );
  keys = made;
  jwks = {
    keys: await Promise.all(
      made.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg })),
    ),
  };
  writeFileSync(
    mapping,
    JSON.stringify({
      id: 'preferred_username',
      role: 'realm_access.roles',
      roles: {
        supervision: 'SUPERVISOR',
        agency: 'AGENCY',
        system: 'OPERATOR',
        security: 'SECURITY_ADMIN',
        audit: 'AUDIT_ADMIN',
      },
      tier: 'org.tier',
      division: 'org.division',
      agency: 'org.uscc',
      post: 'org.post',
      name_zh: 'name',
    }),
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const opened = (env: Readonly<Record<string, string>> = {}): Verifier =>
  createVerifier([
    { kind: 'oidc', ...readOidc({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: AUDIENCE, OIDC_CLAIMS: mapping, ...env })! },
  ]);
const CLAIMS = {
  preferred_username: 'zhang.san',
  name: '张三',
  realm_access: { roles: ['offline_access', 'supervision'] },
  org: { tier: 'LEAGUE', division: '1501' },
};
async function tokenOf(
  claims: JWTPayload = CLAIMS,
  { key = keys[0]!, audience = AUDIENCE, from = issuer, seconds = 60 } = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .setIssuer(from)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(key.privateKey);
}
async function outcome(verifier: Verifier, token: Promise<string>): Promise<string> {
  try {
    return (await verifier.verify(await token)).role;
  } catch (error) {
    return error instanceof TokenRefused ? error.code : `OUTAGE ${(error as Error).message}`;
  }
}

describe('a token of an identity service', () => {
  it('gives the viewer by the mapping of its claims, with keys found by discovery, asked for once', async () => {
    asked = [];
    const verifier = opened();
    const { expiresAt, token, ...viewer } = await verifier.verify(await tokenOf());
    expect(viewer).toEqual({
      id: 'zhang.san',
      name: { zh: '张三', en: 'zhang.san' },
      role: 'SUPERVISOR',
      tier: 'LEAGUE',
      agency: null,
      division: '1501',
      sources: [],
      purpose: null,
    } satisfies Omit<Viewer, 'expiresAt' | 'token'>);
    expect(token?.id).toMatch(/^[\w-]{43}$/);
    await verifier.verify(await tokenOf(CLAIMS, { key: keys[1]! }));
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });
  it('is read with keys at an address or in a file as well', async () => {
    const file = join(folder, 'keys.json');
    writeFileSync(file, JSON.stringify(jwks));
    for (const OIDC_JWKS_URI of [`${issuer}/keys`, pathToFileURL(file).href])
      expect(await outcome(opened({ OIDC_JWKS_URI }), tokenOf())).toBe('SUPERVISOR');
  });
  it('is refused for another audience, another issuer, another algorithm, when it has expired, and forgives seconds of clocks', async () => {
    const verifier = opened({ OIDC_ALGORITHMS: 'ES256' });
    expect(await outcome(verifier, tokenOf(CLAIMS, { key: keys[1]! }))).toBe('SUPERVISOR');
    expect(await outcome(verifier, tokenOf(CLAIMS, { key: keys[0]! }))).toBe('TOKEN_SIGNATURE');
    expect(await outcome(verifier, tokenOf(CLAIMS, { key: keys[1]!, audience: 'another' }))).toBe('TOKEN_AUDIENCE');
    expect(await outcome(verifier, tokenOf(CLAIMS, { key: keys[1]!, from: 'https://elsewhere.example' }))).toBe(
      'TOKEN_AUDIENCE',
    );
    expect(await outcome(verifier, tokenOf(CLAIMS, { key: keys[1]!, seconds: -30 }))).toBe('TOKEN_EXPIRED');
    expect(await outcome(verifier, tokenOf(CLAIMS, { key: keys[1]!, seconds: -2 }))).toBe('SUPERVISOR');
  });
  it('signed by a key of nobody’s, under a known name, is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await outcome(opened(), tokenOf(CLAIMS, { key: { ...keys[0]!, privateKey } }))).toBe('TOKEN_SIGNATURE');
  });
  it('is refused without a role of ours, and with two: administrators and those who handle cases are different persons', async () => {
    const roles = async (...names: string[]) =>
      outcome(opened(), tokenOf({ ...CLAIMS, realm_access: { roles: names } }));
    expect(await roles('offline_access')).toBe('TOKEN_CLAIMS');
    expect(await roles('system')).toBe('OPERATOR');
    for (const two of [
      ['system', 'security'],
      ['security', 'audit'],
      ['system', 'audit'],
      ['supervision', 'security'],
      ['agency', 'supervision'],
    ])
      expect(await roles(...two), two.join(' ')).toBe('TOKEN_ROLES');
    expect(await roles('supervision', 'supervision')).toBe('SUPERVISOR');
    expect(await roles('constructor', '__proto__')).toBe('TOKEN_CLAIMS');
  });
  it('is refused by the name of each claim that is wrong or missing', async () => {
    const cases: readonly [object, RegExp][] = [
      [{ preferred_username: undefined }, /sub/],
      [{ realm_access: 'supervision' }, /realm_access\.roles/],
      [{ org: { tier: 'COUNTY', division: '1501' } }, /tier/],
      [{ org: { tier: 'LEAGUE', division: 'Hohhot' } }, /division/],
      [{ org: { tier: 'LEAGUE' } }, /gnomon_division/],
      [{ org: { tier: 'LEAGUE', division: '1501', post: 'SUPERIOR' } }, /post/],
      [{ realm_access: { roles: ['agency'] }, org: {} }, /gnomon_agency/],
    ];
    for (const [wrong, name] of cases) {
      const error = await opened()
        .verify(await tokenOf({ ...CLAIMS, ...wrong }))
        .then(
          () => null,
          (thrown: unknown) => thrown as TokenRefused,
        );
      expect(error?.code, String(name)).toBe('TOKEN_CLAIMS');
      expect(error?.detail).toMatch(name);
    }
  });
  it('with claims of any kind is accepted or refused by name, never an unexpected error', async () => {
    const verifier = opened();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('preferred_username', 'name', 'realm_access', 'org', 'gnomon_sources', 'gnomon_purpose'),
        fc.jsonValue({ maxDepth: 2 }),
        async (claim, value) => {
          const code = await outcome(verifier, tokenOf({ ...CLAIMS, [claim]: value } as JWTPayload));
          expect(code).toMatch(/^(TOKEN_[A-Z]+|SUPERVISOR)$/);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an identity service that is away', () => {
  it('is an outage and no refusal, and is asked again with the next token', async () => {
    const verifier = opened();
    isAway = true;
    expect(await outcome(verifier, tokenOf())).toMatch(/^OUTAGE/);
    isAway = false;
    expect(await outcome(verifier, tokenOf())).toBe('SUPERVISOR');
  });
  it('whose discovery document speaks for another issuer is not believed', async () => {
    spoken = 'https://elsewhere.example';
    expect(await outcome(opened(), tokenOf())).toMatch(/^OUTAGE .*elsewhere\.example came/);
    spoken = null;
  });
});

describe('the settings', () => {
  it('name the variable, what was expected and what came, in both languages', () => {
    const read = (env: Readonly<Record<string, string>>) => () =>
      readOidc({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: AUDIENCE, ...env });
    const wrong = join(folder, 'wrong.json');
    const withClaims = (claims: unknown) => {
      writeFileSync(wrong, JSON.stringify(claims));
      return read({ OIDC_CLAIMS: wrong });
    };
    expect(readOidc({})).toBeNull();
    expect(read({ OIDC_ISSUER: 'no address' })).toThrow(/OIDC_ISSUER 应为.*no address came/);
    expect(read({ OIDC_AUDIENCE: '' })).toThrow(/OIDC_AUDIENCE: .* was expected, nothing came/);
    expect(read({ OIDC_JWKS_URI: 'nowhere' })).toThrow(/OIDC_JWKS_URI/);
    expect(read({ OIDC_JWKS_URI: pathToFileURL(join(folder, 'absent.json')).href })).toThrow(/OIDC_JWKS_URI 应为可读/);
    expect(read({ OIDC_ALGORITHMS: 'HS256' })).toThrow(/OIDC_ALGORITHMS: some of RS256.* HS256 came/);
    expect(read({ OIDC_CLAIMS: join(folder, 'absent.json') })).toThrow(/OIDC_CLAIMS 应为可读/);
    expect(withClaims({ role: 7 })).toThrow(/OIDC_CLAIMS role: a path .* 7 came/);
    expect(withClaims({ roles: { chief: 'KING' } })).toThrow(/OIDC_CLAIMS roles: .*KING/);
    expect(withClaims({ shoe_size: 'x' })).toThrow(/OIDC_CLAIMS: .* shoe_size came/);
  });
});
