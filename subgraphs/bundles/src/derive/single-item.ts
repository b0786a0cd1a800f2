import { type DerivedRecord, type DeriveWorld, latestRow, type Mark, type RecordKind } from '@gnomon/records';
import { basicItemCode } from '@gnomon/reference';
import { instant, textOf } from './kept.ts';
import { placesUpwards } from './published-list.ts';

/**
 * A work item as bundles see it: one that was finished by itself although its item stands in a published bundle counts
 * for that bundle's place (OT-10). No subject: it is judged by its own domain.
 */
export const singleItem: RecordKind = {
  kind: 'single-item',
  derive(document, _id, world): DerivedRecord | null {
    const row = latestRow(document.item);
    const appliedAt = row === undefined ? null : instant(row.c, 'appliedAt');
    if (row === undefined || appliedAt === null) return null;
    const agency = textOf(row.c, 'agency');
    const division = textOf(row.c, 'division');
    const finishedAt = instant(row.c, 'finishedAt');
    const isSingle = finishedAt !== null && textOf(row.c, 'bundleNo') === '';
    const item = textOf(row.c, 'item');
    return {
      place: { agency, division, department: world.agency(agency)?.department ?? '', item: item === '' ? null : item },
      listedAt: appliedAt,
      state: null,
      open: finishedAt === null,
      subjects: [],
      marks: isSingle ? singleMarks(division, basicItemCode(item), finishedAt, world) : [],
      milestone: null,
    };
  },
};

function singleMarks(division: string, item: string, at: number, world: DeriveWorld): readonly Mark[] {
  const places = placesUpwards(division);
  const bundles = bundlesWith(item, places, world);
  return bundles.flatMap((group) => places.map((place) => ({ name: 'single', at, division: place, group })));
}

/** Whether an item stands in any published bundle; work items of other items need not be kept. */
export function isListed(item: string, world: DeriveWorld): boolean {
  return indexOf(world).has(basicItemCode(item));
}

function bundlesWith(item: string, places: readonly string[], world: DeriveWorld): readonly string[] {
  const entries = indexOf(world).get(item) ?? [];
  return [...new Set(entries.filter(({ division }) => places.includes(division)).map(({ bundle }) => bundle))].sort();
}

interface Entry {
  readonly division: string;
  readonly bundle: string;
}
type ListedRows = ReturnType<DeriveWorld['listedAll']>;
const INDEXES = new WeakMap<ListedRows, ReadonlyMap<string, readonly Entry[]>>();

/** Bundles by child item. Computed once for a published state of the lists. */
function indexOf(world: DeriveWorld): ReadonlyMap<string, readonly Entry[]> {
  const rows = world.listedAll('bundle_list_child');
  const known = INDEXES.get(rows);
  if (known !== undefined) return known;
  const index = new Map<string, Entry[]>();
  for (const row of rows) {
    const item = basicItemCode(textOf(row, 'child_code'));
    const entry = { division: textOf(row, 'division_code'), bundle: textOf(row, 'bundle_code') };
    const entries = index.get(item);
    if (entries === undefined) index.set(item, [entry]);
    else entries.push(entry);
  }
  INDEXES.set(rows, index);
  return index;
}
