import type { Instant, WorkCalendar } from '@gnomon/working-time';
import { Emitter, type Truth } from './emitter.ts';
import type { ParameterValue } from './evaluate.ts';
import type { Node } from './node.ts';
import type { FactRecord, Rung } from './types.ts';

/** What a compiled function returns: the level's number in the low three bits, 8 when the rule is known to apply. */
export const APPLIES = 8;
export const LEVEL_BITS = 7;

/** The checked conditions of one part of a rule. */
export interface Conditions {
  readonly when: Node | null;
  readonly rungs: Readonly<Record<Rung, Node | null>>;
}

/** Judges one part on one subject (and element of `each`); writes `until` to `out[0]`. */
export type JudgePart = (
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
) => number;
/** Judges each rung alone: `out` gets warning, yellow, red as (truth, until), then the scope. For layers. */
export type JudgeRungs = (
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
) => void;

/** Slots of `out` of `JudgeRungs`. */
export const RUNG_SLOTS: Readonly<Record<Rung | 'when', number>> = { warning: 0, yellow: 2, red: 4, when: 6 };

export interface CompiledPart {
  readonly judge: JudgePart;
  readonly judgeRungs: JudgeRungs;
}

/**
 * Compiles the checked conditions under given values of their parameters to JavaScript. The text holds generated names
 * and numbers only; every text of a rule file is reached through the constants `K`, the functions of time through `T`.
 */
export function compilePart(conditions: Conditions, parameters: ReadonlyMap<string, ParameterValue>): CompiledPart {
  const judge = new Emitter(parameters);
  emitLadder(judge, conditions);
  const rungs = new Emitter(parameters);
  emitRungs(rungs, conditions);
  return { judge: judge.build<JudgePart>(), judgeRungs: rungs.build<JudgeRungs>() };
}

/** The ladder from red down, left at the first rung that holds. */
function emitLadder(emitter: Emitter, { when, rungs }: Conditions): void {
  const { code: writer } = emitter;
  const scope = emitScope(emitter, when);
  writer.line(`if(${scope.code}===0){out[0]=${scope.until ?? 'Infinity'};return 0;}`);
  emitter.passed();
  const until = writer.name();
  writer.line(`let ${until}=${scope.until ?? 'Infinity'},u=false;`);
  for (const [rung, level] of [
    ['red', 4],
    ['yellow', 3],
    ['warning', 2],
  ] as const) {
    const node = rungs[rung];
    if (node === null) continue;
    emitter.readAll(node);
    const found = (truth: string): string => {
      const sure = [truth, scope.code].filter((code) => code !== '2').map((code) => `${code}===2`);
      const answer = `out[0]=${until};return ${level | APPLIES};`;
      return sure.length === 0 ? answer : `if(${sure.join('&&')}){${answer}}u=true;`;
    };
    if (emitRungOfOneTurn(emitter, node, until, found)) continue;
    const { code, until: turn } = emitter.truth(node);
    if (turn !== null) writer.line(`if(${turn}<${until})${until}=${turn};`);
    writer.line(`if(${code}===2){${found('2')}}else if(${code}===1)u=true;`);
  }
  writer.line(`out[0]=${until};return u?${1 | APPLIES}:${scope.code}===2?${APPLIES}:0;`);
}

/** The common rung, one turn and what is free of time: written without a value in between. False for any other. */
function emitRungOfOneTurn(emitter: Emitter, node: Node, until: string, found: (truth: string) => string): boolean {
  const { code: writer } = emitter;
  const items = node.op === 'and' ? node.items : [node];
  const [turn, ...others] = items.filter((item) => item.timed);
  if (turn === undefined || others.length > 0 || (turn.op !== 'turn' && turn.op !== 'expired')) return false;
  const free = items.filter((item) => !item.timed);
  const truth = free.length === 0 ? '2' : emitter.junction(free, 0).code;
  const emit = (): void => {
    const { known, lines, trueBefore } = emitter.atom(turn);
    const at = writer.name();
    writer.block(`if(${known})`, () => {
      for (const line of lines(at)) writer.line(line);
      const soon = `if(${at}<${until})${until}=${at};`;
      writer.line(trueBefore ? `if(now<${at}){${soon}${found(truth)}}` : `if(now>=${at}){${found(truth)}}else ${soon}`);
    });
    writer.line('else u=true;');
  };
  if (truth === '2') emit();
  else writer.block(`if(${truth}!==0)`, emit);
  return true;
}

/** Every rung alone, under the scope. */
function emitRungs(emitter: Emitter, { when, rungs }: Conditions): void {
  const { code: writer } = emitter;
  const scope = emitScope(emitter, when);
  const scopeUntil = scope.until ?? 'Infinity';
  writer.line(`out[6]=${scope.code};out[7]=${scopeUntil};`);
  for (const rung of ['warning', 'yellow', 'red'] as const) {
    const slot = RUNG_SLOTS[rung];
    const node = rungs[rung];
    if (node === null) {
      writer.line(`out[${slot}]=0;out[${slot + 1}]=Infinity;`);
      continue;
    }
    emitter.readAll(node);
    const { code, until } = emitter.truth(node);
    const own = until ?? 'Infinity';
    writer.line(
      `if(${scope.code}===0){out[${slot}]=0;out[${slot + 1}]=${code}===0&&${own}>${scopeUntil}?${own}:${scopeUntil};}`,
    );
    writer.line(`else if(${code}===0){out[${slot}]=0;out[${slot + 1}]=${own};}`);
    writer.line(
      `else{out[${slot}]=${code}<${scope.code}?${code}:${scope.code};out[${slot + 1}]=${own}<${scopeUntil}?${own}:${scopeUntil};}`,
    );
  }
}

function emitScope(emitter: Emitter, when: Node | null): Truth {
  if (when === null) return { code: '2', until: null };
  // A scope mostly settles before it comes to a clock: clocks are read where they are asked.
  emitter.readAll(when, false);
  return emitter.truth(when);
}
