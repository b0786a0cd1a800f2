import { memoryKeyring } from '@gnomon/identity';
import { appendToOutbox, type Database, openFeed, relayOnce } from '@gnomon/store';
import { hostSubgraph, type Ports, type RulesInForce, type ServableSubgraph } from '@gnomon/subgraph-kit';
import { openTestDatabase, type SettableTime, settableTime } from '@gnomon/test-kit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { passTime } from '../../src/duties/timers.ts';
import { catchUp } from '../../src/follow.ts';
import type { Signal } from '../../src/signal.ts';
import { subgraph } from '../../src/subgraph.ts';
import { publishedRules } from '../matters.ts';
import { payloadOf } from '../signals.ts';
import { type Breaker, breakable, newBreaker } from './breaker.ts';
import { BODIES } from './people.ts';

/** Supervision over the published rules, on a machine that can stop at any statement and start again on the same database. */
export interface LoopWorld {
  readonly time: SettableTime;
  readonly breaker: Breaker;
  ports(): Ports;
  hosted(): ServableSubgraph;
  /** Appends signals to the feed of work items, as their domain would. */
  tell(...signals: readonly Signal[]): Promise<void>;
  /** Takes over what work items, or the loop itself, told. */
  take(stream: 'work-items' | 'loop'): Promise<number>;
  /** Time passes for deadlines. */
  pass(): Promise<number>;
  /** The process ends and another one begins on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const rules = publishedRules();

/** @param start the first instant. */
export async function openLoopWorld(start: number): Promise<LoopWorld> {
  const migrations = new URL('../../migrations/', import.meta.url);
  const kept = await openTestDatabase({ supervision: migrations, work_items: null });
  const database = await kept.open('supervision', { max: 3 });
  const domain = await kept.open('work_items', { max: 1 });
  const time = settableTime(new Date(start).toISOString());
  const breaker = newBreaker();
  const keys = memoryKeyring();
  let ports = portsOf(database, time, breaker, keys, rules);
  let hosted = await hostSubgraph(subgraph, ports, { background: false });
  await database.transaction(async (tx) => {
    for (const [uscc, division] of BODIES)
      await tx`insert into supervision_body (uscc, division) values (${uscc}, ${division})`;
  });
  await hosted.settle();
  return {
    time,
    breaker,
    ports: () => ports,
    hosted: () => hosted,
    async tell(...signals) {
      const entries = signals.map((signal) => ({
        ...{ stream: 'work-items', type: 'signal', key: 'k', at: time.now(), payload: payloadOf(signal) },
      }));
      await domain.transaction((tx) => appendToOutbox(tx, entries));
    },
    async take(stream) {
      await relayOnce(database);
      return catchUp(ports, stream);
    },
    async pass() {
      for (let count = 0; ; ) {
        const judged = await passTime(ports);
        count += judged;
        if (judged === 0) return count;
      }
    },
    async restart() {
      breaker.mend();
      await hosted.close();
      ports = portsOf(database, time, breaker, keys, rules);
      hosted = await hostSubgraph(subgraph, ports, { background: false });
    },
    async close() {
      await hosted.close();
      await kept.close();
    },
  };
}

function portsOf(
  database: Database,
  time: SettableTime,
  breaker: Breaker,
  keys: Ports['keys'],
  inForce: RulesInForce,
): Ports {
  const broken = breakable(database, breaker);
  return {
    ...{
      database: broken,
      feed: openFeed(broken),
      time,
      log: pino({ level: 'silent' }),
      metrics: new Registry(),
      keys,
    },
    rules: { current: () => inForce, onChange: () => () => {} },
  } as Ports;
}
