import { fileURLToPath } from 'node:url';
import { naiveCalendar, plantBundles, type Scene, type SceneWorld, sceneWorldOf } from '@gnomon/province';
import type { Milestone } from '@gnomon/records';
import { readCalendarFolder } from '@gnomon/working-time/folder';

const MINUTE = 60_000;
const DAY = 86_400_000;
const EVENING = 23.5 * 60 * MINUTE;
const calendar = naiveCalendar(
  readCalendarFolder(fileURLToPath(new URL('../../../rules/calendar', import.meta.url))).notices,
);

export type Row = Readonly<Record<string, unknown>>;
/** What reaches the domain at one instant: milestones of work items first, then rows. */
export interface Step {
  readonly at: number;
  readonly milestones: readonly Milestone[];
  readonly rows: readonly Row[];
}
export interface Season {
  readonly scene: Scene;
  readonly world: SceneWorld;
  readonly steps: readonly Step[];
}

/**
 * The bundles' season of a seed as it arrives: rows on the next half hour, with disorder up to an hour late,
 * in any order, some of them twice. Work items are told by their milestones, made here by hand from the rows of the story.
 */
export function bundleSeason(seed: number, options: { readonly disorder: boolean; readonly clean?: number }): Season {
  const months = ['2026-04', '2026-05', '2026-06'];
  const world = sceneWorldOf({ seed, calendar, months, clean: options.clean ?? 24 }, 'bundles');
  const scene = plantBundles(world);
  const random = world.random.fork('arrivals');
  const rows = (scene.rows.bundles ?? []).flatMap(({ eventAt, row }) => {
    const at = arrivalOf(eventAt, options.disorder ? random.int(0, 60) * MINUTE : 0);
    return options.disorder && random.chance(0.05)
      ? [
          { at, row },
          { at: at + 30 * MINUTE, row },
        ]
      : [{ at, row }];
  });
  const milestones = milestonesOf(scene);
  const instants = new Set([...rows.map(({ at }) => at), ...milestones.map(({ at }) => at)]);
  const rowsAt = Map.groupBy(rows, ({ at }) => at);
  const milestonesAt = Map.groupBy(milestones, ({ at }) => at);
  const steps = [...instants]
    .filter((at) => at <= world.readAt)
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      milestones: milestonesAt.get(at) ?? [],
      rows: shuffled((rowsAt.get(at) ?? []).map(({ row }) => row)),
    }));
  return { scene, world, steps };

  function shuffled(list: readonly Row[]): readonly Row[] {
    if (!options.disorder) return list;
    const order = new Map(list.map((row) => [row, random.int(0, 1_000_000)]));
    return [...list].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }
}

/** What work items tell: accepted, under review, ended. */
function milestonesOf({ rows, agencies }: Scene): readonly Milestone[] {
  const divisions = new Map(agencies.map(({ uscc, division }) => [uscc, division]));
  const told: Milestone[] = [];
  const known = new Map<string, Milestone>();
  for (const { row, eventAt } of rows['work-items'] ?? []) {
    const news = newsOf(row);
    if (news === null) continue;
    const id = `115:${row.project_no}`;
    const before = known.get(id);
    const agency = before?.agency ?? String(row.org_code);
    const milestone: Milestone = {
      kind: 'work-item',
      id,
      at: arrivalOf(eventAt, 0),
      n: (before?.n ?? 0) + 1,
      source: '115',
      agency,
      division: divisions.get(agency) ?? '',
      item: before?.item ?? String(row.task_code),
      facts: { ...before?.facts, ...news },
    };
    known.set(id, milestone);
    told.push(milestone);
  }
  return told.sort((a, b) => a.at - b.at || a.n - b.n);
}

function newsOf(row: Row): Milestone['facts'] | null {
  if (row.table === 'up_pro_accept')
    return {
      no: String(row.project_no),
      state: 'ACCEPTED',
      outcome: null,
      appliedAt: Date.parse(String(row.apply_date)),
      acceptedAt: Date.parse(String(row.accept_date)),
      finishedAt: null,
      bundleNo: row.bundle_no === undefined ? null : String(row.bundle_no),
      promiseWorkdays: 10,
      suspendedWorkdays: 0,
      notices: 0,
      firstNoticeAt: null,
    };
  if (row.table === 'up_pro_process' && row.step_kind === 'REVIEW') return { state: 'IN_REVIEW' };
  if (row.table === 'up_pro_result')
    return { state: 'FINISHED', outcome: 'GRANTED', finishedAt: Date.parse(String(row.result_date)) };
  return null;
}

/** On the next half hour, and within the day of the event. */
function arrivalOf(eventAt: number, delay: number): number {
  const step = 30 * MINUTE;
  const midnight = Math.floor((eventAt + 8 * 60 * MINUTE) / DAY) * DAY - 8 * 60 * MINUTE;
  return Math.min(Math.floor((eventAt + delay) / step) * step + step, Math.max(midnight + EVENING, eventAt + 1000));
}
