import { plantBundles } from './domains/bundles.ts';
import { plantCentres } from './domains/centres.ts';
import { plantContradictions } from './domains/contradictions.ts';
import { plantEngineering } from './domains/engineering.ts';
import { plantLicences } from './domains/licences.ts';
import { plantReviews } from './domains/reviews.ts';
import type { SeasonOptions } from './season.ts';

/** The parts that the domains have in a season; the order numbers their agencies, so append. */
export const SCENES: SeasonOptions['scenes'] = {
  licences: plantLicences,
  reviews: plantReviews,
  bundles: plantBundles,
  engineering: plantEngineering,
  centres: plantCentres,
  contradictions: plantContradictions,
};
