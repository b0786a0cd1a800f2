import { createHash } from 'node:crypto';
import { verifyLog } from '@gnomon/acts';
import type { Viewer } from '@gnomon/identity';
import { relayOnce } from '@gnomon/store';
import fc from 'fast-check';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actRoutes } from '../src/acts/routes.ts';
import { actRules, at } from './act-rules.ts';
import { signalOf } from './signals.ts';
import { AUDITOR, openWorld, requestOf, viewerOf, type World } from './world.ts';

let world: World;
let app: FastifyInstance;
beforeAll(async () => {
  world = await openWorld(actRules());
  app = fastify();
  actRoutes(app, async (authorization) => requestOf(PEOPLE.get(authorization ?? '') ?? null), world.ports);
  world.time.set(at('2026-03-02 09:00:00'));
  await world.post(
    signalOf({ kind: 'ROSE', subject: '115:1', level: 'YELLOW', division: '150105' }),
    signalOf({
      kind: 'ROSE',
      subject: '115:2',
      level: 'YELLOW',
      division: '150121',
      message: { zh: '=超期', en: 'overdue' },
    }),
    signalOf({ kind: 'ROSE', subject: '115:3', level: 'YELLOW', division: '150202' }),
    signalOf({ kind: 'ROSE', subject: '115:4', level: 'WARNING', division: '150105' }),
  );
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const HOHHOT = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot', tier: 'LEAGUE', division: '1501' });
const COLLEAGUE = viewerOf('SUPERVISOR', { id: 'supervisor-hohhot-2', tier: 'LEAGUE', division: '1501' });
const REGION = viewerOf('SUPERVISOR', { id: 'supervisor-region', tier: 'REGION', division: '15' });
const SAIHAN = viewerOf('SUPERVISOR', { id: 'supervisor-saihan', tier: 'BANNER', division: '150105' });
const BAOTOU = viewerOf('SUPERVISOR', { id: 'supervisor-baotou', tier: 'LEAGUE', division: '1502' });
const AGENCY = viewerOf('AGENCY', { agency: '11150105MB0000001A' });
const AUDIT_ADMIN = viewerOf('AUDIT_ADMIN', { id: 'audit-admin' });
const PEOPLE = new Map(
  [HOHHOT, COLLEAGUE, REGION, SAIHAN, BAOTOU, AGENCY, AUDITOR, AUDIT_ADMIN].map((one) => [one.id, one]),
);

const RESULT =
  '__typename ... on ExportPayload { export { id state requestedBy decidedBy decisionReason rows sha256 } } ... on ActProblem { message { zh en } }';
const REQUEST = `mutation ($input: RequestExportInput!) { requestExport(input: $input) { ${RESULT} } }`;
const APPROVE = `mutation ($input: DecideExportInput!) { approveExport(input: $input) { ${RESULT} } }`;
const DECLINE = `mutation ($input: DecideExportInput!) { declineExport(input: $input) { ${RESULT} } }`;
interface Outcome {
  readonly __typename: string;
  readonly export?: { readonly id: string; readonly state: string };
  readonly message?: { readonly zh: string; readonly en: string };
}

const CARDS = { kind: 'CARDS', format: 'NDJSON', reason: '月度分析研判' };
async function request(viewer: Viewer, input: object = {}): Promise<string> {
  const { requestExport } = await world.ask<{ requestExport: Outcome }>(viewer, REQUEST, {
    input: { ...CARDS, ...input },
  });
  return requestExport.export!.id;
}
const approve = async (viewer: Viewer, exportId: string): Promise<Outcome> =>
  (await world.ask<{ approveExport: Outcome }>(viewer, APPROVE, { input: { exportId } })).approveExport;
const take = (viewer: Viewer, id: string) =>
  app.inject({ url: `/supervision/exports/${id}`, headers: { authorization: viewer.id } });

async function acts(kind: string) {
  await relayOnce(world.ports.database);
  await world.settle();
  await world.settle();
  const rows = await world.ports.database.sql<
    { entry: string }[]
  >`select entry from hub_act where kind = ${kind} order by sequence`;
  return rows.map(({ entry }) => JSON.parse(entry) as { by: string; about: string; detail: Record<string, unknown> });
}

test('an export is asked for by one, approved by another, and taken once, within the scope of who asked', async () => {
  const id = await request(HOHHOT);
  expect((await approve(COLLEAGUE, id)).export).toMatchObject({ state: 'APPROVED', decidedBy: 'supervisor-hohhot-2' });
  const taken = await take(HOHHOT, id);
  expect(taken.statusCode).toBe(200);
  const lines = taken.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(lines.map(({ subject }) => subject).sort()).toEqual(['115:1', '115:2']);
  expect((await take(HOHHOT, id)).statusCode).toBe(409);
  expect(await acts('EXPORT_TAKEN')).toMatchObject([
    {
      by: 'supervisor-hohhot',
      about: id,
      detail: { record: 'CARDS', count: 2, approvedBy: 'supervisor-hohhot-2', sha256: sha256(taken.body) },
    },
  ]);
});

test('an account that has risen or moved since takes no more than its place of then had, and none of the new one', async () => {
  const subjects = async (viewer: Viewer, input: object = {}) => {
    const id = await request(SAIHAN, input);
    await approve({ ...SAIHAN, id: 'supervisor-saihan-2' }, id);
    PEOPLE.set('moved', { ...viewer, id: SAIHAN.id });
    const { statusCode, body } = await take({ ...viewer, id: 'moved' }, id);
    const lines = body.split('\n').filter((line) => line !== '');
    return [statusCode, ...lines.map((line) => (JSON.parse(line) as { subject: string }).subject)];
  };
  expect(await subjects(SAIHAN)).toEqual([200, '115:1']);
  expect(await subjects(REGION)).toEqual([200, '115:1']);
  expect(await subjects(REGION, { cards: { division: '1502' } })).toEqual([200]);
  expect(await subjects(REGION, { cards: { division: '15' } })).toEqual([200, '115:1']);
  expect(await subjects(BAOTOU)).toEqual([200]);
});

test('every line and the file’s name say which export it is, for whom and when', async () => {
  const id = await request(HOHHOT);
  await approve(REGION, id);
  const taken = await take(HOHHOT, id);
  for (const line of taken.body.trim().split('\n'))
    expect(JSON.parse(line)).toMatchObject({
      exportId: id,
      exportedFor: 'supervisor-hohhot',
      exportedAt: new Date(world.time.now()).toISOString(),
    });
  expect(taken.headers['content-disposition']).toBe(
    `attachment; filename="cards-${id}-supervisor-hohhot-20260302T010000Z.ndjson"`,
  );
});

test('a table for spreadsheets is marked line by line, and a cell that looks like a formula is none', async () => {
  const id = await request(HOHHOT, { format: 'CSV', cards: { division: '150121' } });
  await approve(REGION, id);
  const [head, line] = (await take(HOHHOT, id)).body.trim().split('\n');
  expect(head).toContain('exportId,exportedFor,exportedAt');
  expect(line).toContain(`${id},supervisor-hohhot,`);
  expect(line).toContain("'=超期");
});

test('warnings are exported as well', async () => {
  const id = await request(SAIHAN, { kind: 'WARNINGS' });
  await approve(HOHHOT, id);
  expect(
    (await take(SAIHAN, id)).body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ subject: '115:4', level: 'WARNING', number: null }]);
});

