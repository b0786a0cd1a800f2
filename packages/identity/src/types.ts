/** Who may do what. Mutually exclusive in one token. */
export const ROLES = [
  'SOURCE',
  'AGENCY',
  'SUPERVISOR',
  'AUDITOR',
  'PARTNER',
  'OPERATOR',
  'SECURITY_ADMIN',
  'AUDIT_ADMIN',
] as const;
/**
 * - `SOURCE` 数源: a system that pushes data; writes and reads its own rows only.
 * - `AGENCY` 实施机构: staff or chief representative (`post`) of an implementing agency; sees its own agency.
 * - `SUPERVISOR` 监督主体: a supervision body; sees its division subtree and acts on cards there.
 * - `AUDITOR` 审计: reads feeds and cards of its subtree, personal data masked, acts on nothing; with the post `SUPERIOR` on cards on the
 *   region's own supervision body alone.
 * - `PARTNER` 协作部门: another agency's program, queries its own subgraph within its own agency.
 * - `OPERATOR` 系统管理员: runs the hub; sees health, sources and intake, no personal data and no cards' content.
 * - `SECURITY_ADMIN` 安全管理员: locks and unlocks accounts, ends tokens, reads sign-ins; sees no case and no card.
 * - `AUDIT_ADMIN` 审计管理员: reads and verifies the record of what the hub and its people do; sees no case and no card.
 *
 * The last three are the three administrators (三员) of the classified protection of information systems (GB/T 22239-2019, 8.1.5):
 * nobody is two of them.
 */
export type Role = (typeof ROLES)[number];
export const TIERS = ['REGION', 'LEAGUE', 'BANNER'] as const;
export type Tier = (typeof TIERS)[number];
/**
 * Posts: the chief representative of an agency, or the chief of a supervision body (首席代表、负责人), answers for it, staff (工作人员) prepares.
 * `SUPERIOR` (上级指定人员) is a person whom the region's government has named to judge its own supervision body, above which no tier stands.
 */
export const POSTS = ['CHIEF', 'STAFF', 'SUPERIOR'] as const;
export type Post = (typeof POSTS)[number];

/** 访问者: who asks. Comes from a verified token only. */
export interface Viewer {
  /** Stable subject of the token, for example `auditor-region`. */
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly role: Role;
  readonly tier: Tier | null;
  /** The viewer's post; of the roles `AGENCY` and `SUPERVISOR` `CHIEF` or `STAFF` (absent means `STAFF`), of a region's `AUDITOR` `SUPERIOR`. */
  readonly post?: Post;
  /** Unified social credit code of the agency the viewer belongs to. */
  readonly agency: string | null;
  /** Division code prefix of the viewer's subtree, for example `15` or `1501`. */
  readonly division: string | null;
  readonly sources: readonly string[];
  /** Why personal data is asked for; null means masked. */
  readonly purpose: { readonly text: string; readonly caseNo: string } | null;
  /** Milliseconds since 1970; connections close then. */
  readonly expiresAt: number;
  /** The token that the viewer came with, by which it can be ended early; absent for viewers that speak in this process only. */
  readonly token?: TokenName;
}

/** What a token is known by; never the token itself. */
export interface TokenName {
  /** The `jti` claim, or a hash of the signature where the issuer gives none. */
  readonly id: string;
  /** Milliseconds since 1970; whole seconds, as tokens have them. */
  readonly issuedAt: number;
  /** Who issued it: the claim `iss`. */
  readonly issuer: string;
}
