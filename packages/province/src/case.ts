import { type CastAgency, FEE_BASIS, FEE_ITEM, itemCode } from './cast.ts';
import { dateText, dayOf, instantText, type NaiveCalendar } from './naive-calendar.ts';
import type { ItemTemplate } from './names.ts';
import { PROMISE_STEPS } from './names.ts';

/** A row as a source pushes it: flat, with the table's name. */
export type PushedRow = Readonly<Record<string, string | number | boolean>>;
/** A row and the instant at which what it says happened. */
export interface TimedRow {
  readonly eventAt: number;
  readonly row: PushedRow;
}
/** What must be found, and nothing else: the truth that the generator writes beside its load. */
export interface Finding {
  readonly indicator: string;
  readonly subjectKind:
    | 'work-item'
    | 'source-day'
    | 'source'
    | 'intake-batch'
    | 'agency-month'
    | 'agency-item-month'
    | 'matter';
  readonly subject: string;
  /** Element of the subject that it is about (a step, a notice, a payment); empty when the subject as a whole. */
  readonly occurrence: string;
  readonly level: 'WARNING' | 'YELLOW' | 'RED';
  /** ISO instant for findings that time alone brings about; `null` where an arriving row does. */
  readonly turnedAt: string | null;
}

export interface Applicant {
  readonly name: string;
  readonly residentId: string;
  readonly mobile: string;
}

const STEP_EVENT = '1';
export const ONLINE = '2';
export const WINDOW = '1';

/**
 * Writes one work item, row by row, as its source would. Times are given by the caller; the row's other columns are
 * filled in as a careful source fills them in, so that a case is clean unless the caller makes it otherwise.
 */
export class CaseWriter {
  readonly rows: TimedRow[] = [];
  readonly truth: Finding[] = [];
  readonly no: string;
  readonly source: string;
  readonly agency: CastAgency;
  readonly template: ItemTemplate;
  private readonly applicant: Applicant;
  private readonly calendar: NaiveCalendar;
  private readonly batch: string;
  private rowsWritten = 0;

  constructor(options: {
    no: string;
    source: string;
    agency: CastAgency;
    template: ItemTemplate;
    applicant: Applicant;
    calendar: NaiveCalendar;
    day: number;
  }) {
    this.no = options.no;
    this.source = options.source;
    this.agency = options.agency;
    this.template = options.template;
    this.applicant = options.applicant;
    this.calendar = options.calendar;
    this.batch = `${options.source}-${dateText(options.day)}`;
  }

  get subject(): string {
    return `${this.source}:${this.no}`;
  }

  /** The work item's main row; without `acceptedAt` it is a submission that waits for an answer. */
  accept(
    times: { appliedAt: number; receivedAt?: number; preReviewedAt?: number; acceptedAt?: number; channel?: string },
    more: PushedRow = {},
    operation = 'I',
  ): this {
    const acceptedAt = times.acceptedAt;
    const due =
      acceptedAt === undefined
        ? undefined
        : this.calendar.workdayAfter(dayOf(acceptedAt), this.template.promiseWorkdays);
    const code = itemCode(this.agency, this.template);
    return this.push('up_pro_accept', acceptedAt ?? times.receivedAt ?? times.appliedAt, {
      row_guid: `${this.no}-A`,
      cd_operation: operation,
      task_code: code,
      catalog_code: code.slice(19),
      task_name: this.template.name,
      task_version: '1',
      project_type: this.template.kind === 'INSTANT' ? '1' : '2',
      apply_type: times.channel ?? WINDOW,
      apply_date: instantText(times.appliedAt),
      receive_date: instantText(times.receivedAt ?? times.appliedAt),
      ...(times.preReviewedAt === undefined ? {} : { prereview_end_time: instantText(times.preReviewedAt) }),
      ...(acceptedAt === undefined ? {} : { accept_date: instantText(acceptedAt), promise_date: dateText(due ?? 0) }),
      applyer_name: this.applicant.name,
      applyer_type: '1',
      applyer_page_type: '111',
      applyer_page_code: this.applicant.residentId,
      contact_mobile: this.applicant.mobile,
      org_code: this.agency.uscc,
      org_name: this.agency.name,
      promise_limit: this.template.promiseWorkdays,
      promise_unit: '1',
      ...more,
    });
  }

  step(
    kind: (typeof PROMISE_STEPS)[number]['kind'] | 'FINISH' | 'OTHER',
    name: string,
    from: number,
    to: number,
    more: PushedRow = {},
  ): this {
    return this.push('up_pro_process', to, {
      process_name: name,
      step_kind: kind,
      event_name: STEP_EVENT,
      event_start_time: instantText(from),
      event_end_time: instantText(to),
      handle_user_name: '经办人',
      handle_explain: '同意',
      ...more,
    });
  }

  /** The published steps in their order, each ending where the next begins; `at` are their boundaries (one more than steps). */
  steps(
    at: readonly number[],
    kinds: readonly (typeof PROMISE_STEPS)[number]['kind'][] = PROMISE_STEPS.map((step) => step.kind),
  ): this {
    for (const [index, kind] of kinds.entries()) {
      const name = PROMISE_STEPS.find((step) => step.kind === kind)?.name ?? kind;
      this.step(kind, name, at[index] as number, at[index + 1] as number);
    }
    return this;
  }

