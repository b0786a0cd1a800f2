import type { PushedRow, Scene } from '@gnomon/province';

type Facts = Readonly<Record<string, number | undefined>>;
/** Recounted facts by `<kind> <subject>`. */
export type Recount = ReadonlyMap<string, Facts>;

const MINUTE = 60_000;
const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
const PUBLISHED: readonly (readonly [number, number])[] = [
  [510, 720],
  [870, 1050],
];

/**
 * The rates of a scene, counted from its raw rows minute by minute and one by one. Nothing here is shared with the product; the
 * scene's times are whole minutes, its devices publish the hours of working days.
 */
export function recount(scene: Scene, isWorkday: (day: number) => boolean): Recount {
  const halls = [...(scene.fixed?.centres ?? []), ...(scene.rows.centres ?? [])].map(({ row }) => row);
  const found = new Map<string, Facts>();
  centreDays(halls, isWorkday, found);
  groupDays(halls, found);
  const items = itemsOf(scene);
  centreMonths(halls, items, found);
  agencyMonths(halls, items, found);
  stationMonths(halls, found);
  return found;
}

const of = (rows: readonly PushedRow[], table: string): readonly PushedRow[] =>
  rows.filter((row) => row.table === table);
const minuteOf = (time: unknown): number => Math.floor((Date.parse(String(time)) + OFFSET_MS) / MINUTE) % 1440;
const dateOf = (time: unknown): string => new Date(Date.parse(String(time)) + OFFSET_MS).toISOString().slice(0, 10);
const ratio = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);

/** The minutes of a day in which rows hold. */
function minutes(rows: readonly PushedRow[], from: string, to: string): Set<number> {
  const set = new Set<number>();
  for (const row of rows) for (let one = minuteOf(row[from]); one < minuteOf(row[to]); one += 1) set.add(one);
  return set;
}

function centreDays(halls: readonly PushedRow[], isWorkday: (day: number) => boolean, found: Map<string, Facts>): void {
  const days = Map.groupBy(of(halls, 'window_schedule'), (row) => `${row.centre_id}:${row.day}`);
  for (const [id, schedule] of days) {
    const [centre, date] = id.split(':');
    const here = halls.filter((row) => row.centre_id === centre && (row.day === date || row.day === undefined));
    let [published, opened, off] = [0, 0, 0];
    for (const [window, sessions] of Map.groupBy(schedule, (row) => row.window_no)) {
      const roster = minutes(sessions, 'start_time', 'end_time');
      const open = minutes(
        of(here, 'service_open').filter((row) => row.window_no === window),
        'open_time',
        'close_time',
      );
      published += roster.size;
      const worked = [...roster].filter((minute) => open.has(minute)).length;
      opened += worked;
      const listed = of(here, 'centre_window').find((row) => row.window_no === window);
      const isHeard = of(here, 'device_state').some((row) => row.window_no === window && row.state === '1');
      if (listed?.review_device === true && worked >= 300 && !isHeard) off += 1;
    }
    const hours = minutesOfHours();
    let [device, online] = [0, 0];
    for (const { device_id: name } of isWorkday(Date.parse(`${date}T00:00:00Z`) / DAY_MS) ? of(here, 'device') : []) {
      const states = of(here, 'device_state').filter((row) => row.device_id === name);
      const kept = minutes(
        states.filter((row) => row.state === '3'),
        'from_time',
        'to_time',
      );
      const on = minutes(
        states.filter((row) => row.state === '1'),
        'from_time',
        'to_time',
      );
      device += hours.filter((minute) => !kept.has(minute)).length;
      online += hours.filter((minute) => !kept.has(minute) && on.has(minute)).length;
    }
    const missed = of(here, 'appointment').filter((row) => row.state === '3' && dateOf(row.appoint_time) === date);
    found.set(`centre-day ${id}`, {
      publishedMinutes: published,
      openShare: ratio(opened, published),
      missedAppointments: missed.length,
      deviceMinutes: device,
      onlineShare: ratio(online, device),
      reviewDevicesOff: off,
    });
  }
}

function minutesOfHours(): readonly number[] {
  return PUBLISHED.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index));
}

/** Days with twenty numbers; smaller ones go into longer spans. */
function groupDays(halls: readonly PushedRow[], found: Map<string, Facts>): void {
  const days = Map.groupBy(
    of(halls, 'queue_ticket'),
    (row) => `${row.centre_id}:${row.business_group}:${dateOf(row.take_time)}`,
  );
  for (const [id, tickets] of days) {
    if (tickets.length < 20) continue;
    const waits = tickets.map(
      (row) => (Date.parse(String(row.call_time)) - Date.parse(String(row.take_time))) / MINUTE,
    );
    const rank = (part: number): number | undefined =>
      waits.toSorted((a, b) => a - b).find((wait) => waits.filter((one) => one <= wait).length >= part * waits.length);
    found.set(`centre-group-day ${id}`, {
      tickets: waits.length,
      medianMinutes: rank(0.5),
      p95Minutes: rank(0.95),
      longShare: waits.filter((wait) => wait > 30).length / waits.length,
    });
  }
}

