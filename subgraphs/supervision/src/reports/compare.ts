import type { Tier } from '@gnomon/identity';
import { countInterval, type Interval, medianInterval, shareInterval } from './intervals.ts';

/** An agency as it is compared: of its own tier, and of its department line; an empty line is not known. */
export interface Peer {
  readonly agency: string;
  readonly tier: Tier;
  readonly department: string;
  readonly accepted: number;
  readonly due: number;
  readonly onTime: number;
  readonly cards: number;
}

/** How an agency lies to the median of its like (与同类机构中位数比较). */
export const POSITIONS = ['BETTER', 'WORSE', 'NOT_DISTINGUISHABLE', 'TOO_FEW'] as const;
export type Position = (typeof POSITIONS)[number];

/** With whom an agency is compared: those of its tier and department line, or, where these are too few or the line is not known, of its tier. */
export const PEER_GROUPS = ['DEPARTMENT', 'TIER'] as const;
export type PeerGroup = (typeof PEER_GROUPS)[number];

/** One comparison: own value with its interval, the median of like agencies with its own, and what can be said. */
export interface Comparison {
  readonly measure: 'ON_TIME_SHARE' | 'CARDS_PER_10000';
  /** Work items from which the own value was formed. */
  readonly n: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly group: PeerGroup;
  readonly peers: number;
  readonly median: number | null;
  readonly medianInterval: Interval | null;
  readonly position: Position;
  /** 1 + the number of like agencies whose interval lies wholly on the better side: those that overlap share a rank; `null` when too few. */
  readonly rank: number | null;
}

/** Work items below which no share is formed of an agency (a reading of ours: a rate of fewer says little). */
export const LEAST_ITEMS = 100;
/** Like agencies below which no median is told: it would tell the numbers of single ones. */
export const LEAST_PEERS = 6;

interface Measured {
  readonly agency: string;
  readonly n: number;
  readonly value: number;
  readonly interval: Interval;
}

const MEASURES: readonly {
  readonly name: Comparison['measure'];
  readonly isMoreBetter: boolean;
  readonly of: (peer: Peer) => Measured | null;
}[] = [
  {
    name: 'ON_TIME_SHARE',
    isMoreBetter: true,
    of: ({ agency, due, onTime }) =>
      due < LEAST_ITEMS ? null : { agency, n: due, value: onTime / due, interval: shareInterval(onTime, due) },
  },
  {
    name: 'CARDS_PER_10000',
    isMoreBetter: false,
    of: ({ agency, accepted, cards }) => {
      if (accepted < LEAST_ITEMS) return null;
      const scale = 10_000 / accepted;
      const { low, high } = countInterval(cards);
      return { agency, n: accepted, value: cards * scale, interval: { low: low * scale, high: high * scale } };
    },
  },
];

/** Compares one agency with its like. Pure. */
export function compare(own: Peer, all: readonly Peer[]): readonly Comparison[] {
  const tier = all.filter((peer) => peer.tier === own.tier && peer.agency !== own.agency);
  const line = own.department === '' ? [] : tier.filter(({ department }) => department === own.department);
  return MEASURES.map(({ name, isMoreBetter, of }) => {
    const mine = of(own);
    const ofLine = line.flatMap((peer) => of(peer) ?? []);
    const group = ofLine.length < LEAST_PEERS ? 'TIER' : 'DEPARTMENT';
    const others = group === 'DEPARTMENT' ? ofLine : tier.flatMap((peer) => of(peer) ?? []);
    const middle = others.length < LEAST_PEERS ? null : medianInterval(others.map(({ value }) => value));
    const position =
      mine === null || middle === null ? 'TOO_FEW' : positionOf(mine.interval, middle.median, isMoreBetter);
    const isAhead = (other: Measured) =>
      isMoreBetter ? other.interval.low > mine!.interval.high : other.interval.high < mine!.interval.low;
    return {
      measure: name,
      n: mine?.n ?? (name === 'ON_TIME_SHARE' ? own.due : own.accepted),
      value: mine?.value ?? null,
      interval: mine?.interval ?? null,
      group,
      peers: others.length,
      median: middle?.median ?? null,
      medianInterval: middle?.interval ?? null,
      position,
      rank: position === 'TOO_FEW' ? null : 1 + others.filter(isAhead).length,
    };
  });
}

function positionOf(interval: Interval, median: number, isMoreBetter: boolean): Position {
  if (interval.low <= median && median <= interval.high) return 'NOT_DISTINGUISHABLE';
  return interval.low > median === isMoreBetter ? 'BETTER' : 'WORSE';
}
