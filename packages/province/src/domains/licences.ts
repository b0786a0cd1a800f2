import { type CastAgency, itemsOf } from '../cast.ts';
import { at, dateText, dayFromText, instantText } from '../naive-calendar.ts';
import type { Scene, SceneWorld } from '../scene.ts';
import { LICENCE_SOURCE, LICENCE_TYPES, type LicenceTraits, LicenceWriter } from './licence-writer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Licences of a planted day: above the smallest sample of twenty, and one of them is 4 %. */
const SAMPLE = 25;
const CLEAN_AGENCIES = 5;
const NINE = 540;

/**
 * The licences' part of a season: a clean load, and for every indicator of electronic licences at least one violation,
 * each on an agency of its own, with the truth beside it.
 */
export function plantLicences(world: SceneWorld): Scene {
  const writer = new LicenceWriter(world);
  const agencies = Array.from({ length: CLEAN_AGENCIES + PLANTS.length }, (_, index) => world.agency(index));
  writer.types(at(world.days[0] as number, 1));
  cleanLoad(world, writer, agencies.slice(0, CLEAN_AGENCIES));
  for (const [index, plant] of PLANTS.entries()) plant(world, writer, agencies[CLEAN_AGENCIES + index] as CastAgency);
  const first = agencies[0] as CastAgency;
  return {
    agencies,
    items: agencies.flatMap(itemsOf),
    sources: [
      {
        id: LICENCE_SOURCE,
        name: '电子证照库',
        nameEn: 'Electronic licence library',
        agency: first.uscc,
        division: '15',
        ownPlatform: true,
        mustPush: false,
        registeredAt: instantText(at((world.days[0] as number) - 7, NINE)),
        exempt: null,
      },
    ],
    rows: { licences: writer.rows, 'work-items': writer.workItems.flatMap((kase) => kase.rows) },
    truth: [...writer.truth, ...writer.workItems.flatMap((kase) => kase.truth)],
  };
}

type Plant = (world: SceneWorld, writer: LicenceWriter, agency: CastAgency) => void;

const PLANTS: readonly Plant[] = [
  collectedLate,
  collectionRate,
  incompleteMetadata,
  wrongIdentifiers,
  invalidSeals,
  changesNotFollowed,
  duplicates,
  duplicateRate,
  facesThatDiffer,
  belowStandard,
  behindPlan,
  afterTheFinalDate,
  returnedRows,
];

/** Half of the load belongs to work items; every licence is complete, checked and in its time. */
function cleanLoad(world: SceneWorld, writer: LicenceWriter, agencies: readonly CastAgency[]): void {
  const days = world.workdays.slice(0, -2);
  for (let index = 0; index < world.clean; index += 1) {
    const agency = agencies[index % agencies.length] as CastAgency;
    const day = days[Math.floor((index * days.length) / world.clean)] as number;
    if (index % 2 === 0) writer.licenceOfWorkItem(agency, day, index);
    else
      writer.licence({
        agency,
        collectedAt: at(day, world.random.int(NINE, 1000)),
        type: world.random.pick(LICENCE_TYPES),
      });
  }
}

/** EL-01: collected on the second working day, on the eighth, and not yet after the sixth. */
function collectedLate(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const { calendar, workdays } = world;
  const owe = (
    day: number,
    index: number,
    collectedAfter: number | null,
    limit: number,
    level: 'YELLOW' | 'RED',
  ): void => {
    const { kase, holder } = writer.workItem(agency, day, index, writer.nextNumber());
    writer.plant('EL-01', 'licence-duty', kase.subject, level, at(calendar.workdayAfter(day, limit) + 1));
    if (collectedAfter === null) return;
    const collectedAt = at(calendar.workdayAfter(day, collectedAfter), NINE);
    writer.licence({ agency, collectedAt, workItem: kase, holder, more: { issue_date: dateText(day) } });
  };
  owe(workdays[8] as number, 0, 2, 1, 'YELLOW');
  owe(workdays[9] as number, 1, 8, 5, 'RED');
  owe(workdays.at(-7) as number, 2, null, 5, 'RED');
}

