import { PassThrough } from 'node:stream';
import { type Assertions, bearerToken, GATE_PATHS, gateAudience, readGateReport, TokenRefused } from '@gnomon/identity';
import { type Database, type Feed, type TimeSource, tellOnce } from '@gnomon/store';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { ACCOUNT_STREAM } from './ended-tokens.ts';
import { recordSignIns } from './sign-ins.ts';

/** What the door needs of the subgraph behind it. */
export interface GateDoor {
  readonly name: string;
  readonly assertions: Assertions;
  readonly database: Pick<Database, 'transaction'>;
  readonly feed: Feed;
  readonly time: TimeSource;
  readonly log: Logger;
}

const READ = 500;
/** A line at least this often, so that a gateway knows that it still hears. */
const BEAT_MS = 5_000;
const REPORT_BYTES = 8 * 1_048_576;
/** How long the number of a report is remembered: its gateway gives up long before. */
const REPORT_REMEMBERED_MS = 30 * 86_400_000;

/**
 * The door for a gateway that runs alone and has no database. Every subgraph has the same one, and knows the same: who can show an ended
 * viewer anything can also tell that he was ended.
 *
 * - `GET` `GATE_PATHS.ended`: NDJSON without end: each step on an account or token, `{"told":true}` when all that stood is told, then each new one;
 *   `{}` every few seconds.
 * - `POST` `GATE_PATHS.signIns`: a report of who signed in and who was refused, put on record once however often it comes.
 *
 * Close it before the server, which waits for what is open.
 */
export function serveGate(app: FastifyInstance, door: GateDoor): { close(): Promise<void> } {
  const { assertions, name, log } = door;
  const stopping = new AbortController();
  const isGateway = async (authorization: string | undefined, reply: FastifyReply): Promise<boolean> => {
    try {
      await assertions.verify(bearerToken(authorization) ?? '', gateAudience(name));
      return true;
    } catch (cause) {
      if (!(cause instanceof TokenRefused)) throw cause;
      await reply.code(401).send({ code: 'UNAUTHENTICATED', message: cause.message, messageZh: cause.messageZh });
      return false;
    }
  };

  app.get(GATE_PATHS.ended, async (request, reply) => {
    if (!(await isGateway(request.headers.authorization, reply))) return reply;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping.signal]);
    const lines = new PassThrough();
    tell(door.feed, lines, signal)
      .catch((err: unknown) => log.warn({ err }, 'the news of ended tokens broke off; the gateway asks again'))
      .finally(() => lines.end());
    return reply.type('application/x-ndjson; charset=utf-8').send(lines);
  });

  app.post(GATE_PATHS.signIns, { bodyLimit: REPORT_BYTES }, async (request, reply) => {
    if (!(await isGateway(request.headers.authorization, reply))) return reply;
    const report = readGateReport(request.body);
    if (typeof report === 'string') return reply.code(400).send({ code: 'BAD_REPORT', message: report });
    const now = door.time.now();
    await door.database.transaction(async (tx) => {
      const fresh = await tellOnce(tx, [{ key: `report ${report.id}`, until: now + REPORT_REMEMBERED_MS }], now);
      if (fresh.size > 0) await recordSignIns(tx, report.batch, now);
    });
    return { told: report.id };
  });
  return {
    async close() {
      stopping.abort();
    },
  };
}

async function tell(feed: Feed, lines: PassThrough, signal: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  const write = (line: unknown): void => void lines.write(`${JSON.stringify(line)}\n`);
  for (;;) {
    const entries = await feed.read(ACCOUNT_STREAM, cursor, READ);
    for (const entry of entries) write({ ended: entry.payload });
    cursor = entries.at(-1)?.cursor ?? cursor;
    if (entries.length < READ) break;
  }
  write({ told: true });
  const beat = setInterval(() => write({}), BEAT_MS);
  beat.unref();
  try {
    for await (const entries of feed.follow(ACCOUNT_STREAM, cursor, { signal }))
      for (const entry of entries) write({ ended: entry.payload });
  } finally {
    clearInterval(beat);
  }
}
