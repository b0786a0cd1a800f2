import { REFERENCE_STREAM, type ReferenceAgency } from '@gnomon/reference';
import { keepAgencies } from './store/recipients.ts';
import { type FollowPorts, takeNew } from './take-new.ts';

const BATCH = 500;

/** Takes what the registry has published of agencies; gives how many entries that was. */
export async function takeAgencies(ports: FollowPorts): Promise<number> {
  return takeNew(ports, REFERENCE_STREAM, BATCH, async (tx, entries) => {
    const agencies = entries.filter(({ type }) => type === 'agency').map(({ payload }) => payload as ReferenceAgency);
    const newest = new Map(
      agencies.map(({ uscc, division, name, nameEn, department }) => [
        uscc,
        { uscc, division, name, nameEn, department },
      ]),
    );
    if (newest.size > 0) await keepAgencies(tx, [...newest.values()]);
  });
}
