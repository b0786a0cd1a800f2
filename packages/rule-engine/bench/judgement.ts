import { CelScalar, celEnv, celFunc, parse, plan } from '@bufbuild/cel';
import { expired, left, limitOf, overdue } from '@gnomon/working-time';
import { Environment } from '@marcbachmann/cel-js';
import { NO_ELEMENT, preparePart } from '../src/judge-part.ts';
import { readingOf } from '../src/pack-reading.ts';
import { calendar, judgeByHand, loadRules, nanosecondsPerCall, promiseItems, sunk } from './promise-items.ts';

// node packages/rule-engine/bench/judgement.ts: WI-03 against a hand-written function and two CEL interpreters, one run.
const items = promiseItems(5_000);
const rule = readingOf(loadRules()).rules.get('WI-03');
const part = rule?.parts[0];
if (rule === undefined || part === undefined) throw new Error('WI-03 is not there');
const { compiled } = preparePart(rule, part);
const out = new Float64Array(1);
const facts = items.map(({ now: _now, ...rest }) => rest);
const nows = Float64Array.from(items, ({ now }) => now);

for (const [index, item] of items.entries()) {
  const own = compiled.judge(facts[index]!, {}, calendar, item.now, out) & 7;
  const until = out[0];
  const hand = judgeByHand(item, item.now, out);
  if (own !== hand || until !== out[0])
    throw new Error(`item ${index}: engine ${own} until ${until}, by hand ${hand} until ${out[0]}`);
}

const engine = (): number => {
  let sum = 0;
  for (let i = 0; i < items.length; i++)
    sum += compiled.judge(facts[i]!, NO_ELEMENT, calendar, nows[i]!, out) + (out[0]! > 1e15 ? 0 : 1);
  return sum;
};
const byHand = (): number => {
  let sum = 0;
  for (let i = 0; i < items.length; i++) sum += judgeByHand(facts[i]!, nows[i]!, out) + (out[0]! > 1e15 ? 0 : 1);
  return sum;
};

/** The three rungs as an interpreter must take them: time asked at `now` and bound as numbers, no until at all. */
const CONDITIONS = {
  red: 'kind == "PROMISE" && accepted && overdue > greatest(3.0, 0.5 * limit)',
  yellow: 'kind == "PROMISE" && accepted && expired',
  warning: 'kind == "PROMISE" && accepted && open && left <= greatest(0.2 * limit, least(1.0, 0.5 * limit))',
};
const bound = items.map(({ kind, accepted, open, promise, now }) => ({
  kind,
  accepted,
  open,
  left: left(calendar, promise, now),
  overdue: overdue(calendar, promise, now),
  expired: expired(calendar, promise, now),
  limit: limitOf(calendar, promise),
}));
const environment = new Environment()
  .registerVariable('kind', 'string')
  .registerVariable('accepted', 'bool')
  .registerVariable('open', 'bool')
  .registerVariable('expired', 'bool')
  .registerVariable('left', 'double')
  .registerVariable('overdue', 'double')
  .registerVariable('limit', 'double')
  .registerFunction('greatest(double, double): double', Math.max)
  .registerFunction('least(double, double): double', Math.min);
const marc = Object.values(CONDITIONS).map((text) => environment.parse(text));
const bufEnv = celEnv({
  funcs: [
    celFunc('greatest', [CelScalar.DOUBLE, CelScalar.DOUBLE], CelScalar.DOUBLE, Math.max),
    celFunc('least', [CelScalar.DOUBLE, CelScalar.DOUBLE], CelScalar.DOUBLE, Math.min),
  ],
});
const buf = Object.values(CONDITIONS).map((text) => plan(bufEnv, parse(text)));
const ladder = (rungs: readonly ((facts: never) => unknown)[]) => (): number => {
  let sum = 0;
  for (const one of bound) {
    let level = 4;
    for (const rung of rungs) {
      if (rung(one as never) === true) break;
      level -= 1;
    }
    sum += level;
  }
  return sum;
};

const interleaved = {
  engine: Number.POSITIVE_INFINITY,
  byHand: Number.POSITIVE_INFINITY,
  marc: Number.POSITIVE_INFINITY,
  buf: Number.POSITIVE_INFINITY,
};
for (let round = 0; round < 30; round++) {
  interleaved.engine = Math.min(interleaved.engine, nanosecondsPerCall(items.length, 4, engine));
  interleaved.byHand = Math.min(interleaved.byHand, nanosecondsPerCall(items.length, 4, byHand));
  interleaved.marc = Math.min(interleaved.marc, nanosecondsPerCall(items.length, 1, ladder(marc)));
  interleaved.buf = Math.min(interleaved.buf, nanosecondsPerCall(items.length, 1, ladder(buf)));
}
const quickest = Math.min(interleaved.marc, interleaved.buf);
console.log(
  `引擎 / engine ${interleaved.engine.toFixed(1)} ns，手写 / by hand ${interleaved.byHand.toFixed(1)} ns，cel-js ${interleaved.marc.toFixed(0)} ns，@bufbuild/cel ${interleaved.buf.toFixed(0)} ns`,
);
console.log(`engine / hand-written: ${(interleaved.engine / interleaved.byHand).toFixed(2)} (goal <= 1.5)`);
console.log(`quickest interpreter / engine: ${(quickest / interleaved.engine).toFixed(1)} (goal >= 8)`);
if (sunk() === 0) console.log('');
