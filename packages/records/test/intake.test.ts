import { scopeOf } from '@gnomon/identity';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openParcels, parcel, row, told } from './parcels.ts';
import { type RecordTestWorld, viewer } from './world.ts';

let world: RecordTestWorld;
beforeAll(async () => {
  world = await openParcels();
});
afterAll(() => world?.close());
const of = async (subject: string) => (await world.signals()).filter((signal) => signal.subject === subject).map(told);

describe('rows that are pushed', () => {
  test('become a record whose subject is judged at the exact instant', async () => {
    const { account } = await world.push([parcel('a', { receiver: '张三', phone: '13800000000' })]);
    expect(account).toEqual({ rows: 1, taken: 1, setAside: 0, refused: 0, identical: 0 });
    await world.goTo('2024-10-18T00:00:00+08:00');
    expect(await of('own:a')).toEqual([
      'ROSE TY-01 own:a WARNING 2024-10-15T23:00:00.000Z',
      'ROSE TY-01 own:a YELLOW 2024-10-16T00:00:00.001Z',
      'ROSE TY-01 own:a RED 2024-10-17T00:00:00.001Z',
    ]);
  });

  test('correct what was told when they disprove it, and end it when they do not', async () => {
    await world.push([
      parcel('a', {
        cd_operation: 'U',
        cd_time: '2024-10-18 00:00:00',
        delivered_at: '2024-10-15 10:00:00',
        state: '2',
      }),
    ]);
    expect((await of('own:a')).slice(3)).toEqual(['CORRECTED TY-01 own:a NONE 2024-10-17T00:00:00.001Z']);
  });

  test('are refused with a reason, and the account balances', async () => {
    const { account, refused } = await world.push([
      parcel('b', { depot: '' }),
      parcel('', {}),
      parcel('c', { sent_at: 'soon' }),
      row('claim', { id: 'own:a' }),
      row('nothing', {}),
      parcel('d', { data_source: 'own', cd_operation: 'X' }),
      parcel('e'),
    ]);
    expect(account).toEqual({ rows: 7, taken: 1, setAside: 0, refused: 6, identical: 0 });
    expect(refused.map(({ code }) => code)).toEqual([
      'MISSING_VALUE',
      'NO_KEY',
      'BAD_TIME',
      'UNKNOWN_TABLE',
      'UNKNOWN_TABLE',
      'UNKNOWN_OPERATION',
    ]);
  });

  test('are known again when they are sent again, and a chunk that is in is answered from the ledger', async () => {
    const rows = [parcel('f'), parcel('g')];
    await world.push(rows, { batchId: 'twice', chunk: 1 });
    expect((await world.push(rows)).account).toMatchObject({ taken: 0, identical: 2 });
    expect(await world.push(rows, { batchId: 'twice', chunk: 1 })).toMatchObject({
      isRepeated: true,
      account: { taken: 2 },
    });
  });

  test('wait for the row that opens their record', async () => {
    const scan = row('scan', { parcel_no: 'h', scanned_at: '2024-10-18 00:00:00', damaged: 'yes' });
    expect((await world.push([scan])).account).toMatchObject({ setAside: 1, taken: 0 });
    expect(await of('own:h-label')).toEqual([]);
    await world.push([parcel('h')]);
    expect(await of('own:h-label')).toEqual(['ROSE TY-02 own:h-label YELLOW 2024-10-17T16:00:00.000Z']);
  });

  test('take back the verdicts of a subject that they no longer give', async () => {
    const scan = row('scan', { parcel_no: 'i', scanned_at: '2024-10-17 20:00:00', damaged: 'yes' });
    await world.push([parcel('i'), scan]);
    await world.push([{ ...scan, cd_operation: 'U', cd_time: '2024-10-18 00:00:00', damaged: '' }]);
    expect(await of('own:i-label')).toEqual([
      'ROSE TY-02 own:i-label YELLOW 2024-10-17T12:00:00.000Z',
      'CORRECTED TY-02 own:i-label NONE 2024-10-17T12:00:00.000Z',
    ]);
    expect(await world.standing('parcel-label', 'own:i-label')).toEqual([]);
  });

  test('of a deleted record are kept, and nothing stands of it any more', async () => {
    await world.push([parcel('j')]);
    const { account } = await world.push([parcel('j', { cd_operation: 'D', cd_time: '2024-10-18 00:00:00' })]);
    expect(account).toMatchObject({ taken: 1 });
    expect(await world.standing('parcel', 'own:j')).toEqual([]);
  });

  test('of one new record in one history body make it begin with the one that came first, whichever stands first', async () => {
    const first = { ...parcel('q'), received_at: '2024-10-15T00:00:00Z' };
    const second = {
      ...parcel('q', { cd_operation: 'U', cd_time: '2024-10-16 08:00:00', state: '2' }),
      received_at: '2024-10-16T00:00:00Z',
    };
    await world.history([second, first]);
    const [kept] = await world.database.sql<
      { first: number; last: number; doc: { parcel: { v: number; r: number; r0: number }[] } }[]
    >`
      select first_received_at as first, received_at as last, doc from record where kind = 'parcel' and id = 'own:q'`;
    expect([kept!.first, kept!.last]).toEqual([Date.parse(first.received_at), Date.parse(second.received_at)]);
    expect(kept!.doc.parcel).toMatchObject([
      { v: 2, r: Date.parse(second.received_at), r0: Date.parse(first.received_at) },
    ]);
  });

  test('that come in any order leave the same document', async () => {
    const versions = [
      parcel('k', { state: '1' }),
      parcel('k', {
        cd_operation: 'U',
        cd_time: '2024-10-14 09:00:00',
        state: '2',
        delivered_at: '2024-10-14 09:00:00',
      }),
      parcel('k', { cd_operation: 'D', cd_time: '2024-10-14 10:00:00', depot: '', sent_at: '' }),
    ];
    const other = versions.map((version) => ({ ...version, parcel_no: 'l', row_guid: 'p-l' }));
    for (const version of versions) await world.push([version]);
    for (const version of other.toReversed()) await world.push([version]);
    const [k, l] = await world.database.sql<{ doc: { parcel: { c: object; d: boolean; o: { t: number }[] }[] } }[]>`
      select doc from record where kind = 'parcel' and id in ('own:k', 'own:l') order by id`;
    const seen = ({ c, d, o }: { c: object; d: boolean; o: { t: number }[] }) => [
      { ...c, parcel_no: '' },
      d,
      o.map(({ t }) => t).sort(),
    ];
    expect(seen(l!.doc.parcel[0]!)).toEqual(seen(k!.doc.parcel[0]!));
    expect(k!.doc.parcel[0]!.c).toMatchObject({ state: 'DELIVERED' });
  });
});

