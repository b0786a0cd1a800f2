import { createHash } from 'node:crypto';
import type { EdgeContext } from './types.ts';

/**
 * The part of a viewer on which what it may see depends. Viewers of one class see the same, so they share completions.
 * Who gave a purpose sees personal data unmasked, and that is logged by name: such a viewer is a class of its own.
 */
export function claimClass(context: EdgeContext): string {
  const { viewer } = context;
  if (!viewer) return 'anonymous';
  const { role, tier, post, agency, division, purpose } = viewer;
  const sources = [...viewer.sources].sort();
  const claims = [role, tier, post ?? null, agency, division, sources, purpose ? [viewer.id, purpose] : null];
  return createHash('sha256').update(JSON.stringify(claims)).digest('base64url').slice(0, 22);
}

/** A context for work that many viewers of one class share: nothing in it belongs to one of them. */
export function contextOfClass(context: EdgeContext, name: string): EdgeContext {
  const { viewer, scope } = context;
  const { token: _, ...claims } = viewer ?? {};
  const shared = viewer?.purpose
    ? viewer
    : viewer && {
        ...(claims as typeof viewer),
        sources: [...viewer.sources].sort(),
        id: `class:${name}`,
        name: { zh: '共享订阅', en: 'shared subscription' },
        expiresAt: Number.MAX_SAFE_INTEGER,
      };
  return { viewer: shared, scope, requestId: `class:${name}` };
}

const identities = new WeakMap<EdgeContext, string>();

/** Equal for contexts that a subgraph cannot tell apart, apart from the request's id. */
export function identityOf(context: EdgeContext): string {
  let identity = identities.get(context);
  if (identity === undefined) {
    identity = context.viewer ? `${claimClass(context)}:${context.viewer.id}` : 'anonymous';
    identities.set(context, identity);
  }
  return identity;
}
