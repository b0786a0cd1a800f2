import type { CastAgency } from '../cast.ts';
import { at, dateText } from '../naive-calendar.ts';
import type { SceneWorld } from '../scene.ts';
import type { ReviewWriter, WrittenReview } from './review-writer.ts';

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Minutes from midnight: 09:00 and 10:00. */
export const NINE = 540;
export const TEN = 600;

/** Where a violation is planted: the season, its reviews, and an agency of its own. */
export interface Stage {
  readonly world: SceneWorld;
  readonly writer: ReviewWriter;
  readonly agency: CastAgency;
  /** Items that are not open to review. */
  readonly closed: Set<string>;
}
/** The n-th working day of a month of the season, from 0. */
export function dayIn(world: SceneWorld, month: number, n: number): number {
  const days = world.workdays.filter((day) => dateText(day).startsWith(world.months[month] as string));
  const day = days[n];
  if (day === undefined) throw new RangeError(`month ${month} of the season has no working day ${n}`);
  return day;
}

/** A bad review given at 10:00 of a day, of a work item finished before; named, at a window of its own. */
export function badReview(
  { writer, agency }: Stage,
  day: number,
  index = 0,
  traits: Partial<Parameters<ReviewWriter['review']>[0]> = {},
): WrittenReview {
  const { no, finishedAt } = writer.item(agency, at(day, NINE) + index * MINUTE);
  return writer.review({ agency, no, at: finishedAt + 55 * MINUTE, grade: 2, ...traits });
}
