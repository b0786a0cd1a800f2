import { describe, expect, test } from 'vitest';
import { APPROVAL_ID, approval, CODE, deriveApproval, judged, OTHER, type Row } from './derive-world.ts';

const opinion = (more: Record<string, string | number> = {}): Row => ({
  table: 'eng_opinion',
  approval_no: 'A1',
  opinion_no: 'O1',
  body_code: OTHER,
  dispatched_at: '2026-03-02 15:00:00',
  ...more,
});
const notice = (sent: string): Row => ({ table: 'eng_notice', approval_no: 'A1', notice_no: sent, sent_at: sent });
const material = (onList: boolean, demanded = '2026-03-03 10:00:00'): Row => ({
  table: 'eng_material',
  approval_no: 'A1',
  material_name: '材料',
  on_list: onList,
  demanded_at: demanded,
});
const complete: Record<string, string | number> = {
  finished_at: '2026-03-04 16:00:00',
  outcome: 'GRANTED',
  document_no: '建字〔示例〕1号',
  document_date: '2026-03-04',
  document_file: 'f1',
  drawing_review_no: 'S1',
  materials: 4,
  opinion: '同意',
};
const marks = (rows: readonly Row[]) => deriveApproval(rows)!.marks.map(({ name }) => name);

test('an approval belongs to its own agency and points to its project and work item', () => {
  const record = deriveApproval([approval({ work_item_no: 'W1', org_code: OTHER })])!;
  expect(record.place).toEqual({ agency: OTHER, division: '150121', department: 'housing', item: '000115001000' });
  expect(record.links).toEqual({ project: CODE, workItem: '115-engineering:W1' });
  const elsewhere = deriveApproval([approval({ work_item_no: 'W1', work_source: '115' })])!;
  expect(elsewhere.links).toMatchObject({ workItem: '115:W1' });
  expect(record.subjects).toMatchObject([{ kind: 'project-approval', id: APPROVAL_ID, type: 'ProjectApproval' }]);
  expect(record.milestone).toMatchObject({ projectCode: CODE, workItem: '115-engineering:W1', decidedAt: null });
});

describe('the limit of the plan (EP-03)', () => {
  test('binds, but never beyond the catalogue’s', () => {
    expect(judged(deriveApproval([approval({ catalogue_limit: 10 })]), 'EP-03', '2026-03-09 23:59:59')).toEqual([
      'WARNING',
    ]);
    expect(judged(deriveApproval([approval({ catalogue_limit: 10 })]), 'EP-03', '2026-03-10')).toEqual(['YELLOW']);
    expect(judged(deriveApproval([approval({ catalogue_limit: 3 })]), 'EP-03', '2026-03-06')).toEqual(['YELLOW']);
  });
  test('is moved by a suspension', () => {
    const pause: Row = {
      table: 'eng_suspension',
      approval_no: 'A1',
      project_code: CODE,
      suspension_kind: 'SPECIAL_PROCEDURE',
      from_at: '2026-03-03 09:00:00',
      to_at: '2026-03-05 09:00:00',
    };
    expect(judged(deriveApproval([approval(), pause]), 'EP-03', '2026-03-11 23:59:59')).toEqual(['WARNING']);
    expect(judged(deriveApproval([approval(), pause]), 'EP-03', '2026-03-12')).toEqual(['YELLOW']);
  });
  test('is unknown where neither plan nor catalogue sets one', () => {
    expect(judged(deriveApproval([approval({ plan_limit: '' })]), 'EP-03', '2026-03-05')).toEqual(['UNKNOWN']);
  });
  test('yields to the statutory limit', () => {
    expect(judged(deriveApproval([approval({ statutory_limit: 6 })]), 'EP-03', '2026-03-11')).toEqual(['RED']);
  });
});

test('the code’s form is judged, its absence too (EP-04)', () => {
  expect(judged(deriveApproval([approval()]), 'EP-04', '2026-03-05')).toEqual([]);
  expect(judged(deriveApproval([approval({ project_code: '' })]), 'EP-04', '2026-03-05')).toEqual(['YELLOW']);
  expect(
    judged(deriveApproval([approval({ project_code: '2613-150105-48-01-123456' })]), 'EP-04', '2026-03-05'),
  ).toEqual(['YELLOW']);
  expect(judged(deriveApproval([approval({ project_code: '', ...complete })]), 'EP-04', '2026-03-05')).toEqual(['RED']);
});

