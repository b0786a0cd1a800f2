import { isCreditCode } from '@gnomon/identifiers';
import { isWithin } from '@gnomon/identity';
import type { Bilingual, PublishedRule } from '@gnomon/rule-engine';
import type { RequestContext } from '@gnomon/subgraph-kit';
import { CHINA_OFFSET_MS } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import type { IssueCardInput } from '../../generated/resolvers.ts';
import type { Book } from '../book.ts';
import type { Card } from '../card.ts';
import { closeBook } from '../close-book.ts';
import { cutDivision, isDivisionCode } from '../division-code.ts';
import type { LoopPorts } from '../duties/judged.ts';
import { NO_HASH } from '../history.ts';
import { identify, laneOf } from '../lane.ts';
import { lockLedger, readBook } from '../store/book.ts';
import { openCardNumbers } from '../store/card-numbers.ts';
import { type SubjectPlace, subjectPlace } from '../store/subject-place.ts';
import { kindOf, SUBJECT_TYPES, type SubjectType } from '../subject-types.ts';
import { DOMAINS, type Domain } from '../words.ts';
import { actorsOf, holderName } from './actors.ts';
import { refusedWords } from './input.ts';
import { type Outcome, type Refusal, refusedInput } from './perform.ts';

/**
 * The part of a subject that a card issued by hand stands on, so that no rule's signal moves it. Each place has its own: what others issued on
 * the same name must not be felt.
 */
const byHand = (division: string): string => `by-hand:${division}`;

/** What came of issuing a card by hand. */
export type IssueOutcome = Outcome | { readonly __typename: 'CardAlreadyOpen'; readonly message: Bilingual };

/** A card to be issued, its words checked. */
interface Wanted {
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly rule: PublishedRule;
  readonly domain: Domain;
  readonly message: Bilingual;
  readonly input: IssueCardInput;
}

/**
 * Issues a card by hand (人工发牌): a supervisor's own finding under an indicator in force. It has a number and no receipt. The viewer must
 * be the supervision body of the level of the agency's place; where the subject is unknown to supervision, the agency is as it was named. A
 * subject of another place is treated as an unknown one, in the answer and in what is written: neither tells that it is there.
 */
export async function issueByHand(
  ports: LoopPorts,
  request: RequestContext,
  input: IssueCardInput,
): Promise<IssueOutcome> {
  const wanted = read(ports.rules.current().pack.rules, input);
  if ('__typename' in wanted) return wanted;
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    const place = await placeOf(tx, request, wanted);
    if ('__typename' in place) return place;
    const refused = refuseForeign(request, wanted, place);
    if (refused !== null) return refused;
    const book = await readBook(tx, [
      { lane: laneOf(wanted.subject), subjectKind: kindOf(wanted.subjectType), ...wanted },
    ]);
    const open = book.openCardsOf({ subjectKind: kindOf(wanted.subjectType), subject: wanted.subject });
    const same = open.find((card) => card.rule === wanted.rule.id && isWithin(request.scope, placeAlone(card)));
    if (same !== undefined) return alreadyOpen(same);
    const at = ports.time.now();
    const card = await issue(tx, book, { wanted, place, at, by: request.viewer?.id ?? '' });
    await closeBook(ports, tx, book, at);
    return { __typename: 'CardPayload', card };
  });
}

function read(rules: ReadonlyMap<string, PublishedRule>, input: IssueCardInput): Wanted | Refusal {
  const { subjectId, indicator, messageZh, messageEn, reason } = input;
  const faulty =
    refusedWords('messageZh', messageZh) ?? refusedWords('messageEn', messageEn) ?? refusedWords('reason', reason);
  if (faulty !== null) return faulty;
  const subjectType = SUBJECT_TYPES.find((type) => type === input.subjectType);
  if (subjectType === undefined)
    return wrong(
      'subjectType',
      '监督对象类型',
      'a type of subject of this graph, for example WorkItem',
      input.subjectType,
    );
  if (!/^[^\p{C}]{1,300}$/u.test(subjectId) || !subjectId.isWellFormed())
    return wrong('subjectId', '监督对象标识', '1 to 300 characters of text', subjectId);
  const rule = rules.get(indicator);
  const domain = DOMAINS.find((one) => one === rule?.domain);
  if (rule === undefined || domain === undefined)
    return wrong('indicator', '指标编号', 'an indicator whose rule is in force, for example WI-16', indicator);
  if (!rule.subjects.includes(kindOf(subjectType)))
    return wrong(
      'subjectType',
      '监督对象类型',
      `a kind of subject that ${rule.id} judges: ${rule.subjects.join(', ')}`,
      subjectType,
    );
  return { subjectType, subject: subjectId, rule, domain, message: { zh: messageZh, en: messageEn }, input };
}