/** EL-02: two of twenty-four collected after the sixth working day, 91.7 %; the two are late by EL-01 as well. */
function collectionRate(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const month = world.months[0] as string;
  const days = daysOf(world, month);
  for (let index = 0; index < 24; index += 1) {
    const day = days[1 + (index % 6)] as number;
    if (index >= 2) {
      writer.licenceOfWorkItem(agency, day, index);
      continue;
    }
    const { kase, holder } = writer.workItem(agency, day, index, writer.nextNumber());
    const collectedAt = at(world.calendar.workdayAfter(day, 6), NINE);
    writer.licence({ agency, collectedAt, workItem: kase, holder, more: { issue_date: dateText(day) } });
    writer.plant('EL-01', 'licence-duty', kase.subject, 'RED', at(world.calendar.workdayAfter(day, 5) + 1));
  }
  writer.plant('EL-02', 'licence-type-month', `${agency.uscc}:${LICENCE_TYPES[0].code}:${month}`, 'YELLOW', null);
}

/** EL-03: one licence of a day's twenty-five names no area, 4 %. */
function incompleteMetadata(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const day = world.workdays[10] as number;
  someDay(writer, agency, day, (index) => (index === 0 ? { more: { certificate_area_code: '' } } : {}));
  plantDay(writer, 'EL-03', agency, day, 'YELLOW');
}

/** EL-04: three of twenty-five with a wrong check character, 12 %. */
function wrongIdentifiers(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const day = world.workdays[11] as number;
  someDay(writer, agency, day, (index) => (index < 3 ? { identifier: wrongCheck } : {}));
  plantDay(writer, 'EL-04', agency, day, 'RED');
}

function wrongCheck(identifier: string): string {
  return `${identifier.slice(0, -1)}${identifier.endsWith('A') ? 'B' : 'A'}`;
}

/** EL-05: one of twenty-five seals fails, 4 %; another day one seal was set after its certificate had been revoked. */
function invalidSeals(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const day = world.workdays[12] as number;
  someDay(writer, agency, day, (index) => (index === 0 ? { check: { seal_valid: false } } : {}));
  plantDay(writer, 'EL-05', agency, day, 'YELLOW');
  const collectedAt = at(world.workdays[20] as number, NINE);
  const misused = writer.licence({
    agency,
    collectedAt,
    check: { cert_revoked_at: instantText(collectedAt - 48 * HOUR) },
  });
  writer.plant('EL-05', 'licence', misused.subject, 'RED', null);
}

/** EL-06: an expiry that nobody follows, a cancellation followed late, one never, one used meanwhile, one still within its day. */
function changesNotFollowed(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const { calendar, workdays } = world;
  const issue = (more: Readonly<Record<string, string | boolean>> = {}) =>
    writer.licence({ agency, collectedAt: at(workdays[2] as number, NINE), more });
  const yellowOf = (day: number): number => at(calendar.workdayAfter(day, 1) + 1);
  const redOf = (day: number): number => at(calendar.workdayAfter(day, 5) + 1);
  const day = workdays[15] as number;
  const changedAt = at(day, NINE);

  const late = issue();
  const lateRow = writer.change(late, '4', changedAt, at(calendar.workdayAfter(day, 3), NINE));
  writer.plant('EL-06', 'licence', late.subject, 'YELLOW', yellowOf(day), lateRow);

  const never = issue();
  writer.plant('EL-06', 'licence', never.subject, 'RED', redOf(day), writer.change(never, '5', changedAt, null));

  const used = issue();
  const usedRow = writer.change(used, '4', changedAt, changedAt + 3 * HOUR);
  const usedAt = changedAt + HOUR;
  writer.push('lic_use', usedAt, { certificate_source_id: used.sourceId, used_at: instantText(usedAt) });
  writer.plant('EL-06', 'licence', used.subject, 'RED', null, usedRow);

  const expiring = issue({ long_term: false, valid_to: dateText(day) });
  writer.plant('EL-06', 'licence', expiring.subject, 'RED', redOf(day + 1), 'expiry');

  const last = at(workdays.at(-1) as number, NINE);
  const recent = issue();
  const recentRow = writer.change(recent, '4', last, null);
  writer.plant('EL-06', 'licence', recent.subject, 'WARNING', calendar.beyondOfficeMs(last, 4 * HOUR), recentRow);
}

