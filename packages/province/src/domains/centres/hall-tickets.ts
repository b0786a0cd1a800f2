import { at, dayOf, instantText, SESSIONS } from '../../naive-calendar.ts';
import { Hall, type HallBook, plant, SOURCE } from './hall.ts';

const HOUR = 3_600_000;

/** Findings about windows (SC-08), and complaints and "cannot get it done" tickets (SC-09). */
export function plantHallTickets(book: HallBook): void {
  findings(book);
  tickets(book);
}

function findings(book: HallBook): void {
  const { workdays } = book.world;
  let count = 0;
  const found = (hall: Hall, day: number, findingClass: string, verdict: string): string => {
    count += 1;
    const no = `SC08-${count}`;
    hall.push('centre_finding', at(day, 600 + count), {
      finding_no: no,
      window_no: 'A1',
      org_code: hall.agency.uscc,
      finding_class: findingClass,
      found_by: '2',
      found_time: instantText(at(day, 590)),
      verdict,
      ...(verdict === '0' ? {} : { verdict_time: instantText(at(day, 600 + count)) }),
    });
    return `${SOURCE}:${no}`;
  };
  const day = workdays[4] as number;
  const hall = (name: string): Hall => new Hall(book, `C-SC08-${name}`);
  plant(book, ['SC-08', 'WARNING'], 'centre-finding', found(hall('W'), day, '1', '0'));
  plant(book, ['SC-08', 'YELLOW'], 'centre-finding', found(hall('Y'), day, '2', '1'));
  plant(book, ['SC-08', 'RED'], 'centre-finding', found(hall('R'), day, '5', '1'));
  found(hall('N'), day, '5', '2');
  const often = hall('90');
  for (const back of [5, 15, 25])
    plant(book, ['SC-08', 'YELLOW'], 'centre-finding', found(often, workdays.at(-back) as number, '4', '1'));
  plant(book, ['SC-08', 'RED'], 'centre-agency', often.agency.uscc);
}

function tickets(book: HallBook): void {
  const { calendar, workdays, readAt } = book.world;
  const hall = new Hall(book, 'C-SC09');
  let count = 0;
  const ticket = (
    ticketClass: string,
    receivedAt: number,
    times: { signedAt?: number; answeredAt?: number },
    more: Readonly<Record<string, string | boolean>> = {},
  ): string => {
    count += 1;
    const no = `SC09-${count}`;
    const columns = {
      ticket_no: no,
      org_code: hall.agency.uscc,
      ticket_class: ticketClass,
      complainant_name: '来访群众',
      receive_time: instantText(receivedAt),
    };
    const guid = { row_guid: `${hall.id}-${no}` };
    hall.push('centre_ticket', receivedAt, { ...guid, ...columns });
    const told: Record<string, string | boolean> = { ...more };
    for (const [column, instant] of [
      ['sign_time', times.signedAt],
      ['answer_time', times.answeredAt],
    ] as const) {
      if (instant === undefined) continue;
      told[column] = instantText(instant);
      hall.push('centre_ticket', instant, { ...guid, ...columns, ...told, cd_operation: 'U' });
    }
    return `${SOURCE}:${no}`;
  };
  const limitEnd = (receivedAt: number, days: number): number => at(calendar.workdayAfter(dayOf(receivedAt), days) + 1);
  const nineOn = (index: number): number => at(workdays[index] as number, 540);
  const soon = (receivedAt: number): number => receivedAt + HOUR;

  // In time, each class.
  for (const [index, [ticketClass, days]] of (
    [
      ['1', 1],
      ['2', 3],
      ['3', 5],
      ['4', 15],
    ] as const
  ).entries()) {
    const receivedAt = nineOn(2 + index);
    const answeredAt = at(calendar.workdayAfter(dayOf(receivedAt), days), 1000);
    ticket(ticketClass, receivedAt, { signedAt: soon(receivedAt), answeredAt });
  }

  const late = nineOn(8);
  plant(
    book,
    ['SC-09', 'YELLOW'],
    'centre-ticket',
    ticket('1', late, { signedAt: soon(late), answeredAt: at(calendar.workdayAfter(dayOf(late), 2), 600) }),
    limitEnd(late, 1),
  );
  const never = nineOn(9);
  plant(
    book,
    ['SC-09', 'RED'],
    'centre-ticket',
    ticket('2', never, { signedAt: soon(never) }),
    at(calendar.workdayAfter(dayOf(never), 7)),
  );
  const unsigned = at(workdays[10] as number, 600);
  plant(
    book,
    ['SC-09', 'YELLOW'],
    'centre-ticket',
    ticket('3', unsigned, {
      signedAt: calendar.afterOfficeMs(unsigned, 3 * HOUR),
      answeredAt: calendar.afterOfficeMs(unsigned, 10 * HOUR),
    }),
    calendar.beyondOfficeMs(unsigned, 2 * HOUR),
  );
  const again = nineOn(12);
  plant(
    book,
    ['SC-09', 'RED'],
    'centre-ticket',
    ticket(
      '3',
      again,
      { signedAt: soon(again), answeredAt: calendar.afterOfficeMs(again, 9 * HOUR) },
      { repeat_of: 'SC09-3', upheld: true },
    ),
  );
  // Five working days that end on the day of the reading: a fifth of them is left.
  let received = dayOf(readAt);
  for (let left = 5; left > 0; left -= calendar.isWorkday(received) ? 1 : 0) received -= 1;
  const open = at(received, SESSIONS[0]?.[0]);
  const limit = calendar.officeMsBetween(open, at(calendar.workdayAfter(received, 5) + 1));
  plant(
    book,
    ['SC-09', 'WARNING'],
    'centre-ticket',
    ticket('3', open, { signedAt: soon(open) }),
    calendar.afterOfficeMs(open, limit * 0.8),
  );
}