test('a document of the day before the acceptance is outside the system, one of the same day is not (EP-05)', () => {
  expect(judged(deriveApproval([approval({ document_date: '2026-03-02' })]), 'EP-05', '2026-03-05')).toEqual([]);
  expect(judged(deriveApproval([approval({ document_date: '2026-03-01' })]), 'EP-05', '2026-03-05')).toEqual(['RED']);
  expect(judged(deriveApproval([approval({ entered_at: '2026-03-04 09:00:00' })]), 'EP-05', '2026-03-05')).toEqual([
    'WARNING',
  ]);
  expect(
    judged(deriveApproval([approval({ entered_at: '2026-03-06 09:00:00', ...complete })]), 'EP-05', '2026-03-09'),
  ).toEqual(['YELLOW']);
});

test('each opinion runs by its own limit, five working days by default (EP-07)', () => {
  const rows = [approval({ plan_limit: 20 }), opinion(), opinion({ opinion_no: 'O2', opinion_limit: 3 })];
  expect(judged(deriveApproval(rows), 'EP-07', '2026-03-06')).toEqual(['O2 YELLOW']);
  expect(judged(deriveApproval(rows), 'EP-07', '2026-03-10')).toEqual(['O1 YELLOW', 'O2 YELLOW']);
  expect(judged(deriveApproval(rows), 'EP-07', '2026-03-11')).toEqual(['O1 YELLOW', 'O2 RED']);
  expect(judged(deriveApproval([approval(), opinion({ dispatched_at: '' })]), 'EP-07', '2026-03-04')).toEqual([
    'O1 YELLOW',
  ]);
});

test('materials outside the list and further notices are counted, deleted rows are not (EP-10)', () => {
  expect(judged(deriveApproval([approval(), material(true), notice('2026-03-03')]), 'EP-10', '2026-03-05')).toEqual([]);
  expect(judged(deriveApproval([approval(), material(false)]), 'EP-10', '2026-03-05')).toEqual(['YELLOW']);
  expect(judged(deriveApproval([approval(), { ...material(false), deleted: true }]), 'EP-10', '2026-03-05')).toEqual(
    [],
  );
  const three = [notice('2026-03-03'), notice('2026-03-04'), notice('2026-03-05')];
  expect(judged(deriveApproval([approval(), ...three]), 'EP-10', '2026-03-05')).toEqual(['RED']);
});

describe('what aggregates count', () => {
  test('is a finished approval, and one that lacks an element', () => {
    expect(marks([approval()])).toEqual([]);
    expect(marks([approval(complete)])).toEqual(['finished']);
    expect(marks([approval({ ...complete, drawing_review_no: '' })])).toEqual(['finished', 'incomplete']);
    expect(marks([approval({ ...complete, approval_kind: 'OTHER', drawing_review_no: '' })])).toEqual(['finished']);
    expect(marks([approval({ ...complete, outcome: 'WITHDRAWN' })])).toEqual([]);
  });
  test.each([
    'project_code',
    'stage',
    'item_code',
    'materials',
    'opinion',
    'document_no',
    'document_file',
    'document_date',
  ])('misses %s', (column) =>
    expect(marks([approval({ ...complete, [column]: '' })])).toEqual(['finished', 'incomplete']),
  );
  test('is dated by the first material outside the list or the second notice', () => {
    const asked = (rows: readonly Row[]) => deriveApproval([approval(), ...rows])!.marks;
    expect(asked([notice('2026-03-03'), notice('2026-03-05')])).toMatchObject([
      { name: 'overAsked', at: Date.parse('2026-03-05T00:00:00+08:00') },
    ]);
    expect(asked([notice('2026-03-03')])).toEqual([]);
    expect(asked([notice('2026-03-03'), notice('2026-03-05'), material(false, '2026-03-04')])).toMatchObject([
      { at: Date.parse('2026-03-04T00:00:00+08:00') },
    ]);
  });
});
