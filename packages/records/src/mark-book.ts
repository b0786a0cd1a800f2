import { hash } from 'node:crypto';
import type { RecordState } from './record-state.ts';
import type { DerivedRecord, Mark } from './types.ts';

/** A mark as it is stored: where its record does not say otherwise, under the record's place. */
export interface StoredMark {
  readonly lane: number;
  readonly kind: string;
  readonly record: string;
  readonly sign: string;
  readonly name: string;
  readonly at: number;
  readonly value: number;
  readonly agency: string;
  readonly division: string;
  readonly item: string;
  readonly group: string;
  readonly key: string;
  readonly delayed: boolean;
}

/** A change of what is known: a mark that holds from an instant, or no longer from it on. */
export interface MarkChange {
  readonly mark: StoredMark;
  readonly knownFrom: number;
}
export interface MarkEnd {
  readonly lane: number;
  readonly kind: string;
  readonly record: string;
  readonly sign: string;
  readonly knownTo: number;
}

/** Changes of marks in one transaction. */
export interface MarkBook {
  /** Replaces a record's marks by those derived from it now; what stays the same is not touched. */
  replace(state: RecordState, derived: DerivedRecord | null, at: number, delayed: boolean): void;
  readonly added: readonly MarkChange[];
  readonly ended: readonly MarkEnd[];
}

export function createMarkBook(): MarkBook {
  const added: MarkChange[] = [];
  const ended: MarkEnd[] = [];
  return {
    added,
    ended,
    replace(state, derived, at, delayed) {
      const marks = marksOf(state, derived, delayed);
      if (marks.length === 0 && state.mind.marks.length === 0) return;
      const before = new Set(state.mind.marks);
      const after = new Map(marks.map((mark) => [mark.sign, mark]));
      for (const sign of before) {
        if (after.has(sign)) continue;
        ended.push({ lane: state.lane, kind: state.kind, record: state.id, sign, knownTo: at });
      }
      for (const [sign, mark] of after) {
        if (before.has(sign)) continue;
        added.push({ mark, knownFrom: at });
      }
      state.mind = { ...state.mind, marks: [...after.keys()] };
    },
  };
}

function marksOf(state: RecordState, derived: DerivedRecord | null, delayed: boolean): readonly StoredMark[] {
  if (derived === null) return [];
  const seen = new Map<string, number>();
  return derived.marks.map((mark) => {
    const stored = storedMark(state, derived, mark, delayed);
    // Equal marks of one record are told apart by their number.
    const n = seen.get(stored.sign) ?? 0;
    seen.set(stored.sign, n + 1);
    return n === 0 ? stored : { ...stored, sign: `${stored.sign}-${n}` };
  });
}

function storedMark(state: RecordState, { place }: DerivedRecord, mark: Mark, delayed: boolean): StoredMark {
  const { name, at, value = 1, key = '', group = '' } = mark;
  const agency = mark.agency ?? place.agency;
  const division = mark.division ?? place.division;
  const item = mark.item ?? place.item ?? '';
  const text = JSON.stringify([name, at, value, agency, division, item, group, key, delayed]);
  const sign = hash('md5', text, 'hex').slice(0, 20);
  const { lane, kind, id: record } = state;
  return { lane, kind, record, sign, name, at, value, agency, division, item, group, key, delayed };
}
