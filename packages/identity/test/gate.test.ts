import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createSignInBook,
  ROLES,
  readGateLine,
  readGateReport,
  type SignInBatch,
  TIERS,
  TOKEN_REFUSALS,
} from '../src/index.ts';

const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((one) => !one.includes('\0'));
const instant = fc.integer({ min: 0, max: 8.64e15 });
const signIn = fc.record({
  ...{ account: text, token: text, issuer: text, at: instant, until: instant, role: fc.constantFrom(...ROLES) },
  tier: fc.constantFrom(null, ...TIERS),
  division: fc.constantFrom(null, '15', '150105'),
});
const batch: fc.Arbitrary<SignInBatch> = fc.record({
  signIns: fc.array(signIn, { maxLength: 4 }),
  refused: fc.dictionary(fc.constantFrom(...(Object.keys(TOKEN_REFUSALS) as 'TOKEN_ENDED'[])), fc.nat(), {
    maxKeys: 3,
  }),
  dropped: fc.nat(),
});

describe('a report of a gateway', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(batch, (one) => {
        const sent = JSON.parse(JSON.stringify({ id: 'r-1', batch: one })) as object;
        expect(readGateReport(sent)).toEqual(sent);
      }),
    );
  });

  test('that is none is refused with what was expected, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => void expect(readGateReport(body)).toEqual(expect.any(String))));
    const good = { id: 'r-1', batch: { signIns: [], refused: {}, dropped: 0 } };
    expect(readGateReport(good)).toEqual(good);
    const one = { account: 'a', role: 'AGENCY', tier: null, division: null, token: 't', issuer: 'i', at: 1, until: 2 };
    const wrong: readonly [object, string][] = [
      [{ ...one, role: 'KING' }, 'signIns'],
      [{ ...one, token: '' }, 'signIns'],
      [{ ...one, account: 'x\0' }, 'signIns'],
      [{ ...one, issuer: '\ud800' }, 'signIns'],
      [{ ...one, at: 1e300 }, 'signIns'],
      [{ ...one, until: -1 }, 'signIns'],
      [{ ...one, division: 15 }, 'signIns'],
    ];
    for (const [signIn, part] of wrong)
      expect(readGateReport({ id: 'r', batch: { ...good.batch, signIns: [signIn] } })).toContain(part);
    expect(readGateReport({ id: 'r', batch: { ...good.batch, refused: { constructor: 1 } } })).toContain('refused');
    expect(readGateReport({ id: 'r', batch: { ...good.batch, refused: { TOKEN_ENDED: -1 } } })).toContain('refused');
    expect(readGateReport({ id: 'r', batch: { ...good.batch, dropped: '1' } })).toContain('dropped');
    expect(readGateReport({ ...good, id: '' })).toContain('id');
  });
});

test('a book gives what a report may hold', () => {
  const book = createSignInBook();
  book.refused('TOKEN_ROLES');
  const report = { id: 'r', batch: book.take('ALL') };
  expect(readGateReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
});

test('a line of the news is a step, a mark, or a sign of life; anything else is none', () => {
  expect(readGateLine('{}')).toEqual({});
  expect(readGateLine('{"told":true}')).toEqual({ told: true });
  for (const line of ['', 'x', '{"ended":{"kind":"FREED","account":"a"}}', '{"ended":{"kind":"TOKEN_ENDED"}}'])
    expect(() => readGateLine(line)).toThrow();
});
