import type { Tier } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { ActContent, CardEvent } from '../card.ts';
import type { FeedKind } from '../words.ts';

/*
 * The course of a card: its history folded into what has been done so far. Pure, and the only place that reads the contents of history
 * entries, so that graph, duties, reports and appeals say the same of a card. Entries that it does not know change nothing.
 */

/** The four elements of a rectification plan (整改方案四要素), Art. 9. */
export const PLAN_ELEMENTS = ['CONTENT', 'MEASURES', 'TIME_LIMIT', 'RESPONSIBLE'] as const;
export type PlanElement = (typeof PLAN_ELEMENTS)[number];

/** A rectification plan as it was handed in; an element that is `null` was missing (整改方案). */
export interface Plan {
  readonly submittedAt: number;
  readonly by: string;
  /** What is to be put right (整改内容). */
  readonly content: string | null;
  /** How (整改措施). */
  readonly measures: string | null;
  /** The time limit (整改时限): working days from the plan's approval, extension not included. */
  readonly limitWorkdays: number | null;
  /** Who answers for it (责任人): name and post. */
  readonly responsible: string | null;
  readonly missing: readonly PlanElement[];
  readonly returnedAt: number | null;
  /** An account, or `hub` when an element was missing. */
  readonly returnedBy: string | null;
  readonly returnReason: Bilingual | null;
  readonly approvedAt: number | null;
}

/** The one extension that a card may have (延期). */
export interface Extension {
  readonly askedAt: number;
  readonly by: string;
  readonly workdays: number;
  readonly reason: string;
  readonly decidedAt: number | null;
  /** `null` while it is not decided. */
  readonly granted: boolean | null;
  readonly decisionReason: Bilingual | null;
}

/** A report on how far the rectification is (整改进度). */
export interface Progress {
  readonly at: number;
  readonly by: string;
  readonly text: string;
  /** How much is done in the reporter's own estimate, 0 to 100; `null` when not said. */
  readonly percent: number | null;
}

/** Evidence of which the hub keeps the hash and the source keeps the file (佐证材料). */
export interface Evidence {
  readonly name: string;
  /** SHA-256 of the file, 64 hex digits. */
  readonly sha256: string;
  readonly mediaType: string;
}

/** A result that was handed in (整改结果). The rectification clock stands still from `at` to `sentBackAt`. */
export interface Result {
  readonly at: number;
  readonly by: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly sentBackAt: number | null;
  readonly sentBackReason: Bilingual | null;
}

/** A report, or an instant from which the next one is waited for anew: a result was sent back, or the card stands again. */
export interface Pace {
  readonly kind: 'PROGRESS' | 'RESULT' | 'BEGINNING';
  readonly at: number;
}

/** An appeal as far as the card's course needs it (申诉); the appeal itself is read in `../appeal/`. */
export interface CourseAppeal {
  readonly round: number;
  readonly at: number;
  /** When the time for judging it was extended; `null` when it was not. */
  readonly extendedAt: number | null;
  /** When it was decided, or (without a decision) fell away because the card was answered for by the appeal against a stronger one. */
  readonly decidedAt: number | null;
  readonly decision: 'SUSTAINED' | 'REVOKED' | 'DOWNGRADED' | null;
}

/** To whom a supervision order is given (督办对象). */
export const ORDER_ADDRESSEES = ['AGENCY', 'SUPERVISION_BODY'] as const;
export type OrderAddressee = (typeof ORDER_ADDRESSEES)[number];

/** A supervision order (督办). */
export interface Order {
  readonly at: number;
  readonly by: string;
  readonly text: string;
  /** By when it is to be done. */
  readonly dueAt: number;
  readonly to: OrderAddressee;
}

/** A hand-over to the tier above (移交). */
export interface HandOver {
  readonly at: number;
  readonly by: string;
  readonly to: Tier | null;
  readonly reason: Bilingual | null;
}

