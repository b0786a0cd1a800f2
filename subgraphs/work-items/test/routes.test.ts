import { gzipSync } from 'node:zlib';
import { scopeOf } from '@gnomon/identity';
import { rowRoutes } from '@gnomon/records';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowStreamOf } from '../src/row-stream.ts';
import { acceptRow, openWorld, SOURCE, SUPERVISOR, stepRow, type TestWorld } from './world.ts';

let world: TestWorld;
const app = fastify();
beforeAll(async () => {
  world = await openWorld('2024-09-23T10:00:00+08:00');
  const inner = world.hosted.contextOf({ viewer: null, scope: scopeOf(null), requestId: 't' });
  rowRoutes(
    app as never,
    async (authorization) => {
      if (authorization === 'Bearer broken') throw new Error('令牌无法读取 The token cannot be read.');
      const viewer =
        authorization === 'Bearer source' ? SOURCE : authorization === 'Bearer supervisor' ? SUPERVISOR : null;
      return { viewer, scope: scopeOf(viewer), requestId: 't' };
    },
    rowStreamOf(inner as never),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await world?.close();
});

async function post(body: string | Buffer, query: string, headers: Record<string, string> = {}) {
  const { port } = app.server.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/work-items/rows?${query}`, {
    method: 'POST',
    headers: { authorization: 'Bearer source', 'content-type': 'application/x-ndjson', ...headers },
    body: body as never,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, never> };
}
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const rows = [acceptRow('H1'), stepRow('H1', '受理', '2024-09-23 09:00:00', null)];

test('NDJSON is taken with an account, broken lines are refused by name, and the same body again changes nothing', async () => {
  const body = `${lines(rows)}\n{"table":\n[]\n\n${'x'.repeat(70_000)}\n`;
  const { status, answer } = await post(body, 'batch=nd');
  expect(status).toBe(200);
  expect(answer).toMatchObject({ batchId: '115:nd', account: { rows: 5, taken: 2, refused: 3, chunks: 1 } });
  expect((answer.refused as unknown as { code: string }[]).map((one) => one.code)).toEqual([
    'UNREADABLE',
    'UNREADABLE',
    'LINE_TOO_LONG',
  ]);
  expect((await post(body, 'batch=nd')).answer).toMatchObject({ account: { taken: 2, repeatedChunks: 1 } });
});
test('gzipped NDJSON and CSV come to the same', async () => {
  const gz = gzipSync(lines([acceptRow('Z1')]));
  expect((await post(gz, 'batch=gz', { 'content-encoding': 'gzip' })).answer).toMatchObject({ account: { taken: 1 } });
  const row = acceptRow('K1');
  const csv = `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`;
  expect((await post(csv, 'batch=csv', { 'content-type': 'text/csv' })).answer).toMatchObject({
    account: { rows: 1, taken: 1 },
  });
});
test('a body that breaks, a missing label, a wrong role, nobody and a broken token are each answered by name', async () => {
  const cut = gzipSync(lines([acceptRow('Y1')])).subarray(0, 60);
  expect(await post(cut, 'batch=cut', { 'content-encoding': 'gzip' })).toMatchObject({
    status: 400,
    answer: { code: 'UNREADABLE_BODY' },
  });
  expect(await post('table\nup"pro\n', 'batch=quote', { 'content-type': 'text/csv' })).toMatchObject({
    status: 400,
    answer: { code: 'UNREADABLE_BODY' },
  });
  expect(await post('', '')).toMatchObject({ status: 400, answer: { code: 'BAD_INPUT' } });
  expect(await post('', 'batch=b', { authorization: 'Bearer supervisor' })).toMatchObject({
    status: 403,
    answer: { code: 'FORBIDDEN' },
  });
  expect(await post('', 'batch=b&source=116')).toMatchObject({ status: 403, answer: { code: 'FORBIDDEN' } });
  expect(await post('', 'batch=b', { authorization: '' })).toMatchObject({ status: 401 });
  expect(await post('', 'batch=b', { authorization: 'Bearer broken' })).toMatchObject({ status: 401 });
  expect(await post(lines([acceptRow('N1')]), 'batch=after')).toMatchObject({
    status: 200,
    answer: { account: { taken: 1 } },
  });
});
