import type { ReferenceAgency, ReferenceItem, ReferenceSource } from '@gnomon/reference';
import type { Bilingual, Facts } from '@gnomon/rule-engine';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import type { Instant, WorkCalendar } from '@gnomon/working-time';

/*
 * What a domain of records says of itself; this package does the rest:
 *
 *   rows ─► read by the tables' dictionary ─► placed in records ─► every version kept
 *                                                    │ derive (pure, the domain's own)
 *                  milestones of other domains ─────►│
 *                                                    ▼
 *                  subjects judged (signals, timers, tallies) · marks counted by aggregates · milestones told
 *
 * One chunk is one transaction (law 5). Nothing in here knows what the records are about.
 */

/** How a column is read. `code` values are looked up in the list named by `list`, inside the row's own code system. */
export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'time' | 'number' | 'flag' | 'code';
  /** Widest value in characters (UTF-16 units); a longer one is refused. */
  readonly width: number;
  /** An empty value is a defect of the row (`missing`), not a refusal. */
  readonly mandatory: boolean;
  readonly list?: string;
  /** The value goes into the record's document, from which facts are derived. Times, numbers, flags and codes always do. */
  readonly kept?: boolean;
  /** Personal data: stays in the row log and is masked wherever it is shown; never kept. */
  readonly personal?: boolean;
  /** Kept as a keyed hash (16 hex digits) under `<name>_key`, so that equal ones are found without knowing them. */
  readonly hashed?: boolean;
}

/** A record to which a row of a table belongs. */
export interface Placement {
  /** Kind of record, for example `licence`. */
  readonly record: string;
  /** Part of the record's document that holds the row, for example `catalogue`. */
  readonly part: string;
  /** Columns whose values make the record's number, joined by `:`. */
  readonly key: readonly string[];
  /** True: the record's id is `<source>:<number>`; false: the number alone is unique over all sources. */
  readonly bySource: boolean;
  /** The row makes the record. Rows of a record that nothing has opened wait for it (set aside). */
  readonly opens: boolean;
  /** A row whose key columns are empty is not placed here; without this it is refused. The first placement may not be optional. */
  readonly optional?: boolean;
}

/** A table that sources push, or the milestones of another domain, read the same way. */
export interface Table {
  readonly title: Bilingual;
  /** In the order in which content hashes are computed: never reorder, append. */
  readonly columns: readonly Column[];
  readonly placements: readonly Placement[];
  /** Columns whose time is the event of a row, in order of preference. */
  readonly events: readonly string[];
  /** Columns without which the row is refused, beyond those that place it. */
  readonly required?: readonly string[];
  /** Its personal columns are never unmasked for an agency, whatever purpose it gives. */
  readonly hiddenFromAgency?: boolean;
}

/** A kept value: times are milliseconds, codes the hub's own words, flags booleans. */
export type KeptValue = string | number | boolean;

/** The current version of a row as its record keeps it. Short keys: stored once for every row. */
export interface KeptRow {
  /** row_guid */
  readonly g: string;
  /** Source of the row. */
  readonly s: string;
  readonly v: number;
  /** cd_time: when the source made this version. */
  readonly t: Instant;
  /** Arrival of this version; `r0`: of the first one where it is another. */
  readonly r: Instant;
  readonly r0?: Instant;
  /** Content hash, 32 hex digits. */
  readonly h: string;
  /** Deleted by its source. */
  readonly d?: true;
  /** Mandatory columns that are empty; coded values outside their list. Absent when 0. */
  readonly m?: number;
  readonly b?: number;
  /** Kept columns. */
  readonly c: Readonly<Record<string, KeptValue>>;
  /** Overtaken versions, for rules about rewriting: made at, hash, arrival, and the columns that the table keeps. */
  readonly o?: readonly {
    readonly t: Instant;
    readonly h: string;
    readonly r: Instant;
    readonly d?: true;
    readonly c?: Readonly<Record<string, KeptValue>>;
  }[];
}

