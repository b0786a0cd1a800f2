import { createTallyBook, horizonOf } from '@gnomon/records';
import { appendTallies, appendToOutbox, appendWatch, type TimeSource } from '@gnomon/store';
import { type BackgroundPart, createRounds, createWatchBook, type Ports, type Signal } from '@gnomon/subgraph-kit';
import { closePeriods } from './close-periods.ts';
import { judgeItem } from './judge-item.ts';
import { claimDueItems, writeItems } from './store/items.ts';
import { type IntakePorts, judgingOf, STREAM, signalEntries, WATCHED_KIND } from './take-chunk.ts';
import { tallyPlaceOf } from './tally-place.ts';

const POLL_MS = 200;
const BATCH = 500;

/** What the timers work with. */
export interface TimerPorts extends IntakePorts {
  readonly time: TimeSource;
  readonly log: Ports['log'];
}

/**
 * The timers of this domain in one part: items that are due, periods that end, aggregates that are due. An open history
 * import holds them at its own time, so that a replay gives what was given live.
 */
export function createTimers(ports: TimerPorts): BackgroundPart {
  const step = async (): Promise<boolean> => {
    const items = await passItems(ports);
    const periods = await ports.database.transaction(async (tx) =>
      closePeriods(tx, ports, await horizonOf(tx, ports.time.now())),
    );
    const aggregates = await ports.judged.passTime();
    return items + periods + aggregates > 0;
  };
  return createRounds('timers', POLL_MS, step);
}

/** Judges the items that are due, one batch, in one transaction with their signals and tallies. @returns how many. */
async function passItems(ports: TimerPorts): Promise<number> {
  return ports.database.transaction(async (tx) => {
    const now = await horizonOf(tx, ports.time.now());
    const due = await claimDueItems(tx, now, BATCH);
    if (due.length === 0) return 0;
    const judging = judgingOf(ports);
    const signals: Signal[] = [];
    const tallies = createTallyBook();
    const watch = createWatchBook();
    for (const state of due) {
      try {
        signals.push(...judgeItem(state, judging, null, now));
      } catch (err) {
        ports.log.error(
          { err, workItem: state.id },
          'a due work item could not be judged; its timer rests until a row of it comes, and its verdicts stand as they were',
        );
        state.fault = err instanceof Error ? err.message.slice(0, 500) : String(err);
      }
      const after = tallyPlaceOf(state);
      tallies.move(state.tallied, after === null ? null : { place: after, levels: state.mind.levels });
      if (state.fault === null) watch.judged(state.source, now, WATCHED_KIND, state.mind.levels);
    }
    await writeItems(tx, due);
    await appendTallies(tx, tallies.deltas());
    await appendWatch(
      tx,
      STREAM,
      watch.counts((source) => ports.reference.source(source)),
    );
    await appendToOutbox(tx, signalEntries(signals));
    return due.length;
  });
}
