import { type Arrival, liveProvince } from '@gnomon/province';
import { openDatabase, openFeed } from '@gnomon/store';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCalendar, demoCast, demoViewers, publishWorld } from '../src/index.ts';
import { type FeedListener, openFeedListener } from './feed-listener.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { PUSH, pushInput } from './rows.ts';
import { settledFeed } from './settled-feed.ts';

const SOURCES = ['115', '115-hrss', '115-land'] as const;
const WRITERS_PER_SOURCE = 2;
const ROWS_PER_WRITER = 130;
const ITEM_EVERY_MS = 2_000;
const STREAM = 'supervision';
/** Of a banner, whose yellow cards it confirms. */
const SUPERVISOR = 'supervisor-saihan';
const SUPERVISED = '150105';

/** One event selects from supervision (the card), the registry (names) and work items (the subject). */
const QUERY = `subscription ($filter: FeedFilter) {
  supervisionFeed(filter: $filter) {
    cursor kind
    card { number level agency { name { zh } } indicator { title { zh } } subject { id ... on WorkItem { no receivedAt } } }
    warning { id agency { name { zh } } indicator { title { zh } } subject { id ... on WorkItem { no receivedAt } } }
  }
}`;

interface Happened {
  readonly number?: string;
  readonly agency: { readonly name: { readonly zh: string } } | null;
  readonly indicator: { readonly title: { readonly zh: string } } | null;
  readonly subject: { readonly id: string; readonly no?: string } | null;
}
interface FeedEvent {
  readonly cursor: string;
  readonly card: Happened | null;
  readonly warning: Happened | null;
}
/** What the store keeps of an event; read past the graph. */
interface Stored {
  readonly division: string;
  readonly agency: string;
  readonly level: string;
  readonly issuedAt: number | null;
  readonly subject: string;
  readonly subjectType: string;
}

const cast = demoCast();
// None of them has kept the hub waiting.
const registeredNow = cast.sources.map((source) => ({ ...source, registeredAt: new Date().toISOString() }));
let listening: ListeningHub;
beforeAll(async () => {
  listening = await openListeningHub();
  await publishWorld(
    listening.hub,
    { agencies: [...cast.supervisors, ...cast.agencies], items: cast.items, sources: registeredNow },
    demoViewers()('operator'),
  );
});
afterAll(() => listening.close());

test('subscribers that are cut and come back while several sources write hear every event once and in order', async () => {
  const parts = SOURCES.flatMap((source, index) =>
    Array.from({ length: WRITERS_PER_SOURCE }, (_, writer) => partsOf(source, index * WRITERS_PER_SOURCE + writer)),
  );
  const agency = busiestAgency(parts.flat(2), SUPERVISED);
  const everything = () => true;
  const audience: { account: string; after: string | null; filter?: object; sees: (event: Stored) => boolean }[] = [
    ...Array.from({ length: 4 }, () => ({ account: 'auditor-region', after: 'beginning', sees: everything })),
    { account: SUPERVISOR, after: 'beginning', sees: ({ division }) => division.startsWith(SUPERVISED) },
    { account: 'auditor-region', after: null, sees: everything },
    { account: 'auditor-hohhot', after: 'beginning', sees: ({ division }) => division.startsWith('1501') },
    {
      account: `agency-${cast.agencies.findIndex(({ uscc }) => uscc === agency) + 1}`,
      after: 'beginning',
      // A card that was never issued is the supervision bodies' matter.
      sees: (event) => event.agency === agency && event.issuedAt !== null,
    },
    {
      account: 'auditor-region',
      after: 'beginning',
      filter: { level: ['RED'] },
      sees: ({ level }) => level === 'RED',
    },
  ];
  const listeners: FeedListener[] = [];
  for (const [index, { account, after, filter }] of audience.entries()) {
    const random = createDice(index + 1);
    let connections = 0;
    listeners.push(
      openFeedListener({
        url: listening.hub.url,
        token: await listening.token(account),
        query: QUERY,
        variables: filter === undefined ? {} : { filter },
        after,
        // Each is cut at once when it first stands, and then as the dice fall.
        patience: () => (connections++ === 0 ? 0 : random(4) === 0 ? random(3) : 1 + random(12)),
      }),
    );
  }
  try {
    const written = Promise.all(parts.map(write));
    await Promise.all([written, confirmUntil(written)]);
    const stored = await readFeed();
    expect(stored.length).toBeGreaterThan(150);
    const known = new Set(stored.map(({ cursor }) => cursor));
    for (const [index, { account, after, sees }] of audience.entries()) {
      const listener = listeners[index]!;
      const visible = stored.filter(({ event }) => sees(event));
      const from = after === null ? await firstHeard(listener, visible) : 0;
      const wanted = visible.slice(from);
      await listener.reached(wanted.length);
      // What came after the feed was read is left aside; before that nobody may have heard anything else.
      const heard = listener.heard.filter(({ cursor }) => known.has(cursor));
      expect([account, heard.map(({ cursor }) => cursor)]).toEqual([account, wanted.map(({ cursor }) => cursor)]);
      expect([account, wanted.length > 0, listener.cuts > 0]).toEqual([account, true, true]);
      for (const [place, { data, errors, cursor }] of heard.entries()) {
        const { supervisionFeed: event } = data as unknown as { supervisionFeed: FeedEvent };
        const about = event.card ?? event.warning;
        expect(errors).toBeUndefined();
        expect(event.cursor).toBe(cursor);
        expect(about).toMatchObject({
          agency: { name: { zh: expect.stringMatching(/./) } },
          indicator: { title: { zh: expect.stringMatching(/./) } },
          subject: subjectOf(wanted[place]!.event),
        });
      }
    }
  } finally {
    await Promise.all(listeners.map((listener) => listener.stop()));
  }
});

