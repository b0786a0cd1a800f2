import { type Clock, type Instant, openClock } from '@gnomon/working-time';
import { readingOf } from '../src/pack-reading.ts';
import type { FactRecord, FactValue } from '../src/types.ts';
import type { Named } from '../src/value-type.ts';
import { calendar, loadRules, promiseItems } from './promise-items.ts';

// node packages/rule-engine/bench/history.ts: whole lives of work items judged again by every rule, from turn to turn.
const ITEMS = 4_000;
const ROUNDS = 5;
const SCOPE = { division: '150105', agency: '11150000011500000X', department: '', item: '' };

const pack = loadRules();
const { dictionaries } = readingOf(pack);
const dictionary = dictionaries.get('work-item')?.facts ?? new Map<string, Named>();
const rules = [...pack.rules.values()].filter(({ subjects }) => subjects.includes('work-item')).length;

const items = promiseItems(ITEMS).map((item, index) => ({
  start: item.promise.stoppedAt === null ? item.now - 40 * 86_400_000 : item.now,
  facts: {
    ...wholeFacts(index, item.now),
    kind: item.kind,
    open: item.open,
    accepted: true,
    promise: item.promise,
    answer: item.answer,
  } as FactRecord,
}));

/** Every fact of the dictionary, known and harmless, with five steps. */
function wholeFacts(index: number, now: Instant): FactRecord {
  return Object.fromEntries([...dictionary.values()].map((named) => [named.name, harmless(named, index, now)]));
}

function harmless({ name, type }: Named, index: number, now: Instant): FactValue {
  switch (type.kind) {
    case 'bool':
      return /^(has|reason|approved|kindListed|feeItemListed|delivered|classified)/.test(name)
        ? name !== 'classified' && !name.startsWith('reason')
        : false;
    case 'int':
    case 'double':
      return 0;
    case 'instant':
      return now - 86_400_000;
    case 'code':
      return type.values[0] ?? '';
    case 'clock':
      return clockOn(type.axis, now);
    case 'list':
      return name === 'steps' ? Array.from({ length: 5 }, (_, step) => element(type.fields, step, now)) : [];
    default:
      return `${name}-${index}`;
  }
}

function element(fields: ReadonlyMap<string, Named>, index: number, now: Instant): FactRecord {
  return Object.fromEntries([...fields.values()].map((field) => [field.name, harmless(field, index, now)]));
}

function clockOn(axis: Clock['axis'], now: Instant): Clock {
  const units = { WORKDAY: 'WORKDAY', WORK_TIME: 'WORK_HOUR', DAY: 'DAY', TIME: 'HOUR' } as const;
  return openClock({ calendar, limit: { amount: 10, unit: units[axis] }, start: now - 86_400_000, stoppedAt: now });
}

function judgeLives(): { calls: number; found: number } {
  let [calls, found] = [0, 0];
  for (const { facts, start } of items) {
    let now = start;
    while (now < Number.POSITIVE_INFINITY) {
      const { until, verdicts } = pack.judgeSubject('work-item', facts, SCOPE, calendar, now);
      calls += 1;
      found += verdicts.length;
      now = until;
    }
  }
  return { calls, found };
}

let best = Number.POSITIVE_INFINITY;
let result = judgeLives();
for (let round = 0; round < ROUNDS; round++) {
  const start = process.cpuUsage();
  result = judgeLives();
  const { user, system } = process.cpuUsage(start);
  best = Math.min(best, (user + system) / 1e6);
}
const judgements = result.calls * rules;
console.log(
  `办件 / work items ${ITEMS}，规则 / rules ${rules}，求值 / calls ${result.calls}，判定 / verdicts ${result.found}`,
);
console.log(`subjects judged a second and core: ${Math.round(result.calls / best).toLocaleString('en')}`);
console.log(`judgements a second and core: ${(judgements / best / 1e6).toFixed(2)} million (goal >= 3)`);
