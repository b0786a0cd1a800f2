import { at, dayFromText, instantText } from '../naive-calendar.ts';
import type { SceneFinding } from '../scene.ts';
import { daysBack, ends, FIVE, ownProject, type Plant, TEN } from './engineering-cast.ts';
import { ProjectStory, type StoryApproval, TYPE } from './engineering-story.ts';

/* What is done wrong, whatever the time: EP-04, EP-05, EP-06, EP-09, EP-10. */

/** EP-04: codes that are missing, unknown, or come late. */
export const projectCode: Plant = (world, cast) => {
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

/** EP-05: approvals that come into the system after the fact. */
export const outside: Plant = (world, cast) => {
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

/** EP-06: a later stage granted before the one that it stands on. */
export const stageOrder: Plant = (world, cast) => {
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

/** Agencies whose second month lacks elements: one in forty, two in twenty, five in twenty. */
export const elements: Plant = (world, cast) => {
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

/** EP-10: materials outside the list, and more than one notice to supplement. */
export const asked: Plant = (world, cast) => {
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
