import { createHash } from 'node:crypto';
import { isWithin, may, tierOf, type Viewer } from '@gnomon/identity';
import type { Bilingual } from '@gnomon/rule-engine';
import { type Ports, type RequestContext, recordAct } from '@gnomon/subgraph-kit';
import { DAY_MS } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import { closeBook } from '../close-book.ts';
import { cutDivision, isDivisionCode } from '../division-code.ts';
import { TIER_NAMES } from '../life/actors.ts';
import { refusedText } from '../life/perform.ts';
import { lockLedger, readBook } from '../store/book.ts';
import { cardsExemptedBy, insertOutage, openCardsWithin, outageById, writeOutageEnd } from '../store/outages.ts';
import { exemptCards } from './exempt.ts';
import { endOf, LONGEST_OUTAGE_MS, type Outage, type OutageKind } from './outage.ts';

/** A named refusal; the names are GraphQL types. */
export interface OutageRefusal {
  readonly __typename: 'OutageNotFound' | 'OutageNotYours' | 'OutageInputRefused';
  readonly message: Bilingual;
}
/** What came of a step: the outage as it stands now, or why not. */
export type OutageOutcome =
  | { readonly __typename: 'OutagePayload'; readonly outage: Outage; readonly exemptedCount: number }
  | OutageRefusal;

/** What is declared. */
export interface OutageInput {
  readonly kind: OutageKind;
  readonly source: string | null;
  readonly division: string;
  readonly from: number;
  readonly to: number | null;
  readonly document: string;
  readonly reason: Bilingual;
}

/** An outage lies at most so far back or ahead when it is declared. */
const FURTHEST_MS = 366 * DAY_MS;
const DOCUMENT = { zh: '文号', en: 'document number' };
const REASON_ZH = { zh: '中文原因', en: 'reason in Chinese' };
const REASON_EN = { zh: '英文原因', en: 'reason in English' };
const SOURCE = { zh: '数源标识', en: "source's identifier" };

/**
 * Declares an outage (公告停机), and exempts the open cards that it concerns, in one transaction with its entry in the log of the hub.
 */
export async function declareOutage(ports: Ports, request: RequestContext, input: OutageInput): Promise<OutageOutcome> {
  const at = ports.time.now();
  const { viewer } = request;
  if (!isDivisionCode(input.division)) return noDivision(input.division);
  const division = cutDivision(input.division);
  const refused = refusedDeclarer(viewer, division) ?? refusedOutage(input, at);
  if (refused !== null) return refused;
  const id = createHash('sha256')
    .update(JSON.stringify([input, at, viewer!.id]))
    .digest('hex')
    .slice(0, 32);
  const outage: Outage = {
    ...input,
    division,
    id,
    declaredAt: at,
    declaredBy: viewer!.id,
    endedAt: null,
    endedBy: null,
  };
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    if (!(await insertOutage(tx, outage)))
      return refuse('OutageInputRefused', '同一停机刚刚已公告。', 'This very outage was declared a moment ago.');
    const exemptedCount = await exemptOpenCards(ports, tx, outage, at);
    const { kind, source, division, from, to } = outage;
    const window = { from: new Date(from).toISOString(), to: to === null ? null : new Date(to).toISOString() };
    const detail = { kind, source, division, ...window, exempted: exemptedCount };
    await recordAct(tx, { kind: 'OUTAGE_DECLARED', by: viewer!, at, about: id, detail });
    return { __typename: 'OutagePayload', outage, exemptedCount };
  });
}

/** Ends an outage (结束停机). What it has exempted stays so: hence it cannot end before the turn of a card that it exempted. */
export async function endOutage(
  ports: Ports,
  request: RequestContext,
  input: { readonly outage: string; readonly at: number },
): Promise<OutageOutcome> {
  const now = ports.time.now();
  const { viewer } = request;
  return ports.database.transaction(async (tx) => {
    await lockLedger(tx);
    const outage = await outageById(tx, input.outage);
    if (outage === null) return notFound(input.outage);
    const refused = refusedDeclarer(viewer, outage.division) ?? (await refusedEnd(tx, outage, input.at, now));
    if (refused !== null) return refused;
    const ended: Outage = { ...outage, to: input.at, endedAt: now, endedBy: viewer!.id };
    await writeOutageEnd(tx, ended);
    const detail = { to: new Date(input.at).toISOString() };
    await recordAct(tx, { kind: 'OUTAGE_ENDED', by: viewer!, at: now, about: outage.id, detail });
    return { __typename: 'OutagePayload', outage: ended, exemptedCount: 0 };
  });
}

