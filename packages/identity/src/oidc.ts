import { readFileSync } from 'node:fs';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { CLAIM_PREFIX } from './claims.ts';
import { TokenRefused } from './refusal.ts';
import { ROLES, type Role } from './types.ts';

/** Signature algorithms that an installation may allow; none of them is symmetric. */
export const OIDC_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
export type OidcAlgorithm = (typeof OIDC_ALGORITHMS)[number];

/** Where the keys of an issuer are: found by its discovery document, at an address, or kept beside this hub. */
export type OidcKeys =
  | { readonly from: 'DISCOVERY' }
  | { readonly from: 'URI'; readonly uri: string }
  | { readonly from: 'FILE'; readonly keys: JSONWebKeySet };

/** The claims of an identity service by what Gnomon reads of them: each a path of names, for example `["realm_access", "roles"]`. */
export interface ClaimMap {
  readonly id: readonly string[];
  readonly role: readonly string[];
  /** The service's own words for roles, by Gnomon's. A word that is not here is no role of ours. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Paths of the other claims; what is missing here is read as `gnomon_<name>`. */
  readonly claims: Readonly<Partial<Record<OtherClaim, readonly string[]>>>;
}
const OTHER_CLAIMS = ['name_zh', 'name_en', 'tier', 'post', 'agency', 'division', 'sources', 'purpose'] as const;
type OtherClaim = (typeof OTHER_CLAIMS)[number];

/** An identity service that is trusted. */
export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: OidcKeys;
  readonly algorithms: readonly OidcAlgorithm[];
  readonly claims: ClaimMap;
}

/** Gnomon's own names, for a service that was taught them. */
export const OWN_CLAIMS: ClaimMap = {
  id: ['sub'],
  role: [`${CLAIM_PREFIX}role`],
  roles: Object.fromEntries(ROLES.map((role) => [role, role])),
  claims: {},
};

/**
 * The claims of a token under Gnomon's names.
 * @throws {TokenRefused} `TOKEN_CLAIMS` when no role of ours is among them, `TOKEN_ROLES` when there are two: whoever runs the machine does not
 * judge cases, and the three administrators are three persons.
 */
export function mapClaims(payload: JWTPayload, map: ClaimMap): JWTPayload {
  const given = at(payload, map.role);
  const words = (Array.isArray(given) ? given : [given]).filter((word) => typeof word === 'string');
  const roles = new Set(words.flatMap((word) => (Object.hasOwn(map.roles, word) ? [map.roles[word] as Role] : [])));
  const [role] = roles;
  if (role === undefined)
    throw new TokenRefused(
      'TOKEN_CLAIMS',
      `${map.role.join('.')}: one of ${Object.keys(map.roles).join(', ')} was expected`,
    );
  if (roles.size > 1) throw new TokenRefused('TOKEN_ROLES', [...roles].sort().join(', '));
  const others = OTHER_CLAIMS.map((name) => {
    const path = map.claims[name];
    return [`${CLAIM_PREFIX}${name}`, path === undefined ? payload[`${CLAIM_PREFIX}${name}`] : at(payload, path)];
  });
  const mapped = Object.fromEntries(others.filter(([, value]) => value !== undefined && value !== null));
  return { ...registered(payload), ...mapped, [`${CLAIM_PREFIX}role`]: role, sub: at(payload, map.id) as string };
}

