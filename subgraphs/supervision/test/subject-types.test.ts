import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { subjectTypeDefs } from '../src/subject-type-defs.ts';

test('the subjects of the schema are those of the list; `node subgraphs/supervision/src/write-subject-types.ts` writes them', () => {
  const schema = readFileSync(new URL('../schema/subjects.graphql', import.meta.url), 'utf8');
  expect(schema).toBe(subjectTypeDefs());
});
