import { REFERENCE_STREAM } from '@gnomon/reference';
import { openFeed, relayOnce } from '@gnomon/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishReference } from '../src/publish.ts';
import { account, openWorld, START, schemaText, type World } from './world.ts';

/** Real codes of section 2.1's kind: check characters that fit. */
const BUREAU = '11430000006122244L';
const MINISTRY = '11100000000013338W';
const ITEM = `${BUREAU}4000117002011`;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('divisions', () => {
  it('stand at five levels in the published numbers', async () => {
    const rows = await world.database.sql<
      { level: number; n: number }[]
    >`select level, count(*)::int as n from division group by level order by level`;
    expect(rows.map(({ n }) => n)).toEqual([1, 12, 108, 1225, 14592]);
  });

  it('answer with parent, path, reporting line and the twelve-digit form', async () => {
    const { data } = await world.ask(
      '{ division(code: "150781000000") { code code12 name level parent { code } path { name } reportsTo { name } } }',
    );
    expect(data.division).toEqual({
      code: '150781',
      code12: '150781000000',
      name: '满洲里市',
      level: 3,
      parent: { code: '1507' },
      path: [{ name: '内蒙古自治区' }, { name: '呼伦贝尔市' }, { name: '满洲里市' }],
      reportsTo: { name: '内蒙古自治区' },
    });
  });

  it('page over the whole region without a gap or a double', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await world.ask(
        'query Q($after: String) { divisions(level: 4, first: 200, after: $after) { nodes { code } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      const page = data.divisions as unknown as {
        nodes: { code: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      seen.push(...page.nodes.map(({ code }) => code));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toHaveLength(1225);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  it('hold a subtree by code prefix, and children directly below only', async () => {
    const { data } = await world.ask(
      '{ divisions(within: "150105", first: 200) { nodes { code } } division(code: "1501") { children(first: 200) { nodes { code level } } } }',
    );
    const within = (data.divisions as unknown as { nodes: { code: string }[] }).nodes;
    expect(within.length).toBeGreaterThan(9);
    expect(within.every(({ code }) => code.startsWith('150105'))).toBe(true);
    expect((data.division as unknown as { children: { nodes: unknown[] } }).children.nodes).toHaveLength(10);
  });

  it('are refused by name when a code is none, and null when it is unknown', async () => {
    expect((await world.ask('{ division(code: "15x") { code } }')).codes).toEqual(['BAD_ID']);
    expect((await world.ask('{ division(code: "159999") { code } }')).data.division).toBeNull();
  });
});

describe('publication', () => {
  const publishAgencies =
    'mutation P($agencies: [AgencyInput!]!) { publishAgencies(input: { agencies: $agencies }) { __typename ... on PublishAccount { taken unchanged refused { index key field reason { zh en } } } ... on PublishRefused { message { en } } } }';
  const operator = account('OPERATOR');
  const bureau = {
    uscc: BUREAU,
    name: '赛罕区行政审批和政务服务局',
    nameEn: 'Saihan approval bureau',
    division: '150105000000',
    duty: 'BOTH',
  };

  it('is for operators only, and says so', async () => {
    for (const role of ['SOURCE', 'AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER'] as const) {
      expect((await world.ask(publishAgencies, { agencies: [bureau] }, account(role))).codes).toEqual(['FORBIDDEN']);
    }
    expect((await world.ask(publishAgencies, { agencies: [bureau] }, null)).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('takes good objects, refuses faulty ones by name, and accounts for each', async () => {
    const { data } = await world.ask(
      publishAgencies,
      {
        agencies: [
          bureau,
          { ...bureau, uscc: '11430000006122244X' },
          { ...bureau, uscc: MINISTRY, division: '159999', name: ' ' },
          { uscc: MINISTRY, name: '部', division: '15', validFrom: '2024-05-01', validTo: '2024-04-01' },
        ],
      },
      operator,
    );
    const account_ = data.publishAgencies as unknown as {
      taken: number;
      unchanged: number;
      refused: { index: number; field: string; reason: { zh: string; en: string } }[];
    };
    expect([account_.taken, account_.unchanged]).toEqual([1, 0]);
    expect(account_.refused.map(({ index, field }) => [index, field])).toEqual([
      [1, 'uscc'],
      [2, 'key'],
      [3, 'to'],
    ]);
    expect(account_.refused[0]!.reason.zh).toContain('11430000006122244X');
    expect(account_.refused[2]!.reason.en).toContain('2024-05-01');
  });

  it('names every fault of an object', async () => {
    const { data } = await world.ask(
      publishAgencies,
      { agencies: [{ uscc: 'x', name: '', division: '159999' }] },
      operator,
    );
    const [refused] = (data.publishAgencies as unknown as { refused: { reason: { en: string } }[] }).refused;
    for (const field of ['uscc', 'name', 'division']) expect(refused!.reason.en).toContain(`${field}:`);
  });

  it('refuses a batch that is empty or too large as a whole', async () => {
    const many = Array.from({ length: 1001 }, () => bureau);
    for (const agencies of [[], many]) {
      const { data } = await world.ask(publishAgencies, { agencies }, operator);
      expect(data.publishAgencies).toMatchObject({ __typename: 'PublishRefused' });
    }
  });

  it('says unchanged for what is published already, and keeps an edition for each change', async () => {
    const again = await world.ask(publishAgencies, { agencies: [bureau] }, operator);
    expect(again.data.publishAgencies).toMatchObject({ taken: 0, unchanged: 1 });
    const changed = await world.ask(publishAgencies, { agencies: [{ ...bureau, department: 'approval' }] }, operator);
    expect(changed.data.publishAgencies).toMatchObject({ taken: 1, unchanged: 0 });
    const editions = await world.database
      .sql`select revision, published_by from reference_edition where key = ${BUREAU} order by revision`;
    expect([...editions]).toEqual([
      { revision: 1, published_by: 'test-OPERATOR' },
      { revision: 2, published_by: 'test-OPERATOR' },
    ]);
  });

  it('publishes items with versions, frozen by day, and refuses overlapping or looser ones', async () => {
    const publish =
      'mutation P($items: [ServiceItemInput!]!) { publishServiceItems(input: { items: $items }) { ... on PublishAccount { taken refused { field reason { en } } } } }';
    const version = {
      version: '1',
      validFrom: '2024-01-01',
      validTo: '2025-06-30',
      promise: { amount: 5, unit: 'WORKDAY' },
      statutory: { amount: 20, unit: 'WORKDAY' },
      specials: [{ kind: 'HEARING', limitWorkdays: 20 }],
      steps: [{ name: '受理', kind: 'ACCEPT', limitWorkHours: 4 }],
    };
    const next = {
      ...version,
      version: '2',
      validFrom: '2025-07-01',
      validTo: null,
      promise: { amount: 3, unit: 'WORKDAY' },
    };
    const item = {
      code: ITEM,
      name: '食品经营许可',
      agency: BUREAU,
      itemType: '01',
      kind: 'PROMISE',
      versions: [version, next],
    };
    const faulty = [
      { ...item, code: `${MINISTRY}4000117002011` },
      { ...item, code: `${BUREAU}4000117002012`, versions: [version, { ...next, validFrom: '2025-06-30' }] },
      { ...item, code: `${BUREAU}4000117002013`, versions: [{ ...version, promise: { amount: 21, unit: 'WORKDAY' } }] },
    ];
    const { data } = await world.ask(publish, { items: [item, ...faulty] }, operator);
    const result = data.publishServiceItems as unknown as { taken: number; refused: { field: string }[] };
    expect(result.taken).toBe(1);
    expect(result.refused.map(({ field }) => field)).toEqual(['code', 'versions[1].from', 'versions[0].promise']);
    const read = await world.ask(
      `{ serviceItem(code: "${ITEM}") { basicCode agency { uscc } version { version } before: version(on: "2025-06-30") { version promise { amount unit } specials { kind limitWorkdays } steps { name mandatory limitWorkHours } } never: version(on: "2023-12-31") { version } } }`,
    );
    expect(read.data.serviceItem).toEqual({
      basicCode: '000117002011',
      agency: { uscc: BUREAU },
      version: { version: '2' },
      before: {
        version: '1',
        promise: { amount: 5, unit: 'WORKDAY' },
        specials: [{ kind: 'HEARING', limitWorkdays: 20 }],
        steps: [{ name: '受理', mandatory: true, limitWorkHours: 4 }],
      },
      never: null,
    });
  });

  it('reaches the feed in the same transaction: whole objects, in order, nothing for what is unchanged or refused', async () => {
    const publisher = { database: world.database, time: world.time, viewer: 'seed' };
    const source = {
      id: '115',
      name: '一体化平台',
      nameEn: null,
      agency: BUREAU,
      division: '15',
      ownPlatform: false,
      mustPush: true,
      registeredAt: '2024-01-01T00:00:00.000Z',
      exempt: null,
    };
    const place = {
      id: 'centre-saihan',
      name: '赛罕区政务服务中心',
      nameEn: null,
      kind: 'CENTRE' as const,
      division: '150105',
      agency: BUREAU,
      address: null,
      calendar: null,
    };
    expect(
      await publishReference(publisher, { sources: [source, { ...source, id: '坏' }], places: [place] }),
    ).toMatchObject({ taken: 2, unchanged: 0, refused: [{ key: '坏', field: 'id' }] });
    expect(await publishReference(publisher, { sources: [source], places: [place] })).toMatchObject({
      taken: 0,
      unchanged: 2,
    });
    await relayOnce(world.database);
    const entries = await openFeed(world.database).read(REFERENCE_STREAM, null, 100);
    expect(entries.map(({ type, key }) => [type, key])).toEqual([
      ['agency', BUREAU],
      ['agency', BUREAU],
      ['service-item', ITEM],
      ['place', 'centre-saihan'],
      ['source', '115'],
    ]);
    expect(entries.at(-1)!.payload).toEqual(source);
    expect(entries[2]!.payload).toMatchObject({
      code: ITEM,
      agency: BUREAU,
      versions: [{ from: '2024-01-01', specialKinds: ['HEARING'], specialWorkdays: { HEARING: 20 } }, { to: null }],
    });
  });

  it('leaves nothing behind when the transaction fails', async () => {
    const before = await world.database.sql`select count(*)::int as n from reference`;
    const broken = {
      ...world.database,
      transaction: ((work) =>
        world.database.transaction(async (tx) => {
          await work(tx);
          throw new Error('cut');
        })) as typeof world.database.transaction,
    };
    const agency = {
      uscc: MINISTRY,
      name: '部',
      nameEn: null,
      division: '15',
      department: '',
      level: 1 as const,
      duty: 'IMPLEMENTING' as const,
      reportsTo: null,
      from: null,
      to: null,
    };
    await expect(
      publishReference({ database: broken, time: world.time, viewer: 'seed' }, { agencies: [agency] }),
    ).rejects.toThrow('cut');
    expect(await world.database.sql`select count(*)::int as n from reference`).toEqual(before);
    expect(await relayOnce(world.database)).toBe(0);
  });
});

describe('what is published answers', () => {
  it('from an agency to its division, supervision body, items and sources', async () => {
    const { data } = await world.ask(
      `{ agency(uscc: "${BUREAU}") { name { zh en } level duty division { name supervisionBody { tier agency { uscc } reportsTo { tier } } } items { nodes { code } } sources { id exemption { document } } } }`,
    );
    expect(data.agency).toEqual({
      name: { zh: '赛罕区行政审批和政务服务局', en: 'Saihan approval bureau' },
      level: 3,
      duty: 'BOTH',
      division: { name: '赛罕区', supervisionBody: { tier: 'BANNER', agency: { uscc: BUREAU }, reportsTo: null } },
      items: { nodes: [{ code: ITEM }] },
      sources: [{ id: '115', exemption: null }],
    });
  });

  it('lists narrowed by subtree, duty, department, kind and name', async () => {
    const { data } = await world.ask(
      '{ a: agencies(within: "1501", duty: SUPERVISING) { nodes { uscc } } b: agencies(within: "1502") { nodes { uscc } } c: agencies(department: "approval", name: "审批") { nodes { uscc } } d: places(kind: CENTRE) { nodes { id ownOfficeHours } } e: sources(within: "15") { nodes { id } } f: serviceItems(basicCode: "000117002011") { nodes { code } } }',
    );
    expect(data).toEqual({
      a: { nodes: [{ uscc: BUREAU }] },
      b: { nodes: [] },
      c: { nodes: [{ uscc: BUREAU }] },
      d: { nodes: [{ id: 'centre-saihan', ownOfficeHours: false }] },
      e: { nodes: [{ id: '115' }] },
      f: { nodes: [{ code: ITEM }] },
    });
  });

  it('to the gateway by entity reference, in one read for many, and to nobody who is not signed in', async () => {
    const query =
      'query E($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Division { name } ... on Agency { uscc } ... on ServiceItem { kind } ... on Source { mustPush } ... on Place { placeKind: kind } ... on Indicator { id domain } } }';
    const r = [
      { __typename: 'Division', code: '150105' },
      { __typename: 'Division', code: '000000' },
      { __typename: 'Agency', uscc: BUREAU },
      { __typename: 'ServiceItem', code: ITEM },
      { __typename: 'Source', id: '115' },
      { __typename: 'Place', id: 'centre-saihan' },
      { __typename: 'Indicator', id: 'WI-03' },
    ];
    const { data } = await world.ask(query, { r });
    expect(data._entities).toEqual([
      { __typename: 'Division', name: '赛罕区' },
      null,
      { __typename: 'Agency', uscc: BUREAU },
      { __typename: 'ServiceItem', kind: 'PROMISE' },
      { __typename: 'Source', mustPush: true },
      { __typename: 'Place', placeKind: 'CENTRE' },
      { __typename: 'Indicator', id: 'WI-03', domain: 'WORK_ITEM' },
    ]);
    const anonymous = await world.ask(query, { r }, null);
    expect(anonymous.data._entities).toEqual(r.map(() => null));
    expect(new Set(anonymous.codes)).toEqual(new Set(['UNAUTHENTICATED']));
  });

  it('refuses cursors of other lists, pages too large and dates that do not exist, by name', async () => {
    const { data } = await world.ask('{ divisions(first: 1) { pageInfo { endCursor } } }');
    const { endCursor } = (data.divisions as unknown as { pageInfo: { endCursor: string } }).pageInfo;
    for (const [query, code] of [
      [`{ agencies(after: "${endCursor}") { nodes { uscc } } }`, 'BAD_CURSOR'],
      ['{ agencies(after: "%%%") { nodes { uscc } } }', 'BAD_CURSOR'],
      ['{ agencies(first: 201) { nodes { uscc } } }', 'BAD_PAGE'],
      ['{ agencies(first: 0) { nodes { uscc } } }', 'BAD_PAGE'],
    ])
      expect((await world.ask(query!)).codes).toEqual([code]);
    expect((await world.ask('{ rulesInForce(division: "15", on: "2025-02-30") { on } }')).messages[0]).toContain(
      '2025-02-30',
    );
  });
});

describe('rules', () => {
  it('stand in the graph with basis, parameters, sentences and text', async () => {
    const { data } = await world.ask(
      '{ indicators { id } indicator(id: "WI-03") { title { zh } version hash domain article basis { kind } parameters { name value tighten note { zh } } sentences { subject level text { zh en } } issue { level mode } yieldsTo { id } source history { version inForceAt replacedAt } } }',
    );
    expect((data.indicators as unknown as { id: string }[]).map(({ id }) => id).sort()).toEqual(
      [...world.rules.current().pack.rules.keys()].sort(),
    );
    const rule = data.indicator as unknown as {
      parameters: unknown[];
      sentences: { level: string; text: { zh: string } }[];
      source: string;
      yieldsTo: unknown[];
      history: unknown[];
    };
    expect(rule).toMatchObject({ domain: 'WORK_ITEM', article: '7(2)', yieldsTo: [{ id: 'WI-04' }] });
    expect(rule.sentences.map(({ level }) => level)).toEqual(expect.arrayContaining(['WARNING', 'YELLOW', 'RED']));
    expect(rule.source).toContain('id: WI-03');
    expect(rule.history).toEqual([
      { version: expect.any(String), inForceAt: new Date(START).toISOString(), replacedAt: null },
    ]);
  });

  it('keep a history across packs, and answer for a day by the edition in force then', async () => {
    const rules = world.rules.current();
    const old = rules.pack.rules.get('WI-03')!;
    const newer = { ...old, version: '2026.9', hash: 'f'.repeat(64), title: { zh: '新题', en: 'New title' } };
    world.time.set('2026-09-01T00:00:00.000+08:00');
    world.rules.swap({ ...rules, pack: { ...rules.pack, rules: new Map([...rules.pack.rules, ['WI-03', newer]]) } });
    await expect
      .poll(
        async () => (await world.ask('{ indicator(id: "WI-03") { history { version replacedAt } } }')).data.indicator,
      )
      .toEqual({
        history: [
          { version: '2026.9', replacedAt: null },
          { version: old.version, replacedAt: '2026-08-31T16:00:00.000Z' },
        ],
      });
    const versionOn = async (on: string) => {
      const { data } = await world.ask(
        'query Q($on: Date) { rulesInForce(division: "150105", on: $on) { recorded rules { version indicator { id } } } }',
        { on },
      );
      const answer = data.rulesInForce as unknown as {
        recorded: boolean;
        rules: { version: string; indicator: { id: string } }[];
      };
      return [answer.recorded, answer.rules.find(({ indicator }) => indicator.id === 'WI-03')!.version];
    };
    expect(await versionOn('2026-08-31')).toEqual([true, old.version]);
    expect(await versionOn('2026-09-01')).toEqual([true, '2026.9']);
    expect(await versionOn('2020-01-01')).toEqual([false, old.version]);
    world.rules.swap(rules);
  });

  it('apply to a place with the origin of each number', async () => {
    const overlay = world.rules.current().pack.overlays.find(({ division }) => division !== null)!;
    const on = overlay.from > '2026-03-02' ? overlay.from : '2026-03-02';
    const query =
      'query Q($division: ID!, $department: String, $on: Date) { rulesInForce(division: $division, department: $department, on: $on) { packHash rules { indicator { id } overlays { id document } parameters { name value baseValue origin overlay { id } } } } }';
    const here = await world.ask(query, { division: overlay.division, department: overlay.department, on });
    const elsewhere = await world.ask(query, { division: '1503', on });
    type Rule = {
      indicator: { id: string };
      overlays: { id: string }[];
      parameters: { origin: string; value: string; baseValue: string; overlay: { id: string } | null }[];
    };
    const ruleIn = (data: Record<string, unknown>) =>
      (data.rulesInForce as { rules: Rule[] }).rules.find(({ indicator }) => indicator.id === overlay.rule)!;
    expect(ruleIn(here.data).overlays.map(({ id }) => id)).toContain(overlay.id);
    const moved = ruleIn(here.data).parameters.filter(({ origin }) => origin === 'OVERLAY');
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every(({ value, baseValue, overlay: by }) => value !== baseValue && by !== null)).toBe(true);
    expect(
      ruleIn(elsewhere.data).parameters.every(
        ({ origin, value, baseValue }) => origin === 'BASE' && value === baseValue,
      ),
    ).toBe(true);
  });
});

describe('calendar', () => {
  it('gives days, working days and what is provisional', async () => {
    const { data } = await world.ask(
      '{ calendar { hash lastCertainOn years { year workdays papers } days(from: "2024-09-29", to: "2024-10-01") { date workday name provisional } } }',
    );
    const calendar = data.calendar as unknown as {
      years: { year: number; workdays: number; papers: string[] }[];
      days: unknown[];
      lastCertainOn: string;
    };
    expect(calendar.years.find(({ year }) => year === 2024)).toMatchObject({ workdays: 251 });
    expect(calendar.days).toEqual([
      { date: '2024-09-29', workday: true, name: expect.any(String), provisional: false },
      { date: '2024-09-30', workday: true, name: null, provisional: false },
      { date: '2024-10-01', workday: false, name: expect.any(String), provisional: false },
    ]);
    expect(calendar.lastCertainOn).toBe('2026-12-31');
  });

  it('refuses a period that is too long or the wrong way round', async () => {
    for (const period of [
      'from: "2024-01-01", to: "2025-06-01"',
      'from: "2024-01-02", to: "2024-01-01"',
      'from: "1980-01-01", to: "1980-01-02"',
    ]) {
      expect((await world.ask(`{ calendar { days(${period}) { date } } }`)).codes).toEqual(['BAD_INPUT']);
    }
  });
});

it('every type, field, argument and value of the schema is described, with its Chinese term', async () => {
  const undescribed: string[] = [];
  for (const type of Object.values(world.hosted.schema.getTypeMap())) {
    if (
      !schemaText.includes(type.name) ||
      type.name.startsWith('_') ||
      ['String', 'ID', 'Int', 'Float', 'Boolean'].includes(type.name)
    )
      continue;
    const parts: { name: string; description?: string | null | undefined }[] = [type];
    if ('getFields' in type)
      for (const field of Object.values(type.getFields()).filter((field) => !field.name.startsWith('_')))
        parts.push(field, ...('args' in field ? field.args : []));
    if ('getValues' in type) parts.push(...type.getValues());
    undescribed.push(
      ...parts
        .filter((part) => !part.name.startsWith('_') && !/\p{Script=Han}/u.test(part.description ?? ''))
        .map((part) => `${type.name}.${part.name}`),
    );
  }
  expect(undescribed).toEqual([]);
});
