import { readFileSync } from 'node:fs';
import type { ReferenceItem, ReferenceItemVersion } from '@gnomon/reference';
import type { PublishedExemption, PublishedOverlay, PublishedRule } from '@gnomon/rule-engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agencyFaults, itemFaults, sourceFaults } from '../src/check-reference.ts';
import { endOfDate, startOfDate } from '../src/china-date.ts';
import { code12, codePath, divisionCode, levelOfCode } from '../src/division-code.ts';
import { exemptionsInForce, type RuleScope, rulesInForce } from '../src/rules-in-force.ts';

const rows = readFileSync(new URL('../data/divisions.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

describe('division codes', () => {
  it('are the same with and without trailing zeros, for every division there is', () => {
    for (const [code, level, , parent] of rows) {
      expect(divisionCode(code12(code!))).toBe(code);
      expect(levelOfCode(code!)).toBe(Number(level));
      expect(codePath(code!).at(-2) ?? '').toBe(parent);
    }
  });

  it('are nothing else', () => {
    for (const text of ['', '1', '150', '15010', '1501051', 'abcdef', '15０1', ' 15', '000000000000', '0015'])
      expect(divisionCode(text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(divisionCode(text)).toSatisfy((code: string | null) => code === null || /^\d{2,12}$/.test(code));
      }),
    );
  });
});

describe('the rules of a day', () => {
  const parameter = {
    name: 'p',
    value: 10,
    unit: null,
    min: 0,
    max: 100,
    tighten: 'UP',
    note: { zh: '', en: '' },
  } as const;
  const rule = {
    id: 'R-01',
    parameters: [parameter, { ...parameter, name: 'q', tighten: 'DOWN' }],
  } as unknown as PublishedRule;
  const overlay = (id: string, more: Partial<PublishedOverlay>, tighten = ''): PublishedOverlay => ({
    id,
    rule: 'R-01',
    issuer: { zh: '', en: '' },
    document: id,
    division: null,
    department: null,
    from: '2026-01-01',
    to: null,
    source: `id: ${id}\n${tighten === '' ? '' : `tighten: ${tighten}\n`}`,
    ...more,
  });
  const scope = (on: string, more: Partial<RuleScope> = {}): RuleScope => ({
    division: '150622',
    department: 'market',
    on,
    dayFrom: startOfDate(on),
    dayTo: endOfDate(on),
    agency: 'A',
    ...more,
  });
  const valuesIn = (overlays: readonly PublishedOverlay[], at: RuleScope) =>
    rulesInForce([rule], overlays, at)[0]!.parameters.map(({ value, overlay: by }) => [value, by?.id ?? null]);

  it('hold in a subtree, a department and from the first day to the last', () => {
    const here = overlay(
      'here',
      { division: '1506', department: 'market', from: '2026-07-01', to: '2026-07-31' },
      '{ p: 20 }',
    );
    for (const [on, more, held] of [
      ['2026-07-01', {}, true],
      ['2026-07-31', {}, true],
      ['2026-06-30', {}, false],
      ['2026-08-01', {}, false],
      ['2026-07-15', { division: '1507' }, false],
      ['2026-07-15', { department: 'health' }, false],
      ['2026-07-15', { department: null }, false],
    ] as const)
      expect([on, more, valuesIn([here], scope(on, more))[0]]).toEqual([
        on,
        more,
        held ? ['20', 'here'] : ['10', null],
      ]);
  });

  it('give each parameter the tightest value over all layers, and say whose it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), { maxLength: 5 }),
        (pairs) => {
          const overlays = pairs.map(([p, q], index) => overlay(`o${index}`, {}, `{ p: ${p}, q: ${q} }`));
          const [p, q] = valuesIn(overlays, scope('2026-05-05'));
          expect(p![0]).toBe(String(Math.max(10, ...pairs.map(([value]) => value))));
          expect(q![0]).toBe(String(Math.min(10, ...pairs.map(([, value]) => value))));
          for (const [value, by] of [p!, q!]) expect(by === null).toBe(value === '10');
        },
      ),
    );
  });

  it('touch no parameter with an overlay that adds a rung only, and no other rule', () => {
    expect(
      valuesIn([overlay('rung', {}), overlay('other', { rule: 'R-02' }, '{ p: 50 }')], scope('2026-05-05')),
    ).toEqual([
      ['10', null],
      ['10', null],
    ]);
  });

  it('name the exemptions that touch the day, the place and the agency', () => {
    const exemption = (id: string, more: Partial<PublishedExemption>): PublishedExemption => ({
      id,
      rules: ['R-01'],
      document: id,
      reason: { zh: '', en: '' },
      division: null,
      agency: null,
      from: startOfDate('2026-05-05'),
      to: endOfDate('2026-05-05'),
      source: '',
      ...more,
    });
    const ids = (list: readonly PublishedExemption[], at = scope('2026-05-05')) =>
      exemptionsInForce(list, at).map(({ id }) => id);
    expect(
      ids([
        exemption('day', {}),
        exemption('ends as it begins', { from: 0, to: startOfDate('2026-05-05') }),
        exemption('a moment', { from: endOfDate('2026-05-05'), to: Infinity }),
        exemption('next day', { from: startOfDate('2026-05-06'), to: Infinity }),
      ]),
    ).toEqual(['day', 'a moment']);
    expect(
      ids([
        exemption('mine', { agency: 'A' }),
        exemption('yours', { agency: 'B' }),
        exemption('here', { division: '1506' }),
        exemption('there', { division: '1507' }),
      ]),
    ).toEqual(['mine', 'here']);
  });
});

