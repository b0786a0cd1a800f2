export { appendActs, entryHash, headBytes, type PlacedAct } from './chain.ts';
export {
  type Act,
  type ActDetail,
  HASH_NAMES,
  type HashName,
  type LogEntry,
  type LogHead,
  NO_HASH,
  type SignedHead,
} from './entry.ts';
export { type LogLine, readLine, writeEntry, writeHead } from './lines.ts';
export {
  FINDING_CODES,
  type FindingCode,
  type LogFinding,
  LogReading,
  type LogVerification,
  type PublicKey,
  verifyLog,
} from './verify.ts';
