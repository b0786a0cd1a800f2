import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCast, demoViewers, publishWorld } from '../src/index.ts';
import { type Answer, type ListeningHub, openListeningHub } from './listening-hub.ts';
import { codesOf, expectBilingual } from './named.ts';

/*
 * Bad input on every mutation of the graph, written from the composed schema: a mutation that is new tomorrow is tried tomorrow, with no line
 * here. Whatever is handed in, the answer is a payload, a named refusal of the result's union, or an error with a code; never a bug.
 */

const schema: GraphQLSchema = buildSchema(
  readFileSync(new URL('../../../gateway/supergraph.graphql', import.meta.url), 'utf8'),
  { assumeValidSDL: true },
);
const mutations = Object.values(schema.getMutationType()!.getFields());
/** Who may do something, one for each kind of work. */
const ACCOUNTS = [
  'supervisor-region',
  'supervisor-saihan',
  'chief-1',
  'source-115',
  'operator',
  'security-admin',
  'audit-admin',
];
/** Inputs of each mutation, each by one of the accounts. */
const RUNS = 12;

let world: ListeningHub;
beforeAll(async () => {
  world = await openListeningHub({ background: false });
  const { supervisors, agencies, items, sources } = demoCast();
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
  await world.hub.settle();
});
afterAll(() => world?.close());

const HEX = 'a'.repeat(32);
const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\u0007',
    '\ud800',
    '‮',
    "'; drop table card; --",
    '{{x}}',
    '<script>',
    '../../etc/passwd',
  ),
  fc.constantFrom(
    'x'.repeat(5_000),
    HEX,
    `${HEX}-1`,
    '2026-Q9',
    '2026-02-30',
    '15',
    '150105',
    'WI-03',
    '11150105113001122R',
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const integer = fc.constantFrom(0, -1, 1, 2, 201, 2_147_483_647, -2_147_483_648);
const float = fc.oneof(integer, fc.double({ noDefaultInfinity: true, noNaN: true }));
const instant = fc.constantFrom(
  ...[
    '2026-01-05T09:00:00.000Z',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '1969-12-31T23:59:59.999+08:00',
  ],
);
const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ...{ ID: text, String: text, Int: integer, Float: float, Boolean: fc.boolean(), DateTime: instant },
  Date: fc.constantFrom('2026-01-05', '0001-01-01', '9999-12-31'),
  JSON: fc.jsonValue({ maxDepth: 3 }),
};

/** Values that the type accepts, however odd; lists from none to many. @throws {Error} for a scalar that has no values here yet. */
function inputOf(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return inputOf(type.ofType, depth).filter((value) => value !== null);
  return fc.oneof({ arbitrary: fc.constant(null), weight: 1 }, { arbitrary: presentOf(type, depth), weight: 5 });
}

function presentOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) {
    const item = inputOf(type.ofType, depth + 1);
    const many = item.map((one) => Array.from({ length: depth === 0 ? 300 : 30 }, () => one));
    return fc.oneof({ arbitrary: fc.array(item, { maxLength: 3 }), weight: 4 }, { arbitrary: many, weight: 1 });
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type))
    return fc.record(
      Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, inputOf(field.type, depth + 1)])),
    );
  if (!isScalarType(type) || SCALARS[type.name] === undefined)
    throw new Error(`SCALARS has no values of ${String(type)}: say which are odd`);
  return SCALARS[type.name]!;
}

/** The mutation with its type's name and, where the result is a union, the message of each refusal. */
function documentOf({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const result = isNonNullType(type) ? type.ofType : type;
  const refusals = isUnionType(result) ? result.getTypes().filter((one) => 'message' in one.getFields()) : [];
  const said = refusals.map((one) => `... on ${one.name} { m_${one.name}: message { zh en } }`).join(' ');
  const selection = isUnionType(result) || isObjectType(result) ? `{ __typename ${said} }` : '';
  const variables = args.map((one) => `$${one.name}: ${String(one.type)}`).join(', ');
  return `mutation (${variables}) { answer: ${name}(${args.map((one) => `${one.name}: $${one.name}`).join(', ')}) ${selection} }`;
}

type Said = Answer<{ readonly answer: { readonly __typename?: string } & Readonly<Record<string, unknown>> }>;

/** Named, in both languages; gives what it was. */
function checked(said: Said): string {
  const codes = codesOf(said);
  if (codes.length > 0) return String(codes[0]);
  const { __typename: name = 'value', ...rest } = said.data?.answer ?? {};
  for (const message of Object.values(rest)) expectBilingual(message);
  return name;
}

describe('every mutation of the graph', () => {
  test('is there to be tried', () => {
    expect(mutations.length).toBeGreaterThan(60);
  });

  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    '%s answers bad input of any kind by name',
    async (_name, mutation) => {
      const document = documentOf(mutation);
      const variables = fc.record(
        Object.fromEntries(mutation.args.map((one) => [one.name, inputOf(one.type)])),
      ) as fc.Arbitrary<Record<string, unknown>>;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...ACCOUNTS), variables, async (account, input) => {
          checked(await world.ask(account, document, input));
        }),
        { numRuns: RUNS, seed: 20_261_124, endOnFailure: true },
      );
    },
  );
});
