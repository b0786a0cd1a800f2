import { createClient } from '@gnomon/store';

/** What an intake left in the database: everything that does not say when it happened. */
export interface IntakeOutcome {
  /** Sums of the chunks' ledger; each chunk balances by a constraint of the table. */
  readonly ledger: Readonly<Record<'chunks' | 'rows' | 'taken' | 'setAside' | 'refused' | 'identical', number>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Versions of a row that are in the log more than once. */
  readonly doubledVersions: number;
  /** Streams whose places are not 1, 2, 3 … up to their head. */
  readonly brokenStreams: readonly string[];
  /** Signals in the feed more than once, and signals that supervision has not taken over. */
  readonly doubledSignals: number;
  readonly signalsNotTakenOver: number;
  /** What each source's days counted in rows; items are counted once a day, and a run may meet midnight. */
  readonly sourceCounts: readonly string[];
  /** Counters of the indicators. */
  readonly tallies: readonly string[];
  /** Standing verdicts, warnings and cards of work items, with the instants at which they turned. */
  readonly findings: readonly string[];
  readonly warnings: readonly string[];
  readonly cards: readonly string[];
}

const ITEM = `subject_type = 'WorkItem'`;
/** What an arriving row turns at once has the instant of its arrival, which is another one in each run. */
const TURNED = `case when turned_at >= (select min(opened_at) from work_items.intake_batch) then 'on arrival'
  else (extract(epoch from turned_at) * 1000)::bigint::text end`;
/** What says no time of its own counts for the day on which it came. */
const DAY = `case when day >= (select min(opened_at) - interval '1 day' from work_items.intake_batch) then 'on arrival'
  else day::text end`;

/** Reads it past the graph, by the server's superuser. */
export async function readOutcome(databaseUrl: string): Promise<IntakeOutcome> {
  const sql = createClient({ url: databaseUrl, applicationName: 'gnomon outcome', max: 1 });
  const lines = async (text: string): Promise<string[]> =>
    (await sql.unsafe<{ line: string }[]>(`select line from (${text}) lines order by line`)).map(({ line }) => line);
  const number = async (text: string): Promise<number> =>
    Number((await sql.unsafe<{ n: unknown }[]>(`select (${text}) as n`))[0]!.n);
  try {
    const [ledger] = await sql.unsafe<IntakeOutcome['ledger'][]>(`
      select count(*)::int as chunks, sum(rows_count)::int as rows, sum(taken)::int as taken, sum(set_aside)::int as "setAside",
        sum(refused)::int as refused, sum(identical)::int as identical from work_items.intake_chunk`);
    const counts: Record<string, number> = {};
    for (const table of ['row_log', 'work_item', 'item_event', 'refused_row', 'intake_batch', 'control_total'])
      counts[table] = await number(`select count(*) from work_items.${table}`);
    return {
      ledger: { ...ledger! },
      counts,
      doubledVersions: await number(`select count(*) from (select 1 from work_items.row_log
        group by source, no, tbl, guid, version having count(*) > 1) doubled`),
      brokenStreams: await lines(`select name as line from hub.stream s left join hub.feed f on f.stream = s.name
        group by name, head having count(f.seq) <> head or min(f.seq) <> 1 or max(f.seq) <> head`),
      doubledSignals: await number(
        `select count(*) - count(distinct payload->>'id') from hub.feed where type = 'signal'`,
      ),
      signalsNotTakenOver: await number(`select count(*) from hub.feed f where type = 'signal'
        and not exists (select 1 from supervision.signal s where s.id = f.payload->>'id')`),
      sourceCounts: await lines(`select source || ' ' || key || ' ' || sum(value::numeric) as line
        from work_items.source_delta, json_each_text(counts)
        where key not in ('lateMaxWorkdays', 'itemsTouched', 'acceptedItems', 'unlisted', 'disorder', 'mismatch') group by source, key`),
      tallies:
        await lines(`select concat_ws(' ', ${DAY}, indicator, division, agency, source, item, level, sum(n)) as line
        from (select day, indicator, division, agency, source, item, level, n from work_items.tally_day
          union all select day, indicator, division, agency, source, item, level, n from work_items.tally_delta) cells
        where indicator like 'WI-%' and item <> ''
        group by ${DAY}, indicator, division, agency, source, item, level having sum(n) <> 0`),
      findings: await lines(`select concat_ws(' ', rule, subject, occurrence, level, ${TURNED}) as line
        from supervision.finding where ${ITEM} and level <> 'NONE'`),
      warnings: await lines(`select concat_ws(' ', rule, subject, occurrence, state, ${TURNED}) as line
        from supervision.warning where ${ITEM}`),
      cards: await lines(`select concat_ws(' ', rule, subject, occurrence, level, state, ${TURNED}) as line
        from supervision.card where ${ITEM}`),
    };
  } finally {
    await sql.end();
  }
}
