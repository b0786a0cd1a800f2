import type { Clock, Instant, WorkCalendar } from '@gnomon/working-time';

export const LEVELS = ['NONE', 'UNKNOWN', 'WARNING', 'YELLOW', 'RED'] as const;
/** 判定: `UNKNOWN` is a missing fact and is never green; order of severity is WARNING < YELLOW < RED. */
export type Level = (typeof LEVELS)[number];
export const RUNGS = ['warning', 'yellow', 'red'] as const;
export type Rung = (typeof RUNGS)[number];

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Value of one fact. `undefined` (or an absent key) is unknown. Instants are integers of milliseconds. */
export type FactValue = boolean | number | string | Clock | readonly string[] | readonly FactRecord[] | FactRecord;
export interface FactRecord {
  readonly [name: string]: FactValue | undefined;
}
/** The facts of one subject; the names are those of the subject kind's dictionary. */
export type Facts = FactRecord;

/** Where a subject stands, for layers (Art. 12) and exemptions. All by code. */
export interface SubjectScope {
  /** Statistical division code without trailing zeros, for example `150121`. */
  readonly division: string;
  /** Unified social credit code of the implementing agency. */
  readonly agency: string;
  /** Department line, for example `natural-resources`; empty when not known. */
  readonly department: string;
  /** Item code (basic code, 12 characters) or empty. */
  readonly item: string;
}

/** The verdict of one rule part on one subject and occurrence at one instant. */
export interface Verdict {
  readonly rule: string;
  readonly occurrence: string;
  readonly level: Level;
  /** First instant at which the level could change by time alone; `Infinity` when none. */
  readonly until: Instant;
  /** Names of the facts that were missing for a rung that could not be decided. */
  readonly missing: readonly string[];
}

export interface SubjectVerdicts {
  /** Every verdict whose level is not NONE, after layers, exemptions and precedence; sorted by rule, then occurrence. */
  readonly verdicts: readonly Verdict[];
  /** Earliest `until` of all rules in scope, also of those whose level is NONE. */
  readonly until: Instant;
  /** Counter of rules that applied, for tallies: rule id → level of its highest occurrence (NONE included). */
  readonly levels: ReadonlyMap<string, Level>;
}

/** One rule of a pack as people read it. */
export interface PublishedRule {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
  readonly article: string;
  readonly domain: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly basis: readonly { readonly kind: 'LAW' | 'STANDARD' | 'PRACTICE' | 'DEFAULT'; readonly text: Bilingual }[];
  readonly subjects: readonly string[];
  readonly parameters: readonly PublishedParameter[];
  readonly issue: Readonly<Partial<Record<Rung, 'AUTO' | 'CONFIRM'>>>;
  /** Sentences generated from the checked expressions, one for each part and rung. */
  readonly sentences: readonly { readonly subject: string; readonly rung: Rung; readonly text: Bilingual }[];
  readonly yieldsTo: readonly string[];
  readonly source: string;
  readonly path: string;
}
export interface PublishedParameter {
  readonly name: string;
  readonly value: number | string | boolean | readonly string[];
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The direction in which an overlay may move it; `null` when it may not. */
  readonly tighten: 'UP' | 'DOWN' | null;
  readonly note: Bilingual;
}

/** A problem of a rule file, an overlay, an exemption, a dictionary: said once, with the place and the remedy. */
export interface RuleProblem {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: Bilingual;
  readonly remedy: Bilingual;
}

