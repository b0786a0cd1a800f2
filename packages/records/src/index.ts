export type { RecordAccess, RecordContext, RecordWorld } from './access.ts';
export { answerAsOf, answerDueSoon, type DueSoonArguments } from './ahead.ts';
export { clockOf } from './clock-of.ts';
export { type CodeFile, type CodeLists, type CodeValue, compileCodeLists, readCodeLists } from './code-systems.ts';
export { code, flag, kept, must, number, text, time } from './columns.ts';
export { deriveWorld } from './derive-world.ts';
export { documentAsOf, latestEventOf, latestRow, liveRows } from './document.ts';
export { dueNode } from './due-node.ts';
export { openKeyedHash } from './hash-key.ts';
export { instantText } from './instant-text.ts';
export { createIntake, type Intake, labelOf, MAX_PUSHED_ROWS, type Taken } from './intake.ts';
export { lastTimelyInstant, latenessOf, pushHorizon } from './lateness.ts';
export { periodEnd } from './period-end.ts';
export { spanBounds, weekOf } from './periods.ts';
export { batchNamed, payloadOf, type RawInput, sourceNamed } from './raw-input.ts';
export { openReferenceCopy, type ReferenceCopy } from './reference-copy.ts';
export {
  REFUSALS,
  type Refusal,
  type RefusalCode,
  type RefusalText,
  type RefusalWords,
  refusalReason,
  refusalRemedy,
} from './refusals.ts';
export { aggregateOutcomes, aggregateUnder, type KeptAggregate } from './rehearsal/aggregates.ts';
export {
  MOST_REHEARSED,
  NOTHING_YET,
  pageSize,
  type RehearsalArguments,
  type RehearsalRefused,
  type RehearsedTexts,
  rehearsalNode,
  rehearsalPeriod,
  rehearsalRefused,
  tooMany,
} from './rehearsal/answer.ts';
export { askedRules } from './rehearsal/asked-rules.ts';
export { type MovedClock, movedClocks, movedNode } from './rehearsal/moved-clocks.ts';
export { type Change, changesBetween, type Outcome, outcomesOf } from './rehearsal/outcomes.ts';
export { type RehearsalFindings, rehearse } from './rehearsal/rehearse.ts';
export {
  agencyNode,
  divisionNode,
  linkedFields,
  recordField,
  recordFields,
  recordsField,
  standingNodes,
  subjectFields,
} from './resolvers/index.ts';
export { refuseSize } from './resolvers/page-size.ts';
export { rowsOf } from './row-lines.ts';
export { type RowStream, rowRoutes, takeStream } from './row-routes.ts';
export { rehearsalTypeDefs } from './schema-text.ts';
export { sendersOf } from './senders.ts';
export {
  type BatchKey,
  batchAccount,
  batchIdOf,
  type ChunkAccount,
  closeBatch,
  findChunk,
  horizonOf,
  openBatch,
  writeChunk,
} from './store/batches.ts';
export {
  type BatchAccountRow,
  type BatchRow,
  batchAccounts,
  batchesById,
  listBatches,
  listRefused,
  type RefusedRecord,
} from './store/read-batches.ts';
export type { RecordFilter, RecordRow, RowVersionRow, SubjectRow } from './store/read-records.ts';
export { trimDivision } from './store/read-records.ts';
export { closeCorrected, explainRefusedRow, type RefusedRow, writeRefusedRows } from './store/refused-rows.ts';
export { createRecordSubgraph, type RecordSubgraphOptions } from './subgraph.ts';
export { isWriteConflict } from './take-chunk.ts';
export {
  createTallyBook,
  readLevels,
  type Tallied,
  type TallyBook,
  type TallyPlace,
  writeLevels,
} from './tally-book.ts';
export { EARLIEST_INSTANT, LATEST_INSTANT, readTime } from './time-text.ts';
export type * from './types.ts';
