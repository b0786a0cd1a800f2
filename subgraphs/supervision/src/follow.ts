import { readPosition } from '@gnomon/store';
import type { Ports } from '@gnomon/subgraph-kit';
import { FOLLOWER, takeOver } from './take-over.ts';

/** Entries of one transaction. Measured on the ledger's statements: more gains nothing, and holds the lock for longer. */
const BATCH = 500;

/** Follows one domain's stream for ever, from where it stopped, until the signal aborts. */
export async function followDomain(
  ports: Ports,
  stream: string,
  signal: AbortSignal,
  onLook?: () => void,
): Promise<void> {
  const how = { signal, batch: BATCH, ...(onLook === undefined ? {} : { onLook }) };
  while (!signal.aborted) {
    let position = await positionOf(ports, stream);
    for await (const entries of ports.feed.follow(stream, position, how)) {
      position = await takeOver(ports, stream, position, entries);
      // Another follower has moved the position: read again from there.
      if (position !== entries.at(-1)?.cursor) break;
    }
  }
}

/** Takes over what is in the stream now; gives how many entries that was. For settable time. */
export async function catchUp(ports: Ports, stream: string): Promise<number> {
  let count = 0;
  for (;;) {
    const position = await positionOf(ports, stream);
    const entries = await ports.feed.read(stream, position, BATCH);
    if (entries.length === 0) return count;
    await takeOver(ports, stream, position, entries);
    count += entries.length;
  }
}

/** How far the stream was taken over; `null` before the first entry. */
export async function positionOf(ports: Pick<Ports, 'database'>, stream: string): Promise<string | null> {
  return ports.database.transaction((tx) => readPosition(tx, FOLLOWER, stream));
}
