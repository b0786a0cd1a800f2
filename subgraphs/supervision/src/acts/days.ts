import { placeAbove } from '@gnomon/identity';
import {
  type ActPayload,
  createJudgedSubjects,
  type JudgedSubjects,
  kitMetrics,
  type Ports,
  type SubjectArrival,
  type SubjectChange,
} from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { openClueOfSignal } from '../clues/open-by-hub.ts';
import { laneOf } from '../lane.ts';
import { type DayCount, dayCounts, exportMean, hadCaseOpen, writeDayCount } from '../store/supervisor-days.ts';
import { type Added, addTo, dayKeyOf, emptyCount, factsOf, subjectIdOf } from './supervisor-day.ts';

/** The stream in which findings about the loop itself are told. */
const LOOP_STREAM = 'loop';

/** Days of supervisors (监督人员日), judged by rule XX-07 as their acts come into the log. */
export interface Days {
  readonly judged: JudgedSubjects;
  /** Counts these acts and judges the days that they change, act by act, in order; a red one opens a clue file. */
  take(tx: TransactionSql, acts: readonly ActPayload[]): Promise<void>;
}

export function createDays(ports: Ports): Days {
  const judged = createJudgedSubjects({
    database: ports.database,
    table: 'supervisor_day',
    stream: LOOP_STREAM,
    domain: 'LOOP',
    typeOf: () => 'SupervisorDay',
    scopeItem: (item) => item,
    rules: ports.rules,
    time: ports.time,
    log: ports.log,
    metrics: kitMetrics(ports.metrics),
  });
  return {
    judged,
    async take(tx, acts) {
      for (const act of acts) {
        const added = await addedBy(tx, act);
        if (added === null) continue;
        const changes = await judged.take(tx, [await arrivalOf(tx, act, added)]);
        for (const change of changes) await openClues(tx, ports, change);
      }
    },
  };
}

/** What an act adds to its account's day; `null` when it is no matter of XX-07. */
async function addedBy(tx: TransactionSql, act: ActPayload): Promise<Added | null> {
  if (act.role !== 'SUPERVISOR' || act.division === null) return null;
  const count = typeof act.detail.count === 'number' ? act.detail.count : 0;
  switch (act.kind) {
    case 'UNMASKED':
      return (await hadCaseOpen(tx, act.by, String(act.detail.caseNo), Date.parse(act.at)))
        ? null
        : { unmaskedWithoutCase: count };
    case 'OUT_OF_SCOPE':
      return { outOfScope: count };
    case 'EXPORT_TAKEN':
      return { exportedRows: count };
    case 'EXPORT_REFUSED':
      return { unapprovedExports: count };
    default:
      return null;
  }
}

async function arrivalOf(tx: TransactionSql, act: ActPayload, added: Added): Promise<SubjectArrival> {
  const key = dayKeyOf(act);
  const [known] = await dayCounts(tx, [key]);
  const count: DayCount = addTo(known ?? emptyCount(key), added, Date.parse(act.at));
  await writeDayCount(tx, count);
  const id = subjectIdOf(key, act.division ?? '');
  return {
    lane: laneOf(id),
    kind: 'supervisor-day',
    id,
    division: placeAbove(act.division ?? ''),
    agency: '',
    department: '',
    item: null,
    source: null,
    arrival: { facts: factsOf(count, await exportMean(tx, key)), at: count.lastAt },
  };
}

async function openClues(tx: TransactionSql, ports: Ports, { signals, subject }: SubjectChange): Promise<void> {
  for (const signal of signals)
    if (signal.kind === 'ROSE' && signal.level === 'RED') await openClueOfSignal(tx, ports, signal, subject.division);
}
