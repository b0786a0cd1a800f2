import type { Stretch } from './stretches.ts';

/** What happened at a window. */
export interface WindowEvent {
  readonly at: number;
  readonly kind: string;
}

/** A stretch of a session during which the window was unattended; `to` is the session's end while nothing ended it. */
export type Absence = Stretch;

/** Somebody is there, or the public is told by a sign (摆放标识) that nobody is. */
const ENDS_ABSENCE: ReadonlySet<string> = new Set(['LOGIN', 'PRESENT', 'CALL', 'BACK', 'SUBSTITUTE', 'SIGN']);
/** Nobody is there, and no sign tells. */
const BEGINS_ABSENCE: ReadonlySet<string> = new Set(['LEAVE', 'LOGOUT', 'PATROL_EMPTY']);

/**
 * The absences (脱岗) of a window's day. What the last event before a session told still holds at its beginning; without one
 * nobody has come yet. An absence ends with the next presence or sign, at the latest with its session.
 */
export function absencesOf(sessions: readonly Stretch[], events: readonly WindowEvent[]): readonly Absence[] {
  const ordered = events
    .filter(({ kind }) => ENDS_ABSENCE.has(kind) || BEGINS_ABSENCE.has(kind))
    // At one instant a departure stands before an arrival: the window is attended afterwards.
    .toSorted((a, b) => a.at - b.at || Number(ENDS_ABSENCE.has(a.kind)) - Number(ENDS_ABSENCE.has(b.kind)));
  return sessions.flatMap((session) => absencesWithin(session, ordered));
}

function absencesWithin(session: Stretch, events: readonly WindowEvent[]): readonly Absence[] {
  const before = events.findLast(({ at }) => at <= session.from);
  let awayFrom = before !== undefined && ENDS_ABSENCE.has(before.kind) ? null : session.from;
  const absences: Absence[] = [];
  for (const { at, kind } of events) {
    if (at <= session.from || at >= session.to) continue;
    if (BEGINS_ABSENCE.has(kind)) awayFrom ??= at;
    else if (awayFrom !== null) {
      if (awayFrom < at) absences.push({ from: awayFrom, to: at });
      awayFrom = null;
    }
  }
  return awayFrom === null ? absences : [...absences, { from: awayFrom, to: session.to }];
}
