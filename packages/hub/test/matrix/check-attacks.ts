import type { Viewer } from '@gnomon/identity';
import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { absentLike, askedIds, codesOf, endCursorOf, without } from './answers.ts';
import { type Door, keysAt } from './doors.ts';
import { leaks } from './leaks.ts';
import type { PlantedHub } from './planted-hub.ts';
import { sees } from './planted-rows.ts';
import { POLICIES } from './policies.ts';
import { aliasedRequest } from './requests.ts';
import type { Column } from './viewers.ts';

/* Requests that mix what is the own with what is not, as no honest program writes them; written from the schema like the honest ones. */

/** Who tries: somebody of an agency, somebody of a place, and nobody. */
const ATTACKERS: readonly Column[] = ['staff', 'banner', 'source'];
const OPEN: readonly string[] = ['ALL', 'SHARED', 'FORBIDDEN', 'UNAUTHENTICATED'];

interface Trio {
  readonly own: string;
  readonly other: string;
  readonly absent: string;
}

/** An own id, another's and one that nobody has; `null` where one of them is missing. */
function trioOf(door: Door, viewer: Viewer | null): Trio | null {
  const own = door.ids.find((row) => sees(viewer, row))?.id;
  const mine = new Set(door.ids.filter((row) => sees(viewer, row)).map(({ id }) => id));
  const other = door.ids.find(({ id }) => !mine.has(id))?.id;
  if (own === undefined || other === undefined) return null;
  return { own, other, absent: absentLike(other, new Set(door.ids.map(({ id }) => id))) };
}

/** The part of an answer under one name, with the errors that belong to it. */
const part = (answer: ExecutionResult, path: readonly (string | number)[]): ExecutionResult => ({
  data: { here: path.reduce((at: unknown, key) => (at as Record<string, unknown> | null)?.[key], answer.data) },
  errors: (answer.errors ?? [])
    .filter((error) => path.every((key, index) => error.path?.[index] === key))
    .map(({ message, extensions }) => ({ message, extensions })) as unknown as NonNullable<ExecutionResult['errors']>,
});

/** One field several times under aliases in one request: the own comes, and the other's is as absent as nobody's, to the letter of its error. */
export async function checkAliases(hub: PlantedHub, door: Door): Promise<number> {
  let tried = 0;
  for (const column of ATTACKERS) {
    const viewer = door.viewers[column];
    const trio = trioOf(door, viewer);
    const [argument, ...more] = (door.field?.args ?? []).filter(({ type }) => String(type).endsWith('!'));
    if (trio === null || argument === undefined || more.length > 0 || OPEN.includes(POLICIES[door.policy][column]))
      continue;
    tried += 1;
    const request = aliasedRequest(hub.schemaOf(door.name), door.field!, argument, { ...trio, again: trio.other });
    const answer = await hub.askAt(door.name, viewer, request);
    const at = `${door.name} ${door.coordinate} ${column} under aliases`;
    const of = (alias: keyof Trio | 'again', id: string) => without(part(answer, [alias]), id);
    expect.soft(of('other', trio.other), at).toBe(of('absent', trio.absent));
    expect.soft(of('again', trio.other), at).toBe(of('absent', trio.absent));
    const found = leaks(answer, hub.foreignTo(viewer, door.name), askedIds(trio.other, trio.absent));
    expect.soft(found, at).toEqual([]);
  }
  return tried;
}

/** Values that are no key of anything. */
const MALFORMED = [7, '', null, {}, ['x'], 'x'.repeat(5_000), '\u0000', '\ud800'];
/** What a subgraph knows of its own rows, as a caller may write it into a reference. */
const STUFFED = {
  agency: 'x',
  division: '15',
  source: '115',
  lane: 1,
  issuedAt: 1,
  receiptHash: 'x',
  facts: {},
  subject: 'x',
  row: {},
  rows: [],
};

