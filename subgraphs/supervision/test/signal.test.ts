import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identify, laneOf, laneWithin } from '../src/lane.ts';
import { parseSignal, SignalRefused } from '../src/signal.ts';
import { payloadOf, signalOf } from './signals.ts';

const valid = payloadOf(signalOf({ kind: 'ROSE', level: 'RED' })) as Record<string, unknown>;

test('a signal of a domain is read with its instants in milliseconds', () => {
  const signal = parseSignal({ ...valid, turnedAt: '2026-03-02T00:00:00.001+08:00' });
  expect(signal).toMatchObject({ kind: 'ROSE', level: 'RED', turnedAt: Date.UTC(2026, 2, 1, 16) + 1 });
});

test('whatever comes is read or refused by name, with what was expected', () => {
  fc.assert(
    fc.property(fc.anything(), (payload) => {
      try {
        parseSignal(payload);
      } catch (error) {
        expect(error).toBeInstanceOf(SignalRefused);
        expect((error as Error).message).toMatch(/^signal refused: expected .+, came /);
      }
    }),
  );
});

test('a signal with any one field replaced is read, or refused naming that field', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(valid)), fc.jsonValue(), (field, value) => {
      try {
        parseSignal({ ...valid, [field]: value });
      } catch (error) {
        expect(error).toBeInstanceOf(SignalRefused);
        // A receipt or a message is refused by the part of it that is wrong.
        const named = ['message', 'receipt'].includes(field)
          ? /zh|en|message|receipt/
          : new RegExp(`expected ${field}`);
        expect((error as Error).message).toMatch(named);
      }
    }),
  );
});

test.each([
  ['an instant without an offset', { turnedAt: '2026-03-02T00:00:00' }, 'turnedAt'],
  ['an instant as a number', { knownAt: 1 }, 'knownAt'],
  ['a level that is none', { level: 'PURPLE' }, 'level'],
  ['a kind of subject that nobody knows', { subjectType: 'Planet' }, 'subjectType'],
  ['half a character', { subject: '\ud800' }, 'subject'],
  ['a receipt of another format', { receipt: { format: 'x' } }, 'receipt.format'],
  ['a text without end', { occurrence: 'x'.repeat(301) }, 'occurrence'],
])('%s is refused', (_what, parts, field) => {
  expect(() => parseSignal({ ...valid, ...parts })).toThrow(`expected ${field}`);
});

test('the identity of what arises from a signal carries the lane of its subject, and is the same every time', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (subject, signal) => {
      const lane = laneOf(subject);
      const id = identify('card', lane, signal);
      expect(laneWithin(id)).toBe(lane);
      expect(identify('card', lane, signal)).toBe(id);
      expect(identify('warning', lane, signal)).not.toBe(id);
    }),
  );
});

test('lanes are those of the published FNV-1a vectors', () => {
  // Vectors of the FNV reference: "" is 811c9dc5, "a" is e40c292c, "foobar" is bf9cf968.
  expect([laneOf(''), laneOf('a'), laneOf('foobar')]).toEqual([0x811c9dc5 % 64, 0xe40c292c % 64, 0xbf9cf968 % 64]);
});
