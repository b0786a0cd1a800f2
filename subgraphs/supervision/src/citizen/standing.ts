import { createCapabilities } from '@gnomon/identity';
import { readHubKey } from '@gnomon/store';
import type { TransactionSql } from 'postgres';
import type { SupervisionContext } from '../context.ts';
import { laneOf } from '../lane.ts';
import type { FieldsOf } from '../resolvers/fields-of.ts';
import { OPEN_CARD_STATES } from '../words.ts';

/** The purpose under which work items sign what they let be asked here; the same words stand in their own source. */
const PURPOSE = 'citizen clock';

/** The gravest that stands on an application (监督状态). */
export type CitizenStanding = 'NONE' | 'WARNING' | 'YELLOW' | 'RED';

/**
 * Supervision's part of the citizen's clock. The caller has no scope: what he may ask is what the signed name says, and it is answered by one
 * word. A name that does not hold gives nothing.
 */
export const CitizenClock = {
  async __resolveReference({ capability }: { readonly capability: string }, { ports }: SupervisionContext) {
    const capabilities = createCapabilities(await readHubKey(ports.database), PURPOSE);
    const workItem = capabilities.read(capability, ports.time.now());
    if (workItem === null) return null;
    return { capability, standing: await ports.database.transaction((tx) => standingOf(tx, workItem)) };
  },
} satisfies FieldsOf<'CitizenClock'>;

/**
 * Cards count from their issue until they end; a held one is not there yet, and nobody hears of it. A card by hand (without a signal) of another
 * place than the application's is about something else of that name.
 */
async function standingOf(tx: TransactionSql, workItem: string): Promise<CitizenStanding> {
  const lane = laneOf(workItem);
  const rows = await tx<{ level: CitizenStanding }[]>`/* citizenStanding */
    select level from card c where lane = ${lane} and subject_type = 'WorkItem' and subject = ${workItem}
      and issued_at is not null and state = any (${OPEN_CARD_STATES as unknown as string[]}::text[])
      and (c.signal <> '' or not exists (select 1 from finding f where f.lane = c.lane and f.subject_kind = 'work-item'
        and f.subject = c.subject and f.division <> c.division))
    union all
    select 'WARNING' from warning where lane = ${lane} and subject_type = 'WorkItem' and subject = ${workItem} and state = 'ISSUED'`;
  const levels = new Set(rows.map(({ level }) => level));
  return (['RED', 'YELLOW', 'WARNING'] as const).find((level) => levels.has(level)) ?? 'NONE';
}
