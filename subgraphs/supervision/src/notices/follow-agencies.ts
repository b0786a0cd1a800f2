import { REFERENCE_STREAM, type ReferenceAgency } from '@gnomon/reference';
import { lockPosition, writePosition } from '@gnomon/store';
import { keepAgencies } from './store/recipients.ts';
import type { TellPorts } from './tell.ts';
import { TELLER } from './tell.ts';

const BATCH = 500;

/** Takes what the registry has published of agencies; gives how many entries that was. */
export async function takeAgencies({ database, feed }: TellPorts): Promise<number> {
  return database.transaction(async (tx) => {
    const from = await lockPosition(tx, TELLER, REFERENCE_STREAM);
    const entries = await feed.read(REFERENCE_STREAM, from, BATCH);
    const last = entries.at(-1);
    if (last === undefined) return 0;
    const newest = new Map(
      entries
        .filter(({ type }) => type === 'agency')
        .map(({ payload }) => {
          const { uscc, division, name, nameEn } = payload as ReferenceAgency;
          return [uscc, { uscc, division, name, nameEn }];
        }),
    );
    if (newest.size > 0) await keepAgencies(tx, [...newest.values()]);
    await writePosition(tx, { follower: TELLER, stream: REFERENCE_STREAM, cursor: last.cursor });
    return entries.length;
  });
}
