import { scopeOf } from '@gnomon/identity';
import fc from 'fast-check';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AGENCY,
  acceptRow,
  OTHER_AGENCY,
  openWorld,
  resultRow,
  row,
  SOURCE,
  SUPERVISOR,
  stepRow,
  type TestWorld,
  viewer,
} from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await openWorld('2024-09-23T10:00:00+08:00');
});
afterEach(() => world?.close());

const balanced = ({
  rows,
  taken,
  setAside,
  refused,
  identical,
}: {
  rows: number;
  taken: number;
  setAside: number;
  refused: number;
  identical: number;
}) => taken + setAside + refused + identical === rows;

describe('the account of a batch', () => {
  test('taken, set aside, refused and identical add up, whatever rows come', async () => {
    const good = [
      acceptRow('P1'),
      stepRow('P1', '受理', '2024-09-23 09:00:00', null),
      stepRow('P9', '受理', '2024-09-23 09:00:00', null),
      resultRow('P1', '2024-09-23 09:30:00'),
    ];
    const corrupt = fc.array(
      fc.oneof(
        fc.constantFrom(...good),
        fc
          .tuple(
            fc.constantFrom(...good),
            fc.dictionary(
              fc.constantFrom(
                'project_no',
                'row_guid',
                'cd_operation',
                'cd_time',
                'task_code',
                'data_source',
                'task_name',
              ),
              fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constant(null), fc.integer()),
              { maxKeys: 2 },
            ),
          )
          .map(([one, bad]) => ({ ...one, ...bad })),
      ),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(corrupt, async (rows) => {
        const { account } = await world.push(rows);
        expect(account.rows).toBe(rows.length);
        expect(balanced(account)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
  test('every version can be read, in the bundle it came in, whatever stands in columns that nobody knows', async () => {
    const first = acceptRow('VB1', { note: 'a\u0000b \\ "c"\t' }, { row_guid: 'vb-accept' });
    const step = stepRow('VB1', '受理', '2024-09-23 09:00:00', '2024-09-23 09:20:00', { row_guid: 'vb "step"' });
    await world.push([first, step], { batchId: 'vb' });
    await world.push([{ ...first, cd_operation: 'U', cd_time: '2024-09-23 09:30:00', task_name: '改名' }], {
      batchId: 'vb',
    });
    const bundles = await world.database.sql`select 1 from row_bundle where no = 'VB1'`;
    expect(bundles.length).toBe(2);
    const rows = await world.database.sql`
      select tbl, guid, version, op, made_at, batch, payload from row_log where no = 'VB1' order by made_at, guid`;
    expect(rows.map(({ tbl, guid, version, op, batch }) => [tbl, guid, version, op, batch])).toEqual([
      ['up_pro_process', 'vb "step"', 1, 'I', 'b'],
      ['up_pro_accept', 'vb-accept', 1, 'I', 'b'],
      ['up_pro_accept', 'vb-accept', 2, 'U', 'b'],
    ]);
    expect(rows.map(({ made_at }) => made_at)).toEqual([
      Date.parse('2024-09-23T09:00:00+08:00'),
      Date.parse('2024-09-23T09:00:00+08:00'),
      Date.parse('2024-09-23T09:30:00+08:00'),
    ]);
    expect(
      (rows.find(({ version, tbl }) => version === 1 && tbl === 'up_pro_accept')!.payload as { note: string }).note,
    ).toBe('a\u0000b \\ "c"\t');
  });
  test('a part that is sent again changes nothing, and an identical row is not stored again', async () => {
    const rows = [acceptRow('I1'), stepRow('I1', '受理', '2024-09-23 09:00:00', '2024-09-23 09:10:00')];
    expect((await world.push(rows, { chunk: 1 })).account).toMatchObject({ taken: 2, identical: 0 });
    expect(await world.push(rows, { chunk: 1 })).toMatchObject({ isRepeated: true, account: { taken: 2 } });
    expect((await world.push(rows, { chunk: 2 })).account).toMatchObject({ taken: 0, identical: 2 });
    const [{ n }] = (await world.database.sql`select count(*)::int as n from row_log`) as unknown as [{ n: number }];
    expect(n).toBe(2);
  });
  test('an orphan is set aside and attached when its parent comes', async () => {
    expect((await world.push([stepRow('O1', '受理', '2024-09-23 09:00:00', null)])).account).toMatchObject({
      setAside: 1,
    });
    await world.push([acceptRow('O1')]);
    const { workItem } = await world.ask<{ workItem: { steps: unknown[] } }>(
      SUPERVISOR,
      '{ workItem(id: "115:O1") { steps { name } } }',
    );
    expect(workItem.steps).toEqual([{ name: '受理' }]);
  });
  test('a transaction that breaks before its commit leaves nothing behind', async () => {
    await world.database.sql`alter table intake_chunk add constraint broken check (false) not valid`;
    await expect(world.push([acceptRow('C1')])).rejects.toThrow(/Internal error/);
    const counts = await world.database
      .sql`select (select count(*) from row_log) + (select count(*) from work_item) + (select count(*) from source_delta) + (select count(*) from tally_delta) + (select count(*) from period) as n`;
    expect(Number(counts[0]!.n)).toBe(0);
    await world.database.sql`alter table intake_chunk drop constraint broken`;
    expect((await world.push([acceptRow('C1')])).account).toMatchObject({ taken: 1 });
  });
  test('two writers of one work item at once lose nothing', async () => {
    await world.push([acceptRow('W1')]);
    await Promise.all(
      Array.from({ length: 6 }, (_, n) => world.push([stepRow('W1', `环节${n}`, '2024-09-23 09:00:00', null)])),
    );
    const { workItem } = await world.ask<{ workItem: { steps: unknown[] } }>(
      SUPERVISOR,
      '{ workItem(id: "115:W1") { steps { name } } }',
    );
    expect(workItem.steps).toHaveLength(6);
  });
});

describe('the same history', () => {
  test('gives the same verdicts live, in one batch, shuffled and doubled', async () => {
    const history = [
      acceptRow('H1'),
      stepRow('H1', '受理', '2024-09-23 09:00:00', '2024-09-23 09:20:00'),
      row('up_pro_special_procedure', 'H1', {
        special_type: '2',
        special_name: '听证',
        special_reason: '依法听证',
        special_time: '2024-09-25 09:00:00',
        end_time: '2024-09-28 09:00:00',
        special_kind: 'HEARING',
        approver: '王五',
        notice_no: 'T1',
        result: '已听证',
      }),
      resultRow('H1', '2024-10-11 10:00:00'),
    ];
    const rename = (no: string) =>
      history.map((one) => ({ ...one, project_no: no, row_guid: `${one.row_guid}-${no}` }));
    world.time.set('2024-10-11T12:00:00+08:00');
    await world.push(rename('B1'));
    await world.push([...rename('B2'), ...rename('B2')].reverse());
    for (const one of rename('B3').reverse()) await world.push([one]);
    await world.goTo('2024-10-20T12:00:00+08:00');
    const standing = async (no: string) =>
      (
        await world.ask<{ workItem: { standing: object[]; state: string } }>(
          SUPERVISOR,
          `{ workItem(id: "115:${no}") { state standing { indicator { id } level turnedAt } } }`,
        )
      ).workItem;
    const first = await standing('B1');
    expect(first.standing).toContainEqual({
      indicator: { id: 'WI-03' },
      level: 'YELLOW',
      turnedAt: '2024-10-09T16:00:00.000Z',
    });
    const levels = ({ standing: list }: { standing: object[] }) =>
      list.map((verdict) => ({ ...verdict, turnedAt: null }));
    expect(levels(await standing('B2'))).toEqual(levels(first));
    expect(levels(await standing('B3'))).toEqual(levels(first));
  });
});

describe('refused rows', () => {
  test('the source sees its own and why, corrects one and explains another; others see none', async () => {
    const { refused } = await world.push([
      acceptRow('', {}, { row_guid: 'bad-1' }),
      acceptRow('R2', { task_code: '' }, { row_guid: 'bad-2' }),
    ]);
    expect(refused.map((one) => one.code)).toEqual(['NO_WORK_ITEM_NO', 'NO_ITEM_CODE']);
    const list = async (who = SOURCE) =>
      (
        await world.ask<{ refusedRows: { nodes: { id: string; guid: string; state: string }[] } }>(
          who,
          '{ refusedRows { nodes { id guid state reason { zh } remedy { zh } } } }',
        )
      ).refusedRows.nodes;
    expect(await list(viewer('SOURCE', { sources: ['116'] }))).toEqual([]);
    const [one] = (await list()).filter((entry) => entry.guid === 'bad-1');
    const { table, ...columns } = acceptRow('R1', {}, { row_guid: 'bad-1' });
    await world.ask(SOURCE, 'mutation ($input: CorrectRowInput!) { correctRow(input: $input) { __typename } }', {
      input: { id: one!.id, row: { table, columns } },
    });
    const [two] = (await list()).filter((entry) => entry.guid === 'bad-2');
    await world.ask(SOURCE, 'mutation ($input: ExplainRowInput!) { explainRow(input: $input) { __typename } }', {
      input: { id: two!.id, explanation: '历史数据缺失' },
    });
    expect((await list()).map((entry) => [entry.guid, entry.state]).sort()).toEqual([
      ['bad-1', 'CORRECTED'],
      ['bad-2', 'EXPLAINED'],
    ]);
  });
  test('a classified row is quarantined without content, and found by DP-15 at once', async () => {
    await world.push([acceptRow('S1', { secret_level: '机密' })]);
    const kept = await world.database
      .sql`select (select string_agg(payload::text, '') from row_log) as log, (select doc::text from work_item) as doc, (select payload from refused_row) as refused`;
    expect(kept[0]!.log).toBeNull();
    expect(kept[0]!.refused).toBeNull();
    expect(kept[0]!.doc).not.toContain('张三');
    expect((await world.signals()).filter((signal) => signal.level === 'RED').map((signal) => signal.rule)).toEqual([
      'DP-15',
    ]);
  });
});

describe('who sees what', () => {
  test('agencies, sources and supervisors see their own; others’ rows do not exist', async () => {
    await world.push([acceptRow('V1')]);
    const sees = async (who: Parameters<TestWorld['ask']>[0]) =>
      await world.ask<{ workItem: object | null; workItems: { nodes: object[] } }>(
        who,
        '{ workItem(id: "115:V1") { id } workItems { nodes { id } } }',
      );
    const there = { workItem: { id: '115:V1' }, workItems: { nodes: [{ id: '115:V1' }] } };
    const nothing = { workItem: null, workItems: { nodes: [] } };
    expect(await sees(viewer('AGENCY', { agency: AGENCY }))).toEqual(there);
    expect(await sees(viewer('AGENCY', { agency: OTHER_AGENCY }))).toEqual(nothing);
    expect(await sees(SOURCE)).toEqual(there);
    expect(await sees(viewer('SOURCE', { sources: ['116'] }))).toEqual(nothing);
    expect(await sees(viewer('SUPERVISOR', { division: '1501' }))).toEqual(there);
    expect(await sees(viewer('SUPERVISOR', { division: '1502' }))).toEqual(nothing);
  });
  test('personal data is masked, unless a purpose is given', async () => {
    await world.push([acceptRow('M1')]);
    const query = '{ workItem(id: "115:M1") { applicantName rowVersions { content } } }';
    const masked = JSON.stringify(await world.ask(SUPERVISOR, query));
    expect(masked).not.toContain('张三');
    expect(masked).not.toContain('11010519491231002');
    const purpose = { text: '申诉核查', caseNo: 'SS-1' };
    expect(JSON.stringify(await world.ask({ ...SUPERVISOR, purpose }, query))).toContain('张三');
  });
  test('a source pushes its own rows only', async () => {
    const { account, refused } = await world.push([acceptRow('F1', {}, { data_source: '116' })]);
    expect(account.refused).toBe(1);
    expect(refused[0]!.code).toBe('FOREIGN_SOURCE');
    await expect(world.push([acceptRow('F2')], { viewer: SUPERVISOR })).rejects.toThrow(/PUSH_ROWS/);
  });
});

describe('indicator values', () => {
  test('come with numerator, denominator and levels, and move when a verdict moves', async () => {
    await world.push([acceptRow('T1'), acceptRow('T2')]);
    const value = async () =>
      (
        await world.ask<{ indicatorValues: { indicator: { id: string }; numerator: number; denominator: number }[] }>(
          SUPERVISOR,
          '{ indicatorValues(filter: { indicators: ["WI-03"], division: "150105000000" }) { indicator { id } numerator denominator byLevel { level count } } }',
        )
      ).indicatorValues;
    expect(await value()).toMatchObject([{ numerator: 2, denominator: 2 }]);
    await world.push([resultRow('T1', '2024-09-23 09:50:00')]);
    await world.goTo('2024-10-11T12:00:00+08:00');
    expect(await value()).toMatchObject([
      { numerator: 1, denominator: 2, byLevel: expect.arrayContaining([{ level: 'RED', count: 1 }]) },
    ]);
  });
});

describe('the signal feed of this domain', () => {
  test('is read by cursor and followed live, within what the viewer may see', async () => {
    await world.push([acceptRow('E1'), acceptRow('E2', { org_code: OTHER_AGENCY })]);
    await world.goTo('2024-09-30T09:00:00+08:00');
    await world.signals();
    const page = async (who: Parameters<TestWorld['ask']>[0], after: string | null = null) =>
      (
        await world.ask<{ workItemSignals: { nodes: { subjectId: string; cursor: string }[]; endCursor: string } }>(
          who,
          'query ($after: String) { workItemSignals(first: 3, after: $after) { nodes { subjectId cursor level turnedAt indicator { id } message { zh en } } endCursor } }',
          { after },
        )
      ).workItemSignals;
    const own = await page(viewer('AGENCY', { agency: AGENCY }));
    expect(own.nodes.length).toBeGreaterThan(0);
    expect(own.nodes.every((node) => node.subjectId === '115:E1')).toBe(true);
    const first = await page(SUPERVISOR);
    const second = await page(SUPERVISOR, first.endCursor);
    expect(second.nodes[0]?.cursor).not.toBe(first.nodes.at(-1)?.cursor);
    await expect(page(SUPERVISOR, 'nonsense')).rejects.toThrow();

    const stop = new AbortController();
    const stream = await world.hosted.subscribe({
      document: parse('subscription ($after: String) { workItemSignals(after: $after) { id subjectId } }'),
      variables: { after: first.nodes[0]!.cursor },
      context: { viewer: SUPERVISOR, scope: scopeOf(SUPERVISOR), requestId: 't', signal: stop.signal },
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    const { value } = await stream[Symbol.asyncIterator]().next();
    expect(value).toMatchObject({
      data: { workItemSignals: { subjectId: first.nodes[1]!.subjectId } },
      extensions: { cursor: first.nodes[1]!.cursor },
    });
    stop.abort();
  });
});
