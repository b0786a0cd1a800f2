import type { Turns } from '../duties-oracle.ts';

/*
 * What is told of the deadlines, once more by hand: a sheet for each thing that is judged, with what stands on it. Time passes on the sheet as it
 * was; then new facts come, and what they make of it is told: it rose, it fell, or it had never been.
 */

export type Level = 'NONE' | 'WARNING' | 'YELLOW' | 'RED';
export const RANK: Readonly<Record<Level, number>> = { NONE: 0, WARNING: 1, YELLOW: 2, RED: 3 };

/** A level and since when it holds; in order, beginning at `-Infinity`. */
export type Course = readonly { readonly from: number; readonly level: Level }[];

/** A sheet: what is judged of one thing, by rule and occurrence. */
export interface Sheet {
  courses: ReadonlyMap<string, Course>;
  readonly stands: Map<string, { level: Level; turnedAt: number }>;
  /** Up to when time has passed on it. */
  passedTo: number;
}

/** Something that is told of a thing. */
export interface Told {
  readonly name: string;
  readonly kind: 'ROSE' | 'FELL' | 'CORRECTED';
  readonly level: Level;
  readonly previous: Level;
  readonly turnedAt: number;
  readonly knownAt: number;
  /** Whether time alone turned it. */
  readonly byTime: boolean;
}

/** New facts of a thing. */
export interface News {
  readonly courses: ReadonlyMap<string, Course>;
  readonly at: number;
  /** Nothing is dated before it. */
  readonly origin: number;
  /** When what is new happened. */
  readonly happenedAt: number;
  /** The courses by what had been done until an earlier instant. Default: those that are new. */
  readonly before?: (instant: number) => ReadonlyMap<string, Course>;
}

export const blankSheet = (): Sheet => ({ courses: new Map(), stands: new Map(), passedTo: -Infinity });

/** Turns as a course of levels, the higher one first. */
export function courseOf({ warning, yellow, red }: Turns): Course {
  const levelAt = (at: number): Level =>
    red <= at ? 'RED' : yellow <= at ? 'YELLOW' : warning <= at ? 'WARNING' : 'NONE';
  const instants = [...new Set([-Infinity, warning, yellow, red])].filter((at) => at < Infinity).sort((a, b) => a - b);
  return merged(instants.map((from) => ({ from, level: levelAt(from) })));
}

/** The same course without turns to the level that holds already. */
export function merged(course: Course): Course {
  return course.filter(({ level }, index) => index === 0 || course[index - 1]!.level !== level);
}

/** Time passes on a sheet, as it was written. */
export function passTime(sheet: Sheet, until: number): readonly Told[] {
  const told: Told[] = [];
  const turns = [...sheet.courses].flatMap(([name, course]) =>
    course.filter(({ from }) => from > sheet.passedTo && from <= until).map((turn) => ({ name, ...turn })),
  );
  for (const { name, level, from } of turns.sort((a, b) => a.from - b.from || compare(a.name, b.name))) {
    const before = sheet.stands.get(name)?.level ?? 'NONE';
    if (before === level) continue;
    const kind = RANK[level] > RANK[before] ? 'ROSE' : 'FELL';
    told.push({ name, kind, level, previous: before, turnedAt: from, knownAt: from, byTime: true });
    stand(sheet, name, level, from);
  }
  sheet.passedTo = Math.max(sheet.passedTo, until);
  return told;
}

/** Time passes up to the news, and then they are written on the sheet. */
export function arrive(sheet: Sheet, news: News): readonly Told[] {
  const told = [...passTime(sheet, news.at)];
  sheet.courses = news.courses;
  for (const name of [...new Set([...sheet.stands.keys(), ...news.courses.keys()])].sort(compare))
    told.push(...written(sheet, name, news));
  return told;
}

function written(sheet: Sheet, name: string, { courses, at, origin, happenedAt, before }: News): readonly Told[] {
  const standing = sheet.stands.get(name) ?? { level: 'NONE' as const, turnedAt: 0 };
  const course = courses.get(name) ?? NOTHING;
  const { level, from } = turnAt(course, at);
  if (level === standing.level) return [];
  const dated = from > origin ? from : Math.max(origin, Math.min(happenedAt, at));
  const say = (kind: Told['kind'], previous: Level, turnedAt: number): Told => {
    stand(sheet, name, level, turnedAt);
    return { name, kind, level, previous, turnedAt, knownAt: at, byTime: from > origin };
  };
  if (RANK[level] > RANK[standing.level]) return [say('ROSE', standing.level, dated)];
  const then = before === undefined ? course : (before(standing.turnedAt).get(name) ?? NOTHING);
  const hadNeverBeen = RANK[turnAt(then, standing.turnedAt).level] < RANK[standing.level];
  if (!hadNeverBeen) return [say('FELL', standing.level, Math.max(standing.turnedAt, Math.min(happenedAt, at)))];
  const corrected = say('CORRECTED', standing.level, standing.turnedAt);
  return level === 'NONE' ? [corrected] : [corrected, say('ROSE', 'NONE', dated)];
}

const NOTHING: Course = [{ from: -Infinity, level: 'NONE' }];

function turnAt(course: Course, at: number): Course[number] {
  return course.findLast(({ from }) => from <= at)!;
}

function stand(sheet: Sheet, name: string, level: Level, turnedAt: number): void {
  if (level === 'NONE') sheet.stands.delete(name);
  else sheet.stands.set(name, { level, turnedAt });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
