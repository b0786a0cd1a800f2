import type { Database } from '@gnomon/store';

type Sql = Database['sql'];

/** The three months of the load. */
export const FROM = '2026-01-01T00:00:00+08:00';
export const DAYS = 90;
/** The league that card densities are asked of. */
export const LEAGUE = '1501';
export const RULES_A_DOMAIN = 10;
/** Agencies of each banner. */
const AGENCIES = 5;

/** Domains of records beside work items: subjects for each hundred work items, and the prefix of their rules. */
const DOMAINS = [
  { schema: 'licences', rules: 'EL', perHundred: 50 },
  { schema: 'reviews', rules: 'RV', perHundred: 40 },
  { schema: 'bundles', rules: 'OT', perHundred: 2 },
  { schema: 'engineering', rules: 'EP', perHundred: 2 },
  { schema: 'centres', rules: 'SC', perHundred: 10 },
] as const;

/**
 * Fills the tables of a hub as an intake of three months leaves them: work items and subjects of the other domains with the level of each
 * rule, cards for one in a hundred, and the tallies, which are computed from the rows themselves.
 * @returns one agency of the league.
 */
export async function fillProvince(sql: Sql, items: number): Promise<{ readonly agency: string }> {
  await sql.unsafe(`create temporary table place as
    select row_number() over (order by code, n)::int - 1 as ordinal, code as division, '11' || rpad(code, 6, '0') || lpad(n::text, 10, '0') as agency
    from registry.division, generate_series(1, ${AGENCIES}) n where level = 3`);
  await sql.unsafe(`insert into registry.reference (type, key, name, division, agency, class, object, revision, published_at, published_by)
    select 'agency', agency, '机构 ' || agency, division, null, '', json_build_object('uscc', agency, 'name', '机构 ' || agency, 'nameEn', null,
      'division', division, 'department', '', 'level', 3, 'duty', 'IMPLEMENTING', 'reportsTo', null, 'from', null, 'to', null)::jsonb, 1, now(), 'bench' from place`);
  const [{ places }] = (await sql.unsafe('select count(*)::int as places from place')) as unknown as [
    { places: number },
  ];
  await fillWorkItems(sql, items, places);
  for (const domain of DOMAINS) await fillSubjects(sql, domain, Math.ceil((items * domain.perHundred) / 100), places);
  await fillCards(sql, items, places);
  await sql.unsafe('analyze');
  const [row] = await sql.unsafe(`select agency from place where division like '${LEAGUE}%' order by ordinal limit 1`);
  return { agency: (row as unknown as { agency: string }).agency };
}

/** An instant of the season for the i-th row: spread evenly, so that rows lie in time order as they would. */
const instant = (of: number) => `('${FROM}'::timestamptz + (i::float8 / ${of}) * interval '${DAYS} days')`;

/** `WI-01=N,WI-02=N …`: one in fifty rows is late by each rule. */
const levels = (rules: string) =>
  `concat_ws(',', ${Array.from({ length: RULES_A_DOMAIN }, (_, n) => {
    const rule = `${rules}-${String(n + 1).padStart(2, '0')}`;
    return `'${rule}=' || case when (i + ${n * 7}) % 50 = 0 then 'Y' else 'N' end`;
  }).join(', ')})`;

