import type { FactRecord, Facts } from '@gnomon/rule-engine';
import { dayOf, startOfDay, type WorkCalendar } from '@gnomon/working-time';
import { earliest, latest, waitFrom } from './clocks.ts';
import type { MatterKind } from './placement.ts';
import { flagOf, instantOf, type MatterRecord, textOf } from './record.ts';

/** Working days after which a finished item's licence is asked for: a limit of its own; the rule sets another in its place. */
const LICENCE_WORKDAYS = 5;

/**
 * The facts of a matter, as rules/facts/matter.yaml lists them. Pure, and free of the present. A list that a kind of matter does not have
 * is empty, so that rules about it find nothing.
 */
export function matterFacts(kind: MatterKind, records: readonly MatterRecord[], calendar: WorkCalendar): Facts {
  const of = (name: string): readonly MatterRecord[] => records.filter((record) => record.kind === name);
  const items = of('work-item');
  const item = items.find((record) => instantOf(record, 'appliedAt') !== null || textOf(record, 'state') !== null);
  const isAboutItem = kind === 'work-item';
  return {
    about: { 'work-item': 'WORK_ITEM', project: 'PROJECT', 'queue-ticket': 'TICKET' }[kind],
    itemKnown: item !== undefined,
    ...itemFacts(isAboutItem ? item : undefined, of('licence'), calendar),
    licences: isAboutItem ? of('licence').map((licence) => licenceFacts(licence, item, calendar)) : [],
    reviews: isAboutItem ? of('review').map((review) => reviewFacts(review, item, calendar)) : [],
    bundles: isAboutItem ? of('bundle-case').map((bundle) => bundleFacts(bundle, item, calendar)) : [],
    tickets: kind === 'queue-ticket' ? of('queue-ticket').map((ticket) => ticketFacts(ticket, items, calendar)) : [],
    approvals: kind === 'project' ? approvalFacts(records, calendar) : [],
  };
}

/** Whether the facts could ever contradict each other: a matter with one record alone is kept, and judged only when one of these holds. */
export function isWorthJudging(facts: Facts): boolean {
  if (facts.licenceOwed === true || (facts.free === true && Number(facts.feePaid) > 0)) return true;
  return ['licences', 'reviews', 'bundles', 'tickets', 'approvals'].some(
    (name) => (facts[name] as readonly unknown[]).length > 0,
  );
}

function itemFacts(
  item: MatterRecord | undefined,
  licences: readonly MatterRecord[],
  calendar: WorkCalendar,
): FactRecord {
  if (item === undefined)
    return {
      finished: false,
      withdrawn: false,
      free: false,
      feePaid: 0,
      licenceOwed: false,
      licenceDue: undefined,
      fee: undefined,
    };
  const finishedAt = instantOf(item, 'finishedAt');
  const outcome = textOf(item, 'outcome');
  const owed = outcome === 'GRANTED' && textOf(item, 'licenceName') !== null;
  const collectedAt = earliest(licences.map(collectionOf));
  return {
    finished: finishedAt !== null,
    withdrawn: instantOf(item, 'withdrawnAt') !== null,
    free: flagOf(item, 'free') ?? undefined,
    feePaid: Number(item.facts.feePaid ?? 0),
    fee: waitFrom(calendar, instantOf(item, 'paidAt') ?? instantOf(item, 'acceptedAt') ?? item.at),
    licenceOwed: owed,
    licenceDue: owed ? waitFrom(calendar, finishedAt, collectedAt, LICENCE_WORKDAYS) : undefined,
  };
}

function licenceFacts(licence: MatterRecord, item: MatterRecord | undefined, calendar: WorkCalendar): FactRecord {
  const issuedAt = instantOf(licence, 'issuedAt');
  const decidedAt = item === undefined ? null : instantOf(item, 'decidedAt');
  const withdrawnAt = item === undefined ? null : instantOf(item, 'withdrawnAt');
  const status = textOf(licence, 'status');
  const endedAt = status === null || status === 'VALID' ? null : (instantOf(licence, 'statusAt') ?? licence.at);
  return {
    id: licence.id,
    valid: status === null ? undefined : status === 'VALID',
    daysBeforeDecision: daysBefore(issuedAt, decidedAt),
    settled: waitFrom(calendar, latest(issuedAt, decidedAt)),
    item: waitFrom(calendar, collectionOf(licence), item === undefined ? null : grantOf(item)),
    invalidation: waitFrom(calendar, latest(issuedAt, withdrawnAt), endedAt),
  };
}

