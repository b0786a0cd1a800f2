import { fileURLToPath } from 'node:url';
import { naiveCalendar, plantEngineering, type Scene, type SceneWorld, sceneWorldOf } from '@gnomon/province';
import { readCalendarFolder } from '@gnomon/working-time/folder';

const { notices } = readCalendarFolder(fileURLToPath(new URL('../../../rules/calendar', import.meta.url)));
const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;
const MINUTE = 60_000;

/** A row at the instant at which it reaches the hub. */
export interface Arrival {
  readonly at: number;
  readonly row: Scene['rows'][string][number]['row'];
}

/** Three months of engineering projects with the truth about them. */
export function season(seed: number, clean: number): { readonly world: SceneWorld; readonly scene: Scene } {
  const months = ['2026-04', '2026-05', '2026-06'];
  const world = sceneWorldOf({ seed, calendar: naiveCalendar(notices), months, clean }, 'engineering');
  return { world, scene: plantEngineering(world) };
}

/** Rows as a live source sends them, a third of them late within its two working hours, a tenth of them twice. */
export function arrivalsOf({ rows }: Scene, { random, readAt }: SceneWorld): readonly Arrival[] {
  const choose = random.fork('disorder');
  const arrivals: Arrival[] = [];
  for (const { eventAt, row } of rows.engineering ?? []) {
    const evening = Math.floor((eventAt + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS + 1_425 * MINUTE;
    const at = Math.min(eventAt + (choose.chance(0.3) ? choose.int(1, 110) : 2) * MINUTE, evening);
    arrivals.push({ at, row });
    if (choose.chance(0.1)) arrivals.push({ at: Math.min(at + choose.int(1, 90) * MINUTE, evening), row });
  }
  const guid = ({ row }: Arrival): string => String(row.row_guid);
  return arrivals.filter(({ at }) => at <= readAt).sort((a, b) => a.at - b.at || (guid(a) < guid(b) ? -1 : 1));
}
