import { setTimeout as delay } from 'node:timers/promises';
import { TokenRefused } from '@gnomon/identity';
import type { Database, TimeSource } from '@gnomon/store';
import { recordAct } from './acts.ts';
import type { Authenticate } from './authenticate.ts';
import type { BackgroundPart } from './types.ts';

/** Refused tokens, put on record by their code: one entry a minute and code, however many came. */
export interface SignInRefusals {
  /** The same sign-in, whose refusals are counted. */
  over(authenticate: Authenticate): Authenticate;
  /** Writes the counts of the last minute; what cannot be written now is written with the next. */
  part(ports: { readonly database: Pick<Database, 'transaction'>; readonly time: TimeSource }): BackgroundPart;
}

const MINUTE_MS = 60_000;

/** A counter of one process. A token is never kept, nor whom it claims to be: anybody can claim to be anybody. */
export function countSignInRefusals(): SignInRefusals {
  const counts = new Map<string, number>();
  return {
    over: (authenticate) => async (authorization, signal) => {
      try {
        return await authenticate(authorization, signal);
      } catch (error) {
        if (error instanceof TokenRefused) counts.set(error.code, (counts.get(error.code) ?? 0) + 1);
        throw error;
      }
    },
    part({ database, time }) {
      const settle = async (): Promise<boolean> => {
        const told = [...counts];
        if (told.length === 0) return false;
        const acts = told.map(([code, count]) => {
          return { kind: 'SIGN_IN_REFUSED', by: 'hub', at: time.now(), detail: { code, count } } as const;
        });
        await database.transaction((tx) => recordAct(tx, ...acts));
        for (const [code, count] of told) counts.set(code, (counts.get(code) ?? 0) - count);
        for (const [code, count] of counts) if (count === 0) counts.delete(code);
        return true;
      };
      return {
        name: 'sign-in refusals',
        async run(signal) {
          while (!signal.aborted) {
            await delay(MINUTE_MS, undefined, { signal, ref: false }).catch(() => {});
            await settle();
          }
        },
        settle,
      };
    },
  };
}
