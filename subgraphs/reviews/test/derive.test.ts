import type { DerivedRecord, KeptRow, KeptValue, RecordDocument } from '@gnomon/records';
import { type Clock, elapsed, expiredFrom } from '@gnomon/working-time';
import { describe, expect, test } from 'vitest';
import { trimDivision } from '../src/derive/place.ts';
import { review } from '../src/derive/review.ts';
import { reviewMatter } from '../src/derive/review-matter.ts';
import { AGENCY, at, badReview, deriveWorld, kept, publishedRules } from './derive-world.ts';

const { calendar, pack } = publishedRules().current();
const scope = { division: '150105', agency: AGENCY, department: 'health', item: '' };

const derive = (document: RecordDocument): DerivedRecord => {
  const found = review.derive(document, '115-reviews:R1', deriveWorld());
  if (found === null) throw new Error('no record');
  return found;
};
const ticketOf = (document: RecordDocument) =>
  derive(document).subjects.find(({ kind }) => kind === 'review-ticket')?.facts ?? {};
const itselfOf = (document: RecordDocument) => derive(document).subjects.find(({ kind }) => kind === 'review')?.facts;
const names = ({ marks }: DerivedRecord): readonly string[] => marks.map(({ name }) => name).sort();
const ends = (clock: unknown): number => expiredFrom(calendar, clock as Clock);
const ticket = (assigned: string, columns: Readonly<Record<string, KeptValue>> = {}): KeptRow =>
  kept('T1', assigned, { assigned_time: at(assigned), ...columns });
const answered = (time: string): KeptRow => kept('A1', time, { rectified_time: at(time), answered_time: at(time) });
const levelAt = (kind: string, facts: Record<string, unknown>, rule: string, instant: string): string =>
  pack
    .judgeSubject(kind, facts as never, scope, calendar, at(instant))
    .verdicts.find((verdict) => verdict.rule === rule)?.level ?? 'NONE';

