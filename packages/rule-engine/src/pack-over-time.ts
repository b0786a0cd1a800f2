import type { Instant } from '@gnomon/working-time';
import { readingOf, rememberReading } from './pack-reading.ts';
import type { Pack, Verdict } from './types.ts';

/** A pack and the instant from which it is in force. */
export interface PackEpoch {
  readonly from: Instant;
  readonly pack: Pack;
}

const epochsOf = new WeakMap<Pack, readonly PackEpoch[]>();

/**
 * Packs one after another as one: a question about an instant is answered by the pack that is in force at that instant, so
 * that a breach is judged by the version of its own time, however late a timer runs or a row comes. What does not depend on an instant
 * (the rules, the files, the hash) is that of the pack in force at `present`. No verdict outlives the pack that gave it: its `until` lies
 * at the next pack's first instant at the latest. Instants before the first pack are answered by the first.
 *
 * @throws {RangeError} without any pack, or when they are not in order of time.
 */
export function packOverTime(epochs: readonly PackEpoch[], present: Instant): Pack {
  const [first] = epochs;
  if (first === undefined || epochs.some(({ from }, index) => index > 0 && from <= epochs[index - 1]!.from))
    throw new RangeError(
      `规则包须按施行时间先后给出 / packs are given in order of time, got ${epochs.map(({ from }) => from).join(', ') || 'none'}`,
    );
  const now = epochs[indexAt(epochs, present)]!.pack;
  if (epochs.length === 1) return now;
  const at = (instant: Instant): Pack => epochs[indexAt(epochs, instant)]!.pack;
  const endOf = (instant: Instant): Instant => epochs[indexAt(epochs, instant) + 1]?.from ?? Number.POSITIVE_INFINITY;
  const untilEnd = (verdict: Verdict, end: Instant): Verdict =>
    verdict.until <= end ? verdict : { ...verdict, until: end };

  const judgeRule: Pack['judgeRule'] = (rule, kind, facts, scope, calendar, instant) => {
    const pack = at(instant);
    // A rule that was not there yet, or is no more, found nothing at that instant.
    if (!pack.rules.has(rule) && epochs.some((epoch) => epoch.pack.rules.has(rule))) return [];
    const end = endOf(instant);
    return pack.judgeRule(rule, kind, facts, scope, calendar, instant).map((verdict) => untilEnd(verdict, end));
  };

  const turnedAt: Pack['turnedAt'] = (rule, kind, occurrence, facts, scope, calendar, instant, origin) => {
    const levelAt = (then: Instant): string =>
      judgeRule(rule, kind, facts, scope, calendar, then).find((verdict) => verdict.occurrence === occurrence)?.level ??
      'NONE';
    const level = levelAt(instant);
    let turned = instant;
    for (let index = indexAt(epochs, instant); index >= 0; index -= 1) {
      const { from, pack } = epochs[index]!;
      const start = index === 0 ? origin : Math.max(origin, from);
      const end = Math.min(instant, (epochs[index + 1]?.from ?? Number.POSITIVE_INFINITY) - 1);
      if (levelAt(end) !== level) return turned;
      turned = pack.rules.has(rule)
        ? pack.turnedAt(rule, kind, occurrence, facts, scope, calendar, end, Math.min(start, end))
        : Math.min(start, end);
      if (turned > start || start <= origin) return turned;
    }
    return turned;
  };

  const pack: Pack = Object.freeze({
    ...now,
    judgeSubject: (kind, facts, scope, calendar, instant) => {
      const found = at(instant).judgeSubject(kind, facts, scope, calendar, instant);
      const end = endOf(instant);
      if (found.until <= end) return found;
      return { ...found, until: end, verdicts: found.verdicts.map((verdict) => untilEnd(verdict, end)) };
    },
    judgeRule,
    turnedAt,
    explain: (rule, kind, occurrence, facts, scope, calendar, instant) =>
      at(instant).explain(rule, kind, occurrence, facts, scope, calendar, instant),
  } satisfies Pack);
  epochsOf.set(pack, epochs);
  return rememberReading(pack, readingOf(now));
}

/** The one pack that is in force at an instant: what a receipt names. A pack that is alone is its own answer. */
export function packAt(pack: Pack, instant: Instant): Pack {
  const epochs = epochsOf.get(pack);
  return epochs === undefined ? pack : epochs[indexAt(epochs, instant)]!.pack;
}

/**
 * The pack for something that ended at an instant: no version that came into force later judges it, and none wakes it. What was not
 * a breach when it ended does not become one.
 */
export function packUntil(pack: Pack, endedAt: Instant): Pack {
  const epochs = epochsOf.get(pack);
  if (epochs === undefined) return pack;
  const last = indexAt(epochs, endedAt);
  if (last === epochs.length - 1) return pack;
  let known = shorter.get(pack);
  if (known === undefined) shorter.set(pack, (known = new Map()));
  let found = known.get(last);
  if (found === undefined) known.set(last, (found = packOverTime(epochs.slice(0, last + 1), endedAt)));
  return found;
}

const shorter = new WeakMap<Pack, Map<number, Pack>>();

/** Every pack behind one, earliest first. */
export function packsIn(pack: Pack): readonly Pack[] {
  return epochsOf.get(pack)?.map((epoch) => epoch.pack) ?? [pack];
}

/** The last epoch that has begun; the first one for instants before it. */
function indexAt(epochs: readonly PackEpoch[], instant: Instant): number {
  let index = epochs.length - 1;
  while (index > 0 && epochs[index]!.from > instant) index -= 1;
  return index;
}
