import { appendWatch, foldWatch, type WatchCount } from '@gnomon/store';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDITOR, openWorld, viewerOf, type World } from './world.ts';

let world: World;
const at = Date.parse('2026-03-02T09:00:00+08:00');
const count = (source: string, division: string, more: Partial<WatchCount> = {}): WatchCount => ({
  ...{ source, division, agency: source === '' ? '' : `agency-of-${source}`, at, completeTo: at },
  ...{
    received: 3,
    taken: 2,
    setAside: 0,
    refused: 1,
    identical: 0,
    agencies: [],
    kinds: { 'work-item': 2 },
    rules: { 'WI-03': 2 },
  },
  ...more,
});
beforeAll(async () => {
  world = await openWorld();
  const append = (counts: readonly WatchCount[]) =>
    world.ports.database.transaction((tx) => appendWatch(tx, 'work-items', counts));
  await append([count('hohhot', '1501'), count('baotou', '1502'), count('', '')]);
  await world.ports.database.transaction((tx) => foldWatch(tx));
  // The same minute again, not folded yet.
  await append([count('hohhot', '1501'), count('baotou', '1502', { at: at + 60_000, completeTo: at + 61_000 })]);
  for (const [source, division] of [
    ['hohhot', '1501'],
    ['baotou', '1502'],
    [null, null],
  ] as const)
    await world.ports.database
      .sql`insert into hub.alarm (key, kind, division, agency, source, since, raised_at, content)
      values (${`k ${source}`}, 'SOURCE_SILENT', ${division}, null, ${source}, ${at}::timestamptz, ${at}::timestamptz,
        ${JSON.stringify({ about: String(source), what: { zh: '一', en: 'a' }, expected: { zh: '一', en: 'a' }, remedy: { zh: '一', en: 'a' } })}::text::json)`;
});
afterAll(() => world.close());

const WATCH = `query ($domain: String, $source: ID, $first: Int, $after: String) {
  watch(from: "2026-03-02T00:00:00+08:00", to: "2026-03-03T00:00:00+08:00", domain: $domain, source: $source, first: $first, after: $after) {
    nodes { domain source { id } minute received refused subjectsJudged rulesRun completeTo } pageInfo { hasNextPage endCursor } } }`;
interface Watched {
  watch: {
    nodes: { source: { id: string } | null; minute: string; received: number; rulesRun: number; completeTo: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}
const OPERATOR = viewerOf('OPERATOR');
const HOHHOT = viewerOf('SUPERVISOR', { tier: 'LEAGUE', division: '1501' });
const short = ({ watch }: Watched) =>
  watch.nodes.map(({ source, minute, received }) => `${source?.id ?? '-'} ${minute.slice(11, 16)} ${received}`);

test('counts that are folded and those that are not are one answer, newest first, page after page', async () => {
  const all = await world.ask<Watched>(OPERATOR, WATCH);
  expect(short(all)).toEqual(['baotou 01:01 3', 'hohhot 01:00 6', 'baotou 01:00 3', '- 01:00 3']);
  expect(all.watch.nodes[1]).toMatchObject({ rulesRun: 4, completeTo: '2026-03-02T01:00:00.000Z' });
  const pages: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: Watched = await world.ask<Watched>(OPERATOR, WATCH, { first: 1, after });
    pages.push(...short(page));
    after = page.watch.pageInfo.endCursor;
    if (!page.watch.pageInfo.hasNextPage) break;
  }
  expect(pages).toEqual(short(all));
});

test('a supervisor sees the counts and alarms of sources in its places; what belongs to none is for the widest area', async () => {
  expect(short(await world.ask<Watched>(HOHHOT, WATCH))).toEqual(['hohhot 01:00 6']);
  expect(short(await world.ask<Watched>(AUDITOR, WATCH))).toHaveLength(4);
  const alarms = '{ alarms { nodes { about source { id } } } }';
  const about = async (viewer: typeof HOHHOT) =>
    (await world.ask<{ alarms: { nodes: { about: string }[] } }>(viewer, alarms)).alarms.nodes
      .map((one) => one.about)
      .sort();
  expect(await about(HOHHOT)).toEqual(['hohhot', 'null']);
  expect(await about(AUDITOR)).toEqual(['baotou', 'hohhot', 'null']);
  expect(await about(OPERATOR)).toEqual(['baotou', 'hohhot', 'null']);
});

test('row security alone keeps a viewer to its places, also where a statement forgets it', async () => {
  const scope = { all: false, divisions: ['1501'], agencies: [], sources: [] };
  const seen = (table: string) =>
    world.ports.database.asViewer(
      scope,
      (tx) => tx<{ source: string | null }[]>`select source from ${tx('hub')}.${tx(table)}`,
    );
  expect((await seen('watch_minute')).map(({ source }) => source)).toEqual(['hohhot']);
  expect((await seen('watch_delta')).map(({ source }) => source)).toEqual(['hohhot']);
  expect((await seen('alarm')).map(({ source }) => source).sort()).toEqual(['hohhot', null]);
  for (const table of ['watch_beat', 'watch_source', 'watch_day', 'watch_lease'])
    await expect(
      world.ports.database.asViewer(scope, (tx) => tx`select 1 from ${tx('hub')}.${tx(table)}`),
    ).rejects.toThrow(/permission denied/);
});

test('nobody else asks', async () => {
  for (const viewer of [
    null,
    viewerOf('AGENCY', { agency: 'a' }),
    viewerOf('PARTNER', { agency: 'a' }),
    viewerOf('SOURCE', { sources: ['hohhot'] }),
    viewerOf('SECURITY_ADMIN'),
    viewerOf('AUDIT_ADMIN'),
  ])
    for (const query of [
      WATCH,
      '{ alarms { nodes { id } } }',
      '{ watchEvents { nodes { at } } }',
      '{ watchExpectation { hash } }',
    ]) {
      const { errors } = await world.answer(viewer, query);
      expect(errors![0]!.extensions.code).toBe(viewer === null ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    }
});

test('whatever is asked, the answer is a page or a refusal by name', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\u0000', '\ud800', 'work-items', "'; --"),
  );
  const ask = fc.record({
    domain: fc.option(text),
    source: fc.option(text),
    first: fc.option(fc.integer()),
    after: fc.option(text),
  });
  await fc.assert(
    fc.asyncProperty(ask, async (variables) => {
      const { errors } = await world.answer(OPERATOR, WATCH, variables);
      for (const { extensions } of errors ?? []) expect(['BAD_PAGE', 'BAD_CURSOR']).toContain(extensions.code);
      const events = await world.answer(
        OPERATOR,
        'query ($first: Int, $after: String) { watchEvents(first: $first, after: $after) { endCursor } }',
        variables,
      );
      for (const { extensions } of events.errors ?? []) expect(['BAD_PAGE', 'BAD_CURSOR']).toContain(extensions.code);
    }),
    { numRuns: 60, seed: 9 },
  );
});
