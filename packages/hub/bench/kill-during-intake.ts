import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openIssuer } from '@gnomon/identity';
import { type Arrival, provinceMonth } from '@gnomon/province';
import { openFolderRules, readEnvironment } from '@gnomon/subgraph-kit';
import { pino } from 'pino';
import { demoCalendar, demoCast, demoViewers } from '../src/index.ts';
import { publishReference } from '../src/publish-world.ts';
import { askGraph } from '../test/listening-hub.ts';
import { PUSH, pushInput } from '../test/rows.ts';
import { type ServingProcess, startProcess } from '../test/run-command.ts';
import { settledFeed } from '../test/settled-feed.ts';
import { type IntakeOutcome, readOutcome } from './intake-outcome.ts';

const PART_ROWS = 60;
/** Share of the rows of the largest source that comes as one file instead of parts. */
const FILE_SHARE = 0.4;
const FILE_SOURCE = '115';
const TOKEN_SECONDS = 3_600;
/** A part is in within about this time, so that kills fall before, into and behind its transaction. */
const LATEST_KILL_MS = 300;
/** Every so many kills the database server is killed as well. */
const SERVER_KILL_EVERY = 3;

/** What one run came to. */
export interface KilledRun {
  readonly rowsSent: number;
  readonly kills: number;
  readonly serverKills: number;
  /** Kills after which the hub had not confirmed what it was sent. */
  readonly unconfirmed: number;
  readonly outcome: IntakeOutcome;
}

/** One thing that the client sends, as often as it takes; gives the rows that the hub accounts for. */
interface Step {
  readonly rows: number;
  send(url: string): Promise<number>;
}

/**
 * Runs a hub process on its embedded database and pushes a past month at it, in numbered parts and as a file; ends the process by
 * SIGKILL at seeded instants while it is being sent something, starts it again, and sends the same thing again.
 * @throws when an answer does not account for all rows that were sent.
 */
