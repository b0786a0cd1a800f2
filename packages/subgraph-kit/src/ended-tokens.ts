import { createEndBook, type EndBook, type EndEntry, type Viewer } from '@gnomon/identity';
import { appendToOutbox, type Feed } from '@gnomon/store';
import type { Logger } from 'pino';
import { pause } from './background.ts';
import type { Transaction } from './subject-store.ts';
import type { BackgroundPart } from './types.ts';

/** The stream of locked accounts and ended tokens; every process reads it from its first entry on. */
export const ACCOUNT_STREAM = 'accounts';
const READ = 500;
const RETRY_MS = 500;

/** What security administrators ended, as far as it has been read; kept by the feed, hence the same after a restart and in every process. */
export interface EndedTokens extends Pick<EndBook, 'isEnded' | 'locked' | 'endedTokens'> {
  /** Calls the listener after each step, so that what is open can be closed. Returns the unsubscribe function. */
  onEnd(listener: () => void): () => void;
  /** Follows the stream: woken by notification, and every second. */
  readonly part: BackgroundPart & Required<Pick<BackgroundPart, 'settle'>>;
}

/** Writes a step in the caller's transaction; every process follows it within the relay's few milliseconds. */
export async function recordEnd(tx: Transaction, entry: EndEntry): Promise<void> {
  const key = entry.token ?? entry.account;
  await appendToOutbox(tx, [{ stream: ACCOUNT_STREAM, type: entry.kind, key, at: entry.at, payload: entry }]);
}

/** Opens the book as written up to now: nobody who was locked out before a restart comes in after it. */
export async function openEndedTokens({
  feed,
  log,
}: {
  readonly feed: Feed;
  readonly log: Logger;
}): Promise<EndedTokens> {
  const book = createEndBook();
  const listeners = new Set<() => void>();
  let cursor: string | null = null;
  const take = (entries: Awaited<ReturnType<Feed['read']>>): void => {
    for (const entry of entries) {
      book.apply(entry.payload as EndEntry);
      cursor = entry.cursor;
      log.info({ kind: entry.type, key: entry.key }, 'an account or token was changed by a security administrator');
    }
    if (entries.length > 0) for (const listener of listeners) listener();
  };
  const readOn = async (): Promise<boolean> => {
    const entries = await feed.read(ACCOUNT_STREAM, cursor, READ);
    take(entries);
    return entries.length > 0;
  };
  while (await readOn());
  return {
    isEnded: (viewer: Pick<Viewer, 'id' | 'token'>) => book.isEnded(viewer),
    locked: book.locked,
    endedTokens: book.endedTokens,
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    part: {
      name: 'ended tokens',
      async run(signal, onLook) {
        while (!signal.aborted) {
          for await (const entries of feed.follow(ACCOUNT_STREAM, cursor, { signal, onLook })) take(entries);
          await pause(RETRY_MS, signal);
        }
      },
      settle: readOn,
    },
  };
}
