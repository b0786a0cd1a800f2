import { scopeOf } from '@gnomon/identity';
import { type RecordTestWorld, viewer } from '@gnomon/records/test-world';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, CO_AGENCY, childRow, LEAD, LISTS, mainRow, OTHER_LEAD, PLATFORM, row } from './story.ts';
import { openBundles } from './world.ts';

const [A, B] = ['150131009001', '150123009002'] as const;
const lead = viewer('AGENCY', { agency: LEAD, division: '150121' });
const supervisor = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
const platform = viewer('SOURCE', { sources: [PLATFORM] });
const withWorkItem = { project_source: '115', project_no: 'W-1' };

let world: RecordTestWorld;
beforeAll(async () => {
  world = await openBundles('2026-04-01T00:05:00+08:00', CAST);
  await world.push(LISTS);
  await world.goTo('2026-04-02T09:25:00+08:00');
  const account = await world.push([
    childRow('1', A, LEAD, { dispatched_time: '2026-04-02 09:24:00' }),
    childRow('1', B, CO_AGENCY, { dispatched_time: '2026-04-02 09:24:00', ...withWorkItem }),
  ]);
  expect(account.account).toMatchObject({ rows: 2, setAside: 2, taken: 0 });
  await world.push([mainRow('1', LEAD), mainRow('2', OTHER_LEAD), childRow('2', A, OTHER_LEAD)]);
  await world.push([
    row('bundle_notice', 'N1', '2026-04-02 09:05:00', { case_no: '1', agency: LEAD, sent_time: '2026-04-02 09:05:00' }),
    row('bundle_material_request', 'R1', '2026-04-02 09:10:00', {
      case_no: '1',
      material_id: 'CL-01',
      agency: LEAD,
      requested_time: '2026-04-02 09:10:00',
      available: true,
    }),
    row('bundle_child', 'bad', '2026-04-02 09:21:00', { case_no: '2', agency: OTHER_LEAD }),
  ]);
});
afterAll(() => world.close());

const CASE = `query ($id: ID!) { bundleCase(id: $id) {
  id no code listVersion state isOpen scenario dueAt agency { uscc } division { code } source { id }
  bundle { id name promiseWorkdays listedOn children { code name mandatoryWhen dependsOn slotWorkdays } }
  children { code name state isMandatory agency { uscc } workItem { id } dispatchedAt startedAt limitWorkdays dueAt }
  notices { id sentAt agency { uscc } } materialRequests { materialId isAvailable isConfirmed }
  standing { indicator { id } occurrence level turnedAt missing } rowVersions { table content } } }`;

interface CaseAnswer {
  readonly bundleCase: Record<string, unknown> & {
    readonly children: readonly Record<string, unknown>[];
    readonly standing: readonly { readonly indicator: { readonly id: string }; readonly occurrence: string }[];
    readonly rowVersions: readonly { readonly table: string; readonly content: Record<string, unknown> }[];
  };
}
const ask = (who: typeof lead, id: string) => world.ask<CaseAnswer>(who, CASE, { id });