/** A text file of the rules folder: `path` is relative to it, with forward slashes. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** An immutable, checked and compiled set of rules. */
export interface Pack {
  /** SHA-256 (hex) of the canonical JSON of all rule, overlay, exemption and dictionary files. */
  readonly hash: string;
  readonly rules: ReadonlyMap<string, PublishedRule>;
  /** Subject kinds for which the pack holds rules. */
  readonly subjects: readonly string[];
  readonly files: readonly RuleFile[];
  /** Overlays and exemptions as published, for "the rules that apply to me on day d". */
  readonly overlays: readonly PublishedOverlay[];
  readonly exemptions: readonly PublishedExemption[];
  /**
   * Judges every rule of the subject kind: law 1, a pure function.
   * @throws {UnknownSubjectKind} when the pack holds no dictionary of that name.
   */
  judgeSubject(kind: string, facts: Facts, scope: SubjectScope, calendar: WorkCalendar, now: Instant): SubjectVerdicts;
  /** One rule alone, all occurrences (NONE included), without precedence: for receipts, benches and what-if. */
  judgeRule(
    rule: string,
    kind: string,
    facts: Facts,
    scope: SubjectScope,
    calendar: WorkCalendar,
    now: Instant,
  ): readonly Verdict[];
  /**
   * The instant at which the present level of a rule's occurrence began, under these facts: the start of the
   * time segment that holds `now`. A rule that does not depend on time gives `origin`.
   */
  turnedAt(
    rule: string,
    kind: string,
    occurrence: string,
    facts: Facts,
    scope: SubjectScope,
    calendar: WorkCalendar,
    now: Instant,
    origin: Instant,
  ): Instant;
  /** Why: the rung's sentence with the numbers that decided it, in both languages. Slow path. */
  explain(
    rule: string,
    kind: string,
    occurrence: string,
    facts: Facts,
    scope: SubjectScope,
    calendar: WorkCalendar,
    now: Instant,
  ): Explanation;
}
export interface Explanation {
  readonly level: Level;
  readonly message: Bilingual;
  readonly sentence: Bilingual;
  readonly quantities: readonly { readonly expression: string; readonly value: string }[];
  readonly parameters: Readonly<Record<string, number | string | boolean | readonly string[]>>;
}
export interface PublishedOverlay {
  readonly id: string;
  readonly rule: string;
  readonly issuer: Bilingual;
  readonly document: string;
  readonly division: string | null;
  readonly department: string | null;
  readonly from: string;
  readonly to: string | null;
  readonly source: string;
}
export interface PublishedExemption {
  readonly id: string;
  readonly rules: readonly string[];
  readonly document: string;
  readonly reason: Bilingual;
  readonly division: string | null;
  readonly agency: string | null;
  readonly from: Instant;
  readonly to: Instant;
  readonly source: string;
}

/**
 * Everything needed to compute a verdict again (卡证). Canonical JSON (RFC 8785) of this is the receipt;
 * its SHA-256 is the receipt's hash.
 */
export interface Receipt {
  readonly format: 'gnomon-receipt/1';
  readonly rule: string;
  readonly ruleVersion: string;
  readonly ruleHash: string;
  readonly packHash: string;
  readonly calendarHash: string;
  readonly subjectKind: string;
  readonly subject: string;
  readonly occurrence: string;
  readonly scope: SubjectScope;
  readonly facts: Facts;
  /** Where the facts came from: rows by guid, version and content hash. */
  readonly sources: readonly {
    readonly table: string;
    readonly row: string;
    readonly version: number;
    readonly hash: string;
  }[];
  readonly level: Level;
  /** ISO 8601 with milliseconds, UTC. */
  readonly turnedAt: string;
  readonly knownAt: string;
  readonly parameters: Readonly<Record<string, number | string | boolean | readonly string[]>>;
  readonly message: Bilingual;
  /** Absent for what was judged; present when this says what would have been judged under claimed facts. */
  readonly counterfactual?: Counterfactual;
}
/** That a receipt is a counterfactual (反事实卡证): of which receipt, and which facts were replaced by what was claimed. */
export interface Counterfactual {
  /** Hash of the receipt as it was judged. */
  readonly of: string;
  readonly replaced: readonly ReplacedFact[];
}
/** A fact that somebody contests, with both values. */
export interface ReplacedFact {
  /** `[fact]`, or `[list, element id, field]`. */
  readonly path: readonly string[];
  /** The value as it was judged; `null` when it was not known. */
  readonly judged: FactValue | null;
  /** What was claimed, as it was said: a plain value, an instant as ISO text, or parts of a clock. */
  readonly claimed: JsonValue;
}
/** Plain JSON. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
/** A receipt with the texts its hashes name, so that a program without any server can recompute it. */
export interface ReceiptEnvelope {
  readonly receipt: Receipt;
  readonly hash: string;
  readonly files: readonly RuleFile[];
  readonly calendar: import('@gnomon/working-time').CalendarData;
}
