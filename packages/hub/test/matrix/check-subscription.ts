import type { Viewer } from '@gnomon/identity';
import { requestContext } from '@gnomon/subgraph-kit';
import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { codesOf } from './answers.ts';
import { type Door, doorAt } from './doors.ts';
import { leaks } from './leaks.ts';
import type { PlantedHub } from './planted-hub.ts';
import { sees } from './planted-rows.ts';
import { type Outcome, POLICIES } from './policies.ts';
import { asking, pairOf, probesOf } from './probes.ts';
import type { Column } from './viewers.ts';

/** Where a subscription is not paged under its own name. */
const PAGES: Readonly<Record<string, string>> = { supervisionFeed: 'supervisionChanges', watchFeed: 'watchEvents' };
const HEARD = 5;

/** One viewer at a subscription: it tells what its pages tell, and nothing foreign. */
export async function checkSubscription(hub: PlantedHub, door: Door, column: Column): Promise<void> {
  const viewer = door.viewers[column];
  const outcome: Outcome = POLICIES[door.policy][column];
  const at = `${door.name} ${door.coordinate} ${column}`;
  const stop = new AbortController();
  const context = () => ({ ...requestContext(viewer, 'matrix'), signal: stop.signal });
  const open = async (more: Readonly<Record<string, unknown>> = {}) => {
    const { query, variables } = door.request(null, more);
    const document = hub.documentOf(door.name, query);
    return hub.hub.subgraph(door.name).subscribe({ document, variables, context: context() });
  };
  if (outcome === 'FORBIDDEN' || outcome === 'UNAUTHENTICATED') {
    const refused = await open();
    expect.soft(Symbol.asyncIterator in refused ? 'a stream' : codesOf(refused), at).toEqual([outcome]);
    stop.abort();
    return;
  }
  const page = doorAt(hub, door.name, `Query.${PAGES[door.field!.name] ?? door.field!.name}`);
  // From a place in the feed that another was given: what comes after it is the own all the same.
  const first = await pageOf(hub, page, door.viewers.region, { first: 1 });
  const asked = { hub, door, at, viewer, open, after: first.endCursor };
  await checkMade(asked);
  await checkFiltered(asked, page);
  const next = await pageOf(hub, page, viewer, { first: HEARD, after: first.endCursor });
  if (next.nodes.length === 0) return;
  const events = await open({ after: first.endCursor });
  if (!(Symbol.asyncIterator in events)) throw new Error(`${at}: ${JSON.stringify(events)}`);
  const heard = await heardOf(events, next.nodes.length);
  stop.abort();
  // Whoever sees all of a feed may be refused what hangs on its entries.
  const errors = heard
    .flatMap((one) => one.errors ?? [])
    .filter(({ path = [] }) => outcome !== 'ALL' || path.length === 1);
  expect.soft(codesOf({ errors }), at).toEqual([]);
  if (outcome !== 'ALL') expect.soft(leaks(heard, hub.foreignTo(viewer, door.name)), at).toEqual([]);
  expect.soft(leaks(heard, hub.personal), at).toEqual([]);
  const told = heard.map(({ data }) => idOf(data?.[door.field!.name]));
  expect.soft(told, at).toEqual(next.nodes.map(idOf));
}

interface Asked {
  readonly hub: PlantedHub;
  readonly door: Door;
  readonly at: string;
  readonly viewer: Viewer | null;
  readonly after: string | null;
  open(more: Readonly<Record<string, unknown>>): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

/** A cursor that nobody gave out is refused: nobody makes one to wait beyond the end, or to find the end by trying. */
async function checkMade({ open, after, at }: Asked): Promise<void> {
  if (after === null) return;
  const bytes = Buffer.from(after, 'base64url');
  bytes.writeBigUInt64BE(BigInt(Number.MAX_SAFE_INTEGER), bytes.length - 8);
  const answer = await open({ after: bytes.toString('base64url') });
  const told = Symbol.asyncIterator in answer ? await heardOf(answer, 1).catch(String) : codesOf(answer);
  expect.soft(String(told), `${at} made`).toMatch(/BAD_CURSOR|belongs to another feed or another hub/);
}

/** Asked for another agency's entries beside the own ones, a feed tells the own ones. */
async function checkFiltered({ hub, door, at, viewer, open, after }: Asked, page: Door): Promise<void> {
  const probe = probesOf(door.field?.args ?? []).find(({ name, isList }) => name === 'agency' && isList);
  const pair = probe === undefined ? null : pairOf(hub, door.name, viewer, probe);
  if (probe === undefined || pair === null) return;
  const own = hub.ownRows(door.name).filter((row) => row.type === 'Signal' && sees(viewer, row));
  const agencies = [pair.other, ...new Set(own.map(({ agency }) => agency))];
  const { nodes } = await pageOf(hub, page, viewer, { first: HEARD, after, ...asking(probe, agencies.slice(1)) });
  const events = await open({ after, ...asking(probe, agencies) });
  if (!(Symbol.asyncIterator in events)) throw new Error(`${at}: ${JSON.stringify(events)}`);
  const told = await heardOf(events, nodes.length);
  expect
    .soft(
      told.map(({ data }) => idOf(data?.[door.field!.name])),
      `${at} asked for another agency`,
    )
    .toEqual(nodes.map(idOf));
}

/** So many events of a stream, which ends with them. */
async function heardOf(events: AsyncIterable<ExecutionResult>, most: number): Promise<readonly ExecutionResult[]> {
  const heard: ExecutionResult[] = [];
  if (most > 0) for await (const event of events) if (heard.push(event) >= most) break;
  return heard;
}

/** What an entry of a feed is known by. */
function idOf(entry: unknown): string {
  const { cursor, id } = entry as { readonly cursor?: string; readonly id?: string };
  return cursor ?? String(id);
}

async function pageOf(hub: PlantedHub, page: Door, viewer: Viewer | null, more: Readonly<Record<string, unknown>>) {
  const { data } = await hub.askAt(page.name, viewer, page.request(null, more));
  return data![page.field!.name] as { readonly endCursor: string | null; readonly nodes: readonly unknown[] };
}
