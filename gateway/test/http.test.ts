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
  test('meets every point of the public audit', async () => {
    const results = await auditServer({ url: at.url });
    const bad = results.filter(({ status }) => status !== 'ok');
    expect(
      bad.map((result) => `${result.status} ${result.id} ${result.name} ${'reason' in result ? result.reason : ''}`),
    ).toEqual([]);
    expect(results.length).toBeGreaterThan(55);
  });
});