test.each([
  ['the asker', HOHHOT, 'ActNotAllowed'],
  ['a tier below', SAIHAN, 'ActNotFound'],
  ['another league', BAOTOU, 'ActNotFound'],
  ['the auditor', AUDITOR, 'ActNotAllowed'],
  ['an agency', AGENCY, 'ActNotFound'],
])('%s does not approve it', async (_who, viewer, refusal) => {
  const id = await request(HOHHOT);
  expect((await approve(viewer, id)).__typename).toBe(refusal);
  expect((await take(HOHHOT, id)).statusCode).toBe(409);
});

test('the database itself refuses an approval by who asked', async () => {
  const id = await request(HOHHOT);
  await expect(
    world.ports.database
      .sql`update hub_export set state = 'APPROVED', decided_by = requested_by, decided_at = now() where id = ${id}`,
  ).rejects.toThrow('hub_export_by_two');
});

test('of two who approve at once, one is told that the other was first', async () => {
  const id = await request(HOHHOT);
  const outcomes = await Promise.all([COLLEAGUE, REGION].map((viewer) => approve(viewer, id)));
  expect(outcomes.map(({ __typename }) => __typename).sort()).toEqual(['ActStateRefused', 'ExportPayload']);
});

test('of two who take at once, one gets the file', async () => {
  const id = await request(HOHHOT);
  await approve(REGION, id);
  const taken = await Promise.all([take(HOHHOT, id), take(HOHHOT, id)]);
  expect(taken.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
});

test('a declined export is not taken, and the reason stays with it', async () => {
  const id = await request(HOHHOT);
  const { declineExport } = await world.ask<{ declineExport: Outcome }>(REGION, DECLINE, {
    input: { exportId: id, reason: '理由不充分' },
  });
  expect(declineExport.export).toMatchObject({ state: 'DECLINED', decisionReason: '理由不充分' });
  expect((await take(HOHHOT, id)).statusCode).toBe(409);
});

test('an approval is good for a day to the millisecond', async () => {
  const [first, second] = [await request(HOHHOT), await request(HOHHOT)];
  for (const id of [first, second]) await approve(REGION, id);
  const approvedAt = world.time.now();
  world.time.set(approvedAt + 24 * 3_600_000);
  expect((await take(HOHHOT, first)).statusCode).toBe(200);
  world.time.advance(1);
  expect((await take(HOHHOT, second)).statusCode).toBe(409);
});

test('for others an export is not there, in the same words as one that nobody asked for', async () => {
  const id = await request(HOHHOT);
  await approve(REGION, id);
  const none = '00000000-0000-0000-0000-000000000000';
  const answers = [await take(COLLEAGUE, id), await take(COLLEAGUE, none)];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
  expect(answers[0]!.body.replaceAll(id, none)).toBe(answers[1]!.body);
  expect((await app.inject({ url: `/supervision/exports/${id}` })).statusCode).toBe(401);
});

test('supervisors see the exports of their subtree, agencies none', async () => {
  const list = '{ exports(state: [REQUESTED]) { nodes { id requestedBy } } }';
  const id = await request(SAIHAN);
  const ids = async (viewer: Viewer) =>
    (await world.ask<{ exports: { nodes: { id: string }[] } }>(viewer, list)).exports.nodes.map((node) => node.id);
  expect(await ids(HOHHOT)).toContain(id);
  expect(await ids(BAOTOU)).toEqual([]);
  expect(await ids(AGENCY)).toEqual([]);
});

test('an attempt to take what nobody approved is red under XX-07, told to the tier above', async () => {
  world.time.set(at('2026-03-20 09:00:00'));
  const id = await request(SAIHAN);
  expect((await take(SAIHAN, id)).statusCode).toBe(409);
  expect(await acts('EXPORT_REFUSED')).toContainEqual(expect.objectContaining({ by: 'supervisor-saihan', about: id }));
  const [finding] = await world.ports.database
    .sql`select level, division from finding where subject = '150105:supervisor-saihan:2026-03-20'`;
  expect(finding).toEqual({ level: 'RED', division: '1501' });
});

test('an agency asks for no export; neither does a supervisor without a reason', async () => {
  const ask = async (viewer: Viewer, input: object) =>
    (await world.ask<{ requestExport: Outcome }>(viewer, REQUEST, { input: { ...CARDS, ...input } })).requestExport
      .__typename;
  expect(await ask(AGENCY, {})).toBe('ActNotAllowed');
  expect(await ask(HOHHOT, { reason: '   ' })).toBe('ActInputRefused');
  expect(await ask(HOHHOT, { warnings: {} })).toBe('ActInputRefused');
});

test('any text whatever is an export asked for or a refusal by name, and no fault of the hub', async () => {
  await fc.assert(
    fc.asyncProperty(anyText(), anyText(), anyText(), async (reason, exportId, filter) => {
      const variables = {
        input: { ...CARDS, reason, cards: { agency: [filter], division: filter, indicator: [filter] } },
      };
      const asked = await world.answer(HOHHOT, REQUEST, variables);
      expect(asked.errors).toBeUndefined();
      for (const document of [APPROVE, DECLINE]) {
        const { errors, data } = await world.answer(REGION, document, { input: { exportId, reason } });
        expect(errors).toBeUndefined();
        expect(Object.values(data as object)[0]).toMatchObject({
          message: { zh: expect.stringMatching(/\p{Script=Han}/u) },
        });
      }
    }),
    { numRuns: 30 },
  );
});

test('the log comes as a file that the verifier finds whole, for the audit administrator, and that is on record', async () => {
  await acts('EXPORT_TAKEN');
  const answer = await app.inject({ url: '/supervision/acts.ndjson', headers: { authorization: AUDIT_ADMIN.id } });
  expect(answer.statusCode).toBe(200);
  const result = verifyLog(answer.body.trim().split('\n'), [world.ports.keys!.publicKeyOf('log')]);
  expect(result.findings).toEqual([]);
  expect(result.entries).toBeGreaterThan(20);
  expect(await acts('LOG_EXPORTED')).toMatchObject([{ by: 'audit-admin' }]);
  for (const viewer of [HOHHOT, AGENCY])
    expect(
      (await app.inject({ url: '/supervision/acts.ndjson', headers: { authorization: viewer.id } })).statusCode,
    ).toBe(403);
});

/** Texts of every kind: empty, huge, with control characters, halves of characters, ids that are none. */
function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\u0000',
      '\ud800',
      'x'.repeat(5_000),
      '-1',
      '月度分析研判',
      '00000000-0000-0000-0000-000000000000',
      '15',
    ),
    fc.string({ unit: 'binary', maxLength: 80 }),
  );
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
