import { horizonOf } from '@gnomon/records';
import { type BackgroundPart, createRounds } from '@gnomon/subgraph-kit';
import type { TimerPorts } from './pass-time.ts';

const LOOK_MS = 1_000;

/**
 * When other rules or another calendar came into force since the items were last armed, every open item falls due now, so
 * that it is judged anew; a verdict that only the new rules give is dated from now on (rule version in force at the time).
 */
export function createRejudging(ports: TimerPorts): BackgroundPart {
  let armedFor = '';
  const step = async (): Promise<boolean> => {
    const { pack, calendar, since } = ports.rules.current();
    const inForce = `${pack.hash} ${calendar.hash}`;
    if (inForce === armedFor) return false;
    const armed = await ports.database.transaction(async (tx) => {
      const [known] = await tx<{ body: string }[]>`
        /* armedRules */ select body from reference where type = 'meta' and key = 'rules' for update`;
      if (known?.body === inForce) return 0;
      const now = await horizonOf(tx, since ?? ports.time.now());
      const due =
        known === undefined
          ? 0
          : (
              await tx`/* rearmItems */
                update work_item set due_at = ${now}::timestamptz, fault = null
                where (is_open or due_at is not null) and orphan_since is null and (due_at is null or due_at > ${now}::timestamptz)`
            ).count;
      await tx`/* keepArmedRules */
        insert into reference (type, key, body) values ('meta', 'rules', ${JSON.stringify(inForce)}::text::json)
        on conflict (type, key) do update set body = excluded.body`;
      return due;
    });
    armedFor = inForce;
    if (armed > 0) ports.log.info({ items: armed }, 'rules or calendar changed: open work items are judged anew');
    return armed > 0;
  };
  return createRounds('rejudging', LOOK_MS, step);
}
