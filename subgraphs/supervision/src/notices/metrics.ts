import type { Database } from '@gnomon/store';
import { Counter, Gauge, type Registry } from 'prom-client';
import { countLate } from './store/notices.ts';

/** What notices count. */
export interface NoticeMetrics {
  readonly attempts: Counter<'channel' | 'state'>;
}

/** The metrics of notices in a registry; twice in one registry gives the same ones. `gnomon_notices_late` is counted when it is asked for. */
export function noticeMetrics(registry: Registry, database: Database, now: () => number): NoticeMetrics {
  const name = 'gnomon_notice_attempts_total';
  const known = registry.getSingleMetric(name) as NoticeMetrics['attempts'] | undefined;
  if (known !== undefined) return { attempts: known };
  new Gauge({
    name: 'gnomon_notices_late',
    help: 'Notices that are still on their way although ten minutes are over',
    registers: [registry],
    async collect() {
      this.set(await database.transaction((tx) => countLate(tx, now())));
    },
  });
  return {
    attempts: new Counter({
      name,
      help: 'Attempts to deliver a notice, by channel and the state that the notice had afterwards',
      labelNames: ['channel', 'state'],
      registers: [registry],
    }),
  };
}
