import { type Action, may, type Viewer } from '@gnomon/identity';
import { refusal } from './refusal.ts';
import type { RequestContext } from './types.ts';

/** The signed-in viewer. @throws `UNAUTHENTICATED` when nobody signed in. */
export function requireViewer(context: Pick<RequestContext, 'viewer'>): Viewer {
  if (context.viewer !== null) return context.viewer;
  throw refusal('UNAUTHENTICATED', {
    zh: '未登录：请在 Authorization 头中以 “Bearer 令牌” 形式提供令牌。',
    en: 'Not signed in: send a token in the Authorization header as "Bearer <token>".',
  });
}

/** The viewer, when its role allows the action. @throws `UNAUTHENTICATED` or `FORBIDDEN`, which names role and action. */
export function requirePermission(context: Pick<RequestContext, 'viewer'>, action: Action): Viewer {
  const viewer = requireViewer(context);
  if (may(viewer, action)) return viewer;
  throw refusal(
    'FORBIDDEN',
    { zh: `角色 ${viewer.role} 无权执行 ${action}。`, en: `The role ${viewer.role} does not allow ${action}.` },
    { role: viewer.role, action },
  );
}
