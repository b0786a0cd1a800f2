/** A row as it came in: parsed JSON (or why it could not be parsed), and its text where there is one. */
export interface RawInput {
  readonly value: unknown;
  readonly text?: string;
  readonly fault?: 'UNREADABLE' | 'LINE_TOO_LONG';
  /** History imports only: when it arrived at its first receiver. */
  readonly receivedAt?: number;
}

/** The text of a refused row as it is kept: at most 65,536 characters, without what a database could not hold. */
export function payloadOf(raw: RawInput): string | null {
  const text = raw.text ?? JSON.stringify(raw.value) ?? '';
  return text.slice(0, 65_536).toWellFormed().replaceAll('\0', '');
}

/** The source that a refused row names; `*` when it names none that could be one. */
export function sourceNamed(value: unknown): string {
  const named = (value as { data_source?: unknown } | null)?.data_source;
  return typeof named === 'string' && named.length <= 32 && !/[:\p{Cc}]/u.test(named) && named.isWellFormed()
    ? named
    : '*';
}

/** The batch that a refused row names, or another when it names none that could be one. */
export function batchNamed(value: unknown, otherwise: string): string {
  const fields = value as { cd_batch?: unknown; cdBatch?: unknown } | null;
  const named = fields?.cd_batch ?? fields?.cdBatch;
  return typeof named === 'string' && /^[\p{L}\p{N}._\- ]{1,64}$/u.test(named) ? named : otherwise;
}
