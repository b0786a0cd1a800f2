import { readFileSync, writeFileSync } from 'node:fs';
import { subjectTypeDefs, WRITTEN_FROM } from './subject-type-defs.ts';

// node subgraphs/supervision/src/write-subject-types.ts: the subject types of schema.graphql, from subject-types.ts.
const file = new URL('../schema.graphql', import.meta.url);
const [edited] = readFileSync(file, 'utf8').split(WRITTEN_FROM);
writeFileSync(file, `${edited!.trimEnd()}\n\n${subjectTypeDefs()}`);
