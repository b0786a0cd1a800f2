import type { Signal } from '@gnomon/subgraph-kit';
import { dayOf, formatDay } from '@gnomon/working-time';
import type { Logger } from 'pino';
import type { Catalogue } from './catalogue.ts';
import { applyRow, documentAsOf, latestEventOf, liveRows } from './document.ts';
import { type Judging, judgeAnew, judgeGone, judgeNews, type SubjectNews } from './judge-subject.ts';
import type { MarkBook } from './mark-book.ts';
import type { ReadRow, RowPlace } from './read-row.ts';
import type { RecordState } from './record-state.ts';
import type { ReferenceCopy } from './reference-copy.ts';
import { newSubject, subjectKey } from './subject-state.ts';
import { nextMilestone } from './tell-milestone.ts';
import type { DerivedRecord, DerivedSubject, DeriveWorld, Milestone, RecordDocument } from './types.ts';

/** What became of a row. `taken + setAside + refused + identical` is the number of rows. */
export type Fate = 'TAKEN' | 'SET_ASIDE' | 'IDENTICAL';

/** A row at one of its places. `isFirst`: this place says what the account tells of the row. */
export interface PlacedRow {
  readonly row: ReadRow;
  readonly place: RowPlace;
  readonly isFirst: boolean;
}

/** A version that is kept, for the row log. */
export interface LoggedRow {
  readonly state: RecordState;
  readonly row: ReadRow;
  readonly version: number;
}

/** What a step needs beside the record. */
export interface Arriving extends Judging {
  readonly catalogue: Catalogue;
  readonly reference: ReferenceCopy;
  readonly world: DeriveWorld;
  readonly log: Logger;
}

/** Where the step of a record leaves what it found; one for the whole chunk. */
export interface ChunkNotes {
  readonly logged: LoggedRow[];
  readonly signals: Signal[];
  readonly marks: MarkBook;
  readonly milestones: Milestone[];
  fate(row: ReadRow, fate: Fate): void;
}

/**
 * Takes the rows of one record that came at one instant: merges them into its document, derives it and judges its subjects.
 * Everything is decided here without reading or writing anything else.
 */
export function arrive(
  state: RecordState,
  rows: readonly PlacedRow[],
  at: number,
  arriving: Arriving,
  notes: ChunkNotes,
): void {
  if (state.dueAt !== null && state.dueAt <= at) deriveAgain(state, state.dueAt, arriving, notes);
  let happenedAt: number | null = null;
  let changed = false;
  const waiting: ReadRow[] = [];
  for (const { row, place, isFirst } of rows) {
    const applied = applyRow(state.document, place.part, row);
    if (applied.outcome === 'IDENTICAL') {
      if (isFirst) notes.fate(row, 'IDENTICAL');
      continue;
    }
    changed = true;
    if (isFirst) {
      notes.logged.push({ state, row, version: applied.version });
      waiting.push(row);
    }
    const { eventAt } = row;
    if (eventAt !== null && eventAt <= at && (happenedAt === null || eventAt > happenedAt)) happenedAt = eventAt;
  }
  const opened = isOpened(state, arriving.catalogue);
  for (const row of waiting) notes.fate(row, opened ? 'TAKEN' : 'SET_ASIDE');
  if (!changed) return;
  const instant = notBefore(state, at);
  // What waited is news together with what opened the record.
  if (opened && state.orphanSince !== null)
    happenedAt = Math.max(
      happenedAt ?? -Infinity,
      Math.min(at, latestEventOf(arriving.catalogue, state.kind, state.document)),
    );
  state.orphanSince = opened ? null : (state.orphanSince ?? instant);
  state.receivedAt = instant;
  settle(
    state,
    { at: instant, happenedAt: happenedAt === null || happenedAt === -Infinity ? instant : happenedAt },
    arriving,
    notes,
  );
}

/** Derives a record again without any row of its own: other rules, another published list. */
export function deriveAgain(state: RecordState, at: number, arriving: Arriving, notes: ChunkNotes): void {
  state.dueAt = null;
  settle(state, { at: notBefore(state, at), happenedAt: null }, arriving, notes);
}

/** A row whose newest version belongs to another record leaves this one, as if it had never been there. */
export function leave(
  state: RecordState,
  { part, guid, source }: { readonly part: string; readonly guid: string; readonly source: string },
  at: number,
  arriving: Arriving,
  notes: ChunkNotes,
): void {
  const rows = state.document[part] ?? [];
  const index = rows.findIndex((row) => row.g === guid && row.s === source);
  if (index < 0) return;
  rows.splice(index, 1);
  if (rows.length === 0) delete state.document[part];
  state.receivedAt = notBefore(state, at);
  settle(state, { at: state.receivedAt, happenedAt: state.receivedAt }, arriving, notes);
}

/**
 * Rows that come out of their order, and milestones that were told before a timer ran, are judged with what came last: no
 * verdict is given for an instant before one that was judged.
 */
function notBefore(state: RecordState, at: number): number {
  let instant = Math.max(at, state.receivedAt);
  for (const { delayed, judgedTo } of state.subjects.values())
    if (!delayed && judgedTo !== null && judgedTo > instant) instant = judgedTo;
  return instant;
}

interface Step {
  readonly at: number;
  /** `null`: nothing came. */
  readonly happenedAt: number | null;
}

