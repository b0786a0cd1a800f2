import type { Limit } from '@gnomon/working-time';

/** The feed stream on which the registry publishes reference data; followers keep their own copy. */
export const REFERENCE_STREAM = 'registry';

/** Entry types of the stream `registry`; the payload of each is the whole published object, never a difference. */
export const REFERENCE_TYPES = ['agency', 'place', 'service-item', 'source'] as const;
export type ReferenceType = (typeof REFERENCE_TYPES)[number];

/** Administrative levels: 1 region 自治区, 2 league or city 盟市, 3 banner or county 旗县, 4 town 苏木乡镇, 5 village 嘎查村. */
export const DIVISION_LEVELS = [1, 2, 3, 4, 5] as const;
export type DivisionLevel = (typeof DIVISION_LEVELS)[number];

/**
 * `IMPLEMENTING` 实施机构 handles items, `SUPERVISING` 监督主体 is a government service management body,
 * `BOTH` does both (an 行政审批政务服务局 issues permits itself).
 */
export const AGENCY_DUTIES = ['IMPLEMENTING', 'SUPERVISING', 'BOTH'] as const;
export type AgencyDuty = (typeof AGENCY_DUTIES)[number];

/** An agency (机构). Entry type `agency`, key = `uscc`. */
export interface ReferenceAgency {
  /** Unified social credit code, 18 characters (GB 32100-2015). */
  readonly uscc: string;
  /** Official Chinese name. */
  readonly name: string;
  readonly nameEn: string | null;
  /** Division code without trailing zeros, for example `150105`. */
  readonly division: string;
  /** Department line, for example `natural-resources`; empty when not known. */
  readonly department: string;
  readonly level: DivisionLevel;
  readonly duty: AgencyDuty;
  /**
   * Credit code of the body it reports to. It is a field of its own because the reporting line can differ from the
   * code tree (Manzhouli 150781, Erenhot 152501); `null` when none is recorded.
   */
  readonly reportsTo: string | null;
  /** ISO date from which it exists, and the last day on which it does; `null` = open. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Kinds of places: centre, departmental sub-centre, convenience centre and station, terminal, site, app. */
export const PLACE_KINDS = [
  'CENTRE',
  'SUB_CENTRE',
  'TOWN_CENTRE',
  'VILLAGE_STATION',
  'TERMINAL',
  'SITE',
  'APP',
] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];

/** A place where services are given (政务服务场所). Entry type `place`, key = `id`. */
export interface ReferencePlace {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly kind: PlaceKind;
  readonly division: string;
  /** Credit code of the agency that runs it. */
  readonly agency: string | null;
  readonly address: string | null;
  /** Id of the calendar overlay that sets its own office hours, or `null` for those of its division. */
  readonly calendar: string | null;
}

/** Handling kinds (GB/T 39046 A.6): instant 即办件, promise 承诺件, other. */
export const HANDLING_KINDS = ['INSTANT', 'PROMISE', 'OTHER'] as const;
export type HandlingKind = (typeof HANDLING_KINDS)[number];

/** Procedures whose days do not count (Administrative Licensing Law Art. 45), when the item lists them. */
export const SPECIAL_KINDS = [
  'HEARING',
  'TENDER',
  'AUCTION',
  'INSPECTION',
  'TESTING',
  'QUARANTINE',
  'APPRAISAL',
  'EXPERT_REVIEW',
  'OTHER',
] as const;
export type SpecialKind = (typeof SPECIAL_KINDS)[number];

export const STEP_KINDS = ['SUBMIT', 'ACCEPT', 'REVIEW', 'DECIDE', 'CERTIFY', 'FINISH', 'OTHER'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** One step of an item's published flow, in the order in which it is done. */
export interface ReferenceStep {
  readonly name: string;
  readonly kind: StepKind;
  readonly mandatory: boolean;
  /** Office hours allowed; `null` means that the item publishes none and the rule's default share holds. */
  readonly limitWorkHours: number | null;
}

/** A fee that the item's published list allows. */
export interface ReferenceFee {
  /** Fee item code or name as in the fee catalogue. */
  readonly item: string;
  /** Standard in yuan for one payment; `null` where the list names no fixed amount. */
  readonly standard: number | null;
  readonly basis: string | null;
  /** Applicant kinds (GB/T 39046 A.4: `1` person … `6` other) for whom a reduction or waiver is due. */
  readonly reducedFor: readonly string[];
  /** Share of the standard that remains for those, 0 to 1. */
  readonly reducedShare: number;
}

/** One published version of an item; limits are frozen on a work item by the version in force when it was accepted. */
export interface ReferenceItemVersion {
  readonly version: string;
  /** First day in force, ISO date. */
  readonly from: string;
  /** Last day in force, ISO date; `null` = until further notice. */
  readonly to: string | null;
  readonly promise: Limit;
  /** `null` where no law sets a limit. */
  readonly statutory: Limit | null;
  /** Office hours for the pre-review of an online application; `null` = the default of the rules. */
  readonly preReviewHours: number | null;
  /** Working days from the decision to delivery; `null` = the statutory ten. */
  readonly deliveryWorkdays: number | null;
  readonly specialKinds: readonly SpecialKind[];
  /** Own limits of listed special procedures in working days, where published. */
  readonly specialWorkdays: Readonly<Partial<Record<SpecialKind, number>>>;
  readonly steps: readonly ReferenceStep[];
  /** True when the item is published as free of charge. */
  readonly free: boolean;
  readonly fees: readonly ReferenceFee[];
  /** Handled jointly by several agencies (联办). */
  readonly joint: boolean;
  /** Classified: its work items are outside the hub (DP-15). */
  readonly classified: boolean;
}

/** A service item (政务服务事项). Entry type `service-item`, key = `code`. */
export interface ReferenceItem {
  /** Basic code (12 characters) or implementation code (31: credit code, level, basic code). */
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** Credit code of the implementing agency; `null` for an item of the catalogue. */
  readonly agency: string | null;
  /** Item type code of GB/T 39046 A.1, for example `01` permission. */
  readonly itemType: string;
  readonly kind: HandlingKind;
  /** Oldest first; periods do not overlap. */
  readonly versions: readonly ReferenceItemVersion[];
}

/** A source system (数源). Entry type `source`, key = `id`. */
export interface ReferenceSource {
  /** At most 32 characters, for example `115` or `115-hrss`. */
  readonly id: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** Credit code of the agency that runs it. */
  readonly agency: string;
  readonly division: string;
  /** True for the integrated platform of the region, which pushes within two working hours; false for every other system, which pushes by the end of the next working day (Measures Art. 7(1), DP-01). */
  readonly ownPlatform: boolean;
  readonly mustPush: boolean;
  /** ISO 8601 instant of its registration. */
  readonly registeredAt: string;
  /** A recorded exemption from pushing, with its document; `null` = none. */
  readonly exempt: { readonly document: string; readonly from: string; readonly to: string | null } | null;
}

/** The payload type of each entry type. */
export interface ReferencePayloads {
  readonly agency: ReferenceAgency;
  readonly place: ReferencePlace;
  readonly 'service-item': ReferenceItem;
  readonly source: ReferenceSource;
}

/** The basic code (12 characters) inside any item code; the code itself when it is no implementation code. */
export function basicItemCode(code: string): string {
  return code.length >= 31 ? code.slice(19, 31) : code;
}

/** The version of an item in force on an ISO date (China), or `undefined` when none was. */
export function itemVersionOn(item: ReferenceItem, date: string): ReferenceItemVersion | undefined {
  return item.versions.findLast((version) => version.from <= date && (version.to === null || date <= version.to));
}
