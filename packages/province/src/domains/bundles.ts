import { at, dateText, dayFromText, dayOf, instantText, type NaiveCalendar, WORKDAY_MS } from '../naive-calendar.ts';
import type { Scene, SceneWorld } from '../scene.ts';
import {
  A,
  acceptanceAfter,
  afterA,
  B,
  C,
  type Course,
  LONG,
  morning,
  ORDINARY,
  SHORT_SLOT,
  sideBySide,
  type Team,
  TIGHT,
  tell,
  tellWithWorkItems,
} from './bundle-story.ts';
import { BUNDLE_SOURCE, BundleWriter, childItem, childTemplate, type ListedBundle } from './bundle-writer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLEAN_TEAMS = 4;
/** Agencies of a scene go round the divisions: this many later, the next department of the same division comes. */
const DIVISIONS = 20;

/**
 * The bundles' part of a season: a clean load, of which a third has its children as work items, and for every indicator
 * of bundles at least one violation, each with a lead agency of its own, with the truth beside it.
 */
export function plantBundles(world: SceneWorld): Scene {
  const writer = new BundleWriter(world);
  const opening = at(world.days[0] as number, 1);
  for (const bundle of [ORDINARY, SHORT_SLOT, TIGHT, LONG]) writer.publish(bundle, opening);
  const teams = Array.from({ length: CLEAN_TEAMS + PLANTS.length }, (_, index) => teamOf(world, index));
  cleanLoad(writer, teams.slice(0, CLEAN_TEAMS), opening);
  for (const { agencies } of teams)
    for (const [template, agency] of agencies) writer.items.push(childItem(agency, template));
  for (const [index, plant] of PLANTS.entries()) plant(writer, teams[CLEAN_TEAMS + index] as Team, opening);
  const first = teams[0] as Team;
  return {
    agencies: teams.flatMap(({ agencies }) => [...agencies.values()]),
    items: writer.items,
    sources: [
      {
        id: BUNDLE_SOURCE,
        name: '一件事联办系统',
        nameEn: 'Platform of one-thing bundles',
        agency: first.lead.uscc,
        division: '15',
        ownPlatform: true,
        mustPush: false,
        registeredAt: instantText(at((world.days[0] as number) - 7, 540)),
        exempt: null,
      },
    ],
    rows: { bundles: writer.rows, 'work-items': writer.workItems.flatMap((kase) => kase.rows) },
    truth: writer.truth,
  };
}

function teamOf(world: SceneWorld, index: number): Team {
  const [lead, second, third] = [0, 1, 2].map((department) => world.agency(index + department * DIVISIONS));
  if (lead === undefined || second === undefined || third === undefined)
    throw new RangeError('a team has three agencies');
  return {
    lead,
    agencies: new Map([
      [A, lead],
      [B, second],
      [C, third],
    ]),
  };
}

type Plant = (writer: BundleWriter, team: Team, opening: number) => void;

const PLANTS: readonly Plant[] = [
  lateBundles,
  lateChildren,
  contradictingStates,
  closedTooSoon,
  closedTooSoonThrice,
  dispatchedLate,
  missingChildren,
  severalNotices,
  manyNoticesOfAMonth,
  materialsAskedTwice,
  oneAfterTheOther,
  notOpened,
  openedAndIdle,
  openedAndIdleForAMonth,
];

function cleanLoad(writer: BundleWriter, teams: readonly Team[], opening: number): void {
  const first = teams[0] as Team;
  const validTo = dateText(writer.world.days.at(-1) as number);
  writer.list(ORDINARY, first.lead, opening, { listedOn: '2026-01-05', openedOn: '2026-01-12', validTo });
  const { calendar, clean, workdays } = writer.world;
  const days = workdays.slice(0, -6);
  for (let index = 0; index < clean; index += 1) {
    const team = teams[index % teams.length] as Team;
    const appliedAt = morning(days[Math.floor((index * days.length) / clean)] as number, index);
    const no = `YJS-${String(index + 1).padStart(6, '0')}`;
    if (index % 3 === 0) {
      tellWithWorkItems(writer, team, no, appliedAt);
      continue;
    }
    const acceptedAt = acceptanceAfter(appliedAt);
    const children = sideBySide(calendar, acceptedAt);
    const isLonger = index % 4 === 1;
    tell(writer, {
      team,
      no,
      appliedAt,
      ...(isLonger ? { scenario: 'C1', children: [...children, afterA(calendar, acceptedAt)] } : { children }),
    });
  }
}

/** The course of an ordinary case on a day; the changes make it a violation. */
function course(
  team: Team,
  no: string,
  appliedAt: number,
  calendar: NaiveCalendar,
  changes: Partial<Course> = {},
): Course {
  const acceptedAt = changes.acceptedAt ?? acceptanceAfter(appliedAt);
  return { team, no, appliedAt, children: sideBySide(calendar, acceptedAt), ...changes };
}

