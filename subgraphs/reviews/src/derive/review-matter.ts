import type { DerivedRecord, DeriveWorld, KeptRow, Mark, RecordKind } from '@gnomon/records';
import { channelMarks } from './channel-marks.ts';
import { placeOf, trimDivision } from './place.ts';
import { type ReviewRow, readReview } from './review-view.ts';
import { arrivedAt, living, newest, textOf, timeOf } from './rows.ts';

/**
 * One matter (一事): a work item as its own domain tells of it, with all reviews that name it. It judges nothing of its
 * own; it counts what only both together can say: whether a review's work item exists, reviews within seconds of the
 * finish, and how many of the finished work items' items are open to review.
 */
export const reviewMatter: RecordKind = {
  kind: 'review-matter',
  derive(document, id, world) {
    const item = newest(living(document.item));
    const reviews = byReview(document.reviews ?? []).map(readReview);
    const first = reviews[0];
    if (item === undefined && first === undefined) return null;
    const finishedAt = timeOf(item, 'withdrawnAt') === undefined ? timeOf(item, 'finishedAt') : undefined;
    const place = item === undefined ? placeOf(first as ReviewRow, world) : itemPlace(item, world);
    return {
      place,
      listedAt: finishedAt ?? first?.assessedAt ?? arrivedAt((item ?? document.reviews?.[0]) as KeptRow),
      state: item === undefined ? 'UNLINKED' : finishedAt === undefined ? 'OPEN' : 'FINISHED',
      open: finishedAt === undefined,
      links: { workItem: id },
      subjects: [],
      marks: [
        ...finishMarks(item, finishedAt, world),
        ...reviews.flatMap((view) => channelMarks(view, item === undefined ? undefined : arrivedAt(item), world)),
        ...reviews.flatMap((view) => quickMarks(view, finishedAt, world)),
      ],
      milestone: null,
    } satisfies DerivedRecord;
  },
};

/** The row in force of each review; a deleted review stays counted. */
function byReview(rows: readonly KeptRow[]): readonly KeptRow[] {
  const groups = Map.groupBy(rows, (row) => `${row.s}:${textOf(row, 'review_id') ?? row.g}`);
  return [...groups.values()].flatMap((group) => newest(living(group)) ?? newest(group) ?? []);
}

function itemPlace(item: KeptRow, world: DeriveWorld): DerivedRecord['place'] {
  const agency = textOf(item, 'agency') ?? '';
  const registered = world.agency(agency);
  return {
    agency,
    division: registered?.division ?? trimDivision(textOf(item, 'division') ?? ''),
    department: registered?.department ?? '',
    item: textOf(item, 'item') ?? null,
  };
}

function finishMarks(item: KeptRow | undefined, finishedAt: number | undefined, world: DeriveWorld): readonly Mark[] {
  const code = textOf(item, 'item');
  if (finishedAt === undefined || code === undefined) return [];
  const listed = world.listed('up_review_item', code) ?? world.listed('up_review_item', code.slice(19, 31));
  const mark: Mark = { name: 'finishedItem', at: finishedAt, key: code };
  return listed?.is_open === true ? [mark, { ...mark, name: 'reviewableItem' }] : [mark];
}

/** A review within seconds of the finish, told apart by the terminal that it came from (RV-09). */
function quickMarks(view: ReviewRow, finishedAt: number | undefined, world: DeriveWorld): readonly Mark[] {
  const { assessedAt, window, device } = view;
  if (!view.active || finishedAt === undefined || assessedAt === undefined) return [];
  if (window === undefined || device === undefined) return [];
  const { quickSeconds = 0 } = world.constants('review-window-day');
  const quick = assessedAt >= finishedAt && assessedAt - finishedAt <= quickSeconds * 1000;
  return quick ? [{ name: 'quickReview', at: assessedAt, agency: view.agency, group: window, key: device }] : [];
}