describe('what a viewer reads', () => {
  test('is its own: another agency finds no parcel, no signal, no count and no refused row', async () => {
    const stranger = viewer('AGENCY', { agency: 'south', tier: 'BANNER', division: '16' });
    const answer = await world.ask<Record<string, { nodes?: unknown[] } | unknown[] | null>>(
      stranger,
      `{ parcel(id: "own:a") { id } parcels { nodes { id } } parcelSignals { nodes { id } }
         parcelIndicatorValues { denominator } parcelRefusedRows { nodes { id } } parcelDueSoon { nodes { subjectId } } }`,
    );
    expect(answer).toEqual({
      parcel: null,
      parcels: { nodes: [] },
      parcelSignals: { nodes: [] },
      parcelIndicatorValues: [],
      parcelRefusedRows: { nodes: [] },
      parcelDueSoon: { nodes: [] },
    });
  });

  test('has personal columns masked, and hashed ones nowhere in the document', async () => {
    const supervisor = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
    const { parcel: found } = await world.ask<{ parcel: { rowVersions: { content: Record<string, string> }[] } }>(
      supervisor,
      '{ parcel(id: "own:a") { state agency { uscc } facts standing { level } rowVersions { content } } }',
    );
    expect(found.rowVersions.at(-1)!.content).toMatchObject({ receiver: '***', phone: '***', depot: 'north' });
    const [kept] = await world.database.sql<{ doc: object }[]>`
      select doc from record where kind = 'parcel' and id = 'own:a'`;
    expect(JSON.stringify(kept!.doc)).not.toContain('13800000000');
    expect(JSON.stringify(kept!.doc)).toMatch(/"phone_key":"[0-9a-f]{16}"/);
  });

  test('filters by link, and pages', async () => {
    const supervisor = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
    const by = await world.ask<{ parcels: { nodes: { id: string }[] } }>(
      supervisor,
      '{ parcels(filter: { workItem: "link-own:e" }) { nodes { id } } }',
    );
    expect(by.parcels.nodes).toEqual([{ id: 'own:e' }]);
    const page = await world.ask<{
      parcels: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    }>(supervisor, '{ parcels(first: 2) { nodes { id } pageInfo { endCursor hasNextPage } } }');
    expect(page.parcels.pageInfo.hasNextPage).toBe(true);
    const next = await world.ask<{ parcels: { nodes: { id: string }[] } }>(
      supervisor,
      'query ($after: String) { parcels(first: 200, after: $after) { nodes { id } } }',
      { after: page.parcels.pageInfo.endCursor },
    );
    expect(next.parcels.nodes.map(({ id }) => id)).not.toContain(page.parcels.nodes[1]!.id);
  });

  test('says why a row was refused to its source, and settles it by a correction', async () => {
    const own = viewer('SOURCE', { sources: ['own'] });
    const { parcelRefusedRows } = await world.ask<{
      parcelRefusedRows: { nodes: { id: string; code: string; guid: string; content: string }[] };
    }>(own, '{ parcelRefusedRows(state: OPEN) { nodes { id code guid content reason { zh } remedy { zh } } } }');
    const open = parcelRefusedRows.nodes.find(({ code }) => code === 'MISSING_VALUE')!;
    expect(open.content).toContain('p-b');
    const corrected = await world.ask<{ correctParcelRow: { account: { taken: number } } }>(
      own,
      `mutation ($input: CorrectRowInput!) { correctParcelRow(input: $input) { ... on PushRowsPayload { account { taken refused } } } }`,
      { input: { id: open.id, row: { table: 'parcel', columns: { ...parcel('b'), row_guid: 'p-b' } } } },
    );
    expect(corrected.correctParcelRow.account.taken).toBe(1);
    const left = await world.ask<{ parcelRefusedRows: { nodes: { id: string }[] } }>(
      own,
      '{ parcelRefusedRows(state: OPEN) { nodes { id } } }',
    );
    expect(left.parcelRefusedRows.nodes.map(({ id }) => id)).not.toContain(open.id);
  });

  test('counts each subject once under its indicator', async () => {
    const { parcelIndicatorValues } = await world.ask<{
      parcelIndicatorValues: { indicator: { id: string }; numerator: number; denominator: number }[];
    }>(
      viewer('SUPERVISOR', { division: '15', tier: 'REGION' }),
      '{ parcelIndicatorValues { indicator { id } numerator denominator } }',
    );
    const [counted] = await world.database.sql<{ n: number; none: number }[]>`
      select count(*)::int as n, (count(*) filter (where levels = 'TY-01=N'))::int as none from subject where kind = 'parcel' and levels <> ''`;
    expect(parcelIndicatorValues.find(({ indicator }) => indicator.id === 'TY-01')).toMatchObject({
      numerator: counted!.none,
      denominator: counted!.n,
    });
  });
});

