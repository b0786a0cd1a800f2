import { agencyNode, latestRow, type RecordContext, type RecordRow, recordFields } from '@gnomon/records';
import { type Clock, expiredFrom, type WorkCalendar } from '@gnomon/working-time';
import type { CaseView } from '../derive/case-view.ts';
import { type Child, startOf, stateAt } from '../derive/child.ts';
import { childClock, overAt, promiseClock } from '../derive/clocks.ts';
import { type Columns, instant, listOf, textOf } from '../derive/kept.ts';
import { caseOf } from './case-of.ts';
import { bundleFor } from './PublishedBundle.ts';

const none: Columns = {};
const mainOf = ({ document }: RecordRow): Columns => latestRow(document.case)?.c ?? none;
const text = (name: string) => (row: RecordRow) => textOf(mainOf(row), name) || null;
const time = (name: string) => (row: RecordRow) => instant(mainOf(row), name);

const record = recordFields('bundle-case');

export const BundleCase = {
  ...record,
  rowVersions: ownRowVersions,
  no: ({ id, source }: RecordRow) => id.slice(source.length + 1),
  code: text('bundle_code'),
  listVersion: text('list_version'),
  bundle(row: RecordRow, _: unknown, context: RecordContext) {
    const { division_code: division, bundle_code: code, list_version: version } = mainOf(row);
    return bundleFor(String(division ?? ''), `${code}:${version}`, context.records.ports.lists);
  },
  scenario: (row: RecordRow) => listOf(textOf(mainOf(row), 'scenario')),
  state: ({ state }: RecordRow) => state,
  stateSince: time('state_time'),
  isOpen(row: RecordRow, _: unknown, context: RecordContext) {
    const view = caseOf(row, context);
    return view === null || overAt(view) === null;
  },
  appliedAt: time('apply_time'),
  acceptedAt: time('accept_time'),
  finishedAt: (row: RecordRow, _: unknown, context: RecordContext) => caseOf(row, context)?.finishedAt ?? null,
  deliveredAt: time('delivered_time'),
  dueAt(row: RecordRow, _: unknown, context: RecordContext) {
    const view = caseOf(row, context);
    return view === null ? null : lastInstantOf(promiseClock(view), view.calendar);
  },
  children(row: RecordRow, _: unknown, context: RecordContext) {
    const view = caseOf(row, context);
    return view === null ? [] : view.children.map((child) => childNode(child, view, context));
  },
  notices: (row: RecordRow, _: unknown, context: RecordContext) =>
    (caseOf(row, context)?.notices ?? []).map(({ g, c }) => ({
      id: g,
      childCode: textOf(c, 'child_code') || null,
      agency: agencyNode(textOf(c, 'agency')),
      sentAt: instant(c, 'sent_time'),
    })),
  materialRequests: (row: RecordRow, _: unknown, context: RecordContext) =>
    (caseOf(row, context)?.requests ?? []).map(({ g, c }) => ({
      id: g,
      materialId: textOf(c, 'material_id'),
      childCode: textOf(c, 'child_code') || null,
      agency: agencyNode(textOf(c, 'agency')),
      requestedAt: instant(c, 'requested_time'),
      isAvailable: c.available ?? null,
      isConfirmed: c.applicant_confirmed === true,
    })),
};

function childNode(child: Child, view: CaseView, context: RecordContext) {
  const { code, agency, workItem, mandatory, limitWorkdays } = child;
  return {
    code,
    name: child.listed?.name ?? null,
    agency: agencyNode(agency),
    workItem: workItem === null || !seesAgency(agency, view, context) ? null : { id: workItem },
    isMandatory: mandatory,
    state: child.isKnown ? stateAt(child, Number.POSITIVE_INFINITY) : null,
    createdAt: child.createdAt,
    dispatchedAt: child.dispatchedAt,
    signedAt: child.signedAt,
    startedAt: startOf(child),
    endedAt: child.endedAt,
    limitWorkdays,
    dueAt: lastInstantOf(childClock(child, view, limitWorkdays), view.calendar),
  };
}

type Version = Awaited<ReturnType<typeof record.rowVersions>>[number];

/** Versions of the case's rows; a child of another agency without the number of its work item. */
async function ownRowVersions(row: RecordRow, args: { first: number }, context: RecordContext): Promise<Version[]> {
  const view = caseOf(row, context);
  const versions = await record.rowVersions(row, args, context);
  return versions.map((version) => {
    const content = version.content as Readonly<Record<string, unknown>>;
    const agency = content.agency;
    if (typeof agency !== 'string' || view === null || seesAgency(agency, view, context)) return version;
    const hidden = Object.entries(content).filter(([name]) => !/^project_?(no|source)$/i.test(name));
    return { ...version, content: Object.fromEntries(hidden) };
  });
}

/** A lead agency sees the children of its case, but another agency's work items only where its scope reaches them. */
function seesAgency(agency: string, view: CaseView, { scope }: RecordContext): boolean {
  if (scope.all || scope.agencies.includes(agency)) return true;
  return scope.divisions.some((prefix) => view.division.startsWith(prefix));
}

/** The last instant at which a clock has not expired; `null` without one, and while it stands still. */
function lastInstantOf(clock: Clock | undefined, calendar: WorkCalendar): number | null {
  if (clock === undefined) return null;
  const from = expiredFrom(calendar, { ...clock, stoppedAt: null });
  return Number.isFinite(from) ? from - 1 : null;
}
