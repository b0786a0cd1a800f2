import type { DeriveWorld, Mark } from '@gnomon/records';
import type { ReviewRow } from './review-view.ts';

const HOUR_MS = 3_600_000;

/**
 * What a review counts for its source's channel on the day of its arrival (RV-08): once, and once more as a defect when
 * it came late or its work item was not known in time. `linkedAt`: when the hub first knew that work item.
 */
export function channelMarks(view: ReviewRow, linkedAt: number | undefined, world: DeriveWorld): readonly Mark[] {
  if (!view.active) return [];
  const { lateHours = 0, linkHours = 0 } = world.constants('review-channel-day');
  const source = world.source(view.source);
  const mark: Omit<Mark, 'name'> = {
    at: view.receivedAt,
    agency: source?.agency ?? '',
    division: source?.division ?? '',
    group: `${view.source}:${view.channel ?? 'UNKNOWN'}`,
  };
  const late = view.assessedAt !== undefined && view.receivedAt - view.assessedAt > lateHours * HOUR_MS;
  const linked = linkedAt !== undefined && linkedAt <= view.receivedAt + linkHours * HOUR_MS;
  const counted: Mark = { name: 'channelReview', ...mark };
  return late || !linked ? [counted, { name: 'channelDefect', ...mark }] : [counted];
}