/** A record's rows by part; parts without rows are absent. */
export type RecordDocument = Readonly<Record<string, readonly KeptRow[]>>;

/** What derivation may ask; all of it is given, nothing is fetched. */
export interface DeriveWorld {
  readonly rules: RulesInForce;
  /** The calendar of a division, with its overlays. */
  calendarFor(division: string): WorkCalendar;
  /** Constants of a dictionary in `rules/facts`, by subject kind. */
  constants(subject: string): Readonly<Record<string, number>>;
  agency(uscc: string): ReferenceAgency | undefined;
  item(code: string): ReferenceItem | undefined;
  source(id: string): ReferenceSource | undefined;
  /** Published objects of the domain's own (bundle lists, type registers, plans), pushed as rows of a reference table: by table and key. */
  listed(table: string, key: string): Readonly<Record<string, KeptValue>> | undefined;
  /** All of them. */
  listedAll(table: string): readonly Readonly<Record<string, KeptValue>>[];
}

/** Where a record or a subject belongs. */
export interface RecordPlace {
  /** Credit code of the agency that answers for it; '' while not known. */
  readonly agency: string;
  readonly division: string;
  readonly department: string;
  readonly item: string | null;
}

/** A subject to judge. */
export interface DerivedSubject {
  /** Kind in `rules/facts`, for example `licence`. */
  readonly kind: string;
  /** GraphQL type, for example `Licence`. */
  readonly type: string;
  /** Entity id. */
  readonly id: string;
  readonly facts: Facts;
  /** Its beginning: no level is dated earlier. */
  readonly origin: Instant;
  /** Where it is not the record's. */
  readonly place?: RecordPlace;
}

/** Something that aggregates count: `value` (default 1) of `name` at an instant. Rewritten whole whenever the record changes. */
export interface Mark {
  readonly name: string;
  readonly at: Instant;
  readonly value?: number;
  /** What it is counted under, where it is not the record's place. `group` is free: a place, a window, a channel, a licence type. */
  readonly agency?: string;
  readonly division?: string;
  readonly item?: string;
  readonly group?: string;
  /** A short text that tells equal marks apart or is counted distinct, for example a reviewer's key. */
  readonly key?: string;
}

/** What a record comes to. Pure, and free of the present: time enters only through clocks that rules ask. */
export interface DerivedRecord {
  readonly place: RecordPlace;
  /** When it counts in lists and tallies. */
  readonly listedAt: Instant;
  readonly state: string | null;
  readonly open: boolean;
  /** Other things it speaks of, for look-ups: `{ workItem: '115:1501…', project: '2026-…' }`. */
  readonly links?: Readonly<Record<string, string>>;
  readonly subjects: readonly DerivedSubject[];
  readonly marks: readonly Mark[];
  /** What other domains and supervision may know of it; told when it differs from what was told last. No personal data. */
  readonly milestone: Readonly<Record<string, KeptValue | null>> | null;
}

/** A kind of record. */
export interface RecordKind {
  readonly kind: string;
  /** `null` while the record cannot be understood, for example before it is opened. */
  derive(document: RecordDocument, id: string, world: DeriveWorld): DerivedRecord | null;
  /** Columns that are left out when the document is looked at as of an instant before them. Default: every `time` column later than it; a row whose event lies later goes whole. */
  readonly asOf?: (document: RecordDocument, instant: Instant) => RecordDocument;
}

/** Sums of marks under one key over a span. */
export interface MarkSums {
  count(name: string): number;
  sum(name: string): number;
  /** Distinct `key`s. */
  distinct(name: string): number;
  /** Most marks that one `key` has. */
  most(name: string): number;
  /** `value`s in ascending order, for medians and percentiles. */
  values(name: string): readonly number[];
}