/** What supervision knows of the subject goes before what was named; a subject outside the viewer's scope is as good as unknown to it. */
async function placeOf(tx: TransactionSql, request: RequestContext, wanted: Wanted): Promise<SubjectPlace | Refusal> {
  const { input, subjectType, subject } = wanted;
  const named = { agency: input.agency ?? null, division: cut(input.division ?? null) };
  const known = await subjectPlace(tx, { lane: laneOf(subject), subjectKind: kindOf(subjectType), subject });
  if (known !== null && isWithin(request.scope, placeAlone(known))) return refusedDifferent(known, named) ?? known;
  if (named.agency === null || !isCreditCode(named.agency))
    return wrong(
      'agency',
      '实施机构',
      'a unified social credit code, because supervision does not know the subject',
      named.agency,
    );
  if (named.division === null || !isDivisionCode(named.division))
    return wrong(
      'division',
      '行政区划',
      'a division code, because supervision does not know the subject',
      named.division,
    );
  return { agency: named.agency, division: named.division, item: null, source: null };
}

/** A supervisor's scope is a place: whose the subject is otherwise says nothing about whether he sees it. */
const placeAlone = ({ division }: { readonly division: string }) => ({ division, agency: null, source: null });

/** A code without its trailing zeros; what is no code stays as it came and is refused by name. */
function cut(division: string | null): string | null {
  return division !== null && isDivisionCode(division) ? cutDivision(division) : division;
}

function refusedDifferent(
  known: SubjectPlace,
  named: { readonly agency: string | null; readonly division: string | null },
): Refusal | null {
  if (named.agency !== null && named.agency !== known.agency)
    return wrong('agency', '实施机构', `${known.agency}, the agency of this subject`, named.agency);
  if (named.division !== null && named.division !== known.division)
    return wrong('division', '行政区划', `${known.division}, the division of this subject`, named.division);
  return null;
}

/** One answer for whatever is not the viewer's to card, so that it does not tell which subjects there are. */
function refuseForeign(request: RequestContext, { rule, subject }: Wanted, place: SubjectPlace): Refusal | null {
  const card = { ...place, rule: rule.id, subject, escalatedTo: null } as Card;
  if (actorsOf(request.viewer, card).includes('SUPERVISOR')) return null;
  if (!isWithin(request.scope, placeAlone(place))) return foreign();
  const holder = holderName(card);
  return {
    __typename: 'CardNotYours',
    message: {
      zh: `该对象的牌由${holder.zh}发出，当前账户不是。`,
      en: `Cards on this subject are issued by the ${holder.en}; this account is not.`,
    },
  };
}

function foreign(): Refusal {
  return {
    __typename: 'CardNotYours',
    message: {
      zh: '该对象不在当前账户的监督范围内；请由其所在地的监督主体发牌。',
      en: 'The subject is not within the scope of this account; the supervision body of its place issues the card.',
    },
  };
}

async function issue(
  tx: TransactionSql,
  book: Book,
  { wanted, place, at, by }: { wanted: Wanted; place: SubjectPlace; at: number; by: string },
): Promise<Card> {
  const day = new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 10);
  const numbers = await openCardNumbers(tx, day, [place.division]);
  const number = numbers.next(place.division);
  await numbers.save();
  const { subject, subjectType, rule, domain, message, input } = wanted;
  const lane = laneOf(subject);
  const card: Card = {
    ...{ lane, id: identify('card', lane, number), number, level: input.level, state: 'ISSUED', domain },
    ...{ rule: rule.id, ruleVersion: rule.version, subjectKind: kindOf(subjectType), subjectType, subject },
    ...{
      ...place,
      occurrence: byHand(place.division),
      turnedAt: at,
      knownAt: at,
      createdAt: at,
      issuedAt: at,
      issuedBy: by,
      message,
    },
    ...{ signal: '', receiptHash: null, conditionEndedAt: null, closedAt: null, closeReason: null },
    ...{
      supersedes: null,
      supersededBy: null,
      stateBefore: null,
      escalatedTo: null,
      raisedAt: null,
      events: 0,
      lastHash: NO_HASH,
    },
  };
  const reason = { zh: input.reason, en: input.reason };
  const content = { level: input.level, messageZh: message.zh, messageEn: message.en };
  return book.putCard(card, { kind: 'ISSUED_BY_HAND', at, by, reason, signal: null, content });
}

function alreadyOpen({ number, rule, state }: Card): IssueOutcome {
  return {
    __typename: 'CardAlreadyOpen',
    message: {
      zh: `该对象已有 ${rule} 的未结牌 ${number}（${state}）；同一事项不重复发牌，请在该牌上办理。`,
      en: `The subject has an open card of ${rule} already: ${number} (${state}). One matter gets one card; act on that one.`,
    },
  };
}

function wrong(field: string, zh: string, expected: string, came: string | null): Refusal {
  const shown = came === null ? 'nothing' : JSON.stringify(came.slice(0, 60).toWellFormed());
  return refusedInput({
    zh: `${zh}（${field}）有误：收到 ${came === null ? '空值' : shown}。应为：${expected}。`,
    en: `${field}: ${expected}, was expected; ${shown} came.`,
  });
}
