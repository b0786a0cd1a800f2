import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCY, acceptRow, OTHER_AGENCY, openWorld, SUPERVISOR, type TestWorld, viewer } from './world.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
let world: TestWorld;

beforeAll(async () => {
  world = await openWorld('2024-09-24T10:00:00+08:00');
  await world.push([acceptRow('1'), acceptRow('2', { accept_date: '2024-09-24 09:00:00' })]);
  await world.push(
    [acceptRow('3', { org_code: OTHER_AGENCY }, { data_source: '116', cd_time: '2024-09-24 09:30:00' })],
    {
      viewer: viewer('SOURCE', { sources: ['116'] }),
    },
  );
});
afterAll(() => world.close());

interface Ahead {
  readonly workItemsDueSoon: {
    readonly until: string;
    readonly nodes: readonly { turnsAt: string; level: string; indicator: { id: string }; subjectId: string }[];
    readonly hasNextPage: boolean;
    readonly endCursor: string;
  };
}
const AHEAD = `query ($days: Int, $agency: ID, $division: ID, $first: Int, $after: String) {
  workItemsDueSoon(withinWorkdays: $days, agency: $agency, division: $division, first: $first, after: $after) {
    until hasNextPage endCursor nodes { turnsAt level subjectId indicator { id } message { zh en } } } }`;

async function ahead(variables: Record<string, unknown> = {}, who = SUPERVISOR) {
  return (await world.ask<Ahead>(who, AHEAD, variables)).workItemsDueSoon;
}
const shown = (nodes: Ahead['workItemsDueSoon']['nodes']) =>
  nodes.map(({ turnsAt, level, subjectId, indicator }) => `${turnsAt} ${subjectId} ${indicator.id} ${level}`).sort();

describe('what time alone will turn', () => {
  test('is exactly what is told when that time has passed and nothing has arrived; looking writes nothing', async () => {
    await world.goTo('2024-09-27T10:00:00+08:00');
    const before = await world.signals();
    const [due] = await world.database
      .sql`select array_agg(due_at order by id) as due, array_agg(revision order by id) as revision from work_item`;
    const foreseen = await ahead({ days: 2 });
    expect(Date.parse(foreseen.until)).toBe(at('2024-10-01T00:00:00'));
    expect(await world.signals()).toHaveLength(before.length);
    const [same] = await world.database
      .sql`select array_agg(due_at order by id) as due, array_agg(revision order by id) as revision from work_item`;
    expect(same).toEqual(due);

    await world.goTo('2024-10-10T10:00:00+08:00');
    const told = (await world.signals()).slice(before.length);
    const risen = told
      .filter(
        ({ kind, level, turnedAt, subjectKind }) =>
          subjectKind === 'work-item' &&
          kind === 'ROSE' &&
          level !== 'UNKNOWN' &&
          Date.parse(turnedAt) <= Date.parse(foreseen.until),
      )
      .map(({ turnedAt, subject, rule, level }) => `${turnedAt} ${subject} ${rule} ${level}`)
      .sort();
    expect(shown(foreseen.nodes)).toEqual(risen);
    expect(risen.some((line) => line.includes('116:3'))).toBe(true);
    expect(risen.some((line) => line.includes('115:1 WI-03 YELLOW'))).toBe(true);
  });

  test('comes in pages that together hold every subject once', async () => {
    const whole = await ahead({ days: 10 });
    const pages: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Ahead['workItemsDueSoon'] = await ahead({ days: 10, first: 1, after });
      pages.push(...shown(page.nodes));
      after = page.endCursor;
      more = page.hasNextPage;
    }
    expect(pages.sort()).toEqual(shown(whole.nodes));
  });

  test('stays within what the viewer may see, and within the filter', async () => {
    const other = viewer('AGENCY', { agency: OTHER_AGENCY });
    const own = (await ahead({ days: 10 }, other)).nodes;
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ subjectId }) => subjectId.startsWith('116:'))).toBe(true);
    expect((await ahead({ days: 10, agency: AGENCY }, other)).nodes).toEqual([]);
    expect(
      (await ahead({ days: 10, division: '150105000000' })).nodes.every(({ subjectId }) =>
        subjectId.startsWith('115:'),
      ),
    ).toBe(true);
  });

  test('refuses to look further than ten working days, in both languages', async () => {
    await expect(ahead({ days: 11 })).rejects.toThrow('an integer from 0 to 10 was expected, 11 came');
  });
});

test('work items are counted by agency, as the rows themselves are', async () => {
  const counts = async (who = SUPERVISOR, filter = '') =>
    (
      await world.ask<{ workItemCounts: { agency: { uscc: string }; count: number }[] }>(
        who,
        `{ workItemCounts${filter} { agency { uscc } count } }`,
      )
    ).workItemCounts.map(({ agency, count }) => `${agency.uscc} ${count}`);
  const rows = await world.database.sql<{ line: string }[]>`
    select agency || ' ' || count(*) as line from work_item group by agency order by agency`;
  expect(await counts()).toEqual(rows.map(({ line }) => line));
  expect(await counts(SUPERVISOR, '(from: "2024-09-24", to: "2024-09-24")')).toEqual([`${AGENCY} 1`]);
  expect(await counts(viewer('AGENCY', { agency: OTHER_AGENCY }))).toHaveLength(1);
});

test('the domain says as of when it speaks, and where its feed stands', async () => {
  const { workItemAsOf } = await world.ask<{ workItemAsOf: { domain: string; at: string; cursor: string } }>(
    SUPERVISOR,
    '{ workItemAsOf { domain at cursor } }',
  );
  expect(workItemAsOf).toMatchObject({ domain: 'work-items', at: '2024-10-10T02:00:00.000Z' });
  const { workItemSignals } = await world.ask<{ workItemSignals: { nodes: unknown[] } }>(
    SUPERVISOR,
    'query ($after: String) { workItemSignals(after: $after) { nodes { id } } }',
    { after: workItemAsOf.cursor },
  );
  expect(workItemSignals.nodes).toEqual([]);
});
