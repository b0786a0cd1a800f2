import type { DeriveWorld, KeptRow, RecordKind } from '@gnomon/records';
import type { Facts } from '@gnomon/rule-engine';
import { type Clock, openClock, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { placeIn } from './place.ts';
import { isSet, latestRow, numberOf, rowsAsOf, textOf } from './rows.ts';

/** Constants of facts/centre-ticket.yaml by class. */
const ANSWER_WORKDAYS: Readonly<Record<string, string>> = {
  CONSULTATION: 'consultationWorkdays',
  CANNOT_GET_DONE: 'cannotWorkdays',
  COMPLAINT: 'complaintWorkdays',
  COMPLEX: 'complexWorkdays',
};

/** A complaint (投诉) or a "cannot get it done" ticket (办不成事): sign-in and answer against their limits (SC-09). */
export const centreTicket: RecordKind = {
  kind: 'centre-ticket',
  asOf: (document, instant) => ({
    ticket: rowsAsOf(rowsAsOf(document.ticket, instant, 'answer_time', ['upheld']), instant, 'sign_time'),
  }),
  derive(document, id, world) {
    const row = latestRow(document, 'ticket');
    if (row === undefined) return null;
    const centre = textOf(row, 'centre_id');
    const receivedAt = numberOf(row, 'receive_time') ?? 0;
    const answeredAt = numberOf(row, 'answer_time');
    const place = placeIn(world, centre, textOf(row, 'org_code'));
    return {
      place,
      listedAt: receivedAt,
      state: answeredAt !== null ? 'ANSWERED' : numberOf(row, 'sign_time') !== null ? 'SIGNED' : 'RECEIVED',
      open: answeredAt === null,
      links: { centre },
      subjects: [
        {
          kind: 'centre-ticket',
          type: 'CentreTicket',
          id,
          origin: receivedAt,
          facts: factsOf(row, receivedAt, world, world.calendarFor(place.division)),
        },
      ],
      marks: [],
      milestone: null,
    };
  },
};

function factsOf(row: KeptRow, receivedAt: number, world: DeriveWorld, calendar: WorkCalendar): Facts {
  const constants = world.constants('centre-ticket');
  const answeredAt = numberOf(row, 'answer_time');
  // Who answers has taken the ticket in.
  const signedAt = earliest(numberOf(row, 'sign_time'), answeredAt);
  const ticketClass = textOf(row, 'ticket_class');
  const workdays = constants[ANSWER_WORKDAYS[ticketClass] ?? ''];
  const signHours = constants.signWorkHours;
  const answer =
    workdays === undefined
      ? undefined
      : openClock({
          calendar,
          limit: { amount: workdays, unit: 'WORKDAY' },
          start: receivedAt,
          stoppedAt: answeredAt,
        });
  return {
    class: ticketClass === '' ? undefined : ticketClass,
    signed: signedAt !== null,
    answered: answeredAt !== null,
    sign:
      signHours === undefined
        ? undefined
        : openClock({
            calendar,
            limit: { amount: signHours, unit: 'WORK_HOUR' },
            start: receivedAt,
            stoppedAt: signedAt,
          }),
    answer,
    answerHours: answer === undefined ? undefined : inWorkHours(answer, receivedAt, calendar),
    repeated: textOf(row, 'repeat_of') !== '',
    upheld: isSet(row, 'upheld'),
  };
}

/** The same limit counted in office hours: it ends with the office hours of the clock's last working day. */
function inWorkHours(clock: Clock, start: number, calendar: WorkCalendar): Clock {
  const due = calendar.workTime(startOfDay(calendar.dayOfWorkday(clock.due) + 1));
  return { ...clock, axis: 'WORK_TIME', limit: due - calendar.workTime(start), due };
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