/** What has been done with a card so far (牌的处置经过). Instants in ms; `null` is "not yet". */
export interface Course {
  /** Since when it was held for confirmation; `null` when it never was. */
  readonly heldAt: number | null;
  readonly issuedAt: number | null;
  readonly signedAt: number | null;
  /** The first answer: accepted, appealed, or accepted by silence. */
  readonly answeredAt: number | null;
  readonly acceptedBySilence: boolean;
  /** Since when a plan is owed: the acceptance, or the latest appeal's rejection; `null` before, and while an appeal runs. A return does not move it. */
  readonly planOwedSince: number | null;
  readonly appeals: readonly CourseAppeal[];
  /** All plans handed in, oldest first. */
  readonly plans: readonly Plan[];
  /** The plan that is approved and in force. */
  readonly plan: Plan | null;
  readonly extension: Extension | null;
  readonly progress: readonly Progress[];
  readonly results: readonly Result[];
  /** What the time for progress reports is counted from, in the order of the history: entries of one instant keep theirs. */
  readonly pace: readonly Pace[];
  /** Results sent back since the card came to the supervision body that has it. */
  readonly sendBacks: number;
  readonly orders: readonly Order[];
  readonly handOvers: readonly HandOver[];
  /** When the result was reviewed and found good (销号). */
  readonly closedAt: number | null;
  readonly falseReportAt: number | null;
}

/** The course before the first entry. */
export const NO_COURSE: Course = {
  heldAt: null,
  issuedAt: null,
  signedAt: null,
  answeredAt: null,
  acceptedBySilence: false,
  planOwedSince: null,
  appeals: [],
  plans: [],
  plan: null,
  extension: null,
  progress: [],
  results: [],
  pace: [],
  sendBacks: 0,
  orders: [],
  handOvers: [],
  closedAt: null,
  falseReportAt: null,
};

type Entry = Pick<CardEvent, 'kind' | 'at' | 'by' | 'reason' | 'content'>;
type Fold = (course: Course, entry: Entry) => Partial<Course>;

/** What has been done with a card, from its history, oldest entry first. */
export function courseOf(history: readonly Entry[]): Course {
  let course = NO_COURSE;
  for (const entry of history) course = { ...course, ...FOLDS[entry.kind]?.(course, entry) };
  return course;
}

/** Working days that the plan in force may take, its extension included; `null` when none is in force. */
export function limitInForce({ plan, extension }: Pick<Course, 'plan' | 'extension'>): number | null {
  if (plan?.limitWorkdays == null) return null;
  return plan.limitWorkdays + (extension?.granted === true ? extension.workdays : 0);
}

/** How often a plan of this card was returned. */
export function planReturns({ plans }: Pick<Course, 'plans'>): number {
  return plans.filter(({ returnedAt }) => returnedAt !== null).length;
}

const issued: Fold = (_course, { at }) => ({ issuedAt: at });
const accepted: Fold = (course, { at, kind }) => ({
  answeredAt: course.answeredAt ?? at,
  acceptedBySilence: course.acceptedBySilence || kind === 'ACCEPTED_BY_SILENCE',
  planOwedSince: at,
  appeals: course.appeals.map((appeal) => (appeal.decidedAt === null ? { ...appeal, decidedAt: at } : appeal)),
});
const decidedAs =
  (decision: NonNullable<CourseAppeal['decision']>): Fold =>
  (course, { at }) => ({
    appeals: changeLast(course.appeals, { decidedAt: at, decision }),
    ...(decision === 'SUSTAINED' ? { planOwedSince: at } : {}),
  });
const decidedExtension =
  (granted: boolean): Fold =>
  ({ extension }, { at, reason }) =>
    extension === null ? {} : { extension: { ...extension, decidedAt: at, granted, decisionReason: reason } };

