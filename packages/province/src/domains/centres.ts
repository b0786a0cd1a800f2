import type { Scene, SceneWorld } from '../scene.ts';
import { cleanLoad } from './centres/clean-load.ts';
import { hallSource, openBook } from './centres/hall.ts';
import { plantHallDays } from './centres/hall-days.ts';
import { plantHallMonths } from './centres/hall-months.ts';
import { plantHallTickets } from './centres/hall-tickets.ts';
import { plantStations } from './centres/stations.ts';

/**
 * The service centres' part of a season: halls that work as published, and for each of SC-01 to SC-12 halls, agencies or stations of
 * their own that do not, with the truth beside them. Limits are counted by the naive calendar.
 */
export function plantCentres(world: SceneWorld): Scene {
  const book = openBook(world);
  cleanLoad(book);
  plantHallDays(book);
  plantHallTickets(book);
  plantStations(book);
  const { cases, items } = plantHallMonths(book);
  const [first] = book.agencies;
  if (first === undefined) throw new RangeError('a scene of centres has at least one agency');
  return {
    agencies: book.agencies,
    items,
    sources: [hallSource(world, first)],
    rows: { centres: book.rows, 'work-items': cases.flatMap((kase) => kase.rows) },
    fixed: { centres: book.lists },
    truth: book.truth,
  };
}