function reviewFacts(review: MatterRecord, item: MatterRecord | undefined, calendar: WorkCalendar): FactRecord {
  const assessedAt = instantOf(review, 'assessedAt') ?? review.firstAt;
  const finishedAt = item === undefined ? null : instantOf(item, 'finishedAt');
  return {
    id: review.id,
    valid: flagOf(review, 'valid') !== false,
    named: flagOf(review, 'named') === true,
    saysOverTime: flagOf(review, 'saysOverTime') === true,
    itemOnTime: finishedAt === null ? false : onTimeOf(item!),
    settled: waitFrom(calendar, latest(assessedAt, finishedAt)),
    closing: waitFrom(calendar, assessedAt, finishedAt),
  };
}

function bundleFacts(bundle: MatterRecord, item: MatterRecord | undefined, calendar: WorkCalendar): FactRecord {
  const startedAt = instantOf(bundle, 'startedAt') ?? instantOf(bundle, 'acceptedAt');
  const finishedAt = item === undefined ? null : instantOf(item, 'finishedAt');
  return {
    id: bundle.id,
    childFinishedBefore: finishedAt === null ? false : startedAt === null ? undefined : finishedAt < startedAt,
    settled: waitFrom(calendar, latest(startedAt, finishedAt)),
  };
}

/** A ticket's work item: the one that it names, or one of the same applicant and item taken up on the ticket's day or later. */
function ticketFacts(ticket: MatterRecord, items: readonly MatterRecord[], calendar: WorkCalendar): FactRecord {
  const servedAt = instantOf(ticket, 'servedAt');
  const named = textOf(ticket, 'workItem');
  const day = servedAt === null ? null : startOfDay(dayOf(servedAt));
  const answers = items.map((item) => {
    const at = instantOf(item, 'acceptedAt') ?? instantOf(item, 'finishedAt');
    return at !== null && (item.id === named || (day !== null && at >= day)) ? at : null;
  });
  return {
    id: ticket.id,
    forItem: textOf(ticket, 'item') !== null || named !== null,
    traceable: named !== null || textOf(ticket, 'applicantKey') !== null,
    acceptance: waitFrom(calendar, servedAt, earliest(answers)),
  };
}

function approvalFacts(records: readonly MatterRecord[], calendar: WorkCalendar): readonly FactRecord[] {
  const project = records.find((record) => record.kind === 'project');
  // A project that is known but was never registered is the matter of EP-04.
  const registeredAt = project === undefined ? null : (instantOf(project, 'registeredAt') ?? project.firstAt);
  return records
    .filter(({ kind }) => kind === 'project-approval')
    .map((approval) => {
      const acceptedAt = instantOf(approval, 'acceptedAt');
      const documentDate = instantOf(approval, 'documentDate');
      return {
        id: approval.id,
        daysBeforeAcceptance: daysBefore(documentDate, acceptedAt),
        // The document is there when the approval is decided, whatever its date says.
        settled: waitFrom(calendar, latest(documentDate, acceptedAt, instantOf(approval, 'decidedAt') ?? acceptedAt)),
        registration: waitFrom(calendar, acceptedAt ?? approval.firstAt, registeredAt),
      };
    });
}

/** Calendar days by which a date lies before another; 0 when it does not, or when one of them is not there yet. */
function daysBefore(date: number | null, other: number | null): number {
  return date === null || other === null ? 0 : Math.max(0, dayOf(other) - dayOf(date));
}

function collectionOf(licence: MatterRecord): number {
  return instantOf(licence, 'receivedAt') ?? licence.firstAt;
}

/** The end with which an item gives rise to a licence. */
function grantOf(item: MatterRecord): number | null {
  const outcome = textOf(item, 'outcome');
  return outcome === 'GRANTED' || outcome === 'FINISHED' ? instantOf(item, 'finishedAt') : null;
}

function onTimeOf(item: MatterRecord): boolean | undefined {
  const over = flagOf(item, 'overStatutory');
  return over === null ? undefined : !over;
}
