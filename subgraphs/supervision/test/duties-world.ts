import { relayOnce } from '@gnomon/store';
import type { Signal as FeedSignal, RulesInForce, RulesPort } from '@gnomon/subgraph-kit';
import type { ActContent, Card, CardEvent } from '../src/card.ts';
import { laneWithin } from '../src/lane.ts';
import { type Outcome, perform } from '../src/life/perform.ts';
import { cardsById } from '../src/store/duties.ts';
import { historiesOf } from '../src/store/single-reads.ts';
import type { ActKind } from '../src/words.ts';
import { at, publishedRules } from './matters.ts';
import { signalOf } from './signals.ts';
import { openWorld, requestOf, viewerOf, type World } from './world.ts';

export const BODY = '11150105MB0000009S';
export const AGENCY = '11150105MB0000001A';
export const CHIEF = viewerOf('AGENCY', { agency: AGENCY, division: '150105', post: 'CHIEF' });
export const STAFF = viewerOf('AGENCY', { id: 'staff-1', agency: AGENCY, division: '150105', post: 'STAFF' });
export const SUPERVISOR = viewerOf('SUPERVISOR', { tier: 'BANNER', division: '150105' });
export const ABOVE = viewerOf('SUPERVISOR', { id: 'above-1', tier: 'LEAGUE', division: '1501' });
const ACTORS = { CHIEF, STAFF, SUPERVISOR, ABOVE };

/** What was told of the loop: rule, level, kind of subject, occurrence, kind of signal, instant in the civil time of China. */
export type Told = readonly [rule: string, level: string, kind: string, occurrence: string, signal: string, at: string];

/** Supervision over the published rules, with one supervision body and acts at set times. */
export interface DutyWorld extends World {
  /** Sets the time; what is due happens, and effects of it. */
  goTo(instant: string): Promise<void>;
  /** Sets the time, but lets nothing run. */
  jumpTo(instant: string): void;
  /** A card of WI-03 as the domain's signal brings it about, now. */
  issue(level: 'YELLOW' | 'RED', parts?: Parameters<typeof signalOf>[0] | object): Promise<string>;
  act(who: keyof typeof ACTORS, card: string, kind: ActKind, content?: ActContent | null): Promise<Outcome>;
  /** The same act, but nothing runs after it. */
  do(who: keyof typeof ACTORS, card: string, kind: ActKind, content?: ActContent | null): Promise<Outcome>;
  card(id: string): Promise<Card>;
  history(id: string): Promise<readonly CardEvent[]>;
  told(): Promise<readonly Told[]>;
}

const rules = publishedRules();

export async function openDutyWorld(start: string, inForce: RulesInForce | RulesPort = rules): Promise<DutyWorld> {
  const world = await openWorld(inForce);
  const { database, feed, time } = world.ports;
  const tells = async () =>
    (await feed.read('loop', null, 1_000)).length + (await feed.read('supervision', null, 1_000)).length;
  const settle = async () => {
    // What one round tells of the loop is taken over in the next.
    for (let before = -1, told = await tells(); told !== before; ) {
      before = told;
      await world.settle();
      told = await tells();
    }
  };
  world.time.set(at(start));
  await database.transaction(
    (tx) =>
      tx`insert into supervision_body (uscc, division) values (${BODY}, '150105'), ('11150100MB0000008T', '1501')`,
  );
  let count = 0;
  const act: DutyWorld['do'] = (who, card, kind, content = null) => {
    const reason = kind === 'RESULT_SENT_BACK' || kind === 'PLAN_RETURNED' ? '尚未落实' : null;
    return perform(world.ports, requestOf(ACTORS[who]), { card, kind, content, reason });
  };
  return {
    ...world,
    settle,
    async goTo(instant) {
      world.time.set(at(instant));
      await settle();
    },
    jumpTo: (instant) => world.time.set(at(instant)),
    async issue(level, parts = {}) {
      count += 1;
      const now = time.now();
      const signal = signalOf({
        ...{ kind: 'ROSE', level, agency: AGENCY, subject: `115:${count}`, turnedAt: now, knownAt: now, ...parts },
      });
      await world.tell(signal);
      await settle();
      const { cards } = await world.ask<{ cards: { nodes: { id: string }[] } }>(
        viewerOf('AUDITOR', { tier: 'REGION', division: '15' }),
        `{ cards(filter: { indicator: ["${signal.rule}"], domain: [WORK_ITEM] }, first: 200) { nodes { id subject { id } } } }`,
      );
      const found = (cards.nodes as { id: string; subject: { id: string } }[]).find(
        ({ subject }) => subject.id === signal.subject,
      );
      return found!.id;
    },
    async act(who, card, kind, content = null) {
      const outcome = await act(who, card, kind, content);
      await settle();
      return outcome;
    },
    do: act,
    card: async (id) => (await database.transaction((tx) => cardsById(tx, [id])))[0]!,
    history: (id) => database.transaction((tx) => historiesOf(tx, [{ lane: laneWithin(id)!, id }])),
    async told() {
      await relayOnce(database);
      const entries = await feed.read('loop', null, 1_000);
      // Whether a feedback report is owed depends on the month, and is no matter of a card.
      const ofCards = entries.filter(({ payload }) => !(payload as FeedSignal).subject.startsWith('report:'));
      return ofCards.map(({ payload }) => {
        const { rule, level, subjectKind, occurrence, kind, turnedAt } = payload as FeedSignal;
        return [rule, level, subjectKind, occurrence, kind, chinaTime(turnedAt)];
      });
    },
  };
}

/** An instant as it stands in the tests: `2026-09-29 00:00:00.000`. */
export function chinaTime(instant: string | number): string {
  return new Date(new Date(instant).getTime() + 8 * 3_600_000).toISOString().replace('T', ' ').replace('Z', '');
}

/** A plan with all of its elements. */
export const PLAN: ActContent = { content: '补办', measures: '限期办结', limitWorkdays: 10, responsible: '窗口负责人' };
/** A result with one file. */
export const RESULT: ActContent = {
  text: '已办结',
  evidence: [{ name: '办结通知书', sha256: 'a'.repeat(64), mediaType: 'application/pdf' }],
};
