/**
 * The only door to the planner, the stock executor and the composer (Elastic License 2.0; they stay in this folder).
 * `telemetry-off` comes first: modules are evaluated in the order of their imports.
 */
import './telemetry-off.ts';

export { composeServices } from '@apollo/composition';
export {
  ERRORS,
  errorCodeDef,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSubtype,
  type Operation,
  operationFromDocument,
  type Schema,
  type SelectionSet,
  Supergraph,
  type Type,
  Variable,
} from '@apollo/federation-internals';
export { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
export { applyRewrites, isObjectOfType } from '@apollo/gateway/dist/dataRewrites.js';
export { computeResponse } from '@apollo/gateway/dist/resultShaping.js';
export {
  evaluateCondition,
  type FetchNode,
  type PlanNode,
  type QueryPlan,
  QueryPlanner,
  type QueryPlanSelectionNode,
} from '@apollo/query-planner';
