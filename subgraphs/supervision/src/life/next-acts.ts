import type { Viewer } from '@gnomon/identity';
import type { Card } from '../card.ts';
import { ACT_KINDS, type ActKind, type CardState } from '../words.ts';
import { actorsOf } from './actors.ts';
import { barred } from './bars.ts';
import type { Course } from './course.ts';
import { type Actor, LIFE } from './table.ts';

/** An act that is possible now (待办环节). */
export interface NextAct {
  readonly act: ActKind;
  /** Who may do it; the hub's own acts are not waited for by anybody. */
  readonly by: readonly Exclude<Actor, 'HUB'>[];
  readonly mine: boolean;
}

/** The acts that are possible on a card, by its state and by what was done before, in the order of the table. */
export function nextActs(viewer: Viewer | null, card: Card, course: Course): readonly NextAct[] {
  const actors = actorsOf(viewer, card);
  return ACT_KINDS.flatMap((act) => {
    const { by, from } = LIFE[act];
    const people = by.filter((actor) => actor !== 'HUB');
    const isOpen = (from as readonly CardState[]).includes(card.state) && barred(act, card, course) === null;
    return people.length === 0 || !isOpen
      ? []
      : [{ act, by: people, mine: people.some((one) => actors.includes(one)) }];
  });
}
