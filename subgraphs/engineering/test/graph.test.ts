import { scopeOf } from '@gnomon/identity';
import { agency, type RecordTestWorld, source, viewer } from '@gnomon/records/test-world';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR, openEngineering, PUSHER, type PushedRow, SUPERVISOR, SYSTEM } from './world.ts';

const LEAD = '11150105011597010A';
const CO_BODY = '11150121011598020B';
const STRANGER = '11150622011599030C';
const CODE = '2603-150105-48-01-123456';
const FOREIGN_CODE = '2603-150622-48-01-654321';
const START = '2026-03-02T10:00:00+08:00';

let made = 0;
const row = (table: string, columns: PushedRow): PushedRow => ({
  table,
  row_guid: `g${++made}`,
  cd_operation: 'I',
  cd_time: '2026-03-02 09:30:00',
  data_source: SYSTEM,
  ...columns,
});
const project = (code: string, lead: string, more: PushedRow = {}): PushedRow =>
  row('eng_project', {
    project_code: code,
    project_name: '示例项目',
    project_type: '5',
    lead_body: lead,
    division: lead.slice(2, 8),
    registered_at: '2026-02-24',
    ...more,
  });
const approval = (no: string, code: string, uscc: string, more: PushedRow = {}): PushedRow =>
  row('eng_approval', {
    row_guid: `${no}-A`,
    approval_no: no,
    project_code: code,
    work_item_no: `W-${no}`,
    approval_kind: '99',
    stage: '3',
    item_code: '000117001000',
    org_code: uscc,
    division: uscc.slice(2, 8),
    accepted_at: '2026-03-02 09:00:00',
    entered_at: '2026-03-02 09:00:00',
    document_no: `文-${no}`,
    plan_limit: 20,
    ...more,
  });
const staff = (uscc: string) => viewer('AGENCY', { id: `staff-${uscc}`, agency: uscc });

let world: RecordTestWorld;
beforeAll(async () => {
  world = await openEngineering(START);
  await world.publish([
    ...[LEAD, CO_BODY, STRANGER].map((uscc) => ['agency', agency(uscc, uscc.slice(2, 8))] as const),
    ['source', source(SYSTEM, LEAD, '15', { ownPlatform: true })],
  ]);
  const { account, refused } = await world.push([
    project(CODE, LEAD),
    approval('A1', CODE, LEAD),
    approval('A2', CODE, CO_BODY),
    row('eng_opinion', {
      approval_no: 'A1',
      opinion_no: 'O1',
      body_code: CO_BODY,
      dispatched_at: '2026-03-02 09:20:00',
    }),
    row('eng_material', {
      approval_no: 'A2',
      material_name: '无关证明',
      on_list: false,
      demanded_at: '2026-03-02 09:25:00',
    }),
    project(FOREIGN_CODE, STRANGER),
    approval('B1', FOREIGN_CODE, STRANGER),
    // A suspension of an approval that nobody has told of, and a joint acceptance of no project.
    row('eng_suspension', {
      approval_no: 'Z9',
      project_code: CODE,
      suspension_kind: '1',
      from_at: '2026-03-02 09:10:00',
    }),
    row('eng_joint_acceptance', { row_guid: 'lost', acceptance_no: 'J9', accepted_at: '2026-03-02 09:10:00' }),
  ]);
  expect(account).toEqual({ rows: 9, taken: 7, setAside: 1, refused: 1, identical: 0 });
  expect(refused).toMatchObject([{ code: 'NO_KEY', guid: 'lost' }]);
  await world.goTo('2026-03-11T10:00:00+08:00');
});
afterAll(() => world?.close());

const EVERYTHING = `query ($code: ID!, $approval: ID!) {
  project(code: $code) { id name type state isOpen capWorkdays usedWorkdays leadBody { uscc } division { code } facts
    stages { ordinal name capWorkdays usedWorkdays isOpen } approvals { id documentNo } standing { indicator { id } occurrence level } }
  projects(first: 50) { nodes { id name } }
  projectApproval(id: $approval) { id no documentNo limitWorkdays usedWorkdays workItem { id } project { id name }
    materials { name onList } opinions { id body { uscc } } rowVersions { content } standing { indicator { id } level } }
  projectApprovals(first: 50) { nodes { id documentNo facts } }
  engineeringSignals(first: 100) { nodes { subjectId occurrence message { zh } agency { uscc } } }
  engineeringIndicatorValues { indicator { id } denominator byLevel { level count } }
  engineeringRefusedRows { nodes { guid content } }
  engineeringBatches { nodes { id } }
  engineeringDueSoon(withinWorkdays: 10) { nodes { subjectId } }
}`;
const everything = (uscc: string, code: string, id: string) =>
  world.ask<Record<string, never>>(staff(uscc), EVERYTHING, { code, approval: `${SYSTEM}:${id}` });

