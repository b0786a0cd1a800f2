import {
  type Bilingual,
  type Facts,
  type Level,
  makeReceipt,
  packAt,
  type Receipt,
  type Rung,
  type SubjectScope,
  type Verdict,
} from '@gnomon/rule-engine';
import type { Instant } from '@gnomon/working-time';
import type { AdvanceInput } from './advance.ts';
import { type FallReason, SEVERITY, type Signal, type SignalKind, signalId } from './signal.ts';
import type { FactSource } from './subject-state.ts';

/** One difference between what stood and what holds. */
export interface SignalCause {
  readonly kind: SignalKind;
  readonly reason: FallReason | null;
  readonly before: Level;
  readonly verdict: Pick<Verdict, 'rule' | 'occurrence' | 'level' | 'missing'>;
  readonly turnedAt: Instant;
  readonly at: Instant;
}

/** The same rows make the same bytes, in whatever order they came. */
const bySource = (a: FactSource, b: FactSource): number =>
  compare(a.table, b.table) || compare(a.row, b.row) || a.version - b.version;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The signal of a difference, complete as it goes into the feed. Pure. */
export function composeSignal(
  input: AdvanceInput,
  facts: Facts,
  scope: SubjectScope,
  cause: SignalCause,
  n: number,
): Signal {
  const { subject } = input;
  const { verdict } = cause;
  // The version in force when it turned, not the one in force when it became known.
  const pack = packAt(input.pack, cause.turnedAt);
  const rule = pack.rules.get(verdict.rule);
  const receipt =
    cause.kind === 'ROSE' && SEVERITY[verdict.level] >= SEVERITY.WARNING ? receiptOf(input, facts, scope, cause) : null;
  const signal = {
    kind: cause.kind,
    reason: cause.reason,
    domain: rule?.domain || subject.domain,
    rule: verdict.rule,
    ruleVersion: rule?.version ?? '',
    subjectKind: subject.kind,
    subjectType: subject.type,
    subject: subject.id,
    occurrence: verdict.occurrence,
    level: verdict.level,
    previousLevel: cause.before,
    turnedAt: isoInstant(cause.turnedAt),
    knownAt: isoInstant(cause.at),
    agency: subject.agency,
    division: subject.division,
    item: subject.item,
    source: subject.source,
    issue: rule?.issue[rungOf(verdict.level)] ?? 'AUTO',
    message: receipt?.message ?? plainMessage(cause, rule?.title ?? { zh: verdict.rule, en: verdict.rule }),
    receipt,
    n,
  } satisfies Omit<Signal, 'id'>;
  return { id: signalId(signal), ...signal };
}

function receiptOf(
  input: AdvanceInput,
  facts: Facts,
  scope: SubjectScope,
  { verdict, turnedAt, at: knownAt }: SignalCause,
): Receipt {
  const { calendar, subject, receipts = makeReceipt } = input;
  return receipts({
    pack: packAt(input.pack, turnedAt),
    calendar,
    rule: verdict.rule,
    kind: subject.kind,
    subject: subject.id,
    occurrence: verdict.occurrence,
    facts,
    scope,
    sources: (input.sources?.() ?? []).toSorted(bySource),
    turnedAt,
    knownAt,
  });
}

function plainMessage(cause: SignalCause, title: Bilingual): Bilingual {
  const missing = cause.verdict.missing;
  if (cause.verdict.level === 'UNKNOWN') {
    return {
      zh: `${title.zh}：无法判定，缺少${missing.join('、')}`,
      en: `${title.en}: cannot be judged, missing ${missing.join(', ')}`,
    };
  }
  if (cause.kind === 'CORRECTED') {
    return {
      zh: `${title.zh}：更正，依新到数据该情形当时并未成立`,
      en: `${title.en}: corrected; under the data known now it had not come about`,
    };
  }
  if (cause.reason === 'YIELDED') {
    return {
      zh: `${title.zh}：由优先规则处理，不重复计`,
      en: `${title.en}: taken by a rule with precedence, not counted twice`,
    };
  }
  if (cause.reason === 'RULE_ENDED')
    return { zh: `${title.zh}：规则已不再施行`, en: `${title.en}: the rule is no longer in force` };
  if (cause.reason === 'KNOWN')
    return { zh: `${title.zh}：所缺数据已到，已可判定`, en: `${title.en}: the missing data came, it is decided` };
  return { zh: `${title.zh}：该情形已结束`, en: `${title.en}: it has ended` };
}

function rungOf(level: Level): Rung {
  if (level === 'RED') return 'red';
  return level === 'YELLOW' ? 'yellow' : 'warning';
}

/** ISO 8601, UTC, with milliseconds. */
function isoInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}
