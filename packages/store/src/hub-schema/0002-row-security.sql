-- What the viewer of this transaction may see. `asViewer` sets it; without it nothing is visible.
create function hub.viewer_all() returns boolean language sql stable as $$
  select coalesce(current_setting('gnomon.all', true), '') = 'on' $$;
-- Patterns of division subtrees: {1501%}.
create function hub.viewer_divisions() returns text[] language sql stable as $$
  select coalesce(nullif(current_setting('gnomon.divisions', true), ''), '{}')::text[] $$;
create function hub.viewer_agencies() returns text[] language sql stable as $$
  select coalesce(nullif(current_setting('gnomon.agencies', true), ''), '{}')::text[] $$;
create function hub.viewer_sources() returns text[] language sql stable as $$
  select coalesce(nullif(current_setting('gnomon.sources', true), ''), '{}')::text[] $$;

-- A row is visible when any part admits it; a null column admits nobody. For policies written by hand.
create function hub.row_visible(division text, agency text, source text) returns boolean language sql stable as $$
  select coalesce(hub.viewer_all() or division like any (hub.viewer_divisions())
    or agency = any (hub.viewer_agencies()) or source = any (hub.viewer_sources()), false) $$;

-- The roles of the schema that owns a table.
create function hub.reader_of(target regclass) returns name language sql stable as $$
  select (pg_get_userbyid(relowner) || '_reader')::name from pg_class where oid = target $$;

-- Opens a table to viewers, row by row. Names its columns; null where the table has no such column.
-- The scope stands in scalar subqueries, so that it is read once a statement and not once a row.
create function hub.protect(target regclass, division text, agency text, source text default null) returns void
  language plpgsql as $$
declare
  parts text[] := array['(select hub.viewer_all())'];
begin
  if division is not null then
    parts := parts || format('%I like any ((select hub.viewer_divisions())::text[])', division);
  end if;
  if agency is not null then
    parts := parts || format('%I = any ((select hub.viewer_agencies())::text[])', agency);
  end if;
  if source is not null then
    parts := parts || format('%I = any ((select hub.viewer_sources())::text[])', source);
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('drop policy if exists viewer on %s', target);
  execute format('create policy viewer on %s for select to %I using (%s)', target, hub.reader_of(target), array_to_string(parts, ' or '));
  execute format('grant select on %s to %I', target, hub.reader_of(target));
end $$;

-- Opens a table or view to every viewer: reference data only.
create function hub.publish(target regclass) returns void language plpgsql as $$
begin
  execute format('grant select on %s to %I', target, hub.reader_of(target));
end $$;
