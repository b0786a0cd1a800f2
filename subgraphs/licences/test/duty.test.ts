import { makeCreditCode, makeLicenceIdentifier } from '@gnomon/identifiers';
import type { Milestone } from '@gnomon/records';
import { agency, type RecordTestWorld, source } from '@gnomon/records/test-world';
import type { Signal } from '@gnomon/subgraph-kit';
import { afterEach, describe, expect, test } from 'vitest';
import { LIBRARY, openLicences, WORK_ITEMS } from './world.ts';

const ISSUER = makeCreditCode('11150105012345670');
const TYPE = '11100000000013338W011';
const DUTY = '115:P1';
// Wednesday 8 April 2026; the days that follow are ordinary.
const FINISHED = '2026-04-08T10:00:00';

let world: RecordTestWorld;
afterEach(() => world.close());

async function open(options: { ownPlatform: boolean } = { ownPlatform: true }): Promise<void> {
  world = await openLicences(Date.parse('2026-04-01T09:00:00+08:00'));
  await world.publish([
    ['agency', agency(ISSUER, '150105')],
    ['source', source('115', ISSUER, '150105', { ownPlatform: true })],
    ['source', source(LIBRARY, ISSUER, '150105', options)],
  ]);
}
const at = (text: string): number => Date.parse(`${text}+08:00`);

/** The work item is told at an instant; `n` counts what is told of it. */
async function tell(told: string, facts: Milestone['facts'] = {}, n = 1): Promise<void> {
  const base = {
    licenceNo: 'N1',
    licenceName: '经营许可证',
    outcome: 'GRANTED',
    finishedAt: at(FINISHED),
    applicantKey: null,
  };
  await world.goTo(at(told));
  await world.milestones(WORK_ITEMS, [
    {
      ...{
        kind: 'work-item',
        id: DUTY,
        at: at(told),
        n,
        source: '115',
        agency: ISSUER,
        division: '150105',
        item: null,
      },
      facts: { ...base, ...facts },
    },
  ]);
  await world.goTo(at(told));
}
async function push(told: string, columns: Record<string, unknown> = {}): Promise<void> {
  await world.goTo(at(told));
  const { account } = await world.push([
    {
      ...{ table: 'up_lic_data', row_guid: 'L1', cd_operation: 'I', cd_time: told.replace('T', ' '), cd_batch: 'b' },
      ...{
        data_source: LIBRARY,
        certificate_source_id: 'L1',
        certificate_number: 'N1',
        certificate_type: '经营许可证',
      },
      ...{
        certificate_type_code: TYPE,
        certificate_name: '经营许可证',
        certificate_holder: '某',
        certificate_holder_code: 'H1',
      },
      ...{ certificate_holder_type: '001', issue_dept: '某局', issue_dept_code: ISSUER, issue_date: '2026-04-08' },
      ...{ certificate_area_code: '150105', certificate_identifier: makeLicenceIdentifier(TYPE, ISSUER, '1', 1) },
      ...{ certificate_status: '1', long_term: true, work_source: '115', project_no: 'P1' },
      collected_at: told.replace('T', ' '),
      ...columns,
    },
  ]);
  expect(account.taken).toBe(1);
}
const told = async (): Promise<readonly string[]> =>
  (await world.signals())
    .filter((signal: Signal) => signal.rule === 'EL-01')
    .map(
      ({ kind, level, turnedAt }) =>
        `${kind} ${level} ${new Date(Date.parse(turnedAt) + 28_800_000).toISOString().slice(0, 16)}`,
    );

const WARNED = 'ROSE WARNING 2026-04-09T14:30';
const YELLOW = 'ROSE YELLOW 2026-04-10T00:00';

describe('a licence that is owed and does not come', () => {
  test('warns in the afternoon of the next working day, is yellow at its end and red after five, however late timers run', async () => {
    await open();
    await tell('2026-04-08T10:05:00');
    await world.goTo(at('2026-04-20T09:00:00'));
    expect(await told()).toEqual([WARNED, YELLOW, 'ROSE RED 2026-04-16T00:00']);
  });

  test('keeps the level that it had reached when it comes late', async () => {
    await open();
    await tell('2026-04-08T10:05:00');
    await push('2026-04-13T09:00:00');
    await world.goTo(at('2026-05-20T09:00:00'));
    expect(await told()).toEqual([WARNED, YELLOW]);
  });

  test('loses its card when the library tells later that it had come in time', async () => {
    await open();
    await tell('2026-04-08T10:05:00');
    await push('2026-04-13T09:00:00', { collected_at: '2026-04-08 11:00:00' });
    await world.goTo(at('2026-05-20T09:00:00'));
    expect(await told()).toEqual([WARNED, YELLOW, 'CORRECTED NONE 2026-04-10T00:00']);
  });

  test('is owed no more when the result turns out to name no licence', async () => {
    await open();
    await tell('2026-04-08T10:05:00');
    await world.goTo(at('2026-04-10T09:00:00'));
    await tell('2026-04-10T10:00:00', { licenceName: null }, 2);
    await world.goTo(at('2026-05-20T09:00:00'));
    expect((await told()).slice(0, 2)).toEqual([WARNED, YELLOW]);
    expect((await told()).at(-1)).toMatch(/^CORRECTED NONE/);
    expect(await world.standing('licence-duty', DUTY)).toEqual([]);
  });

  test('is owed again when its source deletes the licence', async () => {
    await open();
    await tell('2026-04-08T10:05:00');
    await push('2026-04-08T11:00:00');
    await push('2026-04-14T09:00:00', { cd_operation: 'D' });
    expect((await told()).at(-1)).toBe(YELLOW);
  });

  test('is fulfilled also by a licence that is told before its work item', async () => {
    await open();
    await push('2026-04-08T10:02:00');
    await tell('2026-04-08T10:05:00');
    await world.goTo(at('2026-05-20T09:00:00'));
    expect(await told()).toEqual([]);
    const [record] = await world.database.sql`select state from record where kind = 'licence-duty' and id = ${DUTY}`;
    expect(record).toMatchObject({ state: 'COLLECTED' });
  });
});

test('a library that pushes by the end of the next working day gets no card from a row that may still come', async () => {
  await open({ ownPlatform: false });
  await push('2026-04-08T10:02:00', { certificate_source_id: 'L0', row_guid: 'L0', project_no: '' });
  await world.push([
    {
      ...{
        table: 'dn_lic_data_error',
        row_guid: 'E1',
        cd_operation: 'I',
        cd_time: '2026-04-08 10:02:00',
        cd_batch: 'b',
      },
      ...{ data_source: LIBRARY, error_no: 'E1', issue_dept_code: ISSUER, returned_at: '2026-04-08 10:00:00' },
    },
  ]);
  const levels = async () => (await world.standing('licence-error', `${LIBRARY}:E1`)).map(({ level }) => level);
  // The fifth working day is Wednesday the 15th; what happened on it must have come by the end of Thursday.
  await world.goTo(at('2026-04-16T23:59:59.999'));
  expect(await levels()).toEqual(['WARNING']);
  await world.goTo(at('2026-04-17T00:00:00'));
  const [verdict] = await world.standing('licence-error', `${LIBRARY}:E1`);
  expect(verdict).toMatchObject({ level: 'YELLOW', turnedAt: at('2026-04-16T00:00:00') });
});
