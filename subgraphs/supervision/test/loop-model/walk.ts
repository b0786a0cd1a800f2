import { signalOf } from '../signals.ts';
import { ask, tryDeed } from './ask.ts';
import { declareOutage, issueCard, makeReports, outageOf, publishReport, recordTalk, warningOf } from './ask-more.ts';
import { attempt, isPlausible, isPossible } from './attempt.ts';
import { CLAIM_NAMES } from './claims.ts';
import { type Counts, compareAll, compareCards, Differs, same } from './compare.ts';
import { comingTurns, passAll } from './desk.ts';
import { inOne, takeOver } from './ledger.ts';
import { type Deed, TRIES, type Try } from './lines.ts';
import { findingOf, isOpen, type Model, type ModelCard, type Signal } from './model.ts';
import { acknowledge, byHand, declareBy, endBy, issueByHand } from './more-acts.ts';
import { ACTIVE, ACTIVE_IN_LOOP, AGENCY, type Person } from './people.ts';
import { createRandom } from './random.ts';
import { receiptOf } from './receipts.ts';
import { produce, publish, talk } from './reports.ts';
import { type Attempt, type Step, SUBJECTS } from './steps.ts';
import { type Level, RANK } from './teller.ts';
import { type LoopWorld, openLoopWorld } from './world.ts';

const DAY_MS = 86_400_000;
/** Notices are published for the days up to here and somewhat beyond. */
const LAST = Date.parse('2026-06-30T00:00:00+08:00');
const FIRST = Date.parse('2024-01-02T09:00:00+08:00');

/** What a walk came to. */
export interface Walked extends Counts {
  readonly steps: number;
  readonly went: number;
  readonly inLoop: number;
  readonly crashes: number;
}

/** Goes a walk in a world of its own. @throws {Differs} naming the step at which model and database part. */
export async function walk(steps: readonly Step[], seed: number): Promise<Walked> {
  const random = createRandom(seed ^ 0x5bd1e995);
  const start = FIRST + random.below(450 * DAY_MS);
  const place = random.of(PLACES);
  const world = await openLoopWorld(start);
  const walker = new Walker(world, { ...place, agency: AGENCY }, start);
  try {
    for (const [index, step] of steps.entries()) {
      try {
        await walker.step(step);
      } catch (error) {
        if (!(error instanceof Differs)) throw new Error(`step ${index} ${JSON.stringify(step)}`, { cause: error });
        throw new Differs(`step ${index} ${JSON.stringify(step)}: ${error.message}`);
      }
    }
    const counts = await walker.finish();
    return { ...counts, steps: steps.length, went: walker.went, inLoop: walker.inLoop, crashes: walker.crashes };
  } finally {
    await world.close();
  }
}

const PLACES = [
  { division: '150105', tier: 'BANNER' },
  { division: '150105', tier: 'BANNER' },
  { division: '1501', tier: 'LEAGUE' },
  { division: '15', tier: 'REGION' },
] as const;

class Walker {
  readonly #world: LoopWorld;
  #model: Model;
  readonly #said: Level[] = Array.from({ length: SUBJECTS }, () => 'NONE' as const);
  #signals = 0;
  went = 0;
  /** Acts on cards of the loop that went through. */
  inLoop = 0;
  crashes = 0;

  constructor(world: LoopWorld, place: Model['place'], now: number) {
    this.#world = world;
    const waiting = { domain: [], loop: [] };
    this.#model = { place, now, findings: [], outages: [], waiting, told: [], reports: [], indicators: new Map() };
  }

