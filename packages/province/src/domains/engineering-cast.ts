import type { CastAgency } from '../cast.ts';
import { at, dayOf } from '../naive-calendar.ts';
import type { SceneFinding, SceneWorld } from '../scene.ts';
import { ProjectStory } from './engineering-story.ts';

/** Agencies of the clean load; planted violations sit on agencies of their own from this number on. */
export const CLEAN_AGENCIES = 12;
/** Minutes from midnight: 10:00 and 17:00. */
export const TEN = 600;
export const FIVE = 1_020;

/** Whom the projects of a season are with, and what is found about agencies. */
export interface Cast {
  readonly agencies: CastAgency[];
  /** Findings about agencies. */
  readonly truth: SceneFinding[];
  readonly numbers: { next(): number };
  agency(n: number): CastAgency;
  /** An agency that nobody else of the scene uses. */
  own(): CastAgency;
}

export function createCast(world: SceneWorld): Cast {
  const agencies: CastAgency[] = [];
  const known = new Map<number, CastAgency>();
  const agency = (n: number): CastAgency => {
    const found = known.get(n) ?? world.agency(n);
    if (!known.has(n)) agencies.push(found);
    known.set(n, found);
    return found;
  };
  let [number, next] = [0, CLEAN_AGENCIES];
  return {
    agencies,
    truth: [],
    agency,
    own: () => agency(next++),
    numbers: { next: () => ++number },
  };
}

/** The working day on which `n` working days are used up when everything is read. */
export function daysBack(world: SceneWorld, n: number): number {
  let day = dayOf(world.readAt);
  for (let left = n; left > 0; ) {
    day -= 1;
    if (world.calendar.isWorkday(day + 1)) left -= 1;
  }
  while (!world.calendar.isWorkday(day)) day -= 1;
  return day;
}

/** 00:00 of the calendar day after the limit's last day. */
export const ends = (world: SceneWorld, day: number, limit: number): number =>
  at(world.calendar.workdayAfter(day, limit) + 1);
/** 00:00 of the n-th working day after a day. */
export const begins = (world: SceneWorld, day: number, n: number): number => at(world.calendar.workdayAfter(day, n));

/** Violations: their projects, each with the truth about it. */
export type Plant = (world: SceneWorld, cast: Cast) => readonly ProjectStory[];

/** A project of an agency of its own, registered a month before everything is read. */
export function ownProject(
  world: SceneWorld,
  cast: Cast,
  type: string,
  more: { registered?: boolean; day?: number } = {},
): ProjectStory {
  return new ProjectStory({ lead: cast.own(), numbers: cast.numbers, day: daysBack(world, 40), type, ...more });
}
