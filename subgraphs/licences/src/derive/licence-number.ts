import { isResidentId } from '@gnomon/identifiers';
import { clockOf, type DerivedRecord, type DeriveWorld, type KeptRow, type RecordDocument } from '@gnomon/records';
import { collectedAtOf, placeOf } from './catalogue.ts';
import { instantOf, livingRows, textOf } from './rows.ts';
import { endOf, statusChanges } from './validity.ts';

/** One licence that bears the number: the time for which it was valid in the library. */
interface Copy {
  readonly row: KeptRow;
  readonly from: number;
  /** `null` = still valid. */
  readonly to: number | null;
}
/** A time in which two or more were valid together. */
interface Overlap {
  readonly by: Copy;
  readonly from: number;
  readonly to: number | null;
  readonly copies: number;
}

/** All licences of one type and number, over all sources (EL-07). */
export function deriveLicenceNumber(document: RecordDocument, id: string, world: DeriveWorld): DerivedRecord | null {
  const copies = copiesOf(document);
  const [first] = copies;
  if (first === undefined) return null;
  const overlap = lastOverlap(copies);
  const { row } = overlap?.by ?? first;
  const place = placeOf(textOf(row.c.issue_dept_code), row.s, world);
  const duplicate =
    overlap === null
      ? undefined
      : clockOf({
          calendar: world.calendarFor(place.division),
          limit: { amount: 3, unit: 'WORKDAY' },
          start: overlap.from,
          stoppedAt: overlap.to,
        });
  const origin = overlap?.from ?? first.from;
  const facts = { copies: overlap?.copies ?? 1, duplicate };
  return {
    place,
    listedAt: origin,
    state: overlap === null ? 'SINGLE' : overlap.to === null ? 'DUPLICATE' : 'RESOLVED',
    open: overlap !== null && overlap.to === null,
    // A number that only one licence bears is nothing to judge.
    subjects:
      overlap === null ? [] : [{ kind: 'licence-number', type: 'LicenceNumber', id: shownId(id, row), facts, origin }],
    marks: overlap === null ? [] : [{ name: 'duplicate', at: overlap.from }],
    milestone: null,
  };
}

/**
 * Some types bear the holder's resident identity number as theirs. Ids of subjects stand in signals and on cards, where no
 * personal data may: there the keyed hash of the holder's number takes its place.
 */
function shownId(id: string, { c }: KeptRow): string {
  const number = textOf(c.certificate_number);
  return isResidentId(number) ? `${textOf(c.certificate_type_code)}:${textOf(c.certificate_holder_code_key)}` : id;
}

/** Rows of one identifier (version included) are one licence, also when two libraries push it. */
function copiesOf(document: RecordDocument): readonly Copy[] {
  const changes = livingRows(document, 'change');
  const copies = new Map<string, Copy>();
  for (const row of livingRows(document, 'licence')) {
    const own = changes.filter(
      (change) => change.s === row.s && change.c.certificate_source_id === row.c.certificate_source_id,
    );
    const from = Math.max(collectedAtOf(row), instantOf(row.c.valid_from) ?? 0);
    const to = endOf(row, statusChanges(row, own));
    if (to !== null && to <= from) continue;
    const key = textOf(row.c.certificate_identifier) || `${row.s}:${textOf(row.c.certificate_source_id)}`;
    const known = copies.get(key);
    copies.set(key, known === undefined ? { row, from, to } : joined(known, { row, from, to }));
  }
  return [...copies.values()].sort((a, b) => a.from - b.from || (a.row.g < b.row.g ? -1 : 1));
}

function joined(a: Copy, b: Copy): Copy {
  const to = a.to === null || b.to === null ? null : Math.max(a.to, b.to);
  return { row: a.row, from: Math.min(a.from, b.from), to };
}

/** The latest time in which at least two of the copies (by beginning) were valid together. */
function lastOverlap(copies: readonly Copy[]): Overlap | null {
  let found: Overlap | null = null;
  for (const by of copies) {
    const others = copies.filter((one) => one !== by && one.from <= by.from && (one.to === null || one.to > by.from));
    if (others.length === 0) continue;
    found = prolonged(found, { by, from: by.from, to: endOfPairs([by, ...others]), copies: others.length + 1 });
  }
  return found;
}

/** The later of two overlaps, or both as one where the second begins before the first has ended. */
function prolonged(before: Overlap | null, next: Overlap): Overlap {
  if (before === null || (before.to !== null && before.to <= next.from)) return next;
  return { ...before, copies: Math.max(before.copies, next.copies), to: later(before.to, next.to) };
}

/** When fewer than two of them are left: the second latest end. */
function endOfPairs(copies: readonly Copy[]): number | null {
  const ends = copies.map((copy) => copy.to ?? Number.POSITIVE_INFINITY).sort((a, b) => b - a);
  const second = ends[1] as number;
  return second === Number.POSITIVE_INFINITY ? null : second;
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}
