import { join } from 'node:path';
import { readDashboardDocuments } from '@gnomon/gateway/dashboard';
import { issuePurposeToken, openKeyring, type Viewer } from '@gnomon/identity';
import { describe, expect, test } from 'vitest';
import { absentLike } from './answers.ts';
import { leaks } from './leaks.ts';
import type { PlantedHub } from './planted-hub.ts';
import { sees } from './planted-rows.ts';
import { strangerLike } from './probes.ts';
import { foreignTo, viewersAround } from './viewers.ts';

/* Attacks as a program on the network makes them: with a token, through the gateway or a route beside it. */

interface Reply {
  readonly status: number;
  readonly text: string;
}
type Sent = (token: string | null, init?: RequestInit, path?: string) => Promise<Reply>;

const sender =
  (hub: () => PlantedHub): Sent =>
  async (token, init = {}, path = '') => {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    const headers = { 'content-type': 'application/json', ...authorization, ...init.headers };
    const response = await fetch(path === '' ? hub().hub.url : `${hub().origin}${path}`, { ...init, headers });
    return { status: response.status, text: await response.text() };
  };
const body = (query: string, variables: object = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ query, variables }),
});

/** The people of the first planted place, and those of the place in another league. */
function peopleOf(hub: PlantedHub) {
  const [here, , there] = hub.planted.places;
  return { own: viewersAround(here!.row), others: viewersAround(there!.row), here: here!, there: there! };
}

/** An export leaves for who asked for it, after somebody else's word, once, and with nothing of any other place. */
export const exportAttacks = (hub: () => PlantedHub) =>
  describe('an export over HTTP', () => {
    const sent = sender(hub);
    const take = async (viewer: Viewer, id: string) =>
      sent(await hub().tokenOf(viewer), {}, `/supervision/exports/${id}`);

    test('is to everybody but who asked for it as absent as one that nobody has, whether it was approved or not', async () => {
      const { own, others } = peopleOf(hub());
      const colleague = { ...own.banner!, id: `${own.banner!.id}-2` };
      for (const { id } of Object.values(hub().planted.exports)) {
        const absent = absentLike(id, new Set());
        for (const viewer of [colleague, own.league!, own.region!, own.chief!, own.auditor!, others.banner!]) {
          const [came, nothing] = [await take(viewer, id), await take(viewer, absent)];
          expect.soft(came.status, viewer.id).toBe(404);
          expect.soft(came.text.replaceAll(id, '{id}'), viewer.id).toBe(nothing.text.replaceAll(absent, '{id}'));
        }
      }
    });

    test('is not given before its approval, and afterwards once, without a row of another place', async () => {
      const { others } = peopleOf(hub());
      const { by, id, approve } = await askedAnew(hub());
      expect((await take(by, id)).status).toBe(409);
      await approve();
      const taken = await take(by, id);
      expect(taken.status).toBe(200);
      const lines = taken.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(lines.length).toBeGreaterThan(0);
      expect(leaks(lines, foreignTo(by, hub().rows))).toEqual([]);
      expect((await take(by, id)).status).toBe(409);
      // Under the same name at another place: an account that has moved takes nothing of either.
      const again = await askedAnew(hub());
      await again.approve();
      const moved = await take({ ...others.banner!, id: by.id }, again.id);
      expect([moved.status, moved.text.trim()]).toEqual([200, '']);
    });
  });

/** An export that the banner of the first place asks for, and that its league may approve. */
async function askedAnew(hub: PlantedHub) {
  const { own } = peopleOf(hub);
  const input = { kind: 'CARDS', format: 'NDJSON', reason: '季度分析使用' };
  const act = async (viewer: Viewer, name: string, type: string, given: object) => {
    const query = `mutation ($input: ${type}!) { done: ${name}(input: $input) { ... on ExportPayload { export { id } } } }`;
    const { data } = await hub.askAt('supervision', viewer, { query, variables: { input: given } });
    return (data as { done: { export: { id: string } } }).done.export.id;
  };
  const id = await act(own.banner!, 'requestExport', 'RequestExportInput', input);
  const approve = () => act(own.league!, 'approveExport', 'DecideExportInput', { exportId: id });
  return { id, by: own.banner!, approve };
}

