import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scopeOf, type Viewer } from '@gnomon/identity';
import { REFERENCE_STREAM } from '@gnomon/reference';
import { appendToOutbox, openFeed, relayOnce } from '@gnomon/store';
import { hostSubgraph, type Ports, type ServableSubgraph } from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { parse } from 'graphql';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { SMTPServer } from 'smtp-server';
import type { Signal } from '../../src/signal.ts';
import { createSupervision } from '../../src/subgraph.ts';
import { payloadOf } from '../signals.ts';
import { pack, rulesInForce, START, viewerOf } from '../world.ts';

export const AGENCY = '11150105MB0000001A';
export const OTHER_AGENCY = '11150121MB0000002B';

export const CHIEF = viewerOf('AGENCY', { id: 'chief-1', agency: AGENCY, post: 'CHIEF' });
export const STAFF = viewerOf('AGENCY', { id: 'agency-1', agency: AGENCY, post: 'STAFF' });
export const OTHER_CHIEF = viewerOf('AGENCY', { id: 'chief-2', agency: OTHER_AGENCY, post: 'CHIEF' });
export const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });
export const HOHHOT = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot', tier: 'LEAGUE', division: '1501' });

/** Supervision with channels, beside a domain that tells signals and a registry that publishes agencies. */
export interface NoticeWorld {
  readonly ports: Ports;
  /** Address of its database, for another process. */
  readonly url: string;
  readonly time: SettableTime;
  readonly hosted: ServableSubgraph;
  /** Publishes agencies and takes them over. */
  publish(
    ...agencies: readonly { uscc: string; division: string; name: string; nameEn: string | null; department?: string }[]
  ): Promise<void>;
  /** Tells signals, takes them over, writes the notices and sends what is due. */
  post(...signals: readonly Signal[]): Promise<void>;
  settle(): Promise<void>;
  ask<Data>(viewer: Viewer | null, document: string, variables?: object): Promise<Data>;
  /** Opens supervision once more over the same database, as after a restart. */
  reopen(): Promise<ServableSubgraph>;
  close(): Promise<void>;
}

export async function openNoticeWorld(
  env: Readonly<Record<string, string>> = {},
  log: Logger = pino({ level: 'silent' }),
): Promise<NoticeWorld> {
  const migrations = new URL('../../migrations/', import.meta.url);
  const world = await openTestDatabase({ supervision: migrations, work_items: null, registry: null });
  const database = await world.open('supervision');
  const domain = await world.open('work_items', { max: 1 });
  const registry = await world.open('registry', { max: 1 });
  const time = settableTime(START);
  const rules = rulesInForce(pack());
  const ports: Ports = {
    database,
    feed: openFeed(database),
    rules: { current: () => rules, onChange: () => () => {} } as Ports['rules'],
    time,
    log,
    metrics: new Registry(),
  };
  const open = () => hostSubgraph(createSupervision(['work-items'], env), ports, { background: false });
  const hosted = await open();
  const opened = [hosted];
  const settle = async (): Promise<void> => {
    await hosted.settle();
    // What supervision told is moved into the feed, where the notices are read from.
    while ((await relayOnce(database)) > 0) await hosted.settle();
  };
  return {
    ports,
    url: world.url,
    time,
    hosted,
    settle,
    async publish(...agencies) {
      const entries = agencies.map((payload) => ({
        stream: REFERENCE_STREAM,
        type: 'agency',
        key: payload.uscc,
        at: time.now(),
        payload,
      }));
      await registry.transaction((tx) => appendToOutbox(tx, entries));
      await relayOnce(registry);
      await settle();
    },
    async post(...signals) {
      const entries = signals.map((signal) => ({
        stream: 'work-items',
        type: 'signal',
        key: 'k',
        at: time.now(),
        payload: payloadOf(signal),
      }));
      await domain.transaction((tx) => appendToOutbox(tx, entries));
      await relayOnce(domain);
      await settle();
    },
    async ask<Data>(viewer: Viewer | null, document: string, variables: object = {}) {
      const context = { viewer, scope: scopeOf(viewer), requestId: 'test' };
      const { data, errors } = await hosted.execute({
        document: parse(document),
        variables: variables as never,
        context,
      });
      if (errors !== undefined) throw errors[0]?.originalError ?? errors[0];
      return data as Data;
    },
    async reopen() {
      const again = await open();
      opened.push(again);
      return again;
    },
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await world.close();
    },
  };
}

/** A mail that a server of the test received. */
export interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real SMTP server on a free port of this machine; `answer` may refuse a recipient with a code. */
export async function openMailServer(answer: (to: string) => Error | null = () => null) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => done(answer(address)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        });
        done(null, `queued as ${mails.length}`);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    mails,
    env: { GNOMON_SMTP_URL: `smtp://127.0.0.1:${port}`, GNOMON_SMTP_FROM: 'gnomon@nmg.gov.cn' },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** What a webhook received. */
export interface Hook {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly path: string;
}

/** A real HTTP server; `answer` gives the status of each request, by its count from 1. */
export async function openHookServer(answer: (count: number) => number = () => 204) {
  const hooks: Hook[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      hooks.push({ headers: request.headers, body, path: request.url ?? '' });
      response.writeHead(answer(hooks.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    hooks,
    origin,
    env: { GNOMON_WEBHOOK_ORIGINS: origin },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
