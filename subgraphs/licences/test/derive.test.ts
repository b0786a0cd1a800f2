import type { Mark } from '@gnomon/records';
import { type Clock, expiredFrom } from '@gnomon/working-time';
import { describe, expect, test } from 'vitest';
import { deriveConversionPlan } from '../src/derive/conversion-plan.ts';
import { deriveLicence } from '../src/derive/licence.ts';
import { deriveLicenceDuty, dutyAsOf } from '../src/derive/licence-duty.ts';
import { deriveLicenceError } from '../src/derive/licence-error.ts';
import { deriveLicenceNumber } from '../src/derive/licence-number.ts';
import { AGENCY, at, calendar, deriveWorld, document, item, kept, licence, TYPE, type } from './derive-world.ts';

const world = deriveWorld();
const names = (marks: readonly Mark[]): string[] => marks.map((mark) => mark.name).sort();
const turns = (clock: unknown, limit?: number): number =>
  expiredFrom(calendar, {
    ...(clock as Clock),
    ...(limit === undefined ? {} : { due: (clock as Clock).due - (clock as Clock).limit + limit }),
  });
const dutyOf = (parts: Parameters<typeof document>[0], given = world) =>
  deriveLicenceDuty(document(parts), '115:P1', given)!;
const licenceOf = (parts: Parameters<typeof document>[0], given = world) =>
  deriveLicence(document(parts), '115-licences:L1', given)!;
const marksOf = (columns: Parameters<typeof licence>[0], given = world) =>
  names(licenceOf({ catalogue: [licence(columns)] }, given).marks);

describe('the duty to collect', () => {
  test('runs out at the end of the working day after the finish, the weekend not counted', () => {
    const friday = item({ finishedAt: at('2026-04-10T16:00:00') });
    const { subjects, state } = dutyOf({ item: [friday] });
    expect(state).toBe('DUE');
    expect(subjects[0]!.facts).toMatchObject({ owed: true, collected: false });
    expect(turns(subjects[0]!.facts.collection)).toBe(at('2026-04-14T00:00:00'));
  });

  test('is fulfilled by the first licence that names the work item', () => {
    const { subjects, state } = dutyOf({
      item: [item()],
      licence: [
        licence({ collected_at: at('2026-04-03T09:00:00') }, { g: 'b' }),
        licence({ collected_at: at('2026-04-02T09:00:00') }),
      ],
    });
    expect(state).toBe('COLLECTED');
    expect((subjects[0]!.facts.collection as Clock).stoppedAt).toBe(at('2026-04-02T09:00:00'));
  });

  test.each([
    ['refused', { outcome: 'DENIED' }],
    ['ended with a document that is no licence', { licenceName: undefined }],
  ])('is not owed by a work item that %s', (_, columns) => {
    const duty = dutyOf({ item: [item(columns)] });
    expect(duty.state).toBe('NOT_OWED');
    expect(duty.subjects).toEqual([]);
    expect(duty.marks).toEqual([]);
  });

  test('is nothing while the work item is open or unknown', () => {
    expect(deriveLicenceDuty(document({ item: [item({ finishedAt: undefined })] }), '115:P1', world)).toBeNull();
    const unknown = deriveLicenceDuty(document({ licence: [licence()] }), '115:P1', world)!;
    expect(unknown).toMatchObject({ state: 'NO_FINISH', subjects: [], marks: [], milestone: null });
    expect(unknown.place.agency).toBe(AGENCY);
  });

  test('counts in the collection rate at the last instant of its five working days, by the type that the register names', () => {
    const owed = { name: 'owed', at: at('2026-04-10T00:00:00') - 1, group: TYPE };
    expect(dutyOf({ item: [item()] }).marks).toEqual([owed]);
    const inTime = licence({ collected_at: owed.at, certificate_number: 'N1' });
    expect(dutyOf({ item: [item({ licenceNo: undefined })], licence: [inTime] }).marks).toEqual([
      owed,
      { ...owed, name: 'in-time' },
    ]);
    const late = licence({ collected_at: owed.at + 1 });
    expect(dutyOf({ item: [item({ licenceNo: undefined })], licence: [late] }).marks).toEqual([owed]);
  });

  test('takes a licence without a collection time as collected when its row first arrived', () => {
    const row = licence({ collected_at: undefined }, { r: at('2026-04-20T09:00:00'), r0: at('2026-04-02T10:00:00') });
    expect((dutyOf({ item: [item()], licence: [row] }).subjects[0]!.facts.collection as Clock).stoppedAt).toBe(
      at('2026-04-02T10:00:00'),
    );
  });

  test('looked at as of an earlier instant knows no later licence and no later finish', () => {
    const rows = document({
      item: [item()],
      licence: [licence({ collected_at: undefined }, { r: at('2026-04-02T10:00:00') })],
    });
    expect(dutyAsOf(rows, at('2026-04-02T09:00:00'))).toEqual({ item: rows.item, licence: [] });
    expect(dutyAsOf(rows, at('2026-04-01T08:00:00'))).toEqual({ item: [], licence: [] });
  });
});

