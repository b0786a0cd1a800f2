import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the edge counts; names begin with `gnomon_gateway_`, durations are seconds. */
export interface GatewayMetrics {
  readonly operationSeconds: Histogram<'transport' | 'type' | 'outcome'>;
  readonly fetchSeconds: Histogram<'subgraph' | 'outcome'>;
  readonly surprises: Counter<'stage'>;
  readonly connections: Gauge;
  readonly subscriptions: Gauge;
  readonly pipelines: Gauge;
  readonly frames: Counter<'road'>;
  readonly endings: Counter<'code'>;
}

/** Registers the edge's metrics; twice in one registry gives the same ones. */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const known = <T>(name: string, make: () => T): T => (registry.getSingleMetric(name) as T | undefined) ?? make();
  const buckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
  return {
    operationSeconds: known(
      'gnomon_gateway_operation_seconds',
      () =>
        new Histogram({
          name: 'gnomon_gateway_operation_seconds',
          help: 'Operations answered, by transport, type and outcome',
          labelNames: ['transport', 'type', 'outcome'] as const,
          buckets,
          registers,
        }),
    ),
    fetchSeconds: known(
      'gnomon_gateway_fetch_seconds',
      () =>
        new Histogram({
          name: 'gnomon_gateway_fetch_seconds',
          help: 'Requests to subgraphs',
          labelNames: ['subgraph', 'outcome'] as const,
          buckets,
          registers,
        }),
    ),
    surprises: known(
      'gnomon_gateway_surprises_total',
      () =>
        new Counter({
          name: 'gnomon_gateway_surprises_total',
          help: 'Operations that the stock executor had to decide',
          labelNames: ['stage'] as const,
          registers,
        }),
    ),
    connections: known(
      'gnomon_gateway_connections',
      () => new Gauge({ name: 'gnomon_gateway_connections', help: 'Open WebSocket connections', registers }),
    ),
    subscriptions: known(
      'gnomon_gateway_subscriptions',
      () => new Gauge({ name: 'gnomon_gateway_subscriptions', help: 'Open subscriptions', registers }),
    ),
    pipelines: known(
      'gnomon_gateway_pipelines',
      () =>
        new Gauge({
          name: 'gnomon_gateway_pipelines',
          help: 'Upstream subscriptions shared by viewers of one class',
          registers,
        }),
    ),
    frames: known(
      'gnomon_gateway_frames_total',
      () =>
        new Counter({
          name: 'gnomon_gateway_frames_total',
          help: 'Frames finished for the ring, or for a catch-up',
          labelNames: ['road'] as const,
          registers,
        }),
    ),
    endings: known(
      'gnomon_gateway_subscription_endings_total',
      () =>
        new Counter({
          name: 'gnomon_gateway_subscription_endings_total',
          help: 'Subscriptions that the edge ended, by code',
          labelNames: ['code'] as const,
          registers,
        }),
    ),
  };
}
