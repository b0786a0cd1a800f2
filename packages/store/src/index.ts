export { type CoalesceOptions, coalesce } from './coalesce.ts';
export { createClient } from './connect.ts';
export { isConnectionLoss } from './connection-loss.ts';
export { type CopyColumns, type CopyRows, copyRows, quoteName, quoteTable } from './copy.ts';
export type { CopyColumn, CopyKind } from './copy-text.ts';
export { BadCursorError, type Cursors, createCursors, cursorsOf, sealedPosition } from './cursor.ts';
export { type DatabaseOptions, openDatabase } from './database.ts';
export {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
  stopServerIn,
} from './embedded/embedded-server.ts';
export { openFeed } from './feed.ts';
export { lockPosition, readPosition, writePosition } from './follower.ts';
export { readHubKey } from './hub-key.ts';
export { lintLaneTables, lintStatement } from './lane-lint.ts';
export { type Merge, type MergeCount, mergeRows } from './merge.ts';
export { type Migration, migrate, readMigrations } from './migrate.ts';
export { NestedConnection, takeNested } from './nesting.ts';
export { appendToOutbox } from './outbox.ts';
export { provisionSchemas } from './provision.ts';
export { type RelayOptions, relayOnce, runRelay } from './relay.ts';
export { resolveServer } from './resolve-server.ts';
export { ownerRole, readerRole } from './role-names.ts';
export { checkTallies, rebuildTallies, type TallyDifference } from './tally-check.ts';
export { foldTallies, runFolding } from './tally-fold.ts';
export { readTallies, TALLY_DIMENSIONS, type TallyDimension, type TallyFilter, type TallySum } from './tally-read.ts';
export { appendTallies, type TallyDelta } from './tally-write.ts';
export { claimDue, type DueClaim, runTimers, settleTimers, type TimersOptions } from './timers.ts';
export { type Telling, tellOnce } from './told-once.ts';
export * from './types.ts';
export { appendWatch, foldWatch, foldWatchPast, type WatchCount } from './watch-write.ts';