describe('a project', () => {
  test('answers with its stages, its time and the approvals under its code', async () => {
    const { project: found } = await world.ask<{ project: object }>(
      SUPERVISOR,
      `query ($code: ID!) { project(code: $code) { code name type state isOpen capWorkdays usedWorkdays registeredAt concludedAt leadBody { uscc }
        stages { ordinal name capWorkdays usedWorkdays isOpen } approvals { no kind stage acceptedAt agency { uscc } } } }`,
      { code: CODE },
    );
    expect(found).toEqual({
      code: CODE,
      name: '示例项目',
      type: 'SMALL_PRIVATE',
      state: 'CONSTRUCTION_PERMIT',
      isOpen: true,
      capWorkdays: 20,
      usedWorkdays: 7,
      registeredAt: expect.any(String),
      concludedAt: null,
      leadBody: { uscc: LEAD },
      stages: [{ ordinal: 3, name: 'CONSTRUCTION_PERMIT', capWorkdays: 5, usedWorkdays: 7, isOpen: true }],
      approvals: [
        {
          no: 'A1',
          kind: 'OTHER',
          stage: 'CONSTRUCTION_PERMIT',
          acceptedAt: '2026-03-02T01:00:00.000Z',
          agency: { uscc: LEAD },
        },
        {
          no: 'A2',
          kind: 'OTHER',
          stage: 'CONSTRUCTION_PERMIT',
          acceptedAt: '2026-03-02T01:00:00.000Z',
          agency: { uscc: CO_BODY },
        },
      ],
    });
  });

  test('is found by its code, as a reference too, and listed with a filter', async () => {
    const answer = await world.ask<Record<string, never>>(
      SUPERVISOR,
      `query ($of: [_Any!]!, $code: ID!) {
        _entities(representations: $of) { ... on Project { code } ... on ProjectApproval { no } }
        projects(filter: { division: "150105" }) { nodes { id } }
        projectApprovals(filter: { project: $code, isOpen: true }) { nodes { no } }
        byItem: projectApprovals(filter: { workItem: "${SYSTEM}:W-A2" }) { nodes { no } } }`,
      {
        code: CODE,
        of: [
          { __typename: 'Project', id: CODE },
          { __typename: 'ProjectApproval', id: `${SYSTEM}:A2` },
          { __typename: 'Project', id: 'nothing' },
        ],
      },
    );
    expect(answer).toEqual({
      _entities: [{ code: CODE }, { no: 'A2' }, null],
      projects: { nodes: [{ id: CODE }] },
      projectApprovals: { nodes: [{ no: 'A2' }, { no: 'A1' }] },
      byItem: { nodes: [{ no: 'A2' }] },
    });
  });

  test('tells its findings as signals, in both languages', async () => {
    const rules = (await world.signals()).map(({ rule, subject, occurrence, level }) =>
      [rule, subject, occurrence, level].join(' '),
    );
    expect(rules).toContain(`EP-02 ${CODE} 3 YELLOW`);
    expect(rules).toContain(`EP-07 ${SYSTEM}:A1 O1 YELLOW`);
    expect(rules).toContain(`EP-10 ${SYSTEM}:A2  YELLOW`);
  });
});

