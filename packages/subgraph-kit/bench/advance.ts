/**
 * What `advance` costs beside the judgement inside it, as ratios within one run:
 *   node packages/subgraph-kit/bench/advance.ts
 */
import { fileURLToPath } from 'node:url';
import { openClock, parseInstant } from '@gnomon/working-time';
import { pino } from 'pino';
import { advance } from '../src/advance.ts';
import { openFolderRules } from '../src/rules-port.ts';
import { NOTHING_STANDS } from '../src/subject-state.ts';

const RUNS = 20_000;
const ROUNDS = 6;
const { pack, calendar } = openFolderRules({
  folder: fileURLToPath(new URL('../../../rules/', import.meta.url)),
  log: pino({ level: 'silent' }),
  runTests: false,
}).current();
const at = parseInstant('2026-04-20T09:00:00+08:00');
const clock = openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start: at });
const scope = { division: '150105', agency: '', department: '', item: '' };
const subject = {
  domain: 'WORK_ITEM',
  kind: 'work-item',
  type: 'WorkItem',
  id: '115:1',
  agency: '',
  division: '150105',
  item: null,
  source: '115',
};
const clean = Object.fromEntries([
  ...[
    'online',
    'joint',
    'bundleChild',
    'hasStatutory',
    'deliverable',
    'delivered',
    'suspendingNoticeAfterAcceptance',
    'stepsOutOfOrder',
    'keyStepMissing',
    'negativeOutcome',
    'refused',
    'reasonMissing',
    'reasonEmptyPhrase',
    'withdrawnByAgency',
    'withdrawnAfterPromise',
    'reapplied',
    'promiseStretchedBefore',
    'classified',
    'keyTimeChangedAfterSignal',
    'keyTimeChangeClearsCard',
    'finished',
  ].map((name) => [name, false]),
  ...['countedNotices', 'missingSteps', 'keyTimeChanges', 'reappliedWithinWorkdays'].map((name) => [name, 0]),
  ...['notices', 'steps', 'specials', 'extensions', 'fees'].map((name) => [name, []]),
  ...['preReview', 'answer', 'preAnswer', 'promise', 'statutory', 'instant', 'delivery', 'idle'].map((name) => [
    name,
    clock,
  ]),
  ...Object.entries({
    kind: 'PROMISE',
    channel: 'PC',
    itemType: '01',
    state: 'IN_REVIEW',
    open: true,
    accepted: true,
    hasDocumentNo: true,
    hasRemedyNotice: true,
    withdrawnLeftShare: 1,
    promiseLongerWorkdays: 0,
    appliedAt: at,
    acceptedAt: at,
  }),
]);
const input = { pack, calendar, scope, subject, until: at };

const state = { facts: clean, standing: NOTHING_STANDS, dueAt: at + 1e9 };
const dueState = { ...state, dueAt: at + 7 * 86_400_000 };
const later = at + 9 * 86_400_000;
const arrival = { facts: clean, at, origin: at };
const cases = {
  judgement: () => pack.judgeSubject('work-item', clean, scope, calendar, at),
  newSubject: () => advance({ ...input, previous: null, arrival }),
  sameAgain: () => advance({ ...input, previous: state, arrival }),
  turning: () => advance({ ...input, previous: dueState, arrival: null, until: later }),
};

// Rounds in turn, so that warming up and other processes weigh on all alike; CPU time, not the wall's.
const nanoseconds = { judgement: 0, newSubject: 0, sameAgain: 0, turning: 0 };
for (let round = 0; round < ROUNDS; round += 1) {
  for (const name of Object.keys(cases) as (keyof typeof cases)[]) {
    const runs = name === 'turning' ? RUNS / 20 : RUNS;
    const cpu = cpuNanoseconds(cases[name], runs) / runs;
    if (round > 0) nanoseconds[name] += cpu / (ROUNDS - 1);
  }
}
const { judgement, newSubject, sameAgain, turning } = nanoseconds;
const signals = cases.turning().signals.length;
console.log(`all rules of a work item judged: ${judgement.toFixed(0)} ns`);
console.log(`a new subject that is clean: ${(newSubject / judgement).toFixed(2)} × the judgement`);
console.log(`an arrival that changes nothing: ${(sameAgain / judgement).toFixed(2)} ×`);
console.log(
  `a timer that turns verdicts: ${(turning / signals / 1000).toFixed(1)} µs a signal, receipt and messages included (${signals} signals)`,
);

function cpuNanoseconds(work: () => unknown, runs: number): number {
  const start = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) * 1000;
}
