import { parseProjectCode } from '@gnomon/identifiers';
import {
  type DerivedRecord,
  type DeriveWorld,
  type KeptRow,
  latestRow,
  type Mark,
  type RecordDocument,
  type RecordKind,
  type RecordPlace,
} from '@gnomon/records';
import { itemVersionOn, type ReferenceItemVersion } from '@gnomon/reference';
import type { Facts } from '@gnomon/rule-engine';
import { dayOf, formatDay, type WorkCalendar } from '@gnomon/working-time';
import { type ApprovalView, planLimit, suspensionsOf, viewApproval } from './approval-view.ts';
import { waitingClock, workdayClock } from './clock.ts';
import { missingElements } from './elements.ts';
import { numberOf, standing, textOf, timeOf } from './rows.ts';

/** 审批事项: one approval with its suspensions, opinions, demands and notices. */
export const APPROVAL: RecordKind = { kind: 'project-approval', derive: deriveApproval };

function deriveApproval(document: RecordDocument, _id: string, world: DeriveWorld): DerivedRecord | null {
  const row = latestRow(document.approval);
  if (row === undefined) return null;
  const approval = viewApproval(row);
  const place = placeOfApproval(approval, world);
  const origin = approval.acceptedAt ?? approval.enteredAt ?? row.t;
  return {
    place,
    listedAt: origin,
    state: approval.open ? 'OPEN' : (approval.outcome ?? 'FINISHED'),
    open: approval.open,
    links: {
      ...(approval.projectCode === null ? {} : { project: approval.projectCode }),
      ...(approval.workItem === null ? {} : { workItem: approval.workItem }),
    },
    subjects: [
      {
        kind: 'project-approval',
        type: 'ProjectApproval',
        id: approval.id,
        facts: approvalFacts(document, approval, place, world),
        origin,
      },
    ],
    marks: marksOf(document, approval),
    milestone: {
      projectCode: approval.projectCode,
      workItem: approval.workItem,
      kind: approval.kind,
      stage: approval.stage,
      acceptedAt: approval.acceptedAt,
      documentDate: approval.documentDate,
      decidedAt: approval.finishedAt,
      outcome: approval.outcome,
    },
  };
}

/** Where an approval belongs: with the agency that handles it. */
export function placeOfApproval(approval: ApprovalView, world: DeriveWorld): RecordPlace {
  const agency = world.agency(approval.agency);
  return {
    agency: approval.agency,
    division: approval.division ?? agency?.division ?? '',
    department: agency?.department ?? '',
    item: approval.item,
  };
}

function approvalFacts(
  document: RecordDocument,
  approval: ApprovalView,
  place: RecordPlace,
  world: DeriveWorld,
): Facts {
  const calendar = world.calendarFor(place.division);
  const { row } = approval;
  const version = publishedVersion(approval, world);
  const suspensions = suspensionsOf(approval, standing(document, 'suspensions'));
  const clock = (limit: number | null) =>
    workdayClock(calendar, approval.acceptedAt, limit, approval.finishedAt, suspensions);
  const statutory = numberOf(row, 'statutory_limit') ?? inWorkdays(version?.statutory);
  return {
    open: approval.open,
    granted: approval.granted,
    stage: approval.stage ?? undefined,
    plan: clock(planLimit(row, numberOf(row, 'catalogue_limit') ?? inWorkdays(version?.promise))),
    hasStatutory: statutory !== null,
    statutory: clock(statutory),
    codeGiven: approval.projectCode !== null,
    codeWellFormed: approval.projectCode === null || parseProjectCode(approval.projectCode).ok,
    documentBeforeAcceptance: documentBeforeAcceptance(approval),
    entryDelayWorkdays: entryDelay(approval, calendar),
    opinions: standing(document, 'opinions').map((opinion) => opinionFacts(opinion, approval, calendar, world)),
    outsideMaterials: outsideMaterials(document).length,
    notices: standing(document, 'notices').length,
  };
}

function publishedVersion(approval: ApprovalView, world: DeriveWorld): ReferenceItemVersion | undefined {
  const item = approval.item === null ? undefined : world.item(approval.item);
  if (item === undefined || approval.acceptedAt === null) return undefined;
  return itemVersionOn(item, formatDay(dayOf(approval.acceptedAt)));
}

const inWorkdays = (limit: ReferenceItemVersion['statutory'] | undefined): number | null =>
  limit?.unit === 'WORKDAY' ? limit.amount : null;

/** By date: a document of the day of acceptance is in order. */
function documentBeforeAcceptance({ documentDate, acceptedAt }: ApprovalView): boolean | undefined {
  if (documentDate === null) return false;
  return acceptedAt === null ? undefined : dayOf(documentDate) < dayOf(acceptedAt);
}

function entryDelay({ acceptedAt, enteredAt }: ApprovalView, calendar: WorkCalendar): number | undefined {
  if (acceptedAt === null || enteredAt === null) return undefined;
  return Math.max(0, calendar.workdayNumber(dayOf(enteredAt)) - calendar.workdayNumber(dayOf(acceptedAt)));
}

function opinionFacts(row: KeptRow, approval: ApprovalView, calendar: WorkCalendar, world: DeriveWorld): Facts {
  const [dispatchedAt, givenAt] = [timeOf(row, 'dispatched_at'), timeOf(row, 'given_at')];
  const limit = numberOf(row, 'opinion_limit') ?? world.constants('project-approval').opinionWorkdays ?? null;
  return {
    id: textOf(row, 'opinion_no') ?? row.g,
    body: textOf(row, 'body_code') ?? undefined,
    given: givenAt !== null,
    dispatched: dispatchedAt !== null,
    // Without a dispatch the lead body's duty ends with the approval itself.
    dispatch: waitingClock(calendar, approval.acceptedAt, dispatchedAt ?? givenAt ?? approval.finishedAt),
    opinion: workdayClock(calendar, dispatchedAt, limit, givenAt),
  };
}

const outsideMaterials = (document: RecordDocument): readonly KeptRow[] =>
  standing(document, 'materials').filter((row) => row.c.on_list === false);

/** What aggregates count: finished approvals and those lacking an element (EP-09), approvals in which too much was asked (EP-10). */
function marksOf(document: RecordDocument, approval: ApprovalView): readonly Mark[] {
  const marks: Mark[] = [];
  const counted = approval.outcome === 'GRANTED' || approval.outcome === 'DENIED';
  if (approval.finishedAt !== null && counted) {
    marks.push({ name: 'finished', at: approval.finishedAt });
    if (missingElements(approval).length > 0) marks.push({ name: 'incomplete', at: approval.finishedAt });
  }
  const asked = overAskedAt(document);
  if (asked !== null) marks.push({ name: 'overAsked', at: asked, key: approval.id });
  return marks;
}

/** When it came to be too much: the first material outside the list, or the second notice. */
function overAskedAt(document: RecordDocument): number | null {
  const times = (rows: readonly KeptRow[], name: string): readonly number[] =>
    rows.flatMap((row) => timeOf(row, name) ?? []).sort((a, b) => a - b);
  const material = times(outsideMaterials(document), 'demanded_at')[0];
  const notice = times(standing(document, 'notices'), 'sent_at')[1];
  const first = Math.min(material ?? Number.POSITIVE_INFINITY, notice ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? first : null;
}
