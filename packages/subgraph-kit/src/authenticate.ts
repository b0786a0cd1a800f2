import { randomUUID } from 'node:crypto';
import { type Assertions, bearerToken, scopeOf, TokenRefused, type Verifier, type Viewer } from '@gnomon/identity';
import type { EndedTokens } from './ended-tokens.ts';
import type { SignIns } from './sign-ins.ts';
import type { RequestContext } from './types.ts';

/** Turns an `Authorization` header into a request context. */
export type Authenticate = (authorization: string | undefined, signal?: AbortSignal) => Promise<RequestContext>;

/** What tokens are checked with. */
export interface AuthenticateOptions {
  readonly verifier: Verifier;
  /** Checks gateway assertions; `null` where no gateway speaks to this subgraph over HTTP. */
  readonly assertions: Assertions | null;
  /** The subgraph's name: an assertion made for another one is refused. */
  readonly audience: string;
  /** What security administrators ended; without it every token lives until it expires. */
  readonly ended?: Pick<EndedTokens, 'isEnded'>;
  /** Hears of each token that is accepted or refused here; of an assertion the gateway that checked the token tells. */
  readonly signIns?: Pick<SignIns, 'accepted' | 'refused'>;
}

/**
 * A bearer token or a gateway's assertion → who asks, and within what scope. No header is nobody; a token that is not
 * accepted is an error, never nobody.
 */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { verifier, assertions, audience, ended, signIns } = options;
  const living = (viewer: Viewer | null): Viewer | null => {
    if (viewer !== null && ended?.isEnded(viewer) === true) throw new TokenRefused('TOKEN_ENDED');
    return viewer;
  };
  const contextOf: Authenticate = async (authorization, signal) => {
    const token = bearerToken(authorization);
    if (token === null) return requestContext(null, randomUUID(), signal);
    if (assertions?.isAssertion(token) === true) {
      const { viewer, requestId } = await assertions.verify(token, audience);
      return requestContext(living(viewer), requestId, signal);
    }
    const viewer = await verifier.verify(token);
    const context = requestContext(living(viewer), randomUUID(), signal);
    signIns?.accepted(viewer);
    return context;
  };
  return async (authorization, signal) => {
    try {
      return await contextOf(authorization, signal);
    } catch (cause) {
      if (cause instanceof TokenRefused) signIns?.refused(cause.code);
      throw cause;
    }
  };
}

/** The context of a request by this viewer. @throws {TokenRefused} when the viewer's token has run out meanwhile. */
export function requestContext(viewer: Viewer | null, requestId: string, signal?: AbortSignal): RequestContext {
  if (viewer !== null && viewer.expiresAt <= Date.now()) throw new TokenRefused('TOKEN_EXPIRED');
  return { viewer, scope: scopeOf(viewer), requestId, ...(signal === undefined ? {} : { signal }) };
}
