import { isResidentId } from '@gnomon/identifiers';
import { isWithin, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import type { RequestContext } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { Book } from '../book.ts';
import type { ActContent, Card, CardEvent } from '../card.ts';
import { closeBook } from '../close-book.ts';
import type { LoopPorts } from '../duties/judged.ts';
import { enterSilence } from '../duties/silence.ts';
import { lockLedger } from '../store/book.ts';
import { cardsForUpdate } from '../store/cards-for-update.ts';
import { historiesOf } from '../store/single-reads.ts';
import { type ActKind, type CardState, isOpen } from '../words.ts';
import { ACTOR_NAMES, actorsOf, holderName, otherSide } from './actors.ts';
import { barred } from './bars.ts';
import { type Course, courseOf } from './course.ts';
import { LIFE } from './table.ts';

/** A named refusal of an act; the names are GraphQL types. Nothing has been changed. */
export type Refusal =
  | { readonly __typename: 'CardNotFound' | 'CardNotYours' | 'CardInputRefused'; readonly message: Bilingual }
  | { readonly __typename: 'CardTransitionRefused'; readonly message: Bilingual; readonly state: CardState };

/** What came of an act: the card as it stands now, or why not. */
export type Outcome = { readonly __typename: 'CardPayload'; readonly card: Card } | Refusal;

/** What somebody does with a card. */
export interface Act {
  readonly card: string;
  readonly kind: ActKind;
  /** Why, in the words of whoever acts; kept as it is in both languages. */
  readonly reason?: string | null;
  /** What is handed in; part of the hash chain. A function when it depends on the card. */
  readonly content?: ActContent | ((open: OpenAct) => ActContent) | null;
}

/** The act on an open transaction: who acts is known, and the reason may be the hub's own, in both languages. */
export interface PerformedAct {
  readonly kind: ActKind;
  readonly reason?: string | Bilingual | null;
  readonly content?: ActContent | null;
}

/** Another act that takes the place of the one asked for. */
export interface Substitute {
  readonly kind: ActKind;
  readonly by: 'VIEWER' | 'HUB';
  readonly changes: Partial<Card>;
  readonly content: ActContent;
}

/** The open act: what an act's own rules may read and write in its transaction. */
export interface OpenAct {
  readonly tx: TransactionSql;
  readonly book: Book;
  /** The card before the act; `done` gives it afterwards. */
  readonly card: Card;
  /** What had been done with the card before the act. */
  readonly course: Course;
  /** `null` when the hub itself acts. */
  readonly viewer: Viewer | null;
  readonly at: number;
}

/** What an act asks and does beyond the table. */
export interface ActRules {
  /** Further conditions, after those of the table. */
  readonly check?: (open: OpenAct) => Promise<Refusal | null>;
  /** The act that happens in place of the one asked for, when what was done before calls for it. */
  readonly instead?: (open: OpenAct) => Substitute | null;
  /** Fields of the card that change beside its state. */
  readonly changes?: (open: OpenAct) => Partial<Card> | Promise<Partial<Card>>;
  /** What else is written with it, for example an appeal; `done` is the card after the act. */
  readonly also?: (open: OpenAct, done: Card) => Promise<void>;
}

/**
 * Performs an act on a card, all of it or nothing: scope, actor and state by the table of life, then the act's own rules; the history entry, the
 * feed entry and what `also` writes are one transaction, in the order of the ledger's lock.
 */
export async function perform(
  ports: LoopPorts,
  request: RequestContext,
  act: Act,
  rules: ActRules = {},
): Promise<Outcome> {
  const faulty = checkReason(act.reason ?? null);
  if (faulty !== null) return faulty;
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    const found = await cardsForUpdate(tx, act.card);
    const known = found.find(({ id }) => id === act.card);
    if (known === undefined || !isWithin(request.scope, visibleParts(known))) return notFound(act.card);
    const at = ports.time.now();
    const book = new Book({ findings: [], warnings: [], cards: found });
    const history = await historiesOf(tx, [known]);
    // An answer that comes a millisecond too late finds the card accepted, whether or not a timer has run meanwhile.
    const card = enterSilence(ports, book, known, history, at);
    const refused = refuse(request.viewer, card, act.kind) ?? refuseOtherSide(request.viewer, card, act.kind, history);
    if (refused !== null) return refused;
    const course = courseOf([...history, ...book.changes().events]);
    const bar = barred(act.kind, card, course);
    if (bar !== null) return { __typename: 'CardTransitionRefused', message: bar, state: card.state };
    const open: OpenAct = { tx, book, card, course, viewer: request.viewer, at };
    const more = (await rules.check?.(open)) ?? null;
    if (more !== null) return more;
    const done = await performAsked(open, act, rules);
    await rules.also?.(open, done);
    await closeBook(ports, tx, book, at);
    // What `also` did may have moved the card on.
    return { __typename: 'CardPayload', card: book.card(done.id) ?? done };
  });
}

async function performAsked(open: OpenAct, act: Act, rules: ActRules): Promise<Card> {
  const { reason = null, content = null } = act;
  const instead = rules.instead?.(open) ?? null;
  if (instead !== null) {
    const viewer = instead.by === 'HUB' ? null : open.viewer;
    return performOpen({ ...open, viewer }, { ...instead, reason }, instead.changes);
  }
  const given = typeof content === 'function' ? content(open) : content;
  return performOpen(open, { kind: act.kind, reason, content: given }, (await rules.changes?.(open)) ?? {});
}

