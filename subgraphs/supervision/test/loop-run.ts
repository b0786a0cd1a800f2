import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Card, CardEvent } from '../src/card.ts';
import { catchUp } from '../src/follow.ts';
import { brokenLink } from '../src/history.ts';
import { cancelCard, escalateCard, exemptCard, orderCard } from '../src/life/oversee.ts';
import { type Outcome, perform } from '../src/life/perform.ts';
import { returnPlan, submitPlan } from '../src/life/plan.ts';
import * as rectify from '../src/life/rectify.ts';
import { cardEvents, cards } from '../src/store/columns.ts';
import { isOpen } from '../src/words.ts';
import { INPUTS, PEOPLE, type Person } from './life-world.ts';
import { attempt, hear, type ModelCard, type ModelSubject, possible, TRIES, type Try } from './loop-model.ts';
import { signalOf } from './signals.ts';
import { requestOf, type World } from './world.ts';

/** One thing that happens: somebody does what is possible, or tries anything (alone, at once with another, or on a machine that stops), or the domain speaks. */
export type Happening =
  | { readonly kind: 'GO'; readonly subject: number; readonly pick: number; readonly mayEnd: boolean }
  | {
      readonly kind: 'ACT';
      readonly subject: number;
      readonly card: number;
      readonly person: Person;
      readonly act: Try;
    }
  | {
      readonly kind: 'CRASH';
      readonly subject: number;
      readonly card: number;
      readonly person: Person;
      readonly act: Try;
    }
  | {
      readonly kind: 'BOTH';
      readonly subject: number;
      readonly card: number;
      readonly first: readonly [Person, Try];
      readonly second: readonly [Person, Try];
    }
  | {
      readonly kind: 'TOLD';
      readonly subject: number;
      readonly to: ModelSubject['level'];
      readonly isCorrection: boolean;
    };

const SUBJECTS = 4;
/** The next step of the loop is tried more often than nonsense, so that cards come far. */
const person = fc.constantFrom(...(Object.keys(PEOPLE) as Person[]), 'CHIEF', 'SAIHAN', 'SAIHAN', 'HOHHOT');
const act = fc.oneof(
  { arbitrary: fc.constantFrom(...TRIES), weight: 1 },
  {
    arbitrary: fc.constantFrom<Try>(
      'SIGNED',
      'ACCEPTED',
      'PLAN_SUBMITTED',
      'PLAN_APPROVED',
      'RESULT_REPORTED',
      'RESULT_SENT_BACK',
    ),
    weight: 2,
  },
);
const subject = fc.nat({ max: SUBJECTS - 1 });
/** Mostly the newest card of a subject; 0 is the newest. */
const card = fc.oneof({ arbitrary: fc.constant(0), weight: 6 }, { arbitrary: fc.nat({ max: 4 }), weight: 1 });

/** What happened in a number of steps, by a seed. */
export function happenings(steps: number, seed: number): readonly Happening[] {
  const list = fc.array(happening, { minLength: steps, maxLength: steps, size: 'max' });
  return fc.sample(list, { numRuns: 1, seed })[0]!;
}

/** What may happen; a run is a list of these. */
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    arbitrary: fc.record({
      ...{ kind: fc.constant('GO'), subject, pick: fc.nat({ max: 1000 }) },
      mayEnd: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    } as const),
    weight: 20,
  },
  { arbitrary: fc.record({ kind: fc.constant('ACT'), subject, card, person, act } as const), weight: 15 },
  { arbitrary: fc.record({ kind: fc.constant('CRASH'), subject, card, person, act } as const), weight: 2 },
  {
    arbitrary: fc.record({
      kind: fc.constant('BOTH'),
      subject,
      card,
      first: fc.tuple(person, act),
      second: fc.tuple(person, act),
    } as const),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      ...{ kind: fc.constant('TOLD'), subject, to: fc.constantFrom('NONE', 'YELLOW', 'RED') },
      isCorrection: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
    } as const),
    weight: 3,
  },
);

/** Plays happenings into the database and into the model, and compares after each. */
export interface LoopRun {
  step(next: Happening): Promise<void>;
  /** Compares everything: cards, histories, chains, the feed. Gives how many acts went through. */
  finish(): Promise<{ readonly cards: number; readonly entries: number; readonly went: number }>;
}

