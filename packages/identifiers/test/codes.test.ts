import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCharacter3736,
  levelFits,
  makeCreditCode,
  makeItemCode,
  makeLicenceIdentifier,
  makeProjectCode,
  makeWorkItemNumber,
  parseItemCode,
  parseLicenceIdentifier,
  parseProjectCode,
  parseWorkItemNumber,
} from '../src/index.ts';
import { ALPHANUMERIC, creditBodies, textOf, withOneWrong } from './arbitrary.ts';

describe('the check character MOD 37,36', () => {
  it.each([
    ['11100000000013338W01111430000006122244L20230000403001', 'U'],
    ['11100000MB03271699022340100000000016001', '9'],
    ['11100000000013338W00911330105002500287C2025052201002', '0'],
  ])('of the licence in force %s is %s', (body, check) => {
    expect(checkCharacter3736(body)).toBe(check);
  });

  it('betrays every single wrong character', () => {
    const checked = fc
      .string({ unit: fc.constantFrom(...ALPHANUMERIC), minLength: 1, maxLength: 60 })
      .map((body) => body + checkCharacter3736(body));
    fc.assert(
      fc.property(
        checked.chain((text) => withOneWrong(text, ALPHANUMERIC)),
        (wrong) => checkCharacter3736(wrong.slice(0, -1)) !== wrong.slice(-1),
      ),
      { numRuns: 2000 },
    );
  });

  it('exists for digits and capital letters only', () => {
    expect(['', 'a', '1-2', '四'].map(checkCharacter3736)).toEqual([null, null, null, null]);
  });
});

describe('a service item code', () => {
  const implementation = '11370800MB285591843370117002011';

  it('of 31 characters holds agency, level and basic code', () => {
    expect(parseItemCode(implementation)).toEqual({
      ok: true,
      value: implementation,
      form: 'IMPLEMENTATION',
      agency: '11370800MB28559184',
      level: 'CITY',
      basic: { value: '370117002011', area: '370', department: '117', main: '002', sub: '011' },
      handling: null,
    });
  });

  it('of 33 characters adds the business-handling item, one of 12 is the basic code alone', () => {
    expect(parseItemCode(`${implementation}02`)).toMatchObject({ form: 'HANDLING', handling: '02', level: 'CITY' });
    expect(parseItemCode('000117002011')).toMatchObject({ form: 'BASIC', agency: null, basic: { area: '000' } });
  });

  it('of 10 or 24 characters is read only where the source’s code system says so', () => {
    expect(parseItemCode('0100012345')).toMatchObject({
      ok: false,
      code: 'LENGTH',
      message: { en: expect.stringContaining('12, 31, 33') },
    });
    expect(parseItemCode('0100012345', ['SHORT'])).toMatchObject({ ok: true, form: 'SHORT', agency: null });
    expect(parseItemCode('0'.repeat(24), ['LONG'])).toMatchObject({ ok: true, form: 'LONG' });
    expect(parseItemCode(implementation, ['SHORT'])).toMatchObject({ ok: false, code: 'LENGTH' });
  });

  it.each([
    ['', 'LENGTH'],
    [implementation.toLowerCase(), 'CHARACTER'],
    [`${implementation.slice(0, 18)}8${implementation.slice(19)}`, 'LEVEL'],
    [`${implementation.slice(0, 18)}0${implementation.slice(19)}`, 'LEVEL'],
    [`11370800MB28559185${implementation.slice(18)}`, 'AGENCY'],
  ])('is not %j, for its %s', (text, code) => {
    expect(parseItemCode(text)).toMatchObject({ ok: false, code });
  });

  it('has a level that fits the division of its agency, a graded one fits all', () => {
    expect([
      levelFits('REGION', '15'),
      levelFits('CITY', '1501'),
      levelFits('COUNTY', '150121'),
      levelFits('TOWN', '150121100'),
    ]).not.toContain(false);
    expect([
      levelFits('VILLAGE', '150121100201'),
      levelFits('NATIONAL', ''),
      levelFits('GRADED', '1501'),
    ]).not.toContain(false);
    expect([levelFits('CITY', '15'), levelFits('COUNTY', '1501')]).not.toContain(true);
  });

  it('that is made is read back', () => {
    fc.assert(
      fc.property(
        creditBodies.map(makeCreditCode),
        fc.constantFrom(
          'REGION' as const,
          'CITY' as const,
          'COUNTY' as const,
          'TOWN' as const,
          'VILLAGE' as const,
          'GRADED' as const,
        ),
        textOf(ALPHANUMERIC, 12),
        fc.constantFrom('', '01'),
        (agency, level, basic, handling) => {
          expect(parseItemCode(makeItemCode(agency, level, basic, handling))).toMatchObject({
            agency,
            level,
            basic: { value: basic },
            handling: handling || null,
          });
        },
      ),
    );
    expect(() => makeItemCode('11370800MB28559185', 'CITY', '370117002011')).toThrow(/校验码不符/);
    expect(() => makeItemCode('11370800MB28559184', 'CITY', '370')).toThrow(RangeError);
  });
});