describe('an agency alone', () => {
  test('sees its own project and approval, and of another agency’s approval under its project no row', async () => {
    const seen = await everything(LEAD, CODE, 'A2');
    expect(seen.projectApproval).toBeNull();
    expect(seen.project).toMatchObject({ approvals: [{ id: `${SYSTEM}:A1` }] });
    expect(seen.projects).toEqual({ nodes: [{ id: CODE, name: '示例项目' }] });
    expect(JSON.stringify(seen)).not.toContain('文-A2');
    expect(JSON.stringify(seen)).not.toContain('无关证明');
  });

  test('sees its approval under another agency’s project, and of the project nothing', async () => {
    const seen = await everything(CO_BODY, CODE, 'A2');
    expect(seen.project).toBeNull();
    expect(seen.projects).toEqual({ nodes: [] });
    expect(seen.projectApproval).toMatchObject({
      no: 'A2',
      limitWorkdays: 20,
      usedWorkdays: 7,
      project: null,
      materials: [{ onList: false }],
    });
    const text = JSON.stringify(seen);
    for (const foreign of [LEAD, STRANGER, `${SYSTEM}:A1`, '文-A1', 'B1', '示例项目'])
      expect(text).not.toContain(foreign);
  });

  test('finds nothing of strangers in any field, reference, count or feed', async () => {
    const seen = await everything(STRANGER, CODE, 'A1');
    expect(seen.project).toBeNull();
    expect(seen.projectApproval).toBeNull();
    const text = JSON.stringify(seen);
    for (const foreign of [CODE, LEAD, CO_BODY, 'A1', 'A2', 'lost', 'J9']) expect(text).not.toContain(foreign);
    const values = seen.engineeringIndicatorValues as unknown as { indicator: { id: string }; denominator: number }[];
    // One project and one approval of its own; EP-04 asks both.
    expect(new Map(values.map(({ indicator, denominator }) => [indicator.id, denominator]))).toEqual(
      new Map([
        ['EP-01', 1],
        ['EP-02', 1],
        ['EP-03', 1],
        ['EP-04', 2],
        ['EP-05', 1],
        ['EP-10', 1],
      ]),
    );
    const references = await world.ask<{ _entities: unknown[] }>(
      staff(STRANGER),
      'query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Project { name } ... on ProjectApproval { no } ... on EngineeringAgency { facts } } }',
      {
        of: [
          { __typename: 'Project', id: CODE },
          { __typename: 'ProjectApproval', id: `${SYSTEM}:A1` },
          { __typename: 'EngineeringAgency', id: CO_BODY },
        ],
      },
    );
    expect(references._entities).toEqual([null, null, null]);
  });

  test('hears of its own findings only', async () => {
    const stop = new AbortController();
    const stream = await world.hosted.subscribe({
      document: parse('subscription { engineeringSignals { subjectId level } }'),
      variables: {},
      context: { viewer: staff(STRANGER), scope: scopeOf(staff(STRANGER)), requestId: 's', signal: stop.signal },
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    const next = stream[Symbol.asyncIterator]().next();
    await world.push([
      row('eng_material', {
        approval_no: 'A1',
        material_name: '无关证明',
        on_list: false,
        demanded_at: '2026-03-11 09:00:00',
      }),
      row('eng_material', {
        approval_no: 'B1',
        material_name: '无关证明',
        on_list: false,
        demanded_at: '2026-03-11 09:00:00',
      }),
    ]);
    await world.signals();
    expect((await next).value).toMatchObject({
      data: { engineeringSignals: { subjectId: `${SYSTEM}:B1`, level: 'YELLOW' } },
    });
    stop.abort();
  });
});

describe('a source', () => {
  test('corrects what was refused, and the account closes', async () => {
    const { engineeringRefusedRows: refused } = await world.ask<{
      engineeringRefusedRows: { nodes: { id: string; code: string }[] };
    }>(PUSHER, '{ engineeringRefusedRows { nodes { id code state } } }');
    const [lost] = refused.nodes;
    const columns = {
      row_guid: 'lost',
      cd_operation: 'I',
      cd_time: '2026-03-11 10:00:00',
      project_code: CODE,
      acceptance_no: 'J9',
      accepted_at: '2026-03-02 09:10:00',
    };
    const { correctEngineeringRow } = await world.ask<{ correctEngineeringRow: object }>(
      PUSHER,
      'mutation ($input: CorrectRowInput!) { correctEngineeringRow(input: $input) { ... on PushRowsPayload { account { taken refused } } } }',
      { input: { id: lost!.id, row: { table: 'eng_joint_acceptance', columns } } },
    );
    expect(correctEngineeringRow).toEqual({ account: { taken: 1, refused: 0 } });
    const { project: found } = await world.ask<{ project: object }>(
      SUPERVISOR,
      `{ project(code: "${CODE}") { jointAcceptances { id usedWorkdays opinionAt } } }`,
    );
    expect(found).toEqual({ jointAcceptances: [{ id: 'J9', usedWorkdays: 7, opinionAt: null }] });
  });

  test('may not push for another, nor may an agency', async () => {
    const other = viewer('SOURCE', { id: 'other', sources: ['115-other'] });
    await expect(
      world.push([approval('A9', CODE, LEAD, { data_source: SYSTEM })], { viewer: other }),
    ).resolves.toMatchObject({
      refused: [{ code: 'FOREIGN_SOURCE' }],
    });
    await expect(world.push([approval('A9', CODE, LEAD)], { viewer: staff(LEAD) })).rejects.toThrow();
  });
});

describe('what other domains hear', () => {
  test('is each approval, and each project once its own row has come', async () => {
    const told = await world.told();
    expect(told.find(({ kind, id }) => kind === 'project' && id === CODE)).toMatchObject({
      n: 1,
      facts: { code: CODE, type: 'SMALL_PRIVATE' },
    });
    expect(told.find(({ id }) => id === `${SYSTEM}:A1`)).toMatchObject({
      kind: 'project-approval',
      facts: { projectCode: CODE, workItem: `${SYSTEM}:W-A1`, stage: 'CONSTRUCTION_PERMIT', decidedAt: null },
    });
  });
});

test('a project belongs to the agency of its first approval until its own row names the lead body', async () => {
  const code = '2603-150105-48-01-777777';
  const ask = (uscc: string) =>
    world.ask<{ project: object | null }>(
      staff(uscc),
      `{ project(code: "${code}") { id type standing { indicator { id } level } } }`,
    );
  await world.push([
    approval('C1', code, CO_BODY, { accepted_at: '2026-03-11 09:30:00', entered_at: '2026-03-11 09:30:00' }),
  ]);
  expect((await ask(CO_BODY)).project).toMatchObject({ id: code, type: null });
  await world.goTo('2026-03-13T09:00:00+08:00');
  expect(await ask(CO_BODY)).toMatchObject({
    project: { standing: expect.arrayContaining([{ indicator: { id: 'EP-04' }, level: 'WARNING' }]) },
  });
  await world.push([project(code, LEAD, { cd_time: '2026-03-13 09:00:00' })]);
  expect((await ask(CO_BODY)).project).toBeNull();
  expect((await ask(LEAD)).project).toEqual({ id: code, type: 'SMALL_PRIVATE', standing: [] });
});

test('a corrected code takes the approval out of the project that was meant by mistake', async () => {
  const [wrong, right] = ['2603-150105-48-01-888888', '2603-150105-48-01-999999'];
  const standing = async (code: string) => {
    const { project: found } = await world.ask<{ project: { approvals: object[]; standing: object[] } | null }>(
      SUPERVISOR,
      `{ project(code: "${code}") { approvals { no } standing { indicator { id } level } } }`,
    );
    return found;
  };
  const accepted = { accepted_at: '2026-03-13 09:00:00', entered_at: '2026-03-13 09:00:00' };
  await world.push([project(right, LEAD), approval('D1', wrong, LEAD, accepted)]);
  await world.goTo('2026-03-17T09:00:00+08:00');
  expect((await standing(wrong))?.standing).toContainEqual({ indicator: { id: 'EP-04' }, level: 'WARNING' });
  await world.push([approval('D1', right, LEAD, { ...accepted, cd_operation: 'U', cd_time: '2026-03-17 09:00:00' })]);
  expect((await standing(wrong))?.standing ?? []).toEqual([]);
  expect(await standing(right)).toEqual({ approvals: [{ no: 'D1' }], standing: [] });
});

test('an operator sees batches and figures, and no project', async () => {
  const seen = await world.ask<Record<string, { nodes: object[] }>>(
    OPERATOR,
    '{ engineeringBatches { nodes { id account { rows taken setAside refused identical } } } }',
  );
  expect(seen.engineeringBatches!.nodes.length).toBeGreaterThan(0);
  await expect(world.ask(OPERATOR, '{ projects { nodes { id } } }')).rejects.toThrow();
});
