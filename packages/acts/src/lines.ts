import { HASH_NAMES, type LogEntry, type SignedHead } from './entry.ts';

/** What one line of an exported log says. */
export type LogLine =
  | { readonly kind: 'ENTRY'; readonly entry: LogEntry }
  | { readonly kind: 'HEAD'; readonly head: SignedHead }
  | { readonly kind: 'UNREADABLE'; readonly reason: string };

/** An entry or a head as a line of the export (NDJSON). */
export const writeEntry = (entry: LogEntry): string => `${JSON.stringify({ entry })}\n`;
export const writeHead = (head: SignedHead): string => `${JSON.stringify({ head })}\n`;

/** Reads a line; what is no entry and no head says why. */
export function readLine(text: string): LogLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'UNREADABLE', reason: error instanceof Error ? error.message : String(error) };
  }
  const { entry, head } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (isEntry(entry)) return { kind: 'ENTRY', entry };
  if (isHead(head)) return { kind: 'HEAD', head };
  return { kind: 'UNREADABLE', reason: 'neither an entry nor a head of the log' };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlace = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

function isEntry(value: unknown): value is LogEntry {
  if (!isObject(value) || !isPlace(value.sequence) || !isObject(value.detail)) return false;
  const texts = [value.kind, value.at, value.by, value.origin, value.previousHash, value.hash];
  return texts.every((text) => typeof text === 'string') && HASH_NAMES.some((name) => name === value.algorithm);
}

function isHead(value: unknown): value is SignedHead {
  if (!isObject(value) || !isPlace(value.number) || !isPlace(value.sequence)) return false;
  return [value.hash, value.at, value.key, value.signature].every((text) => typeof text === 'string');
}
