import { basicItemCode } from '@gnomon/reference';
import type { Facts, Level } from '@gnomon/rule-engine';
import { makeReceipt } from '@gnomon/rule-engine';
import type { RulesInForce, Transaction } from '@gnomon/subgraph-kit';
import type { Outcome } from './outcomes.ts';
import { rebasedFacts } from './rebase-clocks.ts';

/** An aggregate with the facts that it was judged on last. */
export interface KeptAggregate {
  readonly kind: string;
  readonly id: string;
  readonly type: string;
  readonly division: string;
  readonly agency: string;
  readonly department: string;
  readonly item: string | null;
  readonly facts: Facts;
  readonly judged_at: number;
}

const LOOKS_BACK_MS = 400 * 86_400_000;
const SHOWN: readonly Level[] = ['WARNING', 'YELLOW', 'RED'];

/**
 * What stands of an aggregate under given rules, judged on its last facts: months, days, windows are counted from records and not from
 * rows, so that their way there is not gone again. A level that no time turned is dated by the last judgement.
 */
export function aggregateOutcomes(aggregate: KeptAggregate, rules: RulesInForce, now: number): readonly Outcome[] {
  const { kind, id, type, facts, division, agency, department, item } = aggregate;
  const scope = { division, agency, department, item: basicItemCode(item ?? '') };
  const calendar = rules.calendarFor(division);
  const { pack } = rules;
  return pack.judgeSubject(kind, facts, scope, calendar, now).verdicts.flatMap(({ rule, occurrence, level }) => {
    if (!SHOWN.includes(level)) return [];
    const origin = aggregate.judged_at - LOOKS_BACK_MS;
    const turned = pack.turnedAt(rule, kind, occurrence, facts, scope, calendar, now, origin);
    const turnedAt = turned <= origin ? aggregate.judged_at : turned;
    const subject = { pack, calendar, rule, kind, subject: id, occurrence, facts, scope, sources: [] };
    const receipt = makeReceipt({ ...subject, turnedAt, knownAt: Math.max(turnedAt, aggregate.judged_at) });
    return [
      {
        rule,
        occurrence,
        subjectType: type,
        subjectKind: kind,
        subject: id,
        agency,
        division,
        level,
        receipt,
        turnedAt: new Date(turnedAt).toISOString(),
      },
    ];
  });
}

/** An aggregate with its clocks opened anew under the calendar of other rules than those under which its facts were made. */
export function aggregateUnder(aggregate: KeptAggregate, present: RulesInForce, side: RulesInForce): KeptAggregate {
  const { division, facts } = aggregate;
  return { ...aggregate, facts: rebasedFacts(facts, present.calendarFor(division), side.calendarFor(division)) };
}

/** The aggregates of a domain of records that were judged in a period. */
export async function keptAggregates(
  tx: Transaction,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<readonly KeptAggregate[]> {
  return tx<KeptAggregate[]>`/* keptAggregates */
    select kind, id, type, division, agency, department, item, facts, judged_to as judged_at from subject
    where record is null and judged_to >= ${new Date(from).toISOString()}::timestamptz and judged_to <= ${new Date(until).toISOString()}::timestamptz
    order by lane, kind, id`;
}
