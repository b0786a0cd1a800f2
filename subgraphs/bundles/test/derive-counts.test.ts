import type { AggregateView, Mark, MarkSums } from '@gnomon/records';
import { describe, expect, test } from 'vitest';
import { AGGREGATES } from '../src/aggregates.ts';
import { bundleCase } from '../src/derive/bundle-case.ts';
import { bundleListing, wholeMonths } from '../src/derive/bundle-listing.ts';
import { singleItem } from '../src/derive/single-item.ts';
import { at, BUNDLE, CASE, caseDocument, deriveWorld, kept } from './pure-world.ts';

const [A, B, C] = ['000131001001', '000131002001', '000131003001'] as const;
const world = deriveWorld();
const marksOf = (document: Parameters<typeof bundleCase.derive>[0]): readonly string[] =>
  (bundleCase.derive(document, CASE, world)?.marks ?? []).map(({ name }) => name);

describe('pairs that could have run in parallel (OT-09)', () => {
  const worked = (from: string, to: string, created = '2026-04-01 09:00:00') => ({
    created_time: created,
    started_time: from,
    ended_time: to,
    child_result: 'DONE',
  });
  const pairs = (a: object, b: object) =>
    marksOf(caseDocument({ children: { [A]: { ...a }, [B]: { ...b } } })).filter((name) => name.includes('pair'));
  test('overlap: one pair, not serial', () => {
    expect(
      pairs(worked('2026-04-01 10:00:00', '2026-04-03 10:00:00'), worked('2026-04-02 10:00:00', '2026-04-07 10:00:00')),
    ).toEqual(['pair']);
  });
  test('the second begun only when the first had ended: serial', () => {
    expect(
      pairs(worked('2026-04-01 10:00:00', '2026-04-03 10:00:00'), worked('2026-04-03 10:00:00', '2026-04-07 10:00:00')),
    ).toEqual(['pair', 'serial-pair']);
  });
  test('a child created only after the other ended never waited: no pair', () => {
    expect(
      pairs(
        worked('2026-04-01 10:00:00', '2026-04-03 10:00:00'),
        worked('2026-04-07 10:00:00', '2026-04-08 10:00:00', '2026-04-03 10:00:00'),
      ),
    ).toEqual([]);
  });
  test('a child that depends on the other is no pair with it', () => {
    const document = caseDocument({
      children: {
        [A]: worked('2026-04-01 10:00:00', '2026-04-03 10:00:00'),
        [B]: null,
        [C]: worked('2026-04-03 11:00:00', '2026-04-07 10:00:00'),
      },
    });
    expect(marksOf(document).filter((name) => name.includes('pair'))).toEqual([]);
  });
});

describe('a bundle on the list of a place (OT-10)', () => {
  const listing = (values: Readonly<Record<string, string | null>>) =>
    bundleListing.derive(
      {
        state: [
          kept('bundle_list_state', 'L', {
            division_code: '1501',
            bundle_code: BUNDLE,
            list_date: '2026-03-15 00:00:00',
            ...values,
          }),
        ],
      },
      `1501:${BUNDLE}`,
      world,
    )?.marks ?? [];
  const inMonth = (marks: readonly Mark[], month: string) =>
    marks
      .filter(({ at: instant }) => new Date(instant + 28_800_000).toISOString().startsWith(month))
      .map(({ name, value }) => `${name} ${value}`);
  test('counts in every month from its date', () => {
    const marks = listing({});
    expect(marks).toHaveLength(36);
    expect(inMonth(marks, '2026-03')).toEqual(['listed 0']);
    expect(inMonth(marks, '2026-04')).toEqual(['listed 1']);
    expect(inMonth(marks, '2026-06')).toEqual(['listed 3']);
  });
  test('is open in the months at whose end it was', () => {
    const marks = listing({ opened_time: '2026-04-01 00:00:00', closed_time: '2026-06-20 00:00:00' });
    expect(inMonth(marks, '2026-04')).toEqual(['listed 1', 'open 1']);
    expect(inMonth(marks, '2026-05')).toEqual(['listed 2', 'open 2']);
    expect(inMonth(marks, '2026-06')).toEqual(['listed 3']);
  });
  test('leaves the list with its last day', () => {
    expect(listing({ valid_to: '2026-05-31 00:00:00' })).toHaveLength(3);
  });
  test('months are whole from the same day on', () => {
    expect(wholeMonths(at('2026-03-01 00:00:00'), at('2026-04-01 00:00:00'))).toBe(1);
    expect(wholeMonths(at('2026-03-01 10:00:00'), at('2026-04-01 00:00:00'))).toBe(1);
    expect(wholeMonths(at('2026-03-02 00:00:00'), at('2026-04-01 00:00:00'))).toBe(0);
    expect(wholeMonths(at('2025-12-02 00:00:00'), at('2026-04-01 00:00:00'))).toBe(3);
  });
});

