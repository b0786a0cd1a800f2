import { at, dateText, instantText } from '../../naive-calendar.ts';
import { Hall, type HallBook, plant, SATURDAY_SESSION, type Session, WORKDAY_SESSIONS } from './hall.ts';

/** What shows on a single day: windows, queues, opening hours and devices (SC-05, SC-06, SC-07, SC-11). */
export function plantHallDays(book: HallBook): void {
  absences(book);
  longAbsences(book);
  waits(book);
  openingHours(book);
  devices(book);
}

function absences(book: HallBook): void {
  const day = book.world.workdays[7] as number;
  const hall = new Hall(book, 'C-SC05');
  const at10 = 600;
  const stays = (window: string, minutes: number): string => {
    hall.window(window, { monitored: true }).workedDay(day, window);
    hall.events(day, window, [
      [505, 'LOGIN'],
      [at10, 'LEAVE'],
      [at10 + minutes, 'BACK'],
      [1050, 'LOGOUT'],
    ]);
    return `${hall.id}:${window}:${dateText(day)}`;
  };
  const beyond = (minutes: number): number => at(day, at10 + minutes) + 1;
  stays('A0', 10);
  plant(book, ['SC-05', 'WARNING'], 'centre-window-day', stays('A1', 12), beyond(10), '10:00:00');
  plant(book, ['SC-05', 'YELLOW'], 'centre-window-day', stays('A2', 20), beyond(15), '10:00:00');
  plant(book, ['SC-05', 'RED'], 'centre-window-day', stays('A3', 75), beyond(60), '10:00:00');

  // Three absences of eleven minutes: the third is a yellow card by its number.
  hall.window('A4', { monitored: true }).workedDay(day, 'A4');
  const begins = [540, 600, 660];
  hall.events(day, 'A4', [
    [505, 'LOGIN'],
    ...begins.flatMap((minute): [number, string][] => [
      [minute, 'LEAVE'],
      [minute + 11, 'BACK'],
    ]),
  ]);
  for (const [index, minute] of begins.entries())
    plant(
      book,
      ['SC-05', index < 2 ? 'WARNING' : 'YELLOW'],
      'centre-window-day',
      `${hall.id}:A4:${dateText(day)}`,
      at(day, minute + 10) + 1,
      `${String(minute / 60).padStart(2, '0')}:00:00`,
    );

  // Nobody comes in the afternoon after the morning's clerk has signed off.
  hall.window('A5', { monitored: true }).workedDay(day, 'A5');
  hall.events(day, 'A5', [
    [505, 'LOGIN'],
    [720, 'LOGOUT'],
  ]);
  plant(
    book,
    ['SC-05', 'RED'],
    'centre-window-day',
    `${hall.id}:A5:${dateText(day)}`,
    at(day, 870 + 60) + 1,
    '14:30:00',
  );

  // A substitute and a sign excuse.
  hall.window('A6', { monitored: true }).workedDay(day, 'A6');
  hall.events(day, 'A6', [
    [505, 'LOGIN'],
    [600, 'LEAVE'],
    [603, 'SUBSTITUTE'],
    [660, 'SIGN'],
    [690, 'BACK'],
  ]);
}

/** Three long absences within thirty days of the reading. */
function longAbsences(book: HallBook): void {
  const hall = new Hall(book, 'C-SC05-30').window('A1', { monitored: true });
  for (const back of [3, 6, 9]) {
    const day = book.world.workdays.at(-back) as number;
    hall.workedDay(day).events(day, 'A1', [
      [505, 'LOGIN'],
      [600, 'LEAVE'],
      [620, 'BACK'],
    ]);
    plant(
      book,
      ['SC-05', 'YELLOW'],
      'centre-window-day',
      `${hall.id}:A1:${dateText(day)}`,
      at(day, 615) + 1,
      '10:00:00',
    );
  }
  plant(book, ['SC-05', 'RED'], 'centre-window', `${hall.id}:A1`);
}

