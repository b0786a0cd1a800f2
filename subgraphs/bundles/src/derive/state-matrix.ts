/*
 * Which states children may have while their bundle is in a state (主子状态矩阵):
 *
 *   SUBMITTED            none, or not yet accepted
 *   SUPPLEMENT_REQUIRED  not yet accepted, also waiting for a supplement
 *   ACCEPTED DISPATCHING not begun
 *   IN_PROGRESS          any, at least one without a result
 *   PARTLY_DONE          at least one with a result and one without
 *   FINISHED             mandatory ones ended and not withdrawn, optional ones ended or not created
 *   TERMINATED           all ended: the applicant withdrew, or a mandatory one was refused
 */

export const BUNDLE_STATES = [
  'SUBMITTED',
  'SUPPLEMENT_REQUIRED',
  'ACCEPTED',
  'DISPATCHING',
  'IN_PROGRESS',
  'PARTLY_DONE',
  'FINISHED',
  'TERMINATED',
] as const;
/** State of a bundle case (主件状态). */
export type BundleState = (typeof BUNDLE_STATES)[number];

/** What the matrix distinguishes of a child's state; the last three are ends. */
export type ChildState = 'SUBMITTED' | 'SUPPLEMENT' | 'ACCEPTED' | 'RUNNING' | 'DONE' | 'REFUSED' | 'WITHDRAWN';

export interface ChildStanding {
  readonly state: ChildState;
  readonly mandatory: boolean;
}

/** What else the matrix asks. */
export interface MatrixContext {
  /** Mandatory children that were not created: they have no result. */
  readonly missing: number;
  readonly applicantWithdrew: boolean;
}

const ENDS: ReadonlySet<ChildState> = new Set(['DONE', 'REFUSED', 'WITHDRAWN']);

/** True for a child that has its end. */
export const isEnd = (state: ChildState): boolean => ENDS.has(state);

type Allowed = (children: readonly ChildStanding[], context: MatrixContext) => boolean;

const only =
  (...states: readonly ChildState[]): Allowed =>
  (children) =>
    children.every(({ state }) => states.includes(state));

const isUnderway: Allowed = (children, { missing }) =>
  (children.length === 0 && missing === 0) || missing > 0 || children.some(({ state }) => !isEnd(state));

const MATRIX: Readonly<Record<BundleState, Allowed>> = {
  SUBMITTED: only('SUBMITTED'),
  SUPPLEMENT_REQUIRED: only('SUBMITTED', 'SUPPLEMENT'),
  ACCEPTED: only('SUBMITTED', 'ACCEPTED'),
  DISPATCHING: only('SUBMITTED', 'ACCEPTED'),
  IN_PROGRESS: isUnderway,
  PARTLY_DONE: (children, context) => isUnderway(children, context) && children.some(({ state }) => isEnd(state)),
  FINISHED: (children) =>
    children.every(({ state, mandatory }) => isEnd(state) && !(mandatory && state === 'WITHDRAWN')),
  TERMINATED: (children, { applicantWithdrew }) =>
    children.every(({ state }) => isEnd(state)) &&
    (applicantWithdrew || children.some(({ state, mandatory }) => mandatory && state === 'REFUSED')),
};

/** Whether the matrix allows the children's states under the bundle's. */
export function isAllowed(state: BundleState, children: readonly ChildStanding[], context: MatrixContext): boolean {
  return MATRIX[state](children, context);
}
