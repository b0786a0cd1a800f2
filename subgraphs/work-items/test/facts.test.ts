import { type Clock, elapsed, expired, expiredFrom } from '@gnomon/working-time';
import { describe, expect, test } from 'vitest';
import { readCodeSystems } from '../src/code-systems.ts';
import { applyRow, emptyDocument, type ItemDocument } from '../src/document.ts';
import { factConstants } from '../src/fact-constants.ts';
import { deriveFacts, documentAsOf, type FactInputs } from '../src/facts.ts';
import { readRow } from '../src/read-row.ts';
import { AGENCY, acceptRow, ITEM, item, publishedRules, resultRow, row, stepRow } from './world.ts';

const rules = publishedRules().current();
const { calendar } = rules;
const codes = readCodeSystems();
const inputs: FactInputs = {
  calendar,
  codes,
  constants: factConstants(rules.pack),
  item: item(ITEM, AGENCY),
  ownPlatform: false,
  pushCalendar: calendar,
  firstSignalAt: null,
  reappliedAt: null,
};
const at = (text: string): number => Date.parse(`${text}+08:00`);

function documentOf(rows: readonly Record<string, unknown>[], receivedAt = at('2024-10-20T00:00:00')): ItemDocument {
  const document = emptyDocument();
  for (const one of rows) {
    const reading = readRow(one, { codes, source: '115', receivedAt });
    if (!reading.ok) throw new Error(reading.refusal.code);
    applyRow(document, {
      ...reading.row,
      table: reading.row.table as Exclude<typeof reading.row.table, 'up_control_total'>,
    });
  }
  return document;
}
const factsOf = (rows: readonly Record<string, unknown>[], more: Partial<FactInputs> = {}) =>
  deriveFacts(documentOf(rows), { ...inputs, ...more })!.facts;
const special = (from: string, to: string | null, more: Record<string, unknown> = {}) =>
  row(
    'up_pro_special_procedure',
    'F',
    {
      special_type: '2',
      special_kind: 'HEARING',
      special_name: '听证',
      special_reason: '依法',
      special_time: from,
      end_time: to ?? '',
      approver: '王',
      notice_no: 'T',
    },
    { cd_time: from, ...more },
  );
const expires = (clock: unknown): number => expiredFrom(calendar, clock as Clock);

describe('the promise clock of the worked example (accepted 2024-09-23, five working days)', () => {
  test('is due on the make-up Sunday 2024-09-29', () => {
    expect(expires(factsOf([acceptRow('F')]).promise)).toBe(at('2024-09-30T00:00:00'));
  });
  test('a special procedure of three working days moves it over the holiday to 2024-10-09, an overlapping one changes nothing', () => {
    const one = special('2024-09-25 09:00:00', '2024-09-28 09:00:00');
    const two = special('2024-09-26 09:00:00', '2024-09-28 09:00:00');
    expect(expires(factsOf([acceptRow('F'), one]).promise)).toBe(at('2024-10-10T00:00:00'));
    expect(expires(factsOf([acceptRow('F'), one, two]).promise)).toBe(at('2024-10-10T00:00:00'));
  });
  test('a procedure opened after the due date does not move it and is told as such', () => {
    const facts = factsOf([acceptRow('F'), special('2024-10-10 09:00:00', null)]);
    expect(expires(facts.promise)).toBe(at('2024-09-30T00:00:00'));
    expect(facts.specials).toMatchObject([{ openedAfterPromise: true, backdated: false, kindListed: true }]);
  });
  test('one entered after the due date with an earlier time is backdated and does not move it either', () => {
    const facts = factsOf([acceptRow('F'), special('2024-09-27 09:00:00', null, { cd_time: '2024-10-10 09:00:00' })]);
    expect(expires(facts.promise)).toBe(at('2024-09-30T00:00:00'));
    expect(facts.specials).toMatchObject([{ openedAfterPromise: true, backdated: true }]);
  });
  test('an open procedure makes it stand still', () => {
    const facts = factsOf([acceptRow('F'), special('2024-09-25 09:00:00', null)]);
    expect(expired(calendar, facts.promise as Clock, at('2025-06-01T00:00:00'))).toBe(false);
    expect(facts.state).toBe('SPECIAL_PROCEDURE');
  });
});

describe('the answer to an application received on Friday 2024-04-26 at 16:00', () => {
  const applied = { apply_date: '2024-04-26 16:00:00', receive_date: '2024-04-26 16:00:00' };
  const notice = (sent: string, more: Record<string, unknown> = {}) =>
    row('up_pro_supplement', 'F', { notice_no: 'N', sent_time: sent, items: '材料', reasons: '依据', ...more });
  test('is due on 2024-05-07; without one the promise clock runs from the receipt', () => {
    const facts = factsOf([acceptRow('F', { ...applied, accept_date: '' })]);
    expect(expires(facts.answer)).toBe(at('2024-05-08T00:00:00'));
    expect(facts.accepted).toBe(false);
    expect(expires(facts.promise)).toBe(at('2024-05-08T00:00:00'));
  });
  test('an acceptance after it counts from the receipt', () => {
    const facts = factsOf([acceptRow('F', { ...applied, accept_date: '2024-05-20 09:00:00' })]);
    expect(facts.acceptedAt).toBe(at('2024-04-26T16:00:00'));
  });
  test('a notice on 2024-05-08 is late and does not stop the clock; one in time does, and the hand-in starts it anew', () => {
    const late = factsOf([acceptRow('F', { ...applied, accept_date: '' }), notice('2024-05-08 09:00:00')]);
    expect(late.notices).toMatchObject([{ sentAfterWorkdays: 6, missingElements: 2 }]);
    expect(expires(late.answer)).toBe(at('2024-05-08T00:00:00'));
    const answered = factsOf([
      acceptRow('F', { ...applied, accept_date: '' }),
      notice('2024-04-28 09:00:00', { received_time: '2024-05-09 10:00:00' }),
    ]);
    expect(expires(answered.answer)).toBe(at('2024-05-16T00:00:00'));
    expect(answered.state).toBe('SUPPLEMENTED');
  });
});

