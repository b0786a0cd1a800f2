import type { Viewer } from '@gnomon/identity';
import type { Card, CardEvent } from '../card.ts';
import { ACT_KINDS, type ActKind, type CardState } from '../words.ts';
import { actorsOf, otherSide } from './actors.ts';
import { barred } from './bars.ts';
import type { Course } from './course.ts';
import { type Actor, LIFE } from './table.ts';

/** Who may act; the hub's own acts are not waited for by anybody. */
type Person = Exclude<Actor, 'HUB'>;

/** An act that is possible now (待办环节). */
export interface NextAct {
  readonly act: ActKind;
  readonly by: readonly Person[];
  readonly mine: boolean;
}

/** What decides beside the card: who did what before, the present, and until when a second appeal may be raised (`null`: no limit). */
export interface NextActsAt {
  readonly history: readonly Pick<CardEvent, 'kind' | 'by'>[];
  readonly at: number;
  readonly secondAppealUntil: number | null;
}

const JUDGING: ReadonlySet<ActKind> = new Set([
  'APPEAL_EXTENDED',
  'APPEAL_SUSTAINED',
  'APPEAL_REVOKED',
  'APPEAL_DOWNGRADED',
]);

/** The acts that are possible on a card, by its state and by what was done before, in the order of the table. */
export function nextActs(viewer: Viewer | null, card: Card, course: Course, time: NextActsAt): readonly NextAct[] {
  const actors = actorsOf(viewer, card);
  return ACT_KINDS.flatMap((act) => {
    const by = peopleOf(act, course);
    const inState = (LIFE[act].from as readonly CardState[]).includes(card.state);
    if (by.length === 0 || !inState || barred(act, card, course) !== null || isTooLate(act, card, course, time))
      return [];
    // Whoever issued or confirmed a card does not judge its appeal (Art. 8).
    const isOwn = JUDGING.has(act) && viewer !== null && card.issuedBy === viewer.id;
    const isOther = viewer !== null && otherSide(viewer, act, time.history) !== null;
    return [{ act, by, mine: !isOwn && !isOther && by.some((one) => actors.includes(one)) }];
  });
}

/** A first appeal is judged by the body that has the card, a second one by the body above. */
function peopleOf(act: ActKind, { appeals }: Course): readonly Person[] {
  if (JUDGING.has(act)) return appeals.length > 1 ? ['SUPERVISOR_ABOVE'] : ['SUPERVISOR'];
  return LIFE[act].by.filter((actor) => actor !== 'HUB');
}

function isTooLate(act: ActKind, { level }: Card, { appeals }: Course, { at, secondAppealUntil }: NextActsAt): boolean {
  if (act === 'APPEAL_EXTENDED') return appeals.length !== 1 || appeals[0]!.extendedAt !== null || level === 'RED';
  if (act !== 'APPEALED' || appeals.length === 0) return false;
  return appeals.length > 1 || (secondAppealUntil !== null && at >= secondAppealUntil);
}
