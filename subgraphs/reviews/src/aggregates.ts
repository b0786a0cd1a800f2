import type { AggregateKind, AggregateView, MarkSums, RecordPlace } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import type { Clock } from '@gnomon/working-time';

const HOUR_MS = 3_600_000;
const ROLLING_DAYS = 30;

/** Reviews of an agency in a month (RV-03, 04, 05, 06, 10). */
const agencyMonth: AggregateKind = {
  kind: 'review-agency-month',
  type: 'ReviewAgencyMonth',
  by: ['agency'],
  span: 'MONTH',
  // Every mark that its facts read: a late one has the month judged again.
  counts: [
    'activeReview',
    'validReview',
    'validBadReview',
    'badReview',
    'declaredInvalid',
    'unfounded',
    'followUp',
    'followUpBad',
    'callbackDue',
    'callbackDone',
    'finishedItem',
    'reviewableItem',
  ],
  asItGoes: true,
  async facts(view) {
    const { sums, world } = view;
    // Without any published list nobody can say which items are open to review.
    const hasList = world.listedAll('up_review_item').length > 0;
    return {
      period: endOf(view),
      callbacksDue: sums.count('callbackDue'),
      callbackRate: share(sums, 'callbackDone', 'callbackDue'),
      followUps: sums.count('followUp'),
      followUpBadRate: share(sums, 'followUpBad', 'followUp'),
      badReviews: sums.count('badReview'),
      invalidRate: share(sums, 'declaredInvalid', 'badReview'),
      unfounded: sums.count('unfounded'),
      unfounded90Days: (await view.before(90)).count('unfounded'),
      reviews: sums.count('validReview'),
      badRate: share(sums, 'validBadReview', 'validReview'),
      finishedItems: sums.count('finishedItem'),
      reviewableRate: hasList ? ratio(sums.distinct('reviewableItem'), sums.distinct('finishedItem')) : undefined,
      activeRate: share(sums, 'activeReview', 'finishedItem'),
    };
  },
  place: ofAgency,
};

/** Bad reviews of a window, and of a staff member, in the last 30 days (RV-07). */
const window: AggregateKind = {
  kind: 'review-window',
  type: 'ReviewWindow',
  by: ['agency', 'group'],
  span: { rollingDays: ROLLING_DAYS },
  counts: ['windowBad'],
  facts: async ({ sums }) => ({ badReviews: sums.count('windowBad') }),
  place: ofAgency,
};
const staff: AggregateKind = {
  kind: 'review-staff',
  type: 'ReviewStaff',
  by: ['agency', 'group'],
  span: { rollingDays: ROLLING_DAYS },
  counts: ['staffBad'],
  facts: async ({ sums }) => ({ badReviews: sums.count('staffBad') }),
  place: ofAgency,
};

/** Reviews of a window on a day (RV-09). */
const windowDay: AggregateKind = {
  kind: 'review-window-day',
  type: 'ReviewWindowDay',
  by: ['agency', 'group'],
  span: 'DAY',
  counts: ['windowReview', 'topOfReviewer', 'topOfPhone', 'quickReview', 'instructed'],
  async facts(view): Promise<Facts> {
    const { sums, world } = view;
    const limits = world.constants('review-window-day');
    const days = await view.daysBefore(ROLLING_DAYS);
    return {
      period: endOf(view),
      reviews: sums.count('windowReview'),
      topOfOne: topOfOne(sums),
      suspicious: isSuspicious(sums, limits),
      suspiciousDays: days.filter((day) => isSuspicious(day, limits)).length,
      instructed: sums.count('instructed') > 0,
    };
  },
  place: ofAgency,
};

/** Reviews that a source brought by a channel on a day (RV-08). */
const channelDay: AggregateKind = {
  kind: 'review-channel-day',
  type: 'ReviewChannelDay',
  by: ['group'],
  span: 'DAY',
  counts: ['channelReview', 'channelDefect'],
  stretch: { of: 'channelReview', minimum: 'minimumReviews' },
  async facts(view) {
    const { linkHours = 0 } = view.world.constants('review-channel-day');
    return {
      period: endOf(view),
      settled: endingAt(view.endsAt + linkHours * HOUR_MS, view.startsAt),
      reviews: view.sums.count('channelReview'),
      defectRate: share(view.sums, 'channelDefect', 'channelReview'),
    };
  },
  place({ key, world }) {
    const source = world.source(key[0]?.split(':')[0] ?? '');
    return { agency: source?.agency ?? '', division: source?.division ?? '', department: '', item: null };
  },
};

/** What the domain counts. */
export const aggregates: readonly AggregateKind[] = [agencyMonth, window, staff, windowDay, channelDay];

/** The most top grades that one reviewer, or one telephone, gave. */
function topOfOne(sums: MarkSums): number {
  return Math.max(sums.most('topOfReviewer'), sums.most('topOfPhone'));
}

/** A day on which praise looks inflated: too much of it from one hand, or most of it from one terminal at once. */
export function isSuspicious(sums: MarkSums, limits: Readonly<Record<string, number>>): boolean {
  const { topReviewsOfOne = 0, quickMinimum = 0, quickShare = 0 } = limits;
  const reviews = sums.count('windowReview');
  return (
    topOfOne(sums) > topReviewsOfOne || (reviews >= quickMinimum && sums.most('quickReview') > quickShare * reviews)
  );
}

function ofAgency({ key, world }: AggregateView): RecordPlace {
  const agency = world.agency(key[0] ?? '');
  return {
    agency: key[0] ?? '',
    division: agency?.division ?? '',
    department: agency?.department ?? '',
    item: null,
  };
}

/** A clock that simply ends at an instant. */
function endingAt(endsAt: number, startsAt: number): Clock {
  return { axis: 'TIME', limit: endsAt - startsAt, due: endsAt, stoppedAt: null, provisional: false };
}

const endOf = ({ startsAt, endsAt }: AggregateView): Clock => endingAt(endsAt, startsAt);

/** Undefined (unknown) where there is nothing to form a share of; rules ask for the sample first. */
function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

const share = (sums: MarkSums, part: string, whole: string): number | undefined =>
  ratio(sums.count(part), sums.count(whole));
