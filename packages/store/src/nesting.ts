import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sql } from 'postgres';

/** `GNOMON_NESTING=refuse`, as the tests set it: a second connection of a pool that is asked for while one is held is an error. */
const VARIABLE = 'GNOMON_NESTING';

/** Which pools the work at hand holds a connection of. */
interface Held {
  readonly pool: object;
  readonly outer: Held | undefined;
  isOpen: boolean;
}
const held = new AsyncLocalStorage<Held>();
const found: NestedConnection[] = [];

/** A second connection of a pool was asked for while one was held: as many at once as the pool has connections, and all wait for ever. */
export class NestedConnection extends Error {
  constructor(schema: string, what: string) {
    super(
      `${schema}: ${what} while a transaction of this pool is open; expected the transaction itself (tx), since whoever holds one connection ` +
        'and waits for another can stop the whole pool',
    );
    this.name = 'NestedConnection';
  }
}

/** What was refused since this was asked last, also where somebody caught it. */
export function takeNested(): readonly NestedConnection[] {
  return found.splice(0);
}

/** Keeps watch over one pool. */
export interface NestingGuard {
  /** The pool's client, whose statements are refused where a transaction of the pool is open. */
  readonly sql: Sql;
  /** @throws {NestedConnection} where a transaction of the pool is open. */
  check(what: string): void;
  /** Runs the work of a transaction of the pool. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

/** The guard of a pool; where nobody asked for it (everywhere but in tests) it costs nothing and refuses nothing. */
export function guardNesting(schema: string, sql: Sql): NestingGuard {
  if (process.env[VARIABLE] !== 'refuse') return { sql, check: () => {}, hold: (work) => work() };
  const isHeld = (): boolean => {
    for (let one = held.getStore(); one !== undefined; one = one.outer) if (one.pool === sql && one.isOpen) return true;
    return false;
  };
  const refuse = (what: string): never => {
    const refused = new NestedConnection(schema, what);
    found.push(refused);
    throw refused;
  };
  return {
    sql: new Proxy(sql, {
      apply(target, self, args: unknown[]) {
        const made = Reflect.apply(target as never, self, args) as unknown;
        // A statement runs when it is awaited; one that is only a part of another's text never is.
        if (made instanceof Promise && isHeld())
          Object.defineProperty(made, 'handle', { value: () => refuse(`the statement ${textOf(args[0])}`) });
        return made;
      },
    }),
    check(what) {
      if (isHeld()) refuse(what);
    },
    async hold(work) {
      const mine: Held = { pool: sql, outer: held.getStore(), isOpen: true };
      try {
        return await held.run(mine, work);
      } finally {
        mine.isOpen = false;
      }
    },
  };
}

function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join('?').replace(/\s+/g, ' ').trim().slice(0, 120) : 'of this pool';
}
