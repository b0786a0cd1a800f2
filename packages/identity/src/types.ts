/** Who may do what. Mutually exclusive in one token. */
export const ROLES = ['SOURCE', 'AGENCY', 'SUPERVISOR', 'AUDITOR', 'PARTNER', 'OPERATOR'] as const;
/**
 * - `SOURCE` 数源: a system that pushes data; writes and reads its own rows only.
 * - `AGENCY` 实施机构: staff of an implementing agency; sees its own agency.
 * - `SUPERVISOR` 监督主体: a supervision body; sees its division subtree and acts on cards there.
 * - `AUDITOR` 审计: reads feeds and cards of its subtree, personal data masked, acts on nothing.
 * - `PARTNER` 协作部门: another agency's program, queries its own subgraph within its own agency.
 * - `OPERATOR` 运行维护: runs the hub; sees health, sources and intake, no personal data and no cards' content.
 */
export type Role = (typeof ROLES)[number];
export const TIERS = ['REGION', 'LEAGUE', 'BANNER'] as const;
export type Tier = (typeof TIERS)[number];

/** 访问者: who asks. Comes from a verified token only. */
export interface Viewer {
  /** Stable subject of the token, for example `auditor-region`. */
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly role: Role;
  readonly tier: Tier | null;
  /** The viewer's post in its agency: its chief representative (首席代表) answers for it, staff prepares. Absent for others. */
  readonly post?: 'CHIEF' | 'STAFF';
  /** Unified social credit code of the agency the viewer belongs to. */
  readonly agency: string | null;
  /** Division code prefix of the viewer's subtree, for example `15` or `1501`. */
  readonly division: string | null;
  readonly sources: readonly string[];
  /** Why personal data is asked for; null means masked. */
  readonly purpose: { readonly text: string; readonly caseNo: string } | null;
  /** Milliseconds since 1970; connections close then. */
  readonly expiresAt: number;
}
