import { makeLicenceIdentifier } from '@gnomon/identifiers';
import { type Applicant, CaseWriter, type PushedRow, type TimedRow } from '../case.ts';
import type { CastAgency } from '../cast.ts';
import { at, dateText, dayOf, instantText } from '../naive-calendar.ts';
import { templateOf } from '../names.ts';
import { boundaries } from '../scenarios.ts';
import type { SceneFinding, SceneWorld } from '../scene.ts';

/** The licence library of the scenes. */
export const LICENCE_SOURCE = '115-licences';
const WORK_SOURCE = '115';
const MINUTE = 60_000;

/** A type of licence: code (credit code of the body that set it and three digits) and name. */
export interface LicenceType {
  readonly code: string;
  readonly name: string;
  readonly hasStandard: boolean;
}
export const LICENCE_TYPES: readonly [LicenceType, LicenceType] = [
  { code: '11100000000013338W011', name: '经营许可证', hasStandard: true },
  { code: '11100000000013338W009', name: '资格证书', hasStandard: true },
];

/** What differs from a licence without any defect. */
export interface LicenceTraits {
  readonly agency: CastAgency;
  /** When it comes into the library. */
  readonly collectedAt: number;
  readonly type?: LicenceType;
  readonly workItem?: CaseWriter;
  readonly holder?: Applicant;
  readonly more?: PushedRow;
  /** What is written in place of the right identifier. */
  readonly identifier?: (right: string) => string;
  /** Columns of its check; `null` = not checked. */
  readonly check?: PushedRow | null;
}

/** A licence that was written: how rows about it name it. */
export interface WrittenLicence {
  readonly sourceId: string;
  readonly subject: string;
  readonly type: LicenceType;
  readonly number: string;
}

/** Writes what a licence library pushes, and the work items behind it, row by row. Clean unless the caller makes it otherwise. */
export class LicenceWriter {
  readonly rows: TimedRow[] = [];
  readonly workItems: CaseWriter[] = [];
  readonly truth: SceneFinding[] = [];
  private readonly world: SceneWorld;
  private count = 0;

  constructor(world: SceneWorld) {
    this.world = world;
  }

  /** Registers the types of licences, before the first of them is issued. */
  types(eventAt: number): void {
    for (const { code, name, hasStandard } of LICENCE_TYPES)
      this.push('lic_type', eventAt, {
        type_code: code,
        type_name: name,
        valid_from: '2019-01-01',
        has_standard: hasStandard,
      });
  }

  /** A granted work item of the agency whose result is a licence: accepted on the morning of `day`, finished the same day. */
  workItem(
    agency: CastAgency,
    day: number,
    index: number,
    licenceNo: string,
    type = LICENCE_TYPES[0],
  ): { kase: CaseWriter; holder: Applicant; finishedAt: number } {
    const holder = this.world.applicants.next();
    const kase = new CaseWriter({
      no: `ZZ-${agency.uscc.slice(9)}-${dateText(day)}-${this.workItems.length}`,
      source: WORK_SOURCE,
      agency,
      template: templateOf('003001'),
      applicant: holder,
      calendar: this.world.calendar,
      day,
    });
    const accepted = at(day, 540 + (index % 60) * 2);
    const times = boundaries(this.world, accepted, 0.6);
    const finishedAt = times.at(-1) as number;
    kase
      .accept({ appliedAt: accepted - 20 * MINUTE, acceptedAt: accepted })
      .steps(times)
      .result(finishedAt, { result_cetr_name: type.name, result_cetr_no: licenceNo });
    this.workItems.push(kase);
    return { kase, holder, finishedAt };
  }

  /** The number that the next licence will bear. */
  nextNumber(): string {
    return `蒙证〔2026〕${String(this.count + 1).padStart(6, '0')}`;
  }

