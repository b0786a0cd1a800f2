import type { Arrival } from './arrivals.ts';
import { type Applicant, CaseWriter, type Finding, type PushedRow } from './case.ts';
import { type CastAgency, type CastItem, type CastSource, itemsOf, makeAgency } from './cast.ts';
import { at, dateText, instantText, type NaiveCalendar } from './naive-calendar.ts';
import { DEPARTMENTS, DIVISIONS, templateOf } from './names.ts';
import type { Random } from './random.ts';
import { boundaries } from './scenarios.ts';

export interface SourcePlants {
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  readonly sources: readonly CastSource[];
  readonly cases: readonly CaseWriter[];
  readonly arrivals: readonly Arrival[];
  readonly silentFrom: ReadonlyMap<string, number>;
  readonly declareMore: ReadonlyMap<string, number>;
  readonly truth: readonly Finding[];
}

interface World {
  readonly random: Random;
  readonly workdays: readonly number[];
  readonly days: readonly number[];
  readonly calendar: NaiveCalendar;
  readonly applicants: { next(): Applicant };
  readonly readAt: number;
}

const MINUTE = 60_000;
/** Instant cases on the bad day: three rows each. */
const CASES = 80;
/** Place of the bad day among the month's working days: past the first week, clear of the month's end. */
const BAD_DAY = 7;

/** A way to spoil some of a day's cases; `bad` says whether this one is among those to spoil. */
type Spoil = (kase: CaseWriter, accepted: number, index: number, world: World) => void;

/**
 * Sources of their own, each with one bad day by which exactly one indicator of pushed data must speak. On every other
 * working day they push a single clean case, so that they are not silent.
 */
