import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';

/** Before it, the place stood in the cursor for everybody to read. */
const VERSION = 2;
const OPEN_VERSION = 1;
const BLOCK_BYTES = 16;
const NAME_BYTES = 8;

/** A cursor that is none of this stream. Its message may be shown to who sent it. */
export class BadCursorError extends Error {
  override readonly name = 'BadCursorError';
  readonly code = 'BAD_CURSOR';
  /** What came, cut to 120 characters. */
  readonly cursor: string;
  readonly stream: string;

  constructor(stream: string, cursor: string, why: string) {
    const shown = cursor.length > 120 ? `${cursor.slice(0, 120)}…` : cursor;
    super(
      `游标无效 · cursor ${JSON.stringify(shown)}: expected a cursor that the feed ${JSON.stringify(stream)} gave out, but it ${why}; ` +
        'hand back the last cursor you received, or none to begin at the start.',
    );
    this.cursor = shown;
    this.stream = stream;
  }
}

/** Places in streams as texts, of which nobody without the key can tell the place or make another. */
export interface Cursors {
  /** The same text for the same place, for every reader. */
  write(stream: string, seq: number): string;
  /**
   * The place that a cursor stands for; 0, the beginning, for `null`.
   * @throws {BadCursorError}
   */
  read(stream: string, cursor: string | null): number;
}

/**
 * Cursors under a key of 32 bytes: base64url of a version byte and one block of AES-256 (FIPS 197) over eight bytes that name the stream
 * and eight of the place. A block is never met twice with different contents, so it needs no mode beyond the cipher itself.
 */
export function createCursors(key: Uint8Array): Cursors {
  const seal = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const open = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const names = new Map<string, Buffer>();
  const nameOf = (stream: string): Buffer => {
    let name = names.get(stream);
    if (name === undefined) {
      name = createHash('sha256').update(stream, 'utf8').digest().subarray(0, NAME_BYTES);
      names.set(stream, name);
    }
    return name;
  };
  return {
    write(stream, seq) {
      const block = Buffer.alloc(BLOCK_BYTES);
      nameOf(stream).copy(block);
      block.writeBigUInt64BE(BigInt(seq), NAME_BYTES);
      return Buffer.concat([Buffer.of(VERSION), seal.update(block)]).toString('base64url');
    },
    read(stream, cursor) {
      if (cursor === null) return 0;
      const refuse = (why: string) => new BadCursorError(stream, cursor, why);
      if (typeof cursor !== 'string' || cursor === '' || cursor.length > 400) throw refuse('has not the length of one');
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.toString('base64url') !== cursor) throw refuse('is not base64url');
      if (bytes[0] !== VERSION) throw refuse(`has version ${bytes[0]} and not ${VERSION}`);
      if (bytes.length !== 1 + BLOCK_BYTES) throw refuse('has not the length of one');
      const block = open.update(bytes.subarray(1));
      if (!block.subarray(0, NAME_BYTES).equals(nameOf(stream))) throw refuse('belongs to another feed or another hub');
      const seq = block.readBigUInt64BE(NAME_BYTES);
      if (seq < 1n || seq > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('points to no place');
      return Number(seq);
    },
  };
}

/** The cursors of this database. */
export async function cursorsOf(sql: Sql | TransactionSql): Promise<Cursors> {
  const [row] = await sql<{ key: Uint8Array }[]>`/* cursorKey */ select key from hub.cursor_key`;
  return createCursors(row!.key);
}

/** A position that was kept before cursors were sealed, as a cursor of now; every other text as it is. */
export async function sealedPosition(
  sql: Sql | TransactionSql,
  stream: string,
  kept: string | null,
): Promise<string | null> {
  const bytes = Buffer.from(kept ?? '', 'base64url');
  const start = 2 + (bytes[1] ?? 0);
  const isOpen = bytes[0] === OPEN_VERSION && bytes.length === start + 8 && bytes.toString('utf8', 2, start) === stream;
  return isOpen ? (await cursorsOf(sql)).write(stream, Number(bytes.readBigUInt64BE(start))) : kept;
}