describe('a review', () => {
  test('belongs to the reviewed agency, as the register knows it', () => {
    expect(derive({ review: [badReview()] }).place).toEqual({
      agency: AGENCY,
      division: '150105',
      department: 'health',
      item: 'T1',
    });
  });
  test('of an agency that the register does not know stands where its row says', () => {
    const { place } = derive({ review: [badReview({ org_code: 'X', area_code: '150121203000' })] });
    expect(place.division).toBe('150121203');
    expect(trimDivision('150100000000')).toBe('1501');
    expect(trimDivision('150000000000')).toBe('15');
    expect(trimDivision('150121203001')).toBe('150121203001');
    expect(trimDivision('150110000000')).toBe('150110');
  });
  test('that is not bad has no ticket and is closed', () => {
    const good = derive({ review: [badReview({ satisfaction: 'BASICALLY_SATISFIED' })] });
    expect(good.subjects.map(({ kind }) => kind)).toEqual(['review']);
    expect(good).toMatchObject({ open: false, state: 'RECORDED', milestone: { closed: true, valid: true } });
  });
  test('tells other domains its work item, its grade and whether it speaks of the statutory time, and nobody', () => {
    const { milestone, links } = derive({ review: [badReview({ detail_code_2: 'OVER_STATUTORY_TIME' })] });
    expect(milestone).toEqual({
      workItem: '115:P1',
      grade: 'DISSATISFIED',
      saysOverTime: true,
      named: true,
      assessedAt: at('2026-04-01T10:00:00'),
      valid: true,
      closed: false,
    });
    expect(links).toEqual({ workItem: '115:P1', namedWorkItem: '115:P1' });
  });
  test('nothing about the reviewer is in its facts, links or milestone', () => {
    const record = derive({ review: [badReview({ reviewer_id_key: 'dddddddddddddddd', device_no_key: 'eeee' })] });
    const open = JSON.stringify([record.subjects, record.links, record.milestone, record.place, record.state]);
    for (const key of ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc', 'dddddddddddddddd', 'eeee'])
      expect(open).not.toContain(key);
  });
});

describe('tampering with a review', () => {
  const before = badReview();
  test('a row sent again unchanged, or with another window, is no alteration', () => {
    const again = badReview({ window_no: 'W2' }, { t: at('2026-04-02T10:00:00'), o: [{ ...before }] });
    expect(itselfOf({ review: [again] })).toMatchObject({ altered: false, deleted: false });
  });
  test.each([
    ['the grade', { satisfaction: 'VERY_SATISFIED' }],
    ['the text', { content_key: 'ffffffffffffffff' }],
    ['the time', { assess_time: at('2026-04-01T11:00:00') }],
  ])('another version with %s changed is an alteration', (_, change) => {
    const after = badReview(change, { t: at('2026-04-02T10:00:00'), o: [{ ...before }] });
    expect(itselfOf({ review: [after] })).toMatchObject({ altered: true, deleted: false });
  });
  test('a second row of the same review with another grade is an alteration too', () => {
    const second = badReview({ satisfaction: 'SATISFIED' }, { g: 'R1-again', t: at('2026-04-02T10:00:00') });
    expect(itselfOf({ review: [before, second] })).toMatchObject({ altered: true });
  });
  test('a deleted review stays counted, and says that it was deleted', () => {
    const gone = derive({ review: [badReview({}, { d: true })] });
    expect(gone.subjects[0]?.facts).toMatchObject({ deleted: true });
    expect(names(gone)).toContain('validBadReview');
  });
  test('a confirmed finding of the audit counts, an unconfirmed one does not', () => {
    const finding = (is_confirmed: boolean): KeptRow =>
      kept('F1', '2026-04-05T10:00:00', { finding: 'EXPOSED', event_time: at('2026-04-05T10:00:00'), is_confirmed });
    expect(itselfOf({ review: [before], audits: [finding(true)] })).toMatchObject({ exposed: true });
    expect(itselfOf({ review: [before], audits: [finding(false)] })).toMatchObject({ exposed: false });
  });
});

describe('the contact clock (one standard working day)', () => {
  test('runs from the assignment and stops with the first contact', () => {
    const facts = ticketOf({
      review: [badReview()],
      tickets: [ticket('2026-04-03T09:00:00')],
      contacts: [
        kept('C1', '2026-04-03T15:00:00', { contact_time: at('2026-04-03T15:00:00'), contact_kind: 'CONTACT' }),
      ],
    });
    expect(facts).toMatchObject({ assigned: true, contacted: true });
    expect(elapsed(calendar, facts.contact as Clock, at('2026-04-20T09:00:00'))).toBe(3.5);
  });
  test('a verification is a contact only where the reviewer is anonymous', () => {
    const contacts = [
      kept('C1', '2026-04-03T15:00:00', { contact_time: at('2026-04-03T15:00:00'), contact_kind: 'VERIFY' }),
    ];
    const tickets = [ticket('2026-04-03T09:00:00')];
    expect(ticketOf({ review: [badReview()], tickets, contacts })).toMatchObject({ contacted: false });
    expect(ticketOf({ review: [badReview({ is_named: false })], tickets, contacts })).toMatchObject({
      contacted: true,
    });
  });
  test('an answer to the reviewer is a contact', () => {
    const facts = ticketOf({
      review: [badReview()],
      tickets: [ticket('2026-04-03T09:00:00')],
      rectifications: [answered('2026-04-03T11:00:00')],
    });
    expect(facts).toMatchObject({ contacted: true, open: false });
  });
  test('RV-01 turns at the published instants', () => {
    const facts = ticketOf({ review: [badReview()], tickets: [ticket('2026-04-03T09:00:00')] });
    expect(levelAt('review-ticket', facts, 'RV-01', '2026-04-03T15:59:59.999')).toBe('NONE');
    expect(levelAt('review-ticket', facts, 'RV-01', '2026-04-03T16:00:00.000')).toBe('WARNING');
    expect(levelAt('review-ticket', facts, 'RV-01', '2026-04-07T09:00:00.001')).toBe('YELLOW');
  });
});

describe('the rectification clock', () => {
  const clockOf = (...tickets: KeptRow[]): number => ends(ticketOf({ review: [badReview()], tickets }).rectification);
  test('five working days for a case that nobody classified', () => {
    expect(clockOf(ticket('2026-04-01T11:00:00'))).toBe(at('2026-04-10T00:00:00'));
  });
  test('fifteen for a complex case, thirty for one of policy', () => {
    const classed = (ticket_class: string): KeptRow =>
      ticket('2026-04-01T11:00:00', { ticket_class, class_time: at('2026-04-01T12:00:00') });
    expect(clockOf(classed('COMPLEX'))).toBe(at('2026-04-24T00:00:00'));
    expect(clockOf(classed('POLICY'))).toBe(at('2026-05-19T00:00:00'));
  });
  test('a classification after the limit in force has run out does not lengthen it', () => {
    const late = (class_time: string): KeptRow =>
      ticket('2026-04-01T11:00:00', { ticket_class: 'COMPLEX', class_time: at(class_time) });
    expect(clockOf(late('2026-04-09T23:59:59.999'))).toBe(at('2026-04-24T00:00:00'));
    expect(clockOf(late('2026-04-10T00:00:00'))).toBe(at('2026-04-10T00:00:00'));
  });
  test('one approved extension of at most half the limit', () => {
    const extended = (extension_days: number, extension_approved: boolean): KeptRow =>
      ticket('2026-04-01T11:00:00', { extension_days, extension_approved, extension_time: at('2026-04-07T10:00:00') });
    expect(clockOf(extended(1, true))).toBe(at('2026-04-11T00:00:00'));
    expect(clockOf(extended(9, true))).toBe(at('2026-04-14T00:00:00'));
    expect(clockOf(extended(2, false))).toBe(at('2026-04-10T00:00:00'));
  });
  test('stops when both put right and answered', () => {
    const rows = (answeredAt?: string): RecordDocument => ({
      review: [badReview()],
      tickets: [ticket('2026-04-01T11:00:00')],
      rectifications: [
        kept('A1', '2026-04-02T10:00:00', {
          rectified_time: at('2026-04-02T10:00:00'),
          ...(answeredAt === undefined ? {} : { answered_time: at(answeredAt) }),
        }),
      ],
    });
    expect(ticketOf(rows())).toMatchObject({ open: true });
    expect((ticketOf(rows('2026-04-08T10:00:00')).rectification as Clock).stoppedAt).toBe(at('2026-04-08T10:00:00'));
  });
});

describe('a declaration that a bad review is invalid', () => {
  const declared = (columns: Readonly<Record<string, KeptValue>>): RecordDocument => ({
    review: [badReview()],
    tickets: [ticket('2026-04-01T11:00:00')],
    invalidations: [kept('I1', '2026-04-03T10:00:00', { decided_time: at('2026-04-03T10:00:00'), ...columns })],
  });
  test('by the reviewing body with evidence ends the ticket', () => {
    const record = derive(declared({ invalid_by: 'REVIEW_BODY', evidence_no: 'E1' }));
    expect(record).toMatchObject({ open: false, state: 'INVALIDATED', milestone: { valid: false } });
    expect(names(record)).toEqual(['activeReview', 'badReview', 'declaredInvalid', 'windowReview']);
  });
  test.each([
    ['by the reviewed agency', { invalid_by: 'AGENCY', evidence_no: 'E1' }],
    ['without evidence', { invalid_by: 'REVIEW_BODY' }],
  ])('%s frees nobody and is counted', (_, columns) => {
    const record = derive(declared(columns));
    expect(record).toMatchObject({ open: true, milestone: { valid: true } });
    expect(names(record)).toEqual([
      'activeReview',
      'badReview',
      'declaredInvalid',
      'staffBad',
      'unfounded',
      'validBadReview',
      'validReview',
      'windowBad',
      'windowReview',
    ]);
  });
});

describe('the call-back of a named bad review', () => {
  const closed = (more: RecordDocument = {}): DerivedRecord =>
    derive({
      review: [badReview()],
      tickets: [ticket('2026-04-01T11:00:00')],
      rectifications: [answered('2026-04-24T10:00:00')],
      ...more,
    });
  const back = (time: string): RecordDocument => ({
    callbacks: [kept('B1', time, { callback_time: at(time) })],
  });
  test('counts on the last of five working days, Labour Day not counted', () => {
    expect(closed().marks.find(({ name }) => name === 'callbackDue')?.at).toBe(at('2026-05-07T00:00:00') - 1);
    expect(names(closed())).not.toContain('callbackDone');
  });
  test('is done in time up to the end of that day', () => {
    expect(names(closed(back('2026-05-06T23:59:59.999')))).toContain('callbackDone');
    expect(names(closed(back('2026-05-07T00:00:00')))).not.toContain('callbackDone');
  });
  test('is not owed to an anonymous reviewer', () => {
    expect(names(closed({ review: [badReview({ is_named: false })] }))).not.toContain('callbackDue');
  });
});

describe('what a review counts for', () => {
  test('a default review counts for nothing', () => {
    expect(derive({ review: [badReview({ is_default: true, satisfaction: 'VERY_SATISFIED' })] }).marks).toEqual([]);
  });
  test('a top grade counts for its reviewer and its telephone, apart', () => {
    const { marks } = derive({
      review: [badReview({ satisfaction: 'VERY_SATISFIED', reviewer_id_key: 'dddddddddddddddd' })],
    });
    expect(marks.filter(({ name }) => name.startsWith('topOf'))).toMatchObject([
      { name: 'topOfReviewer', group: 'W1', key: 'dddddddddddddddd' },
      { name: 'topOfPhone', group: 'W1', key: 'bbbbbbbbbbbbbbbb' },
    ]);
  });
  test('a second review is a follow-up, a bad one counts twice', () => {
    expect(names(derive({ review: [badReview({ review_no: 2 })] }))).toEqual(
      expect.arrayContaining(['followUp', 'followUpBad']),
    );
    expect(names(derive({ review: [badReview()] }))).not.toContain('followUp');
  });
  test('one that names no work item is counted for its channel as not linked', () => {
    const lonely = badReview();
    const { project_no: _, ...columns } = lonely.c;
    expect(names(derive({ review: [{ ...lonely, c: columns }] }))).toEqual(
      expect.arrayContaining(['channelDefect', 'channelReview']),
    );
    expect(names(derive({ review: [lonely] }))).not.toContain('channelReview');
  });
});

describe('a matter', () => {
  const itemRow = (arrived: string, columns: Readonly<Record<string, KeptValue>> = {}): KeptRow =>
    kept('work-item:115:P1', arrived, { id: '115:P1', agency: AGENCY, division: '150105', item: 'T1', ...columns });
  const matter = (document: RecordDocument, open: readonly string[] = []): readonly string[] =>
    names(reviewMatter.derive(document, '115:P1', deriveWorld(open)) as DerivedRecord);
  const inTime = badReview();
  test('a review whose work item is known within 48 hours is linked', () => {
    expect(matter({ reviews: [inTime], item: [itemRow('2026-04-03T10:00:00')] })).toEqual(['channelReview']);
    expect(matter({ reviews: [inTime], item: [itemRow('2026-04-03T10:00:00.001')] })).toEqual([
      'channelDefect',
      'channelReview',
    ]);
    expect(matter({ reviews: [inTime] })).toEqual(['channelDefect', 'channelReview']);
  });
  test('a review that came more than 24 hours after it was given is late', () => {
    const arrived = (time: string): KeptRow => badReview({}, { r: at(time) });
    const item = [itemRow('2026-04-01T09:00:00')];
    expect(matter({ reviews: [arrived('2026-04-02T10:00:00')], item })).toEqual(['channelReview']);
    expect(matter({ reviews: [arrived('2026-04-02T10:00:00.001')], item })).toContain('channelDefect');
    expect(
      matter({ reviews: [badReview({}, { r: at('2026-05-01T10:00:00'), r0: at('2026-04-01T10:00:00') })], item }),
    ).toEqual(['channelReview']);
  });
  test('a finished work item counts its item, and whether it is open to review', () => {
    const item = [itemRow('2026-04-01T12:00:00', { finishedAt: at('2026-04-01T11:00:00') })];
    expect(matter({ item })).toEqual(['finishedItem']);
    expect(matter({ item }, ['T1'])).toEqual(['finishedItem', 'reviewableItem']);
    expect(
      matter({ item: [itemRow('2026-04-01T12:00:00', { withdrawnAt: at('2026-04-01T11:00:00'), finishedAt: 1 })] }),
    ).toEqual([]);
  });
  test('a review within ten seconds of the finish is quick, one of another moment is not', () => {
    const item = [itemRow('2026-04-01T09:00:00', { finishedAt: at('2026-04-01T09:59:50') })];
    const given = (assess: string): KeptRow => badReview({ device_no_key: 'eeee', assess_time: at(assess) });
    expect(matter({ reviews: [given('2026-04-01T10:00:00')], item })).toContain('quickReview');
    expect(matter({ reviews: [given('2026-04-01T10:00:00.001')], item })).not.toContain('quickReview');
    expect(matter({ reviews: [given('2026-04-01T09:59:49.999')], item })).not.toContain('quickReview');
  });
});
