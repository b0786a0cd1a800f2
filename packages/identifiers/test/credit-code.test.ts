import fc from 'fast-check';
import { isUnifiedIdentifier } from 'util-helpers';
import { describe, expect, it } from 'vitest';
import {
  creditCodeProblem,
  isCreditCode,
  makeCreditCode,
  makeOrganisationCode,
  parseCreditCode,
  parseOrganisationCode,
} from '../src/index.ts';
import { ALPHANUMERIC, CREDIT_ALPHABET, creditBodies, textOf, withOneWrong, withTwoSwapped } from './arbitrary.ts';

describe('a unified social credit code', () => {
  it.each([
    '11430000006122244L',
    '11100000000013338W',
    '113700000045030270',
    '11100000MB0341032Y',
    '11330105002500287C',
    '11370800MB28559184',
  ])('that is in force is one: %s', (code) => {
    expect(isCreditCode(code)).toBe(true);
    expect(makeCreditCode(code.slice(0, 17))).toBe(code);
    expect(isUnifiedIdentifier(code)).toBe(true);
  });

  it('is read into authority, kind, division and organisation code', () => {
    expect(parseCreditCode('11430000006122244L')).toEqual({
      ok: true,
      value: '11430000006122244L',
      authority: '1',
      kind: '1',
      division: '430000',
      organisationCode: '006122244',
      organisationCheckHolds: true,
    });
  });

  it.each([
    ['', 'LENGTH'],
    ['11430000006122244', 'LENGTH'],
    ['11430000006122244LL', 'LENGTH'],
    ['11430000006122244l', 'CHARACTER'],
    ['1143000000612224IL', 'CHARACTER'],
    ['1143000000612224四L', 'CHARACTER'],
    ['11A30000006122244L', 'DIVISION'],
    ['1143000A006122244L', 'DIVISION'],
    ['11430000006122244K', 'CHECK'],
    ['11430000006122254L', 'CHECK'],
  ])('is not %j, for its %s', (text, code) => {
    expect(creditCodeProblem(text)).toBe(code);
    const parsed = parseCreditCode(text);
    expect(parsed.ok ? null : parsed.code).toBe(code);
  });

  it('that is refused says what came and what to do, in both languages', () => {
    const parsed = parseCreditCode('1143');
    expect(parsed).toMatchObject({
      ok: false,
      message: {
        zh: expect.stringContaining('"1143" 为4位；请核对'),
        en: expect.stringContaining('"1143" has 4: compare'),
      },
    });
  });

  it('is made for any 17 characters, and an independent package agrees', () => {
    fc.assert(
      fc.property(creditBodies, (body) => {
        const code = makeCreditCode(body);
        expect(isCreditCode(code)).toBe(true);
        expect(isUnifiedIdentifier(code)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with the independent package on any text', () => {
    const texts = fc.oneof(
      creditBodies.map(makeCreditCode),
      textOf(CREDIT_ALPHABET, 18),
      creditBodies.map((body) => `${body}0`),
      textOf(ALPHANUMERIC, 18),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(isCreditCode(text)).toBe(isUnifiedIdentifier(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('betrays every single wrong character and every pair changed round', () => {
    const codes = creditBodies.map(makeCreditCode);
    fc.assert(
      fc.property(
        codes.chain((code) => withOneWrong(code, ALPHANUMERIC)),
        (wrong) => !isCreditCode(wrong),
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        codes.filter((code) => new Set(code).size > 1).chain(withTwoSwapped),
        (wrong) => !isCreditCode(wrong),
      ),
      { numRuns: 2000 },
    );
  });

  it('cannot be made of other characters', () => {
    for (const body of ['', '1143', '11A30000006122244', '1143000000612224I', '1143000000612224四'])
      expect(() => makeCreditCode(body)).toThrow(RangeError);
  });
});

describe('an organisation code', () => {
  it('is read with and without its hyphen', () => {
    expect(parseOrganisationCode('00612224-4')).toEqual({ ok: true, value: '006122244' });
    expect(parseOrganisationCode('006122244')).toEqual({ ok: true, value: '006122244' });
    expect(parseOrganisationCode('D2143569-X')).toEqual({ ok: true, value: 'D2143569X' }); // example of GB 11714
  });

  it.each([
    ['00612224', 'FORM'],
    ['00612224--', 'FORM'],
    ['0061222a4', 'FORM'],
    ['00612224Y', 'FORM'],
    ['006122245', 'CHECK'],
  ])('is not %j, for its %s', (text, code) => {
    expect(parseOrganisationCode(text)).toMatchObject({ ok: false, code });
  });

  it('that is made is read back, and betrays a single wrong character other than letters eleven apart', () => {
    fc.assert(
      fc.property(textOf(ALPHANUMERIC, 8), (body) => {
        expect(parseOrganisationCode(makeOrganisationCode(body)).ok).toBe(true);
      }),
    );
    fc.assert(
      fc.property(
        textOf('0123456789', 8).chain((body) => withOneWrong(makeOrganisationCode(body), '0123456789')),
        (wrong) => !parseOrganisationCode(wrong).ok,
      ),
    );
    expect(() => makeOrganisationCode('0061222')).toThrow(RangeError);
  });
});
