import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openParcels, parcel } from './parcels.ts';
import { type RecordTestWorld, viewer } from './world.ts';

const SUPERVISOR = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
let world: RecordTestWorld;
beforeAll(async () => {
  world = await openParcels();
  await world.push([parcel('a'), parcel('b', { depot: 'D2' }), parcel('c', { delivered_at: '2024-10-14 12:00:00' })]);
  await world.push([parcel('l', { data_source: 'late', row_guid: 'p-l' })]);
});
afterAll(() => world?.close());

interface Ahead {
  readonly until: string;
  readonly hasNextPage: boolean;
  readonly endCursor: string;
  readonly nodes: readonly { turnsAt: string; level: string; subjectId: string; indicator: { id: string } }[];
}
async function ahead(variables: Record<string, unknown> = {}, who = SUPERVISOR): Promise<Ahead> {
  const { parcelDueSoon } = await world.ask<{ parcelDueSoon: Ahead }>(
    who,
    `query ($days: Int, $agency: ID, $first: Int, $after: String) {
      parcelDueSoon(withinWorkdays: $days, agency: $agency, first: $first, after: $after) {
        until hasNextPage endCursor nodes { turnsAt level subjectId indicator { id } } } }`,
    variables,
  );
  return parcelDueSoon;
}
const shown = ({ nodes }: Ahead) =>
  nodes.map(({ turnsAt, level, subjectId, indicator }) => `${turnsAt} ${subjectId} ${indicator.id} ${level}`).sort();

describe('what time alone will turn', () => {
  test('comes in pages within what the viewer may see; looking writes nothing', async () => {
    const before = await world.signals();
    const whole = shown(await ahead({ days: 3 }));
    expect(whole.some((line) => line.includes('own:a'))).toBe(true);
    expect(whole.some((line) => line.includes('late:l'))).toBe(true);
    expect(whole.some((line) => line.includes('own:c'))).toBe(false);
    const pages: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Ahead = await ahead({ days: 3, first: 1, after });
      pages.push(...shown(page));
      after = page.endCursor;
      more = page.hasNextPage;
    }
    expect(pages.sort()).toEqual(whole);
    const ofD2 = shown(await ahead({ days: 3 }, viewer('AGENCY', { agency: 'D2' })));
    expect(ofD2).toEqual(whole.filter((line) => line.includes('own:b')));
    expect(shown(await ahead({ days: 3, agency: 'D2' }))).toEqual(ofD2);
    expect(await world.signals()).toEqual(before);
  });

  test('is exactly what is told when that time has passed and nothing has arrived', async () => {
    const foreseen = await ahead({ days: 3 });
    const before = (await world.signals()).length;
    await world.goTo(Date.parse(foreseen.until) + 10 * 86_400_000);
    const told = (await world.signals())
      .slice(before)
      .filter(({ kind, level, turnedAt }) => kind === 'ROSE' && level !== 'UNKNOWN' && turnedAt <= foreseen.until)
      .map(({ turnedAt, subject, rule, level }) => `${turnedAt} ${subject} ${rule} ${level}`);
    expect(shown(foreseen)).toEqual(told.sort());
    expect(told.length).toBeGreaterThan(2);
  });
});

test('the domain says as of when it speaks, and where its feed stands', async () => {
  const { parcelAsOf } = await world.ask<{ parcelAsOf: { domain: string; at: string; cursor: string } }>(
    SUPERVISOR,
    '{ parcelAsOf { domain at cursor } }',
  );
  expect(parcelAsOf).toMatchObject({ domain: 'parcels', at: new Date(world.time.now()).toISOString() });
  const { parcelSignals } = await world.ask<{ parcelSignals: { nodes: unknown[] } }>(
    SUPERVISOR,
    'query ($after: String) { parcelSignals(after: $after) { nodes { id } } }',
    { after: parcelAsOf.cursor },
  );
  expect(parcelSignals.nodes).toEqual([]);
});

test('an entity of another domain knows the records that name it, those that the viewer may see', async () => {
  const of = async (who = SUPERVISOR) => {
    const { _entities } = await world.ask<{ _entities: { parcels: { id: string }[] }[] }>(
      who,
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on WorkItem { parcels { id } } } }',
      { r: ['link-own:a', 'link-own:b', 'nobody'].map((id) => ({ __typename: 'WorkItem', id })) },
    );
    return _entities.map(({ parcels }) => parcels.map(({ id }) => id));
  };
  expect(await of()).toEqual([['own:a'], ['own:b'], []]);
  expect(await of(viewer('AGENCY', { agency: 'D2' }))).toEqual([[], ['own:b'], []]);
});
