import type { TokenRefusalCode } from './refusal.ts';
import type { Role, Tier, Viewer } from './types.ts';

/** The first use of a token (登录). Nothing in it makes the token again. */
export interface SignIn {
  /** Subject of the token. */
  readonly account: string;
  readonly role: Role;
  readonly tier: Tier | null;
  readonly division: string | null;
  /** Name of the token, by which it can be ended. */
  readonly token: string;
  /** Who issued it. */
  readonly issuer: string;
  /** When it was used first, and until when it holds; milliseconds since 1970. */
  readonly at: number;
  readonly until: number;
}

/** What a process has to put on record of those who came. */
export interface SignInBatch {
  readonly signIns: readonly SignIn[];
  /** Refused tokens by code: a token is never kept, nor whom it claims to be, since anybody can claim to be anybody. */
  readonly refused: Readonly<Partial<Record<TokenRefusalCode, number>>>;
  /** Uses for which there was no room; each is noted anew when its token is used again. */
  readonly dropped: number;
}

/** Who came and who was refused, until it is on record. Bounded: a request costs a look into a map. */
export interface SignInBook {
  /** A token was accepted; only its first use is noted. A viewer without a token speaks in this process and signs in nowhere. */
  accepted(viewer: Viewer, at: number): void;
  refused(code: TokenRefusalCode): void;
  /** How many sign-ins wait. */
  readonly waiting: number;
  /** All that waits, or sign-ins alone; `null` when there is nothing. Bring back what could not be written. */
  take(of: 'ALL' | 'SIGN_INS'): SignInBatch | null;
  bringBack(batch: SignInBatch): void;
}

/** Tokens that a process remembers; one that it has forgotten is noted again, and the record knows it. */
const REMEMBERED = 20_000;
/** Sign-ins that wait at most while nothing can be written. */
const MOST_WAITING = 10_000;

/** An empty book; the bounds differ in tests. */
export function createSignInBook(remembered = REMEMBERED, mostWaiting = MOST_WAITING): SignInBook {
  const known = new Set<string>();
  let waiting: SignIn[] = [];
  let dropped = 0;
  const refusals = new Map<TokenRefusalCode, number>();
  const count = (code: TokenRefusalCode, by: number): unknown => refusals.set(code, (refusals.get(code) ?? 0) + by);

  const remember = (token: string): void => {
    known.add(token);
    if (known.size > remembered) known.delete(known.values().next().value as string);
  };
  return {
    accepted({ id, role, tier, division, token, expiresAt }, at) {
      if (token === undefined || known.has(token.id)) return;
      if (waiting.length >= mostWaiting) {
        dropped += 1;
        return;
      }
      remember(token.id);
      const { id: name, issuer } = token;
      waiting.push({ account: id, role, tier, division, token: name, issuer, at, until: expiresAt });
    },
    refused: (code) => void count(code, 1),
    get waiting() {
      return waiting.length;
    },
    take(of) {
      const isAll = of === 'ALL';
      if (waiting.length === 0 && (!isAll || (refusals.size === 0 && dropped === 0))) return null;
      const batch = {
        signIns: waiting,
        refused: isAll ? Object.fromEntries(refusals) : {},
        dropped: isAll ? dropped : 0,
      };
      waiting = [];
      if (isAll) {
        refusals.clear();
        dropped = 0;
      }
      return batch;
    },
    bringBack({ signIns, refused, dropped: before }) {
      waiting = [...signIns, ...waiting];
      dropped += before;
      for (const [code, times] of Object.entries(refused)) count(code as TokenRefusalCode, times);
    },
  };
}
