import { makeLicenceIdentifier, makeProjectCode } from '@gnomon/identifiers';
import { type Applicant, CaseWriter, type PushedRow, type TimedRow } from '../case.ts';
import { type CastAgency, itemCode } from '../cast.ts';
import { at, dateText, dayOf, instantText } from '../naive-calendar.ts';
import { templateOf } from '../names.ts';
import { boundaries } from '../scenarios.ts';
import type { SceneFinding, SceneWorld } from '../scene.ts';

/** The one system by which these stories reach every domain but bundles and work items. */
export const CONTRADICTION_SOURCE = '115-contradictions';
const WORK_SOURCE = '115';
const LICENCE_TYPE = { code: '11100000000013338W011', name: '经营许可证' };
const MINUTE = 60_000;

/** A work item of a story, and who applied for it. */
export interface StoryItem {
  readonly kase: CaseWriter;
  readonly holder: Applicant;
  readonly agency: CastAgency;
}

/** Writes stories that several domains tell, row by row. What one domain says is in order by itself. */
export class ContradictionWriter {
  readonly rows: Record<'licences' | 'reviews' | 'engineering' | 'centres', TimedRow[]> = {
    licences: [],
    reviews: [],
    engineering: [],
    centres: [],
  };
  readonly workItems: CaseWriter[] = [];
  readonly truth: SceneFinding[] = [];
  private readonly world: SceneWorld;
  private count = 0;

  constructor(world: SceneWorld) {
    this.world = world;
  }

  /** An empty work item. */
  open(agency: CastAgency, day: number, item = '003001'): StoryItem {
    const holder = this.world.applicants.next();
    const kase = new CaseWriter({
      no: `CX${agency.uscc.slice(9)}${this.next()}`,
      source: WORK_SOURCE,
      agency,
      template: templateOf(item),
      applicant: holder,
      calendar: this.world.calendar,
      day,
    });
    this.workItems.push(kase);
    return { kase, holder, agency };
  }

  /** A work item accepted at an instant and granted after a number of working days. Gives the instant of its end. */
  grant({ kase }: StoryItem, acceptedAt: number, workdays: number, more: PushedRow = {}): number {
    const times = boundaries(this.world, acceptedAt, workdays);
    const finishedAt = times.at(-1) as number;
    kase
      .accept({ appliedAt: acceptedAt - 20 * MINUTE, acceptedAt })
      .steps(times)
      .result(finishedAt, more);
    return finishedAt;
  }

  /** Columns of a result that is a licence. */
  licenceResult(): PushedRow {
    return { result_cetr_name: LICENCE_TYPE.name, result_cetr_no: this.licenceNumber() };
  }

  /** A licence that names a work item. Gives its id in the graph. */
  licence(
    { agency, holder }: Pick<StoryItem, 'agency' | 'holder'>,
    workItem: string,
    collectedAt: number,
    issuedOn = dayOf(collectedAt),
  ): string {
    const number = this.licenceNumber();
    const serial = `2026${this.next().padStart(8, '9')}`;
    const id = `CX${serial}`;
    this.push('licences', 'up_lic_data', collectedAt, {
      certificate_source_id: id,
      certificate_number: number,
      certificate_type: LICENCE_TYPE.name,
      certificate_type_code: LICENCE_TYPE.code,
      certificate_name: LICENCE_TYPE.name,
      certificate_holder: holder.name,
      certificate_holder_code: holder.residentId,
      certificate_holder_type: '111',
      issue_dept: agency.name,
      issue_dept_code: agency.uscc,
      issue_date: dateText(issuedOn),
      certificate_area_code: agency.division.padEnd(6, '0'),
      certificate_identifier: makeLicenceIdentifier(LICENCE_TYPE.code, agency.uscc, serial, 1),
      certificate_version: '001',
      certificate_status: '1',
      valid_from: dateText(issuedOn),
      long_term: true,
      work_source: WORK_SOURCE,
      project_no: workItem,
      file_hash: serial.padStart(64, '0'),
      conforms_standard: true,
      is_stock: false,
      collected_at: instantText(collectedAt),
    });
    return `${CONTRADICTION_SOURCE}:${id}`;
  }

  /** A good review of a work item. Gives its id in the graph. */
  review({ kase, agency, holder }: StoryItem, assessedAt: number, more: PushedRow = {}): string {
    const id = `CX${this.next()}`;
    this.push('reviews', 'up_review', assessedAt, {
      review_id: id,
      work_source: WORK_SOURCE,
      project_no: kase.no,
      area_code: agency.division.padEnd(12, '0'),
      org_code: agency.uscc,
      task_code: itemCode(agency, kase.template),
      task_name: kase.template.name,
      window_no: `W${id}`,
      staff_id: `S${id}`,
      channel: '3',
      user_property: '1',
      satisfaction: '5',
      assess_time: instantText(assessedAt),
      review_no: 1,
      is_named: true,
      is_default: false,
      reviewer_phone: holder.mobile,
      ...more,
    });
    return `${CONTRADICTION_SOURCE}:${id}`;
  }

