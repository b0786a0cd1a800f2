import type { Tier } from '@gnomon/identity';
import type { ActContent } from '../../src/card.ts';
import type { CardLevel, CardState, FeedKind, WarningState } from '../../src/words.ts';
import type { ModelReport } from './reports.ts';
import { blankSheet, type Level, type Sheet } from './teller.ts';

/*
 * The naive model of the loop: plain objects that are changed in place, no history that is folded, no tables of the code, no clock but a wall
 * calendar. What it says must come true in the database: every state, every entry, every instant.
 */

/** An entry that must stand in a card's history. */
export interface Entry {
  readonly kind: FeedKind;
  readonly at: number;
  readonly by: string;
  readonly content: ActContent | null;
}

/** What follows from what is claimed in an appeal. */
export type Decision = 'SUSTAIN' | 'REVOKE' | 'DOWNGRADE';

/** A card as the model has it. */
export interface ModelCard {
  readonly finding: Finding;
  readonly level: CardLevel;
  readonly turnedAt: number;
  /** Who had it issued: a rule by itself, a rule after confirmation, a person. */
  state: CardState;
  issuedAt: number | null;
  issuedBy: string | null;
  raisedAt: number | null;
  endedAt: number | null;
  conditionEnded: boolean;
  tier: Tier;
  wasHandedOver: boolean;
  before: CardState | null;
  readonly under: ModelCard | null;
  /** The stronger card in whose favour it ended. */
  over: ModelCard | null;
  returns: number;
  extension: 'NONE' | 'ASKED' | 'DECIDED';
  sendBacks: number;
  isFalse: boolean;
  readonly appeals: {
    readonly at: number;
    decidedAt: number | null;
    by: string | null;
    isExtended: boolean;
    readonly computed: Decision | null;
  }[];
  /** Its receipt says that time alone turned it: a limit ran out. */
  readonly byTime: boolean;
  readonly entries: Entry[];
  /** Its identifier in the database, once it was seen there. */
  id: string | null;
  readonly sheet: Sheet;
  readonly duties: Map<string, Sheet>;
  /** Whose duty each is. */
  readonly dutyBodies: Map<string, Tier>;
  /** The supervision body that it judges (XX-06); `null` for a card on an agency. */
  readonly body: Tier | null;
  /** The tier that had it at first. */
  readonly ownTier: Tier;
}

/** A warning as the model has it. */
export interface ModelWarning {
  state: WarningState;
  readonly turnedAt: number;
  acknowledgedBy: string | null;
  /** What the feed must have told of it, in order. */
  readonly entries: Pick<Entry, 'kind' | 'at'>[];
  id: string | null;
}

/** One rule on one thing: what its domain says of it, and what arose from that, oldest first. */
export interface Finding {
  readonly rule: string;
  readonly occurrence: string;
  readonly subject: Subject;
  /** Whether the loop itself judges it: nobody judges cards about cards. */
  readonly isLoop: boolean;
  level: Level;
  readonly cards: ModelCard[];
  readonly warnings: ModelWarning[];
}

/** What a finding speaks of: a work item by its name, a card, a duty of a card, an agency with one of its indicators, a report or a duty for it. */
export type Subject =
  | { readonly kind: 'work-item'; readonly name: string }
  | { readonly kind: 'card'; readonly card: ModelCard }
  | { readonly kind: 'duty'; readonly card: ModelCard; readonly duty: string }
  | { readonly kind: 'agency-indicator'; readonly name: string }
  | { readonly kind: 'named'; readonly of: 'duty' | 'feedback-report'; readonly name: string };

/** A signal on its way to supervision. */
export interface Signal {
  readonly finding: Finding;
  readonly kind: 'ROSE' | 'FELL' | 'CORRECTED';
  readonly level: Level;
  readonly previous: Level;
  readonly turnedAt: number;
  readonly knownAt: number;
  readonly issue: 'AUTO' | 'CONFIRM';
  readonly byTime: boolean;
  /** The tier whose supervision body has the card that it may bring about; and the body that this judges. */
  readonly tier: Tier;
  readonly body?: Tier | null;
  /** The rule is in force no more. */
  readonly isRuleEnded?: boolean;
}

