import type {
  DerivedRecord,
  DerivedSubject,
  DeriveWorld,
  Mark,
  RecordDocument,
  RecordKind,
  RecordPlace,
} from '@gnomon/records';
import { channelMarks } from './channel-marks.ts';
import { type Handling, handlingOf, ticketConstants } from './handling.ts';
import { placeOf } from './place.ts';
import { type ReviewRow, readReview, reviewInForce, tamperingOf } from './review-view.ts';
import { living, textOf, timeOf } from './rows.ts';

/** A review with everything about its handling. */
export const review: RecordKind = {
  kind: 'review',
  derive(document, id, world) {
    const row = reviewInForce(document);
    if (row === undefined) return null;
    const view = readReview(row);
    const place = placeOf(view, world);
    const handling = handlingOf(document, view, world.calendarFor(place.division), ticketConstants(world));
    return derived({ id, document, view, place, handling, world });
  },
};

interface Derivation {
  readonly id: string;
  readonly document: RecordDocument;
  readonly view: ReviewRow;
  readonly place: RecordPlace;
  readonly handling: Handling;
  readonly world: DeriveWorld;
}

function derived(derivation: Derivation): DerivedRecord {
  const { view, place, handling } = derivation;
  const valid = !handling.invalid;
  const closed = view.bad !== true || !valid || handling.closedAt !== undefined;
  return {
    place,
    listedAt: view.assessedAt ?? view.receivedAt,
    state: stateOf(view, handling),
    open: !closed,
    links: linksOf(view),
    subjects: subjectsOf(derivation),
    marks: marksOf(derivation),
    milestone: {
      workItem: view.workItem ?? null,
      grade: view.grade ?? null,
      saysOverTime: view.saysOverTime,
      named: view.named ?? null,
      assessedAt: view.assessedAt ?? null,
      valid,
      closed,
    },
  };
}

/** A named review is also found by a link of its own, for those who may not see whose the others are. */
function linksOf({ workItem, named }: ReviewRow): Readonly<Record<string, string>> {
  if (workItem === undefined) return {};
  return named === true ? { workItem, namedWorkItem: workItem } : { workItem };
}

/** Where a review stands; a review that is not bad is only recorded. */
function stateOf(view: ReviewRow, handling: Handling): string {
  if (view.bad !== true) return 'RECORDED';
  if (handling.invalid) return 'INVALIDATED';
  if (handling.closedAt !== undefined) return handling.calledBackAt === undefined ? 'ANSWERED' : 'CALLED_BACK';
  if (handling.contactedAt !== undefined) return 'CONTACTED';
  return handling.assignedAt === undefined ? 'UNASSIGNED' : 'ASSIGNED';
}

function subjectsOf({ id, document, view, handling }: Derivation): readonly DerivedSubject[] {
  const found = confirmedFindings(document);
  const tampering = tamperingOf(document);
  const itself: DerivedSubject = {
    kind: 'review',
    type: 'Review',
    id,
    origin: view.receivedAt,
    facts: {
      grade: view.grade,
      deleted: tampering.deleted || found.has('DELETED'),
      altered: tampering.altered || found.has('ALTERED'),
      exposed: found.has('EXPOSED'),
      forced: found.has('FORCED'),
    },
  };
  if (view.bad !== true) return [itself];
  const ticket: DerivedSubject = {
    kind: 'review-ticket',
    type: 'ReviewTicket',
    id,
    origin: view.assessedAt ?? view.receivedAt,
    facts: {
      valid: !handling.invalid,
      named: view.named,
      ordinal: view.ordinal,
      assigned: handling.assignedAt !== undefined,
      contacted: handling.contactedAt !== undefined,
      contact: handling.contact,
      class: handling.ticketClass,
      open: handling.closedAt === undefined,
      rectification: handling.rectification,
      reopening: handling.reopening,
    },
  };
  return [itself, ticket];
}

function confirmedFindings(document: RecordDocument): ReadonlySet<string> {
  const confirmed = living(document.audits).filter((row) => row.c.is_confirmed === true);
  return new Set(confirmed.flatMap((row) => textOf(row, 'finding') ?? []));
}

function marksOf(derivation: Derivation): readonly Mark[] {
  const { document, view, handling } = derivation;
  const marks = [...handlingMarks(view, handling), ...instructionMarks(document, view)];
  // A review that names its work item is counted for its channel by the matter, which knows whether that item exists.
  if (view.workItem === undefined) marks.push(...channelMarks(view, undefined, derivation.world));
  return view.active ? [...marks, ...opinionMarks(view, handling)] : marks;
}

/** What a review that somebody gave counts for. */
function opinionMarks(view: ReviewRow, handling: Handling): readonly Mark[] {
  const at = view.assessedAt;
  if (at === undefined || view.bad === undefined) return [];
  const marks: Mark[] = [{ name: 'activeReview', at }];
  const under = (group: string | undefined, name: string, key?: string): void => {
    if (group !== undefined) marks.push({ name, at, group, ...(key === undefined ? {} : { key }) });
  };
  if (!handling.invalid) marks.push({ name: 'validReview', at });
  if (view.bad) {
    marks.push({ name: 'badReview', at });
    if (handling.declaredInvalid) marks.push({ name: 'declaredInvalid', at });
    if (!handling.invalid) {
      marks.push({ name: 'validBadReview', at });
      under(view.window, 'windowBad');
      under(view.staff, 'staffBad');
    }
  }
  if ((view.ordinal ?? 1) >= 2 && !handling.invalid) {
    marks.push({ name: 'followUp', at });
    if (view.bad) marks.push({ name: 'followUpBad', at });
  }
  under(view.window, 'windowReview');
  if (view.grade === 'VERY_SATISFIED') {
    if (view.reviewer !== undefined) under(view.window, 'topOfReviewer', view.reviewer);
    if (view.phone !== undefined) under(view.window, 'topOfPhone', view.phone);
  }
  return marks;
}

/** Call-backs count in the month in which their working days end; invalidations without evidence when they were made. */
function handlingMarks(view: ReviewRow, handling: Handling): Mark[] {
  if (view.bad !== true) return [];
  const marks: Mark[] = handling.unfoundedAt.map((at) => ({ name: 'unfounded', at }));
  const end = handling.callbackEndsAt;
  if (view.named !== true || handling.invalid || end === undefined) return marks;
  marks.push({ name: 'callbackDue', at: end - 1 });
  if (handling.calledBackAt !== undefined && handling.calledBackAt < end)
    marks.push({ name: 'callbackDone', at: end - 1 });
  return marks;
}

function instructionMarks(document: RecordDocument, { window }: ReviewRow): readonly Mark[] {
  if (window === undefined) return [];
  return living(document.audits)
    .filter((row) => row.c.is_confirmed === true && textOf(row, 'finding') === 'INSTRUCTED')
    .map((row) => ({ name: 'instructed', at: timeOf(row, 'event_time') ?? row.r, group: window }));
}
