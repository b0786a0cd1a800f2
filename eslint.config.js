import graphql from '@graphql-eslint/eslint-plugin';

/** Lints the subgraphs' schemas; TypeScript is Biome's matter. */
export default [
  {
    files: ['subgraphs/*/schema.graphql', 'subgraphs/*/schema/*.graphql', 'packages/records/*.graphql'],
    languageOptions: { parser: graphql.parser },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      // Whoever reads the explorer finds the meaning, the unit and the Chinese term of everything.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      '@graphql-eslint/description-style': ['error', { style: 'inline' }],
      '@graphql-eslint/naming-convention': [
        'error',
        {
          types: 'PascalCase',
          FieldDefinition: 'camelCase',
          InputValueDefinition: 'camelCase',
          Argument: 'camelCase',
          EnumValueDefinition: 'UPPER_CASE',
          DirectiveDefinition: 'camelCase',
        },
      ],
      '@graphql-eslint/unique-enum-value-names': 'error',
    },
  },
];
