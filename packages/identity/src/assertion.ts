import { hkdfSync } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { claimsOf, viewerFromClaims } from './claims.ts';
import { TokenRefused } from './refusal.ts';
import type { TokenName, Viewer } from './types.ts';

const ASSERTION_ISSUER = 'urn:gnomon:gateway';
/** An assertion outlives the request it was made for by little: replaying a captured one is worth a minute at most. */
export const ASSERTION_TTL_SECONDS = 60;

/** Between gateway and subgraphs over HTTP: "I checked who asks; it is this viewer". */
export interface Assertions {
  /** Signed for one audience (a subgraph's name) and one request. */
  sign(viewer: Viewer | null, audience: string, requestId: string): Promise<string>;
  /** @throws {TokenRefused} when signature, audience or age is wrong. */
  verify(token: string, audience: string): Promise<{ readonly viewer: Viewer | null; readonly requestId: string }>;
  /** Whether a bearer token claims to be an assertion; says nothing of its truth. */
  isAssertion(token: string): boolean;
}

/**
 * Assertions under a shared secret (`GNOMON_INTERNAL_SECRET`, at least 32 characters), which only the hub's own parts hold.
 * HMAC, since whoever may verify may also speak inside the hub, and it costs a tenth of a signature.
 */
export function createAssertions(secret: string): Assertions {
  if (secret.length < 32) {
    throw new Error(
      `GNOMON_INTERNAL_SECRET: at least 32 characters were expected, ${secret.length} came; set a longer random text on the gateway and on every subgraph`,
    );
  }
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'gnomon assertion v1', 32));
  return {
    sign: (viewer, audience, requestId) =>
      new SignJWT({
        ...(viewer === null ? { anonymous: true } : { ...claimsOf(viewer), ...beyondClaims(viewer) }),
        rid: requestId,
      })
        .setProtectedHeader({ alg: 'HS256', typ: 'gnomon-assertion' })
        .setIssuer(ASSERTION_ISSUER)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${ASSERTION_TTL_SECONDS}s`)
        .sign(key),
    async verify(token, audience) {
      try {
        const { payload } = await jwtVerify(token, key, {
          issuer: ASSERTION_ISSUER,
          audience,
          algorithms: ['HS256'],
          typ: 'gnomon-assertion',
          requiredClaims: ['exp', 'rid'],
        });
        const requestId = String(payload.rid);
        if (payload.anonymous === true) return { viewer: null, requestId };
        const { viewerToken, viewerExpiresAt } = payload as { viewerToken?: TokenName; viewerExpiresAt?: unknown };
        const beyond = { expiresAt: Number(viewerExpiresAt), ...(viewerToken ? { token: viewerToken } : {}) };
        return { viewer: { ...viewerFromClaims(payload), ...beyond }, requestId };
      } catch (cause) {
        throw cause instanceof TokenRefused ? cause : new TokenRefused('TOKEN_SIGNATURE', 'gateway assertion', cause);
      }
    },
    isAssertion: (token) => token.startsWith(ASSERTION_HEADER_START),
  };
}

/** What of a viewer stands in the registered claims of its own token, which an assertion has for itself. */
function beyondClaims({ expiresAt, token }: Viewer) {
  return { viewerExpiresAt: expiresAt, ...(token === undefined ? {} : { viewerToken: token }) };
}

/** Base64url of `{"alg":"HS256","typ":"gnomon-assertion"`; no token of the built-in or an OIDC issuer begins so. */
const ASSERTION_HEADER_START = Buffer.from('{"alg":"HS256","typ":"gnomon-assertion"')
  .toString('base64url')
  .slice(0, 50);
