import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { includeShared } from './gateway/src/schema-include.ts';

/** Subgraphs are what has a schema; a new one needs no line here. */
const subgraphs = readdirSync('subgraphs').filter((name) => existsSync(`subgraphs/${name}/schema.graphql`));

const read = (path: string): string => readFileSync(path, 'utf8');

const scalars = {
  // Resolvers give and take instants as integers of milliseconds; the kit's scalars turn them into ISO text.
  DateTime: 'number',
  Date: 'string',
  JSON: 'unknown',
};

/** Types of resolvers: arguments and results of each field, as the schema says them. */
const resolverTypes = subgraphs.map((name) => [
  `subgraphs/${name}/generated/resolvers.ts`,
  {
    schema: includeShared(read(`subgraphs/${name}/schema.graphql`), read),
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      enumsAsTypes: true,
      useTypeImports: true,
      immutableTypes: true,
      scalars,
    },
  },
]);

/** Types of the documents that clients of the one graph use, checked against the composed schema. */
const documentTypes = [
  'gateway/generated/documents.ts',
  {
    schema: 'gateway/supergraph.graphql',
    documents: 'gateway/documents/*.graphql',
    plugins: ['typescript-operations'],
    config: { enumsAsTypes: true, useTypeImports: true, scalars: { ...scalars, DateTime: 'string' } },
  },
];

const hasDocuments =
  existsSync('gateway/supergraph.graphql') &&
  existsSync('gateway/documents') &&
  readdirSync('gateway/documents').some((name) => name.endsWith('.graphql'));

export default {
  generates: Object.fromEntries(hasDocuments ? [...resolverTypes, documentTypes] : resolverTypes),
} satisfies CodegenConfig;