function settle(state: RecordState, step: Step, arriving: Arriving, notes: ChunkNotes): void {
  state.changed = true;
  const derived = derive(state, arriving);
  if (derived === 'FAULT') return;
  const delayed = isDelayed(state, arriving.reference);
  place(state, derived, arriving.reference);
  judgeAll(state, derived, step, delayed, arriving, notes);
  notes.marks.replace(state, derived, step.at, delayed);
  const milestone = nextMilestone(state, derived, step.at);
  if (milestone !== null) notes.milestones.push(milestone);
}

/** A record whose derivation fails keeps what stood; one bad record must not stop the rows of others. */
function derive(state: RecordState, { catalogue, world, log }: Arriving): DerivedRecord | null | 'FAULT' {
  try {
    const derived = catalogue.kind(state.kind).derive(state.document, state.id, world);
    state.fault = null;
    return derived;
  } catch (err) {
    log.error(
      { err, kind: state.kind, record: state.id },
      'a record could not be derived; its verdicts stand as they were',
    );
    state.fault = (err instanceof Error ? err.message : String(err)).slice(0, 500);
    return 'FAULT';
  }
}

function place(state: RecordState, derived: DerivedRecord | null, reference: ReferenceCopy): void {
  const source = reference.source(state.source);
  if (derived === null) {
    if (state.place.agency === '' && source !== undefined)
      state.place = { agency: source.agency, division: source.division, department: '', item: null };
    state.state = null;
    state.isOpen = false;
    return;
  }
  state.place = derived.place;
  state.state = derived.state;
  state.isOpen = derived.open;
  state.listedAt = derived.listedAt;
  state.links = derived.links ?? {};
}

function judgeAll(
  state: RecordState,
  derived: DerivedRecord | null,
  step: Step,
  delayed: boolean,
  arriving: Arriving,
  notes: ChunkNotes,
): void {
  const { catalogue } = arriving;
  const given = new Set<string>();
  const knownTo = delayed ? latestEventOf(catalogue, state.kind, state.document) : null;
  // Rules that come into force after a record's last event do not judge it once it is over.
  const last = state.isOpen ? -Infinity : latestEventOf(catalogue, state.kind, state.document);
  const endedAt = last === -Infinity ? null : last;
  const asOf = createAsOf(state, arriving);
  for (const subject of derived?.subjects ?? []) {
    const key = subjectKey(subject);
    given.add(key);
    let known = state.subjects.get(key);
    const isNew = known === undefined;
    if (known === undefined) {
      const { kind, id, type } = subject;
      const record = { kind: state.kind, id: state.id };
      known = newSubject({ kind, id, type, record, place: subject.place ?? derived!.place, source: state.source });
      state.subjects.set(key, known);
    }
    known.endedAt = endedAt;
    const news: SubjectNews = {
      place: subject.place ?? derived!.place,
      source: state.source,
      delayed,
      sources: sourcesOf(catalogue, state),
      tallyDay: formatDay(dayOf(derived!.listedAt)),
      arrival: {
        facts: subject.facts,
        at: step.at,
        origin: Math.min(subject.origin, step.at),
        happenedAt: step.happenedAt ?? step.at,
        ...(knownTo === null ? {} : { knownTo }),
        asOf: (instant) => asOf(instant, subject) ?? subject.facts,
      },
    };
    const judge =
      step.happenedAt === null && !isNew ? judgeAnew(known, arriving, news, step.at) : judgeNews(known, arriving, news);
    notes.signals.push(...judge);
  }
  for (const [key, subject] of state.subjects) {
    if (given.has(key) || (subject.levels === '' && subject.standing.verdicts.length === 0)) continue;
    notes.signals.push(...judgeGone(subject, arriving, step.at));
  }
}

/** The facts of a subject as of an instant; the record is looked at once for all its subjects. */
function createAsOf(state: RecordState, { catalogue, world }: Arriving) {
  const kind = catalogue.kind(state.kind);
  const looked = new Map<number, DerivedRecord | null>();
  return (instant: number, subject: DerivedSubject) => {
    let derived = looked.get(instant);
    if (derived === undefined) {
      const document: RecordDocument =
        kind.asOf?.(state.document, instant) ?? documentAsOf(catalogue, state.kind, state.document, instant);
      derived = kind.derive(document, state.id, world);
      looked.set(instant, derived);
    }
    return derived?.subjects.find((one) => one.kind === subject.kind && one.id === subject.id)?.facts;
  };
}

/** The rows a receipt names: the current version of each live row. */
function sourcesOf(catalogue: Catalogue, state: RecordState): SubjectNews['sources'] {
  return Object.entries(state.document)
    .flatMap(([part, rows]) => {
      const { name } = catalogue.tableOf(state.kind, part);
      return liveRows(rows).map((row) => ({ table: name, row: row.g, version: row.v, hash: row.h }));
    })
    .sort((a, b) => (a.table + a.row < b.table + b.row ? -1 : 1));
}

/** A record is judged by what must have come as soon as one of its sources may push later than things happen. */
function isDelayed(state: RecordState, reference: ReferenceCopy): boolean {
  for (const rows of Object.values(state.document))
    for (const row of rows) if (reference.source(row.s)?.ownPlatform !== true) return true;
  return false;
}

/** A row that opened it and was deleted has come all the same: nothing waits for it. */
function isOpened(state: RecordState, catalogue: Catalogue): boolean {
  for (const [part, rows] of Object.entries(state.document))
    if (catalogue.opens(state.kind, part) && rows.length > 0) return true;
  return false;
}