/** What an aggregate's facts are computed from. */
export interface AggregateView {
  /** The parts of its key, in the order of `by`. */
  readonly key: readonly string[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** The instant of judgement: the end of the span, or earlier for one that is judged as it goes. */
  readonly at: Instant;
  readonly sums: MarkSums;
  /** Sums of the same marks over the `days` before `at`, for rolling limits. */
  before(days: number): Promise<MarkSums>;
  /** Sums of all marks before `at`, for stocks. */
  total(): Promise<MarkSums>;
  /** Sums of the same marks on each of the `days` civil days (UTC+8) that end with the day of `at` (for a closed span its last day), oldest first: for limits that count days. */
  daysBefore(days: number): Promise<readonly MarkSums[]>;
  /** Sums of every key that shares the given parts of `by`, itself included: peers of the same kind. */
  peers(
    sharing: readonly ('agency' | 'division' | 'item' | 'group')[],
  ): Promise<readonly { readonly key: readonly string[]; readonly sums: MarkSums }[]>;
  readonly world: DeriveWorld;
}

/** A judged aggregate: marks under one key over a span. */
export interface AggregateKind {
  /** Kind in `rules/facts`; the subject's id is `<key parts joined by :>:<span>`, for example `11150…:2026-04`. */
  readonly kind: string;
  readonly type: string;
  readonly by: readonly ('agency' | 'division' | 'item' | 'group')[];
  /** `ROLLING`: the `days` that end at each new mark, and again when a mark leaves them; its id has no span. */
  readonly span: 'DAY' | 'MONTH' | 'QUARTER' | { readonly rollingDays: number };
  /** Names of marks that make this aggregate come to be. */
  readonly counts: readonly string[];
  /** Below this count of `of` a DAY goes into its ISO week, a week into its month, and then nothing is said. */
  readonly stretch?: { readonly of: string; readonly minimum: string };
  /** True: judged at the end of each day of the span too, with what is counted so far. */
  readonly asItGoes?: boolean;
  facts(view: AggregateView): Promise<Facts | null>;
  place(view: AggregateView): RecordPlace;
}

/** A stream of milestones that this domain takes in. */
export interface FollowedMilestones {
  /** Stream, for example `work-items milestones`. */
  readonly stream: string;
  /** The table (in `tables`) by which each milestone is read as if it had been pushed. */
  readonly table: string;
  /**
   * Milestones that do not concern the domain are passed over, unless a record of theirs is there already: then the news
   * that it no longer concerns it is news.
   */
  concerns?(facts: Milestone['facts'], milestone: Milestone, world: DeriveWorld): boolean;
}

/** A milestone as an entry (type `milestones`) of a domain's stream `<name> milestones` holds it; an entry has up to 200. */
export interface Milestone {
  /** Kind of record. */
  readonly kind: string;
  readonly id: string;
  /** Instant of the arrival that brought it about. */
  readonly at: Instant;
  /** Ordinal among the record's milestones: 1, 2, 3 …; the later one replaces the earlier. */
  readonly n: number;
  readonly source: string;
  readonly agency: string;
  readonly division: string;
  readonly item: string | null;
  /** Empty: taken back, for example because its source deleted the record. */
  readonly facts: Readonly<Record<string, KeptValue | null>>;
}

/** Everything that makes a domain of records. */
export interface RecordDomain {
  /** Name of the subgraph and of its stream, for example `licences`. */
  readonly name: string;
  /** PostgreSQL schema. */
  readonly schemaName: string;
  /** Domain of its rules, for example `LICENCE`. */
  readonly domain: string;
  readonly tables: Readonly<Record<string, Table>>;
  /** Tables whose rows are published lists (`DeriveWorld.listed`): by key column. Rows of these make no record. */
  readonly lists?: Readonly<Record<string, { readonly key: readonly string[] }>>;
  readonly records: readonly RecordKind[];
  readonly aggregates: readonly AggregateKind[];
  readonly follows?: readonly FollowedMilestones[];
  /** YAML of code systems (as subgraphs/work-items/data/code-systems.yaml: `default`, `systems`). */
  readonly codeSystems: URL;
}
