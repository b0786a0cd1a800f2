import type { AggregateKind, AggregateView, RecordPlace } from '@gnomon/records';

const agencyPlace = (view: AggregateView): RecordPlace => {
  const uscc = view.key[0] ?? '';
  const agency = view.world.agency(uscc);
  return { agency: uscc, division: agency?.division ?? '', department: agency?.department ?? '', item: null };
};

/** Rates over a closed month (EP-09) and counts over ninety days (EP-10). */
export const AGGREGATES: readonly AggregateKind[] = [
  {
    kind: 'engineering-agency-month',
    type: 'EngineeringAgencyMonth',
    by: ['agency'],
    span: 'MONTH',
    counts: ['finished'],
    async facts({ sums, endsAt }) {
      const finished = sums.count('finished');
      return {
        period: { axis: 'TIME', limit: 0, due: endsAt, stoppedAt: null, provisional: false },
        finished,
        incompleteRate: finished === 0 ? 0 : sums.count('incomplete') / finished,
      };
    },
    place: agencyPlace,
  },
  {
    kind: 'engineering-agency',
    type: 'EngineeringAgency',
    by: ['agency'],
    span: { rollingDays: 90 },
    counts: ['overAsked'],
    async facts({ sums }) {
      return { overAsked90Days: sums.count('overAsked') };
    },
    place: agencyPlace,
  },
];
