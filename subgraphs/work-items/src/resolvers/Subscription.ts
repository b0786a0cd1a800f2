import { requirePermission, type Signal } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { STREAM } from '../take-chunk.ts';
import { isVisible, signalNode } from './signal-node.ts';

export const Subscription = {
  workItemSignals: {
    async *subscribe(_: unknown, { after }: { after?: string | null }, context: WorkItemsContext) {
      requirePermission(context, 'READ_FEED');
      const start = after ?? (await context.feed.head(STREAM));
      const signal = context.signal ?? new AbortController().signal;
      for await (const entries of context.feed.follow(STREAM, start, { signal })) {
        for (const entry of entries) {
          if (entry.type !== 'signal' || !isVisible(entry.payload as Signal, context.scope)) continue;
          yield { workItemSignals: signalNode(entry.payload as Signal, entry.cursor), cursor: entry.cursor };
        }
      }
    },
  },
};
