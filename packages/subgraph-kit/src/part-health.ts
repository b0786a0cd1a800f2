/** How the background parts of a process do: which fail, and which have not come round of late. */
export interface PartHealth {
  /** Names of the parts that are being started again after an error. */
  readonly failing: ReadonlySet<string>;
  /** Parts at work that have been in their present round for longer than they mean to be. */
  idle(): readonly IdlePart[];
}

/** A part that is in one round still. */
export interface IdlePart {
  readonly part: string;
  /** For how long, by the process's own clock, in milliseconds. */
  readonly idleMs: number;
  /** The longest time that it means to let pass from one round to the next, in milliseconds. */
  readonly everyMs: number;
}

/** The health of parts as who runs them writes it down. */
export interface PartBook extends PartHealth {
  came(part: string, everyMs: number): void;
  failed(part: string): void;
  stopped(part: string): void;
}

/**
 * A book of parts.
 * @param clock A clock of milliseconds that only runs forward and stands while the machine sleeps.
 */
export function createPartBook(clock: () => number = () => performance.now()): PartBook {
  const rounds = new Map<string, { readonly at: number; readonly everyMs: number }>();
  const failing = new Set<string>();
  return {
    failing,
    idle: () =>
      [...rounds]
        .map(([part, { at, everyMs }]) => ({ part, idleMs: clock() - at, everyMs }))
        .filter(({ idleMs, everyMs }) => idleMs > everyMs),
    came(part, everyMs) {
      failing.delete(part);
      rounds.set(part, { at: clock(), everyMs });
    },
    failed(part) {
      failing.add(part);
      rounds.delete(part);
    },
    stopped: (part) => rounds.delete(part),
  };
}
