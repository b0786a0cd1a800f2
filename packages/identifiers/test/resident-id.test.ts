import fc from 'fast-check';
import { isIdCard } from 'util-helpers';
import { describe, expect, it } from 'vitest';
import { isResidentId, makeResidentId, parseResidentId, residentIdProblem } from '../src/index.ts';
import { residentBodies, withOneWrong, withTwoSwapped } from './arbitrary.ts';

const EXAMPLE = '11010519491231002X'; // of GB 11643

describe('a resident identity number', () => {
  it('is read into division, birth date and sex', () => {
    expect(makeResidentId('11010519491231002')).toBe(EXAMPLE);
    expect(parseResidentId(EXAMPLE)).toEqual({
      ok: true,
      value: EXAMPLE,
      division: '110105',
      birthDate: '1949-12-31',
      sex: 'FEMALE',
      obsolete: false,
    });
    expect(parseResidentId(makeResidentId('15010219880229003'))).toMatchObject({
      birthDate: '1988-02-29',
      sex: 'MALE',
    });
  });

  it('may be written with a small x and is kept with the capital', () => {
    expect(parseResidentId(EXAMPLE.toLowerCase())).toMatchObject({ ok: true, value: EXAMPLE });
  });

  it.each([
    ['', 'LENGTH'],
    ['1101051949123100', 'LENGTH'],
    ['11010519491231002XX', 'LENGTH'],
    ['1101051949123100AX', 'CHARACTER'],
    ['11010519491231002Y', 'CHARACTER'],
    ['１１010519491231002X', 'CHARACTER'],
    ['01010519491231002X', 'DIVISION'],
    ['11010519490229002X', 'BIRTH_DATE'],
    ['11010519491331002X', 'BIRTH_DATE'],
    ['11010519000229002X', 'BIRTH_DATE'],
    ['11010519490100002X', 'BIRTH_DATE'],
    ['11010517991231002X', 'BIRTH_DATE'],
    ['11010519490431002X', 'BIRTH_DATE'],
    ['110105194912310021', 'CHECK'],
    ['110105491231002', 'OBSOLETE'],
    ['110105491331002', 'LENGTH'],
  ])('is not %j, for its %s', (text, code) => {
    expect(residentIdProblem(text)).toBe(code);
    expect(parseResidentId(text)).toMatchObject({ ok: false, code });
  });

  it('is never repeated in the message that refuses it', () => {
    for (const text of ['110105194912310021', '110105491231002', '11010519491331002X']) {
      const parsed = parseResidentId(text);
      expect(JSON.stringify(parsed)).not.toMatch(/\d{4,}/);
    }
  });

  it('of 15 digits is read for historic licences only', () => {
    expect(parseResidentId('110105491231001', { historic: true })).toEqual({
      ok: true,
      value: '110105491231001',
      division: '110105',
      birthDate: '1949-12-31',
      sex: 'MALE',
      obsolete: true,
    });
    expect(isResidentId('110105491231001')).toBe(false);
  });

  it('is made for any division, date and sequence, and an independent package agrees', () => {
    fc.assert(
      fc.property(residentBodies, (body) => {
        const id = makeResidentId(body);
        expect(parseResidentId(id).ok).toBe(true);
        if (/^[1-6]/.test(id)) expect(isIdCard(id, { checkCode: true })).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('betrays every single wrong digit and every pair changed round', () => {
    fc.assert(
      fc.property(
        residentBodies.chain((body) => withOneWrong(makeResidentId(body), '0123456789X')),
        (wrong) => !isResidentId(wrong),
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        residentBodies.chain((body) => withTwoSwapped(makeResidentId(body))),
        (wrong) => !isResidentId(wrong),
      ),
      { numRuns: 2000 },
    );
  });

  it('cannot be made for a date that does not exist', () => {
    for (const body of ['11010519490229002', '1101051949123100', '1101051949123100X'])
      expect(() => makeResidentId(body)).toThrow(RangeError);
  });
});
