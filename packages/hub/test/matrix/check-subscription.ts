import type { Viewer } from '@gnomon/identity';
import { requestContext } from '@gnomon/subgraph-kit';
import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { codesOf } from './answers.ts';
import { type Door, doorAt } from './doors.ts';
import { leaks } from './leaks.ts';
import type { PlantedHub } from './planted-hub.ts';
import { type Outcome, POLICIES } from './policies.ts';
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
  const first = await pageOf(hub, page, viewer, { first: 1 });
  const next = await pageOf(hub, page, viewer, { first: HEARD, after: first.endCursor });
  if (next.nodes.length === 0) return;
  const events = await open({ after: first.endCursor });
  if (!(Symbol.asyncIterator in events)) throw new Error(`${at}: ${JSON.stringify(events)}`);
  const heard: ExecutionResult[] = [];
  for await (const event of events) {
    heard.push(event);
    if (heard.length >= next.nodes.length) break;
  }
  stop.abort();
  // Whoever sees all of a feed may be refused what hangs on its entries.
  const errors = heard
    .flatMap((one) => one.errors ?? [])
    .filter(({ path = [] }) => outcome !== 'ALL' || path.length === 1);
  expect.soft(codesOf({ errors }), at).toEqual([]);
  expect.soft(leaks(heard, hub.foreignTo(viewer, door.name)), at).toEqual([]);
  expect.soft(leaks(heard, hub.personal), at).toEqual([]);
  const told = heard.map(({ data }) => idOf(data?.[door.field!.name]));
  expect.soft(told, at).toEqual(next.nodes.map(idOf));
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
