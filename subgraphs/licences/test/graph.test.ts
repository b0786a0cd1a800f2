import { makeCreditCode } from '@gnomon/identifiers';
import type { Milestone } from '@gnomon/records';
import { agency, type RecordTestWorld, source, viewer } from '@gnomon/records/test-world';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIBRARY, openLicences, SUPERVISOR, WORK_ITEMS } from './world.ts';

interface Body {
  readonly uscc: string;
  readonly division: string;
}
// The bureau runs the library; the other two issue licences.
const [ONE, OTHER, BUREAU] = ['150105', '150622', '15'].map((division, index) => ({
  uscc: makeCreditCode(`11${division.padEnd(6, '0')}01234567${index}`),
  division,
})) as [Body, Body, Body];
const TYPE = '11100000000013338W011';
const RESIDENT = '11010519491231002X';
/** Everything that a domain of two agencies can hold: a licence late, one with a bad change, a duplicate, a returned row, a plan. */
function rowsOf({ uscc }: Body, mark: string, number = `N${mark}`): readonly Record<string, unknown>[] {
  const row = (table: string, guid: string, columns: Record<string, unknown>) => ({
    ...{ table, row_guid: `${mark}-${guid}`, cd_operation: 'I', cd_time: '2026-04-01 09:00:00', cd_batch: 'b' },
    ...{ data_source: LIBRARY, ...columns },
  });
  const licence = (id: string, columns: Record<string, unknown> = {}) =>
    row('up_lic_data', id, {
      certificate_source_id: `${mark}-${id}`,
      certificate_number: number,
      certificate_type: '经营许可证',
      certificate_type_code: TYPE,
      certificate_name: '经营许可证',
      certificate_holder: '张三',
      certificate_holder_code: RESIDENT,
      certificate_holder_type: '111',
      issue_dept: '测试机构',
      issue_dept_code: uscc,
      issue_date: '2026-04-01',
      certificate_area_code: '150100',
      certificate_identifier: `${mark}.${id}`,
      certificate_status: '1',
      long_term: true,
      is_stock: true,
      collected_at: '2026-04-01 09:00:00',
      ...columns,
    });
  return [
    licence('L1', { work_source: '115', project_no: `P${mark}` }),
    licence('L2'),
    row('lic_status_change', 'C1', {
      certificate_source_id: `${mark}-L1`,
      certificate_type_code: TYPE,
      certificate_number: number,
      new_status: '4',
      changed_at: '2026-04-02 09:00:00',
    }),
    row('dn_lic_data_error', 'E1', { error_no: `E${mark}`, issue_dept_code: uscc, returned_at: '2026-04-01 09:00:00' }),
    row('lic_conversion_plan', 'P1', {
      ...{ agency_code: uscc, type_code: TYPE, starts_on: '2026-04-01', quarter_ends_on: '2026-06-30' },
      ...{ target_share: 1, stock: 10, is_final: true },
    }),
  ];
}
const milestone = ({ uscc, division }: Body, mark: string): Milestone => ({
  ...{ kind: 'work-item', id: `115:P${mark}x`, at: Date.parse('2026-04-01T10:00:00+08:00'), n: 1, source: '115' },
  ...{ agency: uscc, division, item: null },
  facts: {
    outcome: 'GRANTED',
    licenceNo: 'N',
    licenceName: '经营许可证',
    applicantKey: null,
    decidedAt: Date.parse('2026-04-01T09:00:00+08:00'),
    finishedAt: Date.parse('2026-04-01T09:30:00+08:00'),
  },
});

