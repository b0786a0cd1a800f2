import { followSignals, requirePermission } from '@gnomon/subgraph-kit';
import type { WorkItemsContext } from '../context.ts';
import { STREAM } from '../take-chunk.ts';
import { signalNode } from './signal-node.ts';

export const Subscription = {
  workItemSignals: {
    /** No generator of its own: who may not hear it is refused at once, and not at the first event. */
    subscribe(_: unknown, { after }: { after?: string | null }, context: WorkItemsContext) {
      requirePermission(context, 'READ_FEED');
      return heard(context, after);
    },
  },
};

async function* heard(context: WorkItemsContext, after: string | null | undefined) {
  const from = { after: after ?? null, signal: context.signal };
  for await (const { signal, cursor } of followSignals(context.feed, STREAM, context.scope, from))
    yield { workItemSignals: signalNode(signal, cursor), cursor };
}