/** The subject as its own domain tells it: a work item with its number. */
function subjectOf({ subject: id, subjectType }: Stored): object {
  return subjectType === 'WorkItem' ? { id, no: id.slice(id.indexOf(':') + 1) } : { id };
}

/** One writer's rows of the simulated province, in parts of 1 to 12; some parts are sent twice, as a careful client does. */
function partsOf(source: string, writer: number): Record<string, unknown>[][] {
  const random = createDice(100 + writer);
  const rows: Record<string, unknown>[] = [];
  const arrivals = liveProvince({
    seed: 1_000 + writer,
    cast,
    calendar: demoCalendar(listening.hub.rules),
    from: Date.now() - ROWS_PER_WRITER * ITEM_EVERY_MS,
    everyMs: ITEM_EVERY_MS,
    defectRate: 0.9,
  });
  while (rows.length < ROWS_PER_WRITER) rows.push(ofSource((arrivals.next().value as Arrival).row, source, writer));
  const parts: Record<string, unknown>[][] = [];
  while (rows.length > 0) parts.push(rows.splice(0, 1 + random(12)));
  return parts.flatMap((part) => (random(6) === 0 ? [part, part] : [part]));
}

/** Numbers are a writer's own, so that no two writers tell of the same work item. */
function ofSource(row: Arrival['row'], source: string, writer: number): Record<string, unknown> {
  const no = `${row.project_no}W${writer}`;
  return { ...row, data_source: source, project_no: no, row_guid: `${row.row_guid}W${writer}` };
}

async function write(parts: readonly (readonly Record<string, unknown>[])[]): Promise<void> {
  for (const part of parts) {
    const source = String(part[0]!.data_source);
    const { data, errors } = await listening.ask<{ pushRows: { account?: { rows: number } } }>(
      `source-${source}`,
      PUSH,
      pushInput('soak', part),
    );
    expect([errors, data?.pushRows.account?.rows]).toEqual([undefined, part.length]);
  }
}

/** A supervisor at work meanwhile: held cards are confirmed, which the agencies then hear of. */
async function confirmUntil(written: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  void written.then(over, over);
  const held = '{ cards(first: 8, filter: { state: [DRAFT], level: [YELLOW] }) { nodes { id } } }';
  const confirm = `mutation ($input: ConfirmCardInput!) {
    confirmCard(input: $input) { __typename ... on CardProblem { message { zh en } } }
  }`;
  for (let isLast = false, open = 0; !isLast || open > 0; ) {
    isLast = isOver;
    if (isLast) await settledFeed(listening.hub.databaseUrl);
    const { data } = await listening.ask<{ cards: { nodes: { id: string }[] } }>(SUPERVISOR, held);
    open = data!.cards.nodes.length;
    for (const { id: cardId } of data!.cards.nodes) {
      const variables = { input: { cardId } };
      const answer = await listening.ask<{ confirmCard: object }>(SUPERVISOR, confirm, variables);
      expect(answer).toEqual({ data: { confirmCard: { __typename: 'CardPayload' } } });
    }
  }
}

async function readFeed(): Promise<{ readonly cursor: string; readonly event: Stored }[]> {
  await settledFeed(listening.hub.databaseUrl);
  const database = await openDatabase({
    url: listening.hub.databaseUrl,
    schema: STREAM,
    applicationName: 'gnomon soak',
    max: 1,
    log: pino({ level: 'silent' }),
  });
  try {
    const entries = await openFeed(database).read(STREAM, null, 10_000);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, place) => place + 1));
    return entries.map(({ cursor, payload }) => {
      const { card, warning } = payload as { card: Stored | null; warning: Omit<Stored, 'level'> | null };
      return { cursor, event: card ?? { ...warning!, level: 'WARNING' } };
    });
  } finally {
    await database.close();
  }
}

async function firstHeard(listener: FeedListener, visible: readonly { readonly cursor: string }[]): Promise<number> {
  await listener.reached(1);
  return visible.findIndex(({ cursor }) => cursor === listener.heard[0]!.cursor);
}

function busiestAgency(rows: readonly Record<string, unknown>[], division: string): string {
  const within = cast.agencies.filter((agency) => agency.division.startsWith(division));
  const rowsOf = (uscc: string): number => rows.filter((row) => row.org_code === uscc).length;
  return within.map(({ uscc }) => uscc).sort((a, b) => rowsOf(b) - rowsOf(a))[0]!;
}

/** Numbers from 0 to below `sides`, the same for the same seed (mulberry32). */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}
