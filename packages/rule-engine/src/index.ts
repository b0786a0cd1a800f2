export { checkRules, type RulesReport } from './check-rules.ts';
export { constantOf } from './constants.ts';
export { countJudgements } from './count-judgements.ts';
export {
  type Claim,
  type ContestableFact,
  contestableFacts,
  makeCounterfactual,
  type RefusedClaim,
  receiptAsJudged,
} from './counterfactual.ts';
export { describeRule } from './describe.ts';
export { canonicalJson, hashOf, sha256 } from './hash.ts';
export { type LoadOptions, loadPack } from './load.ts';
export { type MutationOptions, type MutationReport, mutateRules, type Survivor } from './mutate-rules.ts';
export { UnknownRule, UnknownSubjectKind } from './pack.ts';
export { type PackEpoch, packAt, packOverTime, packsIn, packUntil } from './pack-over-time.ts';
export { formatProblem, PROBLEM_REMEDIES, type ProblemCode } from './problem.ts';
export { makeReceipt, type ReceiptInput, receiptBytes, receiptHash, sealReceipt } from './receipt.ts';
export { dictionaryFileSchema, exemptionFileSchema, overlayFileSchema, ruleFileSchema } from './schema.ts';
export * from './types.ts';
export { calendarFor, type Difference, type Verification, verifyReceipt } from './verify-receipt.ts';
