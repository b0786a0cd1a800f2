import type { Viewer } from '@gnomon/identity';
import type { RecordRow } from '@gnomon/records';
import { readReview, reviewInForce } from '../derive/review-view.ts';

/*
 * A work item tells its applicant, and the applicant is who reviewed. Whoever reviewed without a name is therefore not shown with the
 * work item to the reviewed agency and its partner: in no field, reference, filter or row version.
 */
const REVIEWED: readonly string[] = ['AGENCY', 'PARTNER'];

/** Link by which an agency finds the reviews of a work item; everybody else finds all of them by `workItem`. */
export const NAMED_LINK = 'namedWorkItem';

/** Whether the viewer stands on the side of the reviewed. */
export function isReviewed(viewer: Viewer | null): boolean {
  return viewer === null || REVIEWED.includes(viewer.role);
}

/** Whether a review's work item stays hidden from the viewer. */
export function hidesWorkItem({ document }: RecordRow, viewer: Viewer | null): boolean {
  if (!isReviewed(viewer)) return false;
  const row = reviewInForce(document);
  return row === undefined || readReview(row).named !== true;
}

/** Columns of `up_review` that tell the work item, in both spellings. */
const TELLING = ['project_no', 'projectNo', 'work_source', 'workSource'];

/** A row's content without its work item. */
export function withoutWorkItem(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, TELLING.includes(name) ? '***' : value]),
  );
}
