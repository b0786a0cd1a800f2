import type { Viewer } from '@gnomon/identity';
import { type PlantedRow, sees } from './planted-rows.ts';

/** Who asks in the matrix: every role, supervisors of each tier, both posts of an agency, and nobody. */
export const COLUMNS = [
  'nobody',
  'source',
  'staff',
  'chief',
  'partner',
  'banner',
  'league',
  'region',
  'auditor',
  'inspector',
  'operator',
  'security',
  'audit',
] as const;
export type Column = (typeof COLUMNS)[number];

const BASE = {
  tier: null,
  agency: null,
  division: null,
  sources: [],
  purpose: null,
  expiresAt: Number.MAX_SAFE_INTEGER,
} as const;

/** The viewers of one subgraph: around one agency, its place and its source. The auditor is of its league, so that it has an outside, too; the inspector is the region's. */
export function viewersAround(row: PlantedRow): Readonly<Record<Column, Viewer | null>> {
  const viewer = (role: Viewer['role'], parts: Partial<Viewer>): Viewer => {
    const of = [parts.post ?? parts.tier, parts.agency ?? parts.division ?? parts.sources?.[0]];
    const id = ['matrix', role.toLowerCase(), ...of.filter((part) => part !== undefined)].join('-');
    return { ...BASE, id, name: { zh: id, en: id }, role, ...parts };
  };
  const division = row.division ?? '15';
  const agency = row.agency;
  return {
    nobody: null,
    source: viewer('SOURCE', { sources: [row.source ?? '115'] }),
    staff: viewer('AGENCY', { agency, post: 'STAFF' }),
    chief: viewer('AGENCY', { agency, post: 'CHIEF' }),
    partner: viewer('PARTNER', { agency }),
    banner: viewer('SUPERVISOR', { tier: 'BANNER', division: division.slice(0, 6) }),
    league: viewer('SUPERVISOR', { tier: 'LEAGUE', division: division.slice(0, 4) }),
    region: viewer('SUPERVISOR', { tier: 'REGION', division: '15' }),
    auditor: viewer('AUDITOR', { tier: 'LEAGUE', division: division.slice(0, 4) }),
    inspector: viewer('AUDITOR', { tier: 'REGION', division: '15' }),
    operator: viewer('OPERATOR', { tier: 'REGION' }),
    security: viewer('SECURITY_ADMIN', { tier: 'REGION' }),
    audit: viewer('AUDIT_ADMIN', { tier: 'REGION' }),
  };
}

/**
 * What is published, so that its id may stand in anybody's answer: agencies, places, items and sources, and rules that were consulted on
 * (registry); outages, which are announcements; halls, whose rows – days, tickets, findings – are watched by their own ids.
 */
const isPublished = ({ domain, type }: PlantedRow): boolean =>
  (domain === 'registry' && type !== 'RuleText') || type === 'source' || type === 'Outage' || type === 'Centre';

/** What of the planted rows the viewer must not come to know: ids, and the codes of agencies of which it may see no row at all. */
export function foreignTo(viewer: Viewer | null, rows: readonly PlantedRow[]): ReadonlySet<string> {
  const own = new Set<string>();
  const foreign = new Set<string>();
  for (const row of rows) {
    if (isPublished(row)) continue;
    const into = sees(viewer, row) ? own : foreign;
    into.add(row.id);
    if (row.agency !== '') into.add(row.agency);
    if (row.number !== null) into.add(row.number);
  }
  for (const text of own) foreign.delete(text);
  return foreign;
}
