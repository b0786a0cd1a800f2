import {
  asOfsOf,
  cardDensityOf,
  type DashboardDocument,
  holesOf,
  readDashboardDocuments,
} from '@gnomon/gateway/dashboard';
import { provinceMonth } from '@gnomon/province';
import { createClient } from '@gnomon/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RowDomain } from '../src/domains.ts';
import { demoCalendar, demoCast, demoViewers, importHistory, publishWorld, pushArrivals } from '../src/index.ts';
import { type Answer, type ListeningHub, openListeningHub } from './listening-hub.ts';

const REGION = 'supervisor-region';
const documents = readDashboardDocuments();
const MONTH = {
  ...{ from: '2026-04-01T00:00:00+08:00', to: '2026-05-01T00:00:00+08:00' },
  ...{ firstDay: '2026-04-01', lastDay: '2026-04-30' },
};

let world: ListeningHub;
let present = Date.parse('2026-03-31T12:00:00+08:00');
beforeAll(async () => {
  world = await openListeningHub({ time: { now: () => present }, background: false });
  const month = provinceMonth({
    seed: 11,
    cast: demoCast(),
    calendar: demoCalendar(world.hub.rules),
    from: '2026-04-01',
    to: '2026-04-30',
    items: 150,
    defectRate: 0.5,
    disorder: { late: 0.05, shuffled: 0.05, doubled: 0.05 },
  });
  await publishWorld(world.hub, month, demoViewers()('operator'));
  await world.hub.settle();
  present = month.readAt;
  await importHistory({ hubUrl: world.hub.url, token: await world.token('operator'), batch: 'month' }, month.arrivals);
  await world.hub.settle();
});
afterAll(() => world?.close());

/** One request, and nothing missing in its answer. */
async function ask<Data, Variables extends object>(
  { text }: DashboardDocument<Data, Variables>,
  variables: Variables,
  account = REGION,
): Promise<Data> {
  const answer: Answer<Data> = await world.ask<Data>(account, text, variables);
  expect(answer.errors).toBeUndefined();
  expect(holesOf(answer)).toEqual([]);
  expect(asOfsOf(answer).get('registry')).toBe(new Date(present).toISOString());
  return answer.data!;
}

const AGENCY = demoViewers()('agency-1').agency!;

const period = { from: MONTH.from, to: MONTH.to };
const AT = '2026-05-06 10:00:00';
let pushed = 0;

/** Pushes rows of a domain in the name of the region's own platform, and lets all that follows from them happen. */
async function push(to: RowDomain, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  pushed += 1;
  const arrivals = rows.map((columns, index) => ({
    receivedAt: present,
    row: { row_guid: `${to}-${index}`, cd_operation: 'I', cd_batch: 'b', cd_time: AT, data_source: '115', ...columns },
  })) as unknown as Parameters<typeof pushArrivals>[1];
  const viewer = demoViewers()('source-115');
  const account = await pushArrivals(world.hub, arrivals, { viewer, batch: `dashboard-${pushed}`, chunk: null, to });
  expect(account).toMatchObject({ rows: rows.length, taken: rows.length });
  await world.hub.settle();
}

