import { type DeriveWorld, type KeptRow, liveRows, type RecordDocument } from '@gnomon/records';
import { basicItemCode, itemVersionOn } from '@gnomon/reference';
import { dayOf, formatDay, type Suspension } from '@gnomon/working-time';
import { byTime, type Columns, earliest, instant, textOf } from './kept.ts';
import { type ListedChild, limitOf, type PublishedBundle } from './published-list.ts';
import type { ChildState } from './state-matrix.ts';

/** A child of a case, as the bundle platform and the child's work item together tell it. */
export interface Child {
  readonly code: string;
  readonly agency: string;
  /** Id of its work item, `<source>:<number>`; `null` while none is named. */
  readonly workItem: string | null;
  readonly mandatory: boolean;
  readonly listed: ListedChild | undefined;
  readonly createdAt: number | null;
  readonly dispatchedAt: number | null;
  readonly signedAt: number | null;
  readonly noticeAt: number | null;
  readonly notices: number;
  readonly acceptedAt: number | null;
  /** Since when it is worked at. */
  readonly runningAt: number | null;
  readonly endedAt: number | null;
  readonly end: ChildState;
  /** False while its work item is named and nothing has been heard of it: then its state is unknown. */
  readonly isKnown: boolean;
  readonly suspensions: readonly Suspension[];
  /** Working days of suspension that the work item tells without saying when. */
  readonly untoldSuspendedWorkdays: number;
  /** Its own promise and its slot in working days, whichever is shorter; `null` while neither is known. */
  readonly limitWorkdays: number | null;
  /** The item's statutory limit in working days; `null` = it has none, `undefined` = not known. */
  readonly statutoryWorkdays: number | null | undefined;
}

/** The children of a case, by code. One that was pushed twice is read from its latest row. */
export function childrenOf(
  document: RecordDocument,
  list: PublishedBundle | undefined,
  world: DeriveWorld,
): readonly Child[] {
  const rows = new Map<string, KeptRow>();
  for (const row of liveRows(document.children)) {
    const code = basicItemCode(textOf(row.c, 'child_code'));
    const other = rows.get(code);
    if (other === undefined || row.t > other.t || (row.t === other.t && row.g > other.g)) rows.set(code, row);
  }
  const items = liveRows(document.items).filter(({ c }) => c.state !== undefined || c.appliedAt !== undefined);
  const suspensions = byTime(document.suspensions, 'suspend_time');
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, row]) => {
      const workItem = workItemOf(row);
      const item = items.find(({ c }) => textOf(c, 'id') === workItem) ?? unnamed(items, workItem, code);
      const own = suspensions.filter(({ c }) => basicItemCode(textOf(c, 'child_code')) === code);
      return child(code, row, item, own, list, world);
    });
}

function child(
  code: string,
  row: KeptRow,
  item: KeptRow | undefined,
  suspensions: readonly KeptRow[],
  list: PublishedBundle | undefined,
  world: DeriveWorld,
): Child {
  const listed = list?.children?.get(code);
  const pushed = row.c;
  const told: Columns = item?.c ?? {};
  const startedAt = instant(pushed, 'started_time');
  const acceptedAt = instant(told, 'acceptedAt');
  const endedAt = instant(told, 'finishedAt') ?? instant(pushed, 'ended_time');
  const signedAt = instant(pushed, 'signed_time') ?? earliest(startedAt, acceptedAt, endedAt);
  const workItem = (item === undefined ? workItemOf(row) : textOf(item.c, 'id')) || null;
  return {
    code,
    agency: textOf(pushed, 'agency'),
    workItem,
    mandatory: listed?.mandatory ?? pushed.mandatory === true,
    listed,
    createdAt: instant(pushed, 'created_time'),
    dispatchedAt: instant(pushed, 'dispatched_time') ?? signedAt,
    signedAt,
    noticeAt: instant(told, 'firstNoticeAt'),
    notices: instant(told, 'notices') ?? 0,
    acceptedAt: acceptedAt ?? (item === undefined ? signedAt : null),
    runningAt: startedAt ?? runningSince(item),
    endedAt,
    end: endOf(textOf(told, 'outcome'), textOf(pushed, 'child_result')),
    isKnown: item !== undefined || workItem === null || endedAt !== null,
    suspensions: suspensions.map(({ c }) => ({ from: instant(c, 'suspend_time') ?? 0, to: instant(c, 'resume_time') })),
    untoldSuspendedWorkdays: suspensions.length > 0 ? 0 : (instant(told, 'suspendedWorkdays') ?? 0),
    limitWorkdays: shorter(ownWorkdays(pushed, told), listed?.slotWorkdays ?? null),
    statutoryWorkdays: statutoryOf(pushed, told, world, acceptedAt ?? startedAt ?? signedAt),
  };
}

