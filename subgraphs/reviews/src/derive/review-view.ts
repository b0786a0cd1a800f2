import type { KeptRow, RecordDocument } from '@gnomon/records';
import { arrivedAt, flagOf, living, newest, numberOf, textOf, timeOf } from './rows.ts';

/** The five grades, best first. Both standards' numbers are translated into these words where a row is read. */
export const GRADES = [
  'VERY_SATISFIED',
  'SATISFIED',
  'BASICALLY_SATISFIED',
  'DISSATISFIED',
  'VERY_DISSATISFIED',
] as const;
export type Grade = (typeof GRADES)[number];

const BAD: readonly string[] = ['DISSATISFIED', 'VERY_DISSATISFIED'];
const DETAILS = ['detail_code', 'detail_code_2', 'detail_code_3'] as const;

/** What one row of a review says, without a word of who gave it. */
export interface ReviewRow {
  readonly id: string | undefined;
  readonly source: string;
  /** Identity of its work item, `<source>:<no>`; `undefined` where the row names none. */
  readonly workItem: string | undefined;
  readonly agency: string;
  readonly area: string;
  readonly item: string | undefined;
  readonly window: string | undefined;
  /** Pseudonyms: keyed hashes. */
  readonly staff: string | undefined;
  readonly reviewer: string | undefined;
  readonly phone: string | undefined;
  readonly device: string | undefined;
  readonly channel: string | undefined;
  readonly grade: Grade | undefined;
  /** One of the two lowest grades; `undefined` while the grade is not known. */
  readonly bad: boolean | undefined;
  /** Not given by the system for want of a review. */
  readonly active: boolean;
  readonly named: boolean | undefined;
  readonly ordinal: number | undefined;
  readonly saysOverTime: boolean;
  readonly assessedAt: number | undefined;
  readonly receivedAt: number;
}

/** Reads a row of `up_review`. */
export function readReview(row: KeptRow): ReviewRow {
  const grade = textOf(row, 'satisfaction') as Grade | undefined;
  const channel = textOf(row, 'channel');
  const [source, no] = [textOf(row, 'work_source'), textOf(row, 'project_no')];
  return {
    id: textOf(row, 'review_id'),
    source: row.s,
    workItem: source === undefined || no === undefined ? undefined : `${source}:${no}`,
    agency: textOf(row, 'org_code') ?? '',
    area: textOf(row, 'area_code') ?? '',
    item: textOf(row, 'task_code'),
    window: textOf(row, 'window_no'),
    staff: textOf(row, 'staff_id_key'),
    reviewer: textOf(row, 'reviewer_id_key'),
    phone: textOf(row, 'reviewer_phone_key'),
    device: textOf(row, 'device_no_key'),
    channel,
    grade,
    bad: grade === undefined ? undefined : BAD.includes(grade),
    active: flagOf(row, 'is_default') !== true && channel !== 'DEFAULT',
    named: flagOf(row, 'is_named'),
    ordinal: numberOf(row, 'review_no'),
    saysOverTime: DETAILS.some((name) => textOf(row, name) === 'OVER_STATUTORY_TIME'),
    assessedAt: timeOf(row, 'assess_time'),
    receivedAt: arrivedAt(row),
  };
}

/** What became of the review's rows after they came (RV-11). */
export interface Tampering {
  readonly deleted: boolean;
  readonly altered: boolean;
}

/** Columns whose change is an alteration of the review; the rest may be put right by its source. */
const SEALED = ['satisfaction', 'content_key', 'assess_time'] as const;

/** The review in force: the last living row, or the last one of a deleted review, which stays counted. */
export function reviewInForce(document: RecordDocument): KeptRow | undefined {
  const rows = document.review ?? [];
  return newest(living(rows)) ?? newest(rows);
}

/** Whether versions of the review's rows were deleted or say something else than another version. */
export function tamperingOf(document: RecordDocument): Tampering {
  const rows = document.review ?? [];
  const versions = rows.flatMap((row) => [row, ...(row.o ?? [])]);
  const told = versions.filter(({ d, c }) => d !== true && c !== undefined);
  return {
    deleted: versions.some(({ d }) => d === true),
    altered: SEALED.some((name) => new Set(told.map(({ c }) => c?.[name])).size > 1),
  };
}