let world: RecordTestWorld;
const asOne = viewer('AGENCY', { agency: ONE.uscc, division: ONE.division, tier: 'BANNER' });
beforeAll(async () => {
  world = await openLicences('2026-04-01T11:00:00+08:00');
  await world.publish([
    ...[ONE, OTHER, BUREAU].map(({ uscc, division }) => ['agency', agency(uscc, division)] as const),
    ...[LIBRARY, '115'].map(
      (id) => ['source', source(id, BUREAU.uscc, BUREAU.division, { ownPlatform: true })] as const,
    ),
  ]);
  await world.push([
    {
      ...{ table: 'lic_type', row_guid: 'T1', cd_operation: 'I', cd_time: '2026-03-01 09:00:00', data_source: LIBRARY },
      ...{ type_code: TYPE, type_name: '经营许可证', valid_from: '2019-01-01', has_standard: true },
    },
  ]);
  await world.push([...rowsOf(ONE, 'a'), ...rowsOf(OTHER, 'b')]);
  // A row of each agency without its key is refused.
  await world.push(
    ['a', 'b'].map((mark) => ({ ...rowsOf(ONE, mark)[0]!, row_guid: `${mark}-bad`, certificate_source_id: '' })),
  );
  await world.milestones(WORK_ITEMS, [milestone(ONE, 'a'), milestone(OTHER, 'b')]);
  await world.goTo('2026-04-02T12:00:00+08:00');
  dueSoon = { own: await aheadOf(asOne), all: await aheadOf(SUPERVISOR) };
  await world.goTo('2026-05-06T09:00:00+08:00');
  expect((await world.signals()).length).toBeGreaterThan(0);
});
const aheadOf = async (who: typeof asOne): Promise<readonly string[]> => {
  const { licenceDueSoon } = await world.ask<{ licenceDueSoon: { nodes: readonly { subjectId: string }[] } }>(
    who,
    '{ licenceDueSoon(withinWorkdays: 10) { nodes { subjectId } } }',
  );
  return licenceDueSoon.nodes.map((node) => node.subjectId);
};
let dueSoon: { readonly own: readonly string[]; readonly all: readonly string[] };
afterAll(() => world.close());

