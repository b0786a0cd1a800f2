import type { Role, Viewer } from './types.ts';

/** Everything that is not reading reference data needs one of these. */
export const ACTIONS = [
  'PUSH_ROWS',
  'IMPORT_HISTORY',
  'CORRECT_ROWS',
  'READ_INTAKE',
  'READ_CASES',
  'READ_INDICATORS',
  'READ_CARDS',
  'READ_FEED',
  'ACT_ON_CARDS',
  'PUBLISH_REFERENCE',
  'READ_OPERATIONS',
  'INTROSPECT',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Who may do what at all; on which rows is the scope's matter. A missing cell does not compile. */
const PERMISSIONS: Record<Role, Record<Action, boolean>> = {
  //            push   history correct intake cases  values cards  feed   act    publish operate introspect
  SOURCE: row(true, false, true, true, true, false, false, false, false, false, false, true),
  AGENCY: row(false, false, true, true, true, true, true, true, false, false, false, true),
  SUPERVISOR: row(false, false, false, true, true, true, true, true, true, false, false, true),
  AUDITOR: row(false, false, false, true, true, true, true, true, false, false, false, true),
  PARTNER: row(false, false, false, false, true, true, true, true, false, false, false, true),
  OPERATOR: row(false, true, false, true, false, true, false, false, false, true, true, true),
};

/** Whether the viewer's role allows the action. Nobody signed in: never. */
export function may(viewer: Viewer | null, action: Action): boolean {
  return viewer !== null && PERMISSIONS[viewer.role][action];
}

function row(
  ...cells: readonly [
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
  ]
): Record<Action, boolean> {
  return Object.fromEntries(ACTIONS.map((action, index) => [action, cells[index]])) as Record<Action, boolean>;
}
