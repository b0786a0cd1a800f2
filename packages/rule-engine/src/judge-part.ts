import { dayOf, type Instant, type WorkCalendar } from '@gnomon/working-time';
import { APPLIES, type CompiledPart, compilePart, LEVEL_BITS, RUNG_SLOTS } from './compile.ts';
import { evaluateCondition, missingFacts, type ParameterValue, type Surroundings } from './evaluate.ts';
import { always, and, FALSE, or, type Timed, TRUE, type Truth, UNKNOWN } from './kleene.ts';
import { type Node, walk } from './node.ts';
import type { Overlay } from './overlay.ts';
import { type Rule, type RulePart, valuesOf } from './rule.ts';
import type { Template } from './template.ts';
import { type FactRecord, LEVELS, type Level, RUNGS, type Rung } from './types.ts';

/** What an overlay contributes to one part: its rungs under its own parameters, within its period. */
export interface Layer {
  readonly overlay: Overlay;
  readonly compiled: CompiledPart;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly rungs: Readonly<Record<Rung, Node | null>>;
  readonly message: Readonly<Record<'zh' | 'en', Template>>;
}

/** A part of a rule, ready to judge. */
export interface JudgedPart {
  readonly rule: Rule;
  readonly part: RulePart;
  readonly compiled: CompiledPart;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** Clock facts (by name) and clock fields of the `each` element that yellow and red name; `null`: look inside lists. */
  readonly clocks: { readonly facts: readonly string[]; readonly fields: readonly string[] } | null;
}

export const NO_ELEMENT: FactRecord = Object.freeze({});
const RUNG_OF_LEVEL: Readonly<Partial<Record<Level, Rung>>> = { WARNING: 'warning', YELLOW: 'yellow', RED: 'red' };

/** The rung that a level stands for; `null` for NONE and UNKNOWN. */
export const rungOf = (level: Level): Rung | null => RUNG_OF_LEVEL[level] ?? null;

/** Compiles one part under the rule's own parameters. */
export function preparePart(rule: Rule, part: RulePart): JudgedPart {
  const parameters = valuesOf(rule);
  const compiled = compilePart(part, parameters);
  return { rule, part, compiled, parameters, clocks: clocksOf(part) };
}

/** The layers that one overlay puts on a part. */
export function prepareLayers({ rule, part }: JudgedPart, overlay: Overlay): readonly Layer[] {
  const layers: Layer[] = [];
  if (overlay.parameters !== null) {
    const { parameters } = overlay;
    layers.push({
      overlay,
      compiled: compilePart(part, parameters),
      parameters,
      rungs: part.rungs,
      message: part.message,
    });
  }
  for (const { part: index, rungs, message } of overlay.added) {
    if (index !== part.index) continue;
    const parameters = valuesOf(rule);
    layers.push({ overlay, compiled: compilePart({ when: part.when, rungs }, parameters), parameters, rungs, message });
  }
  return layers;
}

function clocksOf(part: RulePart): JudgedPart['clocks'] {
  const [facts, fields] = [new Set<string>(), new Set<string>()];
  let inside = false;
  for (const node of [part.when, part.rungs.yellow, part.rungs.red])
    if (node !== null)
      walk(node, (inner) => {
        if ((inner.op === 'exists' || inner.op === 'all') && inner.timed) inside = true;
        if (inner.op === 'fact' && inner.type.kind === 'clock') facts.add(inner.named.name);
        if (inner.op === 'field' && inner.type.kind === 'clock') fields.add(inner.named.name);
      });
  return inside ? null : { facts: [...facts], fields: [...fields] };
}

const scratch = new Float64Array(8);

/**
 * Judges a part on one element under its layers; `out[0]` gets `until`.
 * Without layers this is the compiled function alone.
 */
export function judgePart(
  judged: JudgedPart,
  layers: readonly Layer[],
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
): number {
  const code =
    layers.length === 0
      ? judged.compiled.judge(facts, element, calendar, now, out)
      : judgeLayers(judged, layers, facts, element, calendar, now, out);
  if ((code & LEVEL_BITS) < 3 || !mayBeProvisional(judged, layers, facts, element, calendar, now)) return code;
  return capped(
    judged,
    layers,
    { facts, elements: [element], parameters: judged.parameters, calendar, now, certainOnly: true },
    code,
  );
}

