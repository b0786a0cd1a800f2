import type { AggregateKind, AggregateView, Mark, MarkSums } from '@gnomon/records';
import { describe, expect, test } from 'vitest';
import { aggregates, isSuspicious } from '../src/aggregates.ts';
import { AGENCY, at, deriveWorld } from './derive-world.ts';

const LIMITS = { topReviewsOfOne: 5, quickMinimum: 30, quickShare: 0.6 };
const kindOf = (kind: string): AggregateKind => aggregates.find((one) => one.kind === kind) as AggregateKind;

/** Sums counted the plain way. */
function sumsOf(marks: readonly Omit<Mark, 'at'>[]): MarkSums {
  const named = (name: string) => marks.filter((mark) => mark.name === name);
  const keys = (name: string) => Object.values(Object.groupBy(named(name), ({ key }) => key ?? ''));
  return {
    count: (name) => named(name).length,
    sum: (name) => named(name).reduce((sum, { value = 1 }) => sum + value, 0),
    distinct: (name) => keys(name).length,
    most: (name) => Math.max(0, ...keys(name).map((some) => some?.length ?? 0)),
    values: (name) => named(name).map(({ value = 1 }) => value),
  };
}
const times = (count: number, name: string, key?: string): readonly Omit<Mark, 'at'>[] =>
  Array.from({ length: count }, () => (key === undefined ? { name } : { name, key }));

function viewOf(key: readonly string[], marks: readonly Omit<Mark, 'at'>[], more: Partial<AggregateView> = {}) {
  const sums = sumsOf(marks);
  const [startsAt, endsAt] = [at('2026-04-01T00:00:00'), at('2026-05-01T00:00:00')];
  const view = { key, startsAt, endsAt, at: endsAt, sums, before: async () => sums, world: deriveWorld(), ...more };
  return view as AggregateView;
}

describe('a day of a window', () => {
  test('is suspicious from the sixth top grade of one reviewer or of one telephone', () => {
    expect(isSuspicious(sumsOf(times(5, 'topOfReviewer', 'a')), LIMITS)).toBe(false);
    expect(isSuspicious(sumsOf(times(6, 'topOfReviewer', 'a')), LIMITS)).toBe(true);
    expect(isSuspicious(sumsOf(times(6, 'topOfPhone', 'a')), LIMITS)).toBe(true);
    expect(isSuspicious(sumsOf([...times(3, 'topOfPhone', 'a'), ...times(3, 'topOfPhone', 'b')]), LIMITS)).toBe(false);
  });
  test('is suspicious when more than 60 per cent of at least thirty reviews are quick and from one terminal', () => {
    const day = (reviews: number, quick: number, other = 0): MarkSums =>
      sumsOf([
        ...times(reviews, 'windowReview'),
        ...times(quick, 'quickReview', 'terminal-1'),
        ...times(other, 'quickReview', 'terminal-2'),
      ]);
    expect(isSuspicious(day(30, 18), LIMITS)).toBe(false);
    expect(isSuspicious(day(30, 19), LIMITS)).toBe(true);
    expect(isSuspicious(day(29, 29), LIMITS)).toBe(false);
    expect(isSuspicious(day(30, 15, 15), LIMITS)).toBe(false);
  });
  test('counts itself among the suspicious days of thirty', async () => {
    const [quiet, loud] = [sumsOf([]), sumsOf(times(6, 'topOfPhone', 'a'))];
    const facts = await kindOf('review-window-day').facts(
      viewOf([AGENCY, 'W1'], times(6, 'topOfPhone', 'a'), {
        daysBefore: async (count) => Array.from({ length: count }, (_, index) => (index > count - 4 ? loud : quiet)),
      }),
    );
    expect(facts).toMatchObject({ suspicious: true, suspiciousDays: 3, topOfOne: 6, instructed: false });
  });
});

describe('a month of an agency', () => {
  const factsOf = (marks: readonly Omit<Mark, 'at'>[], open: readonly string[] = []) =>
    kindOf('review-agency-month').facts(viewOf([AGENCY], marks, { world: deriveWorld(open) }));
  test('has rates with what they are formed of', async () => {
    const facts = await factsOf([
      ...times(4, 'callbackDue'),
      ...times(3, 'callbackDone'),
      ...times(10, 'followUp'),
      ...times(1, 'followUpBad'),
      ...times(8, 'badReview'),
      ...times(2, 'declaredInvalid'),
      ...times(100, 'validReview'),
      ...times(6, 'validBadReview'),
      ...times(1, 'unfounded'),
    ]);
    expect(facts).toMatchObject({
      ...{ callbacksDue: 4, callbackRate: 0.75, followUps: 10, followUpBadRate: 0.1, badReviews: 8, invalidRate: 0.25 },
      ...{ reviews: 100, badRate: 0.06, unfounded: 1, unfounded90Days: 1 },
    });
  });
  test('counts distinct items for what is open to review, and active reviews for each finished work item', async () => {
    const facts = await factsOf(
      [
        ...times(60, 'finishedItem', 'T1'),
        ...times(40, 'finishedItem', 'T2'),
        ...times(60, 'reviewableItem', 'T1'),
        ...times(7, 'activeReview'),
      ],
      ['T1'],
    );
    expect(facts).toMatchObject({ finishedItems: 100, reviewableRate: 0.5, activeRate: 0.07 });
  });
  test('knows nothing of what is open to review while no list is published, nor of shares of nothing', async () => {
    const facts = await factsOf(times(3, 'finishedItem', 'T1'));
    expect(facts?.reviewableRate).toBeUndefined();
    expect(facts?.callbackRate).toBeUndefined();
    expect(facts?.badRate).toBeUndefined();
  });
});

test('a channel is judged two days after its period, when its reviews must have their work items', async () => {
  const facts = await kindOf('review-channel-day').facts(
    viewOf(['115-reviews:QR_CODE'], [...times(20, 'channelReview'), ...times(1, 'channelDefect')]),
  );
  expect(facts).toMatchObject({ reviews: 20, defectRate: 0.05, settled: { due: at('2026-05-03T00:00:00') } });
});
