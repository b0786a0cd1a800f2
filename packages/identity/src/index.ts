export * from './accounts.ts';
export { ASSERTION_TTL_SECONDS, type Assertions, createAssertions } from './assertion.ts';
export * from './issuer.ts';
export * from './masking.ts';
export * from './permissions.ts';
export * from './refusal.ts';
export * from './scope.ts';
export * from './types.ts';
export * from './verifier.ts';
