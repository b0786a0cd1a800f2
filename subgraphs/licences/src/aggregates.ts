import type { AggregateKind, AggregateView, MarkSums, RecordPlace } from '@gnomon/records';
import type { Clock } from '@gnomon/working-time';

/** Judged sums of marks: an agency's day, its month, and its month in one licence type. */
export const AGGREGATES: readonly AggregateKind[] = [
  {
    kind: 'licence-agency-day',
    type: 'LicenceAgencyDay',
    by: ['agency'],
    span: 'DAY',
    counts: ['licence'],
    stretch: { of: 'licence', minimum: 'minimumLicences' },
    place: placeOfKey,
    async facts(view) {
      const { sums, world } = view;
      const licences = sums.count('licence');
      const checked = sums.count('checked');
      const isChecked = checked >= licences * (world.constants('licence-agency-day').checkedShare ?? 1);
      return {
        period: periodOf(view),
        licences,
        incompleteRate: share(sums, 'incomplete', 'licence'),
        identifiedLicences: sums.count('identified'),
        nonconformingRate: sums.count('unregistered') > 0 ? undefined : share(sums, 'nonconforming', 'identified'),
        invalidSealRate: isChecked ? share(sums, 'invalid', 'checked') : undefined,
        pairs: sums.count('pair'),
        faceDifferenceRate: share(sums, 'differing', 'pair'),
      };
    },
  },
  {
    kind: 'licence-agency-month',
    type: 'LicenceAgencyMonth',
    by: ['agency'],
    span: 'MONTH',
    counts: ['licence', 'duplicate'],
    place: placeOfKey,
    async facts(view) {
      const ever = await view.total();
      const standardLicences = standing(ever, 'standard');
      const assessed = standing(ever, 'assessed');
      const needed = view.world.constants('licence-agency-month').assessedShare ?? 1;
      const isAssessed = assessed > 0 && assessed >= standardLicences * needed;
      return {
        period: periodOf(view),
        licences: view.sums.count('licence'),
        duplicateRate: share(view.sums, 'duplicate', 'licence'),
        standardLicences,
        standardRate: isAssessed ? standing(ever, 'conforming') / assessed : undefined,
      };
    },
  },
  {
    kind: 'licence-type-month',
    type: 'LicenceTypeMonth',
    by: ['agency', 'group'],
    span: 'MONTH',
    counts: ['owed', 'planned'],
    asItGoes: true,
    place: placeOfKey,
    async facts(view) {
      const { sums } = view;
      const counted = {
        period: periodOf(view),
        owed: sums.count('owed'),
        collectedRate: share(sums, 'in-time', 'owed'),
      };
      if (sums.count('planned') === 0) return { ...counted, planned: false };
      const stock = sums.sum('stock');
      const converted = (await view.total()).count('converted');
      const convertedShare = stock > 0 ? converted / stock : undefined;
      return {
        ...counted,
        planned: true,
        convertedShare,
        behindPlan: convertedShare === undefined ? undefined : sums.sum('planned') - convertedShare,
        finalDatePassed: sums.count('final') > 0,
      };
    },
  },
];

/** A clock that simply ends with the period. */
function periodOf({ startsAt, endsAt }: AggregateView): Clock {
  return { axis: 'TIME', limit: endsAt - startsAt, due: endsAt, stoppedAt: null, provisional: false };
}

function placeOfKey({ key, world }: AggregateView): RecordPlace {
  const [uscc = ''] = key;
  const agency = world.agency(uscc);
  return { agency: uscc, division: agency?.division ?? '', department: agency?.department ?? '', item: null };
}

function share(sums: MarkSums, part: string, whole: string): number | undefined {
  const all = sums.count(whole);
  return all === 0 ? undefined : sums.count(part) / all;
}

function standing(sums: MarkSums, name: string): number {
  return sums.count(name) - sums.count(`${name}-ended`);
}
