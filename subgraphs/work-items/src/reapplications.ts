import type { Transaction } from '@gnomon/subgraph-kit';
import type { Arriving, ChunkNotes } from './arrive.ts';
import { basicCodeOf, deriveFacts } from './facts.ts';
import type { ItemState } from './item-state.ts';
import { inputsOf, judgeItem } from './judge-item.ts';
import { findReapplication, findWithdrawn } from './store/items.ts';

/** WI-15: a withdrawn item whose applicant applies again is told so, whichever of the two came first. */
export async function linkReapplications(
  tx: Transaction,
  touched: ItemState[],
  arriving: Arriving,
  notes: ChunkNotes,
): Promise<void> {
  const applied = touched.filter(
    (state) => state.revision === 0 && state.applicant.key !== null && state.summary !== null,
  );
  const here = new Map(touched.map((state) => [state.id, state]));
  const withdrawn = new Map(
    touched
      .filter((state) => state.summary?.withdrawn === true && state.applicant.key !== null)
      .map((state) => [state.id, state]),
  );
  if (applied.length > 0) {
    for (const state of await findWithdrawn(
      tx,
      applied.map((item) => item.applicant.key!),
    ))
      if (!here.has(state.id)) withdrawn.set(state.id, state);
  }
  for (const state of withdrawn.values()) {
    const ended = state.summary ?? deriveFacts(state.document, inputsOf(state, arriving))?.summary ?? null;
    if (ended === null || ended.finishedAt === null) continue;
    const basic = ended.itemCode;
    let at: number | null = null;
    for (const other of touched) {
      if (other.id === state.id || other.applicant.key !== state.applicant.key || other.summary?.itemCode !== basic)
        continue;
      const appliedAt = other.summary.appliedAt;
      if (appliedAt !== null && appliedAt >= ended.finishedAt && (at === null || appliedAt < at)) at = appliedAt;
    }
    if (here.has(state.id)) {
      const stored = await findReapplication(tx, {
        id: state.id,
        key: state.applicant.key!,
        basic: basicCodeOf(basic),
        after: ended.finishedAt,
      });
      if (stored !== null && (at === null || stored < at)) at = stored;
    }
    if (at === null || (state.mind.reappliedAt !== null && state.mind.reappliedAt <= at)) continue;
    state.mind = { ...state.mind, reappliedAt: at };
    const now = Math.max(state.receivedAt, ...applied.map((item) => item.receivedAt));
    notes.signals.push(...judgeItem(state, arriving, { at: now, happenedAt: at, before: state.document }, now));
    if (!here.has(state.id)) touched.push(state);
  }
}
