import { type Clock, expiredFrom } from '@gnomon/working-time';
import { describe, expect, test } from 'vitest';
import { caseAsOf } from '../src/derive/case-as-of.ts';
import {
  at,
  calendars,
  caseDocument,
  columnsOf,
  deriveWorld,
  factsOf,
  findings,
  kept,
  LEAD,
  LISTED,
  listKey,
  OTHER,
} from './pure-world.ts';

const [A, B, C, D] = ['000131001001', '000131002001', '000131003001', '000131004001'] as const;
const ended = (time: string) => ({ ended_time: time, child_result: 'DONE' });
const finishedMain = {
  state: 'FINISHED',
  state_time: '2026-04-08 16:00:00',
  finish_time: '2026-04-08 16:00:00',
  delivered_time: '2026-04-08 16:30:00',
};
const finishedChildren = {
  [A]: ended('2026-04-03 11:00:00'),
  [B]: ended('2026-04-03 16:00:00'),
  [C]: {
    dispatched_time: '2026-04-03 11:20:00',
    signed_time: '2026-04-03 11:40:00',
    started_time: '2026-04-03 15:00:00',
    ...ended('2026-04-08 15:00:00'),
  },
};
const turns = (clock: unknown): number => expiredFrom(calendars.base, clock as Clock);

describe('a bundle that is handled as published', () => {
  test('draws nothing, at any time', () => {
    const document = caseDocument({ main: finishedMain, children: finishedChildren });
    for (const now of ['2026-04-01 12:00:00', '2026-04-08 17:00:00', '2026-06-30 00:00:00'])
      expect(findings(document, now)).toEqual([]);
  });
  test('is over with the last of its results, its closing and its delivery', () => {
    expect(factsOf(caseDocument({ main: finishedMain, children: finishedChildren }))).toMatchObject({
      open: false,
      promise: { stoppedAt: at('2026-04-08 16:30:00') },
    });
    const undelivered = { ...finishedMain, delivered_time: null };
    expect(factsOf(caseDocument({ main: undelivered, children: finishedChildren })).open).toBe(true);
    const nothingToDeliver = { ...undelivered, needs_delivery: false };
    expect(factsOf(caseDocument({ main: nothingToDeliver, children: finishedChildren })).open).toBe(false);
  });
});

describe('the limit of the whole (OT-01)', () => {
  test('is the published one: accepted Wednesday 1 April, nine working days over Qingming end on 15 April', () => {
    expect(turns(factsOf(caseDocument({})).promise)).toBe(at('2026-04-16 00:00:00'));
  });
  test('is the critical path where the list names none: five and three after it, not thirteen', () => {
    const { promise_limit: _, ...unlimited } = LISTED.bundle_list?.[listKey()] ?? {};
    const world = deriveWorld({ ...LISTED, bundle_list: { [listKey()]: unlimited } });
    expect(factsOf(caseDocument({}), world).promise).toMatchObject({ limit: 8 });
  });
  test('is unknown without a list', () => {
    expect(factsOf(caseDocument({}), deriveWorld({})).promise).toBeUndefined();
    expect(findings(caseDocument({}), '2026-06-01 00:00:00', deriveWorld({}))).toContain('OT-01 UNKNOWN');
  });
  test('stops only while every child without a result is suspended', () => {
    const stop = (code: string, from: string, to: string | null) =>
      kept('bundle_suspension', `S${code}`, { child_code: code, suspend_time: from, resume_time: to });
    const one = caseDocument({
      parts: { suspensions: [stop(A, '2026-04-02 09:00:00', '2026-04-08 09:00:00')] },
    });
    expect(turns(factsOf(one).promise)).toBe(at('2026-04-16 00:00:00'));
    const all = caseDocument({
      parts: {
        suspensions: [
          stop(A, '2026-04-02 09:00:00', '2026-04-08 09:00:00'),
          stop(B, '2026-04-03 09:00:00', '2026-04-09 09:00:00'),
          stop(C, '2026-04-01 10:00:00', '2026-04-10 09:00:00'),
        ],
      },
    });
    // All three stand still from 3 to 8 April: the working days 3 and 7 (4 to 6 are Qingming).
    expect(turns(factsOf(all).promise)).toBe(at('2026-04-18 00:00:00'));
    const forGood = caseDocument({
      parts: {
        suspensions: [
          stop(A, '2026-04-02 09:00:00', null),
          stop(B, '2026-04-03 09:00:00', null),
          stop(C, '2026-04-01 10:00:00', null),
        ],
      },
    });
    expect(turns(factsOf(forGood).promise)).toBe(Number.POSITIVE_INFINITY);
  });
  test('an ended child does not keep it running', () => {
    const document = caseDocument({
      children: { [A]: ended('2026-04-02 09:00:00'), [B]: ended('2026-04-02 09:00:00') },
      parts: {
        suspensions: [
          kept('bundle_suspension', 'S', {
            child_code: C,
            suspend_time: '2026-04-03 09:00:00',
            resume_time: '2026-04-08 09:00:00',
          }),
        ],
      },
    });
    expect(turns(factsOf(document).promise)).toBe(at('2026-04-18 00:00:00'));
  });
});

