import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceFiles } from './workspace.ts';

/** Below the edge (law 1): packages and files in which nothing may read a clock, a random source or the network. */
const PURE = [
  ...['working-time', 'rule-engine', 'identifiers', 'province'].map((name) => `packages/${name}/src`),
  'packages/subgraph-kit/src/advance.ts',
  'packages/subgraph-kit/src/compose-signal.ts',
  'subgraphs/work-items/src/facts',
  'subgraphs/supervision/src/ledger.ts',
  'subgraphs/supervision/src/post.ts',
  'subgraphs/supervision/src/book.ts',
  'subgraphs/supervision/src/history.ts',
];

/** Commands and readers of folders are edges of their package; they hand on what they read. */
const EDGE = /(^|\/)(main|folder|[a-z-]*command)\.ts$/;

const IMPURE = [
  { what: 'the clock', found: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/ },
  { what: 'a timer', found: /\bset(Timeout|Interval|Immediate)\b|node:timers/ },
  { what: 'a random source', found: /\bMath\.random\b|\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/ },
  { what: 'the network', found: /\bfetch\(|node:(http|https|net|dgram|tls)\b|\bWebSocket\b/ },
  { what: 'files or the environment', found: /node:fs|\bprocess\.(env|argv|cwd)\b/ },
];

const files = PURE.flatMap((path) => (path.endsWith('.ts') ? [path] : sourceFiles(path))).filter(
  (path) => !EDGE.test(path),
);

test('nothing below the edge reads a clock, a random source, the network or a file', () => {
  const wrong = files.flatMap((file) => {
    const text = withoutComments(readFileSync(join(ROOT, file), 'utf8'));
    return IMPURE.filter(({ found }) => found.test(text)).map(({ what }) => `${file} reads ${what}`);
  });
  expect(wrong).toEqual([]);
});

test('this test reads the files it names', () => {
  expect(files.length).toBeGreaterThan(30);
  expect(IMPURE[0]!.found.test(withoutComments('const now = Date.now(); // a comment'))).toBe(true);
  expect(IMPURE[0]!.found.test(withoutComments('// Date.now()\n/* new Date() */'))).toBe(false);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
