import type { Receipt } from '@gnomon/rule-engine';
import { advance } from '@gnomon/subgraph-kit';
import { openClock } from '@gnomon/working-time';
import { publishedRules } from '../matters.ts';
import { AGENCY } from './people.ts';

/*
 * Receipts of a real judgement: a promise of five working days that ran out, yellow at first and red later. A signal of the walk may carry one; what
 * supervision asks of it (did time alone turn it?) does not depend on whose it was.
 */

const { pack, calendar } = publishedRules();
const START = Date.parse('2024-09-23T09:00:00+08:00');

const { signals } = advance({
  ...{ pack, calendar, previous: null, until: START + 40 * 86_400_000 },
  scope: { division: '150105', agency: AGENCY, department: '', item: '' },
  subject: {
    ...{ domain: 'WORK_ITEM', kind: 'work-item', type: 'WorkItem', id: 'r', agency: AGENCY, division: '150105' },
    ...{ item: null, source: '115' },
  },
  arrival: {
    facts: {
      ...{ kind: 'PROMISE', open: true, accepted: true, hasStatutory: false },
      promise: openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start: START }),
    },
    at: START,
  },
});

/** The receipt with which a limit ran out, by level. */
export function receiptOf(level: 'YELLOW' | 'RED'): Receipt {
  return signals.find((signal) => signal.rule === 'WI-03' && signal.level === level)!.receipt!;
}
