import { type DocumentNode, type GraphQLError, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { AccessTable } from './compose.ts';
import { refusal } from './refusals.ts';
import type { EdgeContext } from './types.ts';

/** Scopes that a viewer has: its role, as `role:AUDITOR`, and its tier, as `tier:REGION`. */
function scopesOf(context: EdgeContext): ReadonlySet<string> {
  const { viewer } = context;
  if (!viewer) return new Set();
  return new Set([`role:${viewer.role}`, ...(viewer.tier ? [`tier:${viewer.tier}`] : [])]);
}

/**
 * Refuses early what the subgraphs would refuse: a field whose access rule the viewer does not meet.
 * @returns the refusal, or `null`.
 */
export function refusedByAccess(
  document: DocumentNode,
  schema: GraphQLSchema,
  access: AccessTable,
  context: EdgeContext,
): GraphQLError | null {
  if (Object.keys(access).length === 0) return null;
  const scopes = scopesOf(context);
  const info = new TypeInfo(schema);
  let refused: GraphQLError | null = null;
  const visitor = visitWithTypeInfo(info, {
    Field(node) {
      const owner = info.getParentType()?.name ?? '';
      const result =
        info
          .getFieldDef()
          ?.type.toString()
          .replace(/[[\]!]/g, '') ?? '';
      for (const coordinate of [`${owner}.${node.name.value}`, result]) {
        if (!refused && Object.hasOwn(access, coordinate))
          refused = refusedAt(coordinate, access[coordinate]!.scopes, scopes, context);
      }
    },
  });
  visit(document, visitor);
  return refused;
}

function refusedAt(
  coordinate: string,
  wanted: readonly (readonly string[])[],
  scopes: ReadonlySet<string>,
  context: EdgeContext,
): GraphQLError | null {
  if (!context.viewer) {
    return refusal('UNAUTHENTICATED', {
      zh: `查看 ${coordinate} 须先登录`,
      en: `${coordinate} asks for a viewer who is signed in; send an authorization token`,
    });
  }
  if (wanted.length === 0 || wanted.some((set) => set.every((scope) => scopes.has(scope)))) return null;
  return refusal('FORBIDDEN', {
    zh: `当前身份无权查看 ${coordinate}`,
    en: `${coordinate} asks for ${wanted.map((set) => set.join(' and ')).join(', or ')}; this viewer has ${[...scopes].join(', ')}`,
  });
}
