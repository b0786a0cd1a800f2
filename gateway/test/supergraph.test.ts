import { readFileSync } from 'node:fs';
import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSupergraph } from '../src/compose.ts';
import { readSubgraphTexts } from '../src/compose-command.ts';
import { DEFAULT_LIMITS, refusedByLimits } from '../src/limits.ts';
import { createGraphRuntime } from '../src/plan/graph-runtime.ts';

describe('the committed supergraph', () => {
  const sdl = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');
  const { schema } = createGraphRuntime(sdl, DEFAULT_LIMITS);

  test('is what the subgraphs compose to', () => {
    expect(composeSupergraph(readSubgraphTexts()).supergraphSdl?.trim()).toBe(sdl.trim());
  });

  test('lets every subscription be resumed after a cursor', () => {
    const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
    expect(fields.length).toBeGreaterThan(0);
    for (const { name, args } of fields)
      expect(args.find((argument) => argument.name === 'after')?.type.toString(), name).toBe('String');
  });

  test("lets tools read the schema within the edge's own limits", () => {
    const document = parse(getIntrospectionQuery(), { maxTokens: DEFAULT_LIMITS.maxTokens });
    const operation = document.definitions[0];
    expect(
      operation?.kind === 'OperationDefinition' && refusedByLimits(document, operation, {}, schema, DEFAULT_LIMITS),
    ).toBe(null);
  });
});