/** A run on subjects of its own. @throws {Error} naming the step at which model and database part. */
export function openLoopRun(world: World, name: string): LoopRun {
  const subjects = Array.from({ length: SUBJECTS }, (): ModelSubject => ({ level: 'NONE', cards: [] }));
  const ids = subjects.map((): string[] => []);
  const idOf = (index: number) => `115:${name}-${index}`;
  let told = 0;
  let went = 0;

  async function step(next: Happening): Promise<void> {
    world.time.advance(60_000);
    if (next.kind === 'TOLD') await tell(next);
    else await attemptAll(next);
    await compare(next.subject, next);
  }

  async function tell({ subject: index, to, isCorrection }: Happening & { kind: 'TOLD' }): Promise<void> {
    const from = subjects[index]!.level;
    if (from === to) return;
    hear(subjects[index]!, to, isCorrection);
    const about = { subject: idOf(index), knownAt: (told += 1), turnedAt: world.time.now() } as const;
    const rank = { NONE: 0, YELLOW: 1, RED: 2 };
    if (rank[to] > rank[from]) await world.tell(signalOf({ ...about, kind: 'ROSE', level: to, previousLevel: from }));
    else if (!isCorrection) await world.tell(signalOf({ ...about, kind: 'FELL', level: to, previousLevel: from }));
    else {
      const corrected = signalOf({ ...about, kind: 'CORRECTED', level: to, previousLevel: from });
      await world.tell(
        corrected,
        ...(to === 'NONE' ? [] : [signalOf({ ...about, kind: 'ROSE', level: to, previousLevel: 'NONE' })]),
      );
    }
    await catchUp(world.ports, 'work-items');
  }

  async function attemptAll(next: Exclude<Happening, { kind: 'TOLD' }>): Promise<void> {
    const { cards: all } = subjects[next.subject]!;
    const place = all.length - 1 - (next.kind === 'GO' ? 0 : next.card);
    const model = all[place];
    if (model === undefined) return tell({ kind: 'TOLD', subject: next.subject, to: 'YELLOW', isCorrection: false });
    const id = ids[next.subject]![place]!;
    if (next.kind === 'CRASH') return crash(next, id);
    if (next.kind === 'GO' || next.kind === 'ACT') {
      const choice = next.kind === 'ACT' ? ([next.person, next.act] as const) : chosen(model, next);
      // Nothing can be done any more: the domain speaks again, and sooner or later there is another card.
      const to = subjects[next.subject]!.level === 'NONE' ? 'YELLOW' : 'NONE';
      if (choice === null) return tell({ kind: 'TOLD', subject: next.subject, to, isCorrection: false });
      const outcome = await tryAct(world, id, ...choice);
      agree(next, attempt(model, ...choice), outcome.__typename);
      if (outcome.__typename === 'CardPayload') went += 1;
      return;
    }
    const pair = [next.first, next.second] as const;
    const outcomes = await Promise.all(pair.map(([who, what]) => tryAct(world, id, who, what)));
    const came = outcomes.map(({ __typename }) => __typename);
    went += came.filter((one) => one === 'CardPayload').length;
    const isSecondFirst = entriesOf(outcomes[1]!) < entriesOf(outcomes[0]!);
    // Where both went through, the history says who was first; otherwise either order may explain what came.
    const [order, other] = isSecondFirst
      ? ([
          [1, 0],
          [0, 1],
        ] as const)
      : ([
          [0, 1],
          [1, 0],
        ] as const);
    const orders = came.every((one) => one === 'CardPayload') ? [order] : [order, other];
    const explained = orders
      .map((way) => inOrder(subjects[next.subject]!, place, pair, came, way))
      .find((one) => one !== null);
    if (explained == null) part(next, 'answers of one after the other', came);
    subjects[next.subject] = explained;
  }

  /** The machine stops after everything was written and before it is committed. */
  async function crash({ person: who, act: what }: Happening & { kind: 'CRASH' }, id: string): Promise<void> {
    const { database } = world.ports;
    const stopping: typeof database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (tx) => {
          await work(tx);
          throw new Stopped();
        }),
    };
    const broken = { ...world, ports: { ...world.ports, database: stopping } };
    await tryAct(broken, id, who, what).catch((error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
    });
  }

  async function compare(index: number, next: Happening): Promise<void> {
    const kept = (await world.ports.database.sql.unsafe(
      `select ${cards.selection} from card t where t.subject = $1 order by t.created_at, t.number`,
      [idOf(index)],
    )) as unknown as readonly Card[];
    ids[index] = kept.map(({ id }) => id);
    const found = kept.map(({ state, level, escalatedTo, conditionEndedAt, stateBefore }) => ({
      ...{ state, level, tier: escalatedTo ?? 'BANNER', before: stateBefore, ended: conditionEndedAt !== null },
    }));
    const expected = subjects[index]!.cards.map(({ state, level, tier, before, ended }) => ({
      state,
      level,
      tier,
      before,
      ended,
    }));
    if (!isDeepStrictEqual(found, expected)) part(next, expected, found);
    if (kept.filter(({ state }) => isOpen(state)).length > 1) part(next, 'one open card', kept);
  }

  async function finish() {
    const { sql } = world.ports.database;
    const all = (await sql.unsafe(`select ${cards.selection} from card t where t.subject like $1`, [
      `115:${name}-%`,
    ])) as unknown as readonly Card[];
    const events = (await sql.unsafe(
      `select ${cardEvents.selection} from card_event t join card c on c.lane = t.lane and c.id = t.card
       where c.subject like $1 order by t.card, t.sequence`,
      [`115:${name}-%`],
    )) as unknown as readonly CardEvent[];
    const byCard = Map.groupBy(events, (event) => event.card);
    for (const one of all) {
      const own = byCard.get(one.id) ?? [];
      if (own.length !== one.events || brokenLink(own) !== null || own.at(-1)?.hash !== one.lastHash)
        part(null, `a whole history of ${one.events} entries`, own);
    }
    return { cards: all.length, entries: events.length, went };
  }

  return { step, finish };
}

