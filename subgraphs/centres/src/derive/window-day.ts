import type { DerivedSubject, DeriveWorld, Mark, RecordDocument, RecordKind } from '@gnomon/records';
import { CHINA_OFFSET_MS, type Clock, MINUTE_MS } from '@gnomon/working-time';
import { type Absence, absencesOf, type WindowEvent } from './absences.ts';
import { placeOfWindow } from './place.ts';
import { liveRows, numberOf, textOf } from './rows.ts';
import { commonStretches, mergeStretches, minutesOf, type Stretch } from './stretches.ts';

/** Opened and not yet closed: open until the roster ends. */
const NOT_CLOSED = Number.POSITIVE_INFINITY;
const NOON_HOUR = 13;

/**
 * A window on one day of its published roster (窗口日): the roster, who was there, when it was open, and the states of its review
 * device. Judged: each absence by its own clock (SC-05). Counted by its centre: published and open minutes, review devices that were
 * off (SC-07, SC-11); by the window: long absences (SC-05).
 */
export const windowDay: RecordKind = {
  kind: 'window-day',
  // The roster is a plan and holds whole; what happened later had not happened.
  asOf: (document, instant) => ({
    ...document,
    events: (document.events ?? []).filter((row) => !((numberOf(row, 'event_time') ?? 0) > instant)),
  }),
  derive(document, id, world) {
    const schedule = liveRows(document, 'schedule');
    const first = schedule[0];
    if (first === undefined) return null;
    const centre = textOf(first, 'centre_id');
    const window = `${centre}:${textOf(first, 'window_no')}`;
    const roster = rosterOf(document);
    const opening = roster[0];
    if (opening === undefined) return null;
    const listed = world.listed('centre_window', window);
    const open = mergeStretches(
      liveRows(document, 'open').map((row) => stretchOf(row.c.open_time, row.c.close_time ?? NOT_CLOSED)),
    );
    const online = mergeStretches(
      liveRows(document, 'devices')
        .filter((row) => row.c.state === 'ONLINE')
        .map((row) => stretchOf(row.c.from_time, row.c.to_time)),
    );
    const absences = listed?.monitored === true ? absencesOf(roster, eventsOf(document)) : [];
    const isReviewOff =
      listed?.review_device === true &&
      minutesOf(commonStretches(roster, open)) >= constant(world, 'centre-window-day', 'reviewOffMinutes') &&
      commonStretches(open, online).length === 0;
    return {
      place: placeOfWindow(world, centre, textOf(first, 'window_no')),
      listedAt: opening.from,
      state: null,
      open: false,
      links: { centre, window },
      subjects: listed?.monitored === true ? [subjectOf(id, absences, opening.from, world)] : [],
      marks: [
        ...roster.flatMap((session) => sessionMarks(centre, session, open)),
        ...(isReviewOff ? [{ name: 'review-off', at: opening.from, group: centre }] : []),
        ...longAbsenceMarks(window, absences, world),
      ],
      milestone: null,
    };
  },
};

/** The published sessions of a window's day, merged. */
export function rosterOf(document: RecordDocument): readonly Stretch[] {
  return mergeStretches(liveRows(document, 'schedule').map((row) => stretchOf(row.c.start_time, row.c.end_time)));
}

/** What happened at the window on that day. */
export function eventsOf(document: RecordDocument): readonly WindowEvent[] {
  return liveRows(document, 'events').map((row) => ({
    at: numberOf(row, 'event_time') ?? 0,
    kind: textOf(row, 'event_kind'),
  }));
}

function stretchOf(from: unknown, to: unknown): Stretch {
  return { from: typeof from === 'number' ? from : 0, to: typeof to === 'number' ? to : 0 };
}

function subjectOf(id: string, absences: readonly Absence[], origin: number, world: DeriveWorld): DerivedSubject {
  const limit = constant(world, 'centre-window-day', 'absenceMinutes') * MINUTE_MS;
  return {
    kind: 'centre-window-day',
    type: 'CentreWindowDay',
    id,
    origin,
    facts: {
      absences: absences.map((absence, index) => ({
        id: timeOfDay(absence.from),
        earlier: absences.slice(0, index).filter(({ from, to }) => to - from > limit).length,
        away: {
          axis: 'TIME',
          limit,
          due: absence.from + limit,
          stoppedAt: absence.to,
          provisional: false,
        } satisfies Clock,
      })),
    },
  };
}

/** Published and open minutes of a session. Sessions are told apart by half-days, so that windows may begin at different times. */
function sessionMarks(centre: string, session: Stretch, open: readonly Stretch[]): readonly Mark[] {
  const half = new Date(session.from + CHINA_OFFSET_MS).getUTCHours() < NOON_HOUR ? 'AM' : 'PM';
  const opened = minutesOf(commonStretches([session], open));
  const mark = { at: session.from, group: centre, key: half };
  return [
    { ...mark, name: 'published', value: minutesOf([session]) },
    ...(opened > 0 ? [{ ...mark, name: 'opened', value: opened }] : []),
  ];
}

/** A long absence counts from the instant at which it becomes one, which lies ahead while it lasts. */
function longAbsenceMarks(window: string, absences: readonly Absence[], world: DeriveWorld): readonly Mark[] {
  const limit = constant(world, 'centre-window', 'longAbsenceMinutes') * MINUTE_MS;
  return absences
    .filter(({ from, to }) => to - from > limit)
    .map(({ from }) => ({ name: 'long-absence', at: from + limit + 1, group: window, key: String(from) }));
}

function timeOfDay(instant: number): string {
  return new Date(instant + CHINA_OFFSET_MS).toISOString().slice(11, 19);
}

function constant(world: DeriveWorld, subject: string, name: string): number {
  const value = world.constants(subject)[name];
  if (value === undefined)
    throw new Error(`facts/${subject}.yaml: the constant ${name} is expected and missing; add it to the dictionary.`);
  return value;
}
