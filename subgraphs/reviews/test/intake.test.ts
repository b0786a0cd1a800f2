import type { RecordTestWorld } from '@gnomon/records/test-world';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AGENCY } from './derive-world.ts';
import { finished, openWorld, reviewRow, row, SUPERVISOR, ticketRow } from './world.ts';

let world: RecordTestWorld;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const levels = async (rule: string): Promise<readonly string[]> =>
  (await world.signals()).filter((one) => one.rule === rule).map(({ level, turnedAt }) => `${level} ${turnedAt}`);
const ask = <T>(fields: string, id = '115-reviews:R1'): Promise<T> =>
  world.ask<{ review: T }>(SUPERVISOR, `{ review(id: "${id}") { ${fields} } }`).then(({ review }) => review);

test('a bad review whose ticket nobody answers is told at each instant of the ladder, without any further row', async () => {
  await world.goTo('2026-04-03T10:00:00+08:00');
  await world.push([reviewRow('R1', {}, '2026-04-03 08:50:00'), ticketRow('R1', '2026-04-03 09:00:00')]);
  await world.goTo('2026-04-14T00:00:00+08:00');
  expect(await levels('RV-01')).toEqual([
    'WARNING 2026-04-03T08:00:00.000Z',
    'YELLOW 2026-04-07T01:00:00.001Z',
    'RED 2026-04-09T01:00:00.001Z',
  ]);
  expect(await levels('RV-02')).toEqual(['WARNING 2026-04-12T16:00:00.000Z', 'YELLOW 2026-04-13T16:00:00.000Z']);
});

test('an answer in time ends the ticket, and nothing is told', async () => {
  await world.goTo('2026-04-03T10:00:00+08:00');
  await world.push([reviewRow('R1', {}, '2026-04-03 08:50:00'), ticketRow('R1', '2026-04-03 09:00:00')]);
  await world.goTo('2026-04-03T11:00:00+08:00');
  const done = { review_id: 'R1', rectified_time: '2026-04-03 10:30:00', answered_time: '2026-04-03 10:50:00' };
  await world.push([row('review_rectify', '2026-04-03 10:50:00', done)]);
  await world.goTo('2026-04-30T00:00:00+08:00');
  expect((await world.signals()).filter(({ subjectKind }) => subjectKind === 'review-ticket')).toEqual([]);
  expect(await ask('state isOpen ticket { assignedAt answeredAt class rectifyDueAt }')).toEqual({
    state: 'ANSWERED',
    isOpen: false,
    ticket: {
      assignedAt: '2026-04-03T01:00:00.000Z',
      answeredAt: '2026-04-03T02:50:00.000Z',
      class: 'SIMPLE',
      rectifyDueAt: '2026-04-13T15:59:59.999Z',
    },
  });
});

test('a declaration of invalidity ends what stood, and is no correction of the past', async () => {
  await world.goTo('2026-04-03T10:00:00+08:00');
  await world.push([reviewRow('R1', {}, '2026-04-03 08:50:00'), ticketRow('R1', '2026-04-03 09:00:00')]);
  await world.goTo('2026-04-07T10:00:00+08:00');
  const decided = {
    review_id: 'R1',
    decided_time: '2026-04-07 09:30:00',
    invalid_by: '1',
    reason: '1',
    evidence_no: 'E1',
  };
  await world.push([row('review_invalidation', '2026-04-07 09:30:00', decided)]);
  const kinds = (await world.signals())
    .filter(({ rule }) => rule === 'RV-01')
    .map(({ kind, level }) => `${kind} ${level}`);
  expect(kinds).toEqual(['ROSE WARNING', 'ROSE YELLOW', 'FELL NONE']);
  expect(await ask('isValid state')).toEqual({ isValid: false, state: 'INVALIDATED' });
});

test('the same number means opposite grades in the two code systems', async () => {
  await world.goTo('2026-04-01T11:00:00+08:00');
  await world.push([
    reviewRow('R1', { satisfaction: '1' }),
    reviewRow('R2', { satisfaction: '1', code_system: 'GB/T 39046-2020', project_no: 'W-9', window_no: 'A4' }),
  ]);
  expect(await ask('grade isBad')).toEqual({ grade: 'VERY_DISSATISFIED', isBad: true });
  expect(await ask('grade isBad', '115-reviews:R2')).toEqual({ grade: 'VERY_SATISFIED', isBad: false });
});

test('rows are taken, set aside, refused or identical, and the account balances', async () => {
  await world.goTo('2026-04-01T11:00:00+08:00');
  const early = await world.push([ticketRow('R1', '2026-04-01 10:30:00')]);
  expect(early.account).toMatchObject({ rows: 1, taken: 0, setAside: 1 });
  const review = reviewRow('R1');
  const { review_id: _, ...nameless } = reviewRow('R2');
  const answer = await world.push([review, review, nameless, { ...reviewRow('R3'), assess_time: 'yesterday' }]);
  expect(answer.account).toEqual({ rows: 4, taken: 1, setAside: 0, refused: 2, identical: 1 });
  expect(await ask('state')).toEqual({ state: 'ASSIGNED' });
});

