import type { Viewer } from '@gnomon/identity';
import { appendToOutbox } from '@gnomon/store';
import type { Transaction } from './subject-store.ts';

/** The stream in which everybody tells what the hub and its people did; whoever keeps the log follows it. */
export const ACT_STREAM = 'acts';
export const ACT_ENTRY_TYPE = 'act';

/** What a detail may hold. Flat, so that a reader of the log sees at a glance what is in it. */
export type ActDetailValue = string | number | boolean | null | readonly string[];

/** What of a viewer the log names. */
export type Actor = Pick<Viewer, 'id' | 'role' | 'tier' | 'division'>;

/** One act of the hub or of its people. */
export interface HubAct {
  /** What was done, UPPER_SNAKE, for example `REPORT_PUBLISHED`. */
  readonly kind: string;
  /** Who did it; `hub` for the hub itself, `withheld` where the log must not name anybody. */
  readonly by: Actor | 'hub' | 'withheld';
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it was done to: an id. */
  readonly about?: string | null;
  /** Numbers, ids and short texts; no personal data, and no text that somebody typed (its hash instead). */
  readonly detail?: Readonly<Record<string, ActDetailValue>>;
}

/** An act as it stands in the stream. */
export interface ActPayload {
  readonly kind: string;
  readonly at: string;
  readonly by: string;
  readonly role: string | null;
  readonly tier: string | null;
  readonly division: string | null;
  readonly about: string | null;
  readonly detail: Readonly<Record<string, ActDetailValue>>;
}

const LONGEST = 300;
const MOST_DETAILS = 30;
const MOST_LISTED = 50;

/**
 * Puts acts on record in the transaction of what was done: there is both or neither.
 * @throws {Error} for an act that the log cannot hold: a fault of the caller, never of a user.
 */
export async function recordAct(tx: Transaction, ...acts: readonly HubAct[]): Promise<void> {
  await appendToOutbox(
    tx,
    acts.map((act) => ({
      stream: ACT_STREAM,
      type: ACT_ENTRY_TYPE,
      key: act.about ?? act.kind,
      at: act.at,
      payload: payloadOf(act),
    })),
  );
}

function payloadOf({ kind, by, at, about = null, detail = {} }: HubAct): ActPayload {
  const viewer = typeof by === 'string' ? null : by;
  const payload = {
    kind,
    at: new Date(at).toISOString(),
    by: typeof by === 'string' ? by : by.id,
    role: viewer?.role ?? null,
    tier: viewer?.tier ?? null,
    division: viewer?.division ?? null,
    about,
    detail,
  };
  checkAct(payload);
  return payload;
}

function checkAct({ kind, by, about, detail }: ActPayload): void {
  const wrong = (what: string) => {
    throw new Error(`act ${kind.slice(0, 60)}: ${what}`);
  };
  if (!/^[A-Z][A-Z0-9_]{2,59}$/.test(kind)) wrong('a kind in UPPER_SNAKE was expected');
  const values = Object.values(detail).flat();
  if (Object.keys(detail).length > MOST_DETAILS || Object.values(detail).some((value) => tooMany(value)))
    wrong(`at most ${MOST_DETAILS} details, lists of at most ${MOST_LISTED} texts, were expected`);
  for (const text of [by, about, ...values])
    if (typeof text === 'string' && !isStorable(text)) wrong('a short text was expected');
}

const tooMany = (value: ActDetailValue): boolean => Array.isArray(value) && value.length > MOST_LISTED;
const isStorable = (text: string): boolean => text.length <= LONGEST && text.isWellFormed() && !text.includes('\u0000');