describe('the signals of a domain', () => {
  test('are read in commit order by pages, and a subscription goes on after a cursor', async () => {
    const reader = viewer('SUPERVISOR', { division: '15', tier: 'REGION' });
    const page = await world.ask<{
      parcelSignals: { nodes: { id: string; cursor: string }[]; endCursor: string; hasNextPage: boolean };
    }>(reader, '{ parcelSignals(first: 3) { nodes { id cursor } endCursor hasNextPage } }');
    const all = await world.signals();
    expect(page.parcelSignals.nodes.map(({ id }) => id)).toEqual(all.slice(0, 3).map(({ id }) => id));
    const stop = new AbortController();
    const stream = await world.hosted.subscribe({
      document: parse('subscription ($after: String) { parcelSignals(after: $after) { id kind subjectId } }'),
      variables: { after: page.parcelSignals.endCursor },
      context: { viewer: reader, scope: scopeOf(reader), requestId: 'test', signal: stop.signal },
    });
    const iterator = (
      stream as AsyncIterable<{ data: { parcelSignals: { id: string } }; extensions: { cursor: string } }>
    )[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    expect(value.data.parcelSignals.id).toBe(all[3]!.id);
    expect(value.extensions.cursor).toBeTypeOf('string');
    stop.abort();
    await iterator.return?.();
  });

  test('look ahead: what time alone will turn, with nothing written', async () => {
    await world.push([parcel('soon', { sent_at: '2024-10-17 23:00:00' })]);
    const before = await world.signals();
    const { parcelDueSoon } = await world.ask<{
      parcelDueSoon: { nodes: { subjectId: string; level: string; turnsAt: number }[] };
    }>(
      viewer('SUPERVISOR', { division: '15', tier: 'REGION' }),
      '{ parcelDueSoon { nodes { subjectId level turnsAt indicator { id } } } }',
    );
    const soon = parcelDueSoon.nodes.filter(({ subjectId }) => subjectId === 'own:soon').map(({ level }) => level);
    expect(soon).toEqual(['WARNING', 'YELLOW', 'RED']);
    expect(await world.signals()).toEqual(before);
  });
});
