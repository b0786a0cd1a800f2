import { CaseWriter, type PushedRow, type TimedRow } from '../case.ts';
import { type CastAgency, itemCode } from '../cast.ts';
import { at, dateText, dayOf, instantText } from '../naive-calendar.ts';
import { templateOf } from '../names.ts';
import type { SceneFinding, SceneWorld } from '../scene.ts';

/** The review system of the scenes. */
export const REVIEW_SOURCE = '115-reviews';
const WORK_SOURCE = '115';
const MINUTE = 60_000;

/** Channels as pushed; `none`: nobody reviewed, the system put in its default. */
export const CHANNELS = { qr: '3', terminal: '5', sms: '6', none: '7', hotline: '8', paper: '9' } as const;

/** What differs from a good review of somebody new, given by QR code at a window of its own. */
export interface ReviewTraits {
  readonly agency: CastAgency;
  readonly at: number;
  /** Work item number; one that nobody knows makes a review that is not linked. */
  readonly no: string;
  /** 5 very satisfied … 1 very dissatisfied. */
  readonly grade?: 1 | 2 | 3 | 4 | 5;
  readonly window?: string | null;
  readonly staff?: string | null;
  readonly phone?: string;
  readonly more?: PushedRow;
}

/** A review that was written: how rows about it name it. */
export interface WrittenReview {
  readonly id: string;
  readonly subject: string;
  readonly at: number;
  readonly row: PushedRow;
}

/** How a bad review is handled; what is left out is done in time. */
export interface HandlingTraits {
  readonly assignedAt?: number;
  /** `null`: nobody is contacted before the answer. */
  readonly contactedAt?: number | null;
  /** `null`: neither put right nor answered. */
  readonly answeredAt?: number | null;
  readonly calledBack?: boolean;
  readonly ticket?: PushedRow;
}

/** Writes what a review system pushes, and the work items behind it. Clean unless the caller makes it otherwise. */
export class ReviewWriter {
  readonly rows: TimedRow[] = [];
  /** Rows whose arrival is set. */
  readonly fixed: { receivedAt: number; row: PushedRow }[] = [];
  readonly workItems: CaseWriter[] = [];
  readonly truth: SceneFinding[] = [];
  private readonly world: SceneWorld;
  private count = 0;

  constructor(world: SceneWorld) {
    this.world = world;
  }

  /** Says which items are open to review. */
  openItems(codes: readonly string[], eventAt: number): void {
    for (const code of codes) this.push('up_review_item', eventAt, { task_code: code, is_open: true });
  }

  /** An instant item of the agency, finished five minutes after it was accepted at `acceptedAt`. */
  item(agency: CastAgency, acceptedAt: number, item = '001002'): { no: string; finishedAt: number } {
    const kase = this.open(agency, acceptedAt, item);
    const finishedAt = acceptedAt + 5 * MINUTE;
    kase.accept({ appliedAt: acceptedAt - 2 * MINUTE, acceptedAt });
    kase.step('FINISH', '即时办结', acceptedAt, finishedAt).result(finishedAt);
    return { no: kase.no, finishedAt };
  }

  /** An empty work item of the agency, to be written by the caller. */
  open(agency: CastAgency, onDay: number, item: string): CaseWriter {
    this.count += 1;
    const kase = new CaseWriter({
      no: `RV${agency.division.padEnd(6, '0')}${String(this.count).padStart(7, '0')}`,
      source: WORK_SOURCE,
      agency,
      template: templateOf(item),
      applicant: this.world.applicants.next(),
      calendar: this.world.calendar,
      day: dayOf(onDay),
    });
    this.workItems.push(kase);
    return kase;
  }

  /** A review; it is pushed when it is given. */
  review(traits: ReviewTraits): WrittenReview {
    const written = this.compose(traits);
    this.rows.push({ eventAt: traits.at, row: written.row });
    return written;
  }

  /** A review that arrives at an instant of its own. */
  reviewArriving(receivedAt: number, traits: ReviewTraits): WrittenReview {
    const written = this.compose(traits);
    this.fixed.push({ receivedAt, row: written.row });
    return written;
  }

  /** The row of a review again, made at `changedAt` with other columns. */
  again(review: WrittenReview, changedAt: number, operation: 'U' | 'D', columns: PushedRow = {}): void {
    const row = { ...review.row, cd_operation: operation, cd_time: instantText(changedAt), ...columns };
    this.rows.push({ eventAt: changedAt, row });
  }

