import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadCursorError, readCursor, writeCursor } from '../src/index.ts';

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

test('a cursor with one changed character is refused or points elsewhere in the same stream, never into another', () => {
  const cursor = writeCursor('work-items', 12_345);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCabc019-_=+/'), (at, letter) => {
      const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1);
      try {
        expect(readCursor('work-items', changed)).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(BadCursorError);
      }
    }),
  );
});
