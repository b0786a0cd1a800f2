import type { Arrival } from '../../arrivals.ts';
import type { PushedRow, TimedRow } from '../../case.ts';
import type { CastAgency, CastSource } from '../../cast.ts';
import { at, dateText, dayOf, instantText } from '../../naive-calendar.ts';
import type { SceneFinding, SceneWorld } from '../../scene.ts';

/** The system by which the halls of the simulated province push. */
export const SOURCE = '115-centres';
const MINUTE = 60_000;
/** Published sessions of a working day, and of extended service on a Saturday, in minutes of the day. */
export const WORKDAY_SESSIONS: readonly Session[] = [
  [510, 720],
  [870, 1050],
];
export const SATURDAY_SESSION: readonly Session[] = [[540, 720]];
export type Session = readonly [number, number];

/** Everything that the halls push and what must be found about it. */
export interface HallBook {
  readonly world: SceneWorld;
  readonly rows: TimedRow[];
  /** Published lists: they are known before anything happens. */
  readonly lists: Arrival[];
  readonly truth: SceneFinding[];
  readonly agencies: CastAgency[];
  /** The next agency that nobody else uses. */
  nextAgency(): CastAgency;
}

/** An empty book. */
export function openBook(world: SceneWorld): HallBook {
  const agencies: CastAgency[] = [];
  return {
    world,
    rows: [],
    lists: [],
    truth: [],
    agencies,
    nextAgency() {
      const agency = world.agency(agencies.length);
      agencies.push(agency);
      return agency;
    },
  };
}

/** The source of the halls: an own platform that owes no work items. */
export function hallSource(world: SceneWorld, agency: CastAgency): CastSource {
  return {
    id: SOURCE,
    name: '全区政务服务大厅运行系统',
    nameEn: 'Operation system of the service halls',
    agency: agency.uscc,
    division: '15',
    ownPlatform: true,
    mustPush: false,
    registeredAt: instantText(at((world.days[0] as number) - 7, 540)),
    exempt: null,
  };
}

/** Notes what must be found. `turnedAt` is an instant where time alone decides. */
export function plant(
  book: HallBook,
  [indicator, level]: readonly [string, SceneFinding['level']],
  subjectKind: string,
  subject: string,
  turnedAt: number | null = null,
  occurrence = '',
): void {
  book.truth.push({
    indicator,
    subjectKind,
    subject,
    occurrence,
    level,
    turnedAt: turnedAt === null ? null : instantText(turnedAt),
  });
}

/** A hall (政务服务场所) that writes what it publishes and pushes. */
export class Hall {
  readonly id: string;
  readonly agency: CastAgency;
  private readonly book: HallBook;
  private written = 0;

  constructor(book: HallBook, id: string, kind = 'CENTRE', agency: CastAgency = book.nextAgency()) {
    this.book = book;
    this.id = id;
    this.agency = agency;
    this.list('centre', {
      centre_id: id,
      name: `${agency.name}政务服务场所`,
      name_en: `Service centre of ${agency.nameEn}`,
      centre_kind: kind,
      division: agency.division,
      org_code: agency.uscc,
      hours: '08:30-12:00,14:30-17:30',
    });
  }

  window(no: string, columns: PushedRow = {}): this {
    return this.list('centre_window', {
      centre_id: this.id,
      window_no: no,
      window_type: '1',
      monitored: false,
      review_device: false,
      ...columns,
    });
  }

  item(code: string, columns: PushedRow = {}): this {
    return this.list('centre_item', {
      item_code: code,
      centre_id: this.id,
      must_enter: true,
      negative_list: false,
      enter_time: '2025-01-01 00:00:00',
      authorised: true,
      window_no: 'A1',
      ...columns,
    });
  }

  device(id: string, columns: PushedRow = {}): this {
    return this.list('device', {
      device_id: id,
      centre_id: this.id,
      device_kind: '1',
      service_days: 'WORKDAY',
      hours: '08:30-12:00,14:30-17:30',
      ...columns,
    });
  }

  /** The published sessions of a window on a day, known in the early morning. */
  roster(day: number, window = 'A1', sessions: readonly Session[] = WORKDAY_SESSIONS): this {
    for (const [from, to] of sessions)
      this.push('window_schedule', at(day, 360), {
        window_no: window,
        day: dateText(day),
        start_time: instantText(at(day, from)),
        end_time: instantText(at(day, to)),
      });
    return this;
  }

  open(day: number, window = 'A1', intervals: readonly Session[] = WORKDAY_SESSIONS): this {
    for (const [from, to] of intervals)
      this.push('service_open', at(day, to), {
        window_no: window,
        day: dateText(day),
        open_time: instantText(at(day, from)),
        close_time: instantText(at(day, to)),
      });
    return this;
  }

  /** What happened at a window, by minutes of the day. */
  events(day: number, window: string, events: readonly (readonly [number, string])[]): this {
    for (const [minute, kind] of events)
      this.push('window_event', at(day, minute), {
        window_no: window,
        day: dateText(day),
        event_kind: kind,
        event_time: instantText(at(day, minute)),
        staff_name: '窗口人员',
      });
    return this;
  }

  /** A day on which a window did what was published. */
  workedDay(day: number, window = 'A1', sessions: readonly Session[] = WORKDAY_SESSIONS): this {
    return this.roster(day, window, sessions).open(day, window, sessions);
  }

  deviceState(device: string, day: number, state: '1' | '2' | '3', [from, to]: Session, window = ''): this {
    return this.push('device_state', at(day, to), {
      device_id: device,
      ...(window === '' ? {} : { window_no: window }),
      day: dateText(day),
      state,
      from_time: instantText(at(day, from)),
      to_time: instantText(at(day, to)),
    });
  }

  /** A number that was called after some minutes. */
  ticket(takenAt: number, waitMinutes: number, group: string, more: PushedRow = {}): this {
    const calledAt = takenAt + waitMinutes * MINUTE;
    return this.push('queue_ticket', calledAt, {
      ticket_no: `${this.id}-${this.written}`,
      business_group: group,
      take_time: instantText(takenAt),
      call_time: instantText(calledAt),
      ...more,
    });
  }

  push(table: string, eventAt: number, columns: PushedRow): this {
    this.book.rows.push({ eventAt, row: this.row(table, eventAt, columns) });
    return this;
  }

  private list(table: string, columns: PushedRow): this {
    const madeAt = at(this.book.world.days[0] as number);
    this.book.lists.push({ receivedAt: madeAt + MINUTE, row: this.row(table, madeAt, columns) });
    return this;
  }

  private row(table: string, madeAt: number, columns: PushedRow): PushedRow {
    this.written += 1;
    return {
      table,
      row_guid: `${this.id}-${this.written}`,
      cd_batch: `${SOURCE}-${dateText(dayOf(madeAt))}`,
      cd_operation: 'I',
      cd_time: instantText(madeAt),
      data_source: SOURCE,
      centre_id: this.id,
      ...columns,
    };
  }
}