  /**
   * The handling of a bad review: assigned half an hour later, contacted an hour later, put right and answered on the
   * second working day after, called back on the fourth.
   */
  handle(review: WrittenReview, traits: HandlingTraits = {}): void {
    const { calendar } = this.world;
    const named = review.row.is_named === true;
    const assignedAt = traits.assignedAt ?? review.at + 30 * MINUTE;
    const contactedAt = traits.contactedAt === undefined ? review.at + 60 * MINUTE : traits.contactedAt;
    const answeredAt =
      traits.answeredAt === undefined ? at(calendar.workdayAfter(dayOf(assignedAt), 2), 630) : traits.answeredAt;
    this.about(review, 'review_ticket', assignedAt, {
      ticket_no: `${review.id}-单`,
      assigned_time: instantText(assignedAt),
      ...traits.ticket,
    });
    if (contactedAt !== null)
      this.about(review, 'review_contact', contactedAt, {
        contact_time: instantText(contactedAt),
        contact_kind: named ? '1' : '2',
      });
    if (answeredAt === null) return;
    const done = instantText(answeredAt);
    this.about(review, 'review_rectify', answeredAt, {
      rectified_time: instantText(answeredAt - 30 * MINUTE),
      answered_time: done,
    });
    if (!named || traits.calledBack === false) return;
    const calledBackAt = at(calendar.workdayAfter(dayOf(answeredAt), 2), 600);
    this.about(review, 'review_callback', calledBackAt, {
      callback_time: instantText(calledBackAt),
      is_satisfied: true,
    });
  }

  /** A declaration that the review is invalid. */
  invalidate(review: WrittenReview, decidedAt: number, by: 'REVIEW_BODY' | 'AGENCY', evidence: string): void {
    this.about(review, 'review_invalidation', decidedAt, {
      decided_time: instantText(decidedAt),
      invalid_by: by === 'REVIEW_BODY' ? '1' : '2',
      reason: '1',
      evidence_no: evidence,
    });
  }

  /** A confirmed finding of the review audit: 3 exposed, 4 forced, 5 instructed. */
  finding(review: WrittenReview, eventAt: number, finding: '3' | '4' | '5'): void {
    this.about(review, 'review_audit', eventAt, {
      finding,
      event_time: instantText(eventAt),
      is_confirmed: true,
    });
  }

  /** Notes what must be found. */
  plant(
    indicator: string,
    subjectKind: string,
    subject: string,
    level: SceneFinding['level'],
    turnedAt: number | null = null,
  ): void {
    const turned = turnedAt === null ? null : instantText(turnedAt);
    this.truth.push({ indicator, subjectKind, subject, occurrence: '', level, turnedAt: turned });
  }

  private compose(traits: ReviewTraits): WrittenReview {
    this.count += 1;
    const number = String(this.count).padStart(7, '0');
    const id = `PJ${number}`;
    const { agency } = traits;
    const window = traits.window === undefined ? `W${number}` : traits.window;
    const staff = traits.staff === undefined ? `S${number}` : traits.staff;
    const row: PushedRow = {
      ...this.envelope('up_review', traits.at, id),
      review_id: id,
      work_source: WORK_SOURCE,
      project_no: traits.no,
      area_code: agency.division.padEnd(12, '0'),
      org_code: agency.uscc,
      task_code: itemCode(agency, templateOf('001002')),
      task_name: '证明出具',
      ...(window === null ? {} : { window_no: window }),
      ...(staff === null ? {} : { staff_id: staff }),
      channel: CHANNELS.qr,
      user_property: '1',
      satisfaction: String(traits.grade ?? 5),
      assess_time: instantText(traits.at),
      review_no: 1,
      is_named: true,
      is_default: false,
      reviewer_phone: traits.phone ?? `150${number.padStart(8, '0')}`,
      ...traits.more,
    };
    return { id, subject: `${REVIEW_SOURCE}:${id}`, at: traits.at, row };
  }

  private about(review: WrittenReview, table: string, eventAt: number, columns: PushedRow): void {
    this.push(table, eventAt, { review_id: review.id, ...columns });
  }

  private push(table: string, eventAt: number, columns: PushedRow): void {
    this.count += 1;
    const guid = `${table}-${String(this.count).padStart(7, '0')}`;
    this.rows.push({ eventAt, row: { ...this.envelope(table, eventAt, guid), ...columns } });
  }

  private envelope(table: string, eventAt: number, guid: string): PushedRow {
    return {
      table,
      row_guid: guid,
      cd_batch: `${REVIEW_SOURCE}-${dateText(dayOf(eventAt))}`,
      cd_operation: 'I',
      cd_time: instantText(eventAt),
      data_source: REVIEW_SOURCE,
    };
  }
}
