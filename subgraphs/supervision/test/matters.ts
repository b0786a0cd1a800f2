import { fileURLToPath } from 'node:url';
import { loadPack } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { appendToOutbox, relayOnce } from '@gnomon/store';
import type { RulesInForce, Signal } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import type { Milestone, MilestoneValue } from '../src/matter/milestone.ts';
import { openWorld, type World } from './world.ts';

const RULES = fileURLToPath(new URL('../../../rules', import.meta.url));
export const AGENCY = '11150105011597010A';
export const OTHER_AGENCY = '11150121011598020B';
export const ITEM = `${AGENCY}4000101001001`;

/** An instant of the civil time of China. */
export const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`);

/** The published rules and calendar; as they were before the notices of later years came. */
export function publishedRules({ noticesTo = 9999 } = {}): RulesInForce {
  const data = readCalendarFolder(`${RULES}/calendar`);
  const calendars = createCalendarSet({ ...data, notices: data.notices.filter(({ year }) => year <= noticesTo) });
  const result = loadPack(readRulesFolder(RULES), { calendar: calendars.base, runTests: false });
  if ('problems' in result)
    throw new Error(result.problems.map(({ file, message }) => `${file} ${message.en}`).join('\n'));
  return {
    pack: result.pack,
    calendar: calendars.base,
    calendarFor: (scope: string) => calendars.in({ division: scope }),
  };
}

/** The stream in which a kind of record tells its milestones. */
const STREAM_OF: Readonly<Record<string, string>> = {
  'work-item': 'work-items milestones',
  licence: 'licences milestones',
  review: 'reviews milestones',
  'bundle-case': 'bundles milestones',
  project: 'engineering milestones',
  'project-approval': 'engineering milestones',
  'queue-ticket': 'centres milestones',
};

/** Supervision beside domains that tell milestones. */
export interface MatterWorld extends World {
  /** Appends milestones to the streams of their domains, without letting anybody read them yet. */
  append(...milestones: readonly Milestone[]): Promise<void>;
  /** Appends them and lets them be taken. */
  say(...milestones: readonly Milestone[]): Promise<void>;
  goTo(instant: string): Promise<void>;
  /** What was told of contradictions so far. */
  told(): Promise<readonly Signal[]>;
}

export async function openMatterWorld(rules = publishedRules()): Promise<MatterWorld> {
  const world = await openWorld(rules);
  const { database, feed } = world.ports;
  const append = async (...milestones: readonly Milestone[]) => {
    const entries = milestones.map((one) => ({
      stream: STREAM_OF[one.kind]!,
      type: 'milestones',
      key: one.id,
      at: Number.isFinite(one.at) ? one.at : 0,
      payload: { milestones: [one] },
    }));
    await database.transaction((tx) => appendToOutbox(tx, entries));
    await relayOnce(database);
  };
  const settle = async () => {
    await world.settle();
    await world.settle();
  };
  return {
    ...world,
    append,
    settle,
    async say(...milestones) {
      await append(...milestones);
      await settle();
    },
    async goTo(instant) {
      world.time.set(at(instant));
      await settle();
    },
    async told() {
      await relayOnce(database);
      return (await feed.read('contradictions', null, 1_000)).map(({ payload }) => payload as Signal);
    },
  };
}

type Facts = Readonly<Record<string, MilestoneValue>>;
const milestone =
  (kind: string, common: Facts) =>
  (id: string, when: string, facts: Facts, more: Partial<Milestone> = {}): Milestone => ({
    kind,
    id,
    at: at(when),
    n: 1,
    source: '115',
    agency: AGENCY,
    division: '150105',
    item: ITEM,
    facts: { ...common, ...facts },
    ...more,
  });

/** A granted work item that was decided and finished in time; without a licence as its result. */
export const workItem = milestone('work-item', {
  state: 'FINISHED',
  outcome: 'GRANTED',
  appliedAt: at('2026-03-02 09:00:00'),
  acceptedAt: at('2026-03-02 09:30:00'),
  decidedAt: at('2026-03-03 15:00:00'),
  finishedAt: at('2026-03-03 16:00:00'),
  withdrawnAt: null,
  overStatutory: false,
  licenceName: null,
  free: true,
  feePaid: 0,
  paidAt: null,
  projectCode: null,
  applicantKey: 'a1a1a1a1a1a1a1a1',
});
export const licence = milestone('licence', {
  number: 'Z-1',
  status: 'VALID',
  issuedAt: at('2026-03-03 00:00:00'),
  workItem: null,
  receivedAt: null,
});
export const review = milestone('review', {
  workItem: null,
  grade: 'SATISFIED',
  saysOverTime: false,
  valid: true,
  named: true,
});
export const bundle = milestone('bundle-case', { code: 'B-1', state: 'IN_PROGRESS', children: '' });
export const project = milestone('project', {});
export const approval = milestone('project-approval', { projectCode: null, acceptedAt: null, documentDate: null });
export const ticket = milestone('queue-ticket', { centre: 'c1', item: ITEM, applicantKey: null, workItem: null });

/** The same work item while it is still handled. */
export const OPEN: Facts = {
  state: 'ACCEPTED',
  outcome: null,
  decidedAt: null,
  finishedAt: null,
  overStatutory: null,
};
