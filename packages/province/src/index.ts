export type { Arrival, Disorder } from './arrivals.ts';
export type { Finding, PushedRow } from './case.ts';
export {
  type CastAgency,
  type CastItem,
  type CastItemVersion,
  type CastSource,
  type ProvinceCast,
  provinceCast,
} from './cast.ts';
export { plantBundles } from './domains/bundles.ts';
export { plantCentres } from './domains/centres.ts';
export { plantContradictions } from './domains/contradictions.ts';
export { plantEngineering } from './domains/engineering.ts';
export { plantLicences } from './domains/licences.ts';
export { reviewsOf } from './domains/review-load.ts';
export { plantReviews } from './domains/reviews.ts';
export { type LiveOptions, liveProvince } from './live.ts';
export { type LiveDomains, liveDomains } from './live-domains.ts';
export { type MonthOptions, type ProvinceMonth, provinceMonth } from './month.ts';
export { type NaiveCalendar, type NaiveNotice, naiveCalendar } from './naive-calendar.ts';
export { SCENARIOS } from './scenarios.ts';
export type { Scene, SceneFinding, SceneWorld } from './scene.ts';
export { SCENES } from './scenes.ts';
export { type DomainArrival, type ProvinceSeason, provinceSeason, type SeasonOptions, sceneWorldOf } from './season.ts';
