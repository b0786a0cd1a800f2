import type { DeriveWorld, KeptRow, RecordDocument } from '@gnomon/records';
import {
  CalendarRangeError,
  type Clock,
  type Limit,
  openClock,
  startOfDay,
  type WorkCalendar,
} from '@gnomon/working-time';
import type { ReviewRow } from './review-view.ts';
import { arrivedAt, earliest, flagOf, living, numberOf, textOf, timeOf } from './rows.ts';

export type TicketClass = 'SIMPLE' | 'COMPLEX' | 'POLICY';

/** How a bad review was handled. Instants are `undefined` while the step has not been taken. */
export interface Handling {
  /** Declared invalid, by whomever. */
  readonly declaredInvalid: boolean;
  /** Declarations without evidence, or by the reviewed agency itself: when each was made. */
  readonly unfoundedAt: readonly number[];
  /** A declaration by the reviewing body with evidence stands. */
  readonly invalid: boolean;
  readonly assignedAt: number | undefined;
  readonly contactedAt: number | undefined;
  readonly rectifiedAt: number | undefined;
  readonly answeredAt: number | undefined;
  /** Put right and answered. */
  readonly closedAt: number | undefined;
  readonly calledBackAt: number | undefined;
  readonly ticketClass: TicketClass;
  readonly contact: Clock | undefined;
  readonly rectification: Clock | undefined;
  readonly reopening: Clock | undefined;
  /** First instant after the working days for the call-back; `undefined` while the ticket is not closed. */
  readonly callbackEndsAt: number | undefined;
}

type Constants = Readonly<Record<string, number>>;

/** Reads the rows about the handling and opens their clocks. */
export function handlingOf(
  document: RecordDocument,
  review: ReviewRow,
  calendar: WorkCalendar,
  constants: Constants,
): Handling {
  const rectifications = living(document.rectifications);
  const assignedAt = earliest(living(document.tickets), 'assigned_time');
  const rectifiedAt = earliest(rectifications, 'rectified_time');
  const answeredAt = earliest(rectifications, 'answered_time');
  const contactedAt = firstOf(answeredAt, contactOf(living(document.contacts), review.named));
  const closedAt =
    rectifiedAt === undefined || answeredAt === undefined ? undefined : Math.max(rectifiedAt, answeredAt);
  const limit = limitOf(living(document.tickets), assignedAt, calendar, constants);
  const clock = (start: number | undefined, amount: Limit, stoppedAt: number | undefined): Clock | undefined =>
    start === undefined ? undefined : clockOf(calendar, start, amount, stoppedAt);
  const callback = clock(closedAt, workdays(constants.callbackWorkdays ?? 0), undefined);
  return {
    ...invalidationOf(living(document.invalidations)),
    assignedAt,
    contactedAt,
    rectifiedAt,
    answeredAt,
    closedAt,
    calledBackAt: earliest(living(document.callbacks), 'callback_time'),
    ticketClass: limit.ticketClass,
    contact: clock(assignedAt, { amount: constants.contactWorkHours ?? 0, unit: 'WORK_HOUR' }, contactedAt),
    rectification: clock(assignedAt, workdays(limit.amount), closedAt),
    reopening: clock(review.assessedAt, workdays(constants.reopenWorkdays ?? 0), assignedAt),
    callbackEndsAt: callback === undefined ? undefined : startOfDay(calendar.dayOfWorkday(callback.due) + 1),
  };
}

/** Constants of the ticket's dictionary. */
export const ticketConstants = (world: DeriveWorld): Constants => world.constants('review-ticket');

/** A named reviewer is spoken to; an anonymous review can only be verified. */
function contactOf(contacts: readonly KeptRow[], named: boolean | undefined): number | undefined {
  return earliest(
    contacts.filter((row) => named === false || textOf(row, 'contact_kind') === 'CONTACT'),
    'contact_time',
  );
}

/** What declarations that the review is invalid come to. */
export function invalidationOf(
  rows: readonly KeptRow[],
): Pick<Handling, 'declaredInvalid' | 'unfoundedAt' | 'invalid'> {
  const founded = (row: KeptRow): boolean =>
    textOf(row, 'invalid_by') === 'REVIEW_BODY' && textOf(row, 'evidence_no') !== undefined;
  return {
    declaredInvalid: rows.length > 0,
    unfoundedAt: rows.filter((row) => !founded(row)).map((row) => timeOf(row, 'decided_time') ?? arrivedAt(row)),
    invalid: rows.some(founded),
  };
}

/**
 * The limit of the rectification in working days. A case is simple until it is classified; a classification or an
 * extension counts when it was made before the limit in force had run out, one approved extension at most.
 */
function limitOf(
  tickets: readonly KeptRow[],
  assignedAt: number | undefined,
  calendar: WorkCalendar,
  constants: Constants,
): { readonly amount: number; readonly ticketClass: TicketClass } {
  const limits: Readonly<Record<TicketClass, number>> = {
    SIMPLE: constants.simpleWorkdays ?? 0,
    COMPLEX: constants.complexWorkdays ?? 0,
    POLICY: constants.policyWorkdays ?? 0,
  };
  let ticketClass: TicketClass = 'SIMPLE';
  if (assignedAt === undefined) return { amount: limits.SIMPLE, ticketClass };
  const inTime = (at: number | undefined, amount: number): boolean =>
    at !== undefined && at < endOf(calendar, assignedAt, amount);
  for (const row of inOrder(tickets, 'class_time')) {
    const named = textOf(row, 'ticket_class') as TicketClass | undefined;
    if (named !== undefined && inTime(timeOf(row, 'class_time'), limits[ticketClass])) ticketClass = named;
  }
  const amount = limits[ticketClass];
  const extension = inOrder(tickets, 'extension_time').find(
    (row) => flagOf(row, 'extension_approved') === true && inTime(timeOf(row, 'extension_time'), amount),
  );
  const most = Math.floor(amount * (constants.extensionShare ?? 0));
  return { amount: amount + Math.min(most, Math.max(0, numberOf(extension, 'extension_days') ?? 0)), ticketClass };
}

function inOrder(rows: readonly KeptRow[], name: string): readonly KeptRow[] {
  return rows
    .filter((row) => timeOf(row, name) !== undefined)
    .sort((a, b) => (timeOf(a, name) ?? 0) - (timeOf(b, name) ?? 0) || (a.g < b.g ? -1 : 1));
}

/** First instant after so many working days. */
function endOf(calendar: WorkCalendar, start: number, amount: number): number {
  const clock = clockOf(calendar, start, workdays(amount), undefined);
  return clock === undefined ? Number.POSITIVE_INFINITY : startOfDay(calendar.dayOfWorkday(clock.due) + 1);
}

const workdays = (amount: number): Limit => ({ amount, unit: 'WORKDAY' });

/** `undefined` (unknown) where the calendar says nothing about these days. */
function clockOf(
  calendar: WorkCalendar,
  start: number,
  limit: Limit,
  stoppedAt: number | undefined,
): Clock | undefined {
  try {
    return openClock({ calendar, start, limit, stoppedAt: stoppedAt ?? null });
  } catch (error) {
    if (error instanceof CalendarRangeError) return undefined;
    throw error;
  }
}

function firstOf(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
