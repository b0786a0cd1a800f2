import { fileURLToPath } from 'node:url';
import type { Viewer } from '@gnomon/identity';
import { type Facts, loadPack, type Pack, type ReceiptEnvelope } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { advance } from '@gnomon/subgraph-kit';
import { compileCalendar, openClock, parseInstant } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { openWorld, rulesInForce, viewerOf, type World } from './world.ts';

/** Appeals and outages over real rules: cards with real receipts. */

const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
export const calendar = compileCalendar(readCalendarFolder(`${RULES}calendar`));
export const AGENCY = '11150105MB0000001A';
export const SCOPE = { division: '150105', agency: AGENCY, department: '', item: '' };

const BASE = ['WI-03', 'WI-04', 'WI-09', 'WI-21', 'EL-01', 'DP-01', 'SC-05', 'WI-12'].map((id) => `base/${id}.yaml`);

/** The real rules that these tests judge by, with all dictionaries; `more` of other files. */
export function packOf(base: readonly string[] = BASE): Pack {
  const files = readRulesFolder(RULES).filter(({ path }) => path.startsWith('facts/') || base.includes(path));
  const loaded = loadPack(files, { calendar, runTests: false });
  if ('problems' in loaded)
    throw new Error(JSON.stringify(loaded.problems.map(({ file, message }) => [file, message.en])));
  return loaded.pack;
}

export const REAL_RULES = { ...rulesInForce(packOf()), calendar, calendarFor: () => calendar };

export const at = (text: string) => parseInstant(`${text}+08:00`);
export const SHA = 'ab'.repeat(32);
export const EVIDENCE = { name: '特别程序通知书.pdf', sha256: SHA };

export const STAFF = viewerOf('AGENCY', { id: 'staff-1', agency: AGENCY, post: 'STAFF' });
export const CHIEF = viewerOf('AGENCY', { id: 'chief-1', agency: AGENCY, post: 'CHIEF' });
export const OTHER_CHIEF = viewerOf('AGENCY', { id: 'chief-2', agency: '11150105MB0000002B', post: 'CHIEF' });
const supervisor = (id: string, tier: Viewer['tier'], division: string) =>
  viewerOf('SUPERVISOR', { id, tier, division });
export const SAIHAN = supervisor('saihan-1', 'BANNER', '150105');
export const SAIHAN_2 = supervisor('saihan-2', 'BANNER', '150105');
export const XINCHENG = supervisor('xincheng-1', 'BANNER', '150102');
export const HOHHOT = supervisor('hohhot-1', 'LEAGUE', '1501');
export const REGION = supervisor('region-1', 'REGION', '15');

/** A subject that a rule judges, and until when. */
export interface Judgement {
  readonly domain: string;
  readonly kind: string;
  readonly type: string;
  readonly facts: Facts;
  readonly from: number;
  readonly until: number;
  readonly source?: string | null;
  readonly division?: string;
}

export const clock = (start: string, amount: number, unit: 'WORKDAY' | 'WORK_HOUR' | 'HOUR' = 'WORKDAY') =>
  openClock({ calendar, limit: { amount, unit }, start: at(start) });

/** A promise item of five working days from 23 September 2024: yellow on the 30th, red on 10 October. */
export function overdueItem(until = '2024-10-05T00:00:00', parts: Partial<Judgement> = {}): Judgement {
  const facts = {
    kind: 'PROMISE',
    open: true,
    accepted: true,
    hasStatutory: false,
    promise: clock('2024-09-23T09:00:00', 5),
  };
  const item = { domain: 'WORK_ITEM', kind: 'work-item', type: 'WorkItem', source: '115' } as const;
  return { ...item, facts, from: at('2024-09-23T09:00:00'), until: at(until), ...parts };
}

/** A charge for a free item: red from the first instant, and no yellow card behind it. */
export function charge(day = '2024-09-23T09:00:00'): Judgement {
  const facts = { fees: [{ id: 'f1', amount: 10, itemIsFree: true, feeItemListed: true }] };
  return {
    domain: 'WORK_ITEM',
    kind: 'work-item',
    type: 'WorkItem',
    facts,
    from: at(day),
    until: at(day) + 1,
    source: '115',
  };
}

export interface AppealWorld extends World {
  /** Tells what the rules find on a new subject; gives its name. */
  judge(judgement: Judgement): Promise<string>;
  /** The newest card of a subject. */
  cardOf(subject: string, state?: string): Promise<CardSeen>;
  /** A card of an overdue item, signed by its agency; gives its id. */
  signed(judgement?: Judgement): Promise<string>;
}

export interface CardSeen {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly level: string;
}

export interface Envelope {
  readonly envelope: ReceiptEnvelope;
}

export async function openAppealWorld(): Promise<AppealWorld> {
  const world = await openWorld(REAL_RULES);
  let count = 0;
  const judge: AppealWorld['judge'] = async ({
    domain,
    kind,
    type,
    facts,
    from,
    until,
    source = null,
    division = '150105',
  }) => {
    const id = `${kind}:${(count += 1)}`;
    const subject = { domain, kind, type, id, agency: AGENCY, division, item: null, source };
    const input = { ...{ pack: REAL_RULES.pack, calendar, subject }, scope: { ...SCOPE, division } };
    const { signals } = advance({ ...input, previous: null, arrival: { facts, at: from }, until } as Parameters<
      typeof advance
    >[0]);
    await world.tellPayloads(...signals);
    await world.settle();
    return id;
  };
  const cardOf: AppealWorld['cardOf'] = async (subject, state) => {
    const rows = await world.ports.database.sql<CardSeen[]>`
      select id, number, state, level from card where subject = ${subject} order by level, created_at desc`;
    const card = state === undefined ? rows[0] : rows.find((row) => row.state === state);
    if (card === undefined)
      throw new Error(`no card of ${subject} in ${state ?? 'any state'}: ${JSON.stringify(rows)}`);
    return card;
  };
  return {
    ...world,
    judge,
    cardOf,
    async signed(judgement = overdueItem()) {
      const card = await cardOf(await judge(judgement));
      if (card.state === 'DRAFT') await perform(world, SAIHAN_2, 'confirmCard', card.id);
      await perform(world, STAFF, 'signCard', card.id);
      return card.id;
    },
  };
}

async function perform(world: World, viewer: Viewer, mutation: string, cardId: string): Promise<void> {
  const document = `mutation ($id: ID!) { done: ${mutation}(input: { cardId: $id }) { __typename ... on CardProblem { message { en } } } }`;
  const { done } = await world.ask<{ done: { __typename: string } }>(viewer, document, { id: cardId });
  if (done.__typename !== 'CardPayload') throw new Error(JSON.stringify(done));
}
