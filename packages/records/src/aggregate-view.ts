import type { Transaction } from '@gnomon/subgraph-kit';
import { DAY_MS, dayOf, formatDay, startOfDay } from '@gnomon/working-time';
import { sumMarks } from './mark-sums.ts';
import type { Period } from './periods.ts';
import { countMarks, countPeers, type DatedCount, type MarkAxis } from './store/mark-reads.ts';
import type { AggregateKind, AggregateView, DeriveWorld, MarkSums } from './types.ts';

const BEGINNING = 0;

/** What an aggregate's facts are computed from, with what decides whether they are told. */
export interface OpenedView {
  readonly view: AggregateView;
  readonly counts: readonly DatedCount[];
}

/**
 * Opens the view of a period as of an instant of judgement `at`, from what was known at `knownAt`: however late it is
 * opened, it shows the same. `only` narrows the marks to some days (small days that went into a longer span).
 */
export async function openView(
  tx: Transaction,
  world: DeriveWorld,
  aggregate: AggregateKind,
  period: Pick<Period, 'parts' | 'startsAt' | 'endsAt'>,
  moment: { readonly at: number; readonly knownAt: number },
  only: (counts: readonly DatedCount[]) => readonly DatedCount[] = (counts) => counts,
): Promise<OpenedView> {
  const { at, knownAt } = moment;
  const { by, span } = aggregate;
  const rolling = typeof span === 'object' ? span.rollingDays * DAY_MS : null;
  // A rolling window ends with its newest mark; a span ends before the next one begins.
  const bounds = rolling === null ? { from: period.startsAt, to: at } : { from: at - rolling + 1, to: at + 1 };
  const under = Object.fromEntries(by.map((axis, index) => [axis, period.parts[index]!]));
  const read = (from: number, to: number): Promise<readonly DatedCount[]> =>
    countMarks(tx, { under, from, to, knownAt });
  const counts = only(await read(bounds.from, bounds.to));
  const view: AggregateView = {
    key: period.parts,
    startsAt: rolling === null ? period.startsAt : at - rolling,
    endsAt: rolling === null ? period.endsAt : at,
    at,
    sums: sumMarks(counts),
    world,
    before: async (days) => sumMarks(await read(at - days * DAY_MS, bounds.to)),
    total: async () => sumMarks(await read(BEGINNING, bounds.to)),
    async daysBefore(count) {
      const last = dayOf(bounds.to - 1);
      const byDay = Map.groupBy(await read(startOfDay(last - count + 1), bounds.to), ({ day }) => day);
      return Array.from({ length: count }, (_, index) =>
        sumMarks(byDay.get(formatDay(last - count + 1 + index)) ?? []),
      );
    },
    peers: (sharing) => peersOf(tx, by, { ...bounds, knownAt }, under, sharing),
  };
  return { view, counts };
}

async function peersOf(
  tx: Transaction,
  by: readonly MarkAxis[],
  span: { readonly from: number; readonly to: number; readonly knownAt: number },
  own: Readonly<Record<string, string>>,
  sharing: readonly MarkAxis[],
): Promise<readonly { readonly key: readonly string[]; readonly sums: MarkSums }[]> {
  const under = Object.fromEntries(sharing.map((axis) => [axis, own[axis] ?? '']));
  const groups = Map.groupBy(await countPeers(tx, { ...span, under }, by), ({ parts }) => JSON.stringify(parts));
  return [...groups.values()].map((counts) => ({ key: counts[0]!.parts, sums: sumMarks(counts) }));
}
