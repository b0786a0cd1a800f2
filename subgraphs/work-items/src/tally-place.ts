import type { TallyPlace } from '@gnomon/records';
import type { ItemState } from './item-state.ts';

/** Where an item stands now; `null` before it was judged. */
export function tallyPlaceOf(state: ItemState): TallyPlace | null {
  if (state.mind.tallyDay === null || state.summary === null) return null;
  return {
    day: state.mind.tallyDay,
    agency: state.place.agency,
    division: state.place.division,
    source: state.source,
    item: state.summary.itemCode,
  };
}
