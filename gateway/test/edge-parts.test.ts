import { execFileSync } from 'node:child_process';
import { parse, print } from 'graphql';
import { describe, expect, test } from 'vitest';
import { refusedByAccess } from '../src/access.ts';
import { claimClass, contextOfClass } from '../src/claim-class.ts';
import { composeSupergraph } from '../src/compose.ts';
import { createGraphRuntime } from '../src/plan/graph-runtime.ts';
import { batchEntities } from '../src/subgraph/entity-batcher.ts';
import { makeFrame, suffixOf, wireBytes } from '../src/subscription/frame.ts';
import { OrderedCompletion } from '../src/subscription/ordered-completion.ts';
import { resumablePrimary } from '../src/subscription/resumable-primary.ts';
import type { SubgraphAnswer, SubgraphFetch } from '../src/types.ts';
import { contextOf, gatewayOver, supergraphOf, threeDomains, viewer } from './rig.ts';

describe('telemetry', () => {
  test('is off before any of the packages that phone home is loaded', () => {
    const program = `import '${new URL('../src/index.ts', import.meta.url).href}'; process.stdout.write(String(process.env.APOLLO_TELEMETRY_DISABLED))`;
    const { APOLLO_TELEMETRY_DISABLED: _, ...env } = process.env;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })).toBe('1');
  });
});

describe('composition', () => {
  const access =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@authenticated", "@requiresScopes"])\n';
  const typeDefs = `${access} type Query { open: Int secret: Int @requiresScopes(scopes: [["role:AUDITOR", "tier:REGION"], ["role:OPERATOR"]]) log: Log } type Log @authenticated { text: String }`;

  test('splits access rules off the schema, because the executor refuses a supergraph that has them', async () => {
    const composition = composeSupergraph([{ name: 'a', url: 'http://a', typeDefs }]);
    expect(composition.supergraphSdl).not.toMatch(/authenticated|requiresScopes/);
    expect('access' in composition && composition.access).toEqual({
      'Query.secret': { scopes: [['role:AUDITOR', 'tier:REGION'], ['role:OPERATOR']] },
      Log: { scopes: [] },
    });
  });

  test.each([
    ['{ open }', null, null],
    ['{ secret }', null, 'UNAUTHENTICATED'],
    ['{ secret }', 'AUDITOR', null],
    ['{ secret }', 'SUPERVISOR', 'FORBIDDEN'],
    ['{ ... on Query { log { text } } }', null, 'UNAUTHENTICATED'],
    ['{ log { text } }', 'SOURCE', null],
  ] as const)('refuses early by that table: %s as %s', (query, role, code) => {
    const composition = composeSupergraph([{ name: 'a', url: 'http://a', typeDefs }]);
    if (composition.errors) throw composition.errors[0]!;
    const { schema } = createGraphRuntime(composition.supergraphSdl, { maxTokens: 1_000 });
    const refused = refusedByAccess(parse(query), schema, composition.access, contextOf(role && viewer({ role })));
    expect(refused?.extensions.code ?? null).toBe(code);
  });

  test('gives the errors of schemas that do not fit', () => {
    const composition = composeSupergraph([
      { name: 'a', url: 'http://a', typeDefs: 'type Query { x: Int }' },
      { name: 'b', url: 'http://b', typeDefs: 'type Query { x: String }' },
    ]);
    expect(composition.errors?.[0]?.message).toContain('Query.x');
  });
});

