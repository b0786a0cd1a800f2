import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { explorerPage } from '../src/http/explorer.ts';
import { DEFAULT_LIMITS, refusedByLimits } from '../src/limits.ts';
import { createGraphRuntime } from '../src/plan/graph-runtime.ts';

interface Example {
  readonly root: string;
  readonly query: string;
  readonly find?: string;
  readonly variables?: (claims: Record<string, string>) => Record<string, unknown>;
}
const { EXAMPLES } = (await import(new URL('../src/http/explorer/examples.js', import.meta.url).href)) as {
  EXAMPLES: readonly Example[];
};

describe('the explorer', () => {
  const sdl = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');
  const { schema } = createGraphRuntime(sdl, DEFAULT_LIMITS);

  test.each(EXAMPLES.map((example) => [example.root, example] as const))(
    'offers an example of %s that the graph accepts',
    (_, { query, find, variables }) => {
      for (const text of [query, ...(find === undefined ? [] : [find])]) {
        const document = parse(text);
        expect(validate(schema, document)).toEqual([]);
        const operation = document.definitions[0];
        if (operation?.kind !== 'OperationDefinition') throw new Error('expected an operation first');
        const given = variables?.({ gnomon_division: '15' }) ?? {};
        expect(refusedByLimits(document, operation, given, schema, DEFAULT_LIMITS)).toBe(null);
      }
    },
  );

  test('names the hash of each script and style in its own policy and allows nothing inline besides', () => {
    const page = explorerPage();
    const policy = /http-equiv="content-security-policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(/script-src 'sha256-[\w+/]{43}='/);
    expect(policy).toMatch(/style-src 'sha256-[\w+/]{43}='/);
    expect(policy).not.toContain('unsafe');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/ (?:on[a-z]+|style)="/);
  });
});