  async step(step: Step): Promise<void> {
    await this.#happen(step);
    // Where time alone went on, or a domain spoke and nobody has heard it, nothing can have changed.
    if (!UNCHANGED.has(step.kind))
      await compareCards(this.#world, this.#model, step.kind === 'SETTLE' && step.part === 'ALL');
  }

  async finish(): Promise<Counts> {
    await this.#settle('ALL');
    await compareAll(this.#world, this.#model);
    this.#goTo(this.#model.now + 45 * DAY_MS);
    await this.#settle('ALL');
    return compareAll(this.#world, this.#model);
  }

  async #happen(step: Step): Promise<void> {
    switch (step.kind) {
      case 'WAIT':
        return this.#goTo(Math.min(LAST, this.#model.now + step.ms));
      case 'GO_TO': {
        const coming = comingTurns(this.#model);
        const turn = coming[Math.min(step.turn, coming.length - 1)];
        return turn === undefined ? undefined : this.#goTo(Math.min(LAST, turn + step.offset));
      }
      case 'SETTLE':
        return this.#settle(step.part);
      case 'TOLD':
        return this.#tell(step);
      case 'DO':
        return this.#do(step);
      case 'TRY':
        return this.#try(step.subject, step);
      case 'BOTH':
        return this.#both(step);
      case 'CRASH':
        return step.in === 'ACT' ? this.#crashInAct(step) : this.#crashInSettle(step.at);
      case 'RESTART':
        return this.#world.restart();
      case 'HAND':
        return this.#issueByHand(step);
      case 'SEEN':
        return this.#acknowledge(step);
      case 'REPORTS':
        return this.#makeReports();
      case 'PUBLISH':
      case 'TALK':
        return this.#doWithReport(step);
      case 'LOOP':
        return this.#doInLoop(step);
      case 'LOOP_TRY':
        return this.#tryInLoop(this.#loopCards()[step.card] ?? null, step);
      case 'OUTAGE':
        return this.#declare(step);
      case 'OUTAGE_OVER':
        return this.#endOutage(step);
    }
  }

  #goTo(instant: number): void {
    if (instant <= this.#model.now) return;
    this.#model.now = instant;
    this.#world.time.set(instant);
  }

  /** The hub's parts do what there is to do, and so does the model. */
  async #settle(part: (Step & { kind: 'SETTLE' })['part']): Promise<void> {
    await this.#settleHub(part);
    settleModel(this.#model, part);
  }

  async #settleHub(part: (Step & { kind: 'SETTLE' })['part']): Promise<void> {
    const world = this.#world;
    if (part === 'DOMAIN') await world.take('work-items');
    else if (part === 'LOOP') await world.take('loop');
    else if (part === 'TIMERS') await world.pass();
    else
      for (let count = 1; count > 0; )
        count = (await world.take('work-items')) + (await world.pass()) + (await world.take('loop'));
  }

  async #tell({
    subject,
    to,
    isCorrection,
    isRuleEnded,
    isHeld,
    isTimed,
    lateMs,
  }: Omit<Step & { kind: 'TOLD' }, 'kind'>): Promise<void> {
    const from = this.#said[subject]!;
    if (from === to) return;
    this.#said[subject] = to;
    const turnedAt = this.#model.now - lateMs;
    const issue = isHeld ? 'CONFIRM' : 'AUTO';
    const about = { level: to, turnedAt, issue, byTime: isTimed && RANK[to] > RANK.WARNING } as const;
    if (RANK[to] > RANK[from]) return this.#say(subject, { ...about, kind: 'ROSE', previous: from });
    const ends = { isRuleEnded: isRuleEnded && !isCorrection && to === 'NONE' };
    await this.#say(subject, { ...about, ...ends, kind: isCorrection ? 'CORRECTED' : 'FELL', previous: from });
    if (isCorrection && to !== 'NONE') await this.#say(subject, { ...about, kind: 'ROSE', previous: 'NONE' });
  }

