import './telemetry.ts';
import { readEnvironment } from '@gnomon/subgraph-kit';
import { runDemo } from './demo.ts';
import { watchLauncher } from './launcher.ts';
import { type Hub, openHub } from './open-hub.ts';

const DEFAULT_PORT = 4000;
/** Of a subgraph, and of those that have most to do: enough for a machine with a few cores. A session takes 5 to 8 MB of the server. */
const CONNECTIONS = 2;
const MORE_CONNECTIONS: Readonly<Record<string, number>> = { 'work-items': 3, supervision: 3 };

const stop = new AbortController();
const opening = open();
// Heard from the first moment: a stop during the start waits for what is being opened, and closes it.
const end = async (): Promise<void> => {
  stop.abort();
  const opened = await opening.catch(() => null);
  await opened?.demo;
  await opened?.hub.close();
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
watchLauncher(end);
try {
  const { hub } = await opening;
  // The office changed a rule file: read all of them again. What is refused is in the log, and the old rules stay in force.
  process.on('SIGHUP', () => void hub.rules.reload());
  process.stdout.write(`圭臬已就绪 Gnomon is ready at ${hub.url}\n`);
} catch (cause) {
  process.stderr.write(
    `圭臬未能启动 Gnomon could not start: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
  );
  process.exitCode = 1;
}

/** The hub, and the demonstration on it, which ends without an error when it is told to stop. */
async function open(): Promise<{ hub: Hub; demo: Promise<void> }> {
  const settings = readEnvironment(process.env, DEFAULT_PORT);
  const hub = await openHub({ settings, connections: (name) => MORE_CONNECTIONS[name] ?? CONNECTIONS });
  const wanted = settings.oidc === null && process.env.GNOMON_DEMO !== 'off' && !stop.signal.aborted;
  const demo = wanted ? runDemo(hub, settings, stop.signal) : Promise.resolve();
  return {
    hub,
    demo: demo.catch((err: unknown) => {
      if (!stop.signal.aborted) hub.log.error({ err }, 'the simulated province stopped; the hub goes on without it');
    }),
  };
}
