import { makeLicenceIdentifier } from '@gnomon/identifiers';
import type { Arrival } from './arrivals.ts';
import { type PushedRow, WINDOW } from './case.ts';
import type { CastAgency, ProvinceCast } from './cast.ts';
import { SOURCE as HALL_SOURCE } from './domains/centres/hall.ts';
import { LICENCE_SOURCE, LICENCE_TYPES } from './domains/licence-writer.ts';
import { CHANNELS, REVIEW_SOURCE } from './domains/review-writer.ts';
import { dateText, dayOf, instantText } from './naive-calendar.ts';
import { createRandom, type Random } from './random.ts';
import type { DomainArrival } from './season.ts';

const SECOND = 1000;
const MINUTE = 60_000;
/** Behind the row of the work item that it follows from. */
const DELAY = SECOND;
/** How often people review what is finished, and what they say then. */
const REVIEWED = 0.4;
const BAD = 0.12;
const SAYS_OVER_TIME = 0.04;
const OVER_TIME_DETAIL = '104';
/** A licence that is dated on the day before its decision. */
const EARLY_LICENCE = 0.05;
const [LICENCE_TYPE] = LICENCE_TYPES;

/** What other domains push while people come: halls, the review system, the licence library. */
export interface LiveDomains {
  /** What they publish before the first person comes. */
  readonly published: readonly DomainArrival[];
  /** What follows from a row of a work item: later than its own arrival, in no order. */
  follow(arrival: Arrival): readonly DomainArrival[];
}

/**
 * Makes of work items that come in what other domains know about them: who stands at a window drew a number in the hall, some review
 * what was finished (a few badly, and now and then somebody who says it took too long when it did not), and a result that is a licence
 * brings the licence (now and then dated before its decision). Equal seeds and equal work items give equal rows.
 */
export function liveDomains(options: {
  readonly seed: number;
  readonly cast: ProvinceCast;
  readonly from: number;
}): LiveDomains {
  const random = createRandom(options.seed).fork(`live domains ${options.from}`);
  const accepted = new Map<string, PushedRow>();
  const reviewable = new Set<string>();
  return {
    published: options.cast.supervisors.flatMap((body) => hallOf(body, options.from)),
    follow({ receivedAt, row }) {
      const at = receivedAt + DELAY;
      const key = `${row.data_source} ${row.project_no}`;
      if (row.table === 'up_pro_accept' && row.accept_date !== undefined) {
        accepted.set(key, row);
        return row.apply_type === WINDOW ? [ticketOf(row, at, random)] : [];
      }
      const item = accepted.get(key);
      if (row.table !== 'up_pro_result' || item === undefined) return [];
      accepted.delete(key);
      const licence = row.result_cetr_name === undefined ? [] : licenceOf(item, row, at, random);
      if (!random.chance(REVIEWED)) return licence;
      const code = String(item.task_code);
      const opened = reviewable.has(code) ? [] : [openTo(code, at)];
      reviewable.add(code);
      return [...licence, ...opened, ...reviewOf(item, at + random.int(10, 90) * SECOND, random)];
    },
  };
}

/** The hall of a division with its windows. */
function hallOf(body: CastAgency, at: number): readonly DomainArrival[] {
  const id = hallId(body.division);
  const hall = pushed('centres', HALL_SOURCE, 'centre', id, at, {
    centre_id: id,
    name: `${body.name.replace(/政务服务与数据管理局$/u, '')}政务服务中心`,
    name_en: `${body.nameEn.replace(/ Government Services and Data Bureau$/u, '')} service centre`,
    centre_kind: 'CENTRE',
    division: body.division,
    org_code: body.uscc,
    hours: '08:30-12:00,14:30-17:30',
  });
  const windows = ['A1', 'A2', 'A3'].map((no) =>
    pushed('centres', HALL_SOURCE, 'centre_window', `${id}-${no}`, at, {
      centre_id: id,
      window_no: no,
      window_type: '1',
      monitored: false,
      review_device: false,
    }),
  );
  return [hall, ...windows];
}

/** The number that somebody drew before standing at the window. */
function ticketOf(item: PushedRow, at: number, random: Random): DomainArrival {
  const servedAt = Date.parse(String(item.apply_date));
  const calledAt = servedAt - random.int(10, 60) * SECOND;
  const no = `H${item.project_no}`;
  return pushed('centres', HALL_SOURCE, 'queue_ticket', no, at, {
    centre_id: hallId(divisionOf(item)),
    ticket_no: no,
    business_group: '综合业务',
    window_no: random.pick(['A1', 'A2', 'A3']),
    item_code: String(item.task_code),
    org_code: String(item.org_code),
    item_source: String(item.data_source),
    project_no: String(item.project_no),
    applicant_name: String(item.applyer_name),
    applicant_code: String(item.applyer_page_code),
    take_time: instantText(calledAt - random.int(2, 14) * MINUTE),
    call_time: instantText(calledAt),
    serve_time: instantText(servedAt),
  });
}

