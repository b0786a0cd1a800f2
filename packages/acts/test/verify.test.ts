import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  entryHash,
  type LogEntry,
  type PublicKey,
  type SignedHead,
  verifyLog,
  writeEntry,
  writeHead,
} from '../src/index.ts';
import { entriesOf, headOf, signingKey } from './chain-of.ts';

const { privateKey, publicKey } = signingKey('log-1');
const stranger = signingKey('log-1');

/** A log of twelve entries with a head at the fourth, the eighth and the last. */
const ENTRIES = entriesOf(12);
const HEADS = [4, 8, 12].map((place, index) => headOf(index + 1, ENTRIES[place - 1]!, privateKey));

const codes = (
  entries: readonly LogEntry[],
  heads: readonly SignedHead[] = HEADS,
  keys: readonly PublicKey[] = [publicKey],
) =>
  verifyLog([...entries.map(writeEntry), ...heads.map(writeHead)], keys).findings.map(
    ({ code, at }) => `${code} ${at}`,
  );
const without = (place: number) => ENTRIES.filter(({ sequence }) => sequence !== place);

test('an untouched log is whole, with its heads', () => {
  expect(verifyLog([...ENTRIES.map(writeEntry), ...HEADS.map(writeHead)], [publicKey])).toEqual({
    entries: 12,
    heads: 3,
    lastHash: ENTRIES[11]!.hash,
    findings: [],
  });
});

test('a log under SM3 is whole as well, and its hashes are others', () => {
  const entries = entriesOf(3, 'sm3');
  expect(codes(entries, [headOf(1, entries[2]!, privateKey)])).toEqual([]);
  expect(entries[0]!.hash).not.toBe(ENTRIES[0]!.hash);
});

describe('is found and named', () => {
  test('an entry that was removed', () => expect(codes(without(5))).toEqual(['MISSING 5']));

  test('an entry that was changed', () => {
    const changed = ENTRIES.map((entry) => (entry.sequence === 5 ? { ...entry, by: 'nobody' } : entry));
    expect(codes(changed)).toEqual(['CHANGED 5']);
  });

  test('a field that was smuggled into an entry', () => {
    const changed = ENTRIES.map((entry) => (entry.sequence === 5 ? { ...entry, note: 'innocent' } : entry));
    expect(codes(changed)).toEqual(['CHANGED 5']);
  });

  test('an entry that was changed and hashed again', () => {
    const changed = ENTRIES.map((entry) => (entry.sequence === 5 ? rehashed({ ...entry, by: 'nobody' }) : entry));
    expect(codes(changed)).toEqual(['RELINKED 6']);
  });

  test('an entry that was changed with every later hash computed again', () => {
    expect(codes(forgedFrom(5))).toEqual(['HEAD_DIFFERS 8', 'HEAD_DIFFERS 12', 'UNSIGNED_TAIL 5']);
  });

  test('two entries that changed places', () => {
    const swapped = [...ENTRIES.slice(0, 4), ENTRIES[5]!, ENTRIES[4]!, ...ENTRIES.slice(6)];
    expect(codes(swapped)).toEqual(['REORDERED 5']);
  });

  test('an entry that stands there twice', () => {
    expect(codes([...ENTRIES.slice(0, 5), ENTRIES[4]!, ...ENTRIES.slice(5)])).toEqual(['DOUBLED 5']);
  });

  test('a log that was cut off before a head', () =>
    expect(codes(ENTRIES.slice(0, 10))).toEqual(['TRUNCATED 12', 'UNSIGNED_TAIL 9']));

  test('a log that was cut off with its newest head, by a head that was kept elsewhere', () => {
    const kept = HEADS[2]!;
    expect(codes(ENTRIES.slice(0, 8), HEADS.slice(0, 2))).toEqual([]);
    expect(codes(ENTRIES.slice(0, 8), [...HEADS.slice(0, 2), kept])).toEqual(['TRUNCATED 12']);
  });

  test('entries behind the newest head, which nobody signed', () =>
    expect(codes(ENTRIES, HEADS.slice(0, 2))).toEqual(['UNSIGNED_TAIL 9']));

  test('a head that was signed by another key', () => {
    const forged = [...HEADS.slice(0, 2), headOf(3, ENTRIES[11]!, stranger.privateKey)];
    expect(codes(ENTRIES, forged)).toEqual(['FORGED_HEAD 3', 'UNSIGNED_TAIL 9']);
  });

  test('a head whose text was changed', () => {
    const forged = [...HEADS.slice(0, 2), { ...HEADS[2]!, at: '2026-03-03T00:00:00.000Z' }];
    expect(codes(ENTRIES, forged)).toEqual(['FORGED_HEAD 3', 'UNSIGNED_TAIL 9']);
  });

  test('a head that names a key that was not given', () => {
    expect(codes(ENTRIES, HEADS, [{ ...publicKey, kid: 'log-2' }])).toContain('FORGED_HEAD 1');
  });

  test('a head that was removed from the middle', () =>
    expect(codes(ENTRIES, [HEADS[0]!, HEADS[2]!])).toEqual(['HEAD_MISSING 2']));

  test('a line that is neither entry nor head', () => {
    const lines = [...ENTRIES.map(writeEntry), 'null', ...HEADS.map(writeHead)];
    expect(verifyLog(lines, [publicKey]).findings.map(({ code, at }) => `${code} ${at}`)).toEqual(['UNREADABLE 13']);
  });
});

