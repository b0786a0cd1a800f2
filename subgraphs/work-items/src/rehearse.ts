import { aggregateOutcomes, aggregateUnder, type KeptAggregate, outcomesOf, rehearse } from '@gnomon/records';
import type { Database } from '@gnomon/store';
import type { RulesInForce, Signal } from '@gnomon/subgraph-kit';
import { connectionClock, SUBJECT_TYPES } from './aggregate-subjects.ts';
import { arrive, type ChunkNotes } from './arrive.ts';
import { newItem } from './item-state.ts';
import { judgeItem } from './judge-item.ts';
import { type ReadRow, readRow } from './read-row.ts';
import { createCountBook } from './source-counts.ts';
import {
  type HistoryFilter,
  type HistoryItem,
  type HistoryRow,
  historyItems,
  historyRows,
  keptAggregates,
} from './store/read-history.ts';
import { type IntakePorts, judgingOf } from './take-chunk.ts';

const BATCH = 200;

/** Where histories are read, and up to which instant they are judged. */
export interface RehearsalPorts {
  readonly ports: IntakePorts;
  readonly scope: Parameters<Database['asViewer']>[0];
  readonly until: number;
}

/**
 * Goes through the kept histories of work items again, under the present rules and under others: every row at the instant of its arrival,
 * every timer at its own. What the catalogue says of items and agencies is what it says now.
 */
export function rehearseItems(
  { ports, scope, until }: RehearsalPorts,
  filter: HistoryFilter,
  rules: { readonly before: RulesInForce; readonly after: RulesInForce },
): ReturnType<typeof rehearse> {
  async function* batches() {
    let after: HistoryItem | null = null;
    for (;;) {
      const [items, rows] = await ports.database.asViewer(scope, async (tx) => {
        const found = await historyItems(tx, filter, after, BATCH);
        return [found, found.length === 0 ? [] : await historyRows(tx, found)] as const;
      });
      if (items.length === 0) break;
      after = items.at(-1)!;
      const own = Map.groupBy(rows, ({ source, no }) => `${source}:${no}`);
      yield items.map((item) => {
        const replay = replayOf(ports, item, own.get(item.id) ?? [], until);
        return { subjects: 1, outcomes: (side: RulesInForce) => outcomesOf(replay(side)) };
      });
    }
    const period = { from: filter.from, until: Math.min(filter.to, until) };
    const aggregates = await ports.database.asViewer(scope, (tx) => keptAggregates(tx, filter, period));
    yield aggregates.map((one) => ({
      subjects: 1,
      outcomes: (side: RulesInForce) => {
        const typed = { ...one, type: SUBJECT_TYPES[one.kind] ?? one.kind };
        const under = aggregateUnder(typed, rules.before, side);
        return aggregateOutcomes(withConnection(under, ports.reference, side), side, until);
      },
    }));
  }
  return rehearse(rules, batches());
}

/** A source was registered on whatever day: a clock that began on a day off is not known by its working days. */
function withConnection(
  one: KeptAggregate,
  reference: IntakePorts['reference'],
  { calendar }: RulesInForce,
): KeptAggregate {
  const source = one.kind === 'source' ? reference.source(one.id) : undefined;
  return source === undefined
    ? one
    : { ...one, facts: { ...one.facts, connecting: connectionClock(calendar, Date.parse(source.registeredAt)) } };
}

/** The replay of one item's history: its signals in order. */
function replayOf(
  ports: IntakePorts,
  item: HistoryItem,
  rows: readonly HistoryRow[],
  until: number,
): (rules: RulesInForce) => readonly Signal[] {
  const arrivals = Map.groupBy(
    rows.filter(({ received_at: at }) => at <= until).flatMap((row) => readKept(ports, item, row)),
    ({ receivedAt }) => receivedAt,
  );
  return (rules) => {
    const arriving = judgingOf({ ...ports, rules: { current: () => rules, onChange: () => () => {} } });
    const state = newItem(item.source, item.no, arrivals.keys().next().value ?? 0);
    const notes = blankNotes();
    let isLinked = item.reapplied_at === null || item.reapplication_came_at === null;
    const link = (before: number): void => {
      if (isLinked || item.reapplication_came_at! > before || state.summary?.withdrawn !== true) return;
      isLinked = true;
      state.mind = { ...state.mind, reappliedAt: item.reapplied_at };
      const at = Math.max(state.receivedAt, item.reapplication_came_at!);
      const news = { at, happenedAt: item.reapplied_at, before: state.document };
      notes.signals.push(...judgeItem(state, arriving, news, at));
    };
    for (const [at, came] of arrivals) {
      link(at - 1);
      arrive(state, came, at, arriving, notes);
    }
    link(until);
    if (state.dueAt !== null && state.dueAt <= until) notes.signals.push(...judgeItem(state, arriving, null, until));
    return notes.signals;
  };
}

function readKept({ codes }: IntakePorts, { source }: HistoryItem, row: HistoryRow): readonly ReadRow[] {
  const reading = readRow(row.payload, { codes, source, receivedAt: row.received_at });
  // What was kept was read once; a code list that changed since may refuse it now, and then it changes nothing on either side.
  return reading.ok ? [reading.row] : [];
}

function blankNotes(): ChunkNotes {
  return {
    counts: createCountBook(),
    logged: [],
    signals: [],
    milestones: [],
    refusals: [],
    reopened: new Set(),
    fate: () => {},
  };
}
