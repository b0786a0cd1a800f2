import { Counter, Gauge, type Registry } from 'prom-client';
import type { EndedNews } from './ended-news.ts';

/** What a gateway alone counts of ended tokens and sign-ins. */
export interface AloneMetrics {
  reported(outcome: 'told' | 'away' | 'lost'): void;
  waiting(count: () => number): void;
}

/** `gnomon_gateway_ended_news_age_seconds` grows while no subgraph is heard: alarm from a minute on. */
export function aloneMetrics(registry: Registry, ended: Pick<EndedNews, 'heardAt'>, now: () => number): AloneMetrics {
  const registers = [registry];
  const openedAt = now();
  let waiting = () => 0;
  const reports = new Counter({
    name: 'gnomon_gateway_sign_in_reports_total',
    help: 'Reports of sign-ins and refusals, by outcome: told, away (tried again), lost (in the log of the gateway alone)',
    labelNames: ['outcome'] as const,
    registers,
  });
  for (const outcome of ['told', 'away', 'lost'] as const) reports.inc({ outcome }, 0);
  new Gauge({
    name: 'gnomon_gateway_ended_news_age_seconds',
    help: 'Since when no subgraph has told who was ended; a few seconds while all is well',
    registers,
    collect() {
      this.set((now() - (ended.heardAt ?? openedAt)) / 1000);
    },
  });
  new Gauge({
    name: 'gnomon_gateway_sign_ins_waiting',
    help: 'Sign-ins that no subgraph has put on record yet',
    registers,
    collect() {
      this.set(waiting());
    },
  });
  return {
    reported: (outcome) => reports.inc({ outcome }),
    waiting(count) {
      waiting = count;
    },
  };
}
