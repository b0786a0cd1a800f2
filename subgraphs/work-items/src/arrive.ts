import { maskName } from '@gnomon/identity';
import type { ReferenceCopy } from '@gnomon/records';
import { latenessOf } from '@gnomon/records';
import type { ReferenceSource } from '@gnomon/reference';
import type { Signal } from '@gnomon/subgraph-kit';
import { type ArrivingRow, applyRow, type KeptRow, latestRow, liveRows } from './document.ts';
import { type ItemPlace, type ItemState, newItem } from './item-state.ts';
import { type ItemArrival, type Judging, judgeItem } from './judge-item.ts';
import { type Milestone, nextMilestone } from './milestones.ts';
import type { ReadRow } from './read-row.ts';
import type { Refusal } from './refusals.ts';
import { type CountBook, dateOf } from './source-counts.ts';

const ORPHAN_MS = 24 * 3_600_000;

/** What became of a row. `taken + setAside + refused + identical` is the number of rows. */
export type Fate = 'TAKEN' | 'SET_ASIDE' | 'IDENTICAL' | 'REFUSED';

/** A row of the log: a version that is kept. */
export interface LoggedRow {
  readonly state: ItemState;
  readonly row: ReadRow;
  readonly version: number;
}

/** Where the step of an item leaves what it found; one for the whole chunk. */
export interface ChunkNotes {
  readonly counts: CountBook;
  readonly logged: LoggedRow[];
  readonly signals: Signal[];
  readonly milestones: Milestone[];
  readonly refusals: { readonly row: ReadRow; readonly refusal: Refusal }[];
  /** Days of a source that got orphans after they were closed. */
  readonly reopened: Set<string>;
  fate(row: ReadRow, fate: Fate): void;
}

/** What a step needs beside the item. */
export interface Arriving extends Judging {
  readonly reference: ReferenceCopy;
  /** Keyed hash of the applicant; stable in one database. */
  hashApplicant(text: string): bigint;
}

/**
 * Takes the rows of one item that came at one instant: merges them into its document, judges it, and notes what the
 * source's day counts. Everything is decided here without reading or writing anything else.
 */
export function arrive(
  state: ItemState,
  rows: readonly ReadRow[],
  at: number,
  arriving: Arriving,
  notes: ChunkNotes,
): void {
  const { mind } = state;
  const before = mind.turnAt !== null && mind.turnAt <= at ? structuredClone(state.document) : state.document;
  const source = arriving.reference.source(state.source);
  const counts = notes.counts.of(state.source, dateOf(at));
  const knownAccept = latestRow(state.document.accept) !== undefined;
  const knownResult = latestRow(state.document.results) !== undefined;
  let happenedAt: number | null = null;
  let changed = false;
  const waiting: ReadRow[] = [];
  for (const row of rows) {
    if (state.document.classified === true || row.secret || isClassifiedItem(row, arriving.reference)) {
      quarantine(state, row, at);
      notes.refusals.push({ row, refusal: { code: 'CLASSIFIED', detail: '', table: row.table, guid: '', no: '' } });
      notes.fate(row, 'REFUSED');
      counts.rows += 1;
      counts.refused += 1;
      changed = true;
      continue;
    }
    // Control totals belong to no item and never come here; copying each row to say so took a twentieth of the step.
    const applied = applyRow(state.document, row as ReadRow & Pick<ArrivingRow, 'table'>);
    if (applied.outcome === 'IDENTICAL') {
      notes.fate(row, 'IDENTICAL');
      continue;
    }
    changed = true;
    notes.logged.push({ state, row, version: applied.version });
    countRow(counts, row, applied.conflict);
    const isNews =
      applied.outcome === 'NEW' || (applied.outcome === 'CURRENT' && (row.eventAt ?? 0) > state.receivedAt);
    if (isNews && row.eventAt !== null) countLateness(counts, row.eventAt, at, source, arriving);
    if (row.eventAt !== null && row.eventAt <= at && (happenedAt === null || row.eventAt > happenedAt))
      happenedAt = row.eventAt;
    if (row.table === 'up_pro_accept') {
      noteApplicant(state, row, arriving);
      if (applied.outcome === 'NEW' && liveRows(state.document.accept).length > 1) counts.duplicates += 1;
      notes.fate(row, 'TAKEN');
    } else waiting.push(row);
  }
  const accept = latestRow(state.document.accept);
  for (const row of waiting) notes.fate(row, accept === undefined ? 'SET_ASIDE' : 'TAKEN');
  if (!changed) return;
  if (accept !== undefined && !knownAccept) counts.acceptRows += 1;
  if (!knownResult && latestRow(state.document.results) !== undefined) counts.resultRows += 1;
  trackOrphans(state, at, accept !== undefined, notes);
  state.place = placeOf(state, accept, arriving.reference, source);
  state.receivedAt = Math.max(state.receivedAt, at);
  const arrival: ItemArrival = { at, happenedAt, before };
  notes.signals.push(...judgeItem(state, arriving, arrival, at));
  state.mind = {
    ...state.mind,
    tallyDay:
      state.summary === null
        ? state.mind.tallyDay
        : dateOf(state.summary.acceptedAt ?? state.summary.appliedAt ?? state.firstReceivedAt),
  };
  countItem(state, at, accept, counts);
  const milestone = nextMilestone(state, at);
  if (milestone !== null) notes.milestones.push(milestone);
}

