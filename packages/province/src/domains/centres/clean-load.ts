import { at, dateText, instantText } from '../../naive-calendar.ts';
import { Hall, type HallBook, WORKDAY_SESSIONS } from './hall.ts';

const MINUTE = 60_000;
/** Records of a day on which a hall works at all. */
const FEWEST_A_DAY = 10;
const GROUPS = ['社保', '医保', '不动产', '税务', '企业开办'] as const;

/**
 * Halls that do what they publish: windows attended and open, devices online, short waits, appointments kept, tickets answered in
 * time. Three records in five are queue tickets, as in a hall's own books.
 */
export function cleanLoad(book: HallBook): void {
  const { workdays, clean, random, calendar } = book.world;
  const halls = Array.from({ length: Math.max(1, Math.round(clean / 2000)) }, (_, index) => {
    const hall = new Hall(book, `C-CLEAN-${index}`);
    return hall.window('A1', { monitored: true, review_device: true }).window('A2').device(`${hall.id}-T1`);
  });
  // A small load has whole days, but not all of them.
  const share = clean / halls.length / workdays.length;
  const every = Math.max(1, Math.ceil(FEWEST_A_DAY / share));
  const perDay = share * every;
  for (const hall of halls)
    for (const [index, day] of workdays.entries()) {
      if (index % every !== 0) continue;
      attendedDay(hall, day, book);
      for (let left = Math.round(perDay * 0.6); left > 0; left -= 1)
        hall.ticket(at(day, random.int(515, 690)) + random.int(0, 59) * 1000, random.int(1, 14), random.pick(GROUPS));
      if (index % 3 === 0)
        hall.push('appointment', at(day, 630), {
          appointment_no: `${hall.id}-${dateText(day)}`,
          business_group: random.pick(GROUPS),
          appoint_time: instantText(at(day, 600)),
          state: random.chance(0.9) ? '2' : '4',
        });
      if (index % 10 === 0 && index + 2 < workdays.length) {
        const receivedAt = at(day, random.int(540, 600));
        hall.push('centre_ticket', calendar.afterOfficeMs(receivedAt, 90 * MINUTE), {
          ticket_no: `${hall.id}-${dateText(day)}`,
          org_code: hall.agency.uscc,
          ticket_class: random.pick(['1', '2', '3']),
          complainant_name: '来访群众',
          receive_time: instantText(receivedAt),
          sign_time: instantText(receivedAt + 30 * MINUTE),
          answer_time: instantText(receivedAt + 80 * MINUTE),
        });
      }
    }
}

function attendedDay(hall: Hall, day: number, { world: { random } }: HallBook): void {
  hall.workedDay(day).workedDay(day, 'A2');
  const out = random.int(540, 700);
  hall.events(day, 'A1', [
    [random.int(495, 508), 'LOGIN'],
    [out, 'LEAVE'],
    [out + random.int(1, 9), 'BACK'],
    [720, 'LOGOUT'],
    [random.int(860, 869), 'LOGIN'],
    [1050, 'LOGOUT'],
  ]);
  for (const session of WORKDAY_SESSIONS) {
    hall.deviceState(`${hall.id}-T1`, day, '1', session);
    hall.deviceState(`${hall.id}-R1`, day, '1', session, 'A1');
  }
}