describe('a child (OT-02)', () => {
  test('is judged by the shorter of its own promise and its slot in the plan', () => {
    const own = caseDocument({ children: { [A]: { promise_limit: 3 }, [B]: { promise_limit: 12 } } });
    expect(factsOf(own).children).toMatchObject([{ clock: { limit: 3 } }, { clock: { limit: 5 } }, {}]);
  });
  test('counts from the acceptance of its work item and ends with it', () => {
    const document = caseDocument({
      children: { [A]: { project_source: '115', project_no: 'W-1' } },
      parts: {
        items: [
          kept('work_item_milestone', 'work-item:115:W-1', {
            id: '115:W-1',
            state: 'FINISHED',
            outcome: 'GRANTED',
            appliedAt: '2026-04-01 09:00:00',
            acceptedAt: '2026-04-02 09:00:00',
            finishedAt: '2026-04-08 10:00:00',
            notices: 0,
            suspendedWorkdays: 2,
          }),
        ],
      },
    });
    const [first] = factsOf(document).children as readonly { clock: Clock; open: boolean }[];
    expect(first?.open).toBe(false);
    expect(first?.clock.stoppedAt).toBe(at('2026-04-08 10:00:00'));
    // Five working days from 2 April are 3, 7, 8, 9 and 10 April, and the two that the work item tells as suspended.
    expect(expiredFrom(calendars.base, { ...(first?.clock as Clock), stoppedAt: null })).toBe(
      at('2026-04-15 00:00:00'),
    );
  });
  test('that is late by its slot is yellow; once the bundle runs out of time with it, red', () => {
    const document = caseDocument({ children: { [B]: ended('2026-04-03 10:00:00') } });
    expect(findings(document, '2026-04-10 00:00:00')).toContain(`OT-02/${A} YELLOW`);
    expect(findings(document, '2026-04-15 23:59:59')).toContain(`OT-02/${A} YELLOW`);
    expect(findings(document, '2026-04-16 00:00:00')).toEqual(['OT-01 YELLOW', `OT-02/${A} RED`]);
  });
  test('with a work item of which nothing was heard leaves the states unknown', () => {
    const document = caseDocument({ children: { [A]: { project_no: 'W-1' } } });
    expect(factsOf(document).consistent).toBeUndefined();
  });
});