function openTo(code: string, at: number): DomainArrival {
  return pushed('reviews', REVIEW_SOURCE, 'up_review_item', `LIVE-${code}`, at, { task_code: code, is_open: true });
}

/** A review, and the ticket of a bad one. */
function reviewOf(item: PushedRow, at: number, random: Random): readonly DomainArrival[] {
  const id = `XP${item.project_no}`;
  const isBad = random.chance(BAD);
  const saysOverTime = random.chance(SAYS_OVER_TIME);
  const review = pushed('reviews', REVIEW_SOURCE, 'up_review', id, at, {
    review_id: id,
    work_source: String(item.data_source),
    project_no: String(item.project_no),
    area_code: divisionOf(item).padEnd(12, '0'),
    org_code: String(item.org_code),
    task_code: String(item.task_code),
    task_name: String(item.task_name),
    channel: CHANNELS.qr,
    user_property: '1',
    satisfaction: String(isBad ? random.int(1, 2) : random.int(4, 5)),
    ...(saysOverTime ? { detail_code: OVER_TIME_DETAIL } : {}),
    assess_time: instantText(at),
    review_no: 1,
    is_named: true,
    is_default: false,
    window_no: random.pick(['A1', 'A2', 'A3']),
    reviewer_phone: String(item.contact_mobile),
  });
  if (!isBad) return [review];
  const assignedAt = at + random.int(20, 90) * SECOND;
  const ticket = pushed('reviews', REVIEW_SOURCE, 'review_ticket', `${id}-T`, assignedAt, {
    review_id: id,
    ticket_no: `${id}-单`,
    assigned_time: instantText(assignedAt),
  });
  return [review, ticket];
}

/** The licence that a result names, and the check of its file. */
function licenceOf(item: PushedRow, result: PushedRow, at: number, random: Random): readonly DomainArrival[] {
  const id = `XZ${item.project_no}`;
  const serial = String(at).slice(-12);
  const decidedOn = dayOf(Date.parse(String(result.decision_date)));
  const issuedOn = dateText(random.chance(EARLY_LICENCE) ? decidedOn - 1 : decidedOn);
  const licence = pushed('licences', LICENCE_SOURCE, 'up_lic_data', `${id}-L`, at, {
    certificate_source_id: id,
    certificate_number: String(result.result_cetr_no),
    certificate_type: LICENCE_TYPE.name,
    certificate_type_code: LICENCE_TYPE.code,
    certificate_name: LICENCE_TYPE.name,
    certificate_holder: String(item.applyer_name),
    certificate_holder_code: String(item.applyer_page_code),
    certificate_holder_type: '111',
    issue_dept: String(item.org_name),
    issue_dept_code: String(item.org_code),
    issue_date: issuedOn,
    certificate_area_code: divisionOf(item).padEnd(6, '0'),
    certificate_identifier: makeLicenceIdentifier(LICENCE_TYPE.code, String(item.org_code), serial, 1),
    certificate_version: '001',
    certificate_status: '1',
    valid_from: issuedOn,
    long_term: true,
    work_source: String(item.data_source),
    project_no: String(item.project_no),
    file_hash: serial.padStart(64, '0'),
    conforms_standard: true,
    is_stock: false,
    collected_at: instantText(at),
  });
  const checkedAt = at + 5 * SECOND;
  const check = pushed('licences', LICENCE_SOURCE, 'lic_check', `${id}-C`, checkedAt, {
    certificate_source_id: id,
    checked_at: instantText(checkedAt),
    file_present: true,
    hash_matches: true,
    seal_present: true,
    seal_valid: true,
    seal_cert_no: 'YZ-000001',
    signed_at: instantText(at),
  });
  return [licence, check];
}

const hallId = (division: string): string => `C-LIVE-${division}`;

/** A credit code names the division that registered the agency in its third to eighth place; a league's ends with zeros. */
function divisionOf(item: PushedRow): string {
  return String(item.org_code).slice(2, 8).replace(/00$/u, '');
}

function pushed(
  to: string,
  source: string,
  table: string,
  guid: string,
  at: number,
  columns: PushedRow,
): DomainArrival {
  return {
    to,
    receivedAt: at,
    row: {
      table,
      row_guid: guid,
      cd_batch: `${source}-${dateText(dayOf(at))}`,
      cd_operation: 'I',
      cd_time: instantText(at),
      data_source: source,
      ...columns,
    },
  };
}
