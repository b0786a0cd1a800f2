import { parseArgs } from 'node:util';

const USAGE = `用法：watch:outside [--url http://127.0.0.1:4000] [--minutes 3]    从另一台机器定时运行
usage: watch:outside [--url http://127.0.0.1:4000] [--minutes 3]    to be run from time to time on another machine`;
const LIMIT_MS = 10_000;

/** What the hub's `/ready` says, as far as it matters here. */
interface Ready {
  readonly failing?: readonly string[];
  readonly watch?: { readonly watchedTo?: string | null; readonly blind?: Readonly<Record<string, number>> } | null;
}

/**
 * Whether the hub answers and is watched, asked by somebody who does not stand or fall with it. Exit code 0: it is; 1: it answers, and
 * nobody has watched it for longer than so many minutes, or a part of it is down; 2: it does not answer; 64: it was asked wrongly.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { url: { type: 'string', default: 'http://127.0.0.1:4000' }, minutes: { type: 'string', default: '3' } },
  });
  const minutes = Number(values.minutes);
  if (!URL.canParse(values.url) || !Number.isFinite(minutes) || minutes <= 0) {
    process.stderr.write(`${USAGE}\n`);
    return 64;
  }
  const ready = await askReady(new URL('/ready', values.url)).catch((cause: unknown) => cause as Error);
  if (ready instanceof Error) {
    say(`${values.url} 没有应答：${ready.message}`, `${values.url} does not answer`);
    return 2;
  }
  return judge(ready, minutes);
}

async function askReady(url: URL): Promise<Ready> {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
  return (await response.json()) as Ready;
}

function judge({ failing = [], watch }: Ready, minutes: number): number {
  const watchedTo = Date.parse(watch?.watchedTo ?? '');
  const age = (Date.now() - watchedTo) / 60_000;
  const blind = Object.entries(watch?.blind ?? {}).map(([kind, count]) => `${kind} × ${count}`);
  const alarms = blind.length === 0 ? '' : ` [${blind.join(', ')}]`;
  if (Number.isNaN(age)) say('从未有人看守', 'nobody has ever watched it');
  else if (age > minutes)
    say(
      `看守停在 ${watch!.watchedTo}，已 ${Math.floor(age)} 分钟`,
      `watched up to ${watch!.watchedTo}, ${Math.floor(age)} minutes ago`,
    );
  else if (failing.length > 0) say(`部件停着：${failing.join('；')}`, `parts are down: ${failing.join('; ')}`);
  else {
    say(`看守到 ${watch!.watchedTo}${alarms}`, `watched up to ${watch!.watchedTo}`);
    return 0;
  }
  return 1;
}

function say(zh: string, en: string): void {
  process.stdout.write(`${zh} · ${en}\n`);
}

process.exitCode = await main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}\n`);
  return 64;
});
