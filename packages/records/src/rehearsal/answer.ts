import { receiptBytes, receiptHash, sealReceipt } from '@gnomon/rule-engine';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { DAY_MS, parseDay, startOfDay } from '@gnomon/working-time';
import { type Change, changesByAgency, type Outcome } from './outcomes.ts';
import type { RehearsalFindings } from './rehearse.ts';

/** The most records whose history one request judges again. */
export const MOST_REHEARSED = 50_000;
const LONGEST_DAYS = 800;
const MOST_LISTED = 5_000;
const MOST_TEXTS = 21;

/** Which texts are taken to hold. */
export interface RehearsedTexts {
  readonly text: string;
  /** Further ones that would hold together with it. */
  readonly with?: readonly string[] | null;
}

/** What a rehearsal is asked with. */
export interface RehearsalArguments extends RehearsedTexts {
  readonly from: string;
  readonly to: string;
  readonly division?: string | null;
  readonly agency?: string | null;
  readonly rule?: string | null;
  readonly first?: number | null;
  readonly skip?: number | null;
}

/** A rehearsal that cannot be held; data, not an error. */
export interface RehearsalRefused {
  readonly __typename: 'RehearsalRefused';
  readonly message: { readonly zh: string; readonly en: string };
}

export function rehearsalRefused(zh: string, en: string): RehearsalRefused {
  return { __typename: 'RehearsalRefused', message: { zh, en } };
}

/** The period of a rehearsal in instants, or why it is none. */
export function rehearsalPeriod({
  from,
  to,
}: Pick<RehearsalArguments, 'from' | 'to'>): { readonly from: number; readonly to: number } | RehearsalRefused {
  const [start, end] = [startOfDay(parseDay(from)), startOfDay(parseDay(to) + 1)];
  if (end > start && end - start <= LONGEST_DAYS * DAY_MS) return { from: start, to: end };
  return rehearsalRefused(
    `期间应先起后止，至多 ${LONGEST_DAYS} 天，收到 ${from} 至 ${to}。`,
    `A period of 1 to ${LONGEST_DAYS} days was expected, ${from} to ${to} came.`,
  );
}

export const UNKNOWN_TEXT = rehearsalRefused(
  '没有可以预演的该编号规则文本（不存在、无权查看或已撤回）。',
  'No rule text of that number can be rehearsed: it is unknown to you or withdrawn; ruleTexts lists those that are.',
);

export const NOTHING_YET = rehearsalRefused(
  '历史数据导入刚刚开始，尚无可以预演的数据；请待导入结束后再试。',
  'An import of history has just been opened and nothing of it has come; try again when it is closed.',
);

export function faultyText(problems: number): RehearsalRefused {
  return rehearsalRefused(
    `该规则文本与现行规则已不相容（${problems} 处问题），请重新起草。`,
    `The text does not fit the present rules any more (${problems} problem(s)); propose it anew.`,
  );
}

/** The numbers of all texts, each once, in the order given; or why they are too many. */
export function textsOf({ text, with: others }: RehearsedTexts): readonly string[] | RehearsalRefused {
  const texts = [...new Set([text, ...(others ?? [])])];
  if (texts.length <= MOST_TEXTS) return texts;
  return rehearsalRefused(
    `一次至多预演 ${MOST_TEXTS} 个规则文本，收到 ${texts.length} 个；请减少 with。`,
    `At most ${MOST_TEXTS} rule texts are rehearsed together, ${texts.length} came; leave some of \`with\` out.`,
  );
}

export function tooMany(count: number): RehearsalRefused {
  return rehearsalRefused(
    `范围内有 ${count} 个对象，一次至多预演 ${MOST_REHEARSED} 个；请缩小期间、区划或机构。`,
    `${count} records lie in the range, at most ${MOST_REHEARSED} are rehearsed at once; choose a shorter period, a division or an agency.`,
  );
}

/** How many changes are listed: what was asked for, within bounds. */
export function pageSize(first: number | null | undefined): number {
  return Math.min(Math.max(first ?? 50, 0), MOST_LISTED);
}

/** What a rehearsal answers: totals whole, changes as far as asked for, receipts of both sides. */
export function rehearsalNode(found: RehearsalFindings, args: RehearsalArguments) {
  const changes = found.changes.filter(
    ({ before, after }) => args.rule === null || args.rule === undefined || (after ?? before)!.rule === args.rule,
  );
  const skip = Math.max(args.skip ?? 0, 0);
  return {
    __typename: 'Rehearsal',
    subjects: found.subjects,
    cardsBefore: found.cardsBefore,
    cardsAfter: found.cardsAfter,
    judgements: found.judgements,
    seconds: found.seconds,
    packBefore: found.before.pack.hash,
    packAfter: found.after.pack.hash,
    changed: changes.length,
    byAgency: changesByAgency(changes).map(({ agency, rule, ...counts }) => ({
      agency: agency === '' ? null : { uscc: agency },
      indicator: { id: rule },
      ...counts,
    })),
    changes: changes.slice(skip, skip + pageSize(args.first)).map((one) => changeNode(one, found)),
  };
}

function changeNode({ kind, before, after }: Change, found: RehearsalFindings) {
  const about = (after ?? before)!;
  return {
    kind,
    indicator: { id: about.rule },
    subjectType: about.subjectType,
    subjectId: about.subject,
    occurrence: about.occurrence,
    agency: about.agency === '' ? null : { uscc: about.agency },
    divisionCode: about.division,
    before: sideNode(before, found.before),
    after: sideNode(after, found.after),
  };
}

function sideNode(outcome: Outcome | null, rules: RulesInForce) {
  if (outcome === null) return null;
  const { level, turnedAt, receipt, division } = outcome;
  const calendar = [rules.calendarFor(division), rules.calendar].find(({ hash }) => hash === receipt.calendarHash);
  return {
    level,
    turnedAt: Date.parse(turnedAt),
    message: receipt.message,
    receipt: receiptBytes(receipt),
    receiptHash: receiptHash(receipt),
    // Written only when it is asked for: rules and calendar are hundreds of kilobytes.
    envelope: () => JSON.stringify(sealReceipt(receipt, rules.pack, calendar ?? rules.calendar)),
  };
}
