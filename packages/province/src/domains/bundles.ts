import { at, dateText, instantText } from '../naive-calendar.ts';
import type { Scene, SceneWorld } from '../scene.ts';
import { materialsAskedTwice, severalNotices } from './bundle-asking-plants.ts';
import {
  closedTooSoon,
  closedTooSoonThrice,
  contradictingStates,
  dispatchedLate,
  lateBundles,
  lateChildren,
  missingChildren,
} from './bundle-case-plants.ts';
import {
  manyNoticesOfAMonth,
  notOpened,
  oneAfterTheOther,
  openedAndIdle,
  openedAndIdleForAMonth,
} from './bundle-month-plants.ts';
import {
  A,
  acceptanceAfter,
  afterA,
  B,
  C,
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
import { BUNDLE_SOURCE, BundleWriter, childItem } from './bundle-writer.ts';

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