/** OT-01: results in time, delivery late or never. The limit is ten working days. */
function lateBundles(writer: BundleWriter, team: Team): void {
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
function lateChildren(writer: BundleWriter, team: Team): void {
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
function contradictingStates(writer: BundleWriter, team: Team): void {
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
function closedTooSoon(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  closeEarly(writer, team, 'OT-04-Y', workdays[10] as number, 1).plant('OT-04', 'YELLOW', null);
  const day = workdays[11] as number;
  const closedOn = calendar.workdayAfter(day, 1);
  closeEarly(writer, team, 'OT-04-R', day, 3).plant('OT-04', 'RED', at(calendar.workdayAfter(closedOn, 1) + 1));
}

/** OT-04: three of one lead agency in the thirty days before the reading. */
function closedTooSoonThrice(writer: BundleWriter, team: Team): void {
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
function dispatchedLate(writer: BundleWriter, team: Team): void {
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
function missingChildren(writer: BundleWriter, team: Team): void {
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

/** Submitted on a day, told at these instants what is missing, accepted two working days later. */
function withNotices(
  writer: BundleWriter,
  team: Team,
  no: string,
  day: number,
  notices: readonly (readonly [at: number, of: 'lead' | 'other'])[],
): ReturnType<typeof tell> {
  const { calendar } = writer.world;
  const other = team.agencies.get(B) ?? team.lead;
  return tell(
    writer,
    course(team, no, morning(day), calendar, {
      acceptedAt: at(calendar.workdayAfter(day, 2), 540),
      before: (kase) => {
        for (const [index, [sentAt, of]] of notices.entries()) {
          kase.notice(index, of === 'lead' ? team.lead : other, sentAt);
          if (index === 0) kase.state('SUPPLEMENT_REQUIRED', sentAt);
        }
      },
    }),
  );
}

/** OT-07: two notices of the lead agency; two of two agencies on two days. */
function severalNotices(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  const day = workdays[18] as number;
  const next = calendar.workdayAfter(day, 1);
  withNotices(writer, team, 'OT-07-Y', day, [
    [at(day, 630), 'lead'],
    [at(day, 900), 'lead'],
  ]).plant('OT-07', 'YELLOW', null);
  withNotices(writer, team, 'OT-07-R', day, [
    [at(day, 640), 'lead'],
    [at(next, 600), 'other'],
  ]).plant('OT-07', 'RED', null);
}

/** OT-07: two of twenty-two accepted in a month, 9.1 %. */
function manyNoticesOfAMonth(writer: BundleWriter, team: Team): void {
  const { world } = writer;
  const month = world.months[1] as string;
  const days = daysOf(world, month);
  for (let index = 0; index < 22; index += 1) {
    const day = days[1 + (index % 8)] as number;
    const no = `OT-07-M${index}`;
    if (index >= 2) tell(writer, course(team, no, morning(day, index), world.calendar));
    else
      withNotices(writer, team, no, day, [
        [at(day, 630), 'lead'],
        [at(day, 900), 'lead'],
      ]).plant('OT-07', 'YELLOW', null);
  }
  writer.plant('OT-07', 'bundle-agency-month', `${team.lead.uscc}:${month}`, 'WARNING', null);
}

/** OT-08: one that was to be had by sharing; that and one asked for again; one that the applicant confirmed. */
function materialsAskedTwice(writer: BundleWriter, team: Team): void {
  const { calendar, workdays } = writer.world;
  const asking = (no: string, index: number): ReturnType<typeof tell> =>
    tell(writer, course(team, no, morning(workdays[19 + index] as number), calendar));
  const at1 = (index: number, minute: number): number => at(workdays[19 + index] as number, minute);
  asking('OT-08-C', 0).request(0, 'CL-01', at1(0, 640)).request(1, 'CL-02', at1(0, 640));
  asking('OT-08-W', 1).request(0, 'CL-01', at1(1, 640), { available: true }).plant('OT-08', 'WARNING', null);
  asking('OT-08-Y', 2)
    .request(0, 'CL-01', at1(2, 640), { available: true })
    .request(1, 'CL-02', at1(2, 650))
    .request(2, 'CL-02', at1(2, 900))
    .plant('OT-08', 'YELLOW', null);
  asking('OT-08-R', 3)
    .request(0, 'CL-03', at1(3, 640), { available: true, applicant_confirmed: true })
    .plant('OT-08', 'RED', null);
}

/** OT-09: sixteen of twenty-two pairs one after the other, 72.7 %. */
function oneAfterTheOther(writer: BundleWriter, team: Team): void {
  const { world } = writer;
  const { calendar } = world;
  const month = world.months[1] as string;
  const days = daysOf(world, month);
  for (let index = 0; index < 22; index += 1) {
    const appliedAt = morning(days[1 + (index % 8)] as number, index);
    const acceptedAt = acceptanceAfter(appliedAt);
    const free = calendar.afterOfficeMs(acceptedAt, WORKDAY_MS);
    const serial = [
      { template: A, endedAt: free },
      { template: B, startedAt: free + 5 * MINUTE, endedAt: calendar.afterOfficeMs(free, WORKDAY_MS) },
    ];
    const children = index < 16 ? serial : sideBySide(calendar, acceptedAt);
    tell(writer, course(team, `OT-09-${index}`, appliedAt, calendar, { children }));
  }
  writer.plant('OT-09', 'bundle-agency-month', `${team.lead.uscc}:${month}`, 'RED', null);
}

/** A bundle with one child that nobody else has, listed in the team's place alone. */
function rareBundle(writer: BundleWriter, number: number, opening: number): ListedBundle {
  const bundle: ListedBundle = {
    code: `YJS-9${number}`,
    name: `少办一件事${number}`,
    promiseWorkdays: 10,
    children: [{ template: childTemplate(90 + number, '131'), mandatoryWhen: '*', slotWorkdays: 5 }],
  };
  writer.publish(bundle, opening);
  return bundle;
}

/** OT-10: on the list since the month before the season, never opened: one, two and three whole months at its months' ends. */
function notOpened(writer: BundleWriter, team: Team, opening: number): void {
  const { days, months } = writer.world;
  const bundle = rareBundle(writer, 1, opening);
  const listedOn = dateText((days[0] as number) - 10);
  writer.list(bundle, team.lead, opening, { listedOn, validTo: dateText(days.at(-1) as number) });
  for (const [index, level] of (['YELLOW', 'YELLOW', 'RED'] as const).entries()) {
    // The whole months at the ends of the season's months are one, two and three.
    if (months[index] !== undefined) plantListing(writer, bundle, team, months[index], level);
  }
}

/** OT-10: open for three months without a finished case, while thirty of its child items were handled singly in the second. */
function openedAndIdle(writer: BundleWriter, team: Team, opening: number): void {
  const { days, months } = writer.world;
  const bundle = rareBundle(writer, 2, opening);
  const listedOn = `${dateText((days[0] as number) - 1).slice(0, 7)}-01`;
  writer.list(bundle, team.lead, opening, { listedOn, openedOn: listedOn, validTo: lastDayOf(months[1] as string) });
  plantListing(writer, bundle, team, months[1] as string, 'YELLOW');
  singles(writer, team, bundle, months[1] as string);
}

/** OT-10: one finished case in the first month, none in the second, while thirty of its child items were handled singly. */
function openedAndIdleForAMonth(writer: BundleWriter, team: Team, opening: number): void {
  const { world } = writer;
  const { months, calendar } = world;
  const bundle = rareBundle(writer, 3, opening);
  const first = `${months[0]}-01`;
  writer.list(bundle, team.lead, opening, {
    listedOn: first,
    openedOn: first,
    validTo: lastDayOf(months[1] as string),
  });
  const appliedAt = morning(daysOf(world, months[0] as string)[2] as number);
  const endedAt = calendar.afterOfficeMs(appliedAt, WORKDAY_MS);
  const children = bundle.children.map(({ template }) => ({ template, endedAt }));
  tell(writer, course(team, 'OT-10-1', appliedAt, calendar, { bundle, children }));
  plantListing(writer, bundle, team, months[1] as string, 'WARNING');
  singles(writer, team, bundle, months[1] as string);
}

function plantListing(
  writer: BundleWriter,
  { code }: ListedBundle,
  team: Team,
  month: string,
  level: 'WARNING' | 'YELLOW' | 'RED',
): void {
  writer.plant('OT-10', 'bundle-division-month', `${team.lead.division}:${code}:${month}`, level, null);
}

/** Thirty work items of a bundle's child item, handled by themselves in a month. */
function singles(writer: BundleWriter, team: Team, bundle: ListedBundle, month: string): void {
  const days = daysOf(writer.world, month);
  const template = bundle.children[0]?.template;
  if (template === undefined) throw new RangeError('a bundle has at least one child');
  for (let index = 0; index < 30; index += 1) {
    const acceptedAt = morning(days[1 + (index % 8)] as number, index);
    writer.workItem({
      no: `${bundle.code}-S${index}`,
      agency: team.lead,
      template,
      applicant: writer.world.applicants.next(),
      appliedAt: acceptedAt - 20 * MINUTE,
      acceptedAt,
      workdays: 0.6,
      more: {},
    });
  }
  writer.items.push(childItem(team.lead, template));
}

function daysOf(world: SceneWorld, month: string): readonly number[] {
  return world.workdays.filter((day) => dateText(day).startsWith(month));
}

function lastDayOf(month: string): string {
  const first = dayFromText(`${month}-01`);
  let last = first;
  while (dateText(last + 1).startsWith(month)) last += 1;
  return dateText(last);
}

function workdayBefore(calendar: NaiveCalendar, day: number, n: number): number {
  let found = day;
  for (let left = n; left > 0; left -= calendar.isWorkday(found) ? 1 : 0) found -= 1;
  return found;
}
