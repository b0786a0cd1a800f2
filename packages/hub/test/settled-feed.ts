import { setTimeout as pause } from 'node:timers/promises';
import { createClient, cursorsOf } from '@gnomon/store';

const POLL_MS = 50;
/** Parts in the order in which data pass through them; each is asked whether anything waits in it. */
const WAITING = `select
  (select count(*) from hub.outbox)
  + (select count(*) from work_items.work_item where due_at <= now())
  + (select count(*) from work_items.period where due_at <= now())
  + (select count(*) from work_items.subject where due_at <= now() and fault is null) as waiting,
  (select head from hub.stream where name = 'work-items') as head,
  (select cursor from hub.follower where follower = 'supervision' and stream = 'work-items') as cursor`;

/** Resolves when nothing waits: no timer is due, the outbox is empty, and supervision has taken over all signals. */
export async function settledFeed(databaseUrl: string): Promise<void> {
  const sql = createClient({ url: databaseUrl, applicationName: 'gnomon settled', max: 1 });
  try {
    const cursors = await cursorsOf(sql);
    for (;;) {
      const [row] = await sql.unsafe<{ waiting: number; head: number | null; cursor: string | null }[]>(WAITING);
      const { waiting, head, cursor } = row!;
      if (waiting === 0 && cursor === (head === null ? null : cursors.write('work-items', head))) return;
      await pause(POLL_MS);
    }
  } finally {
    await sql.end();
  }
}
