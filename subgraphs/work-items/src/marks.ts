import type { ItemSummary } from './facts.ts';

/** Bits of `work_item.marks`: what monthly aggregates count without reading documents. Never renumber; append. */
export const MARKS = {
  FINISHED: 1,
  PROMISE_THREE_DAYS: 2,
  ONE_INSTANT: 4,
  FLOW_DEFECT: 8,
  SPECIAL: 16,
  PAID: 32,
  FEE_DEFECT: 64,
  REPEATED_NOTICES: 128,
  NEGATIVE: 256,
  DEEMED: 512,
} as const;

/** The bits of an item. */
export function marksOf(summary: ItemSummary): number {
  return (
    bit(summary.finished, MARKS.FINISHED) |
    bit(summary.promiseAtLeastThreeDays, MARKS.PROMISE_THREE_DAYS) |
    bit(summary.oneInstant, MARKS.ONE_INSTANT) |
    bit(summary.flowDefect, MARKS.FLOW_DEFECT) |
    bit(summary.hasSpecial, MARKS.SPECIAL) |
    bit(summary.paid, MARKS.PAID) |
    bit(summary.feeDefect, MARKS.FEE_DEFECT) |
    bit(summary.repeatedNotices, MARKS.REPEATED_NOTICES) |
    bit(summary.negative, MARKS.NEGATIVE) |
    bit(summary.deemed, MARKS.DEEMED)
  );
}

function bit(set: boolean, value: number): number {
  return set ? value : 0;
}