/** A list of references, own, foreign, absent and no good, in one request: each is answered as if it stood alone, and none is a fault of the hub. */
export async function checkMixedReferences(hub: PlantedHub, door: Door): Promise<number> {
  const [, member] = door.coordinate.split('.') as [string, string];
  const key = keysAt(hub, door.name).get(member)!;
  let tried = 0;
  for (const column of ['nobody', ...ATTACKERS] as const) {
    const viewer = door.viewers[column];
    const trio = trioOf(door, viewer);
    const ids = trio === null ? [] : [trio.own, trio.other, trio.absent];
    const { query } = door.request('none');
    const of = [
      ...ids.map((id) => ({ __typename: member, [key]: id })),
      ...MALFORMED.map((value) => ({ __typename: member, [key]: value })),
      { __typename: member },
      { __typename: 'NoSuchType', id: 'x' },
      { ...STUFFED, __typename: member, [key]: trio?.absent ?? 'none' },
    ];

    const at = `${door.name} ${door.coordinate} ${column} mixed`;
    const answer = await hub.askAt(door.name, viewer, { query, variables: { of } });
    expect.soft(codesOf(answer), at).not.toContain('INTERNAL');
    const found = leaks(answer, hub.foreignTo(viewer, door.name), askedIds(trio?.other, trio?.absent));
    expect.soft(found, at).toEqual([]);
    if (trio === null || OPEN.includes(POLICIES[door.policy][column])) continue;
    tried += 1;
    const indexed = (index: number, id: string) => without(part(answer, ['_entities', index]), id);
    expect.soft(indexed(of.length - 1, trio.absent), `${at}: what is written into it`).toBe(indexed(2, trio.absent));
    expect.soft(indexed(1, trio.other), at).toBe(indexed(2, trio.absent));
    const alone = await hub.askAt(door.name, viewer, door.request(trio.own));
    expect.soft(indexed(0, trio.own), `${at}: the own one`).toBe(without(part(alone, ['_entities', 0]), trio.own));
  }
  return tried;
}

/** Where a list or a feed is read on from: the region's place in it, a place of another list, and one beyond every end. */
export async function checkCursors(hub: PlantedHub, door: Door, others: readonly string[]): Promise<string | null> {
  if (door.field?.args.some(({ name }) => name === 'after') !== true) return null;
  const pageOf = async (viewer: Viewer | null, after: string | null) =>
    hub.askAt(door.name, viewer, door.request(null, { first: 3, after }));
  const regions = await pageOf(door.viewers.region, null);
  const cursor = endCursorOf(regions.data?.[door.field.name]);
  for (const column of ATTACKERS) {
    const viewer = door.viewers[column];
    if (OPEN.includes(POLICIES[door.policy][column])) continue;
    const at = `${door.name} ${door.coordinate} ${column} after`;
    if (cursor !== null) {
      const answer = await pageOf(viewer, cursor);
      expect.soft(codesOf(answer), `${at} the region's cursor`).toEqual([]);
      expect.soft(leaks(answer, hub.foreignTo(viewer, door.name)), `${at} the region's cursor`).toEqual([]);
    }
    for (const other of others) {
      const answer = await pageOf(viewer, other);
      expect.soft(codesOf(answer), `${at} the cursor of another list`).toEqual(['BAD_CURSOR']);
    }
  }
  return cursor;
}

/** A mutation twice in one request, on another's thing and on nothing: nothing is done, and both are told the same. */
export async function checkActAliases(hub: PlantedHub, door: Door): Promise<number> {
  let tried = 0;
  for (const column of ['chief', 'banner'] as const) {
    const viewer = door.viewers[column];
    const outcome = POLICIES[door.policy][column];
    const other = door.ids.find((row) => !sees(viewer, row) && row.type !== 'Outage')?.id;
    if (other === undefined || (outcome !== 'ACTS' && outcome !== 'REFUSED')) continue;
    tried += 1;
    const absent = absentLike(other, new Set(door.ids.map(({ id }) => id)));
    const [input] = door.field!.args;
    const given = (id: string) => door.request(id).variables[input!.name];
    const values = { absent: given(absent), other: given(other), again: given(other) };
    const request = aliasedRequest(hub.schemaOf(door.name), door.field!, input!, values, 'mutation');
    const answer = await hub.askAt(door.name, viewer, request);
    const of = (alias: string, id: string) => without(part(answer, [alias]), id);
    const at = `${door.name} ${door.coordinate} ${column} under aliases`;
    expect.soft(of('other', other), at).toBe(of('absent', absent));
    expect.soft(of('again', other), at).toBe(of('absent', absent));
  }
  return tried;
}