export function plantSources(world: World): SourcePlants {
  const department = DEPARTMENTS[0] as (typeof DEPARTMENTS)[number];
  const agency = makeAgency(
    DIVISIONS[0] as (typeof DIVISIONS)[number],
    { ...department, name: '测试业务系统运行单位', en: 'Agency of the test systems' },
    6000,
    'IMPLEMENTING',
    902,
  );
  const day = world.workdays[BAD_DAY] as number;
  const date = dateText(day);
  const sources: CastSource[] = [];
  const cases: CaseWriter[] = [];
  const arrivals: Arrival[] = [];
  const truth: Finding[] = [];
  const declareMore = new Map<string, number>();
  const silentFrom = new Map<string, number>();

  const addSource = (id: string, more: Partial<CastSource> = {}): CastSource => {
    const source: CastSource = {
      id,
      name: `测试业务系统 ${id}`,
      nameEn: `Test system ${id}`,
      agency: agency.uscc,
      division: agency.division,
      ownPlatform: true,
      mustPush: true,
      registeredAt: instantText(at((world.days[0] as number) - 7, 540)),
      exempt: null,
      ...more,
    };
    sources.push(source);
    return source;
  };
  const addCase = (
    source: CastSource,
    onDay: number,
    minute: number,
    name: string,
    spoil?: Spoil,
    index = 0,
  ): CaseWriter => {
    const accepted = at(onDay, minute);
    const kase = new CaseWriter({
      no: `${source.id}-${dateText(onDay)}-${name}`,
      source: source.id,
      agency,
      template: templateOf('001002'),
      applicant: world.applicants.next(),
      calendar: world.calendar,
      day: onDay,
    });
    kase.accept({ appliedAt: accepted - 2 * MINUTE, acceptedAt: accepted });
    kase.step('FINISH', '即时办结', accepted, accepted + 5 * MINUTE).result(accepted + 5 * MINUTE);
    spoil?.(kase, accepted, index, world);
    cases.push(kase);
    return kase;
  };
  const badDay = (indicator: string, level: Finding['level'], spoil: Spoil): CastSource => {
    const source = addSource(`115-${indicator.toLowerCase()}`);
    for (const one of world.workdays) if (one !== day) addCase(source, one, 600, 'steady');
    for (let index = 0; index < CASES; index += 1) addCase(source, day, 520 + index * 2, String(index), spoil, index);
    truth.push(sourceDay(indicator, level, source.id, date));
    return source;
  };

  badDay('DP-03', 'YELLOW', (kase, _at, index) =>
    change(kase, 'up_pro_process', index < 8 ? { handle_user_name: '' } : {}),
  );
  badDay('DP-04', 'YELLOW', (kase, _at, index) =>
    change(kase, 'up_pro_accept', index < 8 ? { applyer_type: '77' } : {}),
  );
  badDay('DP-05', 'YELLOW', (kase, _at, index) =>
    change(kase, 'up_pro_accept', index < 2 ? { applyer_page_code: '150102199001011239' } : {}),
  );
  badDay('DP-06', 'YELLOW', (kase, _at, index) =>
    change(
      kase,
      'up_pro_accept',
      index < 3 ? { task_code: `${agency.uscc}3150131999999`, catalog_code: '150131999999' } : {},
    ),
  );
  badDay('DP-07', 'YELLOW', (kase, accepted, index) => {
    if (index < 6)
      kase.push('up_pro_process', accepted, {
        project_no: `${kase.no}-X`,
        process_name: '受理',
        event_name: '1',
        event_start_time: instantText(accepted),
        event_end_time: instantText(accepted),
        handle_user_name: '经办人',
        handle_explain: '同意',
      });
  });
  badDay('DP-08', 'YELLOW', (kase, accepted, index) =>
    change(kase, 'up_pro_process', index < 2 ? { event_end_time: instantText(accepted + 35 * MINUTE) } : {}),
  );
  badDay('DP-09', 'YELLOW', (kase, accepted, index) => {
    const step = kase.rows.find(({ row }) => row.table === 'up_pro_process');
    if (index < 6 && step !== undefined)
      kase.push('up_pro_process', accepted + 20 * MINUTE, {
        ...step.row,
        cd_time: instantText(accepted + 20 * MINUTE),
        handle_explain: '同意（重报）',
      });
  });
  const misdated = badDay('DP-10', 'YELLOW', () => {});
  for (let index = 0; index < 4; index += 1) {
    const accepted = at(day, 540 + index);
    const template = templateOf('002001');
    const kase = new CaseWriter({
      no: `${misdated.id}-${date}-promise-${index}`,
      source: misdated.id,
      agency,
      template,
      applicant: world.applicants.next(),
      calendar: world.calendar,
      day,
    });
    const wrong = dateText(world.calendar.workdayAfter(day, template.promiseWorkdays + 1));
    kase.accept({ appliedAt: accepted - 2 * MINUTE, acceptedAt: accepted }, { promise_date: wrong });
    const times = boundaries(world, accepted, 0.5);
    cases.push(kase.steps(times).result(times.at(-1) as number));
  }
  const gap = badDay('DP-11', 'YELLOW', () => {});
  declareMore.set(`${gap.id} ${date}`, 4);

  // DP-01: by the end of the next working day is the limit; ten cases of the bad day come a working day later than that,
  // among ninety of the day before their arrival.
  const slow = addSource('115-dp-01', { ownPlatform: false });
  for (const one of world.workdays) if (one !== day) addCase(slow, one, 600, 'steady');
  const arrivalDay = world.calendar.workdayAfter(day, 2);
  for (let index = 0; index < 100; index += 1) {
    const late = index < 10;
    const kase = addCase(
      slow,
      late ? day : world.calendar.workdayAfter(day, 1),
      700 + (late ? index : index % 20),
      `p${index}`,
    );
    cases.pop();
    for (const { row } of kase.rows) arrivals.push({ receivedAt: at(arrivalDay, 620) + index * 1000, row });
  }
  truth.push(sourceDay('DP-01', 'YELLOW', slow.id, dateText(arrivalDay)));

  // DP-02: pushes for eight working days, then falls silent.
  const silent = addSource('115-dp-02');
  const lastPush = world.workdays[8] as number;
  for (const one of world.workdays.slice(0, 9))
    for (let index = 0; index < 5; index += 1) addCase(silent, one, 600 + index, String(index));
  silentFrom.set(silent.id, lastPush + 1);
  truth.push({
    indicator: 'DP-02',
    subjectKind: 'source',
    subject: silent.id,
    occurrence: '',
    level: 'RED',
    turnedAt: instantText(at(world.calendar.workdayAfter(lastPush, 6))),
  });

  // Its totals fail to come too: from the second working day without them each day's account is open.
  for (const one of world.workdays.slice(10)) truth.push(sourceDay('DP-11', 'RED', silent.id, dateText(one)));

  // DP-13: registered thirty-five working days before the end and never heard of; its exempt neighbour must stay quiet.
  let registered = world.readAt;
  for (let left = 35; left > 0; ) {
    registered -= 86_400_000;
    if (world.calendar.isWorkday(Math.floor((registered + 8 * 3_600_000) / 86_400_000))) left -= 1;
  }
  const registeredDay = Math.floor((registered + 8 * 3_600_000) / 86_400_000);
  const never = addSource('115-dp-13', { registeredAt: instantText(at(registeredDay, 540)) });
  addSource('115-exempt', {
    registeredAt: instantText(at(registeredDay, 540)),
    exempt: { document: '内政数函〔示例〕2号', from: '2026-01-01', to: null },
  });
  silentFrom.set(never.id, world.days[0] as number);
  truth.push({
    indicator: 'DP-13',
    subjectKind: 'source',
    subject: never.id,
    occurrence: '',
    level: 'YELLOW',
    turnedAt: instantText(at(world.calendar.workdayAfter(registeredDay, 30))),
  });

  // DP-12: a batch of the integrated platform with one row that names no work item, never corrected.
  const refusedAt = at(world.workdays[3] as number, 640);
  arrivals.push({
    receivedAt: refusedAt,
    row: {
      table: 'up_pro_process',
      row_guid: 'DP-12-1',
      cd_batch: 'DP-12',
      cd_operation: 'I',
      cd_time: instantText(refusedAt),
      data_source: '115',
      process_name: '受理',
      event_name: '1',
      event_start_time: instantText(refusedAt),
      event_end_time: instantText(refusedAt),
      handle_user_name: '经办人',
      handle_explain: '同意',
    },
  });
  truth.push({
    indicator: 'DP-12',
    subjectKind: 'intake-batch',
    subject: '115:DP-12',
    occurrence: '',
    level: 'RED',
    turnedAt: null,
  });

  return {
    agencies: [agency],
    items: itemsOf(agency),
    sources,
    cases,
    arrivals,
    silentFrom,
    declareMore,
    truth,
  };
}

function sourceDay(indicator: string, level: Finding['level'], source: string, date: string): Finding {
  return { indicator, subjectKind: 'source-day', subject: `${source}:${date}`, occurrence: '', level, turnedAt: null };
}

/** Rewrites columns of the case's first row of a table. */
function change(kase: CaseWriter, table: string, columns: PushedRow): void {
  const index = kase.rows.findIndex(({ row }) => row.table === table);
  const found = kase.rows[index];
  if (found !== undefined) kase.rows[index] = { ...found, row: { ...found.row, ...columns } };
}
