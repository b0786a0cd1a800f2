import type { Role, Viewer } from './types.ts';

/** The roles that do each action; everything that is not reading reference data needs one. On which rows is the scope's matter. */
const PERMISSIONS = {
  PUSH_ROWS: ['SOURCE'],
  IMPORT_HISTORY: ['OPERATOR'],
  CORRECT_ROWS: ['SOURCE', 'AGENCY'],
  /** Issues and revokes the links by which an applicant sees the clock of one application. */
  ISSUE_CITIZEN_CLOCKS: ['SOURCE', 'AGENCY'],
  READ_INTAKE: ['SOURCE', 'AGENCY', 'SUPERVISOR', 'AUDITOR', 'OPERATOR'],
  READ_CASES: ['SOURCE', 'AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER'],
  READ_INDICATORS: ['AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER', 'OPERATOR'],
  READ_CARDS: ['AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER'],
  READ_FEED: ['AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER'],
  ACT_ON_CARDS: ['SUPERVISOR'],
  /** Signs, answers, appeals, rectifies: what an agency does with a card of its own. */
  ANSWER_CARDS: ['AGENCY'],
  /** Reads who was told of what, and whether it arrived. */
  READ_NOTICES: ['AGENCY', 'SUPERVISOR', 'AUDITOR'],
  /** Sets recipients and templates; whose is tested with them (chief representatives, supervision bodies). */
  SET_NOTICES: ['AGENCY', 'SUPERVISOR'],
  /** Proposes, publishes and rehearses rule texts; of which division is the text's own matter. */
  MAKE_RULES: ['SUPERVISOR'],
  PUBLISH_REFERENCE: ['OPERATOR'],
  READ_OPERATIONS: ['OPERATOR'],
  /** Reads the proof of watching and the alarms: what the hub took, judged and cannot see. */
  READ_WATCH: ['SUPERVISOR', 'AUDITOR', 'OPERATOR'],
  /** Locks and unlocks accounts, ends tokens. */
  MANAGE_ACCOUNTS: ['SECURITY_ADMIN'],
  /** Reads who signed in when, and which tokens were refused. */
  READ_SIGN_INS: ['SECURITY_ADMIN'],
  /** Reads and verifies the log of what the hub and its people do; of the auditors the region's alone. */
  READ_LOG: ['AUDIT_ADMIN', 'AUDITOR'],
  /** Keeps clue files; each is open to the persons named in it alone. */
  KEEP_CLUES: ['SUPERVISOR', 'AUDITOR', 'AUDIT_ADMIN'],
  INTROSPECT: ['SOURCE', 'AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER', 'OPERATOR', 'SECURITY_ADMIN', 'AUDIT_ADMIN'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;
export const ACTIONS = Object.keys(PERMISSIONS) as readonly Action[];

/** Whether the viewer's role allows the action. Nobody signed in: never. */
export function may(viewer: Viewer | null, action: Action): boolean {
  return viewer !== null && (PERMISSIONS[action] as readonly Role[]).includes(viewer.role);
}
