import { createHmac } from 'node:crypto';
import type { Ports } from '@gnomon/subgraph-kit';
import { type Channels, keptResponse, type Outcome } from './channels/channel.ts';
import type { NoticeMetrics } from './metrics.ts';
import { type AttemptEnd, endAttempt, leaseDue } from './store/notices.ts';
import type { Notice } from './words.ts';

/** What delivering needs. */
export interface DeliverPorts extends Pick<Ports, 'database' | 'time' | 'log'> {
  readonly channels: Channels;
  readonly secretOf: (recipient: string) => string;
  readonly metrics: NoticeMetrics;
}

/** Notices on their way at once. */
const AT_ONCE = 16;
/** Longer than any channel takes; what is not ended by then was cut off. */
const LEASE_MS = 60_000;
const SEND_MS = 30_000;
/** Pauses after the first, second … failure; the last is repeated. Five attempts fall within the ten minutes. */
const PAUSES_MS = [5_000, 15_000, 45_000, 120_000, 300_000, 900_000] as const;
/** After this time nobody tries any more: what is told so late is read in the hub. */
const GIVE_UP_MS = 24 * 3_600_000;

/** Sends what is due, once; gives how many notices that was. */
export async function deliverDue(ports: DeliverPorts, signal: AbortSignal): Promise<number> {
  const now = ports.time.now();
  const leased = await ports.database.transaction((tx) =>
    leaseDue(tx, { now, leasedTo: now + LEASE_MS, limit: AT_ONCE }),
  );
  await Promise.all(leased.map((notice) => deliver(ports, notice, signal)));
  return leased.length;
}

async function deliver(ports: DeliverPorts, notice: Notice, signal: AbortSignal): Promise<void> {
  const outcome = await attempt(ports, notice, signal);
  // Stopped meanwhile: whether it arrived is unknown, and the record says so. It is sent again under the same key.
  if (outcome === null) return;
  const end = endOf(notice, outcome, ports.time.now());
  await ports.database.transaction((tx) => endAttempt(tx, end));
  ports.metrics.attempts.inc({ channel: notice.channel ?? 'NONE', state: end.state });
  if (end.state === 'REFUSED' || end.state === 'GIVEN_UP')
    ports.log.warn(
      { notice: notice.id, channel: notice.channel, state: end.state },
      'a notice did not arrive and is not tried again; notices(filter: { isLate: true }) lists it',
    );
}

/** One attempt; `null` when the hub stops meanwhile. */
async function attempt(
  { channels, secretOf }: DeliverPorts,
  notice: Notice,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const { channel: name, address } = notice;
  const channel = name === null ? undefined : channels.get(name);
  if (channel === undefined || address === null)
    return { arrived: false, response: `channel ${name} is not set up on this hub` };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]);
  try {
    return await Promise.race([
      channel.send({ notice: { ...notice, address }, secret: secretOf(notice.recipient) }, limit),
      aborted(limit),
    ]);
  } catch (error) {
    if (signal.aborted) return null;
    return { arrived: false, response: explain(error) };
  }
}

/** What an attempt comes to. Pure. */
export function endOf(notice: Notice, outcome: Outcome, at: number): AttemptEnd {
  const response = keptResponse(outcome.response);
  if (outcome.arrived) return { notice, state: 'DELIVERED', at, response, dueAt: null };
  if (outcome.isFinal === true) return { notice, state: 'REFUSED', at, response, dueAt: null };
  if (at - notice.at >= GIVE_UP_MS) return { notice, state: 'GIVEN_UP', at, response, dueAt: null };
  const pause = PAUSES_MS[Math.min(notice.attempts, PAUSES_MS.length) - 1] ?? PAUSES_MS[0];
  return { notice, state: 'PENDING', at, response, dueAt: at + pause };
}

/** The secret of a recipient's webhook: derived, so that it is kept nowhere. */
export function createSecrets(hubKey: string): (recipient: string) => string {
  return (recipient) => createHmac('sha256', hubKey).update(`notice webhook ${recipient}`).digest('base64url');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** `fetch failed` alone says nothing: its cause does. */
function explain(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
