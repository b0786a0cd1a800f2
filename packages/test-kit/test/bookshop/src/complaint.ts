import type { Bilingual, Facts } from '@gnomon/rule-engine';
import { text } from '@gnomon/subgraph-kit';
import { type Instant, openClock, type WorkCalendar } from '@gnomon/working-time';

/** The chain's promise: an answer within so many working days of the day of receipt. */
const ANSWER_WORKDAYS = 2;

/** A customer's complaint as its shop tells it. */
export interface Complaint {
  readonly number: string;
  readonly shop: string;
  readonly region: string;
  readonly receivedAt: Instant;
  readonly answeredAt: Instant | null;
}

/** `<shop>:<number>`. */
export function complaintId({ shop, number }: Complaint): string {
  return `${shop}:${number}`;
}

/** Why a complaint cannot be taken; `null` when it can. */
export function refusalOf({ number, shop, region, receivedAt, answeredAt }: Complaint, now: Instant): Bilingual | null {
  if (number === '' || shop === '')
    return text('缺少编号或书店，请补全后重发', 'number or shop is empty; fill it in and send again');
  if (!/^\d{2,12}$/.test(region))
    return text(`区域应为 2 至 12 位数字，收到“${region}”`, `region: 2 to 12 digits were expected, "${region}" came`);
  if (receivedAt > now) return text('收到时间在将来，请核对时钟', 'received in the future; check the clock');
  if (answeredAt !== null && answeredAt < receivedAt)
    return text('答复时间早于收到时间，请核对', 'answered before it was received; check both');
  return null;
}

/** What rules read, as it was at an instant from all that is known now. */
export function factsOf({ receivedAt, answeredAt }: Complaint, calendar: WorkCalendar, at: Instant = Infinity): Facts {
  const stoppedAt = answeredAt !== null && answeredAt <= at ? answeredAt : null;
  const limit = { amount: ANSWER_WORKDAYS, unit: 'WORKDAY' } as const;
  return { open: stoppedAt === null, answer: openClock({ calendar, start: receivedAt, limit, stoppedAt }) };
}
