import type { Viewer } from './types.ts';

export const END_KINDS = ['ACCOUNT_LOCKED', 'ACCOUNT_UNLOCKED', 'TOKEN_ENDED'] as const;
export type EndKind = (typeof END_KINDS)[number];

/** One step of a security administrator (安全管理员) on an account or a token. */
export interface EndEntry {
  readonly kind: EndKind;
  /** Subject of the tokens (`sub`); of a single token the account is not needed to end it, and empty. */
  readonly account: string;
  /** Name of the token (`Viewer.token.id`); null when the whole account is meant. */
  readonly token: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who did it. */
  readonly by: string;
  readonly reason: string;
}

/** What has been ended, folded from the steps in their order. */
export interface EndBook {
  apply(entry: EndEntry): void;
  /** Whether the viewer's account is locked, its token was ended, or was issued before the account was locked last. */
  isEnded(viewer: Pick<Viewer, 'id' | 'token'>): boolean;
  /** Accounts that are locked now, by the step that locked each. */
  locked(): readonly EndEntry[];
  /** Tokens that were ended, newest last. */
  endedTokens(): readonly EndEntry[];
}

/** An empty book. Unlocking an account does not revive the tokens that were issued before it was locked. */
export function createEndBook(): EndBook {
  const locks = new Map<string, EndEntry>();
  const lastLocked = new Map<string, number>();
  const tokens = new Map<string, EndEntry>();
  return {
    apply(entry) {
      if (entry.kind === 'TOKEN_ENDED') {
        if (entry.token !== null) tokens.set(entry.token, entry);
      } else if (entry.kind === 'ACCOUNT_LOCKED') {
        locks.set(entry.account, entry);
        lastLocked.set(entry.account, entry.at);
      } else locks.delete(entry.account);
    },
    isEnded({ id, token }) {
      if (locks.has(id)) return true;
      if (token === undefined) return false;
      const lockedAt = lastLocked.get(id);
      return tokens.has(token.id) || (lockedAt !== undefined && token.issuedAt <= lockedAt);
    },
    locked: () => [...locks.values()],
    endedTokens: () => [...tokens.values()],
  };
}
