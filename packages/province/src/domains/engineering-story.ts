import { makeProjectCode } from '@gnomon/identifiers';
import type { PushedRow, TimedRow } from '../case.ts';
import type { CastAgency } from '../cast.ts';
import { at, dateText, dayOf, instantText } from '../naive-calendar.ts';
import type { SceneFinding } from '../scene.ts';

export const SOURCE = '115-engineering';

/** Codes of the default system that sources push: project types, stages and kinds of approvals. */
export const TYPE = { GOVERNMENT_BUILDING: '1', GENERAL_PRIVATE: '3', SMALL_PRIVATE: '5' } as const;
export const KINDS = {
  PROJECT_SETUP: { kind: '11', stage: '1' },
  LAND_USE_PLANNING_PERMIT: { kind: '12', stage: '1' },
  ENGINEERING_PLANNING_PERMIT: { kind: '21', stage: '2' },
  DRAWING_REVIEW: { kind: '31', stage: '3' },
  CONSTRUCTION_PERMIT: { kind: '32', stage: '3' },
  COMPLETION_ACCEPTANCE: { kind: '41', stage: '4' },
  COMPLETION_FILING: { kind: '42', stage: '4' },
} as const;
export type ApprovalKind = keyof typeof KINDS | { readonly stage: '1' | '2' | '3' | '4' };

/** An approval on its way: rows about it name it. */
export interface StoryApproval {
  readonly no: string;
  /** Id in the graph. */
  readonly id: string;
  readonly acceptedAt: number;
  readonly columns: PushedRow;
}

const MINUTE = 60_000;

/** Numbers that no two stories share. */
export interface Numbers {
  next(): number;
}

/** Writes one project as its approval system would push it: complete and in order, unless the caller says otherwise. */
export class ProjectStory {
  readonly rows: TimedRow[] = [];
  readonly truth: SceneFinding[] = [];
  readonly code: string;
  readonly lead: CastAgency;
  private readonly numbers: Numbers;

  constructor(options: { lead: CastAgency; numbers: Numbers; day: number; type: string; registered?: boolean }) {
    this.lead = options.lead;
    this.numbers = options.numbers;
    const [year, month] = dateText(options.day).split('-').map(Number) as [number, number];
    this.code = makeProjectCode({
      year,
      month,
      division: this.lead.division.padEnd(6, '0'),
      department: '48',
      projectType: '01',
      random: String(this.numbers.next()).padStart(5, '0'),
    });
    const registeredAt = at(options.day, 540);
    const isRegistered = options.registered ?? true;
    this.push('eng_project', registeredAt, {
      row_guid: `${this.code}-P`,
      project_name: '示例工程建设项目',
      project_type: options.type,
      lead_body: this.lead.uscc,
      division: this.lead.division,
      ...(isRegistered ? { registered_at: instantText(registeredAt) } : {}),
    });
    if (isRegistered)
      this.push('eng_register', registeredAt, { row_guid: `${this.code}-G`, registered_at: instantText(registeredAt) });
  }

  /** An approval is accepted; `more` replaces columns of its row. */
  accept(kind: ApprovalKind, acceptedAt: number, more: PushedRow = {}, agency: CastAgency = this.lead): StoryApproval {
    const no = `${dateText(dayOf(acceptedAt)).replaceAll('-', '')}-${this.numbers.next()}`;
    const own = typeof kind === 'string' ? KINDS[kind] : { kind: '99', stage: kind.stage };
    const columns: PushedRow = {
      row_guid: `${no}-A`,
      approval_no: no,
      approval_kind: own.kind,
      stage: own.stage,
      item_code: '000117001000',
      org_code: agency.uscc,
      division: agency.division,
      accepted_at: instantText(acceptedAt),
      entered_at: instantText(acceptedAt),
      materials: 5,
      plan_limit: 30,
      catalogue_limit: 40,
      ...more,
    };
    this.push('eng_approval', Date.parse(String(columns.entered_at)), columns);
    return { no, id: `${SOURCE}:${no}`, acceptedAt, columns };
  }

  /** It is granted, with every element of the exchange standard. */
  grant(approval: StoryApproval, finishedAt: number, more: PushedRow = {}): this {
    return this.push('eng_approval', finishedAt, {
      ...approval.columns,
      cd_operation: 'U',
      finished_at: instantText(finishedAt),
      outcome: '1',
      opinion: '经审查，符合条件，准予许可',
      document_no: `建审〔示例〕${approval.no.slice(-5)}号`,
      document_date: dateText(dayOf(finishedAt)),
      document_file: `doc-${approval.no}`,
      drawing_review_no: `SC-${approval.no.slice(-5)}`,
      ...more,
    });
  }

