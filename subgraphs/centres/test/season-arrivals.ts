import type { PushedRow, Scene } from '@gnomon/province';
import type { Milestone } from '@gnomon/records';

const STEP_MS = 1_800_000;
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** What reaches the subgraph at one instant: rows of halls, and how far work items are. */
export interface Arrivals {
  readonly at: number;
  readonly rows: readonly PushedRow[];
  readonly milestones: readonly Milestone[];
}

/**
 * A scene in order of arrival: everything comes at the next half hour, two minutes after it happened; every eleventh row comes up to an
 * hour and a half late, as an own platform's may, and every seventeenth once more.
 */
export function arrivalsOf(
  scene: Scene,
  calendar: { workdayAfter(day: number, n: number): number },
): readonly Arrivals[] {
  const full = (instant: number): number => Math.ceil((instant + 120_000) / STEP_MS) * STEP_MS;
  const rows = [
    ...(scene.fixed?.centres ?? []).map(({ receivedAt, row }) => ({ at: full(receivedAt), row })),
    ...(scene.rows.centres ?? []).flatMap(({ eventAt, row }, index) => {
      const late = index % 11 === 3 ? (1 + (index % 3)) * STEP_MS : 0;
      const first = { at: full(eventAt) + late, row };
      return index % 17 === 5 ? [first, { at: first.at + 2 * STEP_MS, row }] : [first];
    }),
  ];
  const milestones = milestonesOf(scene, calendar).map((milestone) => ({ ...milestone, at: full(milestone.at) }));
  const instants = [...new Set([...rows, ...milestones].map(({ at }) => at))].sort((a, b) => a - b);
  const rowsAt = Map.groupBy(rows, ({ at }) => at);
  const milestonesAt = Map.groupBy(milestones, ({ at }) => at);
  return instants.map((at) => ({
    at,
    rows: (rowsAt.get(at) ?? []).map(({ row }) => row),
    milestones: milestonesAt.get(at) ?? [],
  }));
}

/** What the domain of work items would tell of the scene's work items, computed by the naive calendar. */
function milestonesOf(scene: Scene, calendar: { workdayAfter(day: number, n: number): number }): readonly Milestone[] {
  const cases = Map.groupBy(scene.rows['work-items'] ?? [], ({ row }) => String(row.project_no));
  return [...cases].flatMap(([no, rows]) => {
    const accept = rows.find(({ row }) => row.table === 'up_pro_accept');
    const result = rows.find(({ row }) => row.table === 'up_pro_result');
    const agency = scene.agencies.find(({ uscc }) => uscc === accept?.row.org_code);
    const item = scene.items.find(({ code }) => code === accept?.row.task_code);
    if (accept === undefined || result === undefined || agency === undefined || item === undefined)
      throw new Error(`${no}: an accept row, a result, an agency and an item of the scene were expected`);
    const acceptedAt = Date.parse(String(accept.row.accept_date));
    const finishedAt = Date.parse(String(result.row.result_date));
    const days = item.kind === 'PROMISE' ? (item.versions[0]?.promise.amount ?? 0) : null;
    const dueDay = days === null ? null : calendar.workdayAfter(Math.floor((acceptedAt + OFFSET_MS) / DAY_MS), days);
    const told = {
      ...{ kind: 'work-item', id: `115:${no}`, source: '115', item: item.code },
      ...{ agency: agency.uscc, division: agency.division },
    };
    const facts = {
      ...{ no, channel: 'WINDOW', acceptedAt, promiseWorkdays: days, suspendedWorkdays: 0, withdrawnAt: null },
      place: String(accept.row.place_id ?? '') || null,
      windowNo: String(accept.row.window_no ?? '') || null,
    };
    const isOver = dueDay !== null && finishedAt >= (dueDay + 1) * DAY_MS - OFFSET_MS;
    return [
      {
        ...told,
        n: 1,
        at: accept.eventAt,
        facts: { ...facts, state: 'ACCEPTED', finishedAt: null, overPromise: null },
      },
      { ...told, n: 2, at: result.eventAt, facts: { ...facts, state: 'FINISHED', finishedAt, overPromise: isOver } },
    ];
  });
}
