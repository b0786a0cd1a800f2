import type { Intake } from '@gnomon/records';
import { openFeed, relayOnce } from '@gnomon/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCodeSystems } from '../src/code-systems.ts';
import { MILESTONE_ENTRY_TYPE, MILESTONE_STREAM, type Milestone } from '../src/milestones.ts';
import { readRow } from '../src/read-row.ts';
import { AGENCY, acceptRow, ITEM, item, openWorld, resultRow, row, stepRow, type TestWorld, viewer } from './world.ts';

const at = (text: string): number => Date.parse(`${text}+08:00`);
let world: TestWorld;
beforeEach(async () => {
  world = await openWorld('2024-09-23T10:00:00+08:00');
});
afterEach(() => world?.close());

async function told(of: TestWorld = world): Promise<readonly Milestone[]> {
  await relayOnce(of.database);
  const entries = await openFeed(of.database).read(MILESTONE_STREAM, null, 1_000);
  expect(entries.every(({ type }) => type === MILESTONE_ENTRY_TYPE)).toBe(true);
  return entries.flatMap(({ payload }) => (payload as { milestones: Milestone[] }).milestones);
}
const of = async (no: string): Promise<readonly Milestone[]> => (await told()).filter(({ id }) => id === `115:${no}`);

describe('the milestones of a work item', () => {
  test('say what others may know, from application to the end', async () => {
    await world.push([
      acceptRow('M1', {
        place_id: '150105-c',
        window_no: '07',
        bundle_no: 'B-9',
        project_code: '2024-150105-47-01-000001',
      }),
    ]);
    const [first] = await of('M1');
    expect(first).toEqual({
      kind: 'work-item',
      id: '115:M1',
      at: at('2024-09-23T10:00:00'),
      n: 1,
      source: '115',
      agency: AGENCY,
      division: '150105',
      item: ITEM,
      facts: {
        no: 'M1',
        state: 'ACCEPTED',
        outcome: null,
        kind: 'PROMISE',
        channel: 'WINDOW',
        itemVersion: '1',
        appliedAt: at('2024-09-23T08:40:00'),
        receivedAt: at('2024-09-23T08:40:00'),
        acceptedAt: at('2024-09-23T09:00:00'),
        decidedAt: null,
        finishedAt: null,
        withdrawnAt: null,
        promiseWorkdays: 5,
        suspendedWorkdays: 0,
        overPromise: null,
        overStatutory: null,
        licenceNo: null,
        licenceName: null,
        hasResult: null,
        projectCode: '2024-150105-47-01-000001',
        bundleNo: 'B-9',
        applicantKey: expect.stringMatching(/^[0-9a-f]{16}$/),
        free: true,
        feePaid: 0,
        paidAt: null,
        notices: 0,
        firstNoticeAt: null,
        place: '150105-c',
        windowNo: '07',
      },
    });
    world.time.set('2024-09-30T11:00:00+08:00');
    await world.push([
      resultRow('M1', '2024-09-30 09:00:00', {
        is_delivery_results: '1',
        result_cetr_no: 'Z-1',
        result_cetr_name: '测试许可证',
        decision_date: '2024-09-29 15:00:00',
      }),
      row('up_pro_payment', 'M1', { payment_no: 'P1', amount: 120.5, pay_time: '2024-09-24 09:00:00' }),
    ]);
    expect((await of('M1'))[1]).toMatchObject({
      n: 2,
      at: at('2024-09-30T11:00:00'),
      facts: {
        state: 'DECIDED_GRANTED',
        outcome: 'GRANTED',
        decidedAt: at('2024-09-29T15:00:00'),
        finishedAt: at('2024-09-30T09:00:00'),
        withdrawnAt: null,
        overPromise: true,
        overStatutory: false,
        licenceNo: 'Z-1',
        licenceName: '测试许可证',
        hasResult: true,
        feePaid: 120.5,
        paidAt: at('2024-09-24T09:00:00'),
      },
    });
  });

  test('turn over the promise exactly with the day after its last one', async () => {
    // Accepted on Monday the 23rd with five working days; the 28th is a day off, Sunday the 29th is worked and the last one.
    for (const [no, end] of [
      ['in', '2024-09-29 23:59:59'],
      ['over', '2024-09-30 00:00:00'],
    ] as const) {
      world.time.set('2024-09-30T08:00:00+08:00');
      await world.push([acceptRow(no), resultRow(no, end)]);
      expect((await of(no)).at(-1)?.facts.overPromise).toBe(no === 'over');
    }
  });

  test('count the working days for which the clock stood still', async () => {
    world.time.set('2024-10-09T10:00:00+08:00');
    await world.push([
      acceptRow('S1'),
      row('up_pro_special_procedure', 'S1', {
        special_type: '2',
        special_name: '听证',
        special_reason: '依法听证',
        special_kind: 'HEARING',
        special_time: '2024-09-25 09:00:00',
        end_time: '2024-09-29 09:00:00',
      }),
      resultRow('S1', '2024-10-08 10:00:00'),
    ]);
    // 25 → 29 September: the 26th, 27th and 29th; the promise moves from the 29th by three days to 9 October.
    expect((await of('S1')).at(-1)?.facts).toMatchObject({ suspendedWorkdays: 3, overPromise: false });
  });

  test('are told once: rows that change nothing of it tell none', async () => {
    await world.push([acceptRow('Q1')]);
    await world.push([row('up_pro_material', 'Q1', { material_name: '申请表' })]);
    await world.push([acceptRow('Q1')].map((one) => ({ ...one, row_guid: 'same' })));
    expect(await of('Q1')).toHaveLength(1);
    await world.push([stepRow('Q1', '审查', '2024-09-23 09:30:00', null)]);
    expect((await of('Q1')).map(({ n, facts }) => [n, facts.state])).toEqual([
      [1, 'ACCEPTED'],
      [2, 'IN_REVIEW'],
    ]);
  });

  test('wait for the accept row, and are taken back when its source deletes it', async () => {
    await world.push([stepRow('D1', '受理', '2024-09-23 09:00:00', null)]);
    expect(await of('D1')).toEqual([]);
    await world.push([acceptRow('D1', {}, { row_guid: 'd1' })]);
    await world.push([acceptRow('D1', {}, { row_guid: 'd1', cd_operation: 'D', cd_time: '2024-09-23 09:30:00' })]);
    const last = (await of('D1')).at(-1);
    expect(last).toMatchObject({
      n: 2,
      item: null,
      facts: { no: 'D1', state: null, acceptedAt: null, applicantKey: null },
    });
  });

  test('say nothing of a classified item, and take back what was told before it was known to be one', async () => {
    await world.push([acceptRow('K1', { secret_level: '秘密' })]);
    expect(await of('K1')).toEqual([]);
    await world.push([acceptRow('K2')]);
    await world.push([acceptRow('K2', { secret_level: '秘密' })]);
    expect((await of('K2')).at(-1)).toMatchObject({
      n: 2,
      item: null,
      facts: { state: null, appliedAt: null, projectCode: null },
    });
    await world.publish([['service-item', item(`${AGENCY}4000101001009`, AGENCY, { classified: true })]]);
    await world.push([acceptRow('K3', { task_code: `${AGENCY}4000101001009` })]);
    expect(await of('K3')).toEqual([]);
  });

  test('name no person', async () => {
    await world.push([acceptRow('N1', { contact_mobile: '13900000000' })]);
    const text = JSON.stringify(await told());
    for (const secret of ['张三', '11010519491231002X', '13900000000']) expect(text).not.toContain(secret);
  });

  test('come in entries of at most 200, in order of arrival', async () => {
    await world.push(Array.from({ length: 450 }, (_, index) => acceptRow(`L${String(index).padStart(3, '0')}`)));
    await relayOnce(world.database);
    const entries = await openFeed(world.database).read(MILESTONE_STREAM, null, 10);
    const sizes = entries.map(({ payload }) => (payload as { milestones: unknown[] }).milestones.length);
    expect(sizes).toEqual([200, 200, 50]);
  });

  test('are the same from live rows and from one imported chunk', async () => {
    const history = [
      ['2024-09-23T10:00:00+08:00', [acceptRow('H1')]],
      ['2024-09-24T10:00:00+08:00', [stepRow('H1', '审查', '2024-09-24 09:30:00', null)]],
      ['2024-09-30T11:00:00+08:00', [resultRow('H1', '2024-09-30 09:00:00')]],
    ] as const;
    for (const [when, rows] of history) {
      await world.goTo(when);
      await world.push(rows);
    }
    const live = await of('H1');
    expect(live.map(({ n, at: came }) => [n, came])).toEqual(
      history.map(([when], index) => [index + 1, Date.parse(when)]),
    );
    const other = await openWorld('2024-11-01T10:00:00+08:00');
    try {
      const inner = other.hosted.contextOf({
        viewer: viewer('OPERATOR'),
        scope: { all: false, divisions: [], agencies: [], sources: [] },
        requestId: 'test',
      }) as unknown as { intake: Intake };
      await inner.intake.take({
        source: null,
        replay: true,
        label: 'history',
        chunk: 1,
        rows: history.flatMap(([when, rows]) => rows.map((value) => ({ value, receivedAt: Date.parse(when) }))),
      });
      // The key of the applicant's hash is each database's own.
      const anonymous = (list: readonly Milestone[]) =>
        list.map((one) => ({ ...one, facts: { ...one.facts, applicantKey: null } }));
      expect(anonymous(await told(other))).toEqual(anonymous(live));
    } finally {
      await other.close();
    }
  });
});

describe('columns that came later', () => {
  const reader = { codes: readCodeSystems(), source: '115', receivedAt: at('2024-09-23T10:00:00') };
  const hashOf = (more: Record<string, unknown>): string => {
    const reading = readRow(acceptRow('A1', more), reader);
    if (!reading.ok) throw new Error(reading.refusal.code);
    return reading.row.hash;
  };

  test('add nothing to the content hash of a row without them, so that a row sent before they existed is known again', () => {
    const before = '123be2f5d61a659655ea69b78c9810a5';
    expect(hashOf({})).toBe(before);
    expect(hashOf({ place_id: '', window_no: null, bundle_no: ' ' })).toBe(before);
  });

  test('count as soon as one has a value, each in its own place', () => {
    const hashes = [
      {},
      { place_id: 'x' },
      { window_no: 'x' },
      { bundle_no: 'x' },
      { place_id: 'x', window_no: 'x' },
    ].map(hashOf);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
