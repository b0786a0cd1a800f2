import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCast, demoViewers, publishWorld } from '../src/index.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { codesOf, expectBilingual } from './named.ts';
import { overdueRow, PUSH, pushInput } from './rows.ts';

type Row = Record<string, unknown>;
interface Account {
  readonly rows: number;
  readonly taken: number;
  readonly setAside: number;
  readonly refused: number;
  readonly identical: number;
}
interface RefusedNote {
  readonly code: string;
  readonly reason: unknown;
  readonly remedy: unknown;
}
const NOTHING: Account = { rows: 0, taken: 0, setAside: 0, refused: 0, identical: 0 };

const cast = demoCast();
const agency = cast.agencies[0]!;
const now = Date.now();
let world: ListeningHub;
let source: string;
/** What the hub said it did with all that was sent in this file. */
let told = NOTHING;
beforeAll(async () => {
  world = await openListeningHub();
  const { supervisors, agencies, items, sources } = cast;
  await publishWorld(world.hub, { agencies: [...supervisors, ...agencies], items, sources }, demoViewers()('operator'));
  source = await world.token('source-115');
});
afterAll(() => world?.close());

const row = (no: string, changed: Row = {}): Row => ({ ...overdueRow(cast, agency, no, now), ...changed });
const step = (no: string, changed: Row = {}): Row => ({
  table: 'up_pro_process',
  row_guid: `${no}-S`,
  cd_operation: 'I',
  cd_time: '2026-01-05 10:00:00',
  data_source: '115',
  project_no: no,
  process_name: '审查',
  event_name: '1',
  event_start_time: '2026-01-05 09:00:00',
  event_end_time: '2026-01-05 10:00:00',
  handle_user_name: '李四',
  ...changed,
});

function addUp(a: Account, b: Account): Account {
  return {
    rows: a.rows + b.rows,
    taken: a.taken + b.taken,
    setAside: a.setAside + b.setAside,
    refused: a.refused + b.refused,
    identical: a.identical + b.identical,
  };
}
/** The account balances, and every refused row says why and what to do, in both languages. */
function expectBalanced({ rows, taken, setAside, refused, identical }: Account, notes: readonly RefusedNote[]): void {
  expect(taken + setAside + refused + identical).toBe(rows);
  expect(notes).toHaveLength(refused);
  for (const { code, reason, remedy } of notes) {
    expect(code).toMatch(/^[A-Z_]+$/);
    expectBilingual(reason);
    expectBilingual(remedy);
  }
}

let batches = 0;
/** Pushes by the mutation; `null` when the push as a whole was refused, which it may be by name only. */
async function push(rows: readonly Row[]): Promise<{ account: Account; refused: readonly RefusedNote[] } | null> {
  const answer = await world.ask<{ pushRows: { account: Account; refused: readonly RefusedNote[] } }>(
    'source-115',
    PUSH,
    pushInput(`m${(batches += 1)}`, rows),
  );
  if (codesOf(answer).length > 0) return null;
  const { account, refused } = answer.data!.pushRows;
  expect(account.rows).toBe(rows.length);
  expectBalanced(account, refused);
  told = addUp(told, account);
  return { account, refused };
}

interface Sent {
  readonly status: number;
  readonly answer: {
    readonly account?: Account;
    readonly refused?: readonly RefusedNote[];
    readonly code?: string;
    readonly message?: unknown;
  };
}
/** Sends a file to the row stream. Whatever it is, it gets a balanced account or a refusal by name. */
async function send(body: string | Uint8Array, headers: Record<string, string> = {}, label?: string): Promise<Sent> {
  const response = await fetch(`${world.origin}/work-items/rows?batch=${label ?? `f${(batches += 1)}`}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${source}`, 'content-type': 'application/x-ndjson', ...headers },
    body: body as string,
  });
  const answer = (await response.json()) as Sent['answer'];
  if (answer.account === undefined) {
    expect([400, 415]).toContain(response.status);
    expect(answer.code).toMatch(/^[A-Z_]+$/);
    expectBilingual(answer.message);
  } else {
    expect(response.status).toBe(200);
    expectBalanced(answer.account, answer.refused!);
    told = addUp(told, answer.account);
  }
  return { status: response.status, answer };
}
const lines = (rows: readonly Row[]): string => rows.map((one) => JSON.stringify(one)).join('\n');

/** The process lives, takes a good row, and answers for it across the subgraphs. */
async function expectAlive(): Promise<void> {
  const no = `ALIVE-${(batches += 1)}`;
  expect(await push([row(no)])).toMatchObject({ account: { rows: 1, taken: 1 } });
  const { data, errors } = await world.ask(
    'supervisor-region',
    `{ workItem(id: "115:${no}") { no agency { name { zh } } } division(code: "15") { code } }`,
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ workItem: { no, agency: { name: { zh: agency.name } } }, division: { code: '15' } });
}

