import { at } from '../naive-calendar.ts';
import type { SceneWorld } from '../scene.ts';
import { begins, type Cast, daysBack, ends, FIVE, ownProject, type Plant, TEN } from './engineering-cast.ts';
import { type ProjectStory, type StoryApproval, TYPE } from './engineering-story.ts';

/* Limits that run out: EP-01, EP-02, EP-03, EP-07, EP-08. */

/** Three stages that each use up their five days exactly, and a fourth in which `used` days are gone. */
function totalTime(world: SceneWorld, cast: Cast, used: number): { story: ProjectStory; fourth: number } {
  const fourth = daysBack(world, used);
  const story = ownProject(world, cast, TYPE.SMALL_PRIVATE);
  for (const [index, stage] of (['1', '2', '3'] as const).entries()) {
    const from = daysBack(world, used + 15 - 5 * index);
    const approval = story.accept({ stage }, at(from, TEN));
    story.grant(approval, at(world.calendar.workdayAfter(from, 5), FIVE));
  }
  story.accept({ stage: '4' }, at(fourth, TEN));
  return { story, fourth };
}

/** EP-01: the days of all stages together, in each level. */
export const total: Plant = (world, cast) => {
  const warned = totalTime(world, cast, 3);
  const yellow = totalTime(world, cast, 6);
  const red = totalTime(world, cast, 10);
  return [
    warned.story.plant('EP-01', 'WARNING', {}, begins(world, warned.fourth, 2)),
    yellow.story
      .plant('EP-01', 'YELLOW', {}, ends(world, yellow.fourth, 5))
      .plant('EP-02', 'YELLOW', { occurrence: '4' }, ends(world, yellow.fourth, 5)),
    red.story
      .plant('EP-01', 'RED', {}, begins(world, red.fourth, 10))
      .plant('EP-02', 'RED', { occurrence: '4' }, begins(world, red.fourth, 8)),
  ];
};

/** EP-02: the days of one stage, in each level. */
export const stage: Plant = (world, cast) => {
  const open = (used: number): { story: ProjectStory; from: number } => {
    const from = daysBack(world, used);
    const story = ownProject(world, cast, TYPE.SMALL_PRIVATE);
    story.accept({ stage: '3' }, at(from, TEN));
    return { story, from };
  };
  // Two approvals side by side count once: seven days by one and three by the other are seven, not ten.
  const [warned, yellow, red] = [open(5), open(7), open(9)];
  yellow.story.accept({ stage: '3' }, at(daysBack(world, 3), TEN));
  return [
    warned.story.plant('EP-02', 'WARNING', { occurrence: '3' }, begins(world, warned.from, 5)),
    yellow.story.plant('EP-02', 'YELLOW', { occurrence: '3' }, ends(world, yellow.from, 5)),
    red.story.plant('EP-02', 'RED', { occurrence: '3' }, begins(world, red.from, 8)),
  ];
};

/** EP-03: the days of one approval, in each level. */
export const approvalLimit: Plant = (world, cast) => {
  const open = (used: number, more = {}): { story: ProjectStory; approval: StoryApproval; from: number } => {
    const from = daysBack(world, used);
    const story = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING);
    return { story, approval: story.accept({ stage: '2' }, at(from, TEN), { plan_limit: 5, ...more }), from };
  };
  // The plan may not be longer than the catalogue: ten days of the plan are five.
  const [warned, yellow, red, law] = [
    open(5),
    open(7, { plan_limit: 10, catalogue_limit: 5 }),
    open(9),
    open(7, { statutory_limit: 6 }),
  ];
  return [
    warned.story.plant('EP-03', 'WARNING', { approval: warned.approval }, begins(world, warned.from, 5)),
    yellow.story.plant('EP-03', 'YELLOW', { approval: yellow.approval }, ends(world, yellow.from, 5)),
    red.story.plant('EP-03', 'RED', { approval: red.approval }, begins(world, red.from, 9)),
    law.story.plant('EP-03', 'RED', { approval: law.approval }, ends(world, law.from, 6)),
  ];
};

/** EP-07: opinions asked for and given late, or not at all. */
export const opinions: Plant = (world, cast) => {
  const asked = (used: number, given: number | null = null, waited = 0) => {
    const from = daysBack(world, used + waited);
    const story = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING);
    const approval = story.accept({ stage: '2' }, at(from, TEN));
    const dispatched = world.calendar.workdayAfter(from, waited);
    const back = given === null ? null : at(world.calendar.workdayAfter(dispatched, given), TEN);
    story.opinion(approval, cast.agency(0), at(dispatched, TEN + 30), back);
    return { story, about: { approval, occurrence: `${approval.no}-O` }, from };
  };
  const [warned, yellow, red, late, inTime] = [asked(5), asked(7), asked(12), asked(6, 2, 3), asked(12, 5)];
  return [
    warned.story.plant('EP-07', 'WARNING', warned.about, begins(world, warned.from, 5)),
    yellow.story.plant('EP-07', 'YELLOW', yellow.about, ends(world, yellow.from, 5)),
    red.story.plant('EP-07', 'RED', red.about, begins(world, red.from, 11)),
    late.story.plant('EP-07', 'YELLOW', late.about, ends(world, late.from, 1)),
    inTime.story,
  ];
};

/** EP-08: joint acceptances that take too long. */
export const jointAcceptances: Plant = (world, cast) => {
  const opened = (used: number, rectified?: readonly [number, number]) => {
    const from = daysBack(world, used);
    const story = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING);
    const stretch = rectified?.map((n) => at(world.calendar.workdayAfter(from, n), TEN)) as
      | [number, number]
      | undefined;
    return { story, occurrence: story.jointAcceptance(at(from, TEN), null, stretch), from };
  };
  // Three working days of rectification after the limit was used up move the red card all the same.
  const [warned, yellow, red, moved] = [opened(11), opened(14), opened(22), opened(23, [15, 18])];
  return [
    warned.story.plant('EP-08', 'WARNING', { occurrence: warned.occurrence }, begins(world, warned.from, 11)),
    yellow.story.plant('EP-08', 'YELLOW', { occurrence: yellow.occurrence }, ends(world, yellow.from, 12)),
    red.story.plant('EP-08', 'RED', { occurrence: red.occurrence }, ends(world, red.from, 20)),
    moved.story.plant('EP-08', 'YELLOW', { occurrence: moved.occurrence }, ends(world, moved.from, 12)),
  ];
};
