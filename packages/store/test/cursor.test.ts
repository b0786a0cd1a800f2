import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadCursorError, createCursors } from '../src/index.ts';

const { read: readCursor, write: writeCursor } = createCursors(Buffer.alloc(32, 7));

test('a cursor gives back its place in its own stream, and is refused in any other', () => {
  const place = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 40 }),
      fc.string({ minLength: 1, maxLength: 40 }),
      place,
      (stream, other, seq) => {
        const cursor = writeCursor(stream.toWellFormed(), seq);
        expect(readCursor(stream.toWellFormed(), cursor)).toBe(seq);
        if (stream.toWellFormed() !== other.toWellFormed())
          expect(() => readCursor(other.toWellFormed(), cursor)).toThrow(BadCursorError);
      },
    ),
  );
  expect(readCursor('work-items', null)).toBe(0);
});

test('any text that is no cursor is refused by name, with what came and what to do', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.base64String()),
      (text) => void expect(() => readCursor('registry', text)).toThrow(BadCursorError),
    ),
  );
  expect(() => readCursor('registry', 'x'.repeat(5_000))).toThrow(
    /cursor "x{120}…": expected a cursor that the feed "registry" gave out/,
  );
});

test('a cursor with one changed character is refused: nobody makes one', () => {
  const cursor = writeCursor('work-items', 12_345);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCabc019-_=+/'), (at, letter) => {
      const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1);
      if (changed !== cursor) expect(() => readCursor('work-items', changed)).toThrow(BadCursorError);
    }),
  );
});

test('two cursors do not tell how far they lie apart, and another hub makes nothing of them', () => {
  const bytesOf = (seq: number) => Buffer.from(writeCursor('work-items', seq), 'base64url');
  const [one, next] = [bytesOf(1), bytesOf(2)];
  // Of two neighbours half of all bits differ; where the place is written openly, two do.
  const differing = [...one].reduce(
    (sum, byte, at) => sum + (byte ^ next[at]!).toString(2).replaceAll('0', '').length,
    0,
  );
  expect(differing).toBeGreaterThan(30);
  const elsewhere = createCursors(Buffer.alloc(32, 8));
  expect(() => elsewhere.read('work-items', writeCursor('work-items', 1))).toThrow(BadCursorError);
});