describe('the face of a licence beside the result', () => {
  const pair = (face: Parameters<typeof licence>[0], result: Parameters<typeof item>[0] = {}): string[] =>
    names(dutyOf({ item: [item(result)], licence: [licence(face)] }).marks.filter((mark) => mark.group === undefined));

  test('agrees in number, holder and date of issue', () => {
    expect(pair({})).toEqual(['pair']);
    expect(pair({ certificate_number: 'N2' }, { licenceNo: 'N1^N2' })).toEqual(['pair']);
  });
  test.each([
    ['number', { certificate_number: 'N9' }],
    ['holder', { certificate_holder_code_key: 'cccccccccccccccc' }],
    ['date of issue before the decision', { issue_date: at('2026-03-31T00:00:00') }],
    ['date of issue after the finish', { issue_date: at('2026-04-02T00:00:00') }],
  ])('differs in its %s', (_, columns) => {
    expect(pair(columns)).toEqual(['differing', 'pair']);
  });
  test('is not compared where a side says nothing', () => {
    expect(
      pair({ certificate_holder_code_key: undefined, issue_date: undefined, certificate_number: undefined }),
    ).toEqual(['pair']);
    expect(pair({}, { licenceNo: undefined })).toEqual([]);
  });
});

describe('a day’s licences', () => {
  test('a licence without defects', () => {
    expect(marksOf({})).toEqual(['identified', 'licence', 'standard']);
  });
  test.each(['certificate_number', 'certificate_holder_key', 'issue_date', 'certificate_area_code', 'long_term'])(
    'without %s are incomplete',
    (name) => {
      expect(marksOf({ [name]: undefined })).toContain('incomplete');
    },
  );
  test('with an end of validity are complete', () => {
    expect(marksOf({ long_term: undefined, valid_to: at('2031-04-01T00:00:00') })).not.toContain('incomplete');
  });
  test.each([
    ['no identifier form', { certificate_identifier: '1501-0001' }],
    [
      'a wrong check character',
      { certificate_identifier: '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V' },
    ],
    ['a type that the register does not hold', { certificate_type_code: '11100000000013338W999' }],
  ])('with %s do not conform', (_, columns) => {
    expect(marksOf(columns)).toContain('nonconforming');
  });
  test('of a type that the register held until before the issue do not conform', () => {
    expect(marksOf({}, deriveWorld([type({ valid_to: at('2026-03-31T00:00:00') })]))).toContain('nonconforming');
  });
  test('issued by a division code are tolerated in converted stock only', () => {
    const code = '1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9';
    const given = deriveWorld([type(), type({ type_code: '11100000MB03271699022' })]);
    expect(marksOf({ certificate_identifier: code, is_stock: true }, given)).not.toContain('nonconforming');
    expect(marksOf({ certificate_identifier: code }, given)).toContain('nonconforming');
  });
  test('are unknown, not conforming, before a type register is published', () => {
    expect(marksOf({}, deriveWorld([]))).toContain('unregistered');
  });
  test('count as they stood at the end of the day, whatever was mended later', () => {
    const day = at('2026-04-01T12:00:00');
    const mended = licence(
      {},
      { t: at('2026-04-03T09:00:00'), o: [{ t: day, h: '', r: day, c: licence({ issue_date: undefined }).c }] },
    );
    expect(names(licenceOf({ catalogue: [mended] }).marks)).toContain('incomplete');
    const sameDay = licence(
      {},
      { t: at('2026-04-01T18:00:00'), o: [{ t: day, h: '', r: day, c: licence({ issue_date: undefined }).c }] },
    );
    expect(names(licenceOf({ catalogue: [sameDay] }).marks)).not.toContain('incomplete');
  });
});

