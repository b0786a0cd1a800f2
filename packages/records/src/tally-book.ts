import type { Level } from '@gnomon/rule-engine';
import type { TallyDelta } from '@gnomon/store';
import { laneOf } from '@gnomon/subgraph-kit';

/** Under what a subject stands in the tallies. */
export interface TallyPlace {
  readonly day: string;
  readonly agency: string;
  readonly division: string;
  readonly source: string;
  readonly item: string;
}

/** A subject's place in the tallies and its levels, as `writeLevels` writes them. */
export interface Tallied {
  readonly place: TallyPlace;
  readonly levels: string;
}

/** Changes of counters in one transaction, merged by key so that a chunk writes few rows. */
export interface TallyBook {
  /** Moves a subject from its old levels and place to the new ones; `null` = it stood (or stands) nowhere. */
  move(before: Tallied | null, after: Tallied | null): void;
  deltas(): readonly TallyDelta[];
}

export function createTallyBook(): TallyBook {
  // Most subjects of a chunk share their place and their levels: they are counted whole and taken apart once at the end.
  const moves = new Map<string, Tallied & { n: number }>();
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

const LETTER: Readonly<Record<Level, string>> = { NONE: 'N', UNKNOWN: 'U', WARNING: 'W', YELLOW: 'Y', RED: 'R' };
const LEVEL_OF: Readonly<Record<string, Level>> = { N: 'NONE', U: 'UNKNOWN', W: 'WARNING', Y: 'YELLOW', R: 'RED' };

/** `WI-03=W,WI-06=N`, sorted by rule. */
export function writeLevels(levels: ReadonlyMap<string, Level>): string {
  let text = '';
  for (const [rule, level] of levels) text += `${text === '' ? '' : ','}${rule}=${LETTER[level]}`;
  return text;
}

/** The levels that `writeLevels` wrote. */
export function readLevels(text: string): readonly (readonly [string, Level])[] {
  if (text === '') return [];
  return text.split(',').map((entry) => {
    const cut = entry.indexOf('=');
    return [entry.slice(0, cut), LEVEL_OF[entry.slice(cut + 1)]!] as const;
  });
}

function deltasOf(moves: Iterable<Tallied & { readonly n: number }>) {
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

function samePlace(a: TallyPlace, b: TallyPlace): boolean {
  return (
    a.day === b.day && a.agency === b.agency && a.division === b.division && a.source === b.source && a.item === b.item
  );
}
