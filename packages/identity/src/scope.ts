import type { Viewer } from './types.ts';

/** Structural twin of the store's `RowScope`: what of the agency-owned rows a viewer may see. */
export interface ViewerScope {
  readonly all: boolean;
  readonly divisions: readonly string[];
  readonly agencies: readonly string[];
  readonly sources: readonly string[];
}

const NOTHING: ViewerScope = { all: false, divisions: [], agencies: [], sources: [] };

/**
 * The rows a viewer may see. Administrators run the machine and see no rows of agencies; nobody signed in sees nothing.
 * A region's prefix `15` is the whole of Inner Mongolia, still a prefix: a hub that holds two regions keeps them apart.
 */
export function scopeOf(viewer: Viewer | null): ViewerScope {
  if (viewer === null) return NOTHING;
  switch (viewer.role) {
    case 'SOURCE':
      return { ...NOTHING, sources: viewer.sources };
    case 'AGENCY':
    case 'PARTNER':
      return { ...NOTHING, agencies: viewer.agency === null ? [] : [viewer.agency] };
    case 'SUPERVISOR':
    case 'AUDITOR':
      return { ...NOTHING, divisions: viewer.division === null ? [] : [viewer.division] };
    case 'OPERATOR':
    case 'SECURITY_ADMIN':
    case 'AUDIT_ADMIN':
      return NOTHING;
  }
}

/** Whether a row of this division, agency and source lies within the scope: the same test that row security makes. */
export function isWithin(
  scope: ViewerScope,
  row: { readonly division: string | null; readonly agency: string | null; readonly source: string | null },
): boolean {
  if (scope.all) return true;
  const { division, agency, source } = row;
  return (
    (division !== null && scope.divisions.some((prefix) => division.startsWith(prefix))) ||
    (agency !== null && scope.agencies.includes(agency)) ||
    (source !== null && scope.sources.includes(source))
  );
}

/** Text that is equal exactly for viewers who see the same rows and fields: what a shared answer may be keyed by. */
export function claimClass(viewer: Viewer | null): string {
  if (viewer === null) return 'anonymous';
  return JSON.stringify([
    viewer.role,
    viewer.tier,
    viewer.post ?? null,
    viewer.agency,
    viewer.division,
    [...viewer.sources].sort(),
    viewer.purpose,
  ]);
}
