import type { SeasonOptions } from './season.ts';

/** The parts that the domains have in a season; the order numbers their agencies, so append. */
export const SCENES: SeasonOptions['scenes'] = {};
