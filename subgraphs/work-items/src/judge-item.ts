import { pushHorizon, writeLevels } from '@gnomon/records';
import type { ReferenceItem } from '@gnomon/reference';
import { type Facts, packUntil, type SubjectScope } from '@gnomon/rule-engine';
import {
  advance,
  type FactSource,
  type Horizon,
  NO_DELAY,
  type RulesInForce,
  type Signal,
  type Standing,
} from '@gnomon/subgraph-kit';
import type { CodeSystems } from './code-systems.ts';
import { type ItemDocument, type KeptRow, PART_OF } from './document.ts';
import { latestEventOf } from './facts/latest-event.ts';
import { basicCodeOf, deriveFacts, documentAsOf, type FactConstants, type FactInputs } from './facts.ts';
import type { ItemState } from './item-state.ts';
import { TABLES } from './tables.ts';

/** What judging an item needs beside the item. */
export interface Judging {
  readonly rules: RulesInForce;
  readonly codes: CodeSystems;
  readonly constants: FactConstants;
  item(state: ItemState): ReferenceItem | undefined;
  /** Whether a source is an own platform: it pushes at once, any other by the end of the next working day (DP-01). */
  isOwnPlatform(source: string): boolean;
}

/** New rows of an item that came together. */
export interface ItemArrival {
  readonly at: number;
  /** Latest event that the new rows tell of; `null` when they tell of none. */
  readonly happenedAt: number | null;
  /** The document before these rows, for timers that were due before they came. */
  readonly before: ItemDocument;
}

/**
 * Judges an item whose document holds the new rows, and updates its mind, summary and timer in place.
 * The same function with `arrival: null` lets time pass up to `until`.
 */
export function judgeItem(
  state: ItemState,
  judging: Judging,
  arrival: ItemArrival | null,
  until: number,
): readonly Signal[] {
  const inputs = inputsOf(state, judging);
  const derived = deriveFacts(state.document, inputs);
  state.summary = derived?.summary ?? null;
  state.milestone = derived?.milestone ?? null;
  if (derived === null) {
    state.dueAt = null;
    return [];
  }
  const { mind, place } = state;
  const { rules } = judging;
  const horizon = inputs.ownPlatform ? NO_DELAY : pushHorizon(inputs.pushCalendar);
  const calendar = rules.calendarFor(place.division);
  const scope: SubjectScope = {
    division: place.division,
    agency: place.agency,
    department: place.department,
    item: basicCodeOf(derived.summary.itemCode),
  };
  const facts = withCardCheck(
    derived.facts,
    derived.summary.keyTimeChanges,
    state,
    inputs,
    judging,
    scope,
    arrival?.at ?? until,
  );
  const isNew = arrival !== null && mind.standing.signals === 0 && mind.turnAt === null && mind.levels === '';
  const timersFirst = arrival !== null && mind.turnAt !== null && horizon.inverse(mind.turnAt) <= arrival.at;
  const { finishedAt } = derived.summary;
  const advanced = advance({
    // What is finished stays with the version of its time.
    pack: finishedAt === null ? rules.pack : packUntil(rules.pack, finishedAt),
    calendar,
    scope,
    subject: {
      domain: 'WORK_ITEM',
      kind: 'work-item',
      type: 'WorkItem',
      id: state.id,
      agency: place.agency,
      division: place.division,
      item: derived.summary.itemCode,
      source: state.source,
    },
    previous: isNew
      ? null
      : {
          // The old facts are asked for only when a timer fell due before the rows came.
          facts: timersFirst ? (deriveFacts(arrival.before, inputs)?.facts ?? {}) : arrival === null ? facts : {},
          standing: mind.standing,
          judgedTo: mind.judgedTo ?? -Infinity,
          ...(arrival === null ? timerOf(state, horizon) : { dueAt: mind.turnAt ?? Infinity }),
        },
    arrival:
      arrival === null
        ? null
        : {
            facts,
            at: arrival.at,
            origin: Math.min(
              derived.summary.appliedAt ?? arrival.at,
              derived.summary.receivedAt ?? arrival.at,
              arrival.at,
            ),
            happenedAt: Math.min(arrival.happenedAt ?? arrival.at, arrival.at),
            ...(inputs.ownPlatform ? {} : { knownTo: latestEventOf(state.document) }),
            asOf: (instant) => deriveFacts(documentAsOf(state.document, instant), inputs)?.facts ?? facts,
          },
    until,
    horizon,
    sources: () => sourcesOf(state.document),
  });
  state.mind = {
    ...mind,
    standing: advanced.standing,
    turnAt: Number.isFinite(advanced.dueAt) ? advanced.dueAt : null,
    judgedTo: advanced.judgedTo,
    firstSignalAt: firstSignalOf(mind.firstSignalAt, advanced.signals, advanced.standing),
    levels: advanced.levels === null ? mind.levels : writeLevels(advanced.levels),
  };
  state.dueAt = Number.isFinite(advanced.wakeAt) ? advanced.wakeAt : null;
  return advanced.signals;
}

