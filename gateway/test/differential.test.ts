import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { executeOperation, executeStock } from '../src/plan/execute-operation.ts';
import { createGraphRuntime } from '../src/plan/graph-runtime.ts';
import type { SubgraphFetch } from '../src/types.ts';
import { picks, randomQuery } from './random-operations.ts';
import { contextOf, supergraphOf, threeDomains } from './rig.ts';

const OPERATIONS: [string, Record<string, unknown>?][] = [
  ['{ workItems { id title state agency { name division { name } } cards { id level } } }'],
  ['{ cards { id level subject { id title agency { uscc name } } } }'],
  [
    'query($n: Int = 2, $deep: Boolean!) { workItems(first: $n) { id agency @include(if: $deep) { name } } }',
    { deep: true },
  ],
  [
    'query($n: Int = 2, $deep: Boolean!) { workItems(first: $n) { id agency @include(if: $deep) { name } } }',
    { deep: false, n: 1 },
  ],
  ['query($no: Boolean = true) { workItems { id cards @skip(if: $no) { id } title } }'],
  ['query($no: Boolean = true) { workItems { id cards @skip(if: $no) { id } title } }', { no: false }],
  [
    '{ a: workItem(id: "W1") { id n: title } b: workItem(id: "W2") { m: id cards(level: RED) { level } red: cards(level: YELLOW) { level } } }',
  ],
  ['{ workItem(id: "none") { id agency { name } } workItems(first: 0) { id agency { name } } }'],
  ['{ workItem(id: "W-broken") { id agency { uscc name } } }'],
  [
    '{ workItems { ...F } b: workItem(id: "W-missing") { ...F } } fragment F on WorkItem { id agency { ...A } } fragment A on Agency { uscc name }',
  ],
  ['{ workItem(id: "W-null") { id must } }'],
  ['{ a: workItem(id: "W-null") { id must } b: workItem(id: "W1") { must } }'],
  ['{ subjects { __typename id ... on WorkItem { title agency { name } } ... on Batch { rows } } }'],
  [
    '{ subjects { id ... on Subject { id } } found { ... on Batch { rows kind: __typename } ... on WorkItem { cards { level } kind: __typename } } }',
  ],
  ['{ workItems { steps { name handler } score days __typename } __typename }'],
  [
    'mutation { a: rename(id: "W1", title: "甲") { id title agency { name } } b: rename(id: "W2", title: "乙") { cards { id } } }',
  ],
  [
    '{ agencies(first: 5) { uscc name division { code name } } agency(uscc: "A-broken") { uscc division { name } name } }',
  ],
  ['{ workItems { id ... @include(if: false) { title } ... @skip(if: false) { agency { name } } } }'],
  ['{ __typename }'],
  ['{ __type(name: "WorkItem") { name fields { name } } workItems { id } }'],
  ['query($id: ID!) { workItem(id: $id) { id } }', {}],
  ['query($id: ID!) { workItem(id: $id) { id } }', { id: { no: 'id' } }],
];

