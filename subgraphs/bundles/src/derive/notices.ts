import { basicItemCode } from '@gnomon/reference';
import type { FactRecord } from '@gnomon/rule-engine';
import { dayOf } from '@gnomon/working-time';
import type { CaseView } from './case-view.ts';
import { instant, textOf } from './kept.ts';

interface Notice {
  readonly agency: string;
  readonly day: number;
}

/**
 * Supplement notices before acceptance, of the bundle and of its children. A child's notices are counted from what the
 * platform pushed or from what its work item tells, whichever is more, never both.
 */
export function noticeFacts(view: CaseView): FactRecord {
  const notices = noticesBefore(view, view.acceptedAt ?? Number.POSITIVE_INFINITY);
  return { notices: notices.count, noticesOfSeveralAgencies: areOfSeveral(notices.dated) };
}

function noticesBefore(view: CaseView, end: number): { readonly count: number; readonly dated: readonly Notice[] } {
  const dated: Notice[] = [];
  const pushedOf = new Map<string, number>();
  for (const { c } of view.notices) {
    const at = instant(c, 'sent_time');
    if (at === null || at >= end) continue;
    const code = basicItemCode(textOf(c, 'child_code'));
    pushedOf.set(code, (pushedOf.get(code) ?? 0) + 1);
    dated.push({ agency: textOf(c, 'agency'), day: dayOf(at) });
  }
  let count = dated.length;
  for (const { code, agency, noticeAt, notices } of view.children) {
    if (noticeAt === null || noticeAt >= end) continue;
    const pushed = pushedOf.get(code) ?? 0;
    count += Math.max(0, notices - pushed);
    if (pushed === 0) dated.push({ agency, day: dayOf(noticeAt) });
  }
  return { count, dated };
}

/** Two notices of two agencies on two days. */
function areOfSeveral(notices: readonly Notice[]): boolean {
  return notices.some((one) => notices.some((other) => one.agency !== other.agency && one.day !== other.day));
}