export async function runKilledIntake(options: {
  readonly kills: number;
  readonly items: number;
  readonly seed: number;
  readonly onProgress?: (text: string) => void;
}): Promise<KilledRun> {
  const home = mkdtempSync(join(tmpdir(), 'gnomon-killed-'));
  const say = options.onProgress ?? (() => {});
  let hub = await startHub(home, 0);
  try {
    const port = Number(new URL(hub.url).port);
    const world = await openWorld(home, options);
    await publishReference(new URL(hub.url).origin, await world.token('operator'), world.month);
    // Rows are judged by what is published; in both runs by all of it.
    await settledFeed(databaseUrl(home));
    const steps = stepsOf(world);
    const plan = planKills(steps, options);
    let serverKills = 0;
    let unconfirmed = 0;
    let done = 0;
    for (const [index, step] of steps.entries()) {
      for (const delayMs of plan.get(index) ?? []) {
        const sending = step.send(hub.url).then(
          () => true,
          () => false,
        );
        await pause(delayMs);
        await hub.kill();
        if (!(await sending)) unconfirmed += 1;
        done += 1;
        if (done % SERVER_KILL_EVERY === 0) {
          process.kill(postmasterOf(home), 'SIGKILL');
          serverKills += 1;
        }
        hub = await startHub(home, port);
        say(`kill ${done} of ${options.kills}, ${delayMs} ms into step ${index + 1} of ${steps.length}`);
      }
      const accounted = await step.send(hub.url);
      if (accounted !== step.rows)
        throw new Error(`step ${index}: ${step.rows} rows were sent, ${accounted} accounted`);
    }
    // Timers, relay and follower are at work until nothing is left to do.
    await settledFeed(databaseUrl(home));
    return {
      rowsSent: steps.reduce((sum, step) => sum + step.rows, 0),
      kills: done,
      serverKills,
      unconfirmed,
      outcome: await readOutcome(databaseUrl(home)),
    };
  } finally {
    await hub.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function startHub(home: string, port: number): Promise<ServingProcess> {
  return startProcess('packages/hub/src/main.ts', {
    GNOMON_HOME: home,
    PORT: String(port),
    DATABASE_URL: '',
    LOG_LEVEL: 'fatal',
  });
}

async function openWorld(home: string, { items, seed }: { readonly items: number; readonly seed: number }) {
  const settings = readEnvironment({ GNOMON_HOME: home }, 0);
  const log = pino({ level: 'silent' });
  const issuer = await openIssuer(settings.identityFolder);
  const tokens = new Map<string, string>();
  const month = provinceMonth({
    seed,
    cast: demoCast(),
    calendar: demoCalendar(openFolderRules({ folder: settings.rulesFolder, log })),
    from: '2025-04-01',
    to: '2025-04-30',
    items,
    defectRate: 0.3,
    disorder: { late: 0, shuffled: 0, doubled: 0.05 },
    aggregates: false,
  });
  const token = async (account: string): Promise<string> => {
    const known = tokens.get(account);
    if (known !== undefined) return known;
    const issued = await issuer.issueToken(demoViewers()(account), { ttlSeconds: TOKEN_SECONDS });
    tokens.set(account, issued);
    return issued;
  };
  return { month, token };
}
type KillWorld = Awaited<ReturnType<typeof openWorld>>;

function stepsOf({ month, token }: KillWorld): Step[] {
  const steps: Step[] = [];
  for (const [source, arrivals] of Map.groupBy(month.arrivals, ({ row }) => String(row.data_source))) {
    const inParts = source === FILE_SOURCE ? Math.floor(arrivals.length * (1 - FILE_SHARE)) : arrivals.length;
    for (let from = 0; from < inParts; from += PART_ROWS) {
      const rows = arrivals.slice(from, Math.min(from + PART_ROWS, inParts)).map(({ row }) => row);
      const { input } = pushInput('parts', rows);
      const numbered = { input: { ...input, chunk: from / PART_ROWS + 1 } };
      steps.push({
        rows: rows.length,
        send: async (url) => {
          const answer = await askGraph<{ pushRows: { account: { rows: number } } }>(
            url,
            await token(`source-${source}`),
            PUSH,
            numbered,
          );
          if (!answer.data) throw new Error(JSON.stringify(answer.errors));
          return answer.data.pushRows.account.rows;
        },
      });
    }
    if (inParts < arrivals.length) steps.push(fileStep(arrivals.slice(inParts), () => token(`source-${source}`)));
  }
  return steps;
}

function fileStep(arrivals: readonly Arrival[], token: () => Promise<string>): Step {
  const body = arrivals.map(({ row }) => `${JSON.stringify(row)}\n`).join('');
  return {
    rows: arrivals.length,
    async send(url) {
      const response = await fetch(new URL('/work-items/rows?batch=file', url), {
        method: 'POST',
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/x-ndjson' },
        body,
      });
      const answer = (await response.json()) as { account?: { rows: number } };
      if (answer.account === undefined) throw new Error(JSON.stringify(answer));
      return answer.account.rows;
    },
  };
}

/** Milliseconds into a step at which the process is killed, by step; the file is always among them, a step may be hit twice. */
function planKills(steps: readonly Step[], { kills, seed }: { kills: number; seed: number }): Map<number, number[]> {
  const plan = new Map<number, number[]>();
  const file = steps.reduce((largest, step, index) => (step.rows > steps[largest]!.rows ? index : largest), 0);
  for (let kill = 0; kill < kills; kill += 1) {
    const dice = hash(seed * 1_000 + kill);
    const step = kill === 0 ? file : dice % steps.length;
    const delayMs = (dice >>> 12) % LATEST_KILL_MS;
    plan.set(step, [...(plan.get(step) ?? []), delayMs]);
  }
  return plan;
}

/** Bits of a number, well mixed (murmur3's finish). */
function hash(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function postmasterLines(home: string): readonly string[] {
  return readFileSync(join(home, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
}

function postmasterOf(home: string): number {
  return Number(postmasterLines(home)[0]);
}

/** Address of the embedded server as it runs now; its port is another one after it was killed. */
function databaseUrl(home: string): string {
  const password = readFileSync(join(home, 'postgres/password'), 'utf8');
  return `postgres://postgres:${password}@127.0.0.1:${postmasterLines(home)[3]}/gnomon`;
}