describe('the check of file and seal', () => {
  const check = (columns: Record<string, boolean | number>) =>
    kept(
      {
        checked_at: at('2026-04-01T10:00:00'),
        file_present: true,
        hash_matches: true,
        seal_present: true,
        seal_valid: true,
        ...columns,
      },
      { g: 'k1' },
    );
  const checked = (columns: Record<string, boolean | number>) =>
    licenceOf({ catalogue: [licence()], check: [check(columns)] });

  test('a valid one counts as checked', () => {
    expect(names(checked({}).marks)).toEqual(['checked', 'identified', 'licence', 'standard']);
  });
  test.each(['file_present', 'hash_matches', 'seal_present', 'seal_valid'])('one without %s is invalid', (name) => {
    expect(names(checked({ [name]: false }).marks)).toContain('invalid');
  });
  test('a seal set after the revocation of its certificate is told of the licence itself', () => {
    const revoked = { cert_revoked_at: at('2026-03-01T00:00:00') };
    expect(checked({ ...revoked, signed_at: at('2026-03-01T00:00:01') }).subjects[0]!.facts.sealAfterRevocation).toBe(
      true,
    );
    expect(checked({ ...revoked, signed_at: at('2026-03-01T00:00:00') }).subjects[0]!.facts.sealAfterRevocation).toBe(
      false,
    );
    expect(checked(revoked).subjects[0]!.facts).not.toHaveProperty('sealAfterRevocation');
    expect(licenceOf({ catalogue: [licence()] }).subjects[0]!.facts.sealChecked).toBe(false);
  });
});

describe('a change of status', () => {
  const change = (to: string, changedAt: string, syncedAt?: string, g = 'c1') =>
    kept(
      {
        certificate_source_id: 'L1',
        new_status: to,
        changed_at: at(changedAt),
        ...(syncedAt === undefined ? {} : { synced_at: at(syncedAt) }),
      },
      { g },
    );
  const changesOf = (parts: Parameters<typeof document>[0]) =>
    licenceOf(parts).subjects[0]!.facts.changes as readonly Record<string, unknown>[];

  test('has a clock in working hours and one in working days until the library follows', () => {
    const [one] = changesOf({ catalogue: [licence()], change: [change('CANCELLED', '2026-04-08T09:00:00')] });
    expect(one).toMatchObject({ id: 'c1', to: 'CANCELLED', synchronised: false, usedMeanwhile: false });
    expect(turns(one?.hours)).toBe(at('2026-04-08T15:30:00') + 1);
    expect(turns(one?.days)).toBe(at('2026-04-10T00:00:00'));
  });
  test('is synchronised by the library’s own status as well', () => {
    const row = licence({ certificate_status: 'CANCELLED', status_at: at('2026-04-08T11:00:00') });
    const [one] = changesOf({ catalogue: [row], change: [change('CANCELLED', '2026-04-08T09:00:00')] });
    expect(one?.synchronised).toBe(true);
    expect((one!.days as Clock).stoppedAt).toBe(at('2026-04-08T11:00:00'));
  });
  test('counts a use between the cancellation and the library’s knowledge of it', () => {
    const use = (text: string) => [kept({ used_at: at(text) }, { g: 'u1' })];
    const used = (text: string) =>
      changesOf({
        catalogue: [licence()],
        change: [change('REVOKED', '2026-04-08T09:00:00', '2026-04-08T11:00:00')],
        use: use(text),
      })[0]?.usedMeanwhile;
    expect(used('2026-04-08T09:00:01')).toBe(true);
    expect(used('2026-04-08T08:59:59')).toBe(false);
    expect(used('2026-04-08T11:00:00')).toBe(false);
  });
  test('comes by itself when the validity ends, and is not postponed by who says so later', () => {
    const row = licence({ long_term: undefined, valid_to: at('2026-04-07T00:00:00') });
    const [silent] = changesOf({ catalogue: [row] });
    expect(silent).toMatchObject({ id: 'expiry', to: 'EXPIRED', synchronised: false });
    expect(turns(silent?.days)).toBe(at('2026-04-10T00:00:00'));
    const told = changesOf({
      catalogue: [row],
      change: [change('EXPIRED', '2026-04-09T09:00:00', '2026-04-09T10:00:00')],
    });
    expect(told).toHaveLength(1);
    expect((told[0]!.days as Clock).due).toBe((silent!.days as Clock).due);
  });
  test('does not come at the end of validity when the licence had been cancelled before', () => {
    const row = licence({ long_term: undefined, valid_to: at('2026-05-07T00:00:00') });
    expect(
      changesOf({ catalogue: [row], change: [change('CANCELLED', '2026-04-08T09:00:00', '2026-04-08T10:00:00')] }),
    ).toHaveLength(1);
    const gone = licence({
      long_term: undefined,
      valid_to: at('2026-05-07T00:00:00'),
      certificate_status: 'CANCELLED',
      status_at: at('2026-04-08T10:00:00'),
    });
    expect(changesOf({ catalogue: [gone] })).toEqual([]);
  });
});