describe('rows', () => {
  test.each<[string, Row, string | null]>([
    ['an unknown table', row('R1', { table: 'pg_catalog' }), 'UNKNOWN_TABLE'],
    ['a table that is a name of every object', row('R1', { table: 'constructor' }), 'UNKNOWN_TABLE'],
    ['an unknown operation', row('R1', { cd_operation: 'X' }), 'UNKNOWN_OPERATION'],
    ['no identifier', row('R1', { row_guid: ' ' }), 'NO_ROW_GUID'],
    ['no work item number', row('R1', { project_no: null }), 'NO_WORK_ITEM_NO'],
    ['no item code', row('R1', { task_code: '' }), 'NO_ITEM_CODE'],
    ['a day that does not exist', row('R1', { accept_date: '2026-02-30 09:00:00' }), 'BAD_TIME'],
    ['an instant before the time zone settled', row('R1', { accept_date: '1991-09-14 09:00:00' }), 'BAD_TIME'],
    ['a nested value', row('R1', { task_name: { zh: 'x' } }), 'BAD_VALUE'],
    ['a NUL', row('R1', { task_name: 'a\0b' }), 'BAD_VALUE'],
    ['half a surrogate pair', row('R1', { task_name: '\ud800' }), 'BAD_VALUE'],
    ['a value too long', row('R1', { task_name: 'x'.repeat(5_000) }), 'VALUE_TOO_LONG'],
    ['another source', row('R1', { data_source: '116' }), 'FOREIGN_SOURCE'],
    ['an unknown code system', row('R1', { code_system: 'MY-OWN' }), 'UNKNOWN_CODE_SYSTEM'],
    ['a control total without a day', { ...step('R1'), table: 'up_control_total', day: 'today' }, 'BAD_DAY'],
    ['a NUL in a column that nobody knows', row('R2', { surprise: 'a\0b' }), null],
    ['half a surrogate pair in a column that nobody knows', row('R3', { surprise: '\udfff' }), null],
  ])('a row with %s is answered by name or kept whole', async (_what, bad, code) => {
    for (const answer of [await push([row('R0'), bad]), (await send(lines([row('R0'), bad]))).answer])
      expect(answer?.refused?.map((one) => one.code)).toEqual(code === null ? [] : [code]);
    await expectAlive();
  });

  test('random defects in any column leave balanced accounts', async () => {
    const columns = [...Object.keys(row('x')), ...Object.keys(step('x')), 'amount', '__proto__', 'toString', 'day'];
    const anyValue = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom(
        '',
        '\0',
        '\ud800',
        '\u202e',
        '20260105T090000',
        '9999-99-99',
        1e308,
        -0,
        '1e400',
        'true',
        'D',
        'U',
      ),
    );
    const anyRow = fc
      .record({
        of: fc.constantFrom(row, step),
        no: fc.constantFrom('F1', 'F2', 'F3', 'F4'),
        changed: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...columns), fc.string()), anyValue), { maxLength: 4 }),
      })
      .map(({ of, no, changed }) => of(no, Object.fromEntries(changed)));
    const anything = fc.oneof(
      { weight: 9, arbitrary: anyRow },
      { weight: 1, arbitrary: fc.object() as fc.Arbitrary<Row> },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 20 }), async (rows) => {
        const wellFormed = rows.map((one) => JSON.parse(JSON.stringify(one)) as Row);
        await push(wellFormed.filter(({ table }) => typeof table === 'string'));
        await send(lines(wellFormed));
      }),
      { numRuns: 25, seed: 17 },
    );
    await expectAlive();
  });
});

