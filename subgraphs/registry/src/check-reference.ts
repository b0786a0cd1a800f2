import { isCreditCode } from '@gnomon/identifiers';
import {
  HANDLING_KINDS,
  PLACE_KINDS,
  type ReferenceAgency,
  type ReferenceItem,
  type ReferenceItemVersion,
  type ReferencePlace,
  type ReferenceSource,
  SPECIAL_KINDS,
  STEP_KINDS,
} from '@gnomon/reference';
import { LIMIT_UNITS, type Limit } from '@gnomon/working-time';
import { levelOfCode } from './division-code.ts';
import { type Fault, fault } from './refused.ts';

/** What a check may ask: whether a division exists. */
export interface Known {
  readonly divisions: ReadonlySet<string>;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Everything that is wrong with an agency; empty when it may be published. */
export function agencyFaults(agency: ReferenceAgency, known: Known): readonly Fault[] {
  return [
    ...creditCodeFault('uscc', agency.uscc),
    ...nameFault(agency.name),
    ...divisionFault(agency.division, known),
    ...(agency.reportsTo === null ? [] : creditCodeFault('reportsTo', agency.reportsTo)),
    ...(agency.reportsTo === agency.uscc
      ? [fault('reportsTo', '不能是自身', 'a body other than itself was expected', agency.reportsTo)]
      : []),
    ...(agency.level === levelOfCode(agency.division)
      ? []
      : [
          fault(
            'level',
            `应与区划层级 ${levelOfCode(agency.division)} 一致`,
            `the level ${levelOfCode(agency.division)} of its division was expected`,
            agency.level,
          ),
        ]),
    ...periodFaults(agency.from, agency.to),
  ];
}

/** Everything that is wrong with a place. */
export function placeFaults(place: ReferencePlace, known: Known): readonly Fault[] {
  return [
    ...idFault(place.id, 64),
    ...nameFault(place.name),
    ...divisionFault(place.division, known),
    ...(PLACE_KINDS.includes(place.kind)
      ? []
      : [
          fault(
            'kind',
            `应为 ${PLACE_KINDS.join('、')} 之一`,
            `one of ${PLACE_KINDS.join(', ')} was expected`,
            place.kind,
          ),
        ]),
    ...(place.agency === null ? [] : creditCodeFault('agency', place.agency)),
  ];
}

/** Everything that is wrong with a source. */
export function sourceFaults(source: ReferenceSource, known: Known): readonly Fault[] {
  return [
    ...idFault(source.id, 32),
    ...nameFault(source.name),
    ...divisionFault(source.division, known),
    ...creditCodeFault('agency', source.agency),
    ...(Number.isNaN(Date.parse(source.registeredAt))
      ? [fault('registeredAt', '应为 ISO 8601 时刻', 'an ISO 8601 instant was expected', source.registeredAt)]
      : []),
    ...(source.exempt === null
      ? []
      : [
          ...(source.exempt.document === ''
            ? [fault('exempt.document', '应有文号', 'a document was expected', '')]
            : []),
          ...periodFaults(source.exempt.from, source.exempt.to),
        ]),
  ];
}

/** Everything that is wrong with a service item. */
export function itemFaults(item: ReferenceItem): readonly Fault[] {
  return [
    ...itemCodeFaults(item),
    ...nameFault(item.name),
    ...(item.agency === null ? [] : creditCodeFault('agency', item.agency)),
    ...(/^\d{2}$/.test(item.itemType)
      ? []
      : [fault('itemType', '应为两位数字', 'two digits were expected (GB/T 39046 A.1)', item.itemType)]),
    ...(HANDLING_KINDS.includes(item.kind)
      ? []
      : [
          fault(
            'kind',
            `应为 ${HANDLING_KINDS.join('、')} 之一`,
            `one of ${HANDLING_KINDS.join(', ')} was expected`,
            item.kind,
          ),
        ]),
    ...(item.versions.length > 0
      ? []
      : [fault('versions', '至少应有一个版本', 'at least one version was expected', item.versions)]),
    ...item.versions.flatMap((version, index) => versionFaults(version, `versions[${index}]`)),
    ...overlapFaults(item.versions),
  ];
}

function itemCodeFaults({ code, agency }: ReferenceItem): readonly Fault[] {
  if (/^[0-9A-Z]{12}$/.test(code)) return [];
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9A-Z]{12}$/.test(code)) {
    return [
      fault(
        'code',
        '应为 12 位基本编码或 31 位实施编码',
        'a basic code of 12 or an implementation code of 31 characters was expected',
        code,
      ),
    ];
  }
  if (agency !== null && !code.startsWith(agency)) {
    return [
      fault(
        'code',
        '实施编码前 18 位应为实施机构代码',
        `the first 18 characters were expected to be the agency ${agency}`,
        code,
      ),
    ];
  }
  return creditCodeFault('code', code.slice(0, 18));
}