describe('a work item handled singly', () => {
  const item = (values: Readonly<Record<string, string | null>>) =>
    (
      singleItem.derive(
        {
          item: [
            kept('work_item_milestone', 'i', {
              id: '115:W',
              item: `11150121011597010A3${A}`,
              agency: 'X',
              division: '150121',
              appliedAt: '2026-04-01 09:00:00',
              finishedAt: '2026-04-02 09:00:00',
              ...values,
            }),
          ],
        },
        '115:W',
        world,
      )?.marks ?? []
    ).map(({ name, division, group }) => `${name} ${division} ${group}`);
  test('counts for every place above it, for the bundles that list its item', () => {
    expect(item({})).toEqual([`single 150121 ${BUNDLE}`, `single 1501 ${BUNDLE}`, `single 15 ${BUNDLE}`]);
  });
  test('does not count while open, as a child, or when no bundle lists it', () => {
    expect(item({ finishedAt: null })).toEqual([]);
    expect(item({ bundleNo: '115-bundles:YJS-1' })).toEqual([]);
    expect(item({ item: '000131999999' })).toEqual([]);
  });
});

describe('what months come to', () => {
  const sums = (counts: Readonly<Record<string, number>>): MarkSums => ({
    count: (name) => counts[name] ?? 0,
    sum: (name) => counts[name] ?? 0,
    distinct: () => 0,
    most: () => 0,
    values: () => [],
  });
  const view = (key: readonly string[], now: MarkSums, before: (days: number) => MarkSums): AggregateView => ({
    key,
    startsAt: at('2026-05-01 00:00:00'),
    endsAt: at('2026-06-01 00:00:00'),
    at: at('2026-06-01 00:00:00'),
    sums: now,
    before: async (days) => before(days),
    total: async () => sums({}),
    daysBefore: async () => [],
    peers: async () => [],
    world,
  });
  const kind = (name: string) => AGGREGATES.find((one) => one.kind === name)!;
  test('a share without anything to divide by is unknown', async () => {
    const facts = await kind('bundle-agency-month').facts(
      view(['X'], sums({ accepted: 20, 'several-notices': 2 }), () => sums({})),
    );
    expect(facts).toMatchObject({ acceptedBundles: 20, severalNoticeRate: 0.1, pairs: 0, serialRate: undefined });
  });
  test('three months reach from the first of the month two before', async () => {
    const asked: number[] = [];
    const facts = await kind('bundle-division-month').facts(
      view(['1501', BUNDLE], sums({ listed: 2, open: 1, finished: 0 }), (days) => {
        asked.push(days);
        return sums({ finished: 1, single: 31 });
      }),
    );
    expect(asked).toEqual([92]);
    expect(facts).toMatchObject({
      openForApplication: true,
      monthsListed: 2,
      monthsOpen: 1,
      finishedBundles3Months: 1,
      singleItems3Months: 31,
    });
  });
});
