import { deriveWorld, type RecordContext, type RecordRow } from '@gnomon/records';
import { type CaseView, viewCase } from '../derive/case-view.ts';

const views = new WeakMap<RecordRow, CaseView | null>();

/** A case as its facts read it, under the rules and lists in force, once a request; `null` while its main row has not come. */
export function caseOf(row: RecordRow, { records }: RecordContext): CaseView | null {
  const known = views.get(row);
  if (known !== undefined) return known;
  const { rules, reference, lists } = records.ports;
  const view = viewCase(row.document, row.id, deriveWorld(rules.current(), reference, lists));
  views.set(row, view);
  return view;
}
