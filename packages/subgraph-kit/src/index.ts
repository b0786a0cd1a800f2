export {
  ACT_ENTRY_TYPE,
  ACT_STREAM,
  type ActDetailValue,
  type ActPayload,
  type HubAct,
  recordAct,
} from './acts.ts';
export { type Advanced, type AdvanceInput, advance, levelsBefore } from './advance.ts';
export { type Authenticate, type AuthenticateOptions, createAuthenticate, requestContext } from './authenticate.ts';
export { type Background, createRounds, runBackground, settleParts } from './background.ts';
export { dueSoonOf, endOfWorkdaysAhead, MOST_WORKDAYS_AHEAD } from './due-soon.ts';
export { ACCOUNT_STREAM, type EndedTokens, openEndedTokens, recordEnd } from './ended-tokens.ts';
export {
  type Environment,
  openLog,
  openTrust,
  readEnvironment,
  type Settings,
} from './environment.ts';
export { followRules } from './follow-rules.ts';
export { type HostOptions, hostSubgraph, type ServableSubgraph } from './host-subgraph.ts';
export {
  createJudgedSubjects,
  type JudgedSubjects,
  type JudgedSubjectsOptions,
  type SubjectArrival,
  type SubjectChange,
  signalEntries,
} from './judged-subjects.ts';
export { laneOf } from './lane.ts';
export { createListLoader, createLoader } from './loader.ts';
export { maskError, maskResult } from './mask-errors.ts';
export { type KitMetrics, kitMetrics } from './metrics.ts';
export * from './paging.ts';
export { createPartBook, type PartHealth } from './part-health.ts';
export { requirePermission, requireViewer } from './permission.ts';
export { LAW_STREAM, type LawEntry, openPublishedRules, type PublishedRules, withTexts } from './published-rules.ts';
export { REFUSAL_CODES, type RefusalCode, refusal } from './refusal.ts';
export {
  compileRules,
  type FolderRules,
  type FolderRulesOptions,
  fixedRules,
  openFolderRules,
  RulesRefused,
  type RuleTexts,
} from './rules-port.ts';
export { parseDate, parseInstant, sharedScalars } from './scalars.ts';
export { openSubgraphServer, type SubgraphServer, serveState, serveSubgraph } from './serve-subgraph.ts';
export { createSignIns, recordSignIns, type SignIns } from './sign-ins.ts';
export * from './signal.ts';
export { followSignals, type ReadSignal, readSignals, type SignalPage } from './signal-feed.ts';
export {
  type Arrival,
  type FactSource,
  type Horizon,
  NO_DELAY,
  NOTHING_STANDS,
  type Standing,
  type StandingVerdict,
  type SubjectState,
} from './subject-state.ts';
export {
  claimDueSubjects,
  clearFaults,
  earliestDueAt,
  lockSubjects,
  rearmSubjects,
  type SubjectKey,
  type SubjectRow,
  type Transaction,
  writeSubjects,
} from './subject-store.ts';
export { nameText, text } from './text.ts';
export { typeDefsOf } from './type-defs.ts';
export * from './types.ts';
export { createUnmasking, type Unmasking } from './unmasking.ts';
export type { Beat } from './watch/beat.ts';
export { checkCalendar } from './watch/check-calendar.ts';
export { checkRules } from './watch/check-rules.ts';
export { checkRunning, type Observation } from './watch/check-running.ts';
export {
  countNotice,
  type Expected,
  type ExpectedReading,
  expectedHours,
  expectPublished,
  LIMIT_NAMES,
  partHash,
  readExpected,
  shortHash,
  type WatchLimit,
} from './watch/expected.ts';
export { EXPECTED_FILE, openExpected } from './watch/expected-file.ts';
export { ALARM_KINDS, type AlarmKind, both, type Finding, finding } from './watch/finding.ts';
export { type Alarm, type AlarmEvent, WATCH_STREAM } from './watch/keep-alarms.ts';
export type { Sender } from './watch/rhythm.ts';
export { createWatchBook, type WatchBook, type WatchedFate } from './watch/watch-book.ts';
export { WATCH_PART, type Watcher, type WatchStatus } from './watch/watcher.ts';
export { writeExpected } from './watch/write-expected.ts';
