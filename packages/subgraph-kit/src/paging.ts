import { refusal } from './refusal.ts';

/** The most entries a page may hold. */
export const MAX_PAGE_SIZE = 200;
export const DEFAULT_PAGE_SIZE = 50;

/** One part of a keyset key: what a connection is ordered by, in that order. */
export type KeyPart = string | number | boolean | null;

/** Arguments of a Relay connection as they come from GraphQL. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** What a store needs: read `limit` rows whose key lies after `after`. */
export interface PageRequest<Key extends readonly KeyPart[]> {
  /** Rows the caller wants. */
  readonly first: number;
  /** Rows to read: one more than wanted, which tells whether there is a next page. */
  readonly limit: number;
  /** Key of the last row of the page before, or `null` for the first page. */
  readonly after: Key | null;
}

/** A Relay connection; `nodes` spares a level to readers that page by `pageInfo` only. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * Keyset paging of one connection. `name` goes into its cursors, so that a cursor of another connection is refused by
 * name; `parts` is the type of each part of the key.
 */
export function createPaging<Key extends readonly KeyPart[]>(
  name: string,
  parts: readonly ('string' | 'number' | 'boolean')[],
) {
  return {
    /** @throws `BAD_PAGE` for a size outside 1…200, `BAD_CURSOR` for a cursor that this connection did not give. */
    request({ first, after }: PageArguments, defaultSize = DEFAULT_PAGE_SIZE): PageRequest<Key> {
      const size = first ?? defaultSize;
      if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) throw badPage(name, size);
      return {
        first: size,
        limit: size + 1,
        after: after === null || after === undefined ? null : readCursor<Key>(name, parts, after),
      };
    },
    /** The connection of the rows read for `request`, with `keyOf` giving each row's key in the order of the statement. */
    connection<Node>(rows: readonly Node[], request: PageRequest<Key>, keyOf: (row: Node) => Key): Connection<Node> {
      const nodes = rows.slice(0, request.first);
      const edges = nodes.map((node) => ({ cursor: writeCursor(name, keyOf(node)), node }));
      return {
        edges,
        nodes,
        pageInfo: {
          hasNextPage: rows.length > request.first,
          hasPreviousPage: request.after !== null,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
      };
    },
  };
}

function writeCursor(name: string, key: readonly KeyPart[]): string {
  return Buffer.from(JSON.stringify([1, name, ...key])).toString('base64url');
}

function readCursor<Key extends readonly KeyPart[]>(name: string, parts: readonly string[], cursor: string): Key {
  const read = decode(cursor);
  if (read === null || read[0] !== 1 || read[1] !== name || read.length !== parts.length + 2)
    throw badCursor(name, cursor);
  const key = read.slice(2);
  if (!key.every((part, index) => part === null || typeof part === parts[index])) throw badCursor(name, cursor);
  return key as unknown as Key;
}

function decode(cursor: string): readonly unknown[] | null {
  if (cursor.length > 1000) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : null;
  } catch {
    // Not JSON: the caller is told by name that it is no cursor of this connection.
    return null;
  }
}

function badCursor(name: string, cursor: string) {
  const came = cursor.slice(0, 40);
  return refusal(
    'BAD_CURSOR',
    {
      zh: `${name} 的游标无效：请使用该列表返回的 endCursor，收到 “${came}”。`,
      en: `${name}: a cursor given by this connection was expected, "${came}" came; use its endCursor.`,
    },
    { connection: name },
  );
}

function badPage(name: string, size: number) {
  return refusal(
    'BAD_PAGE',
    {
      zh: `${name} 的 first 应为 1 至 ${MAX_PAGE_SIZE} 的整数，收到 ${size}。`,
      en: `${name}: \`first\` must be an integer from 1 to ${MAX_PAGE_SIZE}, ${size} came.`,
    },
    { connection: name, maximum: MAX_PAGE_SIZE },
  );
}
