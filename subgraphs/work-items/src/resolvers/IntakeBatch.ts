import type { BatchRow } from '@gnomon/records';
import { NOTHING_STANDS, requirePermission } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { standingOf } from './standing.ts';

export const IntakeBatch = {
  async __resolveReference({ id }: { id: string }, context: WorkItemsContext) {
    requirePermission(context, 'READ_INTAKE');
    return context.load.batch.load(id);
  },
  source: ({ source }: BatchRow) => (source === '*' ? null : { id: source }),
  openedAt: ({ opened_at }: BatchRow) => opened_at,
  closedAt: ({ closed_at }: BatchRow) => closed_at,
  isHistory: ({ replay }: BatchRow) => replay,
  async account({ id }: BatchRow, _: unknown, context: WorkItemsContext) {
    const [row] = await context.load.account.load(id);
    return {
      chunks: row?.chunks ?? 0,
      rows: row?.rows ?? 0,
      taken: row?.taken ?? 0,
      setAside: row?.set_aside ?? 0,
      refused: row?.refused ?? 0,
      identical: row?.identical ?? 0,
    };
  },
  async standing({ id }: BatchRow, _: unknown, context: WorkItemsContext) {
    const subject = await context.load.subject.load(`intake-batch ${id}`);
    return standingOf(subject?.standing ?? NOTHING_STANDS);
  },
};
