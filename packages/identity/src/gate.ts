import { END_KINDS, type EndEntry } from './ended.ts';
import { TOKEN_REFUSALS } from './refusal.ts';
import type { SignIn, SignInBatch } from './sign-ins.ts';
import { ROLES, TIERS } from './types.ts';

/** Where a subgraph's own server speaks with a gateway that runs alone. */
export const GATE_PATHS = { ended: '/gate/ended', signIns: '/gate/sign-ins' } as const;

/** The audience of an assertion for that door: one made for a viewer's request does not open it. */
export function gateAudience(subgraph: string): string {
  return `${subgraph}/gate`;
}

/** What a gateway reports; its id is the same each time that it is sent. */
export interface GateReport {
  readonly id: string;
  readonly batch: SignInBatch;
}

/** A line of the news of ended tokens: a step, the mark after all that stood, or nothing but a sign of life. */
export interface GateLine {
  readonly ended?: EndEntry;
  readonly told?: true;
}

/** @throws {Error} for a line that is none. */
export function readGateLine(text: string): GateLine {
  const line = JSON.parse(text) as GateLine;
  const { ended } = line;
  if (ended !== undefined && !(END_KINDS.includes(ended.kind) && typeof ended.account === 'string'))
    throw new Error(`a step on an account or token was expected, ${text.slice(0, 120)} came`);
  return line;
}

/** A report as it came over the wire, or what is wrong with it. */
export function readGateReport(body: unknown): GateReport | string {
  if (!isRecord(body) || !isText(body.id, 64) || !isRecord(body.batch)) return 'an id and a batch were expected';
  const { signIns, refused, dropped } = body.batch;
  if (!Array.isArray(signIns) || !signIns.every(isSignIn)) return 'batch.signIns: a list of sign-ins was expected';
  if (
    !isRecord(refused) ||
    !Object.entries(refused).every(([code, count]) => Object.hasOwn(TOKEN_REFUSALS, code) && isCount(count))
  )
    return 'batch.refused: counts by code of a refusal were expected';
  if (!isCount(dropped)) return 'batch.dropped: a number was expected';
  return { id: body.id, batch: { signIns, refused, dropped } };
}

function isSignIn(one: unknown): one is SignIn {
  if (!isRecord(one)) return false;
  const { account, role, tier, division, token, issuer, at, until } = one;
  const isOf = (list: readonly unknown[], value: unknown): boolean => list.includes(value);
  return (
    [account, token, issuer].every((value) => isText(value, 300)) &&
    isOf(ROLES, role) &&
    (tier === null || isOf(TIERS, tier)) &&
    (division === null || isText(division, 12)) &&
    isCount(at) &&
    isCount(until)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, longest: number): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= longest &&
    value.isWellFormed() &&
    !value.includes('\0')
  );
}

/** A whole number that a date may hold. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 8.64e15;
}