/** `<source>:<number>` of the child's work item; the row's own source where it names no other; `''` without a number. */
function workItemOf({ c, s }: KeptRow): string {
  const no = textOf(c, 'project_no');
  return no === '' ? '' : `${textOf(c, 'project_source') || s}:${no}`;
}

/** While the platform has not named the work item, the one that names this case and has this item. */
function unnamed(items: readonly KeptRow[], workItem: string, code: string): KeptRow | undefined {
  return workItem === '' ? items.find(({ c }) => basicItemCode(textOf(c, 'item')) === code) : undefined;
}

const RUNNING: ReadonlySet<unknown> = new Set([
  'IN_REVIEW',
  'SPECIAL_PROCEDURE',
  'DECIDED_GRANTED',
  'DECIDED_DENIED',
  'CERTIFIED',
]);

/** Since when the work item was told to be worked at, up to its end; it says no time of its own for that. */
function runningSince(item: KeptRow | undefined): number | null {
  if (item === undefined) return null;
  let since: number | null = null;
  for (const { t, c } of [...(item.o ?? []), item].sort((one, other) => one.t - other.t)) {
    if (RUNNING.has(c?.state)) since ??= t;
    else if (typeof c?.finishedAt !== 'number') since = null;
  }
  return since;
}

const END_OF: Readonly<Record<string, ChildState>> = {
  DENIED: 'REFUSED',
  NOT_ACCEPTED: 'REFUSED',
  RETURNED: 'REFUSED',
  WITHDRAWN: 'WITHDRAWN',
  VOIDED: 'WITHDRAWN',
  REFUSED: 'REFUSED',
};

function endOf(outcome: string, result: string): ChildState {
  return END_OF[outcome === '' ? result : outcome] ?? 'DONE';
}

function ownWorkdays(pushed: Columns, told: Columns): number | null {
  const limit = limitOf(pushed);
  return limit?.unit === 'WORKDAY' ? limit.amount : instant(told, 'promiseWorkdays');
}

function shorter(a: number | null, b: number | null): number | null {
  return earliest(a, b);
}

function statutoryOf(pushed: Columns, told: Columns, world: DeriveWorld, at: number | null): number | null | undefined {
  const item = world.item(textOf(told, 'item') || textOf(pushed, 'task_code') || textOf(pushed, 'child_code'));
  const version = item === undefined || at === null ? undefined : itemVersionOn(item, formatDay(dayOf(at)));
  if (version === undefined) return undefined;
  if (version.statutory === null) return null;
  return version.statutory.unit === 'WORKDAY' ? version.statutory.amount : undefined;
}

/** The state of a child after all that happened up to `at`, as the matrix sees it; `null` before it was created. */
export function stateAt(child: Child, at: number): ChildState | null {
  const reached = (instant: number | null): boolean => instant !== null && instant <= at;
  if (reached(child.endedAt)) return child.end;
  if (reached(child.runningAt)) return 'RUNNING';
  if (reached(child.acceptedAt)) return 'ACCEPTED';
  if (reached(child.noticeAt)) return 'SUPPLEMENT';
  return reached(child.createdAt) ? 'SUBMITTED' : null;
}

/** When its time began to run: acceptance of its work item, beginning of the handling, or sign-in. */
export function startOf(child: Child): number | null {
  return child.acceptedAt ?? child.runningAt ?? child.signedAt;
}
