-- Makes the tally tables of a schema; its migration calls `select hub.create_tallies()` once.
--
-- Writers append to tally_delta in their own transaction (n may be negative: a subject that turns from WARNING to YELLOW is -1 and +1).
-- The fold moves deltas into tally_day, which knows every dimension, and tally_division_day, which a dashboard sums.
-- An exact answer is a fold table plus what is not folded yet, in one statement. day is the civil date in China (UTC+8).
create function hub.create_tallies() returns void language plpgsql as $$
begin
  create table tally_delta (
    lane smallint not null,
    id bigint generated always as identity,
    day date not null,
    indicator text collate "C" not null,
    division text collate "C" not null,
    agency text collate "C" not null,
    source text collate "C" not null,
    item text collate "C" not null,
    level text collate "C" not null,
    n integer not null,
    constraint tally_delta_pkey primary key (lane, id)
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000, autovacuum_vacuum_cost_delay = 0);
  create table tally_day (
    indicator text collate "C" not null,
    division text collate "C" not null,
    agency text collate "C" not null,
    day date not null,
    source text collate "C" not null,
    item text collate "C" not null,
    level text collate "C" not null,
    n bigint not null,
    constraint tally_day_pkey primary key (indicator, division, agency, day, source, item, level)
  ) with (fillfactor = 80);
  create index tally_day_by_agency on tally_day (agency, indicator, day);
  create table tally_division_day (
    indicator text collate "C" not null,
    division text collate "C" not null,
    day date not null,
    level text collate "C" not null,
    n bigint not null,
    constraint tally_division_day_pkey primary key (indicator, division, day, level)
  ) with (fillfactor = 80);
  perform hub.protect('tally_delta', 'division', 'agency', 'source');
  perform hub.protect('tally_day', 'division', 'agency', 'source');
  perform hub.protect('tally_division_day', 'division', null, null);
end $$;