function judgeLayers(
  { compiled }: JudgedPart,
  layers: readonly Layer[],
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
  out: Float64Array,
): number {
  compiled.judgeRungs(facts, element, calendar, now, scratch);
  const scope = { value: scratch[RUNG_SLOTS.when] as Truth, until: scratch[RUNG_SLOTS.when + 1] as number };
  const ladder = { warning: timedAt('warning'), yellow: timedAt('yellow'), red: timedAt('red') };
  for (const layer of layers) {
    const inForce = periodAt(layer.overlay, now);
    layer.compiled.judgeRungs(facts, element, calendar, now, scratch);
    for (const rung of RUNGS) ladder[rung] = or([ladder[rung], and([inForce, timedAt(rung)])]);
  }
  return readLadder(ladder, scope, out);
}

const timedAt = (rung: Rung): Timed => ({
  value: scratch[RUNG_SLOTS[rung]] as Truth,
  until: scratch[RUNG_SLOTS[rung] + 1] as number,
});

/** Whether an overlay is in force, with the instant at which that changes. */
export function periodAt({ from, to }: Overlay, now: Instant): Timed {
  if (now < from) return { value: FALSE, until: from };
  return now < to ? { value: TRUE, until: to } : always(FALSE);
}

function readLadder(ladder: Readonly<Record<Rung, Timed>>, scope: Timed, out: Float64Array): number {
  let until = scope.until;
  let unknown = false;
  for (const [rung, level] of [
    ['red', 4],
    ['yellow', 3],
    ['warning', 2],
  ] as const) {
    const { value, until: own } = ladder[rung];
    until = Math.min(until, own);
    if (value === TRUE) {
      out[0] = until;
      return level | APPLIES;
    }
    unknown ||= value === UNKNOWN;
  }
  out[0] = until;
  return unknown ? 1 | APPLIES : scope.value === TRUE ? APPLIES : 0;
}

function mayBeProvisional(
  { clocks }: JudgedPart,
  layers: readonly Layer[],
  facts: FactRecord,
  element: FactRecord,
  calendar: WorkCalendar,
  now: Instant,
): boolean {
  if (clocks === null || layers.length > 0 || dayOf(now) > calendar.lastCertainDay) return true;
  return (
    clocks.facts.some((name) => isProvisionalClock(facts[name])) ||
    clocks.fields.some((name) => isProvisionalClock(element[name]))
  );
}

const isProvisionalClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'provisional' in value && value.provisional === true;

/** Nobody gets a card from days that no notice rules yet: what stands only on such a turn is a warning at most. */
function capped(judged: JudgedPart, layers: readonly Layer[], at: Surroundings, code: number): number {
  const highest = code & LEVEL_BITS;
  for (const [rung, level] of [
    ['red', 4],
    ['yellow', 3],
  ] as const)
    if (level <= highest && rungTruth(judged, layers, rung, at).value === TRUE) return level | APPLIES;
  return 2 | APPLIES;
}

/** The value of one rung over all layers by the plain evaluator. */
function rungTruth({ part }: JudgedPart, layers: readonly Layer[], rung: Rung, at: Surroundings): Timed {
  const own = part.rungs[rung];
  const scope = part.when === null ? always(TRUE) : evaluateCondition(part.when, at);
  const values = [own === null ? always(FALSE) : evaluateCondition(own, at)];
  for (const layer of layers) {
    const node = layer.rungs[rung];
    if (node !== null)
      values.push(
        and([periodAt(layer.overlay, at.now), evaluateCondition(node, { ...at, parameters: layer.parameters })]),
      );
  }
  return and([scope, or(values)]);
}

/** Names of the facts that keep rungs above the level from being decided, sorted. */
export function missingFor({ part }: JudgedPart, level: Level, at: Surroundings): readonly string[] {
  const missing = new Set<string>();
  const reached = LEVELS.indexOf(level);
  for (const [rung, number] of [
    ['warning', 2],
    ['yellow', 3],
    ['red', 4],
  ] as const) {
    const node = part.rungs[rung];
    if (node === null || (number <= reached && level !== 'UNKNOWN')) continue;
    if (
      part.when !== null &&
      evaluateCondition(part.when, at).value === UNKNOWN &&
      evaluateCondition(node, at).value !== FALSE
    )
      missingFacts(part.when, at, missing);
    missingFacts(node, at, missing);
  }
  if (part.each !== null && at.elements[0] === NO_ELEMENT) {
    for (const name of missing) if (name.startsWith(`${part.each.list}.`)) missing.delete(name);
    missing.add(part.each.list);
  }
  return [...missing].sort();
}

/** The layer that gives a part its level at an instant: `null` is the base rule itself. */
export function decidingLayer(
  judged: JudgedPart,
  layers: readonly Layer[],
  level: Level,
  at: Surroundings,
): Layer | null {
  const rung = rungOf(level);
  if (rung === null || rungTruth(judged, [], rung, at).value === TRUE) return null;
  return layers.find((layer) => rungTruth(judged, [layer], rung, at).value === TRUE) ?? null;
}
