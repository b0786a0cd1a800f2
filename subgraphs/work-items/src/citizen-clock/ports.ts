import { type Capabilities, createCapabilities } from '@gnomon/identity';
import { type Database, readHubKey } from '@gnomon/store';

/** What the citizen's clock holds beside what its subgraph has. */
export interface ClockPorts {
  /** The hub's secret, under which links are hashed. */
  readonly hubKey: string;
  readonly capabilities: Capabilities;
}

/** The purpose under which work items and supervision speak of a clock to somebody without a scope. */
const PURPOSE = 'citizen clock';

/** @throws {Error} when the hub's key is gone. */
export async function openClockPorts(database: Pick<Database, 'sql'>): Promise<ClockPorts> {
  const hubKey = await readHubKey(database);
  return { hubKey, capabilities: createCapabilities(hubKey, PURPOSE) };
}
