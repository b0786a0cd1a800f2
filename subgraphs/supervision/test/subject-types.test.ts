import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { subjectTypeDefs, WRITTEN_FROM } from '../src/subject-type-defs.ts';

test('the subjects of the schema are those of the list; `node subgraphs/supervision/src/write-subject-types.ts` writes them', () => {
  const schema = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
  expect(schema.slice(schema.indexOf(WRITTEN_FROM))).toBe(subjectTypeDefs());
});
