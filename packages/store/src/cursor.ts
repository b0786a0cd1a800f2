const VERSION = 1;
const SEQ_BYTES = 8;

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

/** Base64url of a version byte, the stream's name with its length, and the place in eight bytes. Readers must not look inside. */
export function writeCursor(stream: string, seq: number): string {
  const name = Buffer.from(stream, 'utf8');
  const bytes = Buffer.alloc(2 + name.length + SEQ_BYTES);
  bytes[0] = VERSION;
  bytes[1] = name.length;
  name.copy(bytes, 2);
  bytes.writeBigUInt64BE(BigInt(seq), 2 + name.length);
  return bytes.toString('base64url');
}

/**
 * The place that a cursor stands for; 0, the beginning, for `null`.
 * @throws {BadCursorError}
 */
export function readCursor(stream: string, cursor: string | null): number {
  if (cursor === null) return 0;
  const refuse = (why: string) => new BadCursorError(stream, cursor, why);
  if (typeof cursor !== 'string' || cursor === '' || cursor.length > 400) throw refuse('has not the length of one');
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.toString('base64url') !== cursor) throw refuse('is not base64url');
  if (bytes[0] !== VERSION) throw refuse(`has version ${bytes[0]} and not ${VERSION}`);
  if (bytes.length !== 2 + bytes[1]! + SEQ_BYTES) throw refuse('has not the length of one');
  const named = bytes.toString('utf8', 2, 2 + bytes[1]!);
  if (named !== stream) throw refuse('belongs to another feed');
  const seq = bytes.readBigUInt64BE(2 + bytes[1]!);
  if (seq < 1n || seq > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('points to no place');
  return Number(seq);
}
