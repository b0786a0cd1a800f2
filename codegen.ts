import { existsSync, readdirSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { readSubgraphTexts } from './gateway/src/compose-command.ts';

const scalars = {
  // Resolvers give and take instants as integers of milliseconds; the kit's scalars turn them into ISO text.
  DateTime: 'number',
  Date: 'string',
  JSON: 'unknown',
};

/** Types of resolvers: arguments and results of each field, as the schema says them. */
const resolverTypes = readSubgraphTexts().map(({ name, typeDefs }) => [
  `subgraphs/${name}/generated/resolvers.ts`,
  {
    schema: typeDefs,
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
