import { requireViewer } from '@gnomon/subgraph-kit';
import type { SupervisionContext } from '../context.ts';
import { positionOf } from '../follow.ts';
import { followedStreams } from '../store/followed.ts';

/** As of when supervision speaks: each followed domain, also one whose feed does not answer (law 11). */
export async function supervisionStatus(_root: unknown, _args: unknown, context: SupervisionContext) {
  requireViewer(context);
  const { ports, streams } = context;
  const at = ports.time.now();
  const followed = await ports.database.asViewer(context.scope, followedStreams);
  const domains = streams.map(async (name) => ({
    name,
    asOf: followed.get(name) ?? null,
    ...(await reach(context, name, at)),
  }));
  return { at, domains: await Promise.all(domains) };
}

async function reach(context: SupervisionContext, stream: string, at: number) {
  const { ports } = context;
  try {
    const cursor = await positionOf(ports, stream);
    const [waiting] = await ports.feed.read(stream, cursor, 1);
    const lagSeconds = waiting === undefined ? 0 : Math.max(0, at - waiting.at) / 1000;
    return { cursor, lagSeconds, reachable: true };
  } catch (err) {
    ports.log.warn({ err, stream }, 'the feed of a domain does not answer; its status says so');
    return { cursor: null, lagSeconds: null, reachable: false };
  }
}
