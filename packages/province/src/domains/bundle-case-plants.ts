import { at, dayOf, WORKDAY_MS } from '../naive-calendar.ts';
import {
  A,
  acceptanceAfter,
  B,
  C,
  course,
  LONG,
  morning,
  ORDINARY,
  SHORT_SLOT,
  sideBySide,
  type Team,
  TIGHT,
  tell,
  workdayBefore,
} from './bundle-story.ts';
import type { BundleWriter, ListedBundle } from './bundle-writer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** OT-01: results in time, delivery late or never. The limit is ten working days. */
export function lateBundles(writer: BundleWriter, team: Team): void {
  const { calendar, workdays, readAt } = writer.world;
  const late = (no: string, day: number, deliveredAfter: number): { due: number; kase: ReturnType<typeof tell> } => {
    const deliveredAt = at(calendar.workdayAfter(day, deliveredAfter), 600);
    const kase = tell(writer, course(team, no, morning(day), calendar, { deliveredAt }));
    return { due: calendar.workdayAfter(day, 10), kase };
  };
  const yellow = late('OT-01-Y', workdays[5] as number, 12);
  yellow.kase.plant('OT-01', 'YELLOW', at(yellow.due + 1));
  const red = late('OT-01-R', workdays[6] as number, 17);
  red.kase.plant('OT-01', 'RED', at(calendar.workdayAfter(red.due, 6)));
  // Due on the working day after the reading: two are left from the start of the reading day.
  const day = workdayBefore(calendar, dayOf(readAt), 9);
  tell(writer, course(team, 'OT-01-W', morning(day), calendar, { deliveredAt: null })).plant(
    'OT-01',
    'WARNING',
    at(dayOf(readAt)),
  );
}

/** OT-02: a child beyond its slot; one that makes its bundle late too; one whose last day is the reading day. */
export function lateChildren(writer: BundleWriter, team: Team): void {
  const { calendar, workdays, readAt } = writer.world;
  const withA = (no: string, day: number, bundle: ListedBundle, endsAfter: number | null): ReturnType<typeof tell> => {
    const acceptedAt = acceptanceAfter(morning(day));
    const endedAt = endsAfter === null ? null : at(calendar.workdayAfter(day, endsAfter), 600);
    const [, b] = sideBySide(calendar, acceptedAt);
    if (b === undefined) throw new RangeError('two children were expected');
    return tell(writer, course(team, no, morning(day), calendar, { bundle, children: [{ template: A, endedAt }, b] }));
  };
  const yellowDay = workdays[7] as number;
  withA('OT-02-Y', yellowDay, SHORT_SLOT, 5).plant(
    'OT-02',
    'YELLOW',
    at(calendar.workdayAfter(yellowDay, 3) + 1),
    A.listCode,
  );
  const redDay = workdays[8] as number;
  const bundleEnd = at(calendar.workdayAfter(redDay, 4) + 1);
  withA('OT-02-R', redDay, TIGHT, 6).plant('OT-02', 'RED', bundleEnd, A.listCode).plant('OT-01', 'YELLOW', bundleEnd);
  withA('OT-02-W', workdayBefore(calendar, dayOf(readAt), 5), ORDINARY, null).plant(
    'OT-02',
    'WARNING',
    at(dayOf(readAt)),
    A.listCode,
  );
}

/** OT-03: children are worked at while the platform still says that the bundle is only accepted. */
export function contradictingStates(writer: BundleWriter, team: Team): void {
  const { calendar, readAt } = writer.world;
  const started = (no: string, startedAt: number): ReturnType<typeof tell> => {
    const appliedAt = startedAt - 76 * MINUTE;
    const children = [A, B].map((template) => ({ template, endedAt: null }));
    return tell(writer, course(team, no, appliedAt, calendar, { bundle: LONG, saysInProgress: false, children }));
  };
  const today = dayOf(readAt);
  const afternoon = at(workdayBefore(calendar, today, 1), 900);
  started('OT-03-W', afternoon).plant('OT-03', 'WARNING', calendar.beyondOfficeMs(afternoon, 2 * HOUR));
  const three = workdayBefore(calendar, today, 3);
  started('OT-03-Y', at(three, 660)).plant('OT-03', 'YELLOW', at(calendar.workdayAfter(three, 2)));
  const nine = workdayBefore(calendar, today, 9);
  started('OT-03-R', at(nine, 660)).plant('OT-03', 'RED', at(calendar.workdayAfter(nine, 6)));
}

