import { Readable } from 'node:stream';
import type { Arrival } from '@gnomon/province';
import type { RowDomain } from './domains.ts';
import type { PushAccount } from './push-arrivals.ts';

const PART_CHARACTERS = 65_536;
const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;

/** What a history import came to. */
export type HistoryAccount = Omit<PushAccount, 'batchId'>;

/** Where history goes and in whose name. */
export interface HistoryRoad {
  readonly hubUrl: string;
  /** An operator's token. */
  readonly token: string;
  readonly batch: string;
  readonly signal?: AbortSignal;
}

/**
 * Takes rows of one domain in as history through its row stream, each with the instant of its arrival: the hub judges as if
 * it had been there. Sent again after a cut, what is in stays in; the signal cuts it.
 * @throws what the hub says when it refuses the stream as a whole.
 */
export async function importHistory(
  road: HistoryRoad,
  arrivals: Iterable<Arrival>,
  to: RowDomain = 'work-items',
): Promise<HistoryAccount> {
  const { account } = await post(road, to, arrivals, {});
  return account;
}

/**
 * Takes history of several domains in, in order of arrival: day after day, work items first, since the others follow them.
 * Every domain's import stays open until the last day is in, so that nobody's timers run ahead of another domain's rows.
 */
export async function importAllHistory(
  road: HistoryRoad,
  arrivals: readonly (Arrival & { readonly to: RowDomain })[],
): Promise<HistoryAccount> {
  const first = arrivals[0];
  const total = { rows: 0, taken: 0, identical: 0, setAside: 0, refused: 0 };
  if (first === undefined) return total;
  const domains = [...new Set(arrivals.map(({ to }) => to))].sort((a, b) => rank(a) - rank(b));
  const nextChunk = new Map<RowDomain, number>();
  const send = async (to: RowDomain, rows: readonly Arrival[], isLast: boolean, from?: number): Promise<void> => {
    const firstChunk = nextChunk.get(to) ?? 0;
    const { account, chunks } = await post(road, to, rows, {
      firstChunk: String(firstChunk),
      ...(isLast ? {} : { more: '1' }),
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    });
    nextChunk.set(to, firstChunk + chunks);
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += account[name];
  };
  for (const to of domains) await send(to, [], false, first.receivedAt);
  for (const day of byDay(arrivals)) {
    const parts = Map.groupBy(day, ({ to }) => to);
    for (const to of domains) {
      const rows = parts.get(to);
      if (rows !== undefined) await send(to, rows, false);
    }
  }
  for (const to of domains) await send(to, [], true);
  return total;
}

async function post(
  { hubUrl, token, batch, signal }: HistoryRoad,
  to: RowDomain,
  arrivals: Iterable<Arrival>,
  query: Readonly<Record<string, string>>,
): Promise<{ readonly account: HistoryAccount; readonly chunks: number }> {
  const url = new URL(`/${to}/rows`, hubUrl);
  url.search = new URLSearchParams({ batch, history: '1', ...query }).toString();
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: Readable.toWeb(Readable.from(linesOf(arrivals))) as unknown as ReadableStream,
    duplex: 'half',
    ...(signal === undefined ? {} : { signal }),
  } as RequestInit);
  const answer = (await response.json()) as {
    account: HistoryAccount & { chunks: number };
    message?: object;
  };
  if (!response.ok) throw new Error(`history of ${to} was not taken: ${JSON.stringify(answer)}`);
  const { chunks, ...account } = answer.account;
  return { account, chunks };
}

function* byDay<T extends Arrival>(arrivals: readonly T[]): Generator<readonly T[]> {
  let start = 0;
  for (let end = 1; end <= arrivals.length; end += 1) {
    const next = arrivals[end];
    if (next !== undefined && dayOf(next) === dayOf(arrivals[start] as T)) continue;
    yield arrivals.slice(start, end);
    start = end;
  }
}

function dayOf({ receivedAt }: Arrival): number {
  return Math.floor((receivedAt + CHINA_OFFSET_MS) / DAY_MS);
}

function rank(to: RowDomain): number {
  return to === 'work-items' ? 0 : 1;
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
