import { basicItemCode } from '@gnomon/reference';
import { createJudgedSubjects, type JudgedSubjects, kitMetrics, type Ports } from '@gnomon/subgraph-kit';
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
const known = new WeakMap<LoopPorts['rules'], JudgedSubjects>();

/** The judged subjects of the loop; one value for one hub. */
export function judgedOf({ database, rules, time, log, metrics }: LoopPorts): JudgedSubjects {
  let judged = known.get(rules);
  if (judged === undefined) {
    judged = createJudgedSubjects({
      ...{ database, rules, time, log, metrics: kitMetrics(metrics) },
      ...{ table: DUTY_TABLE, stream: LOOP_STREAM, domain: 'LOOP', scopeItem: basicItemCode },
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
