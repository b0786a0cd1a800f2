import type { TallyDelta } from '@gnomon/store';
import type { ItemState } from './item-state.ts';
import { readLevels } from './item-state.ts';
import { laneOf } from './lane.ts';

/** Under what a subject stands in the tallies. */
export interface TallyPlace {
  readonly day: string;
  readonly agency: string;
  readonly division: string;
  readonly source: string;
  readonly item: string;
}

/** Changes of counters in one transaction, merged by key so that a chunk writes few rows. */
export interface TallyBook {
  /** Moves a subject from its old levels and place to the new ones; `null` = it stood (or stands) nowhere. */
  move(before: { place: TallyPlace; levels: string } | null, after: { place: TallyPlace; levels: string } | null): void;
  deltas(): readonly TallyDelta[];
}

export function createTallyBook(): TallyBook {
  // Most items of a chunk share their place and their levels: they are counted whole and taken apart once at the end.
  const moves = new Map<string, { readonly place: TallyPlace; readonly levels: string; n: number }>();
  const add = (place: TallyPlace, levels: string, n: number): void => {
    const key = `${place.day}|${place.agency}|${place.division}|${place.source}|${place.item}|${levels}`;
    const known = moves.get(key);
    if (known !== undefined) known.n += n;
    else moves.set(key, { place, levels, n });
  };
  return {
    move(before, after) {
      if (before !== null && after !== null && before.levels === after.levels && samePlace(before.place, after.place))
        return;
      if (before !== null) add(before.place, before.levels, -1);
      if (after !== null) add(after.place, after.levels, 1);
    },
    deltas: () => deltasOf(moves.values()),
  };
}

function deltasOf(moves: Iterable<{ readonly place: TallyPlace; readonly levels: string; readonly n: number }>) {
  const deltas = new Map<string, TallyDelta & { n: number }>();
  for (const { place, levels, n } of moves) {
    const { day, agency, division, source, item } = place;
    for (const [indicator, level] of readLevels(levels)) {
      const key = `${day}|${agency}|${division}|${source}|${item}|${indicator}|${level}`;
      const known = deltas.get(key);
      if (known !== undefined) known.n += n;
      else deltas.set(key, { lane: laneOf(agency), day, agency, division, source, item, indicator, level, n });
    }
  }
  return [...deltas.values()].filter((delta) => delta.n !== 0);
}

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

function samePlace(a: TallyPlace, b: TallyPlace): boolean {
  return (
    a.day === b.day && a.agency === b.agency && a.division === b.division && a.source === b.source && a.item === b.item
  );
}