/** A case that is closed when only A has its result; B gets it some working days later. */
function closeEarly(
  writer: BundleWriter,
  team: Team,
  no: string,
  day: number,
  endsAfter: number,
): ReturnType<typeof tell> {
  const { calendar } = writer.world;
  const acceptedAt = acceptanceAfter(morning(day));
  const finishedAt = calendar.afterOfficeMs(acceptedAt, WORKDAY_MS) + 10 * MINUTE;
  const [a] = sideBySide(calendar, acceptedAt);
  if (a === undefined) throw new RangeError('two children were expected');
  const endedAt = at(calendar.workdayAfter(dayOf(finishedAt), endsAfter), 600);
  return tell(
    writer,
    course(team, no, morning(day), calendar, { children: [a, { template: B, endedAt }], finishedAt }),
  );
}

/** OT-04: put right on the next working day, and only on the third. */
export function closedTooSoon(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  closeEarly(writer, team, 'OT-04-Y', workdays[10] as number, 1).plant('OT-04', 'YELLOW', null);
  const day = workdays[11] as number;
  const closedOn = calendar.workdayAfter(day, 1);
  closeEarly(writer, team, 'OT-04-R', day, 3).plant('OT-04', 'RED', at(calendar.workdayAfter(closedOn, 1) + 1));
}

/** OT-04: three of one lead agency in the thirty days before the reading. */
export function closedTooSoonThrice(writer: BundleWriter, team: Team): void {
  const { calendar, readAt } = writer.world;
  for (const [index, back] of [14, 12, 10].entries())
    closeEarly(writer, team, `OT-04-T${index}`, workdayBefore(calendar, dayOf(readAt), back), 1).plant(
      'OT-04',
      'YELLOW',
      null,
    );
  writer.plant('OT-04', 'bundle-agency', team.lead.uscc, 'RED', null);
}

/** OT-05: dispatched after three working hours; signed for on the second and on the fifth working day. */
export function dispatchedLate(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  const withA = (
    no: string,
    day: number,
    times: { dispatchedAt?: number; signedAt?: number },
  ): ReturnType<typeof tell> => {
    const acceptedAt = acceptanceAfter(morning(day));
    const signedOn = times.signedAt ?? acceptedAt;
    const endedAt = calendar.afterOfficeMs(signedOn, WORKDAY_MS);
    const [, b] = sideBySide(calendar, acceptedAt);
    if (b === undefined) throw new RangeError('two children were expected');
    // B stays open until A has begun, so that they run side by side.
    const other = { ...b, endedAt: Math.max(b.endedAt ?? 0, signedOn + HOUR) };
    return tell(
      writer,
      course(team, no, morning(day), calendar, { children: [{ template: A, endedAt, ...times }, other] }),
    );
  };
  const day = workdays[12] as number;
  const owedFrom = acceptanceAfter(morning(day)) + MINUTE;
  withA('OT-05-W', day, { dispatchedAt: calendar.afterOfficeMs(owedFrom, 3 * HOUR) }).plant(
    'OT-05',
    'WARNING',
    calendar.beyondOfficeMs(owedFrom, 2 * HOUR),
    A.listCode,
  );
  const second = workdays[13] as number;
  withA('OT-05-Y', second, { signedAt: at(calendar.workdayAfter(second, 2), 600) }).plant(
    'OT-05',
    'YELLOW',
    at(calendar.workdayAfter(second, 2)),
    A.listCode,
  );
  const fifth = workdays[14] as number;
  withA('OT-05-R', fifth, { signedAt: at(calendar.workdayAfter(fifth, 5), 600) }).plant(
    'OT-05',
    'RED',
    at(calendar.workdayAfter(fifth, 4)),
    A.listCode,
  );
}

/** OT-06: created after five working hours, on the third working day, and not at all although the bundle was closed. */
export function missingChildren(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  const createB = (no: string, day: number, createdAt: number): ReturnType<typeof tell> => {
    const [a] = sideBySide(calendar, acceptanceAfter(morning(day)));
    if (a === undefined) throw new RangeError('two children were expected');
    const b = { template: B, createdAt, endedAt: calendar.afterOfficeMs(createdAt, WORKDAY_MS) };
    return tell(writer, course(team, no, morning(day), calendar, { children: [a, b] }));
  };
  const day = workdays[15] as number;
  const acceptedAt = acceptanceAfter(morning(day));
  createB('OT-06-W', day, calendar.afterOfficeMs(acceptedAt, 5 * HOUR)).plant(
    'OT-06',
    'WARNING',
    calendar.beyondOfficeMs(acceptedAt, 4 * HOUR),
    B.listCode,
  );
  const third = workdays[16] as number;
  createB('OT-06-Y', third, at(calendar.workdayAfter(third, 3), 600)).plant(
    'OT-06',
    'YELLOW',
    at(calendar.workdayAfter(third, 2)),
    B.listCode,
  );
  tell(writer, course(team, 'OT-06-R', morning(workdays[17] as number), calendar, { scenario: 'C1' })).plant(
    'OT-06',
    'RED',
    null,
    C.listCode,
  );
}