describe('checks of published objects', () => {
  const version: ReferenceItemVersion = {
    version: '1',
    from: '2024-01-01',
    to: null,
    promise: { amount: 5, unit: 'WORKDAY' },
    statutory: null,
    preReviewHours: null,
    deliveryWorkdays: null,
    specialKinds: [],
    specialWorkdays: {},
    steps: [],
    free: true,
    fees: [],
    joint: false,
    classified: false,
  };
  const item: ReferenceItem = {
    code: '000117002011',
    name: '事项',
    nameEn: null,
    agency: null,
    itemType: '01',
    kind: 'PROMISE',
    versions: [version],
  };
  const fields = (more: Partial<ReferenceItemVersion>) =>
    itemFaults({ ...item, versions: [{ ...version, ...more }] }).map(({ field }) => field);

  it('find nothing wrong with what is right', () => {
    expect(itemFaults(item)).toEqual([]);
    expect(
      fields({
        promise: { amount: 0, unit: 'WORKDAY' },
        statutory: { amount: 20, unit: 'WORKDAY' },
        free: false,
        fees: [{ item: 'f', standard: 10, basis: null, reducedFor: ['1'], reducedShare: 0.5 }],
      }),
    ).toEqual([]);
  });

  it('name each field that is wrong', () => {
    expect(fields({ promise: { amount: -1, unit: 'WORKDAY' } })).toEqual(['versions[0].promise']);
    expect(fields({ promise: { amount: 1.5, unit: 'DAY' } })).toEqual(['versions[0].promise']);
    expect(fields({ to: '2023-01-01' })).toEqual(['versions[0].to']);
    expect(fields({ from: '2024-13-01' })).toEqual(['versions[0].from']);
    expect(fields({ fees: [{ item: 'f', standard: 10, basis: null, reducedFor: [], reducedShare: 2 }] })).toEqual([
      'versions[0].fees',
      'versions[0].fees[0].reducedShare',
    ]);
    expect(itemFaults({ ...item, versions: [] }).map(({ field }) => field)).toEqual(['versions']);
  });

  it('answer any text with faults in both languages, never with an error', () => {
    const known = { divisions: new Set(['15']) };
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        const found = [
          ...agencyFaults(
            {
              uscc: a,
              name: b,
              nameEn: null,
              division: c,
              department: '',
              level: 1,
              duty: 'BOTH',
              reportsTo: b,
              from: c,
              to: a,
            },
            known,
          ),
          ...sourceFaults(
            {
              id: a,
              name: b,
              nameEn: null,
              agency: c,
              division: a,
              ownPlatform: false,
              mustPush: true,
              registeredAt: b,
              exempt: { document: c, from: a, to: b },
            },
            known,
          ),
          ...itemFaults({
            ...item,
            code: a,
            name: b,
            agency: c,
            itemType: a,
            versions: [{ ...version, from: b, to: c }],
          }),
        ];
        expect(found.length).toBeGreaterThan(0);
        expect(
          found.every(({ field, reason }) => field !== '' && reason.zh.includes('收到') && reason.en.includes('came')),
        ).toBe(true);
      }),
    );
  });
});
