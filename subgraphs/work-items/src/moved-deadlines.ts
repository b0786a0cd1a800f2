import { type MovedClock, movedClocks } from '@gnomon/records';
import type { Database } from '@gnomon/store';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { deriveFacts } from './facts.ts';
import type { ItemState } from './item-state.ts';
import { inputsOf } from './judge-item.ts';
import { openItems } from './store/read-history.ts';
import { type IntakePorts, judgingOf } from './take-chunk.ts';

const BATCH = 500;

/** Every running clock of an open item that another calendar moves. Nothing is written. */
export async function movedDeadlines(
  { ports, scope, now }: { ports: IntakePorts; scope: Parameters<Database['asViewer']>[0]; now: number },
  rules: { readonly before: RulesInForce; readonly after: RulesInForce },
): Promise<{
  readonly subjects: number;
  readonly moved: readonly { readonly item: ItemState; readonly clock: MovedClock }[];
}> {
  const moved: { item: ItemState; clock: MovedClock }[] = [];
  let subjects = 0;
  for (let last: ItemState | null = null; ; ) {
    const after: ItemState | null = last;
    const items: readonly ItemState[] = await ports.database.asViewer(scope, (tx) => openItems(tx, after, BATCH));
    for (const item of items) for (const clock of clocksOf(item, ports, rules, now)) moved.push({ item, clock });
    subjects += items.length;
    if (items.length < BATCH) return { subjects, moved };
    last = items.at(-1)!;
  }
}

function clocksOf(
  item: ItemState,
  ports: IntakePorts,
  rules: { readonly before: RulesInForce; readonly after: RulesInForce },
  now: number,
): readonly MovedClock[] {
  const side = (own: RulesInForce) => {
    const judging = judgingOf({ ...ports, rules: { current: () => own, onChange: () => () => {} } });
    const facts = deriveFacts(item.document, inputsOf(item, judging))?.facts ?? {};
    return { facts, calendar: own.calendarFor(item.place.division) };
  };
  return movedClocks(side(rules.before), side(rules.after), now);
}
