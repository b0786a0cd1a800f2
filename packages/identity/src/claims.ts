import type { JWTPayload } from 'jose';
import { TokenRefused } from './refusal.ts';
import { POSTS, type Post, ROLES, type Role, TIERS, type Tier, type Viewer } from './types.ts';

/** The claims Gnomon reads beside the registered ones; an OIDC provider maps its own to these names. */
export const CLAIM_PREFIX = 'gnomon_';

/** Claims of a viewer, for signing. */
export function claimsOf(viewer: Omit<Viewer, 'expiresAt' | 'token'>): JWTPayload {
  return {
    sub: viewer.id,
    [`${CLAIM_PREFIX}name_zh`]: viewer.name.zh,
    [`${CLAIM_PREFIX}name_en`]: viewer.name.en,
    [`${CLAIM_PREFIX}role`]: viewer.role,
    ...(viewer.tier === null ? {} : { [`${CLAIM_PREFIX}tier`]: viewer.tier }),
    ...(viewer.post === undefined ? {} : { [`${CLAIM_PREFIX}post`]: viewer.post }),
    ...(viewer.agency === null ? {} : { [`${CLAIM_PREFIX}agency`]: viewer.agency }),
    ...(viewer.division === null ? {} : { [`${CLAIM_PREFIX}division`]: viewer.division }),
    ...(viewer.sources.length === 0 ? {} : { [`${CLAIM_PREFIX}sources`]: viewer.sources }),
    ...(viewer.purpose === null ? {} : { [`${CLAIM_PREFIX}purpose`]: viewer.purpose }),
  };
}

/**
 * The viewer that verified claims speak of.
 * @throws {TokenRefused} `TOKEN_CLAIMS` naming the claim that is missing, unknown or contradicts the role.
 */
export function viewerFromClaims(payload: JWTPayload): Viewer {
  const claim = (name: string): unknown => payload[`${CLAIM_PREFIX}${name}`];
  const id = text(payload.sub, 'sub', 128);
  const role = oneOf<Role>(ROLES, claim('role'), 'role');
  const tier = claim('tier') === undefined ? null : oneOf<Tier>(TIERS, claim('tier'), 'tier');
  const post = claim('post') === undefined ? undefined : oneOf<Post>(POSTS, claim('post'), 'post');
  requirePost(role, tier, post);
  const agency = claim('agency') === undefined ? null : text(claim('agency'), 'agency', 18);
  const division = claim('division') === undefined ? null : divisionPrefix(claim('division'));
  const sources = claim('sources') === undefined ? [] : sourceList(claim('sources'));
  requireScope(role, { agency, division, sources });
  return {
    id,
    name: { zh: nameOr(claim('name_zh'), id), en: nameOr(claim('name_en'), id) },
    role,
    tier,
    ...(post === undefined ? {} : { post }),
    agency,
    division,
    sources,
    purpose: purposeFrom(claim('purpose')),
    expiresAt: (payload.exp ?? 0) * 1000,
  };
}

/** Which posts a role may have; one that says nothing of the role is not let pass. */
function requirePost(role: Role, tier: Tier | null, post: Post | undefined): void {
  const expected: readonly Post[] =
    role === 'AGENCY' || role === 'SUPERVISOR'
      ? ['CHIEF', 'STAFF']
      : role === 'AUDITOR' && tier === 'REGION'
        ? ['SUPERIOR']
        : [];
  if (post === undefined || expected.includes(post)) return;
  const said = expected.length === 0 ? 'none' : expected.join(' or ');
  throw new TokenRefused('TOKEN_CLAIMS', `post: ${said} was expected of the role ${role}, ${post} came`);
}

/** A role without the part of scope it lives by would see nothing or everything; neither is guessed. */
function requireScope(
  role: Role,
  has: { agency: string | null; division: string | null; sources: readonly string[] },
): void {
  const missing =
    role === 'SOURCE' && has.sources.length === 0
      ? 'sources'
      : (role === 'AGENCY' || role === 'PARTNER') && has.agency === null
        ? 'agency'
        : (role === 'SUPERVISOR' || role === 'AUDITOR') && has.division === null
          ? 'division'
          : null;
  if (missing !== null)
    throw new TokenRefused('TOKEN_CLAIMS', `role ${role} needs the claim ${CLAIM_PREFIX}${missing}`);
}

function text(value: unknown, name: string, max: number): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= max && !/\p{Cc}/u.test(value)) return value;
  throw new TokenRefused('TOKEN_CLAIMS', `${name}: a text of 1 to ${max} characters was expected`);
}

function oneOf<T extends string>(values: readonly T[], value: unknown, name: string): T {
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new TokenRefused('TOKEN_CLAIMS', `${name}: one of ${values.join(', ')} was expected`);
  return found;
}

function divisionPrefix(value: unknown): string {
  if (typeof value === 'string' && /^\d{2}(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?$/.test(value)) return value;
  throw new TokenRefused('TOKEN_CLAIMS', 'division: a division code of 2, 4, 6, 9 or 12 digits was expected');
}

function sourceList(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length <= 100) return value.map((source) => text(source, 'sources', 32));
  throw new TokenRefused('TOKEN_CLAIMS', 'sources: a list of at most 100 source ids was expected');
}

function nameOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200 ? value : otherwise;
}

function purposeFrom(value: unknown): Viewer['purpose'] {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null)
    throw new TokenRefused('TOKEN_CLAIMS', 'purpose: text and caseNo were expected');
  const { text: reason, caseNo } = value as { text?: unknown; caseNo?: unknown };
  return { text: text(reason, 'purpose.text', 200), caseNo: text(caseNo, 'purpose.caseNo', 64) };
}
