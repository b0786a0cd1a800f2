import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { presentSteps, type TestStep } from './test-steps.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the last line says. */
interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * `pnpm test [FILE…]`: checks, then tests. Stops at the first check that fails. Arguments go to vitest, and leave the checks out.
 * Where `CI` is set, a skipped test fails the run.
 */
async function main(args: readonly string[]): Promise<number> {
  const steps = args.length === 0 ? presentSteps(ROOT) : [];
  console.log(
    `将依次进行 · This will run: ${[...steps.map(({ title }) => `${title.zh} ${title.en}`), '测试 tests'].join(' → ')}`,
  );
  for (const step of steps) {
    if (!(await run(step))) return report({ passed: 0, failed: 1, skipped: 0 }, step.title);
  }
  const count = await runVitest(args);
  const mayNotSkip = (process.env.CI ?? '') !== '';
  if (mayNotSkip && count.skipped > 0) console.error('持续集成中不得跳过测试 · no test may be skipped where CI is set');
  const code = report(count, null);
  return code === 0 && mayNotSkip && count.skipped > 0 ? 1 : code;
}

async function run({ title, command, args }: TestStep): Promise<boolean> {
  console.log(`\n── ${title.zh} · ${title.en} ──`);
  const startedAt = performance.now();
  const child = spawn(join(ROOT, 'node_modules/.bin', command), args, {
    stdio: 'inherit',
    cwd: ROOT,
    shell: process.platform === 'win32',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  console.log(
    `${code === 0 ? '通过 passed' : `失败 failed (${code ?? 'killed'})`} · ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`,
  );
  return code === 0;
}

async function runVitest(args: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'gnomon-test-report-'));
  const output = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
    const isGreen = await run({
      title: { zh: '测试', en: 'tests' },
      command: 'vitest',
      args: ['run', ...reporters, ...args],
    });
    const report = JSON.parse(readFileSync(output, 'utf8')) as Record<
      'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
      number
    >;
    const failed = report.numFailedTests;
    // A file that does not load, or an error outside of any test, fails the run without failing a test.
    return {
      passed: report.numPassedTests,
      failed: isGreen ? failed : Math.max(failed, 1),
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch (error) {
    console.error(`测试没有给出结果 · vitest left no report: ${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report({ passed, failed, skipped }: Count, stoppedAt: TestStep['title'] | null): number {
  if (stoppedAt !== null) console.error(`\n在此停止 · stopped at: ${stoppedAt.zh} · ${stoppedAt.en}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