describe('a case', () => {
  test('is found with its children, which came before it, and the list under which it was applied for', async () => {
    const { bundleCase } = await ask(supervisor, `${PLATFORM}:1`);
    expect(bundleCase).toMatchObject({
      no: '1',
      code: 'YJS-01',
      state: 'ACCEPTED',
      isOpen: true,
      scenario: ['A1'],
      agency: { uscc: LEAD },
      division: { code: '150121' },
      bundle: {
        id: '15:YJS-01:2026',
        promiseWorkdays: 10,
        listedOn: '2026-01-05',
        children: [{ code: A, mandatoryWhen: '*', slotWorkdays: 5 }, { code: B }],
      },
      notices: [{ id: 'N1', agency: { uscc: LEAD } }],
      materialRequests: [{ materialId: 'CL-01', isAvailable: true, isConfirmed: false }],
    });
    // Ten working days from 2 April over Qingming end on 17 April.
    expect(bundleCase.dueAt).toBe('2026-04-17T15:59:59.999Z');
    expect(bundleCase.children).toMatchObject([
      { code: B, state: null, workItem: { id: '115:W-1' } },
      { code: A, state: 'SUBMITTED', isMandatory: true, limitWorkdays: 5, workItem: null },
    ]);
  });

  test('never shows who applied', async () => {
    const { bundleCase } = await ask(lead, `${PLATFORM}:1`);
    const main = bundleCase.rowVersions.find(({ table }) => table === 'bundle_case');
    expect(main?.content).toMatchObject({ applicant_name: '***', applicant_code: '***', case_no: '1' });
    expect(JSON.stringify(bundleCase)).not.toContain('王某某');
  });

  test('draws its warnings at the exact instants, told to a subscriber as they come', async () => {
    const document = parse('subscription { bundleSignals { indicator { id } occurrence level turnedAt } }');
    const context = { viewer: supervisor, scope: scopeOf(supervisor), requestId: 'test' };
    const stream = await world.hosted.subscribe({ document, variables: {}, context });
    if (!(Symbol.asyncIterator in stream)) throw new Error('the subscription was refused');
    const next = stream[Symbol.asyncIterator]().next();
    // Dispatched at 09:24 and not signed for: 2:36 of the four working hours lie before the break, the rest ends at 15:54.
    await world.goTo('2026-04-02T16:00:00+08:00');
    const { bundleCase } = await ask(supervisor, `${PLATFORM}:1`);
    const level = (indicator: string, occurrence = '') =>
      bundleCase.standing.find((one) => one.indicator.id === indicator && one.occurrence === occurrence);
    const warning = { level: 'WARNING', turnedAt: '2026-04-02T07:54:00.001Z' };
    expect(level('OT-05', A)).toMatchObject(warning);
    expect(level('OT-05', B)).toMatchObject(warning);
    expect(level('OT-08')).toMatchObject({ level: 'WARNING', turnedAt: '2026-04-02T01:10:00.000Z' });
    // Nothing has been heard of the work item of B: whether the states agree is not known.
    expect(level('OT-03')).toMatchObject({ level: 'UNKNOWN', missing: ['consistent', 'inconsistentSince'] });
    // Reading the feed lets the relay move what was told.
    await world.signals();
    const first = await next;
    expect(JSON.stringify(first.value)).toContain('"indicator":{"id":"OT-0');
    await stream[Symbol.asyncIterator]().return?.(undefined);
  });

  test('hears of its child through the work item', async () => {
    await world.milestones('work-items milestones', [
      {
        kind: 'work-item',
        id: '115:W-1',
        at: Date.parse('2026-04-02T16:10:00+08:00'),
        n: 1,
        source: '115',
        agency: CO_AGENCY,
        division: '150121',
        item: `${CO_AGENCY}4${B}`,
        facts: {
          bundleNo: `${PLATFORM}:1`,
          state: 'ACCEPTED',
          appliedAt: Date.parse('2026-04-02T09:21:00+08:00'),
          acceptedAt: Date.parse('2026-04-02T16:05:00+08:00'),
          promiseWorkdays: 3,
        },
      },
    ]);
    await world.goTo('2026-04-02T16:15:00+08:00');
    const { bundleCase } = await ask(supervisor, `${PLATFORM}:1`);
    expect(bundleCase.standing.map(({ indicator }) => indicator.id)).not.toContain('OT-03');
    // Three working days of its own promise, from the day of its acceptance: 3, 7 and 8 April.
    expect(bundleCase.children[0]).toMatchObject({
      state: 'ACCEPTED',
      limitWorkdays: 3,
      dueAt: '2026-04-08T15:59:59.999Z',
    });
  });
});