describe('the documents of the dashboard, over a month of simulated work', () => {
  test('a region’s day at a glance adds up to the region’s cards', async () => {
    const variables = { division: '15', day: '2026-04-15', from: MONTH.from, to: MONTH.to };
    const { cardsByDomain, cardsByDivision, cards, workItemValues, division } = await ask(
      documents.RegionDay,
      variables,
    );
    const sum = (counts: typeof cardsByDomain) => counts!.reduce((total, { count }) => total + count, 0);
    expect(division?.code).toBe('15');
    expect(sum(cardsByDomain)).toBeGreaterThan(20);
    expect(sum(cardsByDivision)).toBe(sum(cardsByDomain));
    expect(cards!.nodes).toHaveLength(20);
    expect(workItemValues!.find(({ indicator }) => indicator?.id === 'WI-03')!.denominator).toBeGreaterThan(0);
    for (const { indicatorTitle } of workItemValues!) expect(indicatorTitle?.title.zh).toMatch(/\p{Script=Han}/u);
  });

  test('card densities are those of a recount from cards and work items', async () => {
    const rows = cardDensityOf(await ask(documents.CardDensity, { division: '1501', ...MONTH }));
    expect(rows.length).toBeGreaterThan(1);
    const sql = createClient({ url: world.hub.databaseUrl, max: 1, applicationName: 'recount' });
    try {
      const recount = await sql<{ agency: string; cards: number; items: number }[]>`
        select a.agency, coalesce(c.n, 0)::int as cards, coalesce(i.n, 0)::int as items
        from (select agency from work_items.work_item union select agency from supervision.card) a
        left join (select agency, sum(case level when 'RED' then 3 else 1 end) as n from supervision.card
          where state = 'ISSUED' and division like '1501%' and turned_at >= ${MONTH.from}::timestamptz and turned_at < ${MONTH.to}::timestamptz group by 1) c using (agency)
        left join (select agency, count(*) as n from work_items.work_item
          where orphan_since is null and division like '1501%' and (listed_at at time zone 'Asia/Shanghai')::date between ${MONTH.firstDay}::date and ${MONTH.lastDay}::date group by 1) i using (agency)
        where c.n > 0 or i.n > 0`;
      const shown = (list: readonly { agency: string; cards: number; items: number }[]) =>
        list.map(({ agency, cards, items }) => `${agency} ${cards}/${items}`).sort();
      expect(
        shown(
          rows.map(({ agencyCode, numerator, denominator }) => ({
            agency: agencyCode,
            cards: numerator!,
            items: denominator!,
          })),
        ),
      ).toEqual(shown(recount));
    } finally {
      await sql.end();
    }
    const densities = rows.map(({ density }) => density ?? -1);
    expect(densities).toEqual(densities.toSorted((a, b) => b - a));
    expect(rows.every(({ name }) => name !== null)).toBe(true);
  });

  test('one agency’s everything is its own, and the agency itself reads the same', async () => {
    const variables = { agency: AGENCY, firstDay: MONTH.firstDay, lastDay: MONTH.lastDay };
    const seen = await ask(documents.AgencyFile, variables);
    expect(seen.agency?.uscc).toBe(AGENCY);
    expect(seen.workItemCounts).toHaveLength(1);
    expect(seen.cards!.nodes.every(({ agency }) => agency?.uscc === AGENCY)).toBe(true);
    const own = await ask(documents.AgencyFile, variables, 'agency-1');
    expect(own.workItemCounts).toEqual(seen.workItemCounts);
    expect(own.workItems).toEqual(seen.workItems);
    const other = await ask(documents.AgencyFile, variables, 'agency-2');
    expect([other.cards!.nodes, other.warnings!.nodes, other.workItems!.nodes, other.workItemCounts]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  test('a citizen’s matter shows the work item with its verdicts, and what the domains say of it', async () => {
    const { cards } = await ask(documents.RegionDay, {
      division: '15',
      day: '2026-04-15',
      from: MONTH.from,
      to: MONTH.to,
    });
    const { id } = cards!.nodes.find(({ subject }) => subject?.__typename === 'WorkItem')!.subject!;
    const { workItem, matter } = await ask(documents.CitizenMatter, { workItem: id, matter: `work-item:${id}` });
    expect(workItem?.id).toBe(id);
    expect(workItem!.cards!.nodes.length).toBeGreaterThan(0);
    expect(matter!.records!.map(({ kind, id: record }) => `${kind} ${record}`)).toContain(`work-item ${id}`);
  });

  test('a project is shown with its approvals, and each with its work item, licences and reviews', async () => {
    const { cards } = await ask(documents.RegionDay, { division: '15', day: '2026-04-15', ...period });
    const [source, no] = cards!.nodes.find(({ subject }) => subject?.__typename === 'WorkItem')!.subject!.id.split(':');
    const project = '2604-150105-04-01-123456';
    await push('engineering', [
      {
        table: 'eng_project',
        project_code: project,
        project_name: '测试项目',
        project_type: '3',
        lead_body: AGENCY,
        division: '150105',
        registered_at: AT,
      },
      {
        table: 'eng_approval',
        approval_no: 'A1',
        project_code: project,
        work_item_no: no,
        work_source: source,
        approval_kind: '32',
        stage: '3',
        item_code: '1',
        org_code: AGENCY,
        division: '150105',
        accepted_at: AT,
        entered_at: AT,
        document_no: '1',
      },
    ]);
    const named = { work_source: source, project_no: no };
    await push('licences', [
      {
        table: 'up_lic_data',
        certificate_source_id: 'L1',
        certificate_number: 'L1',
        certificate_type: '建筑工程施工许可证',
        certificate_type_code: '11100000000013338W032',
        certificate_name: '许可证',
        certificate_holder: '某公司',
        certificate_holder_code: '91150105MA0N000000',
        certificate_holder_type: '001',
        issue_dept: '某局',
        issue_dept_code: AGENCY,
        issue_date: AT,
        certificate_area_code: '150105',
        certificate_status: '1',
        ...named,
      },
    ]);
    await push('reviews', [
      {
        table: 'up_review',
        review_id: 'R1',
        area_code: '150105',
        org_code: AGENCY,
        task_code: '1',
        channel: '1',
        satisfaction: '5',
        assess_time: AT,
        review_no: 1,
        is_named: '1',
        is_default: '0',
        ...named,
      },
    ]);
    const file = (await ask(documents.ProjectFile, { project })).project!;
    expect(file).toMatchObject({
      code: project,
      type: 'GENERAL_PRIVATE',
      approvals: [{ no: 'A1', kind: 'CONSTRUCTION_PERMIT' }],
    });
    const { workItem } = file.approvals[0]!;
    expect(workItem).toMatchObject({
      id: `${source}:${no}`,
      licences: [{ status: 'VALID' }],
      reviews: [{ grade: 'VERY_SATISFIED' }],
    });
    expect(workItem!.cards!.nodes.length).toBeGreaterThan(0);
    const matter = await ask(documents.CitizenMatter, { workItem: workItem!.id, matter: `work-item:${workItem!.id}` });
    expect(matter.workItem).toMatchObject({ licences: [{}], reviews: [{}], approvals: [{ projectCode: project }] });
    expect(new Set(matter.matter!.records!.map(({ kind }) => kind))).toEqual(
      new Set(['work-item', 'licence', 'review', 'project-approval']),
    );
  });

  test('a document is asked by its hash alone', async () => {
    const response = await fetch(world.hub.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.token(REGION)}` },
      body: JSON.stringify({ documentId: `sha256:${documents.DueSoon.hash}`, variables: { first: 1 } }),
    });
    const { data } = (await response.json()) as { data: { workItems: { until: string } } };
    expect(Date.parse(data.workItems.until)).toBeGreaterThan(present);
  });

  test('what is about to breach comes true when nothing arrives', async () => {
    const foreseen = (await ask(documents.DueSoon, { division: '15', withinWorkdays: 2, first: 200 })).workItems!;
    expect(foreseen.nodes.length).toBeGreaterThan(0);
    const { supervisionStatus } = await ask(documents.Changes, { filter: { kind: ['ISSUED'] }, first: 1 });
    expect(supervisionStatus!.domains.every(({ reachable }) => reachable)).toBe(true);
    present = Date.parse(foreseen.until) + 7 * 86_400_000;
    await world.hub.settle();
    const { data } = await world.ask<{
      signals: {
        nodes: { subject: { id: string } | null; indicator: { id: string }; turnedAt: string; level: string }[];
      };
    }>(
      REGION,
      'query ($from: DateTime) { signals(first: 200, filter: { kind: [ROSE], domain: [WORK_ITEM], from: $from }) { nodes { turnedAt level indicator { id } subject { id } } } }',
      { from: foreseen.nodes[0]?.turnsAt ?? null },
    );
    const told = new Set(
      data!.signals.nodes.map((one) => `${one.turnedAt} ${one.indicator.id} ${one.subject?.id} ${one.level}`),
    );
    for (const { turnsAt, indicator, subjectId, level } of foreseen.nodes)
      expect(told).toContain(`${turnsAt} ${indicator!.id} ${subjectId} ${level}`);
  });

  test('what changed since a cursor is everything after it, page by page, and then nothing', async () => {
    const kinds: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const {
        supervisionChanges,
      }: {
        supervisionChanges: {
          nodes: readonly { kind: string }[];
          endCursor: string | null;
          hasNextPage: boolean;
        } | null;
      } = await ask(documents.Changes, { after, first: 100 });
      kinds.push(...supervisionChanges!.nodes.map(({ kind }) => kind));
      after = supervisionChanges!.endCursor;
      more = supervisionChanges!.hasNextPage;
    }
    expect(kinds.filter((kind) => kind === 'ISSUED').length).toBeGreaterThan(20);
    expect((await ask(documents.Changes, { after })).supervisionChanges).toEqual({
      nodes: [],
      endCursor: after,
      hasNextPage: false,
    });
  });
});
