export {
  type Advanced,
  type AdvanceInput,
  type Arrival,
  advance,
  type FactSource,
  levelsBefore,
  NOTHING_STANDS,
  type Standing,
  type StandingVerdict,
  type SubjectState,
} from './advance.ts';
export * from './reference.ts';
export * from './signal.ts';
export * from './types.ts';