/** Twenty numbers on a day; the two longest waits are the 95th percentile. */
function waits(book: HallBook): void {
  const hall = new Hall(book, 'C-SC06');
  const queue = (group: string, day: number, usual: number, longest: number): string => {
    for (let index = 0; index < 20; index += 1) hall.ticket(at(day, 540 + index), index < 18 ? usual : longest, group);
    return `${hall.id}:${group}:${dateText(day)}`;
  };
  const { workdays } = book.world;
  const day = workdays[5] as number;
  queue('社保', day, 5, 20);
  plant(book, ['SC-06', 'WARNING'], 'centre-group-day', queue('医保', day, 5, 25));
  plant(book, ['SC-06', 'YELLOW'], 'centre-group-day', queue('户政', day, 5, 45));
  plant(book, ['SC-06', 'YELLOW'], 'centre-group-day', queue('税务', day, 16, 18));
  for (const [index, place] of [5, 6, 7].entries())
    plant(
      book,
      ['SC-06', index < 2 ? 'YELLOW' : 'RED'],
      'centre-group-day',
      queue('不动产', workdays[place] as number, 5, 75),
    );
}

function openingHours(book: HallBook): void {
  const day = book.world.workdays[9] as number;
  const date = dateText(day);
  const hall = (name: string): Hall => new Hall(book, `C-SC07-${name}`).window('A1');
  const short = hall('W')
    .roster(day)
    .open(day, 'A1', [
      [510, 720],
      [870, 1020],
    ]);
  plant(book, ['SC-07', 'WARNING'], 'centre-day', `${short.id}:${date}`);
  const shorter = hall('Y')
    .roster(day)
    .open(day, 'A1', [
      [540, 720],
      [870, 1005],
    ]);
  plant(book, ['SC-07', 'YELLOW'], 'centre-day', `${shorter.id}:${date}`);
  const closed = hall('R')
    .window('A2')
    .roster(day)
    .roster(day, 'A2', [WORKDAY_SESSIONS[1] as Session]);
  closed.open(day, 'A1', [WORKDAY_SESSIONS[0] as Session]);
  plant(book, ['SC-07', 'RED'], 'centre-day', `${closed.id}:${date}`);

  const missed = hall('A').workedDay(day);
  for (let index = 0; index < 4; index += 1)
    missed.push('appointment', at(day, 600 + index * 10), {
      appointment_no: `${missed.id}-${index}`,
      business_group: '综合',
      appoint_time: instantText(at(day, 600 + index * 10)),
      state: index < 3 ? '3' : '4',
    });
  plant(book, ['SC-07', 'YELLOW'], 'centre-day', `${missed.id}:${date}`);

  // Extended service on a Saturday: published, and nobody opened.
  const saturday = book.world.days.find((one) => new Date(one * 86_400_000).getUTCDay() === 6 && one > day) as number;
  const weekend = hall('S').roster(saturday, 'A1', SATURDAY_SESSION);
  plant(book, ['SC-07', 'RED'], 'centre-day', `${weekend.id}:${dateText(saturday)}`);
}

function devices(book: HallBook): void {
  const day = book.world.workdays[11] as number;
  const hall = (name: string): Hall => new Hall(book, `C-SC11-${name}`).window('A1').workedDay(day);
  const online = (one: Hall, device: string, minutes: number): void => {
    one.device(device);
    one.deviceState(device, day, '1', [510, Math.min(720, 510 + minutes)]);
    if (minutes > 210) one.deviceState(device, day, '1', [870, 870 + minutes - 210]);
  };
  // 390 published minutes: 375 are 96 %, 312 are 80 %, 200 are 51 %.
  for (const [name, level, minutes] of [
    ['W', 'WARNING', 375],
    ['Y', 'YELLOW', 312],
    ['R', 'RED', 200],
  ] as const) {
    const one = hall(name);
    online(one, `${one.id}-T1`, minutes);
    plant(book, ['SC-11', level], 'centre-day', `${one.id}:${dateText(day)}`);
  }
  // Planned maintenance is no absence from the net: 330 of 330.
  const kept = hall('M');
  online(kept, `${kept.id}-T1`, 330);
  kept.deviceState(`${kept.id}-T1`, day, '3', [990, 1050]);

  // The review device of A2 says nothing while the window works all day; that of A3 is heard of.
  const silent = hall('V').window('A2', { review_device: true }).window('A3', { review_device: true });
  silent.workedDay(day, 'A2').workedDay(day, 'A3');
  online(silent, `${silent.id}-T1`, 390);
  silent.deviceState(`${silent.id}-R3`, day, '1', [520, 530], 'A3');
  plant(book, ['SC-11', 'RED'], 'centre-day', `${silent.id}:${dateText(day)}`);
}
