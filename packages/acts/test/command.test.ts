import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeEntry, writeHead } from '../src/index.ts';
import { entriesOf, headOf, signingKey } from './chain-of.ts';

const COMMAND = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const { privateKey, publicKey } = signingKey('log-1');
const ENTRIES = entriesOf(5);
const HEAD = headOf(1, ENTRIES[4]!, privateKey);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gnomon-acts-'));
  writeFileSync(join(folder, 'key.json'), JSON.stringify(publicKey));
  writeFileSync(join(folder, 'whole.ndjson'), [...ENTRIES.map(writeEntry), writeHead(HEAD)].join(''));
  writeFileSync(join(folder, 'cut.ndjson'), ENTRIES.slice(0, 3).map(writeEntry).join(''));
  writeFileSync(join(folder, 'head.ndjson'), writeHead(HEAD));
  writeFileSync(join(folder, 'empty.ndjson'), '');
  const own = [...ENTRIES.slice(0, 3).map(writeEntry), writeHead(headOf(1, ENTRIES[2]!, privateKey))];
  writeFileSync(join(folder, 'own-head.ndjson'), own.join(''));
  for (const name of ['kept.d', 'none.d']) mkdirSync(join(folder, name));
  for (const number of [1, 2])
    writeFileSync(
      join(folder, 'kept.d', `${number}.ndjson`),
      writeHead(headOf(number, ENTRIES[number + 2]!, privateKey)),
    );
  writeFileSync(join(folder, 'private.json'), JSON.stringify({ ...publicKey, d: 'secret' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command; gives its exit code and what it printed. */
function run(...args: readonly string[]): { readonly code: number; readonly text: string } {
  const paths = args.map((arg) => (arg.includes('.') ? join(folder, arg) : arg));
  try {
    return { code: 0, text: execFileSync(process.execPath, [COMMAND, ...paths], { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: stdout + stderr };
  }
}

test('a whole log is said to be whole, in both languages, with the hash to compare', () => {
  const { code, text } = run('whole.ndjson', '--key', 'key.json');
  expect(code).toBe(0);
  expect(text).toContain('完整 whole');
  expect(text).toContain(ENTRIES[4]!.hash);
});

test.each(['head.ndjson', 'whole.ndjson'])(
  'a log that was cut off is found out by a head in the kept file %s',
  (kept) => {
    const { code, text } = run('cut.ndjson', kept, '--key', 'key.json');
    expect(code).toBe(1);
    expect(text).not.toContain('DOUBLED');
    expect(text).toContain('TRUNCATED 日志缺尾');
    expect(text).toContain('the log was cut off');
  },
);

test('a log that was cut off together with its heads is found out by a folder in which they were kept', () => {
  const { code, text } = run('own-head.ndjson', '--heads', 'kept.d', '--key', 'key.json');
  expect(run('own-head.ndjson', '--key', 'key.json').code).toBe(0);
  expect(code).toBe(1);
  expect(text).toContain('TRUNCATED');
  expect(run('whole.ndjson', '--heads', 'kept.d', '--key', 'key.json').code).toBe(0);
});

test.each([
  ['with a folder that has no heads', ['whole.ndjson', '--heads', 'none.d', '--key', 'key.json'], 'none found'],
  ['without a key', ['whole.ndjson'], '--key'],
  ['without a log', ['--key', 'key.json'], 'usage'],
  ['with a private key', ['whole.ndjson', '--key', 'private.json'], 'public part'],
  ['with a file that is not there', ['none.ndjson', '--key', 'key.json'], 'ENOENT'],
  ['with an empty log', ['empty.ndjson', '--key', 'key.json'], '0 条'],
])('%s nothing is verified, and it says what was expected', (_what, args, said) => {
  const { code, text } = run(...args);
  expect(code).toBe(2);
  expect(text).toContain(said);
});