describe('an electronic licence identifier', () => {
  const issued = '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U';

  it('in force is read without a finding', () => {
    expect(parseLicenceIdentifier(issued)).toEqual({
      ok: true,
      value: issued,
      typeCode: '11100000000013338W011',
      issuer: '11430000006122244L',
      serial: '20230000403',
      version: 1,
      check: 'U',
      findings: [],
    });
    expect(
      parseLicenceIdentifier('1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0'),
    ).toMatchObject({ version: 2, findings: [] });
  });

  it('with a division as its issuer is a finding', () => {
    expect(parseLicenceIdentifier('1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9')).toMatchObject({
      ok: true,
      findings: ['ISSUER'],
    });
  });

  it('with a wrong check is a finding, never a refusal', () => {
    expect(parseLicenceIdentifier(`${issued.slice(0, -1)}V`)).toMatchObject({ ok: true, findings: ['CHECK'] });
  });

  it('of an old program, with its root or with the root in the sum, is told apart', () => {
    expect(parseLicenceIdentifier(issued.replace('3005', '3003'))).toMatchObject({ ok: true, findings: ['OLD_ROOT'] });
    const summed = checkCharacter3736(`12156300${'52'}11100000000013338W01111430000006122244L20230000403001`);
    expect(parseLicenceIdentifier(`${issued.slice(0, -1)}${summed}`)).toMatchObject({ findings: ['CHECK_WITH_ROOT'] });
  });

  it('with a type that is no credit code and number is a finding', () => {
    expect(parseLicenceIdentifier(makeLicenceIdentifier('ABC', '11430000006122244L', 'A1', 3))).toMatchObject({
      findings: ['TYPE_CODE'],
      version: 3,
    });
  });

  it.each([
    '',
    'U',
    issued.slice(0, -2),
    issued.replace('.001.', '.1.'),
    issued.toLowerCase(),
    `${issued}U`,
    issued.replace('2.156', '2.157'),
  ])('without its form is refused: %j', (text) => {
    expect(parseLicenceIdentifier(text)).toMatchObject({ ok: false, code: 'FORM' });
  });

  it('that is made is read back without a finding', () => {
    fc.assert(
      fc.property(
        creditBodies.map(makeCreditCode),
        fc.string({ unit: fc.constantFrom(...ALPHANUMERIC), minLength: 1, maxLength: 32 }),
        fc.integer({ min: 1, max: 999 }),
        (issuer, serial, version) => {
          expect(
            parseLicenceIdentifier(makeLicenceIdentifier('11100000000013338W011', issuer, serial, version)),
          ).toMatchObject({ issuer, serial, version, findings: [] });
        },
      ),
    );
    expect(() => makeLicenceIdentifier('11100000000013338W011', 'x', '1', 1)).toThrow(RangeError);
    expect(() => makeLicenceIdentifier('11100000000013338W011', '11430000006122244L', '1', 1000)).toThrow(RangeError);
  });
});