/** EL-07: two licences with one number, never resolved; two others resolved after five working days. */
function duplicates(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const day = world.workdays[18] as number;
  plantDuplicate(world, writer, agency, day, null);
  const until = world.calendar.workdayAfter(day, 5);
  plantDuplicate(world, writer, agency, day, until);
}

function plantDuplicate(
  world: SceneWorld,
  writer: LicenceWriter,
  agency: CastAgency,
  day: number,
  until: number | null,
): void {
  const { calendar } = world;
  const first = writer.licence({ agency, collectedAt: at(day, NINE) });
  const second = writer.licence({
    agency,
    collectedAt: at(day, NINE + 60),
    more: { certificate_number: first.number },
  });
  const isRed = until === null;
  const turnedAt = at(calendar.workdayAfter(day, isRed ? 15 : 3) + 1);
  writer.plant('EL-07', 'licence-number', `${first.type.code}:${first.number}`, isRed ? 'RED' : 'YELLOW', turnedAt);
  if (until !== null) writer.change({ ...second, number: first.number }, '4', at(until, NINE), at(until, NINE));
}

/** EL-07 over the month: one duplicate among twenty-six licences, resolved within the day. */
function duplicateRate(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const month = world.months[1] as string;
  const day = daysOf(world, month)[4] as number;
  someDay(writer, agency, day, () => ({}));
  const first = writer.licence({ agency, collectedAt: at(day, NINE + 120) });
  const second = writer.licence({
    agency,
    collectedAt: at(day, NINE + 130),
    more: { certificate_number: first.number },
  });
  writer.change({ ...second, number: first.number }, '4', at(day, NINE + 140), at(day, NINE + 140));
  writer.plant('EL-07', 'licence-agency-month', `${agency.uscc}:${month}`, 'WARNING', null);
}

/** EL-08: of twenty-five licences one bears another number than its result, one another holder, one a later date: 12 %. */
function facesThatDiffer(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const day = world.workdays[22] as number;
  const faces = [
    { certificate_number: '误-1' },
    { certificate_holder_code: world.applicants.next().residentId },
    { issue_date: dateText(day + 1) },
  ];
  for (let index = 0; index < SAMPLE; index += 1) writer.licenceOfWorkItem(agency, day, index, faces[index] ?? {});
  plantDay(writer, 'EL-08', agency, day, 'RED');
}

/** EL-09: five of twenty-five licences do not conform to the standard of their type, 80 %. */
function belowStandard(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const month = world.months[1] as string;
  const day = daysOf(world, month)[6] as number;
  someDay(writer, agency, day, (index) => (index < 5 ? { more: { conforms_standard: false } } : {}));
  writer.plant('EL-09', 'licence-agency-month', `${agency.uscc}:${month}`, 'YELLOW', null);
}

/** EL-10: of fifty, nine are converted in the first month (20 % planned), five in the second (40 %), one in the third (60 %). */
function behindPlan(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const [first, second, third] = world.months as [string, string, string];
  plan(world, writer, agency, 50, [
    [lastDateOf(third), 0.6, false],
    [dateText(dayFromText(lastDateOf(third)) + 92), 1, true],
  ]);
  convert(world, writer, agency, first, 9);
  convert(world, writer, agency, second, 5);
  convert(world, writer, agency, third, 1);
  writer.plant('EL-10', 'licence-type-month', typeMonth(agency, second), 'YELLOW', null);
  writer.plant('EL-10', 'licence-type-month', typeMonth(agency, third), 'RED', null);
}