describe('states of bundle and children (OT-03)', () => {
  test('a child that is worked at while its bundle is only accepted: since that child began', () => {
    const document = caseDocument({ main: { state: 'ACCEPTED', state_time: '2026-04-01 09:00:00' } });
    expect(factsOf(document)).toMatchObject({ consistent: false, inconsistentSince: at('2026-04-01 10:00:00') });
    expect(findings(document, '2026-04-01 14:30:00')).toEqual([]);
    expect(findings(document, '2026-04-01 14:30:01')).toEqual(['OT-03 WARNING']);
    expect(findings(document, '2026-04-03 00:00:00')).toContain('OT-03 YELLOW');
  });
  test('all ended while the bundle says it is under way: since the last end', () => {
    const document = caseDocument({
      main: { state: 'PARTLY_DONE', state_time: '2026-04-03 11:00:00' },
      children: finishedChildren,
    });
    expect(factsOf(document)).toMatchObject({ consistent: false, inconsistentSince: at('2026-04-08 15:00:00') });
  });
  test('finished with an open mandatory child speaks as OT-04, not twice', () => {
    const document = caseDocument({
      main: finishedMain,
      children: { ...finishedChildren, [C]: { ...finishedChildren[C], ended_time: null } },
    });
    expect(findings(document, '2026-04-09 12:00:00')).toContain('OT-04 YELLOW');
    expect(findings(document, '2026-04-09 12:00:00')).not.toContain('OT-03 WARNING');
  });
  test('an earlier look finds the state of the version then in force', () => {
    const document = caseDocument({
      main: finishedMain,
      mainMore: {
        t: at('2026-04-08 16:00:00'),
        o: [
          {
            t: at('2026-04-01 10:00:00'),
            h: 'old',
            r: at('2026-04-01 10:00:00'),
            c: columnsOf('bundle_case', { state: 'IN_PROGRESS', state_time: '2026-04-01 10:00:00' }),
          },
        ],
      },
      children: finishedChildren,
    });
    expect(factsOf(caseAsOf(document, at('2026-04-02 10:00:00')))).toMatchObject({
      state: 'IN_PROGRESS',
      finished: false,
      consistent: true,
      children: [{ open: true }, { open: true }, { open: true }],
    });
  });
});

describe('closing (OT-04)', () => {
  const late = { ...finishedChildren, [C]: { ...finishedChildren[C], ...ended('2026-04-09 10:00:00') } };
  test('with a child that gets its result on the next working day stays yellow', () => {
    const document = caseDocument({ main: finishedMain, children: late });
    expect(findings(document, '2026-04-30 00:00:00')).toContain('OT-04 YELLOW');
  });
  test('that is not put right by then is red', () => {
    const never = { ...finishedChildren, [C]: { ...finishedChildren[C], ended_time: null } };
    expect(findings(caseDocument({ main: finishedMain, children: never }), '2026-04-10 00:00:00')).toContain(
      'OT-04 RED',
    );
  });
  test('that was taken back is remembered, and put right by that', () => {
    const document = caseDocument({
      mainMore: {
        t: at('2026-04-02 10:00:00'),
        o: [
          {
            t: at('2026-04-01 16:00:00'),
            h: 'old',
            r: at('2026-04-01 16:00:00'),
            c: columnsOf('bundle_case', { state: 'FINISHED', finish_time: '2026-04-01 16:00:00' }),
          },
        ],
      },
      main: { state_time: '2026-04-02 10:00:00' },
    });
    expect(factsOf(document)).toMatchObject({
      openAtClosing: 3,
      correction: { stoppedAt: at('2026-04-02 10:00:00') },
    });
    expect(findings(document, '2026-04-08 00:00:00')).toContain('OT-04 YELLOW');
  });
});