describe('the compiled plan executor', () => {
  const domains = threeDomains();
  const runtime = createGraphRuntime(supergraphOf(domains.all), { maxTokens: 1_000 });
  const surprises: string[] = [];
  const ports = {
    ask: async (service: string, fetch: SubgraphFetch) =>
      JSON.parse(JSON.stringify(await domains.all.find(({ name }) => name === service)!.execute(fetch))),
    onSurprise: (stage: string, reason: string) => void surprises.push(`${stage}: ${reason}`),
  };

  test.each(OPERATIONS.map(([text, variables = {}]) => ({ text, variables })))(
    'answers as the stock executor does: $text',
    async ({ text, variables }) => {
      const document = parse(text);
      expect(validate(runtime.schema, document)).toEqual([]);
      const compiled = runtime.compile(document, text, null);
      const stock = await executeStock(runtime, compiled, variables, contextOf(), ports);
      const own = await executeOperation(runtime, compiled, variables, contextOf(), ports);
      if (stock.errors?.[0]?.message.startsWith('Variable')) expect(own.errors).toHaveLength(stock.errors.length);
      else expect(plain(own)).toEqual(plain(stock));
    },
  );

  test('decides ordinary operations itself', async () => {
    surprises.length = 0;
    for (const [text, variables = {}] of OPERATIONS.slice(0, 7)) {
      await executeOperation(runtime, runtime.compile(parse(text), text, null), variables, contextOf(), ports);
    }
    expect(surprises).toEqual([]);
  });

  test('gives a null where none may be to the stock shaper', async () => {
    surprises.length = 0;
    const text = '{ agency(uscc: "A-missing") { uscc name } workItems { agency { name } } }';
    const lying = {
      ...ports,
      ask: async (service: string) =>
        service === 'registry'
          ? { data: { agency: null, _entities: [{ name: null }] } }
          : { data: { workItems: [{ agency: { __typename: 'Agency', uscc: 'A1' } }] } },
    };
    const compiled = runtime.compile(parse(text), text, null);
    const own = await executeOperation(runtime, compiled, {}, contextOf(), lying);
    const stock = await executeStock(runtime, compiled, {}, contextOf(), lying);
    expect(plain(own)).toEqual(plain(stock));
    expect(surprises).toContain('shape: null where none may be');
  });

  test('answers as the stock executor does: random operations over subgraphs that err, leave out and lie', async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(picks, fc.nat(), fc.boolean(), async (pick, seed, isLying) => {
        const text = randomQuery(runtime.schema, pick);
        const document = parse(text);
        fc.pre(validate(runtime.schema, document).length === 0);
        const faulty = isLying
          ? {
              ...ports,
              ask: async (service: string, fetch: SubgraphFetch) => spoiled(await ports.ask(service, fetch), seed),
            }
          : ports;
        const compiled = runtime.compile(document, text, null);
        const stock = await executeStock(runtime, compiled, {}, contextOf(), faulty);
        const own = await executeOperation(runtime, compiled, {}, contextOf(), faulty);
        expect(withoutOwnWording(plain(own))).toEqual(withoutOwnWording(plain(stock)));
        ran++;
      }),
      { numRuns: 150 },
    );
    expect(ran).toBeGreaterThan(100);
  });
});

/** Spoils about every twentieth value of an answer, the same ones for the same seed: null, another kind, or left out. */
function spoiled<Value>(answer: Value, seed: number): Value {
  const spoil = (value: unknown, path: string): unknown => {
    const dice = [...`${seed}${path}`].reduce(
      (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0,
      2_166_136_261,
    );
    if (path.length > 0 && !path.endsWith('__typename') && dice % 20 === 0) {
      // A value of another kind only for leaves: the stock executor throws where a list or an object is a number.
      return typeof value === 'object' ? [null, undefined][dice % 2] : [null, 7, undefined][dice % 3];
    }
    if (Array.isArray(value)) return value.map((item, index) => spoil(item, `${path}/${index}`) ?? null);
    if (typeof value !== 'object' || value === null) return value;
    return JSON.parse(
      JSON.stringify(
        Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoil(inner, `${path}/${key}`)])),
      ),
    );
  };
  const { data, ...rest } = answer as { data?: unknown };
  return (data ? { ...rest, data: spoil(data, '') } : answer) as Value;
}

/** Only for answers with errors: which errors, with which paths, not in which words our own ones are put. */
function withoutOwnWording(answer: unknown): unknown {
  const { errors, ...rest } = answer as { errors?: { message: string }[] };
  return errors ? { ...rest, errors: errors.length } : rest;
}

/** As JSON, with the order of errors made irrelevant: parallel fetches may end in any order. */
function plain(answer: object): unknown {
  const json = JSON.parse(JSON.stringify(answer)) as { errors?: { message: string }[] };
  json.errors?.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return json;
}
