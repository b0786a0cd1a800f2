import { describe, expect, test } from 'vitest';
import { BUNDLE_STATES, type BundleState, type ChildState, isAllowed } from '../src/derive/state-matrix.ts';

const STATES = ['SUBMITTED', 'SUPPLEMENT', 'ACCEPTED', 'RUNNING', 'DONE', 'REFUSED', 'WITHDRAWN'] as const;
const quiet = { missing: 0, applicantWithdrew: false };
const child = (state: ChildState, mandatory = true) => ({ state, mandatory });

/** The allowed states of a single mandatory child; the compiler finds a state that is left out. */
const ALONE: Readonly<Record<BundleState, readonly ChildState[]>> = {
  SUBMITTED: ['SUBMITTED'],
  SUPPLEMENT_REQUIRED: ['SUBMITTED', 'SUPPLEMENT'],
  ACCEPTED: ['SUBMITTED', 'ACCEPTED'],
  DISPATCHING: ['SUBMITTED', 'ACCEPTED'],
  IN_PROGRESS: ['SUBMITTED', 'SUPPLEMENT', 'ACCEPTED', 'RUNNING'],
  PARTLY_DONE: [],
  FINISHED: ['DONE', 'REFUSED'],
  TERMINATED: ['REFUSED'],
};

describe.each(BUNDLE_STATES)('a bundle that is %s', (state) => {
  test('allows exactly the listed states of a single mandatory child', () => {
    expect(STATES.filter((one) => isAllowed(state, [child(one)], quiet))).toEqual(ALONE[state]);
  });
});

describe('several children', () => {
  test('under way needs one without a result, partly done one with and one without', () => {
    const mixed = [child('DONE'), child('RUNNING')];
    const ended = [child('DONE'), child('REFUSED')];
    expect(isAllowed('IN_PROGRESS', mixed, quiet)).toBe(true);
    expect(isAllowed('PARTLY_DONE', mixed, quiet)).toBe(true);
    expect(isAllowed('IN_PROGRESS', ended, quiet)).toBe(false);
    expect(isAllowed('PARTLY_DONE', ended, quiet)).toBe(false);
  });
  test('a mandatory child that was not created has no result', () => {
    const missing = { ...quiet, missing: 1 };
    expect(isAllowed('IN_PROGRESS', [child('DONE')], missing)).toBe(true);
    expect(isAllowed('PARTLY_DONE', [child('DONE')], missing)).toBe(true);
    expect(isAllowed('PARTLY_DONE', [], missing)).toBe(false);
  });
  test('a finished bundle may have a withdrawn child only where it was optional', () => {
    expect(isAllowed('FINISHED', [child('DONE'), child('WITHDRAWN', false)], quiet)).toBe(true);
    expect(isAllowed('FINISHED', [child('DONE'), child('WITHDRAWN')], quiet)).toBe(false);
    expect(isAllowed('FINISHED', [child('DONE'), child('RUNNING', false)], quiet)).toBe(false);
  });
  test('a terminated one needs a refused mandatory child or the applicant, and nothing still open', () => {
    const withdrawn = [child('WITHDRAWN'), child('DONE')];
    expect(isAllowed('TERMINATED', withdrawn, quiet)).toBe(false);
    expect(isAllowed('TERMINATED', withdrawn, { ...quiet, applicantWithdrew: true })).toBe(true);
    expect(isAllowed('TERMINATED', [child('REFUSED', false), child('DONE')], quiet)).toBe(false);
    expect(isAllowed('TERMINATED', [child('REFUSED'), child('RUNNING')], { ...quiet, applicantWithdrew: true })).toBe(
      false,
    );
  });
  test('without any child there is nothing to contradict, but a termination without its reason', () => {
    expect(BUNDLE_STATES.filter((state) => isAllowed(state, [], quiet))).toEqual(
      BUNDLE_STATES.filter((state) => state !== 'PARTLY_DONE' && state !== 'TERMINATED'),
    );
  });
});
