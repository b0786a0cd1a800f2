import type { Database } from '@gnomon/store';
import type { Expected } from './expected.ts';
import { both, type Finding, finding } from './finding.ts';
import type { TimerTable } from './observe.ts';

type Sql = Database['sql'];
/** From so many on the number is not told any more. */
const MOST_COUNTED = 1_000;

/** Subjects of a domain that rest with a fault: nobody judges them until they come anew or the rules change. */
export async function faultFindings(
  sql: Sql,
  domain: string,
  tables: readonly TimerTable[],
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const { name, hasFault } of tables) {
    if (!hasFault) continue;
    const [row] = await sql<{ resting: number }[]>`/* countFaults */
      select count(*)::integer as resting from (select 1 from ${sql(name)} where fault is not null limit ${MOST_COUNTED + 1}) counted`;
    if (row!.resting > 0) found.push(resting(domain, name, row!.resting));
  }
  return found;
}

function resting(domain: string, table: string, count: number): Finding {
  const many = count > MOST_COUNTED;
  return finding('SUBJECTS_REST', `${domain} ${table}`, {
    what: both(
      `${domain} 的 ${table} 中有 ${many ? `${MOST_COUNTED} 个以上` : `${count} 个`}对象判定出错被搁置，此后无人判定`,
      `${many ? `more than ${MOST_COUNTED}` : count} subject(s) in ${table} of ${domain} rest because judging them failed; nobody judges them since`,
    ),
    expected: both('没有搁置的对象', 'no subject that rests'),
    remedy: both(
      '请在日志中查明出错原因；改正规则并发布，或由数源重推该数据，搁置的对象随即重新判定',
      'read the log for the fault; publish the mended rule, or let the source send the row again: what rests is then judged anew',
    ),
  });
}

/** Counts that nobody folds: answers stay exact and grow slower with every row. */
export async function tallyFindings(
  sql: Sql,
  domain: string,
  { talliesSeconds }: Pick<Expected['limits'], 'talliesSeconds'>,
): Promise<readonly Finding[]> {
  const [oldest] = await sql<{ lane: number; id: number }[]>`/* oldestTally */
    select lane, id from tally_delta order by lane, id limit 1`;
  if (oldest === undefined) return [];
  return [
    finding('TALLIES_STAND', domain, {
      // The fold leaves nothing behind that was there when it began: as long as the same count is the first, it has not run.
      key: `TALLIES_STAND ${domain} ${oldest.lane} ${oldest.id}`,
      forMs: talliesSeconds * 1000,
      what: both(
        `${domain} 的统计增量没有汇总，查询越来越慢`,
        `counts of ${domain} are not folded; answers stay exact and grow slower`,
      ),
      expected: both(`${talliesSeconds} 秒内汇总`, `folded within ${talliesSeconds} seconds`),
      remedy: both('请查看该进程的日志（部件“tallies”）', 'read the log of its process (the part "tallies")'),
    }),
  ];
}

/** Whether the subgraph's schema counts anything. */
export async function hasTallies({ sql, schema }: Pick<Database, 'sql' | 'schema'>): Promise<boolean> {
  const [row] = await sql<
    { has: boolean }[]
  >`/* hasTallies */ select to_regclass(${`${schema}.tally_delta`}) is not null as has`;
  return row!.has;
}
