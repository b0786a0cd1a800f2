import { readHubKey } from '@gnomon/store';
import { type BackgroundPart, createRounds, type Ports } from '@gnomon/subgraph-kit';
import type { Channels } from './channels/channel.ts';
import { createSecrets, type DeliverPorts, deliverDue } from './deliver.ts';
import { takeAgencies } from './follow-agencies.ts';
import { noticeMetrics } from './metrics.ts';
import { tellNew } from './tell.ts';

const LOOK_MS = 500;

/** The secrets of recipients' webhooks under the hub's key. */
export async function openSecrets({ database }: Pick<Ports, 'database'>): Promise<(recipient: string) => string> {
  return createSecrets(await readHubKey(database));
}

/** The parts that write notices and that deliver them: apart, so that a slow receiver holds up nothing but itself. */
export function noticeParts(
  ports: Ports,
  channels: Channels,
  secretOf: (recipient: string) => string,
): readonly BackgroundPart[] {
  const metrics = noticeMetrics(ports.metrics, ports.database, () => ports.time.now());
  const delivering: DeliverPorts = { ...ports, channels, secretOf, metrics };
  return [
    createRounds('write notices', LOOK_MS, async () => (await takeAgencies(ports)) + (await tellNew(ports)) > 0),
    createRounds('deliver notices', LOOK_MS, async (signal) => (await deliverDue(delivering, signal)) > 0),
  ];
}
