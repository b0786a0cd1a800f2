import type { Viewer } from './types.ts';

/** A demonstration account: a viewer by name, for the embedded default only. */
export type Account = Omit<Viewer, 'expiresAt' | 'token'>;

/** An agency or a source by which demonstration accounts are made. */
export interface AccountAgency {
  readonly uscc: string;
  readonly name: string;
  readonly nameEn?: string;
  readonly division: string;
  /** What its accounts are called behind `agency-`, `chief-` and `partner-`; its place in the order when not given. */
  readonly account?: string;
}
export interface AccountSource {
  readonly id: string;
  readonly name: string;
}

const BASE = { tier: null, agency: null, division: null, sources: [], purpose: null } as const;

/**
 * The named accounts of a demonstration: supervisors (with the chiefs of their bodies) and auditors of three tiers, whom the region's
 * government named above its own body (`superior-region`), the three administrators, and accounts
 * for each agency, partner and source given. Names are stable: `agency-1` (staff), `chief-1` (its chief representative), `agency-2` … in the
 * order given, `source-<id>`.
 */
export function demoAccounts(world: {
  readonly agencies: readonly AccountAgency[];
  readonly sources: readonly AccountSource[];
}): readonly Account[] {
  return [
    {
      ...BASE,
      id: 'supervisor-region',
      name: { zh: '自治区政务服务监督人员', en: 'Supervisor, region' },
      role: 'SUPERVISOR',
      tier: 'REGION',
      division: '15',
    },
    {
      ...BASE,
      id: 'supervisor-region-2',
      name: { zh: '自治区政务服务监督人员（第二人）', en: 'Supervisor, region, second person' },
      role: 'SUPERVISOR',
      tier: 'REGION',
      division: '15',
    },
    {
      ...BASE,
      id: 'supervisor-hohhot',
      name: { zh: '呼和浩特市政务服务监督人员', en: 'Supervisor, Hohhot' },
      role: 'SUPERVISOR',
      tier: 'LEAGUE',
      division: '1501',
    },
    {
      ...BASE,
      id: 'supervisor-saihan',
      name: { zh: '赛罕区政务服务监督人员', en: 'Supervisor, Saihan district' },
      role: 'SUPERVISOR',
      tier: 'BANNER',
      division: '150105',
    },
    {
      ...BASE,
      id: 'supervisor-chief-region',
      name: { zh: '自治区政务服务监督主体负责人', en: 'Chief of the supervision body, region' },
      role: 'SUPERVISOR',
      tier: 'REGION',
      post: 'CHIEF',
      division: '15',
    },
    {
      ...BASE,
      id: 'supervisor-chief-hohhot',
      name: { zh: '呼和浩特市政务服务监督主体负责人', en: 'Chief of the supervision body, Hohhot' },
      role: 'SUPERVISOR',
      tier: 'LEAGUE',
      post: 'CHIEF',
      division: '1501',
    },
    {
      ...BASE,
      id: 'supervisor-chief-saihan',
      name: { zh: '赛罕区政务服务监督主体负责人', en: 'Chief of the supervision body, Saihan district' },
      role: 'SUPERVISOR',
      tier: 'BANNER',
      post: 'CHIEF',
      division: '150105',
    },
    {
      ...BASE,
      id: 'superior-region',
      name: { zh: '自治区人民政府指定人员', en: 'Named by the government of the region to judge its supervision body' },
      role: 'AUDITOR',
      tier: 'REGION',
      post: 'SUPERIOR',
      division: '15',
    },
    {
      ...BASE,
      id: 'auditor-region',
      name: { zh: '自治区审计人员', en: 'Auditor, region' },
      role: 'AUDITOR',
      tier: 'REGION',
      division: '15',
    },
    {
      ...BASE,
      id: 'auditor-hohhot',
      name: { zh: '呼和浩特市审计人员', en: 'Auditor, Hohhot' },
      role: 'AUDITOR',
      tier: 'LEAGUE',
      division: '1501',
    },
    { ...BASE, id: 'operator', name: { zh: '系统管理员', en: 'Operator' }, role: 'OPERATOR', tier: 'REGION' },
    {
      ...BASE,
      id: 'security-admin',
      name: { zh: '安全管理员', en: 'Security administrator' },
      role: 'SECURITY_ADMIN',
      tier: 'REGION',
    },
    {
      ...BASE,
      id: 'audit-admin',
      name: { zh: '审计管理员', en: 'Audit administrator' },
      role: 'AUDIT_ADMIN',
      tier: 'REGION',
    },
    ...world.agencies.flatMap((agency, index): Account[] => [
      {
        ...BASE,
        id: `agency-${agency.account ?? index + 1}`,
        name: { zh: agency.name, en: agency.nameEn ?? agency.name },
        role: 'AGENCY',
        post: 'STAFF',
        agency: agency.uscc,
      },
      {
        ...BASE,
        id: `chief-${agency.account ?? index + 1}`,
        name: { zh: `${agency.name}首席代表`, en: `Chief representative of ${agency.nameEn ?? agency.name}` },
        role: 'AGENCY',
        post: 'CHIEF',
        agency: agency.uscc,
      },
      {
        ...BASE,
        id: `partner-${agency.account ?? index + 1}`,
        name: { zh: `${agency.name}（接口程序）`, en: `Program of ${agency.nameEn ?? agency.name}` },
        role: 'PARTNER',
        agency: agency.uscc,
      },
    ]),
    ...world.sources.map(
      (source): Account => ({
        ...BASE,
        id: `source-${source.id}`,
        name: { zh: source.name, en: `Source ${source.id}` },
        role: 'SOURCE',
        sources: [source.id],
      }),
    ),
  ];
}
