import type { Database } from '@gnomon/store';
import type { TransactionSql } from 'postgres';

/** What stops the machine. */
export interface Breaker {
  /** It stops right before the next commit, or before the n-th statement in a transaction from now. */
  arm(when: 'COMMIT' | number): void;
  /** Whether it has stopped; then nothing works until it is mended. */
  readonly isDown: boolean;
  readonly isArmed: boolean;
  mend(): void;
  /** Called before each statement and each commit. */
  pass(what: 'STATEMENT' | 'COMMIT'): void;
}

/** The machine has stopped. */
export class Stopped extends Error {}

export function newBreaker(): Breaker {
  let left: number | 'COMMIT' | null = null;
  let isDown = false;
  return {
    get isDown() {
      return isDown;
    },
    get isArmed() {
      return left !== null;
    },
    arm(when) {
      left = when;
    },
    mend() {
      left = null;
      isDown = false;
    },
    pass(what) {
      if (isDown) throw new Stopped();
      if (typeof left === 'number' && what === 'STATEMENT') left -= 1;
      isDown = left === what || left === 0;
      if (isDown) throw new Stopped();
    },
  };
}

/** A database whose transactions stop where the breaker says; what was not committed is gone, as after a power cut. */
export function breakable(database: Database, breaker: Breaker): Database {
  return {
    ...database,
    transaction: ((work: (tx: TransactionSql) => Promise<unknown>) => {
      if (breaker.isDown) return Promise.reject(new Stopped());
      return database.transaction(async (tx) => {
        const result = await work(breaker.isArmed ? counted(tx, breaker) : tx);
        breaker.pass('COMMIT');
        return result;
      });
    }) as Database['transaction'],
    asViewer: (scope, work) => (breaker.isDown ? Promise.reject(new Stopped()) : database.asViewer(scope, work)),
  };
}

function counted(tx: TransactionSql, breaker: Breaker): TransactionSql {
  return new Proxy(tx, {
    apply(target, self, args) {
      breaker.pass('STATEMENT');
      return Reflect.apply(target, self, args);
    },
    get(target, name, receiver) {
      if (name === 'unsafe') breaker.pass('STATEMENT');
      return Reflect.get(target, name, receiver);
    },
  });
}