describe('what another agency pushed or answers for', () => {
  const everything = `query ($entities: [_Any!]!) {
    bundleCases { nodes { id agency { uscc } } pageInfo { endCursor } }
    bundleSignals { nodes { subjectId agency { uscc } message { zh en } } }
    bundleRefusedRows { nodes { id guid content } }
    bundleBatches { nodes { id } }
    bundleIndicatorValues { indicator { id } denominator }
    bundleDueSoon { nodes { subjectId agency { uscc } } }
    _entities(representations: $entities) { ... on BundleCase { id no } ... on BundleAgencyMonth { id agency { uscc } } } }`;
  const entities = [
    { __typename: 'BundleCase', id: `${PLATFORM}:2` },
    { __typename: 'BundleAgencyMonth', id: `${OTHER_LEAD}:2026-04` },
  ];

  test('appears in no list, reference, count, signal or refused row', async () => {
    const answer = await world.ask<Record<string, never>>(lead, everything, { entities });
    const text = JSON.stringify(answer);
    expect(text).not.toContain(`${PLATFORM}:2`);
    expect(text).not.toContain(OTHER_LEAD);
    expect(answer).toMatchObject({
      bundleCases: { nodes: [{ id: `${PLATFORM}:1` }] },
      bundleRefusedRows: { nodes: [] },
      _entities: [null, null],
    });
    const values = (answer as Record<string, readonly { denominator: number }[]>).bundleIndicatorValues ?? [];
    expect(values.length).toBeGreaterThan(0);
    for (const { denominator } of values) expect(denominator).toBe(1);
  });

  test('is there for a supervisor of the region', async () => {
    const text = JSON.stringify(await world.ask(supervisor, everything, { entities }));
    expect(text).toContain(`${PLATFORM}:2`);
    expect(text).toContain(OTHER_LEAD);
  });

  test('a lead agency sees the children of its case, not the work items of others', async () => {
    const { bundleCase } = await ask(lead, `${PLATFORM}:1`);
    expect(bundleCase.children).toMatchObject([{ code: B, agency: { uscc: CO_AGENCY }, workItem: null }, { code: A }]);
    const { bundleCase: whole } = await ask(supervisor, `${PLATFORM}:1`);
    expect(whole.children).toMatchObject([{ workItem: { id: '115:W-1' } }, {}]);
    expect(JSON.stringify(bundleCase.rowVersions)).not.toContain('W-1');
    expect(JSON.stringify(whole.rowVersions)).toContain('W-1');
  });

  test('asking for it by name gives nothing, not even an error', async () => {
    expect(await world.ask(lead, '{ bundleCase(id: "115-bundles:2") { id } }')).toEqual({ bundleCase: null });
    expect(await world.ask(lead, '{ bundleCase(id: "115-bundles:9") { id } }')).toEqual({ bundleCase: null });
  });

  test('without a token there is no answer', async () => {
    await expect(world.ask(null as never, '{ bundleCases { nodes { id } } }')).rejects.toThrow();
  });
});

describe('the platform itself', () => {
  test('sees why a row was refused, and corrects it', async () => {
    const refused = await world.ask<{
      bundleRefusedRows: { nodes: { id: string; guid: string; reason: { zh: string }; remedy: { zh: string } }[] };
    }>(platform, '{ bundleRefusedRows { nodes { id guid reason { zh } remedy { zh } } } }');
    const [bad] = refused.bundleRefusedRows.nodes;
    expect(bad).toMatchObject({ guid: 'bad' });
    expect(bad?.reason.zh).toContain('child_code');
    const { table, ...columns } = childRow('2', B, OTHER_LEAD);
    const answer = await world.ask<Record<string, unknown>>(
      platform,
      `mutation ($input: CorrectRowInput!) { correctBundleRow(input: $input) { ... on PushRowsPayload { account { taken } } } }`,
      { input: { id: bad?.id, row: { table, columns } } },
    );
    expect(answer).toMatchObject({ correctBundleRow: { account: { taken: 1 } } });
    const { bundleCase } = await ask(supervisor, `${PLATFORM}:2`);
    expect(bundleCase.children).toHaveLength(2);
  });

  test('may not push for another source', async () => {
    await expect(
      world.push([{ ...mainRow('3', LEAD), data_source: '115' }], { viewer: platform }),
    ).resolves.toMatchObject({
      account: { refused: 1 },
    });
  });
});

test('published lists are read by place', async () => {
  const answer = await world.ask<{ publishedBundles: unknown[] }>(
    lead,
    '{ publishedBundles(division: "150121", code: "YJS-01") { id division { code } name } }',
  );
  expect(answer.publishedBundles).toEqual([
    { id: '15:YJS-01:2026', division: { code: '15' }, name: '企业信息变更一件事' },
  ]);
});