/** The item a row belongs to when the chunk meets it first. */
export function itemOfRow(row: ReadRow): ItemState {
  return newItem(row.source, row.no, row.receivedAt);
}

function isClassifiedItem(row: ReadRow, reference: ReferenceCopy): boolean {
  if (row.table !== 'up_pro_accept') return false;
  const item = reference.item(String(row.kept.task_code ?? ''), row.kept.catalog_code as string | undefined);
  return item?.versions.some((version) => version.classified) === true;
}

/** Keeps nothing of a classified item but that it is one, and who answers for it (DP-15). */
function quarantine(state: ItemState, row: ReadRow, at: number): void {
  const kept: Record<string, string> = {};
  const known = latestRow(state.document.accept)?.c ?? {};
  for (const name of ['org_code', 'task_code']) {
    const value = (row.table === 'up_pro_accept' ? row.kept[name] : undefined) ?? known[name];
    if (typeof value === 'string') kept[name] = value;
  }
  const stub: KeptRow = { g: 'classified', v: 1, t: at, r: at, h: '', c: kept };
  state.document = {
    accept: [stub],
    steps: [],
    specials: [],
    materials: [],
    results: [],
    notices: [],
    fees: [],
    classified: true,
  };
  state.applicant = { key: null, type: null, masked: null };
}

function countRow(counts: ReturnType<CountBook['of']>, row: ReadRow, conflict: boolean): void {
  counts.rows += 1;
  if (row.missing > 0) counts.missing += 1;
  if (row.coded) counts.codeRows += 1;
  if (row.badCodes > 0) counts.badCodes += 1;
  if (row.identified) counts.identifierRows += 1;
  if (row.badIdentifiers > 0) counts.badIdentifiers += 1;
  if (row.table !== 'up_pro_accept') counts.childRows += 1;
  if (conflict) counts.duplicates += 1;
}

function countLateness(
  counts: ReturnType<CountBook['of']>,
  eventAt: number,
  at: number,
  source: ReferenceSource | undefined,
  { rules }: Judging,
): void {
  const late = latenessOf(eventAt, at, source?.ownPlatform === true, rules.calendar);
  if (late === null) return;
  counts.late += 1;
  counts.lateMaxWorkdays = Math.max(counts.lateMaxWorkdays, late);
}

function noteApplicant(state: ItemState, row: ReadRow, arriving: Arriving): void {
  if (row.applicant === '') return;
  const type = String(row.kept.applyer_type ?? '') || null;
  state.applicant = {
    key: arriving.hashApplicant(row.applicant),
    type,
    // Companies are open data; only natural persons are masked (Personal Information Protection Law).
    masked: type === 'PERSON' || type === null ? maskName(row.applicantName) : row.applicantName,
  };
}

/** Child rows wait 24 hours for their parent; those that waited longer count against the day on which they came (DP-07). */
function trackOrphans(state: ItemState, at: number, hasParent: boolean, notes: ChunkNotes): void {
  if (!hasParent) {
    state.orphanSince ??= at;
    return;
  }
  if (state.orphanSince === null) return;
  state.orphanSince = null;
  const { document } = state;
  for (const rows of [
    document.steps,
    document.specials,
    document.materials,
    document.results,
    document.notices,
    document.fees,
  ]) {
    for (const row of rows) {
      const came = row.r0 ?? row.r;
      if (came + ORPHAN_MS >= at) continue;
      notes.counts.of(state.source, dateOf(came)).orphans += 1;
      notes.reopened.add(`${state.source} ${dateOf(came)}`);
    }
  }
}

function placeOf(
  state: ItemState,
  accept: KeptRow | undefined,
  reference: ReferenceCopy,
  source: ReferenceSource | undefined,
): ItemPlace {
  const uscc = (accept?.c.org_code as string | undefined) ?? source?.agency ?? state.place.agency;
  const agency = reference.agency(uscc);
  return {
    agency: uscc,
    division: agency?.division ?? source?.division ?? state.place.division,
    department: agency?.department ?? '',
  };
}

/** Counts an item once a day, and moves what it counted for when the same day's later rows change it. */
function countItem(
  state: ItemState,
  at: number,
  accept: KeptRow | undefined,
  counts: ReturnType<CountBook['of']>,
): void {
  const { summary, mind } = state;
  const day = dateOf(at);
  const old = mind.dayMarks?.day === day ? mind.dayMarks : null;
  const acceptedToday = accept !== undefined && accept.c.accept_date !== undefined && dateOf(accept.r) === day;
  const now = {
    day,
    accepted: acceptedToday,
    unlisted: acceptedToday && summary?.unlisted === true,
    disorder: summary?.disorder === true,
    mismatch: summary?.mismatch === true,
  };
  if (old === null) counts.itemsTouched += 1;
  counts.acceptedItems += Number(now.accepted) - Number(old?.accepted ?? false);
  counts.unlisted += Number(now.unlisted) - Number(old?.unlisted ?? false);
  counts.disorder += Number(now.disorder) - Number(old?.disorder ?? false);
  counts.mismatch += Number(now.mismatch) - Number(old?.mismatch ?? false);
  state.mind = { ...state.mind, dayMarks: now };
}