describe('versions of a case', () => {
  const version = (time: string, values: Readonly<Record<string, string>>) => ({
    t: at(time),
    h: time,
    r: at(time),
    c: columnsOf('bundle_case', values),
  });
  test('closed too soon, opened again and closed right: the first closing stays to be answered for', () => {
    const document = caseDocument({
      main: finishedMain,
      mainMore: {
        t: at('2026-04-08 16:30:00'),
        o: [
          version('2026-04-08 16:00:00', { state: 'FINISHED', finish_time: '2026-04-08 16:00:00' }),
          version('2026-04-02 10:00:00', { state: 'IN_PROGRESS', state_time: '2026-04-02 10:00:00' }),
          version('2026-04-01 16:00:00', { state: 'FINISHED', finish_time: '2026-04-01 16:00:00' }),
        ],
      },
      children: finishedChildren,
    });
    expect(factsOf(document)).toMatchObject({
      closed: true,
      openAtClosing: 3,
      correction: { stoppedAt: at('2026-04-02 10:00:00') },
    });
    expect(findings(document, '2026-04-30 00:00:00')).toEqual(['OT-04 YELLOW']);
    // Looked at before all that, nothing of it is known.
    expect(factsOf(caseAsOf(document, at('2026-04-01 12:00:00')))).toMatchObject({ closed: false, openAtClosing: 0 });
  });
  test('a work item is looked at with the word that it had given by then', () => {
    const word = (time: string, state: string) => ({
      t: at(time),
      h: time,
      r: at(time),
      c: columnsOf('work_item_milestone', { id: '115:W-1', state, appliedAt: '2026-04-01 09:00:00' }),
    });
    const item = kept(
      'work_item_milestone',
      'i',
      {
        id: '115:W-1',
        state: 'FINISHED',
        outcome: 'GRANTED',
        appliedAt: '2026-04-01 09:00:00',
        acceptedAt: '2026-04-01 09:40:00',
        finishedAt: '2026-04-03 10:00:00',
      },
      {
        t: at('2026-04-03 10:05:00'),
        o: [word('2026-04-01 09:45:00', 'ACCEPTED'), word('2026-04-02 11:00:00', 'IN_REVIEW')],
      },
    );
    const document = caseDocument({
      main: { state: 'ACCEPTED', state_time: '2026-04-01 09:00:00' },
      children: {
        [A]: { project_source: '115', project_no: 'W-1', started_time: null },
        [B]: { started_time: null },
      },
      parts: { items: [item] },
    });
    const asOf = (time: string) => factsOf(caseAsOf(document, at(time)));
    expect(asOf('2026-04-02 10:00:00')).toMatchObject({ consistent: true });
    expect(asOf('2026-04-02 12:00:00')).toMatchObject({
      consistent: false,
      inconsistentSince: at('2026-04-02 11:00:00'),
    });
    expect(factsOf(document)).toMatchObject({ consistent: false, inconsistentSince: at('2026-04-02 11:00:00') });
  });
});

describe('dispatch and sign-in (OT-05)', () => {
  test('a child that waits for another is not owed', () => {
    expect(factsOf(caseDocument({})).children).toMatchObject([{}, {}, { dispatchOwed: false }]);
  });
  test('it is owed from the end of that one', () => {
    const document = caseDocument({ children: { [A]: ended('2026-04-02 09:00:00') } });
    expect(findings(document, '2026-04-02 11:00:00')).toEqual([]);
    expect(findings(document, '2026-04-02 11:00:01')).toContain(`OT-05/${C} WARNING`);
  });
  test('a sign-in that came late keeps its level; handling without a sign-in counts as one', () => {
    const late = caseDocument({
      children: { [A]: { signed_time: '2026-04-03 09:00:00', started_time: '2026-04-03 09:00:00' } },
    });
    expect(findings(late, '2026-04-03 10:00:00')).toContain(`OT-05/${A} YELLOW`);
    const unsaid = caseDocument({ children: { [A]: { signed_time: null } } });
    expect(findings(unsaid, '2026-04-03 10:00:00')).toEqual([]);
  });
});

describe('children that the list asks for (OT-06)', () => {
  test('are those of the chosen scenario', () => {
    const ids = (scenario: string) =>
      (factsOf(caseDocument({ main: { scenario } })).expected as readonly { id: string }[]).map(({ id }) => id);
    expect(ids('')).toEqual([A, B, C]);
    expect(ids('X')).toEqual([A, B, C, D]);
    expect(ids('Y')).toEqual([A, B, C]);
    expect(ids('Z、Y')).toEqual([A, B, C, D]);
  });
  test('one that was not created: warning, yellow, red when the bundle was closed', () => {
    const open = caseDocument({ main: { scenario: 'X' } });
    expect(findings(open, '2026-04-01 15:30:00')).toEqual([]);
    expect(findings(open, '2026-04-01 15:30:01')).toEqual([`OT-06/${D} WARNING`]);
    expect(findings(open, '2026-04-03 00:00:00')).toEqual([`OT-06/${D} YELLOW`]);
    const closed = caseDocument({ main: { ...finishedMain, scenario: 'X' }, children: finishedChildren });
    expect(findings(closed, '2026-04-08 17:00:00')).toEqual([`OT-06/${D} RED`]);
  });
  test('a list that names a child without describing it leaves them unknown', () => {
    const { [listKey(D)]: _, ...children } = LISTED.bundle_list_child ?? {};
    expect(factsOf(caseDocument({}), deriveWorld({ ...LISTED, bundle_list_child: children })).expected).toBeUndefined();
  });
});