/** What each entry adds; by kind, so that an entry costs one look-up. */
const FOLDS: Readonly<Partial<Record<FeedKind, Fold>>> = {
  HELD: (_course, { at }) => ({ heldAt: at }),
  ISSUED: issued,
  CONFIRMED: issued,
  ISSUED_BY_HAND: issued,
  SIGNED: (_course, { at }) => ({ signedAt: at }),
  ACCEPTED: accepted,
  ACCEPTED_BY_SILENCE: accepted,
  APPEALED: (course, { at }) => ({
    answeredAt: course.answeredAt ?? at,
    planOwedSince: null,
    appeals: [
      ...course.appeals,
      { round: course.appeals.length + 1, at, extendedAt: null, decidedAt: null, decision: null },
    ],
  }),
  APPEAL_EXTENDED: (course, { at }) => ({ appeals: changeLast(course.appeals, { extendedAt: at }) }),
  APPEAL_SUSTAINED: decidedAs('SUSTAINED'),
  APPEAL_REVOKED: decidedAs('REVOKED'),
  APPEAL_DOWNGRADED: decidedAs('DOWNGRADED'),
  PLAN_SUBMITTED: (course, entry) => ({ plans: [...course.plans, planOf(entry)] }),
  PLAN_RETURNED: (course, { at, by, reason }) => ({
    plans: changeLast(course.plans, { returnedAt: at, returnedBy: by, returnReason: reason }),
  }),
  PLAN_APPROVED: (course, { at }) => {
    const plans = changeLast(course.plans, { approvedAt: at });
    return { plans, plan: plans.at(-1) ?? null };
  },
  PROGRESS_REPORTED: (course, { at, by, content }) => ({
    pace: [...course.pace, { kind: 'PROGRESS', at }],
    progress: [...course.progress, { at, by, text: text(content, 'text') ?? '', percent: number(content, 'percent') }],
  }),
  EXTENSION_ASKED: (_course, { at, by, reason, content }) => ({
    extension: {
      ...{ askedAt: at, by, workdays: number(content, 'workdays') ?? 0, reason: reason?.zh ?? '' },
      ...{ decidedAt: null, granted: null, decisionReason: null },
    },
  }),
  EXTENSION_GRANTED: decidedExtension(true),
  EXTENSION_REFUSED: decidedExtension(false),
  RESULT_REPORTED: (course, { at, by, content }) => ({
    pace: [...course.pace, { kind: 'RESULT', at }],
    results: [
      ...course.results,
      {
        ...{ at, by, text: text(content, 'text') ?? '', sentBackAt: null, sentBackReason: null },
        evidence: (content?.evidence ?? []) as readonly Evidence[],
      },
    ],
  }),
  REINSTATED: (course, { at }) => ({ pace: [...course.pace, { kind: 'BEGINNING', at }] }),
  RESULT_SENT_BACK: (course, { at, reason }) => ({
    pace: [...course.pace, { kind: 'BEGINNING', at }],
    results: changeLast(course.results, { sentBackAt: at, sentBackReason: reason }),
    sendBacks: course.sendBacks + 1,
  }),
  ORDERED: (course, { at, by, content }) => ({
    orders: [
      ...course.orders,
      {
        ...{ at, by, text: text(content, 'text') ?? '', dueAt: number(content, 'dueAt') ?? at },
        to: ORDER_ADDRESSEES.find((one) => one === content?.to) ?? 'AGENCY',
      },
    ],
  }),
  ESCALATED: (course, { at, by, reason, content }) => ({
    handOvers: [...course.handOvers, { at, by, to: text(content, 'to') as Tier | null, reason }],
    sendBacks: 0,
  }),
  CLOSED: (_course, { at }) => ({ closedAt: at }),
  FALSE_REPORT_FOUND: (_course, { at }) => ({ falseReportAt: at }),
};

function planOf({ at, by, content }: Entry): Plan {
  const elements = {
    content: text(content, 'content'),
    measures: text(content, 'measures'),
    limitWorkdays: number(content, 'limitWorkdays'),
    responsible: text(content, 'responsible'),
  };
  const open = { returnedAt: null, returnedBy: null, returnReason: null, approvedAt: null };
  return { submittedAt: at, by, ...elements, missing: missingElements(elements), ...open };
}

/** The elements that a plan does not have. */
export function missingElements(
  plan: Pick<Plan, 'content' | 'measures' | 'limitWorkdays' | 'responsible'>,
): readonly PlanElement[] {
  const values = [plan.content, plan.measures, plan.limitWorkdays, plan.responsible];
  return PLAN_ELEMENTS.filter((_element, index) => values[index] === null);
}

function changeLast<Item>(items: readonly Item[], change: Partial<Item>): readonly Item[] {
  const last = items.at(-1);
  return last === undefined ? items : [...items.slice(0, -1), { ...last, ...change }];
}

/** Contents were checked when they were taken; what is not there reads as `null`. */
function text(content: ActContent | null, name: string): string | null {
  const value = content?.[name];
  return typeof value === 'string' ? value : null;
}

function number(content: ActContent | null, name: string): number | null {
  const value = content?.[name];
  return typeof value === 'number' ? value : null;
}
