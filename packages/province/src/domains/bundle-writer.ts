import { type Applicant, CaseWriter, type PushedRow, type TimedRow } from '../case.ts';
import { type CastAgency, type CastItem, itemCode, itemsOf } from '../cast.ts';
import { dateText, dayOf, instantText } from '../naive-calendar.ts';
import type { ItemTemplate } from '../names.ts';
import { boundaries } from '../scenarios.ts';
import type { SceneFinding, SceneWorld } from '../scene.ts';

/** The bundle platform of the scenes. */
export const BUNDLE_SOURCE = '115-bundles';
const WORK_SOURCE = '115';
const MINUTE = 60_000;

/** A child item of the scenes' bundles: nobody applies for these items but here. */
export interface ChildTemplate extends ItemTemplate {
  /** Code in the bundle list: twelve digits. */
  readonly listCode: string;
}

/** The child item with a number of its own, of the department whose code is given. */
export function childTemplate(number: number, department: string): ChildTemplate {
  const code = `009${String(number).padStart(3, '0')}`;
  return {
    code,
    listCode: `150${department}${code}`,
    name: `一件事子事项${number}`,
    en: `Child item ${number} of a bundle`,
    itemType: '07',
    kind: 'PROMISE',
    promiseWorkdays: 10,
    statutoryWorkdays: 40,
    feeYuan: null,
    joint: false,
    weight: 0,
  };
}

/** A child as the registry publishes it for an agency. */
export function childItem(agency: CastAgency, template: ChildTemplate): CastItem {
  const [model] = itemsOf(agency).filter(({ kind }) => kind === 'PROMISE');
  if (model === undefined) throw new RangeError('the cast has no promise item to model a child on');
  return {
    ...model,
    code: itemCode(agency, template),
    name: template.name,
    nameEn: template.en,
    itemType: template.itemType,
    versions: model.versions.map((version) => ({
      ...version,
      promise: { amount: template.promiseWorkdays, unit: 'WORKDAY' },
      statutory: { amount: template.statutoryWorkdays ?? 0, unit: 'WORKDAY' },
    })),
  };
}

/** A child in a published list. */
export interface ListedChild {
  readonly template: ChildTemplate;
  /** `*` always; an answer of the scenario; empty never. */
  readonly mandatoryWhen: string;
  readonly dependsOn?: readonly ChildTemplate[];
  readonly slotWorkdays: number;
}

/** A published bundle of the scenes. */
export interface ListedBundle {
  readonly code: string;
  readonly name: string;
  readonly promiseWorkdays: number;
  readonly children: readonly ListedChild[];
}

/** Writes what a bundle platform pushes, row by row; a row that is pushed again keeps the columns that it had. */
export class BundleWriter {
  readonly rows: TimedRow[] = [];
  readonly workItems: CaseWriter[] = [];
  readonly truth: SceneFinding[] = [];
  /** Items of its own that the registry must publish. */
  readonly items: CastItem[] = [];
  readonly world: SceneWorld;
  private readonly known = new Map<string, PushedRow>();

  constructor(world: SceneWorld) {
    this.world = world;
  }

  /** Publishes a bundle for the whole region. */
  publish({ code, name, promiseWorkdays, children }: ListedBundle, eventAt: number): void {
    const key = { division_code: '15', bundle_code: code, list_version: '2026' };
    this.push('bundle_list', `L-${code}`, eventAt, {
      ...key,
      bundle_name: name,
      promise_limit: promiseWorkdays,
      promise_unit: '1',
      child_codes: children.map(({ template }) => template.listCode).join(','),
      list_date: '2026-01-01',
    });
    for (const { template, mandatoryWhen, dependsOn = [], slotWorkdays } of children)
      this.push('bundle_list_child', `L-${code}-${template.listCode}`, eventAt, {
        ...key,
        child_code: template.listCode,
        child_name: template.name,
        mandatory_when: mandatoryWhen,
        depends_on: dependsOn.map(({ listCode }) => listCode).join(','),
        slot_workdays: slotWorkdays,
      });
  }

  /** A bundle in one place: since when it is on the list, and open. */
  list(
    bundle: Pick<ListedBundle, 'code'>,
    lead: CastAgency,
    eventAt: number,
    days: { readonly listedOn: string; readonly openedOn?: string; readonly validTo: string },
  ): void {
    const key = { division_code: lead.division, bundle_code: bundle.code };
    this.push('bundle_lead', `P-${bundle.code}-${lead.division}`, eventAt, { ...key, lead_agency: lead.uscc });
    this.push('bundle_list_state', `S-${bundle.code}-${lead.division}`, eventAt, {
      ...key,
      list_date: days.listedOn,
      ...(days.openedOn === undefined ? {} : { opened_time: days.openedOn }),
      valid_to: days.validTo,
    });
  }

  /** The work item of a child: accepted at `acceptedAt`, its steps over a share of a working day up to its result. */
  workItem(options: {
    readonly no: string;
    readonly agency: CastAgency;
    readonly template: ChildTemplate;
    readonly applicant: Applicant;
    readonly appliedAt: number;
    readonly acceptedAt: number;
    readonly workdays: number;
    readonly more: PushedRow;
  }): { readonly kase: CaseWriter; readonly finishedAt: number } {
    const { no, agency, template, applicant, appliedAt, acceptedAt, workdays, more } = options;
    const kase = new CaseWriter({
      no,
      source: WORK_SOURCE,
      agency,
      template,
      applicant,
      calendar: this.world.calendar,
      day: dayOf(acceptedAt),
    });
    const times = boundaries(this.world, acceptedAt, workdays);
    const finishedAt = times.at(-1) as number;
    kase.accept({ appliedAt, acceptedAt }, more).steps(times).result(finishedAt);
    this.workItems.push(kase);
    return { kase, finishedAt };
  }

