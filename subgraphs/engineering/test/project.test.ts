import { describe, expect, test } from 'vitest';
import { approval, CODE, deriveProject, judged, LEAD, OTHER, project, type Row } from './derive-world.ts';

const done = (no: string, kind: string, stage: string, accepted: string, finished: string, more = {}): Row =>
  approval({
    approval_no: no,
    approval_kind: kind,
    stage,
    accepted_at: accepted,
    entered_at: accepted,
    finished_at: finished,
    outcome: 'GRANTED',
    ...more,
  });
const suspension = (no: string, from: string, to = ''): Row => ({
  table: 'eng_suspension',
  approval_no: no,
  project_code: CODE,
  suspension_kind: 'SPECIAL_PROCEDURE',
  from_at: from,
  to_at: to,
});

describe('what a project is', () => {
  test('nothing while only the register knows its code', () => {
    expect(deriveProject([{ table: 'eng_register', project_code: CODE, registered_at: '2026-03-01' }])).toBeNull();
  });
  test('its lead body’s once its own row has come, before that its first approval’s agency’s', () => {
    expect(deriveProject([project(), approval({ org_code: OTHER })])!.place).toEqual({
      agency: LEAD,
      division: '150105',
      department: 'housing',
      item: null,
    });
    expect(deriveProject([approval({ org_code: OTHER })])!.place).toMatchObject({ agency: OTHER, division: '150121' });
  });
  test('told to other domains only by its own row', () => {
    expect(deriveProject([approval()])!.milestone).toBeNull();
    expect(deriveProject([project(), approval()])!.milestone).toMatchObject({
      code: CODE,
      type: 'SMALL_PRIVATE',
      concludedAt: null,
    });
  });
  test('in the furthest stage that was reached, or concluded', () => {
    expect(deriveProject([project()])!.state).toBe('REGISTERED');
    expect(deriveProject([project(), approval()])!.state).toBe('CONSTRUCTION_PERMIT');
    expect(deriveProject([project({ concluded_at: '2026-05-01' }), approval()])!).toMatchObject({
      state: 'CONCLUDED',
      open: false,
    });
  });
});

describe('the total time (EP-01)', () => {
  test('turns one working day after 80 %, 100 % and 120 % of the cap of twenty', () => {
    const record = deriveProject([project(), approval()]);
    // Accepted on Monday 2 March 2026: the 17th working day is 25 March, the 20th 30 March, the 25th 7 April (6 April is off).
    expect(judged(record, 'EP-01', '2026-03-24 23:59:59')).toEqual([]);
    expect(judged(record, 'EP-01', '2026-03-25 00:00:00')).toEqual(['WARNING']);
    expect(judged(record, 'EP-01', '2026-03-30 23:59:59')).toEqual(['WARNING']);
    expect(judged(record, 'EP-01', '2026-03-31 00:00:00')).toEqual(['YELLOW']);
    expect(judged(record, 'EP-01', '2026-04-06 23:59:59')).toEqual(['YELLOW']);
    expect(judged(record, 'EP-01', '2026-04-07 00:00:00')).toEqual(['RED']);
  });
  test('counts parallel approvals once and leaves out what lies between and what is suspended', () => {
    const record = deriveProject([
      project({ project_type: 'SMALL_PRIVATE' }),
      done('A1', 'PROJECT_SETUP', 'LAND_USE_PLANNING', '2026-03-02 09:00:00', '2026-03-12 16:00:00'),
      done('A2', 'LAND_USE_PLANNING_PERMIT', 'LAND_USE_PLANNING', '2026-03-04 09:00:00', '2026-03-16 16:00:00'),
      done('A3', 'CONSTRUCTION_PERMIT', 'CONSTRUCTION_PERMIT', '2026-04-01 09:00:00', '2026-04-17 16:00:00'),
      suspension('A3', '2026-04-08 09:00:00', '2026-04-14 09:00:00'),
    ]);
    // 3–16 March 10, 2–17 April without 6 April 11, without [8, 14) April 4: 17 of 20.
    expect(judged(record, 'EP-01', '2026-04-16 23:59:59')).toEqual([]);
    expect(judged(record, 'EP-01', '2026-04-17 00:00:00')).toEqual(['WARNING']);
    expect(judged(record, 'EP-01', '2026-06-01 00:00:00')).toEqual(['WARNING']);
  });
  test('is unknown while the type of the project is', () => {
    expect(judged(deriveProject([approval()]), 'EP-01', '2026-03-03 09:00:00')).toEqual(['UNKNOWN']);
  });
});

