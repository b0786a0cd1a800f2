import type { CastAgency, CastSource } from '../cast.ts';
import { at, dayFromText, dayOf, instantText } from '../naive-calendar.ts';
import type { Scene, SceneFinding, SceneWorld } from '../scene.ts';
import { type ApprovalKind, ProjectStory, SOURCE, type StoryApproval, TYPE } from './engineering-story.ts';

/** Agencies of the clean load; planted violations sit on agencies of their own from this number on. */
const CLEAN_AGENCIES = 12;
/** Records of a clean project: itself and its eight approvals. */
const RECORDS_A_PROJECT = 9;
const TEN = 600;
const FIVE = 1_020;

/** Engineering projects (工程建设项目审批): a clean load, and every indicator EP-01 … EP-10 broken in each of its levels. */
export function plantEngineering(world: SceneWorld): Scene {
  const cast = createCast(world);
  const stories = [...cleanProjects(world, cast), ...PLANTS.flatMap((plant) => plant(world, cast))];
  const truth = [...stories.flatMap((story) => story.truth), ...cast.truth];
  const rows = stories.flatMap((story) => story.rows).filter(({ eventAt }) => eventAt <= world.readAt);
  return { agencies: cast.agencies, items: [], sources: [source(world, cast)], rows: { engineering: rows }, truth };
}

interface Cast {
  readonly agencies: CastAgency[];
  /** Findings about agencies. */
  readonly truth: SceneFinding[];
  readonly numbers: { next(): number };
  agency(n: number): CastAgency;
  /** An agency that nobody else of the scene uses. */
  own(): CastAgency;
}

