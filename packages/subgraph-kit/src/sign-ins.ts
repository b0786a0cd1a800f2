import { createSignInBook, type SignIn, type SignInBatch, type TokenRefusalCode, type Viewer } from '@gnomon/identity';
import { type Database, type TimeSource, tellOnce } from '@gnomon/store';
import { type HubAct, recordAct } from './acts.ts';
import { pause } from './background.ts';
import type { Transaction } from './subject-store.ts';
import type { BackgroundPart } from './types.ts';

/** Who signed in and who was refused, in one process, until it is on record. */
export interface SignIns {
  accepted(viewer: Viewer): void;
  refused(code: TokenRefusalCode): void;
  /**
   * Writes what waits: sign-ins within a second, refusals once a minute (one entry a code, however many came), and all of it when the process
   * stops. What cannot be written now is written with the next.
   */
  part(database: Pick<Database, 'transaction' | 'log'>): BackgroundPart & Required<Pick<BackgroundPart, 'settle'>>;
}

const EVERY_MS = 1_000;
const ROUNDS_A_MINUTE = 60;
/** How long after its end a token is remembered: clocks differ, and a report may come late. */
const REMEMBERED_MS = 8 * 86_400_000;

/** The sign-ins of this process, dated by its time source. */
export function createSignIns(time: TimeSource): SignIns {
  const book = createSignInBook();
  return {
    accepted: (viewer) => book.accepted(viewer, time.now()),
    refused: book.refused,
    part(database) {
      const write = async (of: 'ALL' | 'SIGN_INS'): Promise<boolean> => {
        const batch = book.take(of);
        if (batch === null) return false;
        try {
          await database.transaction((tx) => recordSignIns(tx, batch, time.now()));
        } catch (cause) {
          book.bringBack(batch);
          throw cause;
        }
        return true;
      };
      return {
        name: 'sign-ins',
        async run(signal, round) {
          for (let rounds = 1; !signal.aborted; rounds += 1) {
            round();
            await pause(EVERY_MS, signal);
            if (!signal.aborted) await write(rounds % ROUNDS_A_MINUTE === 0 ? 'ALL' : 'SIGN_INS');
          }
          await write('ALL').catch((err: unknown) =>
            database.log.error({ err, lost: book.take('ALL') }, 'the last sign-ins and refusals are not on record'),
          );
        },
        settle: () => write('ALL'),
      };
    },
  };
}

/** Puts sign-ins on record, each token once whatever process it came to first, and counts of refusals. */
export async function recordSignIns(tx: Transaction, batch: SignInBatch, now: number): Promise<void> {
  const fresh = await tellOnce(
    tx,
    batch.signIns.map((one) => ({ key: keyOf(one), until: Math.max(one.until, now) + REMEMBERED_MS })),
    now,
  );
  const signIns = new Map(batch.signIns.map((one) => [keyOf(one), one]));
  const acts = [...signIns].flatMap(([key, one]) => (fresh.has(key) ? [signedIn(one)] : []));
  await recordAct(tx, ...acts, ...refusalsOf(batch, now));
}

function keyOf({ issuer, token }: SignIn): string {
  return `token ${issuer} ${token}`;
}

function signedIn({ account, role, tier, division, token, issuer, at }: SignIn): HubAct {
  return { kind: 'SIGNED_IN', by: { id: account, role, tier, division }, at, about: token, detail: { issuer } };
}

function refusalsOf({ refused, dropped }: SignInBatch, at: number): readonly HubAct[] {
  return [
    ...Object.entries(refused).map(
      ([code, count]) => ({ kind: 'SIGN_IN_REFUSED', by: 'hub', at, detail: { code, count } }) as const,
    ),
    ...(dropped === 0 ? [] : [{ kind: 'SIGN_INS_DROPPED', by: 'hub', at, detail: { count: dropped } } as const]),
  ];
}
