import { fileURLToPath } from 'node:url';
import { naiveCalendar, plantLicences, type Scene, type SceneWorld, sceneWorldOf } from '@gnomon/province';
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
 * The licences' season of a seed as it arrives: each row within half an hour, some out of order, some twice. Work items are
 * told by their milestones, made here by hand from the rows of the story.
 */
export function licenceSeason(seed: number, options: { readonly disorder: boolean; readonly clean?: number }): Season {
  const world = sceneWorldOf(
    { seed, calendar, months: ['2026-04', '2026-05', '2026-06'], clean: options.clean ?? 60 },
    'licences',
  );
  const scene = plantLicences(world);
  const random = world.random.fork('arrivals');
  const rows = (scene.rows.licences ?? []).flatMap(({ eventAt, row }) => {
    const arrivesAt = halfHourAfter(eventAt, options.disorder ? random.int(0, 90) * MINUTE : 0);
    const again = options.disorder && random.chance(0.05) ? [{ at: arrivesAt + 30 * MINUTE, row }] : [];
    return [{ at: arrivesAt, row: row as Row }, ...again];
  });
  const milestones = milestonesOf(scene);
  const instants = [...new Set([...rows.map(({ at }) => at), ...milestones.map(({ at }) => at)])].sort((a, b) => a - b);
  const rowsAt = Map.groupBy(rows, ({ at }) => at);
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

/** What work items tell of the granted ones among the story's; `applicantKey` holds the applicant's number, to be hashed by whoever has the hub's key. */
function milestonesOf({ rows, agencies }: Scene): readonly Milestone[] {
  const divisions = new Map(agencies.map((agency) => [agency.uscc, agency.division]));
  const items = new Map<string, Record<string, unknown>>();
  for (const { row, eventAt } of rows['work-items'] ?? []) {
    const id = `115:${row.project_no}`;
    const known = items.get(id) ?? {};
    items.set(id, known);
    if (row.table === 'up_pro_accept')
      Object.assign(known, {
        agency: row.org_code,
        item: row.task_code,
        acceptedAt: Date.parse(String(row.accept_date)),
        applicantKey: row.applyer_page_code,
      });
    if (row.table === 'up_pro_result')
      Object.assign(known, {
        at: halfHourAfter(eventAt, 0),
        finishedAt: Date.parse(String(row.result_date)),
        decidedAt: Date.parse(String(row.decision_date)),
        licenceNo: row.result_cetr_no,
        licenceName: row.result_cetr_name,
      });
  }
  return [...items].map(([id, { at, agency, item, ...facts }]) => ({
    kind: 'work-item',
    id,
    at: at as number,
    n: 1,
    source: '115',
    agency: agency as string,
    division: divisions.get(agency as string) ?? '',
    item: item as string,
    facts: { outcome: 'GRANTED', ...facts } as Milestone['facts'],
  }));
}

/** On a half hour, and within the day of the event. */
function halfHourAfter(eventAt: number, delay: number): number {
  const step = 30 * MINUTE;
  const evening = Math.floor((eventAt + 8 * 60 * MINUTE) / DAY) * DAY + 15.5 * 60 * MINUTE;
  return Math.min(Math.ceil((eventAt + delay) / step) * step + 1000, Math.max(evening, eventAt + 1000));
}

/** Milestones with the applicant's number hashed as the hub hashes persons. */
export function keyed(milestones: readonly Milestone[], hash: (text: string) => string): readonly Milestone[] {
  return milestones.map((one) => ({
    ...one,
    facts: { ...one.facts, applicantKey: hash(String(one.facts.applicantKey)) },
  }));
}