  /** A number drawn in a hall for an item, called and served. Gives its id in the graph. */
  ticket({ agency, kase, holder }: StoryItem, servedAt: number): string {
    const no = `CX${this.next()}`;
    const centre = `C-CX-${agency.division}`;
    this.push('centres', 'queue_ticket', servedAt, {
      centre_id: centre,
      ticket_no: no,
      business_group: '综合业务',
      window_no: 'A1',
      item_code: itemCode(agency, kase.template),
      org_code: agency.uscc,
      applicant_name: holder.name,
      applicant_code: holder.residentId,
      take_time: instantText(servedAt - 6 * MINUTE),
      call_time: instantText(servedAt - MINUTE),
      serve_time: instantText(servedAt),
    });
    return `${centre}:${no}`;
  }

  /** The code of a project; its register knows it when `registeredAt` is given. */
  project(agency: CastAgency, day: number, registeredAt: number | null): string {
    const [year, month] = dateText(day).split('-').map(Number) as [number, number];
    const code = makeProjectCode({
      year,
      month,
      division: agency.division.padEnd(6, '0'),
      department: '48',
      projectType: '01',
      random: String(90_000 + Number(this.next())),
    });
    if (registeredAt === null) return code;
    const common = { project_code: code, registered_at: instantText(registeredAt) };
    this.push('engineering', 'eng_project', registeredAt, {
      ...common,
      project_name: '示例工程建设项目',
      // Small private project: the longest total limit is far away.
      project_type: '5',
      lead_body: agency.uscc,
      division: agency.division,
    });
    this.push('engineering', 'eng_register', registeredAt, common);
    return code;
  }

  /** An approval that is accepted, and granted when `grant` says so. Gives its id in the graph. */
  approval(
    agency: CastAgency,
    project: string,
    acceptedAt: number,
    grant: { readonly at: number; readonly documentOn: number } | null,
  ): string {
    const no = `CX${dateText(dayOf(acceptedAt)).replaceAll('-', '')}-${this.next()}`;
    const columns: PushedRow = {
      row_guid: no,
      project_code: project,
      approval_no: no,
      approval_kind: '99',
      stage: '2',
      item_code: '000117001000',
      org_code: agency.uscc,
      division: agency.division,
      accepted_at: instantText(acceptedAt),
      entered_at: instantText(acceptedAt),
      materials: 5,
      plan_limit: 30,
      catalogue_limit: 40,
    };
    this.push('engineering', 'eng_approval', acceptedAt, columns);
    if (grant !== null)
      this.push('engineering', 'eng_approval', grant.at, {
        ...columns,
        cd_operation: 'U',
        finished_at: instantText(grant.at),
        outcome: '1',
        opinion: '经审查，符合条件，准予许可',
        document_no: `建审〔示例〕${no.slice(-5)}号`,
        document_date: dateText(grant.documentOn),
        document_file: `doc-${no}`,
        drawing_review_no: `SC-${no.slice(-5)}`,
      });
    return `${CONTRADICTION_SOURCE}:${no}`;
  }

  /** Notes a contradiction that must be asked about a matter; `askedOn`: the day on which it is asked, at 00:00. */
  plant(indicator: string, matter: string, occurrence: string, askedOn: number): void {
    this.find(indicator, 'matter', matter, 'YELLOW', at(askedOn), occurrence);
  }

  /** Notes what another domain must find because of these rows. */
  find(
    indicator: string,
    subjectKind: string,
    subject: string,
    level: SceneFinding['level'],
    turnedAt: number | null,
    occurrence = '',
  ): void {
    const turned = turnedAt === null ? null : instantText(turnedAt);
    this.truth.push({ indicator, subjectKind, subject, occurrence, level, turnedAt: turned });
  }

  private licenceNumber(): string {
    return `蒙证〔2026〕CX${this.next()}`;
  }

  private next(): string {
    this.count += 1;
    return String(this.count).padStart(3, '0');
  }

  private push(domain: keyof ContradictionWriter['rows'], table: string, eventAt: number, columns: PushedRow): void {
    this.rows[domain].push({
      eventAt,
      row: {
        table,
        row_guid: `CX-${this.next()}`,
        cd_batch: `${CONTRADICTION_SOURCE}-${dateText(dayOf(eventAt))}`,
        cd_operation: 'I',
        cd_time: instantText(eventAt),
        data_source: CONTRADICTION_SOURCE,
        ...columns,
      },
    });
  }
}