  /** A special procedure: one row when it is opened, the same row amended when it ends. */
  special(from: number, to: number | null, more: PushedRow = {}): this {
    const row = `${this.no}-S${this.rowsWritten}`;
    this.push('up_pro_special_procedure', from, {
      row_guid: row,
      special_type: '2',
      special_kind: 'EXPERT_REVIEW',
      special_name: '专家评审',
      special_reason: '依法需要专家评审，所需时间不计入审批时限',
      special_time: instantText(from),
      approver: '分管负责人',
      handle_user: '经办人',
      notice_no: `${this.no}-特`,
      notice_time: instantText(from),
      suspends: true,
      ...more,
    });
    return to === null ? this : this.amend(row, to, { end_time: instantText(to), result: '评审通过' });
  }

  /** Pushes a row again with other columns, as an update made at `changedAt`. */
  amend(rowGuid: string, changedAt: number, columns: PushedRow): this {
    const before = this.rows.findLast(({ row }) => row.row_guid === rowGuid)?.row;
    if (before === undefined) throw new RangeError(`${this.no}: there is no row ${rowGuid} to amend`);
    const { table, ...known } = before;
    return this.push(String(table), changedAt, {
      ...known,
      cd_operation: 'U',
      cd_time: instantText(changedAt),
      ...columns,
    });
  }

  extend(approvedAt: number, more: PushedRow = {}): this {
    return this.push('up_pro_special_procedure', approvedAt, {
      row_guid: `${this.no}-E${this.rowsWritten}`,
      special_type: '1',
      special_name: '延长审批期限',
      special_reason: '案情复杂，经负责人批准延长期限',
      special_time: instantText(approvedAt),
      end_time: instantText(approvedAt),
      result: '已批准',
      approver: '主要负责人',
      approved_by_head: true,
      extend_days: 5,
      notice_no: `${this.no}-延`,
      notice_time: instantText(approvedAt),
      told_time: instantText(approvedAt),
      ...more,
    });
  }

  supplement(sentAt: number, answeredAt: number, more: PushedRow = {}): this {
    return this.push('up_pro_supplement', answeredAt, {
      row_guid: `${this.no}-N${this.rowsWritten}`,
      notice_no: `${this.no}-补${this.rowsWritten}`,
      sent_time: instantText(sentAt),
      items: '身份证明；场所证明',
      reasons: '身份证明已过有效期；场所证明缺少盖章页',
      document_no: `补正〔2026〕${this.no.slice(-6)}号`,
      contact: '0471-0000000',
      received_time: instantText(answeredAt),
      deadline: instantText(answeredAt),
      suspends: false,
      ...more,
    });
  }

  pay(paidAt: number, amount: number, more: PushedRow = {}): this {
    return this.push('up_pro_payment', paidAt, {
      row_guid: `${this.no}-P${this.rowsWritten}`,
      payment_no: `${this.no}-缴${this.rowsWritten}`,
      collect_body: this.agency.name,
      fee_item: FEE_ITEM,
      fee_basis: FEE_BASIS,
      amount,
      standard: 50,
      pay_time: instantText(paidAt),
      payer: this.applicant.name,
      bill_no: `PJ${this.no.slice(-8)}`,
      ...more,
    });
  }

  result(finishedAt: number, more: PushedRow = {}): this {
    return this.push('up_pro_result', finishedAt, {
      row_guid: `${this.no}-R`,
      result_type: '6',
      result_date: instantText(finishedAt),
      decision_date: instantText(finishedAt),
      delivery_date: instantText(finishedAt),
      is_delivery_results: true,
      result_cetr_no: `${this.no}-文`,
      handle_user_name: '经办人',
      remedy_notice: true,
      ...more,
    });
  }

  /** Notes what must be found about this work item. */
  plant(indicator: string, level: Finding['level'], turnedAt: number | null, occurrence = ''): this {
    this.truth.push({
      indicator,
      subjectKind: 'work-item',
      subject: this.subject,
      occurrence,
      level,
      turnedAt: turnedAt === null ? null : instantText(turnedAt),
    });
    return this;
  }

  /** Notes a contradiction that must be asked about this work item. */
  plantMatter(indicator: string, level: Finding['level'], turnedAt: number): this {
    this.truth.push({
      indicator,
      subjectKind: 'matter',
      subject: `work-item:${this.subject}`,
      occurrence: '',
      level,
      turnedAt: instantText(turnedAt),
    });
    return this;
  }

  push(table: string, eventAt: number, columns: PushedRow): this {
    this.rowsWritten += 1;
    const row: PushedRow = {
      table,
      row_guid: `${this.no}-${this.rowsWritten}`,
      cd_batch: this.batch,
      cd_operation: 'I',
      cd_time: instantText(eventAt),
      data_source: this.source,
      project_no: this.no,
      ...columns,
    };
    this.rows.push({ eventAt, row });
    return this;
  }
}