/** The timer that runs now: for its own next turn, or earlier where it was armed anew (other rules, another calendar). */
function timerOf(state: ItemState, horizon: Horizon): { readonly dueAt: number; readonly wakeAt: number } {
  const wakeAt = state.dueAt ?? Infinity;
  const known = Number.isFinite(wakeAt) ? Math.max(horizon.of(wakeAt), state.mind.judgedTo ?? -Infinity) : Infinity;
  return { dueAt: Math.min(state.mind.turnAt ?? Infinity, known), wakeAt };
}

/** The inputs of an item's facts. */
export function inputsOf(state: ItemState, judging: Judging): FactInputs {
  return {
    calendar: judging.rules.calendarFor(state.place.division),
    codes: judging.codes,
    constants: judging.constants,
    item: judging.item(state),
    ownPlatform: judging.isOwnPlatform(state.source),
    pushCalendar: judging.rules.calendar,
    firstSignalAt: state.mind.firstSignalAt,
    reappliedAt: state.mind.reappliedAt,
  };
}

/** DP-14, red: the changed key times, if they counted, would remove a card that stands. Asked only when there are some. */
function withCardCheck(
  facts: Facts,
  changes: number,
  state: ItemState,
  inputs: FactInputs,
  judging: Judging,
  scope: SubjectScope,
  at: number,
): Facts {
  if (changes === 0 || facts.classified === true) return facts;
  const cards = state.mind.standing.verdicts.filter(
    ({ rule, level }) => rule !== 'DP-14' && (level === 'YELLOW' || level === 'RED'),
  );
  if (cards.length === 0) return facts;
  const accepted = deriveFacts({ ...state.document, changesAcceptedAt: Infinity }, inputs);
  if (accepted === null) return facts;
  const found = judging.rules.pack.judgeSubject('work-item', accepted.facts, scope, inputs.calendar, at);
  const clears = cards.some(
    (card) =>
      !found.verdicts.some(
        (verdict) =>
          verdict.rule === card.rule &&
          verdict.occurrence === card.occurrence &&
          (verdict.level === 'RED' || verdict.level === card.level),
      ),
  );
  return { ...facts, keyTimeChangeClearsCard: clears };
}

/** The rows a receipt names: the current version of each live row. */
function sourcesOf(document: ItemDocument): readonly FactSource[] {
  const sources: FactSource[] = [];
  for (const table of TABLES) {
    if (table === 'up_control_total' || table === 'up_pro_material') continue;
    for (const row of document[PART_OF[table]] as readonly KeptRow[])
      if (row.d !== true) sources.push({ table, row: row.g, version: row.v, hash: row.h });
  }
  return sources;
}

/** When the first warning or card on the item turned; one that was disproved meanwhile does not count. */
function firstSignalOf(known: number | null, signals: readonly Signal[], standing: Standing): number | null {
  let first = known;
  for (const signal of signals) {
    // A finding about changed key times is not what the change could have been meant to avoid.
    if (signal.rule === 'DP-14') continue;
    const at = Date.parse(signal.turnedAt);
    if (signal.kind === 'ROSE' && signal.level !== 'UNKNOWN' && (first === null || at < first)) first = at;
    if (signal.kind === 'CORRECTED' && at === first) first = null;
  }
  if (first !== null || known === null) return first;
  for (const { rule, level, turnedAt } of standing.verdicts)
    if (rule !== 'DP-14' && level !== 'UNKNOWN' && (first === null || turnedAt < first)) first = turnedAt;
  return first;
}
