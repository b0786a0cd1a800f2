import type { DerivedRecord, KeptValue, Mark, RecordKind } from '@gnomon/records';
import { caseAsOf } from './case-as-of.ts';
import { caseFacts } from './case-facts.ts';
import { type CaseView, viewCase } from './case-view.ts';
import { overAt } from './clocks.ts';
import { closingToAnswer } from './closing.ts';
import { parallelPairs } from './pairs.ts';
import { placesUpwards } from './published-list.ts';

/** A bundle case (一件事办件): one subject, judged on its children as occurrences. */
export const bundleCase: RecordKind = {
  kind: 'bundle-case',
  derive(document, id, world): DerivedRecord | null {
    const view = viewCase(document, id, world);
    if (view === null || view.appliedAt === null) return null;
    const facts = caseFacts(view);
    const notices = typeof facts.notices === 'number' ? facts.notices : 0;
    return {
      place: {
        agency: view.lead,
        division: view.division,
        department: world.agency(view.lead)?.department ?? '',
        item: null,
      },
      listedAt: view.appliedAt,
      state: view.state ?? null,
      open: overAt(view) === null,
      links: { bundle: view.code },
      subjects: [{ kind: 'bundle-case', type: 'BundleCase', id, facts, origin: view.appliedAt }],
      marks: marksOf(view, notices),
      milestone: milestoneOf(view),
    };
  },
  asOf: caseAsOf,
};

/** What the months and rolling counts of the lead agency and of the place count. */
function marksOf(view: CaseView, notices: number): readonly Mark[] {
  const marks: Mark[] = [];
  if (view.acceptedAt !== null) {
    marks.push({ name: 'accepted', at: view.acceptedAt });
    if (notices > 1) marks.push({ name: 'several-notices', at: view.acceptedAt });
  }
  for (const { at, isSerial } of parallelPairs(view)) {
    marks.push({ name: 'pair', at });
    if (isSerial) marks.push({ name: 'serial-pair', at });
  }
  const closing = closingToAnswer(view);
  if (closing !== null && (closing.children?.length ?? 0) > 0) marks.push({ name: 'open-closing', at: closing.at });
  if (view.finishedAt !== null)
    for (const division of placesUpwards(view.division))
      marks.push({ name: 'finished', at: view.finishedAt, division, group: view.code });
  return marks;
}

function milestoneOf(view: CaseView): Readonly<Record<string, KeptValue | null>> {
  return {
    code: view.code,
    startedAt: view.appliedAt,
    acceptedAt: view.acceptedAt,
    finishedAt: view.finishedAt,
    state: view.state ?? null,
    children: view.children.flatMap(({ workItem }) => (workItem === null ? [] : [workItem])).join(','),
  };
}
