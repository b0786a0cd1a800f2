import type { Bilingual } from '@gnomon/rule-engine';
import type { Instant } from '@gnomon/working-time';

/** What the hub can be blind by. */
export const ALARM_KINDS = [
  'EXPECTATION_MISSING',
  'EXPECTATION_INCOMPLETE',
  'PACK_REFUSED',
  'PACKS_DIFFER',
  'RULE_MISSING',
  'RULE_DIFFERS',
  'RULE_UNEXPECTED',
  'RULE_NEVER_RAN',
  'KIND_ABSENT',
  'FILE_DIFFERS',
  'CALENDAR_DIFFERS',
  'CALENDAR_ENDS_SOON',
  'OFFICE_HOURS_DIFFER',
  'SUBGRAPH_SILENT',
  'PART_MISSING',
  'PART_FAILING',
  'PART_HANGS',
  'TIMERS_LAG',
  'RELAY_STANDS',
  'FOLLOWER_STANDS',
  'HISTORY_HELD',
  'WATCH_INTERRUPTED',
  'SUBJECTS_REST',
  'TALLIES_STAND',
  'NOTICES_LATE',
  'LOG_HEADS_STAND',
  'CLOCK_SKEW',
  'SOURCE_SILENT',
  'AGENCY_SILENT',
  'SOURCE_UNKNOWN',
  'REFUSALS_RISE',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** Something that ought not to be so. It becomes an alarm when it has held for as long as it says. */
export interface Finding {
  /** Names the same thing as long as it lasts; the kind is its first part. */
  readonly key: string;
  readonly kind: AlarmKind;
  /** The thing: a rule, a file, a part, a source. */
  readonly about: string;
  /** For how long it must hold before it is an alarm, in milliseconds; 0 = at once. */
  readonly forMs: number;
  /** Since when it is so; absent where the hub only knows when it found it. */
  readonly since?: Instant;
  /** Whose source it is about; absent where it is the hub's own matter. */
  readonly source?: { readonly id: string; readonly division: string; readonly agency: string };
  readonly what: Bilingual;
  readonly expected: Bilingual;
  readonly remedy: Bilingual;
}

/** A finding from its kind, its thing and what is to be said of it. */
export function finding(
  kind: AlarmKind,
  about: string,
  said: Pick<Finding, 'what' | 'expected' | 'remedy'> & Partial<Finding>,
): Finding {
  return { kind, about, key: `${kind} ${about}`, forMs: 0, ...said };
}

/** A text in both languages. */
export function both(zh: string, en: string): Bilingual {
  return { zh, en };
}

/** Something runs that the record does not name. */
export function incomplete(place: string): Finding {
  return finding('EXPECTATION_INCOMPLETE', place, {
    what: both(
      `清单未载明 ${place}，它消失时无人知道`,
      `the record does not name ${place}; nobody would notice if it were gone`,
    ),
    expected: both('清单载明每个子图及其后台部件', 'every subgraph, every part of it and every follower on record'),
    remedy: both('请在 rules/expected.yaml 中补上', 'add it to rules/expected.yaml'),
  });
}
