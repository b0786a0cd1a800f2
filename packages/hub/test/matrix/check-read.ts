import type { Viewer } from '@gnomon/identity';
import { expect } from 'vitest';
import { absentLike, askedIds, codesOf, without } from './answers.ts';
import type { Door } from './doors.ts';
import { leaks } from './leaks.ts';
import type { Heard, PlantedHub, Request } from './planted-hub.ts';
import { sees } from './planted-rows.ts';
import { type Outcome, POLICIES } from './policies.ts';
import { asking, type Probe, pairOf, probesOf, strangerLike } from './probes.ts';
import type { Column } from './viewers.ts';

/** Ids that are tried until one shows something: a card may be held, a row without what hangs on it. */
const TRIES = 6;
/** Outcomes of which something must be shown, since something of the viewer's own is planted. */
const SHOWS: readonly Outcome[] = ['OWN', 'SUBTREE'];

/** One viewer at a door at which one reads: what is its own comes, and of all else neither an id nor a count. */
export async function checkRead(hub: PlantedHub, door: Door, column: Column): Promise<void> {
  const viewer = door.viewers[column];
  const outcome: Outcome = POLICIES[door.policy][column];
  const at = `${door.name} ${door.coordinate} ${column}`;
  const [some] = door.ids;
  if (outcome === 'FORBIDDEN' || outcome === 'UNAUTHENTICATED') {
    const answer = await askMasked(hub, door, viewer, door.request(some?.id ?? null));
    expect.soft(codesOf(answer), at).toEqual([outcome]);
    expect.soft(leaks(answer.data, hub.foreignTo(viewer, door.name), askedIds(some?.id)), at).toEqual([]);
    return;
  }
  const check = { hub, door, outcome, at, viewer };
  await (some === undefined ? checkList(check) : checkById(check));
}

interface Check {
  readonly hub: PlantedHub;
  readonly door: Door;
  readonly outcome: Outcome;
  readonly at: string;
  readonly viewer: Viewer | null;
}

/** The answer, in which no personal data may stand unless a purpose was given. */
export async function askMasked(hub: PlantedHub, door: Door, viewer: Viewer | null, request: Request): Promise<Heard> {
  const answer = await hub.askAt(door.name, viewer, request);
  const found = viewer?.purpose ? [] : leaks(answer.data, hub.personal);
  expect.soft(found, `personal data without a purpose: ${viewer?.id} ${request.query.slice(0, 80)}`).toEqual([]);
  return answer;
}

async function checkList(check: Check): Promise<void> {
  const { hub, door, outcome, at, viewer } = check;
  const answer = await askMasked(hub, door, viewer, door.request(null));
  // Whoever sees all of a list may be refused what hangs on its entries: an operator's sources have no cards for it.
  const refused = answer.errors?.filter(({ path = [] }) => outcome !== 'ALL' || path.length === 1) ?? [];
  expect.soft(codesOf({ errors: refused }), at).toEqual([]);
  if (outcome === 'ALL') return;
  expect.soft(leaks(answer, hub.foreignTo(viewer, door.name)), at).toEqual([]);
  if (SHOWS.includes(outcome)) {
    const nothing = await hub.askAt(door.name, strangerLike(viewer!), door.request(null));
    expect.soft(JSON.stringify(answer.data), `${at} shows nothing of its own`).not.toBe(JSON.stringify(nothing.data));
  }
  if (outcome !== 'SHARED') for (const probe of probesOf(door.field?.args ?? [])) await checkProbe(check, probe);
}

/** Counts, sums and empty pages: a question about others, by whatever text it can be put, is answered like one about nobody. */
async function checkProbe({ hub, door, at, viewer }: Check, probe: Probe): Promise<void> {
  const pair = pairOf(hub, door.name, viewer, probe);
  if (pair === null) return;
  const [given, nothing] = [
    await askMasked(hub, door, viewer, door.request(null, asking(probe, [pair.other]))),
    await hub.askAt(door.name, viewer, door.request(null, asking(probe, [pair.nobody]))),
  ];
  const of = `${at} asked for another ${probe.name}`;
  expect.soft(without(given, pair.other), of).toBe(without(nothing, pair.nobody));
  expect.soft(given.statements, of).toEqual(nothing.statements);
}

async function checkById({ hub, door, outcome, at, viewer }: Check): Promise<void> {
  const own = new Set(door.ids.filter((row) => sees(viewer, row)).map(({ id }) => id));
  const all = new Set(door.ids.map(({ id }) => id));
  const isOpen = outcome === 'ALL' || outcome === 'SHARED';
  const other = isOpen ? undefined : [...all].find((id) => !own.has(id));
  const absent = absentLike(other ?? [...own][0] ?? [...all][0]!, all);
  const nothing = await askMasked(hub, door, viewer, door.request(absent));
  expect.soft(codesOf(nothing), `${at} for nothing`).toEqual([]);
  if (other !== undefined) {
    const answer = await askMasked(hub, door, viewer, door.request(other));
    expect.soft(without(answer, other), `${at} for another's ${other}`).toBe(without(nothing, absent));
    const { statements } = answer;
    expect.soft(statements, `${at} for another's: as many statements as for nothing`).toEqual(nothing.statements);
  }
  if (outcome === 'LINKED') return;
  const shown = isOpen ? all : own;
  if (shown.size === 0) return;
  const seen: boolean[] = [];
  for (const id of spread([...shown])) {
    const answer = await askMasked(hub, door, viewer, door.request(id));
    expect.soft(codesOf(answer), `${at} for its own ${id}`).toEqual([]);
    seen.push(without(answer, id) !== without(nothing, absent));
    // Where nothing is foreign, one that shows something is enough.
    if (outcome === 'ALL' && seen.at(-1) === true) break;
    const found = outcome === 'ALL' ? [] : leaks(answer, hub.foreignTo(viewer, door.name), askedIds(id));
    expect.soft(found, `${at} for its own ${id}`).toEqual([]);
  }
  expect.soft(seen, `${at} shows nothing of its own`).toContain(true);
}

/** A few of many, from all over. */
function spread(ids: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.floor(ids.length / TRIES));
  return ids.filter((_, at) => at % step === 0).slice(0, TRIES);
}