test('a stage counts its own approvals only (EP-02)', () => {
  const record = deriveProject([
    project(),
    done('A1', 'PROJECT_SETUP', 'LAND_USE_PLANNING', '2026-03-02 09:00:00', '2026-03-05 16:00:00'),
    approval({ approval_no: 'A2', accepted_at: '2026-03-09 09:00:00' }),
  ]);
  expect(judged(record, 'EP-02', '2026-03-15 23:59:59')).toEqual([]);
  expect(judged(record, 'EP-02', '2026-03-16 00:00:00')).toEqual(['3 WARNING']);
  expect(judged(record, 'EP-02', '2026-03-17 00:00:00')).toEqual(['3 YELLOW']);
  expect(judged(record, 'EP-02', '2026-03-19 00:00:00')).toEqual(['3 RED']);
});

describe('the project register (EP-04)', () => {
  const unregistered = project({ registered_at: '' });
  test('warns of an open approval whose code is not found after a working day', () => {
    const record = deriveProject([unregistered, approval()]);
    expect(judged(record, 'EP-04', '2026-03-03 23:59:59')).toEqual([]);
    expect(judged(record, 'EP-04', '2026-03-04 00:00:00')).toEqual(['115-engineering:A1 WARNING']);
  });
  test('is asked also while the project’s own row is missing', () => {
    expect(judged(deriveProject([approval()]), 'EP-04', '2026-03-04 00:00:00')).toEqual(['115-engineering:A1 WARNING']);
  });
  test('knows a code by its own row or the project’s', () => {
    const register: Row = { table: 'eng_register', project_code: CODE, registered_at: '2026-03-01' };
    expect(judged(deriveProject([unregistered, approval(), register]), 'EP-04', '2026-05-01')).toEqual([]);
    expect(judged(deriveProject([project(), approval()]), 'EP-04', '2026-05-01')).toEqual([]);
  });
  test('finds a grant before the registration', () => {
    const granted = approval({ finished_at: '2026-03-03 16:00:00', outcome: 'GRANTED' });
    const record = deriveProject([project({ registered_at: '2026-03-05' }), granted]);
    expect(judged(record, 'EP-04', '2026-03-06')).toEqual(['115-engineering:A1 RED']);
  });
  test('is not asked for a code of the wrong form', () => {
    expect(judged(deriveProject([approval({ project_code: '2613-1-1' })], '2613-1-1'), 'EP-04', '2026-05-01')).toEqual(
      [],
    );
  });
});