async function fillWorkItems(sql: Sql, items: number, places: number): Promise<void> {
  await sql.unsafe(`insert into work_items.work_item (lane, id, revision, source, no, agency, division, department, item_code, item_basic, item_name,
      item_version, channel, kind, state, outcome, is_open, applied_at, accepted_at, finished_at, first_received_at, received_at, listed_at,
      applicant_type, applicant_key, applicant_masked, marks, suspended_share, withdrawn, doc, mind)
    select i % 64, '115:' || i, 1, '115', i::text, p.agency, p.division, '', null, '000117002' || lpad((p.ordinal % 20 * 2 + i % 2)::text, 3, '0'), '事项', '1', 'PC', 'PROMISE',
      case when i % 10 = 0 then 'ACCEPTED' else 'FINISHED' end, null, i % 10 = 0, at, at, null, at, at, at, '1', null, null, 0, 0, false,
      '{"accept":[],"steps":[],"specials":[],"notices":[],"results":[],"payments":[],"materials":[]}',
      json_build_object('standing', json_build_object('verdicts', '[]'::json, 'signals', 0), 'turnAt', null, 'judgedTo', null,
        'levels', ${levels('WI')} || ',DP-15=N', 'tallyDay', to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD'))
    from (select i, ${instant(items)} as at from generate_series(1, ${items}) i) rows join place p on p.ordinal = (i::bigint * 7919) % ${places}`);
  await fillTallies(
    sql,
    'work_items',
    `select listed_at as at, mind ->> 'levels' as levels, division, agency, source, item_basic as item from work_items.work_item`,
  );
}

async function fillSubjects(sql: Sql, domain: (typeof DOMAINS)[number], rows: number, places: number): Promise<void> {
  const { schema, rules } = domain;
  await sql.unsafe(`insert into ${schema}.subject (lane, kind, id, revision, type, record_kind, record, division, agency, department, item, source,
      delayed, facts, sources, standing, levels, tally_day)
    select i % 64, '${schema}', '115:' || i, 1, 'Bench', '${schema}', '115:' || i, p.division, p.agency, '', null, '115', false, '{}', '[]',
      '{"verdicts":[],"signals":0}', ${levels(rules)}, (at at time zone 'Asia/Shanghai')::date
    from (select i, ${instant(rows)} as at from generate_series(1, ${rows}) i) rows join place p on p.ordinal = (i::bigint * 104729) % ${places}`);
  await fillTallies(
    sql,
    schema,
    `select tally_day::timestamp at time zone 'Asia/Shanghai' as at, levels, division, agency, source, '' as item from ${schema}.subject`,
  );
}

/** The tallies as the fold leaves them, counted from the rows. */
async function fillTallies(sql: Sql, schema: string, rows: string): Promise<void> {
  await sql.unsafe(`insert into ${schema}.tally_day (day, indicator, division, agency, source, item, level, n)
    select (at at time zone 'Asia/Shanghai')::date, split_part(one, '=', 1), division, agency, source, item,
      case split_part(one, '=', 2) when 'N' then 'NONE' else 'YELLOW' end, count(*)
    from (${rows}) r, unnest(string_to_array(levels, ',')) one group by 1, 2, 3, 4, 5, 6, 7`);
  await sql.unsafe(`insert into ${schema}.tally_division_day (indicator, division, day, level, n)
    select indicator, division, day, level, sum(n) from ${schema}.tally_day group by 1, 2, 3, 4`);
}

async function fillCards(sql: Sql, items: number, places: number): Promise<void> {
  const cards = Math.ceil(items / 100);
  await sql.unsafe(`insert into supervision.card (lane, id, number, level, state, domain, rule, rule_version, subject_kind, subject_type, subject, occurrence,
      agency, division, item, source, turned_at, known_at, created_at, issued_at, message, signal, events, last_hash)
    select i % 64, lpad(to_hex(i % 64), 2, '0') || lpad(i::text, 30, '0'), 'JC-' || i, case when i % 4 = 0 then 'RED' else 'YELLOW' end, 'ISSUED', 'WORK_ITEM',
      'WI-03', '2026.1', 'work-item', 'WorkItem', '115:' || i * 100, '', p.agency, p.division, null, '115', at, at, at, at,
      '{"zh":"超期","en":"overdue"}', lpad(i::text, 64, '0'), 1, ''
    from (select i, ${instant(cards)} as at from generate_series(1, ${cards}) i) rows join place p on p.ordinal = (i::bigint * 7919) % ${places}`);
}