function createCast(world: SceneWorld): Cast {
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

/** The working day on which `n` working days are used up when everything is read. */
function daysBack(world: SceneWorld, n: number): number {
  let day = dayOf(world.readAt);
  for (let left = n; left > 0; ) {
    day -= 1;
    if (world.calendar.isWorkday(day + 1)) left -= 1;
  }
  while (!world.calendar.isWorkday(day)) day -= 1;
  return day;
}

/** 00:00 of the calendar day after the limit's last day. */
const ends = (world: SceneWorld, day: number, limit: number): number => at(world.calendar.workdayAfter(day, limit) + 1);
/** 00:00 of the n-th working day after a day. */
const begins = (world: SceneWorld, day: number, n: number): number => at(world.calendar.workdayAfter(day, n));

// The clean load ------------------------------------------------------------------------------------------------------

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

// Planted violations --------------------------------------------------------------------------------------------------

type Plant = (world: SceneWorld, cast: Cast) => readonly ProjectStory[];

/** A project of an agency of its own, registered a month before everything is read. */
function ownProject(
  world: SceneWorld,
  cast: Cast,
  type: string,
  more: { registered?: boolean; day?: number } = {},
): ProjectStory {
  return new ProjectStory({ lead: cast.own(), numbers: cast.numbers, day: daysBack(world, 40), type, ...more });
}

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

const total: Plant = (world, cast) => {
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

const stage: Plant = (world, cast) => {
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

const approvalLimit: Plant = (world, cast) => {
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

const projectCode: Plant = (world, cast) => {
  const story = (registered = true): ProjectStory => ownProject(world, cast, TYPE.GOVERNMENT_BUILDING, { registered });
  const from = daysBack(world, 5);
  const unknown = story(false);
  const late = unknown.accept({ stage: '2' }, at(from, TEN));
  const none = story();
  const without = none.accept({ stage: '2' }, at(from, TEN), { project_code: '' });
  const blind = story();
  const granted = blind.accept({ stage: '2' }, at(from, TEN), { project_code: '' });
  blind.grant(granted, at(daysBack(world, 3), FIVE), { project_code: '' });
  const unregistered = story(false);
  const approved = unregistered.accept({ stage: '2' }, at(from, TEN));
  unregistered.grant(approved, at(daysBack(world, 3), FIVE));
  // A month 13 is no month. What names a project that is not there is also asked as a contradiction.
  const wrong = story();
  const code = wrong.code.replace(/^(\d\d)\d\d/, '$199');
  const malformed = wrong.accept({ stage: '2' }, at(from, TEN), { project_code: code });
  const asked: SceneFinding = {
    indicator: 'CX-10',
    subjectKind: 'matter',
    subject: `project:${code}`,
    occurrence: malformed.id,
    level: 'YELLOW',
    turnedAt: instantText(ends(world, from, 1)),
  };
  cast.truth.push(asked);
  return [
    unknown.plant('EP-04', 'WARNING', { occurrence: late.id }, ends(world, from, 1)),
    none.plant('EP-04', 'YELLOW', { approval: without }, null),
    blind.plant('EP-04', 'RED', { approval: granted }, null),
    unregistered.plant('EP-04', 'RED', { occurrence: approved.id }, at(daysBack(world, 3), FIVE)),
    wrong.plant('EP-04', 'YELLOW', { approval: malformed }, null),
  ];
};

const outside: Plant = (world, cast) => {
  const enteredAfter = (workdays: number): { story: ProjectStory; approval: StoryApproval } => {
    const from = daysBack(world, 8);
    const entered = at(world.calendar.workdayAfter(from, workdays), TEN);
    const story = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING);
    return { story, approval: story.accept({ stage: '2' }, at(from, TEN), { entered_at: instantText(entered) }) };
  };
  const [warned, yellow] = [enteredAfter(2), enteredAfter(4)];
  const dated = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING);
  const from = daysBack(world, 8);
  const approval = dated.accept({ stage: '2' }, at(from, TEN));
  dated.grant(approval, at(daysBack(world, 5), FIVE), { document_date: instantText(at(from - 1)).slice(0, 10) });
  cast.truth.push({
    indicator: 'CX-08',
    subjectKind: 'matter',
    subject: `project:${dated.code}`,
    occurrence: approval.id,
    level: 'YELLOW',
    turnedAt: instantText(ends(world, daysBack(world, 5), 1)),
  });
  return [
    warned.story.plant('EP-05', 'WARNING', { approval: warned.approval }, null),
    yellow.story.plant('EP-05', 'YELLOW', { approval: yellow.approval }, null),
    dated.plant('EP-05', 'RED', { approval }, null),
  ];
};

const stageOrder: Plant = (world, cast) => {
  const granted = (back: number): { story: ProjectStory; approval: StoryApproval; day: number; occurrence: string } => {
    const story = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING);
    const approval = story.accept('COMPLETION_FILING', at(daysBack(world, back + 2), TEN));
    story.grant(approval, at(daysBack(world, back), FIVE));
    return { story, approval, day: daysBack(world, back), occurrence: `${approval.id}:COMPLETION_ACCEPTANCE` };
  };
  const [fresh, old, followed, exempt] = [granted(2), granted(9), granted(9), granted(9)];
  const joint = at(daysBack(world, 8), TEN);
  followed.story.jointAcceptance(joint, at(daysBack(world, 7), FIVE));
  // Recorded with its later check before the grant: nothing is found here.
  exempt.story.exempt(exempt.approval, 'COMPLETION_ACCEPTANCE', at(daysBack(world, 10), TEN));
  return [
    fresh.story.plant('EP-06', 'YELLOW', { occurrence: fresh.occurrence }, at(fresh.day, FIVE)),
    old.story.plant('EP-06', 'RED', { occurrence: old.occurrence }, ends(world, old.day, 3)),
    followed.story.plant('EP-06', 'YELLOW', { occurrence: followed.occurrence }, at(followed.day, FIVE)),
    exempt.story,
  ];
};

const opinions: Plant = (world, cast) => {
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

const jointAcceptances: Plant = (world, cast) => {
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

/** Agencies whose second month lacks elements: one in forty, two in twenty, five in twenty. */
const elements: Plant = (world, cast) => {
  const month = world.months[1] as string;
  const days = world.workdays.filter((day) => instantText(at(day)).startsWith(month)).slice(0, 15);
  const agencyMonth = (finished: number, incomplete: number, level: SceneFinding['level'] | null): ProjectStory[] => {
    const lead = cast.own();
    if (level !== null)
      cast.truth.push({
        indicator: 'EP-09',
        subjectKind: 'engineering-agency-month',
        subject: `${lead.uscc}:${month}`,
        occurrence: '',
        level,
        turnedAt: null,
      });
    return Array.from({ length: finished }, (_, index) => {
      const from = days[index % 12] as number;
      const day = dayFromText(`${month}-01`);
      const story = new ProjectStory({ lead, numbers: cast.numbers, day, type: TYPE.GOVERNMENT_BUILDING });
      const approval = story.accept({ stage: '2' }, at(from, TEN + index));
      const lacking = index < incomplete ? { document_file: '' } : {};
      return story.grant(approval, at(world.calendar.workdayAfter(from, 2), FIVE), lacking);
    });
  };
  return [
    ...agencyMonth(40, 1, 'WARNING'),
    ...agencyMonth(20, 2, 'YELLOW'),
    ...agencyMonth(20, 5, 'RED'),
    ...agencyMonth(9, 9, null),
    ...agencyMonth(20, 0, null),
  ];
};

const asked: Plant = (world, cast) => {
  const handled = (materials: number, notices: number, story = ownProject(world, cast, TYPE.GOVERNMENT_BUILDING)) => {
    const from = daysBack(world, 8);
    const approval = story.accept({ stage: '2' }, at(from, TEN));
    for (let n = 1; n <= materials; n += 1) story.demand(approval, at(from, TEN + 10 * n), false);
    for (let n = 1; n <= notices; n += 1) story.notice(approval, at(from, TEN + 20 * n));
    story.grant(approval, at(daysBack(world, 5), FIVE));
    return { story, about: { approval } };
  };
  const [material, twice, three, thrice, fine] = [
    handled(1, 0),
    handled(0, 2),
    handled(3, 0),
    handled(0, 3),
    handled(0, 1),
  ];
  const again = handled(1, 0);
  const second = handled(0, 2, again.story);
  cast.truth.push({
    indicator: 'EP-10',
    subjectKind: 'engineering-agency',
    subject: again.story.lead.uscc,
    occurrence: '',
    level: 'RED',
    turnedAt: null,
  });
  return [
    material.story.plant('EP-10', 'YELLOW', material.about, null),
    twice.story.plant('EP-10', 'YELLOW', twice.about, null),
    three.story.plant('EP-10', 'RED', three.about, null),
    thrice.story.plant('EP-10', 'RED', thrice.about, null),
    again.story.plant('EP-10', 'YELLOW', again.about, null).plant('EP-10', 'YELLOW', second.about, null),
    fine.story,
  ];
};

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