class Stopped extends Error {}

/** The subject after two tries in this order, when their answers are those that came; `null` when they are not. */
function inOrder(
  subject: ModelSubject,
  place: number,
  pair: readonly (readonly [Person, Try])[],
  came: readonly string[],
  order: readonly number[],
): ModelSubject | null {
  const after = structuredClone(subject);
  const answers = order.map((at) => attempt(after.cards[place]!, ...pair[at]!));
  return order.every((at, index) => came[at] === answers[index]) ? after : null;
}

const ENDING = new Set<Try>(['CANCELLED', 'EXEMPTED', 'APPEAL_REVOKED', 'APPEAL_DOWNGRADED']);

function chosen(card: ModelCard, { pick, mayEnd }: Happening & { kind: 'GO' }): readonly [Person, Try] | null {
  const all = possible(card).filter(([, kind]) => mayEnd || !ENDING.has(kind));
  return all[pick % Math.max(1, all.length)] ?? null;
}

function entriesOf(outcome: Outcome): number {
  return outcome.__typename === 'CardPayload' ? outcome.card.events : Number.POSITIVE_INFINITY;
}

function agree(next: Happening, expected: string, came: string): void {
  if (expected !== came) part(next, expected, came);
}

function part(next: Happening | null, expected: unknown, found: unknown): never {
  throw new Error(
    `model and database part at ${JSON.stringify(next)}\nexpected ${JSON.stringify(expected)}\nfound    ${JSON.stringify(found)}`,
  );
}

/** The real act, as the graph would perform it. */
function tryAct({ ports }: World, id: string, who: Person, what: Try): Promise<Outcome> {
  const request = requestOf(PEOPLE[who]);
  const of = <Name extends keyof typeof INPUTS>(name: Name) => ({ cardId: id, ...INPUTS[name] });
  switch (what) {
    case 'PLAN_SUBMITTED':
      return submitPlan(ports, request, of('submitPlan'));
    case 'INCOMPLETE_PLAN':
      return submitPlan(ports, request, { cardId: id, content: '补办超期办件' });
    case 'PLAN_RETURNED':
      return returnPlan(ports, request, of('returnPlan'));
    case 'PROGRESS_REPORTED':
      return rectify.reportProgress(ports, request, of('reportProgress'));
    case 'EXTENSION_ASKED':
      return rectify.askExtension(ports, request, of('askExtension'));
    case 'EXTENSION_GRANTED':
      return rectify.decideExtension(ports, request, of('decideExtension'));
    case 'EXTENSION_REFUSED':
      return rectify.decideExtension(ports, request, { ...of('decideExtension'), grant: false });
    case 'RESULT_REPORTED':
      return rectify.reportResult(ports, request, of('reportResult'));
    case 'RESULT_SENT_BACK':
      return rectify.sendBackResult(ports, request, of('sendBackResult'));
    case 'CLOSED':
      return rectify.closeCard(ports, request, of('closeCard'));
    case 'FALSE_REPORT_FOUND':
      return rectify.reportFalseRectification(ports, request, of('reportFalseRectification'));
    case 'ESCALATED':
      return escalateCard(ports, request, of('escalateCard'));
    case 'ORDERED':
      return orderCard(ports, request, { ...of('orderCard'), dueAt: ports.time.now() + 86_400_000 });
    case 'CANCELLED':
      return cancelCard(ports, request, of('cancelCard'));
    case 'EXEMPTED':
      return exemptCard(ports, request, { ...of('exemptCard'), from: '2020-01-01', to: '2030-12-31' });
    default:
      return perform(ports, request, { card: id, kind: what, content: null });
  }
}
