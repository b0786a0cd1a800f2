import type { TimeSource } from '@gnomon/store';
import { type BackgroundPart, createRounds, followRules, type RulesInForce } from '@gnomon/subgraph-kit';
import { deriveAgain } from './arrive.ts';
import { closePeriods } from './close-periods.ts';
import { passTime } from './judge-subject.ts';
import { keepSubjects } from './keep-subjects.ts';
import { horizonOf } from './store/batches.ts';
import { closedUntil } from './store/periods.ts';
import { claimDueRecords, rearmAll } from './store/records.ts';
import { claimDueSubjects } from './store/subjects.ts';
import type { SubjectState } from './subject-state.ts';
import { type IntakePorts, keepWork, openWork } from './take-rows.ts';

const POLL_MS = 200;
const BATCH = 500;

/** What the timers work with. */
export interface TimerPorts extends IntakePorts {
  readonly time: TimeSource;
}

/**
 * The timers of a domain in one part: periods that end, then subjects that are due. Open history imports of any domain hold
 * them at their own time, so that a replay gives what was given live.
 */
export function createTimers(ports: TimerPorts): BackgroundPart {
  let followed: RulesInForce | null = null;
  const step = async (): Promise<boolean> => {
    const rules = ports.rules.current();
    if (rules !== followed) {
      const table = `${ports.catalogue.domain.schemaName}.record`;
      await followRules(ports.database, table, rules, async (tx) =>
        rearmAll(tx, await horizonOf(tx, rules.since ?? ports.time.now())),
      );
      followed = rules;
    }
    const records = await deriveDue(ports);
    const periods = await ports.database.transaction(async (tx) =>
      closePeriods(tx, ports, await horizonOf(tx, ports.time.now())),
    );
    return records + periods + (await passSubjects(ports)) > 0;
  };
  return createRounds('timers', POLL_MS, step);
}

/** Derives the records anew that are due for it, one batch, each at its own instant. @returns how many. */
async function deriveDue(ports: TimerPorts): Promise<number> {
  return ports.database.transaction(async (tx) => {
    const now = await horizonOf(tx, ports.time.now());
    const due = await claimDueRecords(tx, now, BATCH);
    if (due.length === 0) return 0;
    const work = openWork(ports, ports.lists, undefined, now);
    for (const state of due) deriveAgain(state, state.dueAt!, work.arriving, work.notes);
    await keepWork(tx, ports, work, due, '');
    return due.length;
  });
}

/** Judges the subjects that are due, one batch, in one transaction with their signals and tallies. @returns how many. */
async function passSubjects(ports: TimerPorts): Promise<number> {
  return ports.database.transaction(async (tx) => {
    const now = await horizonOf(tx, ports.time.now());
    // Aggregates wait for periods that are still to be closed, since closing brings what they are judged on.
    const due = await claimDueSubjects(tx, { records: now, aggregates: await closedUntil(tx, now) }, BATCH);
    if (due.length === 0) return 0;
    const signals = due.flatMap((subject) => judgeDue(ports, subject, now));
    await keepSubjects(tx, ports, due, signals, now);
    return due.length;
  });
}

/** What a due subject's timer tells up to `now`; the state is changed in place and nothing is written. */
export function judgeDue(ports: Pick<IntakePorts, 'rules' | 'catalogue' | 'log'>, subject: SubjectState, now: number) {
  const judging = { rules: ports.rules.current(), domain: ports.catalogue.domain.domain };
  try {
    return passTime(subject, judging, now);
  } catch (err) {
    ports.log.error(
      { err, kind: subject.kind, subject: subject.id },
      'a due subject could not be judged; its timer rests until facts arrive or rules change, and its verdicts stand as they were',
    );
    subject.fault = (err instanceof Error ? err.message : String(err)).slice(0, 500);
    return [];
  }
}
