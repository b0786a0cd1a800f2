import { makeCreditCode, makeOrganisationCode } from '@gnomon/identifiers';
import { DEPARTMENTS, DIVISIONS, INSTANT_STEPS, ITEM_TEMPLATES, type ItemTemplate, PROMISE_STEPS } from './names.ts';
import { createRandom } from './random.ts';

/** An agency of the cast; the fields are those of the registry's published agency. */
export interface CastAgency {
  readonly uscc: string;
  readonly name: string;
  readonly nameEn: string;
  readonly division: string;
  readonly department: string;
  readonly level: 1 | 2 | 3 | 4 | 5;
  readonly duty: 'IMPLEMENTING' | 'SUPERVISING' | 'BOTH';
  readonly reportsTo: string | null;
  readonly from: string | null;
  readonly to: string | null;
}
export interface CastItem {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly agency: string;
  readonly itemType: string;
  readonly kind: 'INSTANT' | 'PROMISE' | 'OTHER';
  readonly versions: readonly CastItemVersion[];
}
export interface CastItemVersion {
  readonly version: string;
  readonly from: string;
  readonly to: string | null;
  readonly promise: { readonly amount: number; readonly unit: 'WORKDAY' };
  readonly statutory: { readonly amount: number; readonly unit: 'WORKDAY' } | null;
  readonly preReviewHours: number | null;
  readonly deliveryWorkdays: number | null;
  readonly specialKinds: readonly ('HEARING' | 'EXPERT_REVIEW' | 'TESTING' | 'INSPECTION')[];
  readonly specialWorkdays: Readonly<Record<never, number>>;
  readonly steps: readonly {
    readonly name: string;
    readonly kind: 'ACCEPT' | 'REVIEW' | 'DECIDE' | 'CERTIFY' | 'FINISH';
    readonly mandatory: boolean;
    readonly limitWorkHours: number | null;
  }[];
  readonly free: boolean;
  readonly fees: readonly {
    readonly item: string;
    readonly standard: number | null;
    readonly basis: string | null;
    readonly reducedFor: readonly string[];
    readonly reducedShare: number;
  }[];
  readonly joint: boolean;
  readonly classified: boolean;
}
export interface CastSource {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly agency: string;
  readonly division: string;
  /** Pushes live within two working hours; otherwise by the end of the next working day. */
  readonly ownPlatform: boolean;
  readonly mustPush: boolean;
  readonly registeredAt: string;
  readonly exempt: { readonly document: string; readonly from: string; readonly to: string | null } | null;
}

/** Who takes part in the simulated province, equal for equal seeds. */
export interface ProvinceCast {
  readonly supervisors: readonly CastAgency[];
  readonly agencies: readonly CastAgency[];
  readonly items: readonly CastItem[];
  readonly sources: readonly CastSource[];
}

export const FEE_ITEM = '考试考务费';
export const FEE_BASIS = '内发改费字〔示例〕1号';

/**
 * Agencies, their items and their systems. `agencies` counts implementing agencies; the first ones are spread over all
 * leagues before the second department of any league comes.
 */
export function provinceCast(options: { readonly seed: number; readonly agencies?: number }): ProvinceCast {
  const random = createRandom(options.seed).fork('cast');
  const count = options.agencies ?? 60;
  const pairs = DEPARTMENTS.flatMap((department) => DIVISIONS.map((division) => ({ department, division })));
  if (count < 1 || count > pairs.length)
    throw new RangeError(`agencies: 1 to ${pairs.length} were expected, ${count} came`);
  const supervisors = DIVISIONS.map((division, index) =>
    makeAgency(
      division,
      { id: 'government-services', name: '政务服务与数据管理局', en: 'Government Services and Data Bureau' },
      index,
      'SUPERVISING',
      random.int(100, 899),
    ),
  );
  const agencies = pairs
    .slice(0, count)
    .map(({ department, division }, index) =>
      makeAgency(division, department, 100 + index, 'IMPLEMENTING', random.int(100, 899)),
    );
  return {
    supervisors,
    agencies,
    items: agencies.flatMap(itemsOf),
    sources: sources(agencies),
  };
}

