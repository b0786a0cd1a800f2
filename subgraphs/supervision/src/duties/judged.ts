import { basicItemCode } from '@gnomon/reference';
import type { Facts } from '@gnomon/rule-engine';
import { createJudgedSubjects, type JudgedSubjects, kitMetrics, type Ports } from '@gnomon/subgraph-kit';
import type { Clock, Instant } from '@gnomon/working-time';
import type { SubjectType } from '../subject-types.ts';

/** The stream in which the loop's own verdicts are told, as any domain tells its signals. */
export const LOOP_STREAM = 'loop';
/** The table of what is judged: cards, agencies' indicators, duties. */
export const DUTY_TABLE = 'duty_subject';

/** What judging deadlines needs of the ports. */
export type LoopPorts = Pick<Ports, 'database' | 'rules' | 'time' | 'log' | 'metrics'>;

const TYPES: Readonly<Record<string, SubjectType>> = {
  card: 'Card',
  'agency-indicator': 'AgencyIndicator',
  duty: 'Duty',
  'feedback-report': 'FeedbackReport',
};
/**
 * When what a card or a duty owes was over: a card at its end, with its observation, a duty when it was done. What was not a breach by then
 * is none under a version that comes into force later; `null` while something is owed.
 */
export function endOf(facts: Facts): Instant | null {
  if (typeof facts.endedAt === 'number') return facts.endedAt;
  if (facts.done !== true) return null;
  const stops = [facts.clock, facts.hours].map((clock) => (clock as Clock | undefined)?.stoppedAt ?? null);
  return stops.find((at) => at !== null) ?? null;
}

const known = new WeakMap<LoopPorts['rules'], JudgedSubjects>();

/** The judged subjects of the loop; one value for one hub. */
export function judgedOf({ database, rules, time, log, metrics }: LoopPorts): JudgedSubjects {
  let judged = known.get(rules);
  if (judged === undefined) {
    judged = createJudgedSubjects({
      ...{ database, rules, time, log, metrics: kitMetrics(metrics) },
      ...{ table: DUTY_TABLE, stream: LOOP_STREAM, domain: 'LOOP', scopeItem: basicItemCode },
      endOf,
      typeOf: (kind) => {
        const type = TYPES[kind];
        if (type === undefined) throw new Error(`deadlines: ${Object.keys(TYPES).join(', ')} are judged; ${kind} came`);
        return type;
      },
    });
    known.set(rules, judged);
  }
  return judged;
}
