import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { GATE_PATHS, type GateReport, type SignInBook } from '@gnomon/identity';
import type { Logger } from 'pino';
import { type Door, DoorRefused, type Knock } from './doors.ts';

/** Reports of who signed in and who was refused, to whichever subgraph takes them. */
export interface SignInReports {
  /** Sign-ins that are not on record yet. */
  readonly waiting: number;
  /** Reports all that waits; what cannot be reported is said in the log, whole. */
  close(): Promise<void>;
}

export interface SignInReportsOptions {
  readonly doors: readonly Door[];
  readonly knock: Knock;
  readonly book: SignInBook;
  readonly log: Logger;
  /** `told`: on record. `away`: no subgraph took it, it is tried again. `lost`: a subgraph refused it as no report. */
  onReport(outcome: 'told' | 'away' | 'lost'): void;
  /** How often is looked whether somebody signed in; refusals are told every sixtieth time. Default 1,000. */
  readonly everyMs?: number;
}

const ROUNDS_A_MINUTE = 60;
const ANSWER_MS = 5_000;
const LAST_MS = 3_000;

/** A report keeps its id until a subgraph has it, so that one whose answer was lost is not counted twice. */
export function reportSignIns(options: SignInReportsOptions): SignInReports {
  const { doors, knock, book, log, onReport, everyMs = 1_000 } = options;
  const stopping = new AbortController();
  let report: GateReport | null = null;
  let first = 0;

  /** Whether any door took it. */
  async function send(body: GateReport, signal: AbortSignal): Promise<boolean> {
    for (let tried = 0; tried < doors.length; tried += 1) {
      const door = doors[(first + tried) % doors.length]!;
      try {
        const answer = await knock(door, { path: GATE_PATHS.signIns, body, signal, silenceMs: ANSWER_MS });
        await answer.dump();
        first = (first + tried) % doors.length;
        onReport('told');
        return true;
      } catch (err) {
        if (err instanceof DoorRefused && err.status === 400) {
          log.error({ err, report: body }, 'a report of sign-ins was refused; it is on record here alone');
          onReport('lost');
          return true;
        }
        log.debug({ err, subgraph: door.name }, 'a report of sign-ins was not taken; another subgraph is asked');
      }
    }
    onReport('away');
    return false;
  }

  async function tell(of: 'ALL' | 'SIGN_INS', signal: AbortSignal): Promise<void> {
    for (;;) {
      const batch = report === null ? book.take(of) : null;
      if (batch !== null) report = { id: randomUUID(), batch };
      if (report === null || !(await send(report, signal))) return;
      report = null;
    }
  }

  async function run(): Promise<void> {
    const { signal } = stopping;
    for (let rounds = 1; !signal.aborted; rounds += 1) {
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await tell(rounds % ROUNDS_A_MINUTE === 0 ? 'ALL' : 'SIGN_INS', signal);
    }
  }
  const running = run();
  return {
    get waiting() {
      return book.waiting + (report?.batch.signIns.length ?? 0);
    },
    async close() {
      stopping.abort();
      await running;
      await tell('ALL', AbortSignal.timeout(LAST_MS));
      const lost = [report?.batch, book.take('ALL')].filter((batch) => batch != null);
      if (lost.length > 0)
        log.error({ lost }, 'no subgraph took the last sign-ins and refusals; they are on record here alone');
    },
  };
}
