import { writeFileSync } from 'node:fs';
import { subjectTypeDefs } from './subject-type-defs.ts';

// node subgraphs/supervision/src/write-subject-types.ts: the subject types of the schema, from subject-types.ts.
writeFileSync(new URL('../schema/subjects.graphql', import.meta.url), subjectTypeDefs());
