import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/*
 * The kit serves a bookshop as well as a government (packages/test-kit/test/bookshop). Words of government, and of the
 * domains built on the kit, therefore do not occur in its code. What stays is said in the README: `agency` and `division`
 * are the two axes of a row's scope, which store, identity and rules name so.
 */
const GOVERNMENT = [
  ...['government', 'citizen', 'applicant', 'permit', 'licen[cs]e', 'certificate', 'statutory', 'ministry', 'bureau'],
  ...['league', 'banner', 'county', 'autonomous region', 'province', 'village', 'hall'],
  ...[
    'credit code',
    'uscc',
    'work[- _]?items?',
    'service items?',
    'item code',
    'project code',
    'review ticket',
    'bundle',
  ],
  ...[
    '政务',
    '行政',
    '办件',
    '证照',
    '事项',
    '许可',
    '审批',
    '好差评',
    '一件事',
    '盟市',
    '旗县',
    '苏木',
    '信用代码',
    '法定',
  ],
];
/** A word of its own, or part of a camelCase or snake_case name; `challenge` is no hall. */
const FOUND = GOVERNMENT.map((word) => new RegExp(/[a-z]/.test(word) ? `(?<![a-z])${word}(?![a-z])` : word, 'i'));

const KIT = fileURLToPath(new URL('../', import.meta.url));
const files = ['src', 'sql'].flatMap((folder) =>
  readdirSync(join(KIT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.(ts|sql)$/.test(name)),
);

test('the kit’s source contains no word of government', () => {
  const wrong = files.flatMap((file) =>
    wordsIn(readFileSync(join(KIT, file), 'utf8')).map((line) => `${file}:${line}`),
  );
  expect(wrong).toEqual([]);
});

test('this test reads the kit, and would find a word in a name, a comment or a text', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(
    ['const workItemOf = 1;', '/** A licence. */', '"缺少办件"', 'tier: LEAGUE', 'a.work_item'].flatMap(wordsIn),
  ).toHaveLength(5);
  expect(wordsIn('a challenge to shallow halls of provincial banners')).toHaveLength(0);
});

/** Each line with such a word, with its number. */
function wordsIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const spread = line.replace(/([a-z])([A-Z])/g, '$1 $2');
    return FOUND.some((word) => word.test(line) || word.test(spread)) ? [`${index + 1} ${line.trim()}`] : [];
  });
}
