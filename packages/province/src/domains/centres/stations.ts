import { at, dateText, dayFromText, instantText } from '../../naive-calendar.ts';
import { Hall, type HallBook, plant } from './hall.ts';

const ASSIST = '2';
const PATROL = '3';
const CLOSED = '4';

/**
 * Town and village stations (SC-12). The season must be a calendar quarter.
 * @throws {RangeError} when it is not
 */
export function plantStations(book: HallBook): void {
  const [first = ''] = book.world.months;
  const month = Number(first.slice(5));
  if (month % 3 !== 1)
    throw new RangeError(`stations: a season that is a calendar quarter was expected, it begins with ${first}`);
  const year = Number(first.slice(0, 4));
  const quarter = `${year}-Q${(month + 2) / 3}`;
  const before = month === 1 ? `${year - 1}-Q4` : `${year}-Q${(month - 1) / 3}`;
  const station = (name: string, plans: readonly string[], assigned = 6): Hall => {
    const hall = new Hall(book, `V-SC12-${name}`, 'VILLAGE_STATION');
    for (const plan of plans)
      hall.push('station_plan', at(book.world.days[0] as number, 60), {
        quarter: plan,
        assigned_items: assigned,
        open_days: 20,
      });
    return hall;
  };
  let count = 0;
  const active = (hall: Hall, months: readonly string[], kind = ASSIST): Hall => {
    for (const one of months) {
      count += 1;
      const happenedAt = at(dayFromText(`${one}-15`), 600 + (count % 60));
      hall.push('station_activity', happenedAt, {
        activity_no: `SC12-${count}`,
        activity_kind: kind,
        activity_time: instantText(happenedAt),
      });
    }
    return hall;
  };
  const { months } = book.world;
  const idle = (hall: Hall, ...idleMonths: readonly string[]): void => {
    for (const one of idleMonths) plant(book, ['SC-12', 'WARNING'], 'station-month', `${hall.id}:${one}`);
  };

  active(station('N', [quarter]), months);
  station('F', [quarter], 4);
  idle(active(station('W', [quarter]), [months[0], months[2]] as string[], PATROL), months[1] as string);

  const quiet = station('Y', [quarter]);
  idle(quiet, ...months);
  plant(book, ['SC-12', 'YELLOW'], 'station-quarter', `${quiet.id}:${quarter}`);

  // Planned and idle in the quarter before as well: that one is found too, when its plan comes.
  const silent = station('R', [before, quarter]);
  idle(silent, ...monthsBefore(book.world.days[0] as number), ...months);
  plant(book, ['SC-12', 'YELLOW'], 'station-quarter', `${silent.id}:${before}`);
  plant(book, ['SC-12', 'RED'], 'station-quarter', `${silent.id}:${quarter}`);

  const closed = active(station('C', [quarter]), months);
  active(closed, [months[1] as string], CLOSED);
  plant(book, ['SC-12', 'RED'], 'station-month', `${closed.id}:${months[1]}`);
}

function monthsBefore(firstDay: number): readonly string[] {
  const date = new Date(firstDay * 86_400_000);
  return [3, 2, 1].map((back) =>
    dateText(Math.round(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1) / 86_400_000)).slice(0, 7),
  );
}