/** The act on the pages of an open transaction: state, history and feed. For `perform`, and for the hub's own acts beside another. */
export function performOpen(
  open: Pick<OpenAct, 'book' | 'card' | 'viewer' | 'at'>,
  act: PerformedAct,
  changes: Partial<Card> = {},
): Card {
  const { book, card, viewer, at } = open;
  const said = act.reason ?? null;
  const reason = typeof said === 'string' ? { zh: said, en: said } : said;
  const state = LIFE[act.kind].to ?? card.state;
  const ends = isOpen(card.state) && !isOpen(state);
  const closing = ends ? { closedAt: at, closeReason: reason ?? closedBy(act.kind) } : {};
  return book.putCard(
    { ...card, state, ...closing, ...changes },
    { kind: act.kind, at, by: viewer?.id ?? 'hub', reason, signal: null, content: act.content ?? null },
  );
}

function refuse(viewer: Viewer | null, card: Card, kind: ActKind): Refusal | null {
  const line = LIFE[kind];
  const actors = actorsOf(viewer, card);
  if (!line.by.some((actor) => actors.includes(actor))) {
    const holder = holderName(card);
    const who = line.by.map((actor) => ACTOR_NAMES[actor]);
    const message = {
      zh: `牌 ${card.number} 的 ${kind} 应由${who.map(({ zh }) => zh).join('或')}办理（本牌由${holder.zh}承办），当前账户不是。`,
      en: `${kind} of card ${card.number} is for ${who.map(({ en }) => en).join(' or ')} (the card is with the ${holder.en}); this account is not.`,
    };
    return { __typename: 'CardNotYours', message };
  }
  if ((line.from as readonly CardState[]).includes(card.state)) return null;
  const message = {
    zh: `牌 ${card.number} 当前状态为 ${card.state}；${kind} 只能在 ${line.from.join('、')} 状态下办理。`,
    en: `Card ${card.number} is ${card.state}; ${kind} is possible in state ${line.from.join(', ')} only.`,
  };
  return { __typename: 'CardTransitionRefused', message, state: card.state };
}

/** Nobody stands on both sides of a card. */
function refuseOtherSide(
  viewer: Viewer | null,
  card: Card,
  kind: ActKind,
  history: readonly CardEvent[],
): Refusal | null {
  const acted = viewer === null ? null : otherSide(viewer, kind, history);
  if (acted === null) return null;
  return {
    __typename: 'CardNotYours',
    message: {
      zh: `当前账户已在牌 ${card.number} 上办理过 ${acted}，同一人不得既答复又裁决；${kind} 请由另一人办理。`,
      en: `This account has done ${acted} on card ${card.number}; nobody both answers and judges a card, so ${kind} is for another person.`,
    },
  };
}

/** What of a card its scope is tested on; see the policy `held` of the database. */
function visibleParts(card: Card) {
  const { division, agency, source } = card;
  return card.issuedAt === null ? { division, agency: null, source: null } : { division, agency, source };
}

function notFound(id: string): Refusal {
  const shown = id.slice(0, 40).toWellFormed();
  const message = {
    zh: `没有标识为 “${shown}” 的牌，或当前账户无权查看。请核对牌标识（Card.id）。`,
    en: `No card "${shown}" is visible to this account; check the card's id.`,
  };
  return { __typename: 'CardNotFound', message };
}

function closedBy(kind: ActKind): Bilingual {
  return { zh: `由 ${kind} 终结。`, en: `Ended by ${kind}.` };
}

const REASON_LIMIT = 500;
/** Control characters other than line breaks and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function checkReason(reason: string | null): Refusal | null {
  if (reason === null) return null;
  return refusedText({ zh: '理由', en: 'reason' }, reason, 0, REASON_LIMIT);
}

/** A refusal for a text that is too short, too long or no text; `null` when it is acceptable. Lengths in characters without outer blanks. */
export function refusedText(name: Bilingual, value: string, shortest: number, longest: number): Refusal | null {
  const { length } = value.trim();
  if (length < shortest || length > longest || !value.isWellFormed() || CONTROL.test(value)) {
    const zh = `${name.zh}应为 ${shortest} 至 ${longest} 个字符的文本（不含控制字符），收到 ${length} 个字符。`;
    const en = `The ${name.en} must have ${shortest} to ${longest} characters of text without control characters; ${length} came.`;
    return refusedInput({ zh, en });
  }
  if (!namesPerson(value)) return null;
  const zh = `${name.zh}含有公民身份号码或手机号码；牌证不得写入个人信息，请删去后重新提交。`;
  const en = `The ${name.en} holds a resident identity number or a mobile number; cards carry no personal data, take it out and send it again.`;
  return refusedInput({ zh, en });
}

/** A refusal of an act's input. */
export function refusedInput(message: Bilingual): Refusal {
  return { __typename: 'CardInputRefused', message };
}

/** Whether a text holds a resident identity number (GB 11643) or a mobile number: no personal data in cards. */
export function namesPerson(value: string): boolean {
  if (/(?<!\d)1[3-9]\d{9}(?!\d)/.test(value)) return true;
  return (value.match(/(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g) ?? []).some((found) =>
    isResidentId(found.toUpperCase()),
  );
}
