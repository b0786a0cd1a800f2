import type { Database } from '@gnomon/store';

type Sql = Database['sql'];

/** A question that is answered by plain SQL. */
export type Question = () => Promise<unknown>;

const RECORDS = ['licences', 'reviews', 'bundles', 'engineering', 'centres'] as const;

/** What the documents ask, by SQL on the tables in which rows stand, without tallies: one statement for each part of the answer. */
export function rawAnswers(
  sql: Sql,
  asked: {
    readonly day: string;
    readonly from: string;
    readonly to: string;
    readonly firstDay: string;
    readonly lastDay: string;
    readonly league: string;
    readonly agency: string;
  },
): { readonly regionDay: Question; readonly cardDensity: Question; readonly agencyFile: Question } {
  const { day, from, to, firstDay, lastDay, league, agency } = asked;
  const cardsOf = (by: string) =>
    `select ${by}, level, state, count(*) from supervision.card where division like '15%' and turned_at >= '${from}' and turned_at < '${to}' group by 1, 2, 3`;
  const newest = (table: string, where: string) =>
    `select * from ${table} where ${where} order by turned_at desc, id desc limit 20`;
  const inMonth = `turned_at >= '${from}' and turned_at < '${to}'`;
  return {
    regionDay: all(sql, [
      cardsOf('domain'),
      cardsOf('division'),
      newest('supervision.card', `division like '15%' and ${inMonth}`),
      newest('supervision.warning', `division like '15%' and ${inMonth} and state = 'ISSUED'`),
      workItemValues(`division like '15%' and ${days(day, day)}`),
      ...RECORDS.map((schema) => recordValues(schema, `division like '15%' and tally_day = '${day}'`)),
    ]),
    cardDensity: all(sql, [
      `select agency, count(*) filter (where level = 'YELLOW'), count(*) filter (where level = 'RED') from supervision.card
       where state = 'ISSUED' and division like '${league}%' and ${inMonth} group by 1`,
      `select agency, count(*) from work_items.work_item where division like '${league}%' and ${days(firstDay, lastDay)} group by 1`,
    ]),
    agencyFile: all(sql, [
      `select count(*) from work_items.work_item where agency = '${agency}' and ${days(firstDay, lastDay)}`,
      `select id, no, item_name, state, accepted_at, mind from work_items.work_item where agency = '${agency}' and is_open order by listed_at desc, id desc limit 50`,
      newest('supervision.card', `agency = '${agency}'`),
      newest('supervision.warning', `agency = '${agency}' and state = 'ISSUED'`),
      workItemValues(`agency = '${agency}' and ${days(firstDay, lastDay)}`),
      ...RECORDS.map((schema) =>
        recordValues(schema, `agency = '${agency}' and tally_day between '${firstDay}' and '${lastDay}'`),
      ),
      ...RECORDS.map(
        (schema) =>
          `select * from ${schema}.record where agency = '${agency}' order by listed_at desc, id desc limit 20`,
      ),
    ]),
  };
}

function all(sql: Sql, statements: readonly string[]): Question {
  return async () => {
    for (const statement of statements) await sql.unsafe(statement);
  };
}

const days = (first: string, last: string) =>
  `listed_at >= '${first}T00:00:00+08:00' and listed_at < '${last}T00:00:00+08:00'::timestamptz + interval '1 day'`;

const workItemValues = (where: string) =>
  `select split_part(one, '=', 1), split_part(one, '=', 2), count(*)
   from work_items.work_item, unnest(string_to_array(mind ->> 'levels', ',')) one where ${where} group by 1, 2`;

const recordValues = (schema: string, where: string) =>
  `select split_part(one, '=', 1), split_part(one, '=', 2), count(*)
   from ${schema}.subject, unnest(string_to_array(levels, ',')) one where ${where} group by 1, 2`;