/** A purpose shows what its owner may see anyway, unmasked, for its time; and makes nobody of anybody else. */
export const purposeAttacks = (hub: () => PlantedHub) =>
  describe('a token with a purpose', () => {
    const sent = sender(hub);
    const purpose = { text: '核查投诉', caseNo: 'CASE-2026-0-opened' };
    const under = (viewer: Viewer, forMs: number) =>
      issuePurposeToken(openKeyring(join(hub().home, 'identity')), viewer, purpose, Date.now() + forMs);
    const NAME = 'query ($id: ID!) { workItem(id: $id) { id applicantName } }';
    const person = () => {
      const { here } = peopleOf(hub());
      const { items } = here;
      return { viewer: peopleOf(hub()).own.banner!, own: items[0]!, foreign: peopleOf(hub()).there.items[0]! };
    };
    const nameOf = ({ text }: Reply) =>
      (JSON.parse(text) as { data: { workItem: { applicantName: string } | null } }).data.workItem;

    test('opens nothing of another place: a foreign work item is as absent as one that nobody has', async () => {
      const { viewer, own, foreign } = person();
      const token = await under(viewer, 60_000);
      const absent = absentLike(foreign, new Set(hub().rows.map(({ id }) => id)));
      const [other, nothing] = [
        await sent(token, body(NAME, { id: foreign })),
        await sent(token, body(NAME, { id: absent })),
      ];
      expect(other).toEqual(nothing);
      expect(nameOf(other)).toBeNull();
      const masked = nameOf(await sent(await hub().tokenOf(viewer), body(NAME, { id: own })));
      const shown = nameOf(await sent(token, body(NAME, { id: own })));
      expect(masked?.applicantName).toMatch(/\*/);
      expect(shown?.applicantName).not.toMatch(/\*/);
    });

    test('is nothing after its end, nor with another name written into it, and asks for no other', async () => {
      const { viewer, own } = person();
      const ended = await sent(await under(viewer, -60_000), body(NAME, { id: own }));
      expect(ended.status).toBe(401);
      expect(ended.text).toMatch(/TOKEN_EXPIRED/);
      const [head, claims, signature] = (await under(viewer, 60_000)).split('.') as [string, string, string];
      const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
      const others = Buffer.from(JSON.stringify({ ...read, sub: 'supervisor-region', gnomon_division: '15' })).toString(
        'base64url',
      );
      const forged = await sent([head, others, signature].join('.'), body(NAME, { id: own }));
      expect(forged.status).toBe(401);
      const again =
        'mutation { openPurpose(input: { caseNo: "CASE-1", text: "核查投诉事项", minutes: 5 }) { __typename } }';
      expect((await sent(await under(viewer, 60_000), body(again))).text).toMatch(/ActNotAllowed/);
    });

    test('is its owner’s: who has the same case number and no purpose sees masks', async () => {
      const { own } = person();
      const { own: people } = peopleOf(hub());
      for (const viewer of [people.league!, people.region!, people.auditor!]) {
        const seen = nameOf(await sent(await hub().tokenOf(viewer), body(NAME, { id: own })));
        expect.soft(seen?.applicantName, viewer.id).toMatch(/\*/);
      }
    });
  });

/** Documents that the gateway knows by their hash are asked with whatever variables: about others they answer as they answer a stranger. */
export const documentAttacks = (hub: () => PlantedHub) =>
  describe('a registered document with another’s variables', () => {
    const sent = sender(hub);
    const read = readDashboardDocuments();
    const documents = Object.values(read);
    /** Nothing need be due soon, and a place need have no project. */
    const mayBeEmpty = new Set([read.DueSoon.hash, read.ProjectFile.hash]);
    const span = { from: '2026-04-01T00:00:00.000+08:00', to: '2026-07-01T00:00:00.000+08:00' };
    const days = { day: '2026-05-11', firstDay: '2026-04-01', lastDay: '2026-06-30' };

    test.each(documents.map(({ name, hash }) => [name, hash]))('%s answers as it does a stranger', async (_, hash) => {
      const { own, others, there } = peopleOf(hub());
      const project = hub().rows.find(
        (row) => row.type === 'Project' && row.division === there.row.division && !sees(own.banner, row),
      );
      const [workItem] = there.items;
      const { agency, division } = there.row;
      const about = { agency, division, workItem, matter: `work-item:${workItem}`, project: project?.id ?? 'none' };
      const variables = { ...about, ...span, ...days, filter: { agency: [agency] } };
      const asked = async (viewer: Viewer | null) => {
        const init = { method: 'POST', body: JSON.stringify({ documentId: hash, variables }) };
        return (await sent(await hub().tokenOf(viewer!), init)).text;
      };
      const nothing = await asked(strangerLike(own.banner!));
      expect.soft(await asked(own.banner)).toBe(nothing);
      expect.soft(await asked(own.staff)).toBe(await asked(strangerLike(own.staff!)));
      if (!mayBeEmpty.has(hash)) expect.soft(await asked(others.banner)).not.toBe(nothing);
    });
  });

/** Requests of a form in which nothing is asked honestly. */
export const formAttacks = (hub: () => PlantedHub) =>
  describe('a request of another form', () => {
    const sent = sender(hub);
    const card = () => hub().rows.find((row) => row.type === 'Card' && sees(peopleOf(hub()).own.banner, row))!.id;

    test('many in one body are none, and nothing is done by GET', async () => {
      const token = await hub().tokenOf(peopleOf(hub()).own.banner!);
      const query = '{ cards(first: 1) { nodes { id } } }';
      const batch = await sent(token, { method: 'POST', body: JSON.stringify([{ query }, { query }]) });
      expect([batch.status, batch.text.includes('"data"')]).toEqual([400, false]);
      const mutation = `mutation { cancelCard(input: { cardId: "${card()}", reason: "误发一张牌证" }) { __typename } }`;
      const headers = { 'apollo-require-preflight': 'yes' };
      const got = await sent(token, { method: 'GET', headers }, `/graphql?query=${encodeURIComponent(mutation)}`);
      expect([got.status, got.text.includes('__typename')]).toEqual([405, false]);
    });

    test('the schema is shown to whoever is signed in, and its source to nobody', async () => {
      const { own } = peopleOf(hub());
      for (const [column, viewer] of Object.entries(own)) {
        const token = viewer === null ? null : await hub().tokenOf(viewer);
        const { text } = await sent(token, body('{ __schema { queryType { name } } }'));
        expect
          .soft(text, column)
          .toMatch(viewer === null ? /INTROSPECTION_FORBIDDEN/ : /"queryType":\{"name":"Query"\}/);
        expect
          .soft((await sent(token, body('{ _service { sdl } }'))).text, column)
          .toMatch(/GRAPHQL_VALIDATION_FAILED/);
        const entities = body('{ _entities(representations: []) { __typename } }');
        expect.soft((await sent(token, entities)).text, column).toMatch(/GRAPHQL_VALIDATION_FAILED/);
      }
    });
  });
