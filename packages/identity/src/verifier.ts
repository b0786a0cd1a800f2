import { createHash } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { viewerFromClaims } from './claims.ts';
import { AUDIENCE, BUILTIN_ISSUER } from './issuer.ts';
import { mapClaims, type OidcIssuer } from './oidc.ts';
import { PURPOSE_ISSUER } from './purpose-token.ts';
import { TokenRefused } from './refusal.ts';
import type { TokenName, Viewer } from './types.ts';

/** An issuer whose signatures are trusted. */
export type TrustedIssuer =
  | { readonly kind: 'builtin'; readonly publicKey: JWK }
  /** The hub's own tokens that carry a purpose; trusted for nothing else. */
  | { readonly kind: 'purpose'; readonly publicKey: JWK }
  | ({ readonly kind: 'oidc' } & OidcIssuer);

const MAX_TOKEN_LENGTH = 8192;
/** Difference of clocks that is forgiven between the issuer's machine and this one. */
const CLOCK_TOLERANCE_SECONDS = 5;
const DISCOVERY_LIMIT_MS = 5_000;

interface Trust {
  readonly keys: JWTVerifyGetKey;
  readonly audience: string;
  readonly algorithms: string[];
  /** The issuer's claims under our names. */
  claimsOf(payload: JWTPayload): JWTPayload;
}

/** Tokens to viewers. Keys of OIDC issuers are fetched when first needed and cached by `jose`. */
export interface Verifier {
  /** @throws {TokenRefused} with the reason; never says whether an account exists. */
  verify(token: string): Promise<Viewer>;
}

/** A verifier that trusts exactly these issuers, each with its own algorithm list and audience. */
export function createVerifier(trusted: readonly TrustedIssuer[]): Verifier {
  const byIssuer = new Map<string, Trust>();
  for (const one of trusted) {
    if (one.kind !== 'oidc') {
      byIssuer.set(one.kind === 'builtin' ? BUILTIN_ISSUER : PURPOSE_ISSUER, {
        keys: createLocalJWKSet({ keys: [one.publicKey] }),
        audience: AUDIENCE,
        algorithms: ['EdDSA'],
        claimsOf: (payload) => payload,
      });
    } else {
      byIssuer.set(one.issuer, {
        keys: keysOf(one),
        audience: one.audience,
        algorithms: [...one.algorithms],
        claimsOf: (payload) => mapClaims(payload, one.claims),
      });
    }
  }
  return {
    async verify(token) {
      if (token.length > MAX_TOKEN_LENGTH)
        throw new TokenRefused('TOKEN_MALFORMED', `longer than ${MAX_TOKEN_LENGTH} characters`);
      const from = byIssuer.get(claimedIssuer(token));
      if (from === undefined) throw new TokenRefused('TOKEN_AUDIENCE');
      try {
        const { payload } = await jwtVerify(token, from.keys, {
          audience: from.audience,
          algorithms: from.algorithms,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ['exp', 'iat'],
        });
        const viewer = viewerFromClaims(from.claimsOf(payload));
        if (payload.iss === PURPOSE_ISSUER && viewer.purpose === null)
          throw new TokenRefused('TOKEN_CLAIMS', 'purpose: expected in a token of this issuer');
        return { ...viewer, token: nameOf(token, payload) };
      } catch (cause) {
        throw refusalFor(cause);
      }
    },
  };
}

/** The token of an `Authorization` header, or `null` when there is none. */
export function bearerToken(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  const match = /^Bearer +([^\s]+)$/i.exec(header);
  if (match === null) throw new TokenRefused('TOKEN_MALFORMED', 'the header does not read "Bearer <token>"');
  return match[1] ?? null;
}

function keysOf({ issuer, keys }: OidcIssuer): JWTVerifyGetKey {
  if (keys.from === 'FILE') return createLocalJWKSet(keys.keys);
  if (keys.from === 'URI') return createRemoteJWKSet(new URL(keys.uri));
  return discoveredKeys(issuer);
}

/** Keys where the issuer's discovery document says they are (OpenID Connect Discovery 1.0, section 4); read at the first token. */
function discoveredKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null;
  const discover = async (): Promise<JWTVerifyGetKey> => {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(DISCOVERY_LIMIT_MS),
    });
    if (!response.ok)
      throw new Error(`OIDC_ISSUER ${issuer}: its discovery document was expected, status ${response.status} came`);
    const document = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (document.issuer === issuer && typeof document.jwks_uri === 'string')
      return createRemoteJWKSet(new URL(document.jwks_uri));
    throw new Error(
      `OIDC_ISSUER ${issuer}: a discovery document of this issuer with jwks_uri was expected, one of ${String(document.issuer)} came`,
    );
  };
  return async (header, token) => {
    // An issuer that is away now is asked again with the next token.
    found ??= discover().catch((cause: unknown) => {
      found = null;
      throw cause;
    });
    return (await found)(header, token);
  };
}

/** What the token is known by: its `jti`, else a hash, of which nobody makes the token again. */
function nameOf(token: string, { jti, iat, iss = '' }: JWTPayload): TokenName {
  const id = typeof jti === 'string' && /^[\x21-\x7e]{1,128}$/.test(jti) ? jti : hashOf(token);
  return { id, issuedAt: (iat ?? 0) * 1000, issuer: iss };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw new TokenRefused('TOKEN_MALFORMED', null, cause);
  }
}

function refusalFor(cause: unknown): Error {
  if (cause instanceof TokenRefused) return cause;
  if (cause instanceof errors.JWTExpired) return new TokenRefused('TOKEN_EXPIRED', null, cause);
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return new TokenRefused(
      cause.claim === 'aud' || cause.claim === 'iss' ? 'TOKEN_AUDIENCE' : 'TOKEN_CLAIMS',
      cause.claim,
      cause,
    );
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed || cause instanceof errors.JWKSNoMatchingKey) {
    return new TokenRefused('TOKEN_SIGNATURE', null, cause);
  }
  if (cause instanceof errors.JOSEAlgNotAllowed || cause instanceof errors.JOSENotSupported)
    return new TokenRefused('TOKEN_SIGNATURE', null, cause);
  if (cause instanceof errors.JWSInvalid || cause instanceof errors.JWTInvalid)
    return new TokenRefused('TOKEN_MALFORMED', null, cause);
  if (cause instanceof errors.JWKSTimeout || cause instanceof errors.JOSEError)
    return new TokenRefused('TOKEN_SIGNATURE', 'the key set of the issuer could not be read', cause);
  // An outage (network, bug) is not the caller's fault: let it surface as such.
  return cause instanceof Error ? cause : new Error('token verification failed', { cause });
}
