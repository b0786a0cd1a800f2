import type { CastAgency } from '../cast.ts';
import { at, dateText, type NaiveCalendar, WORKDAY_MS } from '../naive-calendar.ts';
import type { SceneWorld } from '../scene.ts';
import {
  BundleCase,
  type BundleWriter,
  type ChildTemplate,
  childTemplate,
  type ListedBundle,
} from './bundle-writer.ts';

const MINUTE = 60_000;

/** Children of the scenes: of three departments of one place; C may only begin when A has ended. */
export const A = childTemplate(1, '131');
export const B = childTemplate(2, '123');
export const C = childTemplate(3, '111');

const bundle = (
  code: string,
  name: string,
  promiseWorkdays: number,
  slots: readonly [number, number, number],
): ListedBundle => ({
  code,
  name,
  promiseWorkdays,
  children: [
    { template: A, mandatoryWhen: '*', slotWorkdays: slots[0] },
    { template: B, mandatoryWhen: '*', slotWorkdays: slots[1] },
    { template: C, mandatoryWhen: 'C1', dependsOn: [A], slotWorkdays: slots[2] },
  ],
});

/** Ten working days in all, five for each child. */
export const ORDINARY = bundle('YJS-01', '企业信息变更一件事', 10, [5, 5, 3]);
/** A child has three working days of twelve. */
export const SHORT_SLOT = bundle('YJS-02', '企业开办一件事', 12, [3, 5, 3]);
/** A child has three working days of four. */
export const TIGHT = bundle('YJS-03', '退休一件事', 4, [3, 4, 1]);
/** So long that nothing but states can go wrong. */
export const LONG = bundle('YJS-04', '新生儿出生一件事', 40, [20, 20, 10]);

/** The lead agency and the co-agencies of one place. */
export interface Team {
  readonly lead: CastAgency;
  readonly agencies: ReadonlyMap<ChildTemplate, CastAgency>;
}

/** What happens to one child; what is not given goes its ordinary way. */
export interface ChildCourse {
  readonly template: ChildTemplate;
  readonly createdAt?: number;
  readonly dispatchedAt?: number;
  readonly signedAt?: number;
  readonly startedAt?: number;
  /** `null`: it never ends. */
  readonly endedAt: number | null;
}

/** How a case goes. */
export interface Course {
  readonly team: Team;
  readonly bundle?: ListedBundle;
  readonly no: string;
  readonly appliedAt: number;
  readonly acceptedAt?: number;
  readonly scenario?: string;
  /** What happens before acceptance. */
  readonly before?: (kase: BundleCase) => void;
  readonly children: readonly ChildCourse[];
  /** False: the platform forgets to say that the case is under way. */
  readonly saysInProgress?: boolean;
  /** Default: ten minutes after the last end; never when a child never ends. */
  readonly finishedAt?: number;
  /** Default: twenty minutes after the finish; `null`: never. */
  readonly deliveredAt?: number | null;
}

/** When the platform accepts what is submitted at an instant. */
export const acceptanceAfter = (appliedAt: number): number => appliedAt + 20 * MINUTE;

/** Tells a whole case in the order of its events. */
export function tell(writer: BundleWriter, course: Course): BundleCase {
  const { team, children, appliedAt } = course;
  const acceptedAt = course.acceptedAt ?? acceptanceAfter(appliedAt);
  const kase = new BundleCase(writer, course.bundle ?? ORDINARY, team.lead, course.no).submit(
    appliedAt,
    course.scenario,
  );
  course.before?.(kase);
  kase.accept(acceptedAt);
  for (const child of children) tellChild(kase, child, agencyOf(team, child.template), acceptedAt);
  const started = children.map((child) => startOf(child, acceptedAt));
  if (started.length > 0 && course.saysInProgress !== false) kase.state('IN_PROGRESS', Math.min(...started));
  const ends = children.map(({ endedAt }) => endedAt);
  const finishedAt = course.finishedAt ?? (ends.includes(null) ? null : lastOf(ends) + 10 * MINUTE);
  if (finishedAt === null) return kase;
  kase.finish(finishedAt);
  const deliveredAt = course.deliveredAt === undefined ? finishedAt + 20 * MINUTE : course.deliveredAt;
  return deliveredAt === null ? kase : kase.deliver(deliveredAt);
}

