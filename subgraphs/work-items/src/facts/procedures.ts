import { clockOf } from '@gnomon/records';
import type { FactRecord } from '@gnomon/rule-engine';
import { dayOf } from '@gnomon/working-time';
import { type MainClocks, positionOf, workdays } from './clocks.ts';
import { type FactInputs, type ItemView, instant } from './view.ts';

/** 特别程序: special procedures, one record each. */
export function specialFacts(view: ItemView, clocks: MainClocks, inputs: FactInputs): readonly FactRecord[] {
  const { calendar } = inputs;
  const late = new Set<string>();
  return clocks.specials.map((special) => {
    const row = special.row.c;
    const hasResult = isText(row.result);
    const repeated = special.afterPromise && late.has(special.kind);
    if (special.afterPromise) late.add(special.kind);
    return {
      id: special.row.g,
      kind: special.kind,
      kindListed: special.listed,
      stoppedTheClock: row.suspends !== false,
      hasReason: isText(row.special_reason),
      hasApprover: isText(row.approver) || isText(row.handle_user),
      hasWrittenNotice: isText(row.notice_no) || typeof row.notice_time === 'number',
      ended: special.to !== null,
      hasResult,
      result:
        special.to === null
          ? undefined
          : clockOf({ calendar, limit: workdays(1), start: special.to, stoppedAt: hasResult ? special.to : null }),
      duration: clockOf({
        calendar,
        limit: workdays(limitOfSpecial(special.kind, row.limit_days, view, inputs)),
        start: special.from,
        stoppedAt: special.to ?? view.resultAt,
      }),
      openedLeftShare: special.leftShare,
      openedAfterPromise: special.afterPromise,
      backdated: special.backdated,
      repeatedAfterPromise: repeated,
    };
  });
}

/** 延期: extensions of the statutory limit. */
export function extensionFacts(view: ItemView, clocks: MainClocks, inputs: FactInputs): readonly FactRecord[] {
  const { calendar } = inputs;
  return view.extensions.map((extension, index) => {
    const row = extension.row.c;
    const toldAt = instant(row.told_time);
    return {
      id: extension.row.g,
      days: typeof row.extend_days === 'number' ? Math.ceil(row.extend_days) : undefined,
      ordinal: index + 1,
      approvedByHead: row.approved_by_head === true,
      reasonTold: toldAt !== null,
      told: clockOf({ calendar, limit: workdays(1), start: extension.from, stoppedAt: toldAt }),
      afterStatutory:
        index > 0
          ? isAfterStatutory(extension.from, view, clocks, inputs)
          : isAfterFirst(extension.from, view, clocks, inputs),
    };
  });
}

/** 补正告知: supplement notices. */
export function noticeFacts(view: ItemView, inputs: FactInputs): readonly FactRecord[] {
  const { calendar } = inputs;
  return view.notices.map((notice) => {
    const row = notice.c;
    const sentAt = instant(row.sent_time) ?? undefined;
    const hasItems = isText(row.items);
    const hasReasons = isText(row.reasons);
    const missing = [hasItems, hasReasons, isText(row.document_no), isText(row.contact)].filter(
      (given) => !given,
    ).length;
    return {
      id: notice.g,
      sentAt,
      missingElements: missing,
      hasItems,
      hasReasons,
      sentAfterWorkdays:
        sentAt === undefined || view.receivedAt === null
          ? undefined
          : Math.max(0, calendar.workdayNumber(dayOf(sentAt)) - calendar.workdayNumber(dayOf(view.receivedAt))),
      suspended: row.suspends === true,
    };
  });
}

/** Notices before acceptance, without those that only concern documents handed in after an earlier one (WI-08). */
export function countedNotices(view: ItemView): number {
  let count = 0;
  for (const notice of view.notices) {
    const sentAt = instant(notice.c.sent_time);
    if (view.acceptDate !== null && (sentAt === null || sentAt > view.acceptDate)) continue;
    if (count > 0 && notice.c.concerns_new_documents === true) continue;
    count += 1;
  }
  return count;
}

/** A notice after acceptance for which the source stopped its clock although no special procedure runs then. */
export function isSuspendedByLateNotice(view: ItemView): boolean {
  return view.notices.some((notice) => {
    const sentAt = instant(notice.c.sent_time);
    if (notice.c.suspends !== true || sentAt === null || view.acceptDate === null || sentAt <= view.acceptDate)
      return false;
    return !view.specials.some((special) => special.from <= sentAt && (special.to === null || sentAt < special.to));
  });
}

/** 收费: payments. */
export function feeFacts(view: ItemView, inputs: FactInputs): readonly FactRecord[] {
  return view.fees.map((fee) => {
    const row = fee.c;
    const listed = view.version?.fees.find((entry) => entry.item === row.fee_item);
    const paidAt = instant(row.pay_time);
    return {
      id: fee.g,
      amount: typeof row.amount === 'number' ? row.amount : undefined,
      itemIsFree: view.version?.free,
      feeItemListed: view.version === undefined ? undefined : listed !== undefined,
      standard: listed?.standard ?? (typeof row.standard === 'number' ? row.standard : undefined),
      reductionMissed: row.reduction_due === true && row.reduction_given !== true,
      refunded: typeof row.refunded_time === 'number',
      refund:
        paidAt === null
          ? undefined
          : clockOf({
              calendar: inputs.calendar,
              limit: workdays(5),
              start: paidAt,
              stoppedAt: instant(row.refunded_time),
            }),
    };
  });
}

function limitOfSpecial(kind: string, told: unknown, view: ItemView, { constants }: FactInputs): number {
  if (typeof told === 'number' && told >= 0) return told;
  const own = (view.version?.specialWorkdays as Readonly<Record<string, number>> | undefined)?.[kind];
  if (own !== undefined) return own;
  if (kind === 'HEARING') return constants.hearingWorkdays;
  if (kind === 'EXPERT_REVIEW') return constants.expertReviewWorkdays;
  if (kind === 'TESTING' || kind === 'INSPECTION' || kind === 'QUARANTINE' || kind === 'APPRAISAL')
    return constants.testingWorkdays;
  return constants.otherSpecialWorkdays;
}

function isAfterStatutory(
  at: number,
  _view: ItemView,
  clocks: MainClocks,
  { calendar }: FactInputs,
): boolean | undefined {
  return clocks.statutory === undefined ? undefined : positionOf(clocks.statutory, calendar, at) > clocks.statutory.due;
}

/** The first extension moves the clock itself; it is compared with the limit before it. */
function isAfterFirst(at: number, view: ItemView, clocks: MainClocks, { calendar }: FactInputs): boolean | undefined {
  const { statutory } = clocks;
  const limit = view.version?.statutory;
  if (statutory === undefined || limit === undefined || limit === null) return undefined;
  const added = limit.unit === 'WORKDAY' ? statutory.limit - limit.amount : 0;
  return positionOf(statutory, calendar, at) > statutory.due - added;
}

export function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