interface CountedItem {
  readonly id: string;
  readonly agency: string;
  readonly item: string;
  readonly kind: string;
  readonly place: string;
  readonly window: string;
  readonly acceptedAt: string;
  readonly finishedAt: string;
  /** Days between that are working ones, beyond its promise. */
  readonly isLate: boolean;
}

function itemsOf(scene: Scene): readonly CountedItem[] {
  const late = new Set(scene.truth.filter(({ indicator }) => indicator === 'WI-03').map(({ subject }) => subject));
  const rows = (scene.rows['work-items'] ?? []).map(({ row }) => row);
  const results = new Map(of(rows, 'up_pro_result').map((row) => [row.project_no, row]));
  return of(rows, 'up_pro_accept').map((row) => ({
    id: `115:${row.project_no}`,
    agency: String(row.org_code),
    item: String(row.task_code),
    kind: String(scene.items.find(({ code }) => code === row.task_code)?.kind),
    place: String(row.place_id ?? ''),
    window: String(row.window_no ?? ''),
    acceptedAt: String(row.accept_date),
    finishedAt: String(results.get(row.project_no)?.result_date),
    isLate: late.has(`115:${row.project_no}`),
  }));
}

function centreMonths(halls: readonly PushedRow[], items: readonly CountedItem[], found: Map<string, Facts>): void {
  const month = (text: string): string => text.slice(0, 7);
  const keys = new Set([
    ...of(halls, 'window_schedule').map((row) => `${row.centre_id}:${month(String(row.day))}`),
    ...items
      .filter(({ place }) => place !== '' && place !== 'OFFICE')
      .map(({ place, acceptedAt }) => `${place}:${month(dateOf(acceptedAt))}`),
  ]);
  for (const key of keys) {
    const [centre, inMonth] = key.split(':');
    const must = of(halls, 'centre_item').filter((row) => row.centre_id === centre && row.negative_list !== true);
    const at = items.filter(({ place, acceptedAt }) => place === centre && month(dateOf(acceptedAt)) === inMonth);
    const windows = at.flatMap(({ window }) =>
      of(halls, 'centre_window').filter(
        (row) => row.centre_id === centre && row.window_no === window && row.special_approved !== true,
      ),
    );
    found.set(`centre-month ${key}`, {
      mustEnter: must.length,
      enteredShare: ratio(must.filter((row) => row.enter_time !== '' && row.window_no !== '').length, must.length),
      windowItems: windows.length,
      integratedShare: ratio(windows.filter((row) => row.window_type === '1').length, windows.length),
    });
  }
}

function agencyMonths(halls: readonly PushedRow[], items: readonly CountedItem[], found: Map<string, Facts>): void {
  const passed = new Set(of(halls, 'item_handling').map((row) => `115:${row.project_no}`));
  const centreOf = new Map(of(halls, 'centre_item').map((row) => [row.item_code, row.centre_id]));
  for (const [key, own] of Map.groupBy(
    items,
    ({ agency, acceptedAt }) => `${agency}:${dateOf(acceptedAt).slice(0, 7)}`,
  )) {
    const entered = own.filter(({ item, place }) => centreOf.has(item) && place !== '');
    const outside = entered.filter(({ id, item, place }) => place !== centreOf.get(item) || passed.has(id));
    const sameDay = own.filter(({ acceptedAt, finishedAt }) => dateOf(acceptedAt) === dateOf(finishedAt));
    found.set(`centre-agency-month ${key}`, {
      enteredItems: entered.length,
      outsideShare: ratio(outside.length, entered.length),
      finishedItems: own.length,
      sameDayShare: ratio(sameDay.length, own.length),
      instantShare: ratio(own.filter(({ kind }) => kind === 'INSTANT').length, own.length),
      dueItems: own.length,
      onTimeShare: ratio(own.filter(({ isLate }) => !isLate).length, own.length),
    });
  }
}

function stationMonths(halls: readonly PushedRow[], found: Map<string, Facts>): void {
  for (const plan of of(halls, 'station_plan')) {
    const quarter = Number(String(plan.quarter).slice(6));
    for (const offset of [2, 1, 0]) {
      const month = `${String(plan.quarter).slice(0, 4)}-${String(quarter * 3 - offset).padStart(2, '0')}`;
      const there = of(halls, 'station_activity').filter(
        (row) => row.centre_id === plan.centre_id && dateOf(row.activity_time).startsWith(month),
      );
      found.set(`station-month ${plan.centre_id}:${month}`, {
        assignedItems: Number(plan.assigned_items),
        activities: there.filter((row) => row.activity_kind !== '4').length,
        closings: there.filter((row) => row.activity_kind === '4').length,
      });
    }
  }
}