/** An agency with valid codes; `index` and `salt` make its organisation code. */
export function makeAgency(
  division: (typeof DIVISIONS)[number],
  department: { id: string; name: string; en: string },
  index: number,
  duty: CastAgency['duty'],
  salt: number,
): CastAgency {
  const organisation = makeOrganisationCode(`${salt}${String(index).padStart(5, '0')}`);
  return {
    uscc: makeCreditCode(`11${division.code.padEnd(6, '0')}${organisation}`),
    name: `${division.name}${department.name}`,
    nameEn: `${division.en} ${department.en}`,
    division: division.code,
    department: department.id,
    level: division.code.length === 4 ? 2 : 3,
    duty,
    reportsTo: null,
    from: '2019-01-01',
    to: null,
  };
}

/** The items of an agency: one of each template. */
export function itemsOf(agency: CastAgency): readonly CastItem[] {
  return ITEM_TEMPLATES.map((template) => item(agency, template));
}

/** The code of an agency's item: credit code, level of exercise (3 city, 4 county), basic code. */
export function itemCode(
  agencyOf: Pick<CastAgency, 'uscc' | 'level' | 'department'>,
  template: Pick<ItemTemplate, 'code'>,
): string {
  const department = DEPARTMENTS.find((one) => one.id === agencyOf.department);
  return `${agencyOf.uscc}${agencyOf.level + 1}150${department?.code ?? '000'}${template.code}`;
}

function item(one: CastAgency, template: ItemTemplate): CastItem {
  const steps = template.kind === 'INSTANT' ? INSTANT_STEPS : PROMISE_STEPS;
  const department = DEPARTMENTS.find((entry) => entry.id === one.department);
  return {
    code: itemCode(one, template),
    name: `${department?.name.replace(/(局|委员会)$/u, '') ?? ''}${template.name}`,
    nameEn: `${template.en} (${department?.en ?? ''})`,
    agency: one.uscc,
    itemType: template.itemType,
    kind: template.kind,
    versions: [
      {
        version: '1',
        from: '2020-01-01',
        to: null,
        promise: { amount: template.promiseWorkdays, unit: 'WORKDAY' },
        statutory: template.statutoryWorkdays === null ? null : { amount: template.statutoryWorkdays, unit: 'WORKDAY' },
        preReviewHours: null,
        deliveryWorkdays: null,
        specialKinds: template.kind === 'INSTANT' ? [] : ['HEARING', 'EXPERT_REVIEW', 'TESTING'],
        specialWorkdays: {},
        steps: steps.map((step) => ({ ...step, mandatory: true, limitWorkHours: null })),
        free: template.feeYuan === null,
        fees:
          template.feeYuan === null
            ? []
            : [{ item: FEE_ITEM, standard: template.feeYuan, basis: FEE_BASIS, reducedFor: [], reducedShare: 1 }],
        joint: template.joint,
        classified: false,
      },
    ],
  };
}

function sources(agencies: readonly CastAgency[]): readonly CastSource[] {
  const first = agencies[0];
  if (first === undefined) throw new RangeError('a cast has at least one agency');
  const base = {
    agency: first.uscc,
    division: '15',
    mustPush: true,
    registeredAt: '2024-06-01T09:00:00+08:00',
    exempt: null,
  } as const;
  return [
    {
      ...base,
      id: '115',
      name: '全区一体化政务服务平台',
      nameEn: 'Integrated government service platform',
      ownPlatform: true,
    },
    {
      ...base,
      id: '115-hrss',
      name: '人力资源和社会保障业务系统',
      nameEn: 'Human resources and social security system',
      ownPlatform: false,
    },
    {
      ...base,
      id: '115-land',
      name: '自然资源与住建审批系统',
      nameEn: 'Land and construction approval system',
      ownPlatform: false,
    },
  ];
}