/** A window of a declared outage. */
export interface ModelOutage {
  /** `null` for one of another place. */
  readonly tier: Tier | null;
  readonly from: number;
  to: number;
  readonly declaredAt: number;
  /** The source that was away; `null` for the platform. */
  readonly source: string | null;
  /** The place that declared it. */
  readonly by: string;
  /** When the cards turned that it excused. */
  readonly excused: number[];
}

/** Everything that the model knows. */
export interface Model {
  readonly place: { readonly agency: string; readonly division: string; readonly tier: Tier };
  now: number;
  readonly findings: Finding[];
  readonly outages: ModelOutage[];
  /** Told and not yet taken over. */
  readonly waiting: { domain: Signal[]; loop: Signal[] };
  /** All that the loop told. */
  readonly told: Signal[];
  readonly reports: ModelReport[];
  /** The sheet of the agency and the indicator (XX-04). */
  readonly indicators: Map<string, Sheet>;
}

export const ENDED: ReadonlySet<CardState> = new Set<CardState>([
  'CLOSED',
  'REVOKED',
  'DOWNGRADED',
  'EXEMPTED',
  'CANCELLED',
  'SUPERSEDED',
  'WITHDRAWN',
  'DECLINED',
]);
/** States of a card that was not due: nobody is late with it. */
export const FELL: ReadonlySet<CardState> = new Set<CardState>([
  'REVOKED',
  'DOWNGRADED',
  'WITHDRAWN',
  'CANCELLED',
  'EXEMPTED',
  'DECLINED',
]);
export const isOpen = (card: ModelCard): boolean => !ENDED.has(card.state);

/** The finding of a rule on a subject, as it is kept or new. */
export function findingOf(model: Model, subject: Subject, rule: string, occurrence: string): Finding {
  const found = model.findings.find(
    (one) => one.rule === rule && one.occurrence === occurrence && isSame(one.subject, subject),
  );
  if (found !== undefined) return found;
  const isLoop = subject.kind !== 'work-item';
  const finding: Finding = { rule, occurrence, subject, isLoop, level: 'NONE', cards: [], warnings: [] };
  model.findings.push(finding);
  return finding;
}

/** A card that has just come to be. */
export function newCard(
  finding: Finding,
  parts: Pick<ModelCard, 'level' | 'turnedAt' | 'state' | 'tier' | 'under' | 'byTime'> &
    Partial<Pick<ModelCard, 'issuedBy' | 'issuedAt' | 'conditionEnded' | 'body'>>,
): ModelCard {
  const card: ModelCard = {
    ...{ finding, issuedAt: null, issuedBy: null, raisedAt: null, endedAt: null, conditionEnded: false },
    ...{ wasHandedOver: false, before: null, over: null, returns: 0, extension: 'NONE', sendBacks: 0, isFalse: false },
    ...{
      body: null,
      appeals: [],
      entries: [],
      id: null,
      sheet: blankSheet(),
      duties: new Map(),
      dutyBodies: new Map(),
    },
    ...parts,
    ownTier: parts.tier,
  };
  finding.cards.push(card);
  return card;
}

/** Writes an entry into a card's history. */
export function note(card: ModelCard, kind: FeedKind, at: number, by = 'hub', content: ActContent | null = null): void {
  card.entries.push({ kind, at, by, content });
}

/** All cards, oldest first within their finding. */
export const cardsOf = (model: Model): readonly ModelCard[] => model.findings.flatMap(({ cards }) => cards);

function isSame(a: Subject, b: Subject): boolean {
  if (a.kind === 'work-item' || a.kind === 'agency-indicator') return b.kind === a.kind && b.name === a.name;
  if (a.kind === 'named') return b.kind === 'named' && b.of === a.of && b.name === a.name;
  if (a.kind === 'duty') return b.kind === 'duty' && b.card === a.card && b.duty === a.duty;
  return b.kind === 'card' && b.card === a.card;
}
