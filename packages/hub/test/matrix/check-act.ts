import type { Viewer } from '@gnomon/identity';
import { expect } from 'vitest';
import { SUBGRAPHS } from '../../src/open-hub.ts';
import { absentLike, codesOf, without } from './answers.ts';
import type { Door } from './doors.ts';
import { OWN } from './examples.ts';
import { fingerprint } from './fingerprint.ts';
import type { Heard, PlantedHub } from './planted-hub.ts';
import { sees } from './planted-rows.ts';
import { type Outcome, POLICIES } from './policies.ts';
import { COLUMNS, type Column } from './viewers.ts';

/** Refusals that say nothing but what is wrong with the text that came: whose the thing is was not asked yet. */
const INPUT = /(InputRefused|FactsRefused|Faulty|Malformed)$/;
/** Refusals of somebody who may not: not there for him, not his, not of his role. */
const NOT_HIS = /(NotFound|NotYours|NotAllowed|JudgeExcluded)$/;
/** Own things that are tried until one is in a state in which it can be acted on by somebody. */
const TRIES = 8;

/** A mutation, for all viewers: nobody acts but who may, and on nothing foreign; what is refused changes nothing. */
export async function checkAct(hub: PlantedHub, door: Door): Promise<void> {
  const schema = SUBGRAPHS.find(({ name }) => name === door.name)!.schemaName;
  const before = await fingerprint(hub.hub.databaseUrl, schema);
  const deeds: Column[] = [];
  for (const column of COLUMNS) {
    const outcome: Outcome = POLICIES[door.policy][column];
    if (outcome === 'ACTS') deeds.push(column);
    // Whoever may act on anything has nothing foreign.
    if (outcome !== 'ALL') await checkRefused(hub, door, column, outcome);
  }
  expect
    .soft(await fingerprint(hub.hub.databaseUrl, schema), `${door.coordinate}: a refusal changed something`)
    .toEqual(before);
  if (deeds.length > 0) await checkOwn(hub, door, deeds);
}

async function checkRefused(hub: PlantedHub, door: Door, column: Column, outcome: Outcome): Promise<void> {
  const viewer = door.viewers[column];
  const at = `${door.name} ${door.coordinate} ${column}`;
  const foreign = door.ids.find((row) => !sees(viewer, row));
  // Without anything foreign, only what is refused in any case can be tried.
  const isAboutOthers = foreign !== undefined || (door.ids.length === 0 && `${door.name} ${door.coordinate}` in OWN);
  if (outcome === 'ACTS' && !isAboutOthers) return;
  const asked = foreign ?? door.ids[0];
  const answer = await hub.askAt(door.name, viewer, door.request(asked?.id ?? null));
  if (outcome === 'FORBIDDEN' || outcome === 'UNAUTHENTICATED') {
    expect.soft(codesOf(answer), at).toEqual([outcome]);
    return;
  }
  expect.soft(codesOf(answer), at).toEqual([]);
  expect.soft(refusalOf(door, answer), `${at}: give an example of full input in matrix/examples.ts`).not.toMatch(INPUT);
  expect.soft(refusalOf(door, answer), at).toMatch(NOT_HIS);
  // What is announced to everybody is told apart from nothing.
  if (foreign === undefined || foreign.type === 'Outage') return;
  const absent = absentLike(foreign.id, new Set(door.ids.map(({ id }) => id)));
  const nothing = await hub.askAt(door.name, viewer, door.request(absent));
  expect.soft(without(answer, foreign.id), `${at} on another's`).toBe(without(nothing, absent));
  expect.soft(answer.statements, `${at} on another's: as many statements as on nothing`).toEqual(nothing.statements);
}

/** Somebody can do it to something of his own, or is told that its state does not allow it: so the example reaches the thing. */
async function checkOwn(hub: PlantedHub, door: Door, columns: readonly Column[]): Promise<void> {
  const answers: string[] = [];
  for (const column of columns) {
    const viewer: Viewer | null = door.viewers[column];
    const own = door.ids.filter((row) => sees(viewer, row)).slice(-TRIES);
    for (const row of door.ids.length === 0 ? [null] : own) {
      const told = refusalOf(door, await hub.askAt(door.name, viewer, door.requestOf(viewer, row)));
      if (!NOT_HIS.test(told) && !INPUT.test(told)) return;
      answers.push(`${column}: ${told}`);
    }
  }
  expect.soft(answers, `${door.name} ${door.coordinate}: nobody can act on anything of his own`).toEqual([]);
}

/** The type of what came. */
function refusalOf({ field }: Door, { data, errors }: Heard): string {
  const answer = data?.[field!.name] as { readonly __typename?: string } | undefined;
  return answer?.__typename ?? JSON.stringify(errors ?? null);
}
