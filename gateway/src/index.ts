export type { AccessRule, AccessTable } from './compose.ts';
export { trustedProxies } from './environment.ts';
export { createGateway, type Gateway } from './gateway.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export type { GatewayOptions } from './options.ts';
export { REFUSAL_CODES, type RefusalCode } from './refusals.ts';
export { readSupergraph } from './supergraph.ts';
export type {
  Assertion,
  EdgeContext,
  EdgeRequest,
  EdgeResult,
  EdgeTime,
  InProcessSubgraph,
  SubgraphConnection,
  SubgraphRequest,
} from './types.ts';
