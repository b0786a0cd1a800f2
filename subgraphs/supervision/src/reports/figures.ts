import { type Course, planReturns } from '../life/course.ts';
import type { CardLevel, CardState } from '../words.ts';

/** A card of the period, with what was done with it until the report was made. */
export interface ReportedCard {
  readonly id: string;
  readonly number: string;
  readonly rule: string;
  readonly level: CardLevel;
  readonly state: CardState;
  readonly issuedAt: number;
  readonly course: Course;
  /** Whether its rectification ran over its time (XX-03). */
  readonly overdue: boolean;
  /** Whether the agency had a card of the same rule in the ninety days before. */
  readonly repeated: boolean;
}

/** Work items and warnings of an agency in the period, counted. */
export interface Counted {
  readonly accepted: number;
  readonly finished: number;
  readonly overPromise: number;
  readonly overStatutory: number;
  /** Open, and over their promise when the report was made. */
  readonly openOverdue: number;
  readonly warningsIssued: number;
  readonly warningsResolved: number;
  readonly warningsTurned: number;
}

/** A share with its numerator and denominator; `null` where there is nothing to divide by. */
export interface Share {
  readonly part: number;
  readonly whole: number;
  readonly share: number | null;
}

/** The numbers of a report (反馈数据); section 6 of the domain's statistics. */
export interface Figures {
  readonly workItems: Counted & { readonly onTime: Share };
  readonly warnings: { readonly resolved: Share };
  readonly cards: {
    readonly issued: number;
    readonly yellow: number;
    readonly red: number;
    /** Those that count in scores: without revoked, withdrawn, cancelled, exempted and superseded ones. */
    readonly counted: { readonly yellow: number; readonly red: number };
    /** Under appeal when the report was made: they count as provisional (暂计). */
    readonly provisional: number;
    readonly byRule: readonly { readonly rule: string; readonly yellow: number; readonly red: number }[];
    readonly byState: readonly { readonly state: CardState; readonly count: number }[];
    /** (yellow + 3 × red) per 10,000 accepted work items, without revoked, withdrawn, cancelled and exempted cards. */
    readonly density: number | null;
  };
  readonly appeals: {
    readonly made: number;
    readonly decided: number;
    readonly sustained: number;
    readonly revoked: number;
    readonly downgraded: number;
    /** (revoked + downgraded) / decided. */
    readonly success: Share;
  };
  readonly rectification: {
    readonly accepted: number;
    readonly acceptedBySilence: number;
    readonly plansReturned: number;
    readonly closed: number;
    readonly closedInTime: Share;
    readonly open: readonly { readonly number: string; readonly state: CardState; readonly ageDays: number }[];
  };
  readonly repeated: Share;
}

/** States whose cards count in no score: they turned out not to be due. */
const NOT_COUNTED: ReadonlySet<CardState> = new Set(['REVOKED', 'WITHDRAWN', 'CANCELLED', 'EXEMPTED', 'DECLINED']);
const OPEN_RECTIFICATION: ReadonlySet<CardState> = new Set([
  'ACCEPTED',
  'SUSTAINED',
  'PLANNED',
  'RECTIFYING',
  'RESULT_IN',
]);
const DAY_MS = 86_400_000;

/** The numbers of one agency's period. Pure; `madeAt` in ms. */
export function figuresOf(cards: readonly ReportedCard[], counted: Counted, madeAt: number): Figures {
  const due = counted.finished + counted.openOverdue;
  return {
    workItems: { ...counted, onTime: shareOf(counted.finished - counted.overPromise, due) },
    warnings: { resolved: shareOf(counted.warningsResolved, counted.warningsIssued) },
    cards: cardFigures(cards, counted.accepted),
    appeals: appealFigures(cards),
    rectification: rectificationFigures(cards, madeAt),
    repeated: shareOf(cards.filter(({ repeated }) => repeated).length, cards.length),
  };
}

/** Yellow cards, and red ones three times: what densities are formed of. */
export function weighted({ yellow, red }: Figures['cards']['counted']): number {
  return yellow + 3 * red;
}

/** The cards that count: without those that turned out not to be due; superseded ones count by the card that took their place. */
function countedCards<Card extends Pick<ReportedCard, 'state'>>(cards: readonly Card[]): readonly Card[] {
  return cards.filter(({ state }) => !NOT_COUNTED.has(state) && state !== 'SUPERSEDED');
}

/** A share; its quotient to six places, so that the same numbers give the same text. */
function shareOf(part: number, whole: number): Share {
  return { part, whole, share: whole === 0 ? null : rounded(part / whole) };
}

function cardFigures(cards: readonly ReportedCard[], accepted: number): Figures['cards'] {
  const count = (level: CardLevel, among: readonly ReportedCard[]) =>
    among.filter((card) => card.level === level).length;
  const standing = countedCards(cards);
  const counted = { yellow: count('YELLOW', standing), red: count('RED', standing) };
  const rules = [...Map.groupBy(cards, ({ rule }) => rule)].sort(([a], [b]) => (a < b ? -1 : 1));
  const states = [...Map.groupBy(cards, ({ state }) => state)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    issued: cards.length,
    yellow: count('YELLOW', cards),
    red: count('RED', cards),
    counted,
    provisional: cards.filter(({ state }) => state === 'APPEALED').length,
    byRule: rules.map(([rule, own]) => ({ rule, yellow: count('YELLOW', own), red: count('RED', own) })),
    byState: states.map(([state, own]) => ({ state, count: own.length })),
    density: accepted === 0 ? null : rounded((weighted(counted) * 10_000) / accepted),
  };
}

function appealFigures(cards: readonly ReportedCard[]): Figures['appeals'] {
  const appeals = cards.flatMap(({ course }) => course.appeals);
  const ended = (decision: string) => appeals.filter((appeal) => appeal.decision === decision).length;
  const [sustained, revoked, downgraded] = [ended('SUSTAINED'), ended('REVOKED'), ended('DOWNGRADED')];
  const decided = sustained + revoked + downgraded;
  return {
    made: appeals.length,
    decided,
    sustained,
    revoked,
    downgraded,
    success: shareOf(revoked + downgraded, decided),
  };
}

function rectificationFigures(cards: readonly ReportedCard[], madeAt: number): Figures['rectification'] {
  const closed = cards.filter(({ state }) => state === 'CLOSED');
  return {
    accepted: cards.filter(({ course }) => course.planOwedSince !== null).length,
    acceptedBySilence: cards.filter(({ course }) => course.acceptedBySilence).length,
    plansReturned: cards.reduce((sum, { course }) => sum + planReturns(course), 0),
    closed: closed.length,
    closedInTime: shareOf(closed.filter(({ overdue }) => !overdue).length, closed.length),
    open: cards
      .filter(({ state }) => OPEN_RECTIFICATION.has(state))
      .map(({ number, state, issuedAt }) => ({ number, state, ageDays: Math.floor((madeAt - issuedAt) / DAY_MS) }))
      .sort((a, b) => (a.number < b.number ? -1 : 1)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
