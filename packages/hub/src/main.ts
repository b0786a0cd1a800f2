import './telemetry.ts';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { runDemo } from './demo.ts';
import { openHub } from './open-hub.ts';

const DEFAULT_PORT = 4000;

try {
  const settings = readEnvironment(process.env, DEFAULT_PORT);
  const hub = await openHub({ settings });
  const stop = new AbortController();
  const demo =
    settings.oidc === null && process.env.GNOMON_DEMO !== 'off'
      ? runDemo(hub, settings, stop.signal)
      : Promise.resolve();
  demo.catch((err: unknown) => hub.log.error({ err }, 'the simulated province stopped; the hub goes on without it'));
  process.stdout.write(`圭臬已就绪 Gnomon is ready at ${hub.url}\n`);
  const end = async (): Promise<void> => {
    stop.abort();
    await demo.catch(() => {});
    await hub.close();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (cause) {
  process.stderr.write(
    `圭臬未能启动 Gnomon could not start: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
  );
  process.exitCode = 1;
}