  async #say(
    subject: number,
    said: Pick<Signal, 'kind' | 'level' | 'previous' | 'turnedAt' | 'issue' | 'byTime' | 'isRuleEnded'>,
  ): Promise<void> {
    const { now, place, waiting } = this.#model;
    const name = nameOf(subject);
    this.#signals += 1;
    const { previous, byTime, isRuleEnded = false, ...parts } = said;
    await this.#world.tell(
      signalOf({
        ...{
          ...parts,
          previousLevel: previous,
          subject: name,
          knownAt: now,
          reason: isRuleEnded ? 'RULE_ENDED' : null,
        },
        receipt: byTime && parts.kind === 'ROSE' ? receiptOf(parts.level as 'YELLOW' | 'RED') : null,
        ...{ agency: place.agency, division: place.division, id: this.#signals.toString(16).padStart(64, '0') },
      }),
    );
    const finding = findingOf(this.#model, { kind: 'work-item', name }, 'WI-03', '');
    waiting.domain.push({ ...said, finding, knownAt: now, tier: place.tier });
  }

  async #do(step: Step & { kind: 'DO' }): Promise<void> {
    const chosen = this.#choose(this.#cards(step.subject).at(-1) ?? null, ACTIVE, step);
    if (chosen === null) return this.#stir(step.subject);
    await this.#try(step.subject, { card: 0, ...chosen });
  }

  /** One of the things that are possible with the newest card that somebody can do something with. */
  #choose(
    card: ModelCard | null,
    people: readonly Person[],
    { pick, mayEnd, days }: Pick<Step & { kind: 'DO' }, 'pick' | 'mayEnd' | 'days'>,
  ): Pick<Attempt, 'person' | 'deed'> | null {
    if (card === null) return null;
    // Now and then somebody tries what was done too often, or comes too late.
    const isOpenTo = pick % 4 === 0 ? isPlausible : isPossible;
    const all = people.flatMap((person) =>
      TRIES.filter((kind) => mayEnd || !RARE.has(kind)).flatMap((kind) => {
        const claim =
          card.finding.isLoop || !card.byTime ? null : (CLAIM_NAMES[pick % (CLAIM_NAMES.length + 1)] ?? null);
        const deed: Deed = { kind, days, isBad: false, isOdd: false, claim, isExplained: pick % 3 !== 0 };
        return isOpenTo(this.#model, card, person, deed) ? [{ person, deed }] : [];
      }),
    );
    return all[pick % Math.max(1, all.length)] ?? null;
  }

  /** Nothing can be done any more: the domain speaks again, and sooner or later there is another card. */
  async #stir(subject: number): Promise<void> {
    const to = this.#said[subject] === 'NONE' ? 'YELLOW' : 'NONE';
    await this.#tell({ subject, to, isCorrection: false, isRuleEnded: false, isHeld: false, isTimed: true, lateMs: 0 });
    await this.#settle('DOMAIN');
  }

  /** Reports are made when all that was told is taken over. */
  async #makeReports(): Promise<void> {
    await this.#settle('ALL');
    produce(this.#model, await makeReports(this.#world));
  }

  /** The body of the agency's own tier does what it owes, for one of the newest reports. */
  async #doWithReport({ kind, report: place }: Step & { kind: 'PUBLISH' | 'TALK' }): Promise<void> {
    const report = this.#model.reports.at(-1 - place);
    if (report === undefined) return;
    const person = `${report.body}_2` as const;
    const answer = await (kind === 'TALK' ? recordTalk : publishReport)(this.#world, person, report.id);
    same(`answer to ${kind} of ${report.period}`, (kind === 'TALK' ? talk : publish)(this.#model, report), answer);
  }

  /** Cards of the loop that are known by name, those that are open first. */
  #loopCards(): readonly ModelCard[] {
    const all = this.#model.findings.filter(({ isLoop }) => isLoop).flatMap(({ cards }) => cards);
    const known = all.filter(({ id }) => id !== null);
    return [...known.filter(isOpen), ...known.filter((card) => !isOpen(card)).reverse()];
  }

  async #doInLoop(step: Step & { kind: 'LOOP' }): Promise<void> {
    const open = this.#loopCards();
    const card = open[Math.min(step.card, open.length - 1)] ?? null;
    const chosen = this.#choose(card, ACTIVE_IN_LOOP, step);
    if (chosen !== null) await this.#tryInLoop(card, chosen);
  }

  async #tryInLoop(card: ModelCard | null, { person, deed }: Pick<Attempt, 'person' | 'deed'>): Promise<void> {
    if (card?.id == null) return;
    const answer = await tryDeed(this.#world, person, card.id, deed, card.appeals.length);
    const expected = this.#attempt(this.#model, card, person, deed);
    same(`answer to ${person} ${deed.kind} of a ${card.finding.rule} card on ${card.body}`, expected, answer);
    if (answer.endsWith('Payload')) this.inLoop += 1;
    await compareCards(this.#world, this.#model, true);
  }

  async #try(subject: number, { card: place, person, deed }: Attempt): Promise<void> {
    const card = this.#cards(subject).at(-1 - place);
    if (card?.id == null) return this.#stir(subject);
    const answer = await tryDeed(this.#world, person, card.id, deed, card.appeals.length);
    same(`answer to ${person} ${deed.kind}`, this.#attempt(this.#model, card, person, deed), answer);
    if (answer.endsWith('Payload')) this.went += 1;
  }

  #attempt(model: Model, card: ModelCard, person: Person, deed: Deed): string {
    let name = '';
    inOne(model, () => {
      const answer = attempt(model, card, person, deed);
      name = answer.name;
      return answer.changed;
    });
    return name;
  }

  /** Two people at once: one after the other explains what came, in either order. */
  async #both({ subject, first, second }: Step & { kind: 'BOTH' }): Promise<void> {
    const pair = [first, second].map((one) => ({ ...one, at: this.#cards(subject).length - 1 - one.card }));
    const known = pair.map(({ at }) => this.#cards(subject)[at]);
    if (known.some((card) => card?.id == null)) return this.#stir(subject);
    const came = await Promise.all(
      pair.map(({ person, deed }, n) => tryDeed(this.#world, person, known[n]!.id!, deed, known[n]!.appeals.length)),
    );
    this.went += came.filter((one) => one.endsWith('Payload')).length;
    const problems: unknown[] = [];
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const after = structuredClone(this.#model);
      const answers: string[] = ['', ''];
      for (const n of order) {
        const { person, deed } = pair[n]!;
        const card = cardsAbout(after, subject).find(({ id }) => id === known[n]!.id)!;
        answers[n] = this.#attempt(after, card, person, deed);
      }
      try {
        same('answers of one after the other', answers, came);
        await compareCards(this.#world, after, false);
        this.#model = after;
        return;
      } catch (error) {
        problems.push(error);
      }
    }
    throw problems[0];
  }

  /** The machine stops in the midst of an act: nothing of it is there, and it can be done again. */
  async #crashInAct({ subject, pick, at }: Step & { kind: 'CRASH' }): Promise<void> {
    const card = this.#cards(subject).at(-1) ?? null;
    const chosen = this.#choose(card, ACTIVE, { pick, mayEnd: false, days: 3 });
    if (chosen === null || card?.id == null) return this.#stir(subject);
    const { breaker } = this.#world;
    breaker.arm(at === 0 ? 'COMMIT' : at);
    const { person, deed } = chosen;
    const answer = await tryDeed(this.#world, person, card.id, deed, card.appeals.length);
    const { isDown } = breaker;
    breaker.mend();
    if (isDown) {
      this.crashes += 1;
      same('answer of a machine that stops', 'INTERNAL', answer);
      // Either the process has ended with the machine, or it has lost its connections alone.
      if (pick % 3 === 0) await this.#world.restart();
      await compareCards(this.#world, this.#model, false);
      return this.#try(subject, { card: 0, ...chosen });
    }
    same(`answer to ${person} ${deed.kind}`, this.#attempt(this.#model, card, person, deed), answer);
  }

  /** The machine stops while the hub's parts work; another process takes up where it stopped. */
  async #crashInSettle(at: number): Promise<void> {
    const { breaker } = this.#world;
    breaker.arm(at === 0 ? 'COMMIT' : at);
    await this.#settleHub('ALL').catch((error: unknown) => {
      if (!breaker.isDown) throw error;
    });
    if (breaker.isDown) {
      this.crashes += 1;
      await this.#world.restart();
    }
    breaker.mend();
    await this.#settle('ALL');
  }

  async #issueByHand({ subject, person, level, isBad }: Step & { kind: 'HAND' }): Promise<void> {
    const answer = await issueCard(this.#world, person, {
      subject: nameOf(subject),
      level,
      isBad,
      ...this.#model.place,
    });
    let expected = '';
    inOne(this.#model, () => {
      const { name, changed } = issueByHand(this.#model, { subject: nameOf(subject), person, level, isBad });
      expected = name;
      return changed;
    });
    same(`answer to ${person} issuing by hand`, expected, answer);
  }

  async #acknowledge({ subject, person }: Step & { kind: 'SEEN' }): Promise<void> {
    const finding = findingOf(this.#model, { kind: 'work-item', name: nameOf(subject) }, 'WI-03', '');
    const id = await warningOf(this.#world, nameOf(subject));
    if (id === null) return this.#stir(subject);
    const answer = await ask(this.#world, person, 'acknowledgeWarning', { warningId: id });
    let expected = '';
    inOne(this.#model, () => {
      expected = acknowledge(this.#model, finding, person);
      return new Set();
    });
    same(`answer to ${person} acknowledging`, expected, answer);
  }

  async #declare({ person, source, beforeMs, afterMs }: Step & { kind: 'OUTAGE' }): Promise<void> {
    const { now } = this.#model;
    const window = { source, from: now - beforeMs, to: afterMs === null ? null : now + afterMs };
    const answer = await declareOutage(this.#world, person, window);
    let expected = '';
    inOne(this.#model, () => {
      const { name, changed } = declareBy(this.#model, person, window);
      expected = name;
      return changed;
    });
    same(`answer to ${person} declaring an outage`, expected, answer);
  }

  async #endOutage({ person, beforeMs }: Step & { kind: 'OUTAGE_OVER' }): Promise<void> {
    const id = await outageOf(this.#world);
    if (id === null) return;
    const at = this.#model.now - beforeMs;
    const answer = await ask(this.#world, person, 'endOutage', { outageId: id, at: new Date(at).toISOString() });
    same(`answer to ${person} ending an outage`, endBy(this.#model, person, at), answer);
  }

  #cards(subject: number): readonly ModelCard[] {
    return cardsAbout(this.#model, subject);
  }
}

const nameOf = (subject: number): string => `115:w-${subject}`;

/** All cards about a subject, the open ones last. */
function cardsAbout(model: Model, subject: number): readonly ModelCard[] {
  const of = (occurrence: string) =>
    findingOf(model, { kind: 'work-item', name: nameOf(subject) }, 'WI-03', occurrence).cards;
  const all = [...of(''), ...of(byHand(model))];
  return [...all.filter((card) => !isOpen(card)), ...all.filter(isOpen)];
}

/** Steps that change no card, or look at all of them themselves. */
const UNCHANGED: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'WAIT',
  'GO_TO',
  'TOLD',
  'LOOP',
  'LOOP_TRY',
  'PUBLISH',
  'TALK',
]);

/** What ends a card or can be done over and over is done more rarely, so that cards come far. */
const RARE: ReadonlySet<Try> = new Set<Try>([
  ...(['CANCELLED', 'EXEMPTED', 'DECLINED', 'APPEAL_REVOKED', 'APPEAL_DOWNGRADED'] as const),
  ...(['ORDERED', 'ESCALATED', 'INCOMPLETE_PLAN', 'PROGRESS_REPORTED'] as const),
]);

function settleModel(model: Model, part: (Step & { kind: 'SETTLE' })['part']): void {
  if (part === 'DOMAIN') takeOver(model, 'domain');
  else if (part === 'LOOP') takeOver(model, 'loop');
  else if (part === 'TIMERS') passAll(model);
  else
    for (let again = true; again; ) {
      takeOver(model, 'domain');
      passAll(model);
      again = model.waiting.loop.length > 0;
      takeOver(model, 'loop');
    }
}
