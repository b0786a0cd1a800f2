export {
  CREDIT_CODE_PROBLEMS,
  type CreditCode,
  type CreditCodeProblem,
  creditCodeProblem,
  isCreditCode,
  makeCreditCode,
  parseCreditCode,
} from './credit-code.ts';
export type { Bilingual, Parsed, Problem } from './finding.ts';
export {
  type BasicItemCode,
  EXERCISE_LEVELS,
  type ExerciseLevel,
  ITEM_CODE_FORMS,
  type ItemCode,
  type ItemCodeForm,
  type ItemCodeProblem,
  levelFits,
  makeItemCode,
  parseItemCode,
} from './item-code.ts';
export {
  LICENCE_FINDINGS,
  LICENCE_ROOT,
  type LicenceFinding,
  type LicenceIdentifier,
  makeLicenceIdentifier,
  parseLicenceIdentifier,
} from './licence-identifier.ts';
export { checkCharacter3736 } from './mod-37-36.ts';
export { makeOrganisationCode, type OrganisationCodeProblem, parseOrganisationCode } from './organisation-code.ts';
export {
  makeProjectCode,
  type ProjectCheck,
  type ProjectCode,
  type ProjectCodeProblem,
  parseProjectCode,
} from './project-code.ts';
export {
  isResidentId,
  makeResidentId,
  parseResidentId,
  RESIDENT_ID_PROBLEMS,
  type ResidentId,
  type ResidentIdProblem,
  residentIdProblem,
} from './resident-id.ts';
export {
  makeWorkItemNumber,
  parseWorkItemNumber,
  WORK_ITEM_NUMBER_MAX,
  type WorkItemNumber,
  type WorkItemNumberProblem,
} from './work-item-number.ts';