function versionFaults(version: ReferenceItemVersion, at: string): readonly Fault[] {
  const { promise, statutory } = version;
  return [
    ...(version.version === '' ? [fault(`${at}.version`, '应有版本号', 'a version was expected', '')] : []),
    ...periodFaults(version.from, version.to, at),
    ...limitFaults(promise, `${at}.promise`),
    ...(statutory === null ? [] : limitFaults(statutory, `${at}.statutory`)),
    ...(statutory !== null && statutory.unit === promise.unit && promise.amount > statutory.amount
      ? [
          fault(
            `${at}.promise`,
            `不得长于法定时限 ${statutory.amount}`,
            `at most the statutory limit of ${statutory.amount} was expected`,
            promise.amount,
          ),
        ]
      : []),
    ...positiveFault(version.preReviewHours, `${at}.preReviewHours`),
    ...positiveFault(version.deliveryWorkdays, `${at}.deliveryWorkdays`),
    ...version.specialKinds
      .filter((kind) => !SPECIAL_KINDS.includes(kind))
      .map((kind) => fault(`${at}.specialKinds`, '类别未知', 'a known kind was expected', kind)),
    ...version.steps.flatMap((step, index) => [
      ...(step.name === '' ? [fault(`${at}.steps[${index}].name`, '应有名称', 'a name was expected', '')] : []),
      ...(STEP_KINDS.includes(step.kind)
        ? []
        : [fault(`${at}.steps[${index}].kind`, '类别未知', 'a known kind was expected', step.kind)]),
      ...positiveFault(step.limitWorkHours, `${at}.steps[${index}].limitWorkHours`),
    ]),
    ...(version.free && version.fees.some((fee) => fee.standard !== 0)
      ? [fault(`${at}.fees`, '免费事项不得列收费', 'no fee was expected for an item that is free', version.fees.length)]
      : []),
    ...version.fees.flatMap((fee, index) => [
      ...positiveFault(fee.standard, `${at}.fees[${index}].standard`),
      ...(fee.reducedShare >= 0 && fee.reducedShare <= 1
        ? []
        : [
            fault(
              `${at}.fees[${index}].reducedShare`,
              '应在 0 与 1 之间',
              'a share from 0 to 1 was expected',
              fee.reducedShare,
            ),
          ]),
    ]),
  ];
}

function overlapFaults(versions: readonly ReferenceItemVersion[]): readonly Fault[] {
  return versions.slice(1).flatMap((version, index) => {
    const before = versions[index]!;
    if (before.to !== null && before.to < version.from) return [];
    return [
      fault(
        `versions[${index + 1}].from`,
        `应晚于上一版本失效日期 ${before.to ?? '（未设）'}`,
        `a day after the end of the version before (${before.to ?? 'not set'}) was expected`,
        version.from,
      ),
    ];
  });
}

function limitFaults(limit: Limit, at: string): readonly Fault[] {
  if (!LIMIT_UNITS.includes(limit.unit))
    return [
      fault(
        at,
        `单位应为 ${LIMIT_UNITS.join('、')} 之一`,
        `one of the units ${LIMIT_UNITS.join(', ')} was expected`,
        limit.unit,
      ),
    ];
  const whole = limit.unit === 'WORK_HOUR' || limit.unit === 'HOUR' || Number.isInteger(limit.amount);
  if (whole && limit.amount >= 0 && limit.amount <= 3660) return [];
  return [
    fault(
      at,
      '数量应为 0 至 3660，天与月须为整数',
      'an amount from 0 to 3,660 was expected, whole for days and months',
      limit.amount,
    ),
  ];
}

function periodFaults(from: string | null, to: string | null, at = ''): readonly Fault[] {
  const prefix = at === '' ? '' : `${at}.`;
  const bad = (['from', 'to'] as const).flatMap((name) => {
    const value = name === 'from' ? from : to;
    return value === null || (DATE.test(value) && !Number.isNaN(Date.parse(value)))
      ? []
      : [fault(`${prefix}${name}`, '应为 YYYY-MM-DD 日期', 'a date YYYY-MM-DD was expected', value)];
  });
  if (bad.length > 0 || from === null || to === null || from <= to) return bad;
  return [fault(`${prefix}to`, `不得早于 ${from}`, `a day not before ${from} was expected`, to)];
}

function creditCodeFault(field: string, code: string): readonly Fault[] {
  return isCreditCode(code)
    ? []
    : [
        fault(
          field,
          '统一社会信用代码校验未通过，请核对 18 位代码',
          'a valid unified social credit code of 18 characters was expected (GB 32100-2015)',
          code,
        ),
      ];
}

function nameFault(name: string): readonly Fault[] {
  return name.trim() !== '' && name.length <= 1000
    ? []
    : [fault('name', '应为 1 至 1000 字', 'a name of 1 to 1,000 characters was expected', name)];
}

function idFault(id: string, maximum: number): readonly Fault[] {
  return /^[\w.-]+$/.test(id) && id.length <= maximum
    ? []
    : [
        fault(
          'id',
          `应为 1 至 ${maximum} 位字母、数字、点、下划线或连字符`,
          `1 to ${maximum} letters, digits, dots, underscores or hyphens were expected`,
          id,
        ),
      ];
}

function divisionFault(division: string, known: Known): readonly Fault[] {
  return known.divisions.has(division)
    ? []
    : [fault('division', '不在区划表中', 'a code of the division table was expected', division)];
}

function positiveFault(value: number | null, at: string): readonly Fault[] {
  return value === null || (Number.isFinite(value) && value >= 0)
    ? []
    : [fault(at, '不得为负', 'a number of at least 0 was expected', value)];
}
