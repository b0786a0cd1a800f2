/** A row as it came in: parsed JSON (or why it could not be parsed), and its text where there is one. */
export interface RawInput {
  readonly value: unknown;
  readonly text?: string;
  readonly fault?: 'UNREADABLE' | 'LINE_TOO_LONG';
  /** History imports only: when it arrived at its first receiver. */
  readonly receivedAt?: number;
}
