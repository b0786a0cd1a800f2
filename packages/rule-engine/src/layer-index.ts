import { type JudgedPart, type Layer, prepareLayers } from './judge-part.ts';
import type { Overlay } from './overlay.ts';
import type { SubjectScope } from './types.ts';

/** Layers of each part in a scope, or `null` where no overlay reaches. */
export interface LayerIndex {
  of(scope: SubjectScope): readonly (readonly Layer[])[] | null;
}

/** More scopes than Inner Mongolia has villages and departments: beyond it somebody invents them. */
const MAX_SCOPES = 200_000;

/** Resolves overlays once for each division and department; a judgement then costs two look-ups at most. */
export function createLayerIndex(parts: readonly JudgedPart[], overlays: readonly Overlay[]): LayerIndex {
  const ruleIds = new Set(parts.map(({ rule }) => rule.id));
  const own = overlays.filter(({ rule }) => ruleIds.has(rule));
  if (own.length === 0) return { of: () => null };
  const layersOf = new Map(
    own.map((overlay) => [
      overlay,
      parts.map((judged) => (judged.rule.id === overlay.rule ? prepareLayers(judged, overlay) : [])),
    ]),
  );
  const cache = new Map<string, Map<string, readonly (readonly Layer[])[] | null>>();
  let size = 0;

  const resolve = (scope: SubjectScope): readonly (readonly Layer[])[] | null => {
    const here = own.filter((overlay) => reaches(overlay, scope));
    if (here.length === 0) return null;
    return parts.map((_, index) => here.flatMap((overlay) => layersOf.get(overlay)?.[index] ?? []));
  };

  return {
    of(scope) {
      let row = cache.get(scope.division);
      if (row === undefined) cache.set(scope.division, (row = new Map()));
      let layers = row.get(scope.department);
      if (layers === undefined) {
        if (++size > MAX_SCOPES) {
          cache.clear();
          cache.set(scope.division, (row = new Map()));
          size = 1;
        }
        row.set(scope.department, (layers = resolve(scope)));
      }
      return layers;
    },
  };
}

function reaches({ published: { division, department } }: Overlay, scope: SubjectScope): boolean {
  return (
    (division === null || scope.division.startsWith(division)) &&
    (department === null || department === scope.department)
  );
}