async function exemptOpenCards(ports: Ports, tx: TransactionSql, outage: Outage, at: number): Promise<number> {
  const open = await openCardsWithin(tx, outage, endOf(outage));
  if (open.length === 0) return 0;
  const subjects = new Map(open.map((card) => [`${card.subjectKind} ${card.subject}`, card]));
  const book = await readBook(tx, [...subjects.values()]);
  const count = await exemptCards({ rules: ports.rules, tx, book, at }, [outage], open);
  await closeBook(ports, tx, book, at);
  return count;
}

/** A supervision body declares for its own tier: it guides the bodies below and does not act in their place (Art. 6). */
function refusedDeclarer(viewer: Viewer | null, division: string): OutageRefusal | null {
  const tier = tierOf(division);
  const scope = { all: false, divisions: viewer?.division ? [viewer.division] : [], agencies: [], sources: [] };
  const own = isWithin(scope, { division, agency: null, source: null });
  if (may(viewer, 'ACT_ON_CARDS') && viewer?.tier === tier && own) return null;
  return refuse(
    'OutageNotYours',
    `区划 ${division} 的停机由${TIER_NAMES[tier].zh}监督主体公告，当前账户不是。`,
    `An outage in division ${division} is declared by the ${TIER_NAMES[tier].en}'s supervision body of that place; this account is not.`,
  );
}

function refusedOutage(input: OutageInput, now: number): OutageRefusal | null {
  const { kind, source, from, to, document, reason } = input;
  const text =
    refusedText(DOCUMENT, document, 4, 200) ??
    refusedText(REASON_ZH, reason.zh, 4, 500) ??
    refusedText(REASON_EN, reason.en, 4, 500) ??
    (source === null ? null : refusedText(SOURCE, source, 1, 100));
  if (text !== null) return { __typename: 'OutageInputRefused', message: text.message };
  if ((kind === 'SOURCE') !== (source !== null))
    return refuse(
      'OutageInputRefused',
      '数源停机（SOURCE）须写明数源，平台停机（PLATFORM）不写数源。',
      'An outage of a source (SOURCE) names the source, one of the platform (PLATFORM) names none.',
    );
  const end = to ?? from;
  const fits = Math.abs(from - now) <= FURTHEST_MS && (to === null || (to > from && to - from <= LONGEST_OUTAGE_MS));
  if (fits) return null;
  return refuse(
    'OutageInputRefused',
    `停机时段应在前后一年之内、结束晚于开始且不超过 31 天，收到 ${shown(from)} 至 ${shown(end)}；更长的请分段公告。`,
    `A window lies within a year from now, ends after it begins and has at most 31 days; ${shown(from)} to ${shown(end)} came. Declare a longer one in parts.`,
  );
}

async function refusedEnd(tx: TransactionSql, outage: Outage, at: number, now: number): Promise<OutageRefusal | null> {
  const ownEnd = endOf(outage);
  if (at <= outage.from || at > now || at > ownEnd)
    return refuse(
      'OutageInputRefused',
      `结束时刻应晚于 ${shown(outage.from)}、不晚于现在和原定结束 ${shown(ownEnd)}，收到 ${shown(at)}。`,
      `The end must be after ${shown(outage.from)}, not after now and not after the window's own end ${shown(ownEnd)}; ${shown(at)} came.`,
    );
  const [newest] = await cardsExemptedBy(tx, outage.id, 1);
  if (newest === undefined || newest.turnedAt < at) return null;
  return refuse(
    'OutageInputRefused',
    `牌 ${newest.number}（${shown(newest.turnedAt)} 触发）已因本次停机豁免，结束时刻应晚于该时刻。`,
    `Card ${newest.number}, turned at ${shown(newest.turnedAt)}, was exempted by this outage already; the end must be after that.`,
  );
}

function noDivision(code: string): OutageRefusal {
  const came = code.slice(0, 20).toWellFormed();
  return refuse(
    'OutageInputRefused',
    `区划代码应为 2、4、6、9 或 12 位数字，例如 150121，收到 “${came}”。`,
    `The division must be a code of 2, 4, 6, 9 or 12 digits, for example 150121; "${came}" came.`,
  );
}

function notFound(id: string): OutageRefusal {
  const name = id.slice(0, 50).toWellFormed();
  return refuse(
    'OutageNotFound',
    `没有标识为 “${name}” 的停机公告；请查询 outages。`,
    `There is no outage "${name}"; ask for outages.`,
  );
}

function refuse(__typename: OutageRefusal['__typename'], zh: string, en: string): OutageRefusal {
  return { __typename, message: { zh, en } };
}

function shown(at: number): string {
  return new Date(at).toISOString();
}