const ENTITIES = [
  ['Licence', `${LIBRARY}:?-L1`],
  ['LicenceDuty', '115:P?x'],
  ['LicenceError', `${LIBRARY}:E?`],
  ['LicenceNumber', `${TYPE}:N?`],
] as const;
const idsOf = (mark: string) => ENTITIES.map(([__typename, id]) => ({ __typename, id: id.replace('?', mark) }));
const aggregatesOf = ({ uscc }: Body) => [
  { __typename: 'LicenceAgencyMonth', id: `${uscc}:2026-04` },
  { __typename: 'LicenceTypeMonth', id: `${uscc}:${TYPE}:2026-04` },
];
const REFERENCES = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on Subject { id }
  ... on Licence { standing { level indicator { id } } agency { uscc } } ... on LicenceDuty { standing { level } state }
  ... on LicenceError { facts returnedAt } ... on LicenceNumber { facts } ... on LicenceTypeMonth { facts } } }`;

describe('an agency that asks the subgraph of licences alone', () => {
  test('sees its own licences, duties, errors and months by reference', async () => {
    const r = [...idsOf('a'), ...aggregatesOf(ONE)];
    const { _entities } = await world.ask<{ _entities: readonly ({ id: string } | null)[] }>(asOne, REFERENCES, { r });
    expect(_entities.map((entity) => entity?.id)).toEqual(r.map(({ id }) => id));
  });

  test('sees nothing of another agency by reference', async () => {
    const r = [...idsOf('b'), ...aggregatesOf(OTHER)];
    const { _entities } = await world.ask<{ _entities: readonly unknown[] }>(asOne, REFERENCES, { r });
    expect(_entities).toEqual(r.map(() => null));
    const all = await world.ask<{ _entities: readonly unknown[] }>(SUPERVISOR, REFERENCES, { r });
    expect(all._entities.every((entity) => entity !== null)).toBe(true);
  });

  test('sees nothing of another agency in lists, figures, signals, refused rows or batches', async () => {
    const query = `{
      licences { nodes { id agency { uscc } rowVersions { content } } } licenceDuties { nodes { id } } licenceErrors { nodes { id } }
      licence(id: "${LIBRARY}:b-L1") { id } licenceDuty(id: "115:Pbx") { id }
      licenceSignals(first: 200) { nodes { subjectId agency { uscc } message { zh en } } }
      licenceRefusedRows { nodes { guid content } } licenceBatches { nodes { id } } }`;
    const own = await world.ask<Record<string, never>>(asOne, query);
    const text = JSON.stringify(own);
    expect(text).not.toContain(OTHER.uscc);
    expect(text).not.toMatch(/b-L|:Pb|Eb"|:Nb|b-bad/);
    expect(own.licence).toBeNull();
    expect(own.licenceDuty).toBeNull();
    expect(text).toContain(`${LIBRARY}:a-L1`);
    expect(text).toContain('115:Pax');
    const everything = JSON.stringify(await world.ask(SUPERVISOR, query));
    expect(everything).toContain(OTHER.uscc);
    expect(everything).toMatch(/b-L/);
  });

  test('is told of its own subjects only what is about to turn', () => {
    expect(dueSoon.own).toContain('115:Pax');
    expect(dueSoon.own).not.toContain('115:Pbx');
    expect(dueSoon.all).toEqual(expect.arrayContaining([...dueSoon.own, '115:Pbx']));
    expect(dueSoon.all).toHaveLength(dueSoon.own.length * 2);
  });

  test('counts its own subjects only', async () => {
    const values = async (who: typeof asOne): Promise<Record<string, number>> => {
      const { licenceIndicatorValues } = await world.ask<{
        licenceIndicatorValues: readonly { indicator: { id: string }; denominator: number }[];
      }>(who, '{ licenceIndicatorValues { indicator { id } denominator } }');
      return Object.fromEntries(
        licenceIndicatorValues.map(({ indicator, denominator }) => [indicator.id, denominator]),
      );
    };
    const [own, all] = [await values(asOne), await values(SUPERVISOR)];
    expect(own['EL-11']).toBe(1);
    expect(all['EL-11']).toBe(2);
    for (const [id, count] of Object.entries(own)) expect(count * 2, id).toBe(all[id]);
  });

  test('is told only its own signals', async () => {
    const { licenceSignals } = await world.ask<{ licenceSignals: { nodes: readonly { agency: { uscc: string } }[] } }>(
      asOne,
      '{ licenceSignals(first: 200) { nodes { agency { uscc } } } }',
    );
    expect(new Set(licenceSignals.nodes.map((node) => node.agency.uscc))).toEqual(new Set([ONE.uscc]));
  });
});

test('nobody who is not signed in sees anything', async () => {
  await expect(world.ask(null as never, '{ licences { nodes { id } } }')).rejects.toThrow();
});

test('a licence shows its face, its changes and what stands against it; the holder is masked', async () => {
  const { licence } = await world.ask<{ licence: Record<string, unknown> }>(
    SUPERVISOR,
    `{ licence(id: "${LIBRARY}:a-L1") { number typeCode status issuedOn validTo isLongTerm collectedAt workItem { id }
      statusChanges { status changedAt synchronisedAt } standing { indicator { id } level turnedAt } rowVersions { content } } }`,
  );
  expect(licence).toMatchObject({
    number: 'Na',
    typeCode: TYPE,
    status: 'CANCELLED',
    issuedOn: '2026-04-01',
    validTo: null,
    isLongTerm: true,
    workItem: { id: '115:Pa' },
    statusChanges: [{ status: 'CANCELLED', changedAt: '2026-04-02T01:00:00.000Z', synchronisedAt: null }],
  });
  // 3 April and 7 to 9 April are working days, the festival between is not.
  expect(licence.standing).toEqual([
    { indicator: { id: 'EL-06' }, level: 'RED', turnedAt: new Date('2026-04-11T00:00:00+08:00').toISOString() },
  ]);
  const content = JSON.stringify(licence.rowVersions);
  expect(content).not.toContain(RESIDENT);
  expect(content).not.toContain('张三');
});

test('a number that is a resident identity number stands in no id, message, milestone or row', async () => {
  // Two licences of one type bear it, and both stay valid.
  await world.push(rowsOf(ONE, 'c', RESIDENT).filter(({ table }) => table === 'up_lic_data'));
  await world.goTo('2026-05-26T09:00:00+08:00');
  const answer = await world.ask<{ licence: { number: string } }>(
    SUPERVISOR,
    `{ licence(id: "${LIBRARY}:c-L1") { number rowVersions { content } } licenceSignals(first: 200) { nodes { subjectId message { zh en } } } }`,
  );
  expect(answer.licence.number).toMatch(/^110105\*+/);
  expect(JSON.stringify(answer)).not.toContain(RESIDENT);
  const opened = await world.ask<{ licence: { number: string } }>(
    { ...SUPERVISOR, purpose: { text: '核查重号', caseNo: 'SS-1' } },
    `{ licence(id: "${LIBRARY}:c-L1") { number } }`,
  );
  expect(opened.licence.number).toBe(RESIDENT);
  const signals = await world.signals();
  const duplicate = signals.find(
    (one) => one.rule === 'EL-07' && one.subject.startsWith(`${TYPE}:`) && !/:N/.test(one.subject),
  );
  expect(duplicate?.level).toBe('RED');
  expect(JSON.stringify([signals, await world.told()])).not.toContain(RESIDENT);
  const { _entities } = await world.ask<{ _entities: readonly unknown[] }>(
    SUPERVISOR,
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on LicenceNumber { id state } } }`,
    { r: [{ __typename: 'LicenceNumber', id: duplicate?.subject }] },
  );
  expect(_entities).toEqual([{ id: duplicate?.subject, state: 'DUPLICATE' }]);
});
