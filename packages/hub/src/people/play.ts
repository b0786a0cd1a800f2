import { setTimeout as delay } from 'node:timers/promises';
import type { Account, Viewer } from '@gnomon/identity';
import { requestContext } from '@gnomon/subgraph-kit';
import type { Hub } from '../open-hub.ts';
import { createPeople, type PlayedCard } from './cast.ts';
import { delayOf, STATES, stepFor } from './steps.ts';

/** People do one thing a second together: a reader can follow, and the hub has time for its own. */
const EVERY_MS = 1_000;
/** How often is looked for what waits for somebody. */
const LOOK_MS = 120_000;
/** A step that was refused is tried no sooner than after this time. */
const REFUSED_MS = 30 * 60_000;
const REPORT_MS = 20 * 60_000;
const PAGE = 200;

/** The agencies' and supervision bodies' people of the demonstration at work. */
export interface PeopleAtWork {
  /** Looks for cards and reports that wait for somebody. */
  look(): Promise<void>;
  /** Does the step that has been due longest; whether there was one. */
  act(): Promise<boolean>;
}

/** Asks the graph as somebody; throws what GraphQL says went wrong. */
type Ask = <Data>(viewer: Viewer, query: string, variables: object) => Promise<Data>;

interface Waiting {
  readonly dueAt: number;
  readonly state: string;
  readonly times: number;
  readonly run: (times: number) => Promise<string | null>;
}

const CARDS = `query ($state: [CardState!], $after: String) { cards(filter: { state: $state }, first: ${PAGE}, after: $after) {
  nodes { id state level escalatedTo indicator { id } agency { uscc } division { code } } pageInfo { hasNextPage endCursor } } }`;
const REPORTS = `query ($after: String) { feedbackReports(filter: { state: [MADE, PUBLISHED] }, first: ${PAGE}, after: $after) {
  nodes { id state agency { uscc } division { code } } pageInfo { hasNextPage endCursor } } }`;
const REPORT_STEP = (name: string) => `mutation ($input: ReportStepInput!) { ${name}(input: $input) { __typename } }`;

interface PlayedReport {
  readonly id: string;
  readonly state: 'MADE' | 'PUBLISHED';
  readonly agency: { readonly uscc: string };
  readonly division: { readonly code: string };
}
interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * The people of the demonstration: each card is confirmed, signed, answered, planned, rectified, reviewed by those whose matter it is, through
 * the graph's own mutations and after the time that people take; some appeal, few forget. What they have seen is in memory alone: after a
 * restart they look at their desks anew.
 */
export function peopleAtWork(hub: Hub, accounts: readonly Account[], now: () => number): PeopleAtWork {
  const people = createPeople(accounts);
  const reader = people.bodyOf('15');
  const ask: Ask = async (viewer, query, variables) => {
    const context = requestContext(viewer, `people-${viewer.id}`);
    const { data, errors } = await hub.gateway.execute({ query, variables, context } as never);
    if (errors !== undefined || data == null) throw new Error(errors?.map(({ message }) => message).join('\n'));
    return data as never;
  };
  const waiting = new Map<string, Waiting>();
  /** What waits in a state keeps the instant that was set for it; a new state begins a new one. */
  const wait = (id: string, state: string, after: number, run: Waiting['run']) => {
    const known = waiting.get(id);
    if (known?.state !== state) waiting.set(id, { dueAt: now() + after, state, times: 0, run });
  };
  const waitForCard = (card: PlayedCard) => {
    const cast = people.ofCard(card);
    if (cast === null || stepFor(card, 0) === null) return waiting.delete(card.id);
    wait(card.id, card.state, delayOf(card), async (times) => {
      const { by, document, variables } = stepFor(card, times)!;
      return outcomeOf(await ask(cast[by], document, variables));
    });
  };
  const waitForReport = ({ id, state, agency, division }: PlayedReport) =>
    wait(id, state, REPORT_MS, async () => {
      const [viewer, name] =
        state === 'MADE'
          ? ([people.bodyOf(division.code), 'publishReport'] as const)
          : ([people.chiefOf(agency.uscc), 'confirmReport'] as const);
      return outcomeOf(await ask(viewer, REPORT_STEP(name), { input: { reportId: id } }));
    });
  return {
    async look() {
      const seen = new Set<string>();
      for await (const card of pages<PlayedCard>(ask, reader, CARDS, 'cards', { state: STATES })) {
        seen.add(card.id);
        waitForCard(card);
      }
      for await (const report of pages<PlayedReport>(ask, reader, REPORTS, 'feedbackReports', {})) {
        seen.add(report.id);
        waitForReport(report);
      }
      for (const id of waiting.keys()) if (!seen.has(id)) waiting.delete(id);
    },
    async act() {
      const due = [...waiting].filter(([, { dueAt }]) => dueAt <= now()).sort(([, a], [, b]) => a.dueAt - b.dueAt)[0];
      if (due === undefined) return false;
      const [id, one] = due;
      // Whatever comes of it, even an error, the others have their turn first.
      waiting.set(id, { ...one, dueAt: now() + REFUSED_MS });
      const state = await one.run(one.times);
      // A state that was left is looked at anew; one that was not goes on after a while.
      if (state === one.state) waiting.set(id, { ...one, times: one.times + 1, dueAt: now() + delayOf({ id, state }) });
      else if (state !== null) waiting.delete(id);
      return true;
    },
  };
}

/** Lets the people of the demonstration work until the signal aborts. What goes wrong with one step stops nobody. */
export async function playPeople(
  hub: Hub,
  accounts: readonly Account[],
  signal: AbortSignal,
  now: () => number,
): Promise<void> {
  const people = peopleAtWork(hub, accounts, now);
  for (let lookAt = 0; !signal.aborted; ) {
    try {
      if (now() >= lookAt) {
        await people.look();
        lookAt = now() + LOOK_MS;
      }
      await people.act();
    } catch (err) {
      if (!signal.aborted) hub.log.warn({ err }, 'somebody of the demonstration could not do a step; the others go on');
    }
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function* pages<Node>(
  ask: Ask,
  viewer: Viewer,
  query: string,
  field: string,
  variables: object,
): AsyncGenerator<Node> {
  for (let after: string | null = null; ; ) {
    const page: Page<Node> = (await ask<Record<string, Page<Node>>>(viewer, query, { ...variables, after }))[field]!;
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}

/** The state to which a step led, `DONE` where the answer names none; `null` when it was refused. */
function outcomeOf(data: Readonly<Record<string, { __typename?: string; card?: { state: string } }>>): string | null {
  const [answer] = Object.values(data);
  if (answer?.card !== undefined) return answer.card.state;
  return answer?.__typename?.endsWith('Payload') === true ? 'DONE' : null;
}