describe('the order of stages (EP-06)', () => {
  const permit = done('A2', 'CONSTRUCTION_PERMIT', 'CONSTRUCTION_PERMIT', '2026-03-02 09:00:00', '2026-03-05 16:00:00');
  const planning = (finished: string) =>
    done('A1', 'ENGINEERING_PLANNING_PERMIT', 'ENGINEERING_PERMIT', '2026-02-24 09:00:00', finished);
  const exemption = (more = {}): Row => ({
    table: 'eng_exemption',
    approval_no: 'A2',
    project_code: CODE,
    predecessor_kind: 'ENGINEERING_PLANNING_PERMIT',
    exemption_kind: 'COMMITMENT',
    recorded_at: '2026-03-04 10:00:00',
    check_due_on: '2026-06-30',
    ...more,
  });
  const findings = (rows: readonly Row[], instant = '2026-06-01') =>
    judged(deriveProject(rows), 'EP-06', instant).filter((text) => text.startsWith('115-engineering:A2'));
  const MISSING = '115-engineering:A2:ENGINEERING_PLANNING_PERMIT';

  test('is kept by a predecessor granted before', () => {
    expect(findings([project(), planning('2026-03-04 16:00:00'), permit])).toEqual([]);
  });
  test('is broken at once, and gravely after three working days', () => {
    expect(findings([project(), permit], '2026-03-05 16:00:00')).toEqual([`${MISSING} YELLOW`]);
    expect(findings([project(), permit], '2026-03-10 23:59:59')).toEqual([`${MISSING} YELLOW`]);
    expect(findings([project(), permit], '2026-03-11 00:00:00')).toEqual([`${MISSING} RED`]);
  });
  test('stays yellow when the predecessor follows within three working days', () => {
    expect(findings([project(), planning('2026-03-10 16:00:00'), permit])).toEqual([`${MISSING} YELLOW`]);
    expect(findings([project(), planning('2026-03-11 09:00:00'), permit])).toEqual([`${MISSING} RED`]);
  });
  test('is not asked where an exemption was recorded in time with its later check', () => {
    expect(findings([project(), permit, exemption()])).toEqual([]);
    expect(findings([project(), permit, exemption({ recorded_at: '2026-03-05 16:00:01' })])).toEqual([
      `${MISSING} RED`,
    ]);
    expect(findings([project(), permit, exemption({ check_due_on: '' })])).toEqual([`${MISSING} RED`]);
    expect(findings([project(), permit, exemption({ predecessor_kind: 'DRAWING_REVIEW' })])).toEqual([
      `${MISSING} RED`,
    ]);
  });
  test('knows the types that need no such predecessor, and is unknown while the type is', () => {
    expect(
      findings([project({ project_type: 'ALTERATION' }), permit]).filter((text) => text.startsWith(MISSING)),
    ).toEqual([]);
    expect(findings([permit])).toContain(`${MISSING} UNKNOWN`);
  });
  test('takes a joint opinion for the completion acceptance', () => {
    const filing = done(
      'A2',
      'COMPLETION_FILING',
      'COMPLETION_ACCEPTANCE',
      '2026-03-10 09:00:00',
      '2026-03-12 16:00:00',
    );
    const joint: Row = {
      table: 'eng_joint_acceptance',
      project_code: CODE,
      acceptance_no: 'J1',
      accepted_at: '2026-03-02 09:00:00',
      opinion_at: '2026-03-09 09:00:00',
    };
    expect(findings([project(), filing, joint])).toEqual([]);
    expect(findings([project(), filing])).toEqual(['115-engineering:A2:COMPLETION_ACCEPTANCE RED']);
  });
});

test('a joint acceptance counts without rectification, also after its limit (EP-08)', () => {
  const joint: Row = {
    table: 'eng_joint_acceptance',
    project_code: CODE,
    acceptance_no: 'J1',
    accepted_at: '2026-03-02 09:00:00',
  };
  const pause: Row = {
    table: 'eng_rectification',
    project_code: CODE,
    acceptance_no: 'J1',
    from_at: '2026-03-20 09:00:00',
    to_at: '2026-04-20 09:00:00',
  };
  // The 12th working day is 18 March; 14 are used on 20 March; the other six of the twenty end on 28 April.
  const record = deriveProject([project(), joint, pause]);
  expect(judged(record, 'EP-08', '2026-03-16 23:59:59')).toEqual([]);
  expect(judged(record, 'EP-08', '2026-03-17 00:00:00')).toEqual(['J1 WARNING']);
  expect(judged(record, 'EP-08', '2026-03-19 00:00:00')).toEqual(['J1 YELLOW']);
  expect(judged(record, 'EP-08', '2026-04-28 23:59:59')).toEqual(['J1 YELLOW']);
  expect(judged(record, 'EP-08', '2026-04-29 00:00:00')).toEqual(['J1 RED']);
});
