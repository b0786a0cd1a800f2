-- A dashboard asks for one day of a whole region: without this index that reads every day of every division (214,000 cells for eleven
-- indicators of three months, of which 2,400 are the day's). The counter is in no index, so that a fold still updates in place.
-- Schemas that made their tables before keep them as they are.
alter function hub.create_tallies() rename to create_tally_tables;

-- Makes the tally tables of a schema; its migration calls `select hub.create_tallies()` once.
create function hub.create_tallies() returns void language plpgsql as $$
begin
  perform hub.create_tally_tables();
  create index tally_division_day_by_day on tally_division_day (day, indicator);
end $$;