describe('a project code', () => {
  it('of the current form has year and month, and its check is left alone', () => {
    expect(parseProjectCode('2101-150102-48-01-123456')).toEqual({
      ok: true,
      value: '2101-150102-48-01-123456',
      form: 'CURRENT',
      year: 2021,
      month: 1,
      division: '150102',
      department: '48',
      projectType: '01',
      serial: '123456',
      checked: false,
    });
  });

  it('of the form before has a year of four digits and a serial of five or six', () => {
    expect(parseProjectCode('2017-130000-01-01-00001')).toMatchObject({
      ok: true,
      form: 'OLD',
      year: 2017,
      month: null,
    });
    expect(parseProjectCode('2018-150100-01-01-000012')).toMatchObject({ ok: true, form: 'OLD', year: 2018 });
    expect(parseProjectCode('2012-150100-01-01-000012')).toMatchObject({
      ok: true,
      form: 'CURRENT',
      year: 2020,
      month: 12,
    });
    expect(parseProjectCode('2021-150100-01-01-000012')).toMatchObject({ ok: true, form: 'OLD', year: 2021 });
    expect(parseProjectCode('2011-150100-01-01-000012')).toMatchObject({
      ok: true,
      form: 'CURRENT',
      year: 2020,
      month: 11,
    });
  });

  it.each([
    ['2101150102480112345', 'FORM'],
    ['2101-150102-48-01-1234567', 'FORM'],
    ['2101-15010-48-01-123456', 'FORM'],
    ['2100-150102-48-01-123456', 'MONTH'],
    ['2213-150102-48-01-123456', 'MONTH'],
  ])('is not %j, for its %s', (text, code) => {
    expect(parseProjectCode(text)).toMatchObject({ ok: false, code });
  });

  it('is tested by the check function that is plugged in', () => {
    const check = (body: string) => String([...body].reduce((sum, digit) => sum + Number(digit), 0) % 10);
    const code = makeProjectCode(
      { year: 2024, month: 5, division: '150105', department: '04', projectType: '01', random: '12345' },
      check,
    );
    expect(parseProjectCode(code, { check })).toMatchObject({ ok: true, checked: true, year: 2024, month: 5 });
    const wrong = code.slice(0, -1) + ((Number(code.slice(-1)) + 1) % 10);
    expect(parseProjectCode(wrong, { check })).toMatchObject({ ok: false, code: 'CHECK' });
    expect(parseProjectCode(wrong)).toMatchObject({ ok: true, checked: false });
  });

  it('cannot be made of parts that do not fit', () => {
    expect(() =>
      makeProjectCode({
        year: 2024,
        month: 13,
        division: '150105',
        department: '04',
        projectType: '01',
        random: '12345',
      }),
    ).toThrow(RangeError);
  });
});

describe('a work item number', () => {
  it('of the hub’s own is read into division, date and sequence', () => {
    const number = makeWorkItemNumber('150105', '2024-09-23', 17);
    expect(number).toMatch(/^15010520240923000017[0-9A-Z]$/);
    expect(parseWorkItemNumber(number)).toEqual({
      ok: true,
      value: number,
      form: 'OWN',
      division: '150105',
      date: '2024-09-23',
      sequence: 17,
    });
  });

  it('of another system is opaque, also when it only looks like an own one', () => {
    expect(parseWorkItemNumber('呼政务〔2024〕办-17/3')).toEqual({
      ok: true,
      value: '呼政务〔2024〕办-17/3',
      form: 'FOREIGN',
    });
    const own = makeWorkItemNumber('1501', '2024-09-23', 17);
    fc.assert(
      fc.property(withOneWrong(own, '0123456789'), (wrong) => {
        expect(parseWorkItemNumber(wrong)).toMatchObject({ ok: true, form: 'FOREIGN' });
      }),
    );
  });

  it.each([
    ['', 'EMPTY'],
    ['   ', 'EMPTY'],
    ['1'.repeat(51), 'LENGTH'],
    ['12\u00003', 'CHARACTER'],
    ['12\n3', 'CHARACTER'],
    [' 123', 'CHARACTER'],
    ['12\u200b3', 'CHARACTER'],
  ])('is not %j, for it is %s', (text, code) => {
    expect(parseWorkItemNumber(text)).toMatchObject({ ok: false, code });
  });

  it('is made for every division and taken from the county where the division is below it', () => {
    expect(makeWorkItemNumber('15', '2024-01-01', 0).slice(0, 6)).toBe('150000');
    expect(makeWorkItemNumber('150121100201', '2024-01-01', 999_999).slice(0, 6)).toBe('150121');
    for (const [division, date, sequence] of [
      ['', '2024-01-01', 1],
      ['15', '2024-02-30', 1],
      ['15', '20240101', 1],
      ['15', '2024-01-01', 1e6],
      ['15', '2024-01-01', 0.5],
    ] as const) {
      expect(() => makeWorkItemNumber(division, date, sequence)).toThrow(RangeError);
    }
  });
});