describe('a licence number', () => {
  const numberOf = (rows: readonly ReturnType<typeof licence>[], change: readonly ReturnType<typeof kept>[] = []) =>
    deriveLicenceNumber(document({ licence: rows, change }), `${TYPE}:N1`, world)!;
  const second = (columns: Parameters<typeof licence>[0] = {}) =>
    licence(
      {
        certificate_source_id: 'L2',
        certificate_identifier: 'x.002',
        collected_at: at('2026-04-08T10:00:00'),
        ...columns,
      },
      { g: 'g2' },
    );

  test('with one licence is nothing to judge', () => {
    expect(numberOf([licence()]).subjects).toEqual([]);
  });
  test('with two valid ones is duplicate since the second came', () => {
    const { subjects, marks } = numberOf([licence(), second()]);
    expect(subjects[0]!.facts.copies).toBe(2);
    expect(turns(subjects[0]!.facts.duplicate)).toBe(at('2026-04-14T00:00:00'));
    expect(marks).toEqual([{ name: 'duplicate', at: at('2026-04-08T10:00:00') }]);
  });
  test('is resolved when one of them is cancelled', () => {
    const cancelled = kept(
      { certificate_source_id: 'L1', new_status: 'CANCELLED', changed_at: at('2026-04-09T10:00:00') },
      { g: 'c1' },
    );
    const { subjects, state } = numberOf([licence(), second()], [cancelled]);
    expect(state).toBe('RESOLVED');
    expect((subjects[0]!.facts.duplicate as Clock).stoppedAt).toBe(at('2026-04-09T10:00:00'));
  });
  test('of one identifier pushed by two libraries is one licence', () => {
    expect(
      numberOf([licence(), licence({ certificate_source_id: 'X' }, { g: 'g2', s: '115-other' })]).subjects,
    ).toEqual([]);
  });
  test('that follows an expired licence is no duplicate', () => {
    const old = licence({ long_term: undefined, valid_to: at('2026-04-07T00:00:00') });
    expect(numberOf([old, second()]).subjects).toEqual([]);
  });
  test('replaced by a changed version at that instant is no duplicate', () => {
    const changed = kept(
      { certificate_source_id: 'L1', new_status: 'CHANGED', changed_at: at('2026-04-08T10:00:00') },
      { g: 'c1' },
    );
    expect(numberOf([licence(), second()], [changed]).subjects).toEqual([]);
  });
});

test('a returned row has five working days from its return until it is mended', () => {
  const derived = deriveLicenceError(
    document({ error: [kept({ issue_dept_code: AGENCY, returned_at: at('2026-04-08T10:00:00') })] }),
    's:E1',
    world,
  )!;
  expect(derived.subjects[0]!.facts.fixed).toBe(false);
  expect(turns(derived.subjects[0]!.facts.handling)).toBe(at('2026-04-16T00:00:00'));
  const fixed = deriveLicenceError(
    document({ error: [kept({ issue_dept_code: AGENCY, returned_at: 5, fixed_at: 9 })] }),
    's:E1',
    world,
  );
  expect(fixed?.state).toBe('FIXED');
});

describe('a conversion plan', () => {
  const quarter = (ends: string, share: number, final = false) =>
    kept(
      {
        agency_code: AGENCY,
        type_code: TYPE,
        starts_on: at('2026-04-01T00:00:00'),
        quarter_ends_on: at(`${ends}T00:00:00`),
        target_share: share,
        stock: 200,
        ...(final ? { is_final: true } : {}),
      },
      { g: ends },
    );
  const plan = deriveConversionPlan(
    document({ quarter: [quarter('2026-06-30', 0.6), quarter('2026-09-30', 1, true)] }),
    'p',
    world,
  )!;

  test('marks a target that grows evenly within each quarter, at the last instant of each month', () => {
    const planned = plan.marks.filter((mark) => mark.name === 'planned').slice(0, 6);
    expect(planned.map((mark) => Math.round((mark.value ?? 0) * 1000) / 1000)).toEqual([
      0.2, 0.4, 0.6, 0.733, 0.867, 1,
    ]);
    expect(planned[0]?.at).toBe(at('2026-05-01T00:00:00') - 1);
  });
  test('goes on after its final date for twelve months, so that what is left is seen', () => {
    const finals = plan.marks.filter((mark) => mark.name === 'final');
    expect(finals).toHaveLength(13);
    expect(finals[0]?.at).toBe(at('2026-10-01T00:00:00') - 1);
    expect(plan.marks.filter((mark) => mark.name === 'planned').at(-1)?.value).toBe(1);
  });
});
