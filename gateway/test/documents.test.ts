import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  Kind,
  parse,
} from 'graphql';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSubgraphTexts } from '../src/compose-command.ts';
import { asOfsOf, cardDensityOf, holesOf } from '../src/dashboard-answers.ts';
import { type DashboardDocument, readDashboardDocuments } from '../src/dashboard-documents.ts';
import { createGateway, DEFAULT_LIMITS, type Gateway, type InProcessSubgraph } from '../src/index.ts';
import { createGraphRuntime } from '../src/plan/graph-runtime.ts';
import { unavailable } from '../src/subgraph/http-client.ts';
import { SUPERGRAPH_FILE } from '../src/supergraph.ts';
import { authenticate, contextOf } from './rig.ts';

const supergraphSdl = readFileSync(SUPERGRAPH_FILE, 'utf8');
const runtime = createGraphRuntime(supergraphSdl, DEFAULT_LIMITS);
/** The subgraphs of the committed graph. */
const texts = readSubgraphTexts().filter(({ name }) => runtime.subgraphs.some((one) => one.name === name));
const documents = Object.values(readDashboardDocuments()) as DashboardDocument[];
const byName = documents.map((document) => [document.name, document] as const);

const schemas = texts.map(({ name, typeDefs }) => ({
  name,
  schema: buildSubgraphSchema([{ typeDefs: parse(typeDefs) }]),
}));

/** Subgraphs that are away in the present test. */
const away = new Set<string>();
let gateway: Gateway;
beforeAll(async () => {
  gateway = await createGateway({
    supergraphSdl,
    subgraphs: schemas.map(({ name, schema }) => ({ name, hosted: subgraphOf(name, schema) })),
    authenticate,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
  });
});
afterAll(() => gateway.close());

describe.each(byName)('the document %s', (_name, document) => {
  const services = servicesOf(document.text);

  test('is described in both languages, and named by the hash of its text', () => {
    expect(document.description.zh).toMatch(/\p{Script=Han}/u);
    expect(document.description.en).toMatch(/^[A-Z][^\p{Script=Han}]+\.$/u);
    expect(document.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is answered in one request within the limits of the edge, with the as-of of every domain that it uses', async () => {
    const answer = await ask(document);
    expect(answer.errors).toBeUndefined();
    expect([...asOfsOf(answer).keys()].sort()).toEqual([...services].sort());
    expect(holesOf(answer)).toEqual([]);
  });

  test.each([...services].map((service) => [service]))(
    'names the hole when %s is away, and keeps what the others answer',
    async (service) => {
      const whole = (await ask(document)).data as Record<string, unknown>;
      away.add(service);
      const answer = await ask(document).finally(() => away.clear());
      expect(holesOf(answer).map(({ domain }) => domain)).toEqual([service]);
      const kept = answer.data as Record<string, unknown>;
      expect(asOfsOf(answer).has(service)).toBe(false);
      expect([...asOfsOf(answer).keys()].sort()).toEqual([...services].filter((name) => name !== service).sort());
      const own = rootFieldsOf(document.text).filter(({ owner }) => owner === service);
      for (const { key } of own) expect(kept[key], key).toBeNull();
      const others = rootFieldsOf(document.text).filter(({ owner }) => owner !== service);
      for (const { key } of others) {
        expect(whole[key], key).not.toBeNull();
        expect(kept[key], key).not.toBeNull();
      }
    },
  );
});

test('the documents ask each domain of the graph for something', () => {
  const used = new Set(documents.flatMap(({ text }) => [...servicesOf(text)]));
  expect([...used].sort()).toEqual(texts.map(({ name }) => name).sort());
});

describe('card density', () => {
  const name = { zh: '甲', en: 'A' };
  const answer = {
    supervisionStatus: null,
    registryAsOf: null,
    workItemAsOf: null,
    division: null,
    agencyCards: [
      { agencyCode: 'A', agency: { name }, yellow: 1, red: 1 },
      { agencyCode: 'B', agency: null, yellow: 3, red: 0 },
      { agencyCode: 'D', agency: null, yellow: 1, red: 0 },
    ],
    workItemCounts: [
      { agencyCode: 'A', agency: { name }, count: 1000 },
      { agencyCode: 'B', agency: { name }, count: 100 },
      { agencyCode: 'C', agency: { name }, count: 7 },
    ],
  };
  const shown = (rows: ReturnType<typeof cardDensityOf>) =>
    rows.map(({ agencyCode, numerator, denominator, density }) => [agencyCode, numerator, denominator, density]);

  test('is yellow once and red three times over ten thousand work items, highest first', () => {
    expect(shown(cardDensityOf(answer))).toEqual([
      ['B', 3, 100, 300],
      ['A', 4, 1000, 40],
      ['C', 0, 7, 0],
      ['D', 1, 0, null],
    ]);
    expect(cardDensityOf(answer)[0]!.name).toEqual(name);
  });

  test('is not known where a domain is away, and nothing is taken for zero', () => {
    expect(shown(cardDensityOf({ ...answer, workItemCounts: null }))[0]).toEqual(['A', 4, null, null]);
    expect(shown(cardDensityOf({ ...answer, agencyCards: null }))[0]).toEqual(['A', null, 1000, null]);
  });
});

async function ask({ text, name }: DashboardDocument) {
  return gateway.execute({ query: text, variables: variablesOf(text), operationName: name, context: contextOf() });
}

/** The subgraphs that a document's plan fetches from. */
function servicesOf(text: string): ReadonlySet<string> {
  const document = prepared(text);
  const found = new Set<string>();
  const plan = JSON.stringify(runtime.compile(document, text, null).plan, (key, value: unknown) => {
    if (key === 'serviceName') found.add(String(value));
    return value;
  });
  expect(plan.length).toBeGreaterThan(0);
  return found;
}

/** The root fields of a document by the name in the answer, each with the subgraph that owns it. */
function rootFieldsOf(text: string): readonly { readonly key: string; readonly owner: string }[] {
  const [operation] = prepared(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('an operation was expected first');
  return operation.selectionSet.selections.flatMap((node) =>
    node.kind === Kind.FIELD ? [{ key: node.alias?.value ?? node.name.value, owner: ownerOf(node.name.value) }] : [],
  );
}

function ownerOf(field: string): string {
  const owner = schemas.find(({ schema }) => schema.getQueryType()?.getFields()[field] !== undefined);
  return owner!.name;
}

function prepared(text: string): DocumentNode {
  const document = runtime.prepare(text);
  if (!('kind' in document)) throw new AggregateError(document, document.map(({ message }) => message).join('\n'));
  return document;
}

/** A value for each variable, by the name of its type. */
function variablesOf(text: string): Record<string, unknown> {
  const [operation] = prepared(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return {};
  const values: Record<string, unknown> = {
    Date: '2026-11-23',
    DateTime: '2026-11-23T00:00:00+08:00',
    ID: '1',
    Int: 2,
  };
  return Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, type }) => {
      const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
      return named.kind === Kind.NAMED_TYPE && named.name.value in values
        ? [[variable.name.value, values[named.name.value]]]
        : [];
    }),
  );
}

