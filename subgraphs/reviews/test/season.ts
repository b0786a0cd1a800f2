import { fileURLToPath } from 'node:url';
import { naiveCalendar, plantReviews, type Scene, type SceneWorld, sceneWorldOf } from '@gnomon/province';
import type { Milestone } from '@gnomon/records';
import { readCalendarFolder } from '@gnomon/working-time/folder';

const MINUTE = 60_000;
const DAY = 86_400_000;
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
 * The reviews' season of a seed as it arrives: each row within half an hour, with disorder some later, some out of order,
 * some twice. Work items are told by their milestones, made here by hand from the rows of the story.
 */
export function reviewSeason(seed: number, options: { readonly disorder: boolean; readonly clean?: number }): Season {
  const world = sceneWorldOf(
    { seed, calendar, months: ['2026-04', '2026-05', '2026-06'], clean: options.clean ?? 120 },
    'reviews',
  );
  const scene = plantReviews(world);
  const random = world.random.fork('arrivals');
  const set = (scene.fixed?.reviews ?? []).map(({ receivedAt, row }) => ({ at: receivedAt, row: row as Row }));
  const rows = (scene.rows.reviews ?? []).flatMap(({ eventAt, row }) => {
    const at = halfHourAfter(eventAt, options.disorder ? random.int(0, 90) * MINUTE : 0);
    const again = options.disorder && random.chance(0.05) ? [{ at: at + 30 * MINUTE, row: row as Row }] : [];
    return [{ at, row: row as Row }, ...again];
  });
  const arrivals = [...set, ...rows];
  const milestones = milestonesOf(scene);
  const instants = [...new Set([...arrivals, ...milestones].map(({ at }) => at))].sort((a, b) => a - b);
  const rowsAt = Map.groupBy(arrivals, ({ at }) => at);
  const milestonesAt = Map.groupBy(milestones, ({ at }) => at);
  const steps = instants
    .filter((at) => at <= world.readAt)
    .map((at) => ({
      at,
      milestones: milestonesAt.get(at) ?? [],
      rows: shuffled((rowsAt.get(at) ?? []).map(({ row }) => row)),
    }));
  return { scene, world, steps };

  function shuffled(list: readonly Row[]): readonly Row[] {
    if (!options.disorder) return list;
    return list
      .map((row) => ({ row, order: random.int(0, 1e6) }))
      .sort((a, b) => a.order - b.order)
      .map(({ row }) => row);
  }
}

/** What work items tell of the finished ones of the story. */
function milestonesOf({ rows, agencies }: Scene): readonly Milestone[] {
  const divisions = new Map(agencies.map((agency) => [agency.uscc, agency.division]));
  const items = new Map<string, { agency: string; item: string }>();
  const milestones: Milestone[] = [];
  for (const { row, eventAt } of rows['work-items'] ?? []) {
    const id = `115:${row.project_no}`;
    if (row.table === 'up_pro_accept') items.set(id, { agency: String(row.org_code), item: String(row.task_code) });
    const known = items.get(id);
    if (row.table !== 'up_pro_result' || known === undefined) continue;
    const { agency, item } = known;
    const finishedAt = Date.parse(String(row.result_date));
    const of = { kind: 'work-item', id, n: 1, source: '115', agency, item, division: divisions.get(agency) ?? '' };
    milestones.push({ ...of, at: halfHourAfter(eventAt, 0), facts: { state: 'FINISHED', finishedAt } });
  }
  return milestones;
}

/** On a half hour, and within the day of the event. */
function halfHourAfter(eventAt: number, delay: number): number {
  const step = 30 * MINUTE;
  const evening = Math.floor((eventAt + 8 * 60 * MINUTE) / DAY) * DAY + 15.5 * 60 * MINUTE;
  return Math.min(Math.ceil((eventAt + delay) / step) * step + 1000, Math.max(evening, eventAt + 1000));
}
