import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createEndBook, type EndBook, GATE_PATHS, readGateLine, type Viewer } from '@gnomon/identity';
import type { Logger } from 'pino';
import type { EndedViewers } from '../types.ts';
import type { Door, Knock } from './doors.ts';

/** What a gateway alone knows of ended tokens: it hears it from any subgraph. */
export interface EndedNews extends EndedViewers {
  isEnded(viewer: Pick<Viewer, 'id' | 'token'>): boolean;
  /** When a subgraph was heard last, in ms; `null` before the first time. */
  readonly heardAt: number | null;
  /** Whether a subgraph is heard now. */
  readonly isHeard: boolean;
  /** Settled when all that stands was told, or every door was tried in vain: whoever was ended before a restart does not come in after it. */
  readonly firstRound: Promise<void>;
  close(): Promise<void>;
}

export interface EndedNewsOptions {
  readonly doors: readonly Door[];
  readonly knock: Knock;
  readonly log: Logger;
  now(): number;
  /** A door that says nothing for so long is given up: three of its beats. Default 15,000. */
  readonly silenceMs?: number;
  /** Longest pause after a round of all doors in vain. Default 2,000. */
  readonly longestPauseMs?: number;
}

const FIRST_PAUSE_MS = 50;

/**
 * Follows the news of ended tokens at one subgraph after another. What was heard stays true while none is heard; meanwhile tokens expire by
 * themselves, and there is nothing new to be seen either, because whoever could send it would tell the news as well.
 */
export function followEnded(options: EndedNewsOptions): EndedNews {
  const { doors, knock, log, now, silenceMs = 15_000, longestPauseMs = 2_000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const listeners = new Set<() => void>();
  const firstRound = Promise.withResolvers<void>();
  let book: EndBook = createEndBook();
  let heardAt: number | null = null;
  let isHeard = false;

  /** All that stands is told into a book of its own, which then takes the place of the old one. */
  async function follow(door: Door): Promise<void> {
    const body = await knock(door, { path: GATE_PATHS.ended, signal, silenceMs });
    const fresh = createEndBook();
    // `for await` of the lines alone would end without a word where the connection broke.
    const broke = Promise.withResolvers<never>();
    broke.promise.catch(() => {});
    body.once('error', broke.reject);
    const lines = createInterface({ input: body })[Symbol.asyncIterator]();
    for (;;) {
      const line = await Promise.race([lines.next(), broke.promise]);
      if (line.done === true) throw new Error(`subgraph ${door.name} told its news to an end`);
      const { ended, told } = readGateLine(line.value);
      heardAt = now();
      if (ended !== undefined) fresh.apply(ended);
      if (told === true) {
        if (!isHeard) log.info({ subgraph: door.name }, 'the news of ended tokens is heard');
        book = fresh;
        isHeard = true;
        firstRound.resolve();
      }
      if (book === fresh && (told === true || ended !== undefined)) for (const listener of listeners) listener();
    }
  }

  async function run(): Promise<void> {
    let inVain = 0;
    for (let turn = 0; !signal.aborted; turn += 1) {
      const door = doors[turn % doors.length]!;
      try {
        await follow(door);
      } catch (err) {
        if (signal.aborted) return;
        inVain = isHeard ? 1 : inVain + 1;
        if (inVain === 1 || inVain === doors.length)
          log.warn(
            { err, subgraph: door.name, inVain },
            'the news of ended tokens is not heard; another subgraph is asked',
          );
        isHeard = false;
      }
      if (inVain < doors.length) continue;
      firstRound.resolve();
      const rounds = Math.floor(inVain / doors.length);
      if (inVain % doors.length === 0)
        await pause(Math.min(FIRST_PAUSE_MS * 2 ** rounds, longestPauseMs), undefined, { signal }).catch(() => {});
    }
  }
  const running = doors.length === 0 ? firstRound.resolve() : run();
  return {
    isEnded: (viewer) => book.isEnded(viewer),
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get heardAt() {
      return heardAt;
    },
    get isHeard() {
      return isHeard;
    },
    firstRound: firstRound.promise,
    async close() {
      stopping.abort();
      await running;
    },
  };
}