test('no random tampering with a log and its heads goes unnoticed, as long as one head was kept elsewhere', () => {
  const lines = [...ENTRIES.map(writeEntry), ...HEADS.map(writeHead)];
  const kept = writeHead(HEADS[2]!);
  fc.assert(
    fc.property(fc.array(tampering(lines.length), { minLength: 1, maxLength: 4 }), (steps) => {
      const tampered = steps.reduce<readonly string[]>((present, step) => step(present), lines);
      // Heads may stand in any order; only what the log says counts.
      fc.pre(!sameLog(tampered, lines));
      expect(verifyLog([...tampered, kept], [publicKey]).findings.length).toBeGreaterThan(0);
    }),
    { numRuns: 800 },
  );
});

type Step = (lines: readonly string[]) => readonly string[];

/** Removes, doubles, moves or cuts lines; changes a character, or an entry with every hash behind it. */
function tampering(length: number): fc.Arbitrary<Step> {
  const place = fc.nat({ max: length - 1 });
  return fc.oneof(
    place.map(
      (at): Step =>
        (lines) =>
          lines.filter((_, index) => index !== at),
    ),
    place.map(
      (at): Step =>
        (lines) =>
          lines.flatMap((line, index) => (index === at ? [line, line] : [line])),
    ),
    place.map(
      (at): Step =>
        (lines) =>
          lines.slice(0, at),
    ),
    fc.tuple(place, place).map(
      ([from, to]): Step =>
        (lines) =>
          moved(lines, from, to),
    ),
    fc.tuple(place, fc.nat(), fc.constantFrom('0', '7', 'a', 'x', '"', '张')).map(
      ([at, character, by]): Step =>
        (lines) =>
          lines.map((line, index) => (index === at ? replacedAt(line, character % line.length, by) : line)),
    ),
    fc.integer({ min: 1, max: 12 }).map(
      (from): Step =>
        () => [...forgedFrom(from).map(writeEntry), ...HEADS.map(writeHead)],
    ),
  );
}

function moved(lines: readonly string[], from: number, to: number): readonly string[] {
  const line = lines[from];
  if (line === undefined) return lines;
  const rest = lines.filter((_, index) => index !== from);
  return [...rest.slice(0, to), line, ...rest.slice(to)];
}

function replacedAt(text: string, at: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + 1);
}

/** Entries in their order, and the set of heads: what a log says. */
function sameLog(one: readonly string[], other: readonly string[]): boolean {
  const said = (lines: readonly string[]) => {
    const values = lines.flatMap((line) => {
      try {
        return [JSON.stringify(JSON.parse(line))];
      } catch {
        return ['unreadable'];
      }
    });
    const isHead = (line: string) => line.startsWith('{"head"');
    return JSON.stringify([values.filter((line) => !isHead(line)), [...new Set(values.filter(isHead))].sort()]);
  };
  // A head that is also the kept one may be missing, as may an earlier prefix of heads none of which a later one proves.
  return said([...one, writeHead(HEADS[2]!)]) === said(other);
}

function rehashed({ hash: _hash, ...said }: LogEntry): LogEntry {
  return { ...said, hash: entryHash(said) };
}

/** The log as somebody would rewrite it from a place on, with every later hash computed again. */
function forgedFrom(place: number): readonly LogEntry[] {
  const forged: LogEntry[] = [];
  for (const entry of ENTRIES) {
    if (entry.sequence < place) forged.push(entry);
    else {
      const by = entry.sequence === place ? 'nobody' : entry.by;
      forged.push(rehashed({ ...entry, by, previousHash: forged.at(-1)?.hash ?? entry.previousHash }));
    }
  }
  return forged;
}