test('a review that was deleted or altered is told as such, whichever version came first', async () => {
  await world.goTo('2026-04-02T11:00:00+08:00');
  const made = { cd_time: '2026-04-02 10:00:00', cd_operation: 'U' };
  await world.push([
    { ...reviewRow('R1'), ...made, satisfaction: '5' },
    { ...reviewRow('R2', { satisfaction: '5', window_no: 'A4' }) },
  ]);
  await world.push([reviewRow('R1'), { ...reviewRow('R2'), ...made, cd_operation: 'D' }]);
  const told = (await world.signals()).filter(({ rule }) => rule === 'RV-11');
  expect(told.map(({ subject, level }) => `${subject} ${level}`).sort()).toEqual([
    '115-reviews:R1 RED',
    '115-reviews:R2 RED',
  ]);
});

test('five bad reviews of one window are counted as they come, and fall when thirty days are over', async () => {
  for (const [index, day] of ['01', '02', '03', '07', '08'].entries()) {
    await world.goTo(`2026-04-${day}T11:00:00+08:00`);
    await world.push([reviewRow(`R${index}`, { staff_id: `${index}` }, `2026-04-${day} 10:00:00`)]);
  }
  await world.goTo('2026-05-09T00:00:00+08:00');
  const told = (await world.signals()).filter(({ subject }) => subject === `${AGENCY}:A3`);
  expect(told.map(({ level }) => level)).toEqual(['WARNING', 'YELLOW', 'RED', 'YELLOW', 'WARNING', 'NONE']);
  expect(told.at(-1)?.turnedAt).toBe('2026-05-07T02:00:00.000Z');
});

test('a review waits 48 hours for its work item, then counts as not linked; its channel is judged after that', async () => {
  await world.goTo('2026-04-01T11:00:00+08:00');
  await world.push(
    Array.from({ length: 20 }, (_, index) =>
      reviewRow(`R${index}`, { satisfaction: '5', staff_id: '', window_no: '' }),
    ),
  );
  const linked = Array.from({ length: 19 }, (_, index) => finished(`115:W-R${index}`, '2026-04-02T10:00:00'));
  await world.goTo('2026-04-02T12:00:00+08:00');
  await world.milestones('work-items milestones', linked);
  await world.goTo('2026-04-04T00:00:00+08:00');
  expect(await levels('RV-08')).toEqual([]);
  await world.goTo('2026-04-04T00:00:01+08:00');
  expect(await levels('RV-08')).toEqual(['WARNING 2026-04-03T16:00:00.001Z']);
});

test('other domains are told of a review when something changes that they may know', async () => {
  await world.goTo('2026-04-01T11:00:00+08:00');
  await world.push([reviewRow('R1', { detail_code: '104' })]);
  await world.push([ticketRow('R1', '2026-04-01 10:30:00')]);
  const invalid = {
    review_id: 'R1',
    decided_time: '2026-04-01 10:40:00',
    invalid_by: '1',
    reason: '2',
    evidence_no: 'E',
  };
  await world.push([row('review_invalidation', '2026-04-01 10:40:00', invalid)]);
  const told = (await world.told()).filter(({ kind }) => kind === 'review');
  expect(told.map(({ n, facts }) => ({ n, valid: facts.valid, closed: facts.closed }))).toEqual([
    { n: 1, valid: true, closed: false },
    { n: 2, valid: false, closed: true },
  ]);
  expect(told[0]?.facts).toMatchObject({ workItem: '115:W-R1', grade: 'DISSATISFIED', saysOverTime: true });
});

test('a system that pushes by the end of the next working day is judged when its rows must have come, and dated exactly', async () => {
  const later = { data_source: '116-reviews' };
  await world.goTo('2026-04-08T02:00:00+08:00');
  await world.push([
    { ...reviewRow('R1', later, '2026-04-07 08:50:00') },
    { ...ticketRow('R1', '2026-04-07 09:00:00'), ...later },
  ]);
  // The limit runs out on the 8th at 09:00; rows of the 8th are due by the end of the 9th.
  await world.goTo('2026-04-09T23:59:59+08:00');
  expect(await levels('RV-01')).toEqual(['WARNING 2026-04-07T08:00:00.000Z']);
  await world.goTo('2026-04-10T00:00:00+08:00');
  const [yellow] = (await world.signals()).filter(({ rule, level }) => rule === 'RV-01' && level === 'YELLOW');
  expect(yellow).toMatchObject({ turnedAt: '2026-04-08T01:00:00.001Z', knownAt: '2026-04-09T16:00:00.000Z' });
});
