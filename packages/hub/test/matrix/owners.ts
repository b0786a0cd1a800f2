import type { Viewer } from '@gnomon/identity';
import { describe, expect, test } from 'vitest';
import { leaks } from './leaks.ts';
import { dayOf } from './plant-access.ts';
import type { PlantedHub } from './planted-hub.ts';
import { type PlantedRow, sees } from './planted-rows.ts';
import { viewersAround } from './viewers.ts';

interface Nodes {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
}

/** What doors do not say one by one: that owners see what is theirs of what people and their accounts did, and nobody else does. */
export const ownersSee = (hub: () => PlantedHub) =>
  describe('what concerns people and their accounts', () => {
    const ask = async <Data>(
      viewer: Viewer | null,
      query: string,
      variables: object = {},
      at = 'supervision',
    ): Promise<Data> => {
      const { data, errors } = await hub().askAt(at, viewer, { query, variables: { ...variables } });
      expect(errors).toBeUndefined();
      return data as Data;
    };
    /** The people of the two planted places, each around its first agency. */
    const places = () => [0, 2].map((index) => viewersAround(hub().planted.places[index]!.row));

    test('every purpose and what was shown under it is read in the log by its two readers, with the case', async () => {
      const { purposes } = hub().planted.access;
      const query = '{ hubLog(kind: ["PURPOSE_OPENED", "UNMASKED"], first: 200) { nodes { kind by about detail } } }';
      for (const reader of [places()[0]!.audit, places()[1]!.inspector]) {
        const { hubLog } = await ask<{ hubLog: Nodes }>(reader, query);
        for (const { id, by, caseNo, workItem } of purposes) {
          const detail = expect.objectContaining({ caseNo });
          expect.soft(hubLog.nodes).toContainEqual({ kind: 'PURPOSE_OPENED', by: by.id, about: id, detail });
          expect.soft(hubLog.nodes).toContainEqual({ kind: 'UNMASKED', by: by.id, about: workItem, detail });
        }
      }
    });

    test('what an account looked for elsewhere is known to the body above, and to its own body when a card of it is issued', async () => {
      const card = 'query ($id: ID!) { card(id: $id) { state agency { uscc } } }';
      for (const [index, suspect] of hub().planted.access.suspects.entries()) {
        const { id } = await dayOf(
          (at, viewer, query, variables) => hub().askAt(at, viewer, { query, variables: { ...variables } }),
          suspect,
        );
        const { banner, chief } = viewersAround(hub().planted.places[index]!.row);
        const [elsewhere] = places().filter((people) => people.banner!.division !== banner!.division);
        const isIssued = index % 2 === 0;
        const seen = async (viewer: Viewer | null) =>
          (await ask<{ card: object | null }>(viewer, card, { id })).card !== null;
        expect.soft(await seen(suspect.above)).toBe(true);
        expect.soft(await seen(banner!), `${banner!.id} ${index}`).toBe(isIssued);
        expect.soft(await seen(suspect.account), `${suspect.account.id}`).toBe(isIssued);
        for (const other of [chief!, elsewhere!.banner!, elsewhere!.league!])
          expect.soft(await seen(other), other.id).toBe(false);
      }
    });

    test('what a supervision body owes is shown to it and to the tiers above, and to no other', async () => {
      const query = '{ duties(first: 200) { nodes { id } } }';
      const idsOf = async (viewer: Viewer | null) =>
        (await ask<{ duties: Nodes }>(viewer, query)).duties.nodes.map(({ id }) => String(id));
      const rows = hub().rows.filter(({ type }) => type === 'duty');
      for (const { banner, league, region } of places()) {
        const shown = await idsOf(banner);
        expect.soft(shown.length, banner!.id).toBeGreaterThan(1);
        for (const viewer of [banner!, league!]) {
          const foreign = new Set(rows.filter((row) => !sees(viewer, row)).map(({ id }) => id));
          expect
            .soft(
              (await idsOf(viewer)).filter((id) => foreign.has(id)),
              viewer.id,
            )
            .toEqual([]);
        }
        expect.soft((await idsOf(region)).length).toBeGreaterThan(shown.length);
      }
    });

    test('a card on a supervision body is seen by that body and those above, and by no other', async () => {
      const query = '{ cards(filter: { indicator: ["XX-06"] }, first: 200) { nodes { id division { code } } } }';
      const of = async (viewer: Viewer | null) => (await ask<{ cards: Nodes }>(viewer, query)).cards.nodes;
      const [here, there] = places();
      expect.soft((await of(here!.region)).length).toBeGreaterThan(0);
      for (const { league, banner } of [here!, there!])
        for (const viewer of [league!, banner!])
          for (const { division } of await of(viewer))
            expect.soft((division as { code: string }).code.startsWith(viewer.division!)).toBe(true);
      expect.soft(await of(here!.staff)).toEqual([]);
    });

    test('an alarm about a source is shown where the source is at home, to operators, and to no other', async () => {
      const query = '{ alarms(first: 200) { nodes { id source { id } } } }';
      const idsOf = async (viewer: Viewer | null) =>
        (await ask<{ alarms: Nodes }>(viewer, query)).alarms.nodes.map(({ id }) => String(id));
      const alarms = hub().rows.filter(({ type }) => type === 'Alarm');
      expect(alarms.length).toBeGreaterThan(1);
      const at = (row: PlantedRow) => viewersAround({ ...row, division: row.division ?? '15' });
      for (const alarm of alarms) {
        const { region, league, operator } = at(alarm);
        for (const viewer of [region!, operator!]) expect.soft(await idsOf(viewer), viewer.id).toContain(alarm.id);
        expect.soft((await idsOf(league)).includes(alarm.id)).toBe(sees(league, alarm));
        for (const { banner } of places())
          expect.soft((await idsOf(banner)).includes(alarm.id)).toBe(sees(banner, alarm));
      }
    });

    test('a citizen’s link opens its own clock to whoever has it, and is ended by nobody but its agency', async () => {
      const clock = 'query ($link: String!) { citizenClock(link: $link) { agencyName { zh } acceptedAt state } }';
      const revoke = 'mutation ($id: ID!) { revokeCitizenClocks(input: { workItemId: $id }) { __typename } }';
      const { links } = hub().planted.access;
      const opened = async (link: string) =>
        (await ask<{ citizenClock: object | null }>(null, clock, { link }, 'work-items')).citizenClock;
      const names = new Set(hub().rows.flatMap(({ id, agency }) => [id, agency]));
      const all = await Promise.all(links.map(({ link }) => opened(link)));
      expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(links.length);
      for (const [index, { place, workItem }] of links.entries()) {
        const { chief } = viewersAround(place.row);
        expect.soft(all[index], workItem).not.toBeNull();
        expect.soft(leaks(all[index], names)).toEqual([]);
        const [other] = links.filter((one) => one.place !== place);
        await ask(chief, revoke, { id: other!.workItem }, 'work-items');
        expect.soft(await opened(other!.link), `${chief!.id} ended another’s link`).not.toBeNull();
      }
    });

    test('ended tokens are read by the security administrator, all of them', async () => {
      const { endedAccess } = await ask<{ endedAccess: readonly { tokenId: string | null }[] }>(
        places()[0]!.security,
        '{ endedAccess { tokenId } }',
        {},
        'registry',
      );
      expect(endedAccess.map(({ tokenId }) => tokenId)).toEqual(
        expect.arrayContaining([...hub().planted.access.tokens]),
      );
    });
  });
