import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { guardReferences } from '../src/references.ts';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires"])
  type Query { none: String }
  type Thing @key(fields: "id") { id: ID! owner: String secret: String }
  extend type Place @key(fields: "code") { code: ID! size: Int @external label: String @requires(fields: "size") }`);
const read: string[] = [];
const schema = buildSubgraphSchema([
  {
    typeDefs,
    resolvers: {
      Thing: {
        __resolveReference: (one: { id: string }) => {
          read.push(one.id);
          return one;
        },
      },
      Place: { label: ({ code, size }: { code: string; size?: number }) => `${code} ${size}` },
    },
  },
]);
guardReferences(schema, typeDefs);

const QUERY = parse(`query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on Thing { id owner secret } ... on Place { code label } } }`);
const ask = async (...of: unknown[]) => {
  const { data, errors } = await execute({ schema, document: QUERY, variableValues: { of } });
  return { entities: data?._entities as unknown[], errors: errors ?? [] };
};

test('a reference that names nothing is refused by name in its own place, and the others are answered', async () => {
  const bad = [
    ...[7, '', null, {}, ['x'], true, '\u0000', '\ud800'].map((id) => ({ __typename: 'Thing', id })),
    ...[
      { __typename: 'Thing' },
      { __typename: 'NoSuchThing', id: 'x' },
      { __typename: 'Query' },
      { id: 'x' },
      'text',
      [],
    ],
  ];
  const { entities, errors } = await ask({ __typename: 'Thing', id: 'a' }, ...bad, { __typename: 'Thing', id: 'b' });
  // The empty text is a text; nothing has it, and nothing else is wrong with it.
  expect(entities.map((one) => (one as { id?: string } | null)?.id ?? null)).toEqual([
    ...['a', null, '', ...Array.from({ length: bad.length - 2 }, () => null)],
    'b',
  ]);
  expect(errors.map(({ path }) => path?.[1])).toEqual([
    1,
    ...Array.from({ length: bad.length - 2 }, (_, at) => at + 3),
  ]);
  for (const { extensions, message } of errors) {
    expect(extensions).toMatchObject({ code: 'BAD_INPUT', messageZh: expect.stringMatching(/应.*收到.*请/) });
    expect(message).toMatch(/was expected, .* came; correct it/);
  }
  expect(read).toEqual(['a', '', 'b']);
});

test('what a caller writes beside the key does not go on as if the subgraph had read it', async () => {
  const stuffed = { __typename: 'Thing', id: 'a', owner: 'me', secret: 'forged', __proto__: { owner: 'me' } };
  expect((await ask(stuffed)).entities).toEqual([{ id: 'a', owner: null, secret: null }]);
});

test('a field of another subgraph that this one asks for goes on with its key', async () => {
  const { entities } = await ask({ __typename: 'Place', code: '15', size: 3, label: 'forged' });
  expect(entities).toEqual([{ code: '15', label: '15 3' }]);
});
