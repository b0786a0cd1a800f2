import postgres from 'postgres';
import type { LogEntry, SignedHead } from './entry.ts';
import type { LogLine } from './lines.ts';

const BATCH = 2_000;

/**
 * Reads the log from the tables of supervision, and compares each card's history with what the log says of it. The database is believed in
 * nothing: what it gives is verified like a file.
 * @returns entries of card histories that are not as the log has them.
 */
export async function readDatabase(
  url: string,
  take: (line: LogLine) => void,
): Promise<readonly { readonly zh: string; readonly en: string }[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for await (const rows of sql<{ text: string }[]>`
      select entry as text from supervision.hub_act order by sequence`.cursor(BATCH))
      for (const { text } of rows) take({ kind: 'ENTRY', entry: JSON.parse(text) as LogEntry });
    for await (const rows of sql<{ text: string }[]>`
      select head as text from supervision.hub_act_head order by number`.cursor(BATCH))
      for (const { text } of rows) take({ kind: 'HEAD', head: JSON.parse(text) as SignedHead });
    const differing = await sql<{ card: string; event: number }[]>`
      select a.entry::jsonb ->> 'about' as card, (a.entry::jsonb -> 'detail' ->> 'event')::integer as event
      from supervision.hub_act a
      where a.kind = 'CARD_ACT' and not exists (select 1 from supervision.card_event e
        where e.card = a.entry::jsonb ->> 'about' and e.sequence = (a.entry::jsonb -> 'detail' ->> 'event')::integer
          and e.hash = a.entry::jsonb -> 'detail' ->> 'hash')`;
    return differing.map(({ card, event }) => ({
      zh: `CARD_HISTORY 牌 ${card} 的第 ${event} 条历史与日志不符`,
      en: `entry ${event} in the history of card ${card} is not the one that the log names`,
    }));
  } finally {
    await sql.end();
  }
}
