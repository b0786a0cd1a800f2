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
import { PURPOSE_ISSUER } from './purpose-token.ts';
import { TokenRefused } from './refusal.ts';
import type { TokenName, Viewer } from './types.ts';

/** An issuer whose signatures are trusted. */
export type TrustedIssuer =
  | { readonly kind: 'builtin'; readonly publicKey: JWK }
  /** The hub's own tokens that carry a purpose; trusted for nothing else. */
  | { readonly kind: 'purpose'; readonly publicKey: JWK }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly audience: string; readonly jwksUri: string };

const MAX_TOKEN_LENGTH = 8192;
/** Difference of clocks that is forgiven between the issuer's machine and this one. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Tokens to viewers. Keys of OIDC issuers are fetched when first needed and cached by `jose`. */
export interface Verifier {
  /** @throws {TokenRefused} with the reason; never says whether an account exists. */
  verify(token: string): Promise<Viewer>;
}

/** A verifier that trusts exactly these issuers, each with its own algorithm list and audience. */
export function createVerifier(trusted: readonly TrustedIssuer[]): Verifier {
  const byIssuer = new Map<string, { keys: JWTVerifyGetKey; audience: string; algorithms: string[] }>();
  for (const one of trusted) {
    if (one.kind !== 'oidc') {
      byIssuer.set(one.kind === 'builtin' ? BUILTIN_ISSUER : PURPOSE_ISSUER, {
        keys: createLocalJWKSet({ keys: [one.publicKey] }),
        audience: AUDIENCE,
        algorithms: ['EdDSA'],
      });
    } else {
      byIssuer.set(one.issuer, {
        keys: createRemoteJWKSet(new URL(one.jwksUri)),
        audience: one.audience,
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
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
          requiredClaims: ['sub', 'exp', 'iat'],
        });
        const viewer = viewerFromClaims(payload);
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

/** What the token is known by: its `jti`, else a hash, of which nobody makes the token again. */
function nameOf(token: string, { jti, iat }: JWTPayload): TokenName {
  const id = typeof jti === 'string' && /^[\x21-\x7e]{1,128}$/.test(jti) ? jti : hashOf(token);
  return { id, issuedAt: (iat ?? 0) * 1000 };
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
