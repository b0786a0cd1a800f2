import { expect, test } from 'vitest';
import { type Expected, expectPublished } from '../../src/watch/expected.ts';

const files = { 'base/WI-03.yaml': '0'.repeat(16), 'base/WI-07.yaml': '1'.repeat(16) };

test('a published text takes the line of its path, and one that repeals it takes the line away', () => {
  const record = { files } as unknown as Expected;
  const next = expectPublished(record, [
    { path: 'base/WI-03.yaml', text: 'id: WI-03' },
    { path: 'base/WI-07.yaml', text: '' },
  ]);
  expect(Object.keys(next.files)).toEqual(['base/WI-03.yaml']);
  expect(next.files['base/WI-03.yaml']).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
  expect(record.files).toEqual(files);
});
