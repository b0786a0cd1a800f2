import { seesPersonalData, type Viewer } from '@gnomon/identity';
import DataLoader from 'dataloader';
import { recordAct } from './acts.ts';
import type { Ports, RequestContext } from './types.ts';

/** Asks, for one request, whether personal data may be shown as they are. */
export interface Unmasking {
  /**
   * True when the viewer gave a purpose with a case number, and that this record was shown to it is on record: written before anything is
   * shown, so that nobody sees what the log does not know. When the log cannot be written the data stay masked.
   */
  allows(kind: string, record: string): Promise<boolean>;
}

/** Ids that an entry names; beyond it there is the count. */
const MOST_NAMED = 20;

/** Unmasking of one request. What is asked in one turn is one entry of the log a kind of record. */
export function createUnmasking(
  ports: Pick<Ports, 'database' | 'time' | 'log'>,
  { viewer, requestId }: Pick<RequestContext, 'viewer' | 'requestId'>,
): Unmasking {
  if (viewer === null || !seesPersonalData(viewer)) return { allows: async () => false };
  const loader = new DataLoader<string, boolean>(
    async (keys) => {
      const isRecorded = await record(ports, viewer, requestId, keys.map(readKey));
      return keys.map(() => isRecorded);
    },
    { maxBatchSize: 1_000 },
  );
  return { allows: (kind, id) => loader.load(JSON.stringify([kind, id])) };
}

interface Shown {
  readonly kind: string;
  readonly id: string;
}

async function record(
  { database, time, log }: Pick<Ports, 'database' | 'time' | 'log'>,
  viewer: Viewer,
  requestId: string,
  shown: readonly Shown[],
): Promise<boolean> {
  const acts = [...Map.groupBy(shown, ({ kind }) => kind)].map(([kind, records]) => ({
    kind: 'UNMASKED',
    by: viewer,
    at: time.now(),
    about: records.length === 1 ? records[0]!.id : null,
    detail: {
      record: kind,
      count: records.length,
      records: records.slice(0, MOST_NAMED).map(({ id }) => id),
      caseNo: viewer.purpose?.caseNo ?? null,
      domain: database.schema,
      request: requestId,
    },
  }));
  try {
    await database.transaction((tx) => recordAct(tx, ...acts));
    return true;
  } catch (err) {
    log.error(
      { err, request: requestId },
      'the unmasking of personal data could not be put on record; they stay masked',
    );
    return false;
  }
}

function readKey(key: string): Shown {
  const [kind, id] = JSON.parse(key) as [string, string];
  return { kind, id };
}