  push(table: string, guid: string, eventAt: number, columns: PushedRow): void {
    const before = this.known.get(guid);
    const row: PushedRow = {
      ...before,
      table,
      row_guid: guid,
      cd_batch: `${BUNDLE_SOURCE}-${dateText(dayOf(eventAt))}`,
      cd_operation: before === undefined ? 'I' : 'U',
      cd_time: instantText(eventAt),
      data_source: BUNDLE_SOURCE,
      ...columns,
    };
    this.known.set(guid, row);
    this.rows.push({ eventAt, row });
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
}

const STATES = {
  SUBMITTED: '1',
  SUPPLEMENT_REQUIRED: '2',
  ACCEPTED: '3',
  IN_PROGRESS: '5',
  FINISHED: '7',
} as const;

/** One bundle case, told step by step. Times are given by the caller; nothing is a violation unless the times make it one. */
export class BundleCase {
  readonly no: string;
  readonly applicant: Applicant;
  private readonly writer: BundleWriter;
  private readonly bundle: ListedBundle;
  private readonly lead: CastAgency;

  constructor(writer: BundleWriter, bundle: ListedBundle, lead: CastAgency, no: string) {
    this.writer = writer;
    this.bundle = bundle;
    this.lead = lead;
    this.no = no;
    this.applicant = writer.world.applicants.next();
  }

  get subject(): string {
    return `${BUNDLE_SOURCE}:${this.no}`;
  }

  /** The main row in a state since an instant; columns that it had stay. */
  state(state: keyof typeof STATES, since: number, more: PushedRow = {}): this {
    this.writer.push('bundle_case', `${this.no}-M`, since, {
      case_no: this.no,
      bundle_code: this.bundle.code,
      list_version: '2026',
      division_code: this.lead.division,
      lead_agency: this.lead.uscc,
      applicant_name: this.applicant.name,
      applicant_code: this.applicant.residentId,
      state: STATES[state],
      state_time: instantText(since),
      ...more,
    });
    return this;
  }

  submit(appliedAt: number, scenario = ''): this {
    return this.state('SUBMITTED', appliedAt, { apply_time: instantText(appliedAt), scenario });
  }

  accept(acceptedAt: number): this {
    return this.state('ACCEPTED', acceptedAt, { accept_time: instantText(acceptedAt) });
  }

  finish(finishedAt: number): this {
    return this.state('FINISHED', finishedAt, { finish_time: instantText(finishedAt) });
  }

  deliver(deliveredAt: number): this {
    this.writer.push('bundle_case', `${this.no}-M`, deliveredAt, { delivered_time: instantText(deliveredAt) });
    return this;
  }

  create(template: ChildTemplate, agency: CastAgency, createdAt: number, more: PushedRow = {}): this {
    return this.child(template, createdAt, {
      case_no: this.no,
      child_code: template.listCode,
      task_code: itemCode(agency, template),
      agency: agency.uscc,
      created_time: instantText(createdAt),
      ...more,
    });
  }

  /** Something more about a child: `dispatched_time`, `signed_time`, `started_time`, `ended_time`. */
  tell(template: ChildTemplate, what: 'dispatched' | 'signed' | 'started' | 'ended', at: number): this {
    const result = what === 'ended' ? { child_result: '1' } : {};
    return this.child(template, at, { [`${what}_time`]: instantText(at), ...result });
  }

  notice(ordinal: number, agency: CastAgency, sentAt: number): this {
    this.writer.push('bundle_notice', `${this.no}-N${ordinal}`, sentAt, {
      case_no: this.no,
      agency: agency.uscc,
      sent_time: instantText(sentAt),
      content: '身份证明缺少背面',
    });
    return this;
  }

  request(ordinal: number, material: string, requestedAt: number, more: PushedRow = {}): this {
    this.writer.push('bundle_material_request', `${this.no}-R${ordinal}`, requestedAt, {
      case_no: this.no,
      material_id: material,
      material_name: '材料',
      agency: this.lead.uscc,
      requested_time: instantText(requestedAt),
      available: false,
      ...more,
    });
    return this;
  }

  /** A work item behind a child, told on the child's row; its result is the child's end. Returns when that is. */
  workItem(
    template: ChildTemplate,
    agency: CastAgency,
    appliedAt: number,
    acceptedAt: number,
    workdays: number,
  ): number {
    const no = `${this.no}-${template.code}`;
    const { finishedAt } = this.writer.workItem({
      no,
      agency,
      template,
      applicant: this.applicant,
      appliedAt,
      acceptedAt,
      workdays,
      more: { is_bundle: true, bundle_no: this.subject },
    });
    this.child(template, acceptedAt + MINUTE, { project_source: WORK_SOURCE, project_no: no });
    return finishedAt;
  }

  plant(indicator: string, level: SceneFinding['level'], turnedAt: number | null, occurrence = ''): this {
    this.writer.plant(indicator, 'bundle-case', this.subject, level, turnedAt, occurrence);
    return this;
  }

  private child(template: ChildTemplate, eventAt: number, columns: PushedRow): this {
    this.writer.push('bundle_child', `${this.no}-C-${template.listCode}`, eventAt, columns);
    return this;
  }
}
