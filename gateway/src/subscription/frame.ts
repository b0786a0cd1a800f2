import type { EdgeResult } from '../types.ts';

/**
 * A finished event. `id` is the last member of the message, so that everything before it is one buffer for all subscribers.
 */
export interface Frame {
  /** Hand it back to resume after this event; `null` where the subgraph gives none. */
  readonly cursor: string | null;
  /** `{"type":"next","payload":{…},"id":` as UTF-8. */
  readonly body: Buffer;
  /** The whole WebSocket message made last, with the id that it was made for. */
  made: { readonly suffix: Buffer; readonly bytes: Buffer } | null;
}

/** Makes the frame of an answer; the cursor goes out in `payload.extensions.cursor`. */
export function makeFrame(result: EdgeResult, cursor: string | null): Frame {
  const extensions = cursor === null ? result.extensions : { ...result.extensions, cursor };
  const payload = extensions ? { ...result, extensions } : result;
  return { cursor, body: Buffer.from(`{"type":"next","payload":${JSON.stringify(payload)},"id":`), made: null };
}

/** What ends a message for the subscription `id`. */
export function suffixOf(id: string): Buffer {
  return Buffer.from(`${JSON.stringify(id)}}`);
}

/** The message as bytes of the WebSocket protocol (one unmasked text frame, RFC 6455 section 5.2). */
export function wireBytes(frame: Frame, suffix: Buffer): Buffer {
  const known = frame.made;
  if (known && (known.suffix === suffix || known.suffix.equals(suffix))) return known.bytes;
  const length = frame.body.length + suffix.length;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(header + length);
  bytes[0] = 0x81;
  if (header === 2) bytes[1] = length;
  else if (header === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.body.copy(bytes, header);
  suffix.copy(bytes, header + frame.body.length);
  frame.made = { suffix, bytes };
  return bytes;
}