function registered({ iss, aud, exp, iat, nbf, jti }: JWTPayload): JWTPayload {
  const kept = { iss, aud, exp, iat, nbf, jti };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

function at(payload: unknown, path: readonly string[]): unknown {
  let value = payload;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/**
 * The identity service of the environment: `OIDC_ISSUER` and `OIDC_AUDIENCE`; `OIDC_JWKS_URI` (an address or `file:`) where there is no
 * discovery document; `OIDC_ALGORITHMS` (all of `OIDC_ALGORITHMS` when not set); `OIDC_CLAIMS`, a JSON file with the mapping of claims.
 * @returns null when no issuer is set.
 * @throws {Error} naming the variable, what was expected, what came, in both languages.
 */
export function readOidc(env: Readonly<Record<string, string | undefined>>): OidcIssuer | null {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = env;
  if (!issuer) return null;
  if (!URL.canParse(issuer))
    throw wrong('OIDC_ISSUER', '身份服务的地址', 'the address of the identity service', issuer);
  if (!audience) throw wrong('OIDC_AUDIENCE', '本平台的受众标识', 'the audience that names this hub', audience);
  return {
    issuer,
    audience,
    keys: readKeys(env.OIDC_JWKS_URI),
    algorithms: readAlgorithms(env.OIDC_ALGORITHMS),
    claims: env.OIDC_CLAIMS ? readClaims(env.OIDC_CLAIMS) : OWN_CLAIMS,
  };
}

function readKeys(uri: string | undefined): OidcKeys {
  if (!uri) return { from: 'DISCOVERY' };
  if (!URL.canParse(uri)) throw wrong('OIDC_JWKS_URI', '公钥集的地址', 'the address of a key set', uri);
  if (!uri.startsWith('file:')) return { from: 'URI', uri };
  const keys = readJson('OIDC_JWKS_URI', new URL(uri)) as JSONWebKeySet;
  if (Array.isArray(keys.keys) && keys.keys.length > 0) return { from: 'FILE', keys };
  throw wrong('OIDC_JWKS_URI', '含有公钥的 JWKS 文件', 'a JWKS file with keys', uri);
}

function readAlgorithms(value: string | undefined): readonly OidcAlgorithm[] {
  if (!value) return OIDC_ALGORITHMS;
  const names = value.split(',').map((name) => name.trim());
  const known = OIDC_ALGORITHMS.filter((algorithm) => names.includes(algorithm));
  if (known.length === names.length) return known;
  throw wrong(
    'OIDC_ALGORITHMS',
    `${OIDC_ALGORITHMS.join('、')} 中的若干个`,
    `some of ${OIDC_ALGORITHMS.join(', ')}`,
    value,
  );
}

function readClaims(file: string): ClaimMap {
  const { id, role, roles, ...claims } = readJson('OIDC_CLAIMS', file) as Record<string, unknown>;
  const path = (name: string, value: unknown): readonly string[] => {
    if (typeof value === 'string' && value !== '') return value.split('.');
    throw wrong(
      `OIDC_CLAIMS ${name}`,
      '以点分隔的声明路径',
      'a path of claims, separated by dots',
      JSON.stringify(value),
    );
  };
  const unknown = Object.keys(claims).find((name) => !(OTHER_CLAIMS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw wrong(
      'OIDC_CLAIMS',
      `id、role、roles、${OTHER_CLAIMS.join('、')}`,
      `id, role, roles, ${OTHER_CLAIMS.join(', ')}`,
      unknown,
    );
  return {
    id: id === undefined ? OWN_CLAIMS.id : path('id', id),
    role: role === undefined ? OWN_CLAIMS.role : path('role', role),
    roles: roles === undefined ? OWN_CLAIMS.roles : readRoles(roles),
    claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, path(name, value)])),
  };
}

function readRoles(value: unknown): ClaimMap['roles'] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const isKnown = entries.length > 0 && entries.every(([, role]) => (ROLES as readonly unknown[]).includes(role));
  if (isKnown) return Object.fromEntries(entries) as ClaimMap['roles'];
  throw wrong(
    'OIDC_CLAIMS roles',
    `角色名到 ${ROLES.join('、')} 的对应`,
    `names of roles to ${ROLES.join(', ')}`,
    JSON.stringify(value),
  );
}

function readJson(name: string, file: string | URL): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(
      `${name} 应为可读的 JSON 文件 · ${name}: a JSON file was expected, ${String(file)} cannot be read as one`,
      { cause },
    );
  }
}

function wrong(name: string, zh: string, en: string, came: string | undefined): Error {
  return new Error(
    `${name} 应为${zh} · ${name}: ${en} was expected, ${came === undefined || came === '' ? 'nothing' : came} came`,
  );
}