  licence(traits: LicenceTraits): WrittenLicence {
    const { agency, collectedAt, type = LICENCE_TYPES[0], workItem, check = {}, identifier = unchanged } = traits;
    const number = this.nextNumber();
    this.count += 1;
    const holder = traits.holder ?? this.world.applicants.next();
    const serial = `2026${String(this.count).padStart(8, '0')}`;
    const sourceId = `ZZ${serial}`;
    this.push('up_lic_data', collectedAt, {
      row_guid: `${sourceId}-L`,
      certificate_source_id: sourceId,
      certificate_number: number,
      certificate_type: type.name,
      certificate_type_code: type.code,
      certificate_name: type.name,
      certificate_holder: holder.name,
      certificate_holder_code: holder.residentId,
      certificate_holder_type: '111',
      issue_dept: agency.name,
      issue_dept_code: agency.uscc,
      issue_date: dateText(dayOf(collectedAt)),
      certificate_area_code: agency.division.padEnd(6, '0'),
      certificate_identifier: identifier(makeLicenceIdentifier(type.code, agency.uscc, serial, 1)),
      certificate_version: '001',
      certificate_status: '1',
      valid_from: dateText(dayOf(collectedAt)),
      long_term: true,
      ...(workItem === undefined ? {} : { work_source: workItem.source, project_no: workItem.no }),
      file_hash: serial.padStart(64, '0'),
      conforms_standard: true,
      is_stock: false,
      collected_at: instantText(collectedAt),
      ...traits.more,
    });
    if (check !== null) this.check(sourceId, collectedAt + 5 * MINUTE, check);
    return { sourceId, subject: `${LICENCE_SOURCE}:${sourceId}`, type, number };
  }

  /** A licence with its work item: finished in the day, collected twenty minutes later, all in order. */
  licenceOfWorkItem(agency: CastAgency, day: number, index: number, more: PushedRow = {}): WrittenLicence {
    const { kase, holder, finishedAt } = this.workItem(agency, day, index, this.nextNumber());
    return this.licence({ agency, collectedAt: finishedAt + 20 * MINUTE, workItem: kase, holder, more });
  }

  check(sourceId: string, checkedAt: number, columns: PushedRow): void {
    this.push('lic_check', checkedAt, {
      certificate_source_id: sourceId,
      checked_at: instantText(checkedAt),
      file_present: true,
      hash_matches: true,
      seal_present: true,
      seal_valid: true,
      seal_cert_no: 'YZ-000001',
      signed_at: instantText(checkedAt - 10 * MINUTE),
      ...columns,
    });
  }

  /** A change of status at the issuer; `syncedAt` is told by the same row, pushed again. Returns the row's guid. */
  change(
    { sourceId, type, number }: WrittenLicence,
    status: string,
    changedAt: number,
    syncedAt: number | null,
  ): string {
    const guid = `${sourceId}-C${status}`;
    const columns = {
      row_guid: guid,
      certificate_source_id: sourceId,
      certificate_type_code: type.code,
      certificate_number: number,
      new_status: status,
      changed_at: instantText(changedAt),
    };
    const isAtOnce = syncedAt === changedAt;
    this.push('lic_status_change', changedAt, isAtOnce ? { ...columns, synced_at: instantText(syncedAt) } : columns);
    if (syncedAt !== null && !isAtOnce)
      this.push('lic_status_change', syncedAt, { ...columns, cd_operation: 'U', synced_at: instantText(syncedAt) });
    return guid;
  }

  plant(
    indicator: string,
    subjectKind: string,
    subject: string,
    level: SceneFinding['level'],
    turnedAt: number | null,
    occurrence = '',
  ): void {
    this.truth.push({
      indicator,
      subjectKind,
      subject,
      occurrence,
      level,
      turnedAt: turnedAt === null ? null : instantText(turnedAt),
    });
  }

  push(table: string, eventAt: number, columns: PushedRow): void {
    this.rows.push({
      eventAt,
      row: {
        table,
        row_guid: `ZZR-${this.rows.length + 1}`,
        cd_batch: `${LICENCE_SOURCE}-${dateText(dayOf(eventAt))}`,
        cd_operation: 'I',
        cd_time: instantText(eventAt),
        data_source: LICENCE_SOURCE,
        ...columns,
      },
    });
  }
}

const unchanged = (identifier: string): string => identifier;
