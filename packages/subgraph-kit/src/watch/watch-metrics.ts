import type { Database } from '@gnomon/store';
import { Gauge, type Registry } from 'prom-client';

/** The watch in `/metrics`. */
export interface WatchMetrics {
  show(
    database: Pick<Database, 'sql'>,
    alarms: readonly { readonly kind: string; readonly about: string }[],
    watchedTo: number | null,
  ): Promise<void>;
}

const ofRegistry = new WeakMap<Registry, WatchMetrics>();

/** The gauges of a registry, made once; every subgraph of the process shows the same. */
export function watchMetrics(registry: Registry): WatchMetrics {
  const known = ofRegistry.get(registry);
  if (known !== undefined) return known;
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `gnomon_${name}`, help, labelNames: [...labelNames], registers });
  const standing = gauge('alarm', 'Alarms that stand: 1 each', ['kind', 'about']);
  const alarms = gauge('alarms', 'Number of alarms that stand', []);
  const watched = gauge(
    'watched_to_seconds',
    'Instant of the newest decision of the watch, in seconds since 1970: the hub is blind since then',
    [],
  );
  const labels = ['domain', 'source'] as const;
  const received = gauge('watch_rows_received', 'Rows received since the beginning', labels);
  const refused = gauge('watch_rows_refused', 'Rows refused since the beginning', labels);
  const subjects = gauge('watch_subjects_judged', 'Subjects judged since the beginning', labels);
  const rules = gauge('watch_rules_run', 'Verdicts given since the beginning, NONE included', labels);
  const complete = gauge(
    'watch_complete_to_seconds',
    'Instant up to which data is complete, in seconds since 1970',
    labels,
  );
  const metrics: WatchMetrics = {
    async show(database, stand, watchedTo) {
      const rows = await database.sql<
        {
          domain: string;
          source: string;
          received: number;
          refused: number;
          subjects: number;
          rules_run: number;
          complete_to: number;
        }[]
      >`/* watchTotals */ select domain, source, received, refused, subjects, rules_run, complete_to from hub.watch_source`;
      standing.reset();
      for (const { kind, about } of stand) standing.set({ kind, about }, 1);
      alarms.set(stand.length);
      if (watchedTo !== null) watched.set(watchedTo / 1000);
      for (const { domain, source, ...row } of rows) {
        const at = { domain, source };
        received.set(at, row.received);
        refused.set(at, row.refused);
        subjects.set(at, row.subjects);
        rules.set(at, row.rules_run);
        complete.set(at, row.complete_to / 1000);
      }
    },
  };
  ofRegistry.set(registry, metrics);
  return metrics;
}