test('delivery of a decision of 2024-09-20 is due on 2024-10-10', () => {
  const facts = factsOf([
    acceptRow('F', { apply_date: '2024-09-18', accept_date: '2024-09-18' }),
    resultRow('F', '2024-09-20 10:00:00', { is_delivery_results: '1', decision_date: '2024-09-20 10:00:00' }),
  ]);
  expect(expires(facts.delivery)).toBe(at('2024-10-11T00:00:00'));
  expect(facts).toMatchObject({ deliverable: true, delivered: false, state: 'DECIDED_GRANTED' });
});

test('an instant item is due at the close of its day; accepted in the last hour, by noon of the next working day', () => {
  const instant = (accepted: string) =>
    factsOf([acceptRow('F', { project_type: '1', apply_date: accepted, accept_date: accepted })]).instant;
  expect(expires(instant('2024-09-30 09:00:00'))).toBe(at('2024-10-08T08:30:00.001'));
  expect(expires(instant('2024-09-30 16:45:00'))).toBe(at('2024-10-08T14:30:00.001'));
});

test('idle days count from the last event and stand still while the applicant is waited for', () => {
  const idle = (rows: readonly Record<string, unknown>[], now: string) =>
    elapsed(calendar, factsOf(rows).idle as Clock, at(now));
  const step = stepRow('F', '受理', '2024-09-27 09:00:00', '2024-09-27 10:00:00');
  expect(idle([acceptRow('F'), step], '2024-10-08T09:00:00')).toBe(3);
  expect(idle([acceptRow('F'), step, special('2024-09-27 11:00:00', null)], '2024-10-08T09:00:00')).toBe(0);
});

describe('key times', () => {
  const first = acceptRow('F', {}, { row_guid: 'a' });
  const changed = (date: string, made: string) => ({ ...first, accept_date: date, cd_operation: 'U', cd_time: made });
  const result = resultRow('F', '2024-09-29 10:00:00', {}, { cd_time: '2024-09-29 10:00:00' });
  test('a change before the result counts; one after it is kept, told and not judged on, in any order of arrival', () => {
    const before = factsOf([first, changed('2024-09-24 09:00:00', '2024-09-25 09:00:00'), result]);
    expect(before).toMatchObject({ keyTimeChanges: 0, acceptedAt: at('2024-09-24T09:00:00') });
    const rows = [first, result, changed('2024-09-27 09:00:00', '2024-10-08 09:00:00')];
    for (const order of [rows, rows.toReversed()])
      expect(factsOf(order)).toMatchObject({
        keyTimeChanges: 1,
        keyTimeChangedAfterSignal: false,
        acceptedAt: at('2024-09-23T09:00:00'),
      });
  });
  test('a change after the first signal is told as such', () => {
    const facts = factsOf([first, changed('2024-09-27 09:00:00', '2024-10-08 09:00:00')], {
      firstSignalAt: at('2024-09-29T00:00:00'),
    });
    expect(facts).toMatchObject({ keyTimeChangedAfterSignal: true, acceptedAt: at('2024-09-23T09:00:00') });
  });
});

test('steps that are missing or out of order are told once the item is finished', () => {
  const steps = [
    stepRow('F', '受理', '2024-09-23 09:00:00', '2024-09-23 09:10:00'),
    stepRow('F', '决定', '2024-09-24 09:00:00', '2024-09-24 10:00:00'),
  ];
  expect(factsOf([acceptRow('F'), ...steps])).toMatchObject({ missingSteps: 0 });
  expect(factsOf([acceptRow('F'), ...steps, resultRow('F', '2024-09-24 10:00:00')])).toMatchObject({
    missingSteps: 1,
    keyStepMissing: false,
  });
  const swapped = [...steps, stepRow('F', '审查', '2024-09-24 11:00:00', '2024-09-24 12:00:00')];
  expect(factsOf([acceptRow('F'), ...swapped, resultRow('F', '2024-09-24 12:00:00')])).toMatchObject({
    missingSteps: 0,
    stepsOutOfOrder: true,
  });
});

test('a document as of an earlier instant leaves out what happened later', () => {
  const document = documentOf([
    acceptRow('F'),
    stepRow('F', '审查', '2024-09-24 09:00:00', '2024-09-26 09:00:00'),
    resultRow('F', '2024-09-29 10:00:00'),
  ]);
  const facts = deriveFacts(documentAsOf(document, at('2024-09-25T00:00:00')), inputs)!.facts;
  expect(facts).toMatchObject({ open: true, steps: [{ open: true }] });
});

test('an item that is not in the catalogue leaves unknown what only the catalogue knows', () => {
  const facts = factsOf([acceptRow('F')], { item: undefined });
  expect(facts.hasStatutory).toBeUndefined();
  expect(facts.promise).toBeUndefined();
  expect(facts.accepted).toBe(true);
});
