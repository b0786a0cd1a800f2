import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayOver, listen, threeDomains, tokenOf } from './rig.ts';

const domains = threeDomains();
let at: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  const gateway = await gatewayOver(domains.all, {
    mayIntrospect: ({ viewer }) => viewer?.role !== 'PARTNER',
    limits: { maxDepth: 6, maxAliases: 4, maxCost: 500, maxTokens: 300, maxBodyBytes: 20_000 },
  });
  at = await listen(gateway);
});
afterAll(() => at.close());

async function post(body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(at.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  return {
    status: response.status,
    body: (await response.json()) as {
      data?: Record<string, unknown>;
      errors?: { message: string; extensions: Record<string, unknown> }[];
    },
  };
}
const codeOf = (answer: Awaited<ReturnType<typeof post>>) => answer.body.errors?.[0]?.extensions.code;

describe('GraphQL over HTTP', () => {
  test('shows no error and no warning in the public audit', async () => {
    const results = await auditServer({ url: at.url });
    const bad = results.filter(({ status }) => status === 'error' || status === 'warn');
    expect(bad.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(55);
  });

  test('answers a query over three domains', async () => {
    const answer = await post({
      query: '{ workItems(first: 1) { title agency { name division { name } } cards { level } } }',
    });
    expect(answer).toEqual({
      status: 200,
      body: {
        data: {
          workItems: [
            {
              title: '办件 W0',
              agency: { name: '机构 A0', division: { name: '区划 152' } },
              cards: [{ level: 'YELLOW' }],
            },
          ],
        },
      },
    });
  });

  test('refuses a form that another site could send', async () => {
    const response = await fetch(at.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{__typename}"}',
    });
    expect(response.status).toBe(400);
    const simple = await fetch(`${at.url}?query={__typename}`);
    expect(simple.status).toBe(400);
  });

  test('refuses a batch of requests', async () => {
    expect((await post([{ query: '{ __typename }' }])).status).toBe(400);
  });

  test.each([
    ['a body that is no JSON', '{"query":', 400, 'BAD_REQUEST'],
    [
      'a body that is too large',
      JSON.stringify({ query: `{ __typename } #${'x'.repeat(30_000)}` }),
      413,
      'BAD_REQUEST',
    ],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['a query that does not parse', '{"query":"{"}', 200, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ workItem_ { id } }"}', 200, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'too many levels',
      '{"query":"{ cards { subject { cards { subject { cards { subject { id } } } } } } }"}',
      400,
      'QUERY_TOO_DEEP',
    ],
    [
      'too many aliases',
      '{"query":"{ a: __typename b: __typename c: __typename d: __typename e: __typename }"}',
      400,
      'QUERY_TOO_MANY_ALIASES',
    ],
    ['too many tokens', JSON.stringify({ query: `{ ${'__typename '.repeat(400)} }` }), 200, 'GRAPHQL_PARSE_FAILED'],
    ['a list that is too long', '{"query":"{ workItems(first: 501) { id } }"}', 400, 'QUERY_TOO_EXPENSIVE'],
    [
      'a list that a variable makes too long',
      '{"query":"query($n: Int) { workItems(first: $n) { steps { name } } }","variables":{"n":50}}',
      400,
      'QUERY_TOO_EXPENSIVE',
    ],
    [
      'a variable of another type',
      '{"query":"query($n: Int) { workItems(first: $n) { id } }","variables":{"n":"x"}}',
      200,
      'BAD_USER_INPUT',
    ],
    ['a subscription', '{"query":"subscription { cardEvents { seq } }"}', 400, 'SUBSCRIPTION_OVER_HTTP'],
    [
      'an operation that is not there',
      '{"query":"query A { __typename }","operationName":"B"}',
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('answers %s by name', async (_, body, status, code) => {
    const answer = await post(body);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  });

  test('never suggests names of the schema', async () => {
    const answer = await post({ query: '{ workItem_ { id } }' });
    expect(JSON.stringify(answer.body)).not.toContain('Did you mean');
  });

  test('answers a token that is no good with 401 and both languages', async () => {
    const answer = await post({ query: '{ __typename }' }, { authorization: 'Bearer nonsense' });
    expect(answer.status).toBe(401);
    expect(answer.body.errors?.[0]).toMatchObject({
      message: 'the token is no JSON',
      extensions: { code: 'UNAUTHENTICATED', messageZh: expect.any(String) },
    });
  });

  test('shows the schema to the roles that may read it', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await post({ query })).body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect(codeOf(await post({ query }, { authorization: tokenOf({ role: 'PARTNER' }) }))).toBe(
      'INTROSPECTION_FORBIDDEN',
    );
  });

  test('hands the viewer to the subgraph as it was verified', async () => {
    await post(
      { query: '{ workItem(id: "W1") { id } }' },
      { authorization: tokenOf({ id: 'supervisor-hohhot', division: '1501' }) },
    );
    expect(domains.workItems.asked.at(-1)?.context.viewer).toMatchObject({ id: 'supervisor-hohhot', division: '1501' });
  });

  test("names the subgraph in a subgraph's error and keeps the rest of the answer", async () => {
    const answer = await post({ query: '{ workItem(id: "W-broken") { id title agency { uscc name } } }' });
    expect(answer.body).toMatchObject({
      data: { workItem: null },
      errors: [
        {
          message: 'agency A-broken is broken',
          path: ['workItem', 'agency', 'name'],
          extensions: { serviceName: 'registry' },
        },
      ],
    });
  });

  test('gives browsers the explorer, which asks nothing of other hosts', async () => {
    for (const path of ['/graphql', '/']) {
      const response = await fetch(new URL(path, at.url), { headers: { accept: 'text/html' } });
      const page = await response.text();
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(page).toContain('圭臬');
      expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    }
  });
});
