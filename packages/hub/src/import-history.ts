import { Readable } from 'node:stream';
import type { Arrival } from '@gnomon/province';
import type { PushAccount } from './push-arrivals.ts';

const PART_CHARACTERS = 65_536;

/**
 * Takes rows in as history through the row stream, each with the instant of its arrival: the hub judges as if it had been
 * there. Sent again after a cut, what is in stays in; the signal cuts it.
 * @throws what the hub says when it refuses the stream as a whole.
 */
export async function importHistory(
  hubUrl: string,
  token: string,
  arrivals: Iterable<Arrival>,
  batch: string,
  signal?: AbortSignal,
): Promise<PushAccount> {
  const url = new URL('/work-items/rows', hubUrl);
  url.search = new URLSearchParams({ batch, history: '1' }).toString();
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: Readable.toWeb(Readable.from(linesOf(arrivals))) as unknown as ReadableStream,
    duplex: 'half',
    ...(signal === undefined ? {} : { signal }),
  } as RequestInit);
  const answer = (await response.json()) as {
    batchId: string;
    account: Omit<PushAccount, 'batchId'>;
    message?: object;
  };
  if (!response.ok) throw new Error(`history was not taken: ${JSON.stringify(answer)}`);
  return { batchId: answer.batchId, ...answer.account };
}

function* linesOf(arrivals: Iterable<Arrival>): Generator<string> {
  let text = '';
  for (const { receivedAt, row } of arrivals) {
    text += `${JSON.stringify({ ...row, received_at: new Date(receivedAt).toISOString() })}\n`;
    if (text.length < PART_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
