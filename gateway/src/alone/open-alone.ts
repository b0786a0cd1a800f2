import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Assertions,
  bearerToken,
  createSignInBook,
  type SignInBook,
  scopeOf,
  TokenRefused,
  type Verifier,
} from '@gnomon/identity';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Authenticate } from '../sign-in.ts';
import { type Door, knockWith } from './doors.ts';
import { type EndedNews, followEnded } from './ended-news.ts';
import { aloneMetrics } from './metrics.ts';
import { reportSignIns } from './sign-in-reports.ts';

/** What a gateway without a database has instead of one. */
export interface Alone {
  readonly authenticate: Authenticate;
  readonly ended: EndedNews;
  /** What is not well now; empty when all is. */
  failing(): readonly string[];
  /** Waits for the news of who was ended, for a while. */
  ready(): Promise<void>;
  /** Reports what is left. */
  close(): Promise<void>;
}

/** How long the start waits for the news where a subgraph takes the question and does not answer. */
const FIRST_NEWS_MS = 20_000;

/** Follows the news of ended tokens and reports sign-ins, from now on until it is closed. */
export function openAlone(parts: {
  readonly doors: readonly Door[];
  readonly verifier: Verifier;
  readonly assertions: Assertions;
  readonly log: Logger;
  readonly metrics: Registry;
  now(): number;
}): Alone {
  const { doors, verifier, log, metrics, now } = parts;
  const knock = knockWith(parts.assertions);
  const book = createSignInBook();
  const ended = followEnded({ doors, knock, log, now });
  const counts = aloneMetrics(metrics, ended, now);
  const reports = reportSignIns({ doors, knock, book, log, onReport: counts.reported });
  counts.waiting(() => reports.waiting);
  return {
    authenticate: authenticateAlone({ verifier, ended, book, now }),
    ended,
    // Nobody is heard: there is nothing to be shown either, and who was ended meanwhile is not known.
    failing: () => (ended.isHeard ? [] : ['ended tokens']),
    ready: () => Promise.race([ended.firstRound, pause(FIRST_NEWS_MS, undefined, { ref: false })]),
    async close() {
      await ended.close();
      await reports.close();
    },
  };
}

/** Who comes: a token that holds and was not ended. Its first use, and each refusal, is noted. */
function authenticateAlone(parts: {
  readonly verifier: Verifier;
  readonly ended: Pick<EndedNews, 'isEnded'>;
  readonly book: SignInBook;
  now(): number;
}): Authenticate {
  const { verifier, ended, book, now } = parts;
  return async (authorization) => {
    try {
      const token = bearerToken(authorization);
      const viewer = token === null ? null : await verifier.verify(token);
      if (viewer !== null && ended.isEnded(viewer)) throw new TokenRefused('TOKEN_ENDED');
      if (viewer !== null) book.accepted(viewer, now());
      return { viewer, scope: scopeOf(viewer), requestId: randomUUID() };
    } catch (cause) {
      if (cause instanceof TokenRefused) book.refused(cause.code);
      throw cause;
    }
  };
}