describe('supplement notices (OT-07)', () => {
  const notice = (guid: string, time: string, agency: string, code: string | null = null) =>
    kept('bundle_notice', guid, { sent_time: time, agency, child_code: code });
  const notices = (...rows: readonly ReturnType<typeof notice>[]) =>
    factsOf(caseDocument({ main: { accept_time: '2026-04-03 09:00:00' }, parts: { notices: rows } }));
  test('before acceptance count, later ones do not', () => {
    const first = notice('1', '2026-04-01 15:00:00', LEAD);
    expect(notices(first, notice('2', '2026-04-03 09:00:00', OTHER))).toMatchObject({
      notices: 1,
      noticesOfSeveralAgencies: false,
    });
  });
  test('of two agencies are a matter of their own only on different days', () => {
    const first = notice('1', '2026-04-01 15:00:00', LEAD);
    expect(notices(first, notice('2', '2026-04-01 16:00:00', OTHER))).toMatchObject({
      notices: 2,
      noticesOfSeveralAgencies: false,
    });
    expect(notices(first, notice('2', '2026-04-02 16:00:00', OTHER))).toMatchObject({
      notices: 2,
      noticesOfSeveralAgencies: true,
    });
    expect(notices(first, notice('2', '2026-04-02 16:00:00', LEAD))).toMatchObject({
      notices: 2,
      noticesOfSeveralAgencies: false,
    });
  });
  test('that platform and work item both tell are one', () => {
    const item = kept('work_item_milestone', 'i', {
      id: '115:W-1',
      state: 'SUPPLEMENT_REQUIRED',
      appliedAt: '2026-04-01 09:00:00',
      notices: 2,
      firstNoticeAt: '2026-04-01 15:00:00',
    });
    const document = (rows: readonly ReturnType<typeof notice>[]) =>
      caseDocument({
        main: { accept_time: null, state: 'SUPPLEMENT_REQUIRED' },
        children: { [A]: { project_source: '115', project_no: 'W-1' } },
        parts: { items: [item], notices: rows },
      });
    expect(factsOf(document([])).notices).toBe(2);
    expect(factsOf(document([notice('1', '2026-04-01 15:00:00', LEAD, A)])).notices).toBe(2);
    expect(factsOf(document([notice('1', '2026-04-01 15:00:00', LEAD, B)])).notices).toBe(3);
  });
});

describe('materials (OT-08)', () => {
  const request = (guid: string, material: string, available: boolean | null, more = {}) =>
    kept('bundle_material_request', guid, {
      material_id: material,
      agency: LEAD,
      requested_time: `2026-04-0${guid} 10:00:00`,
      available,
      ...more,
    });
  const needless = (...requests: readonly ReturnType<typeof request>[]) =>
    factsOf(caseDocument({ parts: { requests } })).needlessRequests;
  test('asked for once and not to be had otherwise are right', () => {
    expect(needless(request('1', 'M-1', false), request('2', 'M-2', false))).toBe(0);
  });
  test('asked for again, or to be had by sharing, count once each', () => {
    expect(needless(request('1', 'M-1', false), request('2', 'M-1', false), request('3', 'M-1', true))).toBe(2);
    expect(needless(request('1', 'M-1', true))).toBe(1);
  });
  test('the list says what can be shared where the row does not; what neither knows is unknown', () => {
    expect(needless(request('1', 'M-SHARED', null))).toBe(1);
    expect(needless(request('1', 'M-OWN', null))).toBe(0);
    expect(needless(request('1', 'M-9', null))).toBeUndefined();
  });
  test("the applicant's word makes a needless one grave", () => {
    const document = caseDocument({ parts: { requests: [request('1', 'M-1', true, { applicant_confirmed: true })] } });
    expect(findings(document, '2026-04-01 15:00:00')).toEqual(['OT-08 RED']);
  });
});
