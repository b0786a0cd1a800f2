import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What every subgraph counts; one set a registry, shared by all subgraphs of a process. */
export interface KitMetrics {
  readonly operations: Counter<'subgraph' | 'kind' | 'outcome'>;
  readonly seconds: Histogram<'subgraph' | 'kind'>;
  readonly events: Counter<'subgraph'>;
  readonly subscriptions: Gauge<'subgraph'>;
  readonly restarts: Counter<'subgraph' | 'part'>;
  readonly timers: Counter<'subgraph' | 'kind'>;
  readonly timerLagSeconds: Histogram<'subgraph'>;
}

const ofRegistry = new WeakMap<Registry, KitMetrics>();

/** The metrics of a registry, made once. */
export function kitMetrics(registry: Registry): KitMetrics {
  const known = ofRegistry.get(registry);
  if (known !== undefined) return known;
  const registers = [registry];
  const metrics: KitMetrics = {
    operations: new Counter({
      name: 'gnomon_subgraph_operations_total',
      help: 'Operations answered by a subgraph',
      labelNames: ['subgraph', 'kind', 'outcome'],
      registers,
    }),
    seconds: new Histogram({
      name: 'gnomon_subgraph_operation_seconds',
      help: 'Seconds from an operation to its result',
      labelNames: ['subgraph', 'kind'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    events: new Counter({
      name: 'gnomon_subgraph_events_total',
      help: 'Subscription events sent by a subgraph',
      labelNames: ['subgraph'],
      registers,
    }),
    subscriptions: new Gauge({
      name: 'gnomon_subgraph_subscriptions',
      help: 'Subscriptions open on a subgraph',
      labelNames: ['subgraph'],
      registers,
    }),
    restarts: new Counter({
      name: 'gnomon_background_restarts_total',
      help: 'Background parts started again after an error',
      labelNames: ['subgraph', 'part'],
      registers,
    }),
    timers: new Counter({
      name: 'gnomon_timers_total',
      help: 'Subjects judged because time passed',
      labelNames: ['subgraph', 'kind'],
      registers,
    }),
    timerLagSeconds: new Histogram({
      name: 'gnomon_timer_lag_seconds',
      help: 'Seconds from a due instant to its judgement',
      labelNames: ['subgraph'],
      buckets: [0.1, 0.3, 1, 3, 10, 60, 600, 3600],
      registers,
    }),
  };
  ofRegistry.set(registry, metrics);
  return metrics;
}