describe('files', () => {
  const csvOf = (one: Row): string => `${Object.keys(one).join(',')}\n${Object.values(one).join(',')}\n`;
  const gzip = { 'content-encoding': 'gzip' };
  const csv = { 'content-type': 'text/csv' };
  const noise = Uint8Array.from({ length: 5_000 }, (_, n) => (n * 7_919) % 256);
  test.each<[string, string | Uint8Array, Record<string, string>, object]>([
    ['nothing', '', {}, { account: { rows: 0 } }],
    ['blank lines', '\n\r\n \n', {}, { account: { rows: 0 } }],
    [
      'a mark of byte order before its first row',
      `\ufeff${lines([row('BOM')])}`,
      {},
      { account: { rows: 1, taken: 1 } },
    ],
    ['a mark of byte order before its header', `\ufeff${csvOf(row('BOMC'))}`, csv, { account: { rows: 1, taken: 1 } }],
    [
      'lines that end as in Windows',
      `${lines([row('W1')])}\r\n${lines([row('W2')])}\r\n`,
      {},
      { account: { taken: 2 } },
    ],
    [
      'a huge line between good ones',
      `${lines([row('H1')])}\n"${'x'.repeat(300_000)}"\n${lines([row('H2')])}`,
      {},
      { account: { rows: 3, taken: 2, refused: 1 }, refused: [{ code: 'LINE_TOO_LONG' }] },
    ],
    ['a huge line that never ends', 'x'.repeat(1_000_000), {}, { account: { rows: 1, refused: 1 } }],
    ['a list in place of lines', JSON.stringify([row('L1')], null, 1), {}, { account: { taken: 0 } }],
    ['the words of another encoding', Buffer.from(lines([row('U16')]), 'utf16le'), {}, { account: { taken: 0 } }],
    ['a zip in place of rows', gzipSync(lines([row('Z1')])), {}, { account: { taken: 0 } }],
    ['noise', noise, {}, { account: { taken: 0 } }],
    ['noise that says it is gzip', noise, gzip, { code: 'UNREADABLE_BODY' }],
    [
      'a gzip that ends early',
      gzipSync(lines(Array.from({ length: 400 }, (_, n) => row(`T${n}`)))).subarray(0, 900),
      gzip,
      { code: 'UNREADABLE_BODY' },
    ],
    ['a gzip with garbage after it', Buffer.concat([gzipSync(lines([row('G1')])), Buffer.from('garbage')]), gzip, {}],
    [
      'two gzips, one after the other',
      Buffer.concat([gzipSync(`${lines([row('G2')])}\n`), gzipSync(lines([row('G3')]))]),
      gzip,
      { account: { rows: 2, taken: 2 } },
    ],
    [
      'a table whose quote never closes',
      `table,row_guid\n"up_pro_accept,g\n${'x'.repeat(100)}`,
      csv,
      { code: 'UNREADABLE_BODY' },
    ],
    ['a table with a quote in the middle', `table,row_guid\nup"pro,g\n`, csv, { code: 'UNREADABLE_BODY' }],
    [
      'a table with too few and too many cells',
      `table,row_guid\nup_pro_accept\nup_pro_accept,g,h,i\n`,
      csv,
      { account: { rows: 2, refused: 2 } },
    ],
    ['a header alone', 'table,row_guid\n', csv, { account: { rows: 0 } }],
    [
      'columns of every object',
      '__proto__,constructor,table\n1,2,up_pro_accept\n',
      csv,
      { account: { rows: 1, refused: 1 } },
    ],
    ['rows in place of a table', lines([row('C1')]), csv, {}],
    ['a table in place of rows', csvOf(row('C2')), {}, { account: { taken: 0 } }],
  ])('a file of %s is accounted for or refused by name', async (_what, body, headers, expected) => {
    expect((await send(body, headers)).answer).toMatchObject(expected);
    await expectAlive();
  });

  test('any bytes under any heading are accounted for or refused by name', async () => {
    const good = new TextEncoder().encode(`${lines([row('B1'), step('B1'), row('B2')])}\n`);
    const cut = fc
      .tuple(fc.nat(good.length), fc.nat(good.length), fc.uint8Array({ maxLength: 20 }))
      .map(([a, b, junk]) =>
        Uint8Array.from([...good.subarray(0, Math.min(a, b)), ...junk, ...good.subarray(Math.max(a, b))]),
      );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
      cut,
    );
    const zipped = body.map((bytes) => Uint8Array.from(gzipSync(bytes)));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(body, zipped),
        fc.constantFrom({}, gzip, csv, { ...csv, ...gzip }),
        async (bytes, headers) => {
          await send(bytes, headers);
        },
      ),
      { numRuns: 80, seed: 23 },
    );
    await expectAlive();
  });

  test('a sender that hangs up is resumed: the same file under the same label is taken once', async () => {
    const rows = Array.from({ length: 104 }, (_, n) => [
      row(`HANG-${n}`),
      ...Array.from({ length: 99 }, (_, k) => step(`HANG-${n}`, { row_guid: `HANG-${n}-${k}` })),
    ]).flat();
    const body = Buffer.from(lines(rows));
    await new Promise<void>((resolve) => {
      const cut = request(`${world.origin}/work-items/rows?batch=hang`, {
        method: 'POST',
        headers: { authorization: `Bearer ${source}`, 'content-type': 'application/x-ndjson' },
      });
      cut.on('error', () => resolve());
      cut.on('close', () => resolve());
      cut.write(body.subarray(0, body.length - 1_000), () => cut.destroy());
    });
    const { answer } = await send(body, {}, 'hang');
    expect(answer.account).toMatchObject({ rows: rows.length, taken: rows.length });
    await expectAlive();
  });
});

test('in the end the accounts of the batches are what the answers said, and nothing that was taken or refused is lost', async () => {
  const nodes = await pages<{ account: Account }>('intakeBatches', 'account { rows taken setAside refused identical }');
  expect(nodes.map(({ account }) => account).reduce(addUp, NOTHING)).toEqual(told);
  const refused = await pages<RefusedNote>('refusedRows', 'code reason { zh en } remedy { zh en }');
  expectBalanced({ ...NOTHING, rows: told.refused, refused: told.refused }, refused);
  const items = await pages<{ rowVersions: unknown[] }>('workItems', 'rowVersions(first: 200) { version }', 100);
  expect(items.reduce((sum, { rowVersions }) => sum + rowVersions.length, 0)).toBe(told.taken + told.setAside);
});

async function pages<Node>(field: string, selection: string, first = 200): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  for (let after: string | null = null; ; ) {
    const answer: {
      data?: Record<string, { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> | null;
      errors?: unknown;
    } = await world.ask(
      'source-115',
      `query ($after: String) { ${field}(first: ${first}, after: $after) { nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    expect(answer.errors).toBeUndefined();
    const page = answer.data![field]!;
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}
