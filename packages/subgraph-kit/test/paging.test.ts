import fc from 'fast-check';
import type { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createPaging, MAX_PAGE_SIZE } from '../src/paging.ts';
import { parseDate, parseInstant, sharedScalars } from '../src/scalars.ts';

const paging = createPaging<readonly [number, string]>('cards', ['number', 'string']);
const rows = Array.from({ length: 500 }, (_, index) => ({
  at: Math.floor(index / 3),
  id: `c${String(index).padStart(3, '0')}`,
}));

/** What a store does: rows after a key, in the order of the key. */
function read(after: readonly [number, string] | null, limit: number) {
  return rows
    .filter(({ at, id }) => after === null || at > after[0] || (at === after[0] && id > after[1]))
    .slice(0, limit);
}

function codeOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return (error as GraphQLError).extensions.code;
  }
  return 'no error';
}

describe('paging', () => {
  it('visits every row once, whatever the page size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_PAGE_SIZE }), (first) => {
        const seen: string[] = [];
        for (let after: string | null = null, more = true; more; ) {
          const request = paging.request({ first, after });
          const page = paging.connection(read(request.after, request.limit), request, ({ at, id }) => [at, id]);
          seen.push(...page.nodes.map(({ id }) => id));
          expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
          expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
          after = page.pageInfo.endCursor;
          more = page.pageInfo.hasNextPage;
        }
        expect(seen).toEqual(rows.map(({ id }) => id));
      }),
      { numRuns: 40 },
    );
  });

  it('says of an empty page that it is empty', () => {
    const request = paging.request({});
    expect(paging.connection([], request, () => [0, ''])).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('refuses sizes outside 1 to 200 by name', () => {
    for (const first of [0, -1, 201, 1.5, Number.NaN]) expect(codeOf(() => paging.request({ first }))).toBe('BAD_PAGE');
  });

  it('refuses every cursor that it did not give', () => {
    const other = createPaging<readonly [number, string]>('warnings', ['number', 'string']);
    const request = other.request({ first: 1 });
    const foreign = other.connection(rows.slice(0, 1), request, ({ at, id }) => [at, id]).pageInfo.endCursor;
    expect(codeOf(() => paging.request({ after: foreign }))).toBe('BAD_CURSOR');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
          fc.constant('x'.repeat(5000)),
        ),
        (after) => {
          expect(codeOf(() => paging.request({ after }))).toBe('BAD_CURSOR');
        },
      ),
    );
    const wrongTypes = Buffer.from(JSON.stringify([1, 'cards', 'text', 7])).toString('base64url');
    expect(codeOf(() => paging.request({ after: wrongTypes }))).toBe('BAD_CURSOR');
  });
});

describe('scalars', () => {
  it('take instants with an offset to the millisecond, and give them back in UTC', () => {
    expect(parseInstant('2024-09-30T09:00:00+08:00')).toBe(Date.UTC(2024, 8, 30, 1));
    expect(sharedScalars.DateTime.serialize(parseInstant('2024-09-30T09:00:00.123+08:00'))).toBe(
      '2024-09-30T01:00:00.123Z',
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (instant) => {
        expect(parseInstant(sharedScalars.DateTime.serialize(instant))).toBe(instant);
      }),
    );
  });

  it('refuse what is no instant or date, also days that do not exist', () => {
    for (const text of [
      '2024-09-30',
      '2024-09-30T09:00:00',
      '2024-02-30T00:00:00Z',
      '2024-13-01T00:00:00Z',
      '2024-01-01T25:00:00Z',
      'now',
      '',
      7,
      null,
      {},
    ]) {
      expect(codeOf(() => parseInstant(text))).toBe('BAD_INPUT');
    }
    for (const text of ['2024-02-30', '2024-1-1', '20240101', '2024-01-01T00:00:00Z', 5])
      expect(codeOf(() => parseDate(text))).toBe('BAD_INPUT');
    expect(parseDate('2024-02-29')).toBe('2024-02-29');
  });

  it('answer any text without another error than their own', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['BAD_INPUT', 'no error']).toContain(codeOf(() => parseInstant(text)));
      }),
    );
  });
});
