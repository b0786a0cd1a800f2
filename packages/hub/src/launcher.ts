import { readFileSync } from 'node:fs';

const POLL_MS = 1000;
const LAUNCHER = /(^|\/)(npx|npm|pnpm)(-cli\.js)?$/;

/**
 * Tells when the package manager that started this process has ended: whoever stops `npx pnpm start` by its own id stops npx
 * alone, which passes no signal on. Knows Linux only, where /proc says who started whom; elsewhere it never tells.
 */
export function watchLauncher(onGone: () => void): void {
  const chain = launcherChain(process.pid);
  if (chain.length === 0) return;
  const timer = setInterval(() => {
    if (chain.every(({ pid, startedAt }) => startOf(pid) === startedAt)) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
}

/** The processes above `pid` up to the outermost npx, npm or pnpm; empty when none of them is above it. */
function launcherChain(pid: number): readonly { readonly pid: number; readonly startedAt: string }[] {
  const above: { pid: number; startedAt: string }[] = [];
  let known = 0;
  for (let next = parentOf(pid); next > 1; next = parentOf(next)) {
    above.push({ pid: next, startedAt: startOf(next) });
    if (isLauncher(next)) known = above.length;
  }
  return above.slice(0, known);
}

function isLauncher(pid: number): boolean {
  return read(pid, 'cmdline')
    .split('\0')
    .slice(0, 2)
    .some((part) => LAUNCHER.test(part) || part.startsWith('npm exec') || part.startsWith('npm run'));
}

function parentOf(pid: number): number {
  return Number(statOf(pid)[1] ?? 0);
}

/** Ticks since boot at which the process began: with the id it names one process for good. */
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

/** Fields of /proc/PID/stat behind the name: state, parent … start. */
function statOf(pid: number): readonly string[] {
  const text = read(pid, 'stat');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // Gone, or no Linux: both mean that nothing is known of it.
    return '';
  }
}
