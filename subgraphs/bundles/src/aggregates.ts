import type { AggregateKind, AggregateView, MarkSums, RecordPlace } from '@gnomon/records';
import type { Clock } from '@gnomon/working-time';
import { civilDate, DAY_MS, dayNumber, dayOf, startOfDay } from '@gnomon/working-time';
import { textOf } from './derive/kept.ts';

/** What is judged of a lead agency and of a place over a span, from the marks of cases, listings and single work items. */
export const AGGREGATES: readonly AggregateKind[] = [
  {
    kind: 'bundle-agency-month',
    type: 'BundleAgencyMonth',
    by: ['agency'],
    span: 'MONTH',
    counts: ['accepted', 'pair'],
    async facts(view) {
      const { sums } = view;
      return {
        period: periodOf(view),
        acceptedBundles: sums.count('accepted'),
        severalNoticeRate: share(sums, 'several-notices', 'accepted'),
        pairs: sums.count('pair'),
        serialRate: share(sums, 'serial-pair', 'pair'),
      };
    },
    place: placeOfAgency,
  },
  {
    kind: 'bundle-agency',
    type: 'BundleAgency',
    by: ['agency'],
    span: { rollingDays: 30 },
    counts: ['open-closing'],
    async facts({ sums }) {
      return { openClosings30Days: sums.count('open-closing') };
    },
    place: placeOfAgency,
  },
  {
    kind: 'bundle-division-month',
    type: 'BundleDivisionMonth',
    by: ['division', 'group'],
    span: 'MONTH',
    counts: ['listed'],
    async facts(view) {
      const { sums } = view;
      const quarter = await view.before(daysOfThreeMonths(view));
      return {
        period: periodOf(view),
        openForApplication: sums.count('open') > 0,
        monthsListed: sums.sum('listed'),
        monthsOpen: sums.sum('open'),
        finishedBundles: sums.count('finished'),
        finishedBundles3Months: quarter.count('finished'),
        singleItems3Months: quarter.count('single'),
      };
    },
    place({ key, world }) {
      const [division = '', bundle = ''] = key;
      const lead = textOf(world.listed('bundle_lead', `${division}:${bundle}`) ?? {}, 'lead_agency');
      return { agency: lead, division, department: world.agency(lead)?.department ?? '', item: null };
    },
  },
];

/** The clock that a closed period ends on. */
function periodOf({ endsAt }: AggregateView): Clock {
  return { axis: 'TIME', limit: 0, due: endsAt, stoppedAt: null, provisional: false };
}

/** Unknown without anything to divide by. */
function share(sums: MarkSums, part: string, whole: string): number | undefined {
  const count = sums.count(whole);
  return count === 0 ? undefined : sums.count(part) / count;
}

function placeOfAgency({ key, world }: AggregateView): RecordPlace {
  const [uscc = ''] = key;
  const agency = world.agency(uscc);
  return { agency: uscc, division: agency?.division ?? '', department: agency?.department ?? '', item: null };
}

/** Days from the first of the month two months before to the month's end. */
function daysOfThreeMonths({ startsAt, endsAt }: AggregateView): number {
  const { year, month } = civilDate(dayOf(startsAt));
  const first = year * 12 + month - 3;
  return (endsAt - startOfDay(dayNumber(Math.floor(first / 12), (first % 12) + 1, 1))) / DAY_MS;
}