/** A subgraph that answers every question of its schema with some value of the right type, or is away. */
function subgraphOf(name: string, schema: GraphQLSchema): InProcessSubgraph {
  return {
    name,
    async execute({ document, variables, operationName, context }) {
      if (away.has(name)) throw unavailable(name, 'taken away by the test');
      return execute({
        schema,
        document,
        variableValues: variables,
        operationName: operationName ?? null,
        contextValue: context,
        fieldResolver: anyValue(name),
        typeResolver: (value, _context, _info, type) =>
          (value as { __typename?: string }).__typename ?? schema.getPossibleTypes(type)[0]!.name,
      });
    },
    async subscribe() {
      throw new Error(`${name}: the documents subscribe to nothing`);
    },
  };
}

function anyValue(name: string): GraphQLFieldResolver<Record<string, unknown>, unknown> {
  return (source, _args, _context, { fieldName, returnType, parentType, schema }) => {
    if (source?.[fieldName] !== undefined) return source[fieldName];
    if (parentType.name === 'AsOf' && fieldName === 'domain') return name;
    return anyOf(returnType, schema);
  };
}

function anyOf(type: GraphQLOutputType, schema: GraphQLSchema): unknown {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return [anyOf(inner.ofType as GraphQLOutputType, schema)];
  const named = getNamedType(getNullableType(inner));
  if (isEnumType(named)) return named.getValues()[0]!.name;
  if (isAbstractType(named)) return { __typename: schema.getPossibleTypes(named)[0]!.name };
  if (isCompositeType(named)) return { __typename: named.name };
  const scalars: Record<string, unknown> = { Int: 1, Float: 0.5, Boolean: true, ID: '1', String: 'text', JSON: {} };
  return scalars[named.name] ?? '2026-11-23T00:00:00.000Z';
}
