import type { CastAgency, CastSource } from '../cast.ts';
import { at, dayOf, instantText } from '../naive-calendar.ts';
import type { Scene, SceneWorld } from '../scene.ts';
import { type Cast, CLEAN_AGENCIES, createCast, FIVE, type Plant, TEN } from './engineering-cast.ts';
import { asked, elements, outside, projectCode, stageOrder } from './engineering-conduct-plants.ts';
import { type ApprovalKind, ProjectStory, SOURCE, type StoryApproval, TYPE } from './engineering-story.ts';
import { approvalLimit, jointAcceptances, opinions, stage, total } from './engineering-time-plants.ts';

/** Records of a clean project: itself and its eight approvals. */
const RECORDS_A_PROJECT = 9;

/** Engineering projects (工程建设项目审批): a clean load, and every indicator EP-01 … EP-10 broken in each of its levels. */
export function plantEngineering(world: SceneWorld): Scene {
  const cast = createCast(world);
  const stories = [...cleanProjects(world, cast), ...PLANTS.flatMap((plant) => plant(world, cast))];
  const truth = [...stories.flatMap((story) => story.truth), ...cast.truth];
  const rows = stories.flatMap((story) => story.rows).filter(({ eventAt }) => eventAt <= world.readAt);
  return { agencies: cast.agencies, items: [], sources: [source(world, cast)], rows: { engineering: rows }, truth };
}

function source(world: SceneWorld, cast: Cast): CastSource {
  return {
    id: SOURCE,
    name: '工程建设项目审批管理系统',
    nameEn: 'Engineering project approval system',
    agency: cast.agency(0).uscc,
    division: '15',
    ownPlatform: true,
    mustPush: false,
    registeredAt: instantText(at((world.days[0] as number) - 7, 540)),
    exempt: null,
  };
}

function cleanProjects(world: SceneWorld, cast: Cast): ProjectStory[] {
  const count = Math.max(1, Math.ceil(world.clean / RECORDS_A_PROJECT));
  const lastStart = Math.max(1, world.workdays.length - 42);
  return Array.from({ length: count }, (_, index) => {
    const lead = cast.agency(index % CLEAN_AGENCIES);
    const body = cast.agency((index + 1) % CLEAN_AGENCIES);
    return cleanProject(world, cast, { lead, body, start: world.random.int(0, lastStart) });
  });
}

/** A general private project from its registration to the filing of its completion, each step well within its limit. */
function cleanProject(
  world: SceneWorld,
  cast: Cast,
  { lead, body, start }: { lead: CastAgency; body: CastAgency; start: number },
): ProjectStory {
  const { calendar, random } = world;
  const first = world.workdays[start] as number;
  const story = new ProjectStory({ lead, numbers: cast.numbers, day: first, type: TYPE.GENERAL_PRIVATE });
  let day = first;
  const handle = (kind: ApprovalKind, workdays: number, agency = lead): StoryApproval => {
    const accepted = calendar.workdayAfter(day, random.int(0, 1));
    const approval = story.accept(
      kind,
      at(accepted, TEN + random.int(0, 60)),
      { plan_limit: workdays * 2 + 2 },
      agency,
    );
    day = calendar.workdayAfter(accepted, workdays);
    story.grant(approval, at(day, FIVE));
    return approval;
  };
  day = calendar.workdayAfter(day, 1);
  handle('PROJECT_SETUP', random.int(1, 3));
  handle('LAND_USE_PLANNING_PERMIT', random.int(2, 4));
  const planning = handle('ENGINEERING_PLANNING_PERMIT', 6);
  const accepted = dayOf(planning.acceptedAt);
  story.opinion(planning, body, planning.acceptedAt + 30 * 60_000, at(calendar.workdayAfter(accepted, 2), TEN));
  story.suspend(planning, at(calendar.workdayAfter(accepted, 2), TEN), at(calendar.workdayAfter(accepted, 4), TEN));
  story.demand(planning, planning.acceptedAt + 5 * 60_000, true);
  // The drawing review runs parallel to the construction permit's acceptance: by notice-and-commitment where it comes later.
  const review = handle('DRAWING_REVIEW', 3, body);
  story.notice(review, review.acceptedAt + 10 * 60_000);
  handle('CONSTRUCTION_PERMIT', 4);
  const joint = at(calendar.workdayAfter(day, 1), TEN);
  const rectified = [at(calendar.workdayAfter(day, 3), TEN), at(calendar.workdayAfter(day, 5), TEN)] as const;
  day = calendar.workdayAfter(day, 8);
  story.jointAcceptance(joint, at(day, FIVE), rectified);
  handle('COMPLETION_ACCEPTANCE', 2);
  handle('COMPLETION_FILING', 2);
  return story;
}

const PLANTS: readonly Plant[] = [
  total,
  stage,
  approvalLimit,
  projectCode,
  outside,
  stageOrder,
  opinions,
  jointAcceptances,
  elements,
  asked,
];