function tellChild(kase: BundleCase, child: ChildCourse, agency: CastAgency, acceptedAt: number): void {
  const { template } = child;
  const createdAt = child.createdAt ?? acceptedAt + MINUTE;
  const dispatchedAt = child.dispatchedAt ?? createdAt + 5 * MINUTE;
  kase.create(template, agency, createdAt).tell(template, 'dispatched', dispatchedAt);
  kase.tell(template, 'signed', child.signedAt ?? dispatchedAt + 20 * MINUTE);
  kase.tell(template, 'started', startOf(child, acceptedAt));
  if (child.endedAt !== null) kase.tell(template, 'ended', child.endedAt);
}

function startOf(child: ChildCourse, acceptedAt: number): number {
  const createdAt = child.createdAt ?? acceptedAt + MINUTE;
  const signedAt = child.signedAt ?? (child.dispatchedAt ?? createdAt + 5 * MINUTE) + 20 * MINUTE;
  return child.startedAt ?? signedAt + 30 * MINUTE;
}

/** A and B side by side over a day and a half; both end in time. */
export function sideBySide(calendar: NaiveCalendar, acceptedAt: number): readonly ChildCourse[] {
  return [
    { template: A, endedAt: calendar.afterOfficeMs(acceptedAt, WORKDAY_MS) },
    { template: B, endedAt: calendar.afterOfficeMs(acceptedAt, 1.5 * WORKDAY_MS) },
  ];
}

/** C after A: dispatched, signed for and done within a day of A's end. */
export function afterA(calendar: NaiveCalendar, acceptedAt: number): ChildCourse {
  const free = calendar.afterOfficeMs(acceptedAt, WORKDAY_MS);
  return { template: C, dispatchedAt: free + 5 * MINUTE, endedAt: calendar.afterOfficeMs(free, WORKDAY_MS) };
}

/** A clean case whose children are work items of the integrated platform. */
export function tellWithWorkItems(writer: BundleWriter, team: Team, no: string, appliedAt: number): BundleCase {
  const acceptedAt = acceptanceAfter(appliedAt);
  const kase = new BundleCase(writer, ORDINARY, team.lead, no).submit(appliedAt).accept(acceptedAt);
  const ends = [A, B].map((template, index) => {
    const agency = agencyOf(team, template);
    const signedAt = acceptedAt + 26 * MINUTE;
    kase.create(template, agency, acceptedAt + MINUTE).tell(template, 'dispatched', acceptedAt + 6 * MINUTE);
    kase.tell(template, 'signed', signedAt);
    const endedAt = kase.workItem(template, agency, acceptedAt + MINUTE, signedAt, 1 + index / 2);
    kase.tell(template, 'started', signedAt + 30 * MINUTE).tell(template, 'ended', endedAt);
    return endedAt;
  });
  kase.state('IN_PROGRESS', acceptedAt + 56 * MINUTE);
  const finishedAt = lastOf(ends) + 10 * MINUTE;
  return kase.finish(finishedAt).deliver(finishedAt + 20 * MINUTE);
}

export function agencyOf(team: Team, template: ChildTemplate): CastAgency {
  return team.agencies.get(template) ?? team.lead;
}

/** A morning instant of a day, a little different for each index. */
export const morning = (day: number, index = 0): number => at(day, 540 + (index % 40));

const lastOf = (ends: readonly (number | null)[]): number => Math.max(...ends.map((end) => end ?? 0));

/** The course of an ordinary case on a day; the changes make it a violation. */
export function course(
  team: Team,
  no: string,
  appliedAt: number,
  calendar: NaiveCalendar,
  changes: Partial<Course> = {},
): Course {
  const acceptedAt = changes.acceptedAt ?? acceptanceAfter(appliedAt);
  return { team, no, appliedAt, children: sideBySide(calendar, acceptedAt), ...changes };
}

/** The working days of a month of the season. */
export function daysOf(world: SceneWorld, month: string): readonly number[] {
  return world.workdays.filter((day) => dateText(day).startsWith(month));
}

/** The `n`-th working day before a day. */
export function workdayBefore(calendar: NaiveCalendar, day: number, n: number): number {
  let found = day;
  for (let left = n; left > 0; left -= calendar.isWorkday(found) ? 1 : 0) found -= 1;
  return found;
}