/** EL-10: one of twenty is left when the final date passes, and converted in the month after. */
function afterTheFinalDate(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const [first, second] = world.months as [string, string];
  plan(world, writer, agency, 20, [[lastDateOf(first), 1, true]]);
  convert(world, writer, agency, first, 19);
  convert(world, writer, agency, second, 1);
  writer.plant('EL-10', 'licence-type-month', typeMonth(agency, first), 'RED', null);
}

/** EL-11: a returned row mended after six working days, one never, one returned three working days ago. */
function returnedRows(world: SceneWorld, writer: LicenceWriter, agency: CastAgency): void {
  const { calendar, workdays } = world;
  const give = (no: string, day: number, fixedAfter: number | null): void => {
    const columns = {
      row_guid: `ZZE-${no}`,
      error_no: no,
      issue_dept_code: agency.uscc,
      error_remark: '类型代码不存在',
      returned_at: instantText(at(day, NINE)),
    };
    writer.push('dn_lic_data_error', at(day, NINE), columns);
    if (fixedAfter === null) return;
    const fixedAt = at(calendar.workdayAfter(day, fixedAfter), NINE);
    writer.push('dn_lic_data_error', fixedAt, { ...columns, cd_operation: 'U', fixed_at: instantText(fixedAt) });
  };
  const found = (no: string, day: number, level: 'WARNING' | 'YELLOW' | 'RED', limit: number): void =>
    writer.plant('EL-11', 'licence-error', `${LICENCE_SOURCE}:${no}`, level, at(calendar.workdayAfter(day, limit) + 1));
  const day = workdays[10] as number;
  give('TH-0001', day, 6);
  found('TH-0001', day, 'YELLOW', 5);
  give('TH-0002', day, null);
  found('TH-0002', day, 'RED', 15);
  give('TH-0003', day, 1);
  const recent = workdays.at(-4) as number;
  give('TH-0004', recent, null);
  found('TH-0004', recent, 'WARNING', 2);
}

/** Twenty-five licences of one agency in one day, without work items. */
function someDay(
  writer: LicenceWriter,
  agency: CastAgency,
  day: number,
  traits: (index: number) => Partial<LicenceTraits>,
): void {
  for (let index = 0; index < SAMPLE; index += 1)
    writer.licence({ agency, collectedAt: at(day, NINE + index * 3), ...traits(index) });
}

function plantDay(
  writer: LicenceWriter,
  indicator: string,
  agency: CastAgency,
  day: number,
  level: 'YELLOW' | 'RED',
): void {
  writer.plant(indicator, 'licence-agency-day', `${agency.uscc}:${dateText(day)}`, level, null);
}

function plan(
  world: SceneWorld,
  writer: LicenceWriter,
  agency: CastAgency,
  stock: number,
  quarters: readonly (readonly [string, number, boolean])[],
): void {
  const startsOn = dateText(world.days[0] as number);
  for (const [ends, share, isFinal] of quarters)
    writer.push('lic_conversion_plan', at(world.days[0] as number, NINE), {
      row_guid: `ZZP-${agency.uscc}-${ends}`,
      agency_code: agency.uscc,
      type_code: LICENCE_TYPES[0].code,
      starts_on: startsOn,
      quarter_ends_on: ends,
      target_share: share,
      stock,
      is_final: isFinal,
    });
}

function convert(world: SceneWorld, writer: LicenceWriter, agency: CastAgency, month: string, count: number): void {
  const day = daysOf(world, month)[9] as number;
  for (let index = 0; index < count; index += 1) {
    const collectedAt = at(day, NINE + index * 3);
    writer.licence({ agency, collectedAt, more: { is_stock: true, converted_at: instantText(collectedAt) } });
  }
}

function typeMonth(agency: CastAgency, month: string): string {
  return `${agency.uscc}:${LICENCE_TYPES[0].code}:${month}`;
}

function daysOf(world: SceneWorld, month: string): readonly number[] {
  return world.workdays.filter((day) => dateText(day).startsWith(month));
}

/** Last day of a month of the season, `YYYY-MM-DD`. */
function lastDateOf(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