describe('the batcher of entities', () => {
  const document = parse(
    'query($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
  );
  const context = contextOf();
  const fetchOf = (ids: string[], more: Partial<SubgraphFetch> & { readonly lang?: string } = {}): SubgraphFetch => ({
    document,
    text: 'T',
    context,
    variables: {
      representations: ids.map((id) => ({ __typename: 'A', id })),
      ...(more.lang ? { lang: more.lang } : {}),
    },
    ...more,
  });
  const recording = () => {
    const sent: string[][] = [];
    const fetch = async ({ variables }: SubgraphFetch): Promise<SubgraphAnswer> => {
      const ids = (variables.representations as { id: string }[]).map(({ id }) => id);
      sent.push(ids);
      const errors = ids.flatMap((id, index) =>
        id === 'bad' ? [{ message: 'bad', path: ['_entities', index, 'name'] }] : [],
      );
      return {
        data: { _entities: ids.map((id) => (id === 'bad' ? null : { id, tags: [id] })) },
        ...(errors.length > 0 ? { errors } : {}),
      };
    };
    return { sent, ask: batchEntities({ fetch }) };
  };

  test('asks once for what is asked in one turn, and gives each caller its own part with its own indices', async () => {
    const { sent, ask } = recording();
    const [one, two] = await Promise.all([ask(fetchOf(['a', 'bad', 'b'])), ask(fetchOf(['b', 'bad', 'c']))]);
    expect(sent).toEqual([['a', 'bad', 'b', 'c']]);
    expect(one.data?._entities).toEqual([{ id: 'a', tags: ['a'] }, null, { id: 'b', tags: ['b'] }]);
    expect(two.errors).toEqual([{ message: 'bad', extensions: undefined, path: ['_entities', 1, 'name'] }]);
    const [first, second] = [(one.data!._entities as object[])[2], (two.data!._entities as object[])[0]];
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  test('never joins other variables, texts or viewers', async () => {
    const { sent, ask } = recording();
    await Promise.all([
      ask(fetchOf(['a'])),
      ask(fetchOf(['b'], { lang: 'zh' })),
      ask(fetchOf(['c'], { text: 'U' })),
      ask(fetchOf(['d'], { context: contextOf(viewer({ id: 'somebody else' })) })),
      ask(fetchOf(['e'], { context: contextOf(null) })),
      ask(fetchOf(['f'], { context: contextOf() })),
    ]);
    expect(sent).toEqual([['a', 'f'], ['b'], ['c'], ['d'], ['e']]);
  });

  test('gives a failure to every caller', async () => {
    const ask = batchEntities({ fetch: () => Promise.reject(new Error('away')) });
    const outcomes = await Promise.allSettled([ask(fetchOf(['a'])), ask(fetchOf(['b']))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a claim class', () => {
  test('holds viewers who may see the same, and nothing that belongs to one of them', () => {
    const one = contextOf(viewer({ id: 'a', name: { zh: '甲', en: 'a' }, sources: ['1', '2'] }));
    const two = contextOf(viewer({ id: 'b', sources: ['2', '1'], expiresAt: 1 }));
    expect(claimClass(one)).toBe(claimClass(two));
    expect(contextOfClass(one, 'x')).toEqual(contextOfClass(two, 'x'));
    expect(claimClass(contextOf(viewer({ agency: 'A' })))).not.toBe(claimClass(one));
  });
  test('is the viewer itself when personal data is asked for a purpose', () => {
    const purpose = { text: '核查', caseNo: '7' };
    expect(claimClass(contextOf(viewer({ id: 'a', purpose })))).not.toBe(
      claimClass(contextOf(viewer({ id: 'b', purpose }))),
    );
  });
});

describe('the primary fetch of a subscription', () => {
  const domains = threeDomains();
  const runtime = createGraphRuntime(supergraphOf(domains.all), { maxTokens: 1_000 });
  const primaryOf = (text: string) => resumablePrimary(runtime.compile(parse(text), text, null), runtime.schema);

  test("carries the cursor in a variable of the edge's own, whatever the client wrote", () => {
    expect(primaryOf('subscription { cardEvents { seq } }').text).toContain('cardEvents(after: $edgeAfter)');
    const literal = primaryOf('subscription { cardEvents(after: "c7", level: RED) { seq } }');
    expect(literal.text).toContain('cardEvents(level: RED, after: $edgeAfter)');
    expect(literal.clientAfter).toEqual({ value: 'c7' });
    const variable = primaryOf(
      'subscription($edgeAfter: String, $level: Level) { cardEvents(after: $edgeAfter, level: $level) { seq } }',
    );
    expect(variable.clientAfter).toEqual({ variable: 'edgeAfter' });
    expect(variable.variableNames).toEqual(['level']);
    expect(() => parse(variable.text)).not.toThrow();
    expect(print(variable.document)).toBe(variable.text);
  });
});

describe('a frame', () => {
  test.each([10, 200, 70_000])('of %i bytes is one text message of the WebSocket protocol', (size) => {
    const frame = makeFrame({ data: { text: 'x'.repeat(size) } }, 'c1');
    const suffix = suffixOf('a"b');
    const bytes = wireBytes(frame, suffix);
    const length =
      bytes[1]! < 126
        ? { value: bytes[1]!, header: 2 }
        : bytes[1] === 126
          ? { value: bytes.readUInt16BE(2), header: 4 }
          : { value: Number(bytes.readBigUInt64BE(2)), header: 10 };
    expect(bytes[0]).toBe(0x81);
    expect(length.value).toBe(bytes.length - length.header);
    expect(JSON.parse(bytes.subarray(length.header).toString())).toEqual({
      type: 'next',
      id: 'a"b',
      payload: { data: { text: 'x'.repeat(size) }, extensions: { cursor: 'c1' } },
    });
    expect(wireBytes(frame, suffixOf('a"b'))).toBe(bytes);
    expect(wireBytes(frame, suffixOf('other'))).not.toBe(bytes);
  });
});

describe('ordered completion', () => {
  test('delivers in order what ends in any order, and holds the next when the window is full', async () => {
    const delivered: number[] = [];
    const window = new OrderedCompletion<number>(2, (item) => void delivered.push(item));
    const parts = [0, 1, 2].map(() => Promise.withResolvers<number>());
    void window.add(parts[0]!.promise);
    const second = window.add(parts[1]!.promise).then(() => 'room');
    parts[1]!.resolve(1);
    expect(await Promise.race([second, Promise.resolve('full')])).toBe('full');
    expect(delivered).toEqual([]);
    parts[0]!.resolve(0);
    expect(await second).toBe('room');
    await window.settled();
    expect(delivered).toEqual([0, 1]);
  });
});

describe('bugs', () => {
  test('are masked under an id, and a graph that cannot be planned is one of them', async () => {
    const domains = threeDomains();
    const gateway = await gatewayOver(domains.all);
    const secret = { ...domains.workItems, execute: () => Promise.reject(new Error('password=1234')) };
    const broken = await gatewayOver(domains.all, { subgraphs: [{ name: 'work-items', hosted: secret }] });
    const answer = await broken.execute({ query: '{ workItems { id } }', context: contextOf() });
    expect(JSON.stringify(answer)).not.toContain('1234');
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      errorId: expect.any(String),
      messageZh: expect.stringContaining('编号'),
    });
    await expect(gateway.execute({ query: '{ nothing }', context: contextOf() })).resolves.toMatchObject({
      errors: [expect.any(Object)],
    });
    await Promise.all([gateway.close(), broken.close()]);
  });
});