  suspend(approval: StoryApproval, from: number, to: number): this {
    const row = { row_guid: `${approval.no}-S`, approval_no: approval.no, suspension_kind: '1', reason: '专家评审' };
    this.push('eng_suspension', from, { ...row, from_at: instantText(from) });
    return this.push('eng_suspension', to, {
      ...row,
      cd_operation: 'U',
      from_at: instantText(from),
      to_at: instantText(to),
    });
  }

  opinion(approval: StoryApproval, body: CastAgency, dispatchedAt: number, givenAt: number | null): this {
    const row = {
      row_guid: `${approval.no}-O`,
      approval_no: approval.no,
      opinion_no: `${approval.no}-O`,
      body_code: body.uscc,
      dispatched_at: instantText(dispatchedAt),
    };
    this.push('eng_opinion', dispatchedAt, row);
    if (givenAt === null) return this;
    return this.push('eng_opinion', givenAt, { ...row, cd_operation: 'U', given_at: instantText(givenAt) });
  }

  demand(approval: StoryApproval, demandedAt: number, onList: boolean): this {
    return this.push('eng_material', demandedAt, {
      row_guid: `${approval.no}-M${this.numbers.next()}`,
      approval_no: approval.no,
      material_name: onList ? '建设工程设计方案' : '与许可无关的证明',
      on_list: onList,
      demanded_at: instantText(demandedAt),
    });
  }

  notice(approval: StoryApproval, sentAt: number): this {
    const no = `${approval.no}-N${this.numbers.next()}`;
    return this.push('eng_notice', sentAt, {
      row_guid: no,
      approval_no: approval.no,
      notice_no: no,
      sent_at: instantText(sentAt),
    });
  }

  /** Notice-and-commitment for one predecessor of an approval, with the date of the later check. */
  exempt(approval: StoryApproval, predecessor: keyof typeof KINDS, recordedAt: number): this {
    return this.push('eng_exemption', recordedAt, {
      row_guid: `${approval.no}-X`,
      approval_no: approval.no,
      predecessor_kind: KINDS[predecessor].kind,
      exemption_kind: '1',
      recorded_at: instantText(recordedAt),
      check_due_on: dateText(dayOf(recordedAt) + 90),
    });
  }

  /** A joint acceptance, with the stretch in which the builder rectifies; gives its number. */
  jointAcceptance(acceptedAt: number, opinionAt: number | null, rectified?: readonly [number, number]): string {
    const no = `J${this.numbers.next()}`;
    const row = { row_guid: no, acceptance_no: no, accepted_at: instantText(acceptedAt) };
    this.push('eng_joint_acceptance', acceptedAt, row);
    if (rectified !== undefined)
      this.push('eng_rectification', rectified[1], {
        row_guid: `${no}-R`,
        acceptance_no: no,
        from_at: instantText(rectified[0]),
        to_at: instantText(rectified[1]),
      });
    if (opinionAt !== null)
      this.push('eng_joint_acceptance', opinionAt, { ...row, cd_operation: 'U', opinion_at: instantText(opinionAt) });
    return no;
  }

  /** Notes what must be found about the project or one of its approvals. */
  plant(
    indicator: string,
    level: SceneFinding['level'],
    about: { readonly approval?: StoryApproval; readonly occurrence?: string },
    turnedAt: number | null,
  ): this {
    this.truth.push({
      indicator,
      subjectKind: about.approval === undefined ? 'project' : 'project-approval',
      subject: about.approval?.id ?? this.code,
      occurrence: about.occurrence ?? '',
      level,
      turnedAt: turnedAt === null ? null : instantText(turnedAt),
    });
    return this;
  }

  private push(table: string, eventAt: number, columns: PushedRow): this {
    this.rows.push({
      eventAt,
      row: {
        table,
        cd_batch: `${SOURCE}-${dateText(dayOf(eventAt))}`,
        cd_operation: 'I',
        cd_time: instantText(eventAt + MINUTE),
        data_source: SOURCE,
        project_code: this.code,
        ...columns,
      },
    });
    return this;
  }
}
