import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './workspace.ts';

const page = readFileSync(join(ROOT, 'packages/LAWS.md'), 'utf8');
const laws = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n', 1)[0]!,
    tests: [...section.matchAll(/^- `([^`]+)` › (.+)$/gm)].map(([, file, name]) => ({ file: file!, name: name! })),
  }));

test('there are thirteen laws, in order', () => {
  expect(laws.map(({ title }) => Number.parseInt(title, 10))).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
});

test.each(laws.map((law) => [law.title, law] as const))(
  'the law “%s” names tests, and each of them is there',
  (_title, law) => {
    expect(law.tests.length).toBeGreaterThan(0);
    const missing = law.tests.filter(({ file, name }) => !existsSync(join(ROOT, file)) || !namesTest(file, name));
    expect(missing.map(({ file, name }) => `${file} › ${name}`)).toEqual([]);
  },
);

/** Whether the name stands in the file as that of a test: in `test(…)`, `it(…)`, or behind `.each(…)`. */
function namesTest(file: string, name: string): boolean {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const quoted = [`'${name}'`, `"${name}"`, `\`${name}\``].find((literal) => text.includes(literal));
  if (quoted === undefined) return false;
  const before = text.slice(0, text.indexOf(quoted)).trimEnd();
  return before.endsWith('(') && !/\bdescribe(\.\w+)?\($/.test(before);
}
