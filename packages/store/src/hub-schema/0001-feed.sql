-- Writers append here in their own transaction and may do nothing else; the relay moves the rows on.
create table hub.outbox (
  id bigint generated always as identity,
  stream text collate "C" not null,
  type text collate "C" not null,
  key text collate "C" not null,
  at timestamptz not null,
  payload json not null,
  constraint outbox_pkey primary key (id),
  constraint outbox_stream_named check (stream <> '')
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

-- The newest place of each stream. Only the relay writes it, under its lock.
create table hub.stream (
  name text collate "C" not null,
  head bigint not null,
  constraint stream_pkey primary key (name)
) with (fillfactor = 50);

-- seq is 1, 2, 3 … without a gap in each stream, in the order in which the entries became visible.
create table hub.feed (
  stream text collate "C" not null,
  seq bigint not null,
  type text collate "C" not null,
  key text collate "C" not null,
  at timestamptz not null,
  payload json not null,
  constraint feed_pkey primary key (stream, seq),
  constraint feed_seq_positive check (seq > 0)
);

create function hub.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'hub.feed: entries are appended only, got %', tg_op using errcode = 'restrict_violation';
end $$;
create trigger feed_append_only before update or delete or truncate on hub.feed
  for each statement execute function hub.refuse_change();

-- How far each follower has read. Each role sees and moves its own positions only.
create table hub.follower (
  role name not null default current_user,
  follower text collate "C" not null,
  stream text collate "C" not null,
  cursor text collate "C",
  moved_at timestamptz not null default now(),
  constraint follower_pkey primary key (role, follower, stream)
) with (fillfactor = 50);
alter table hub.follower enable row level security;
create policy follower_own on hub.follower using (role = current_user) with check (role = current_user);

-- Moves up to `most` rows from the outbox to the feed, in one statement, and wakes the readers. At most one session moves rows at a
-- time: a second one gets -1, or waits for its turn when `wait` is true. Returns how many rows it moved.
-- The lock is taken in a statement of its own, so that the snapshot of the move is younger than the commit of the previous move.
create function hub.relay(most integer, wait boolean) returns integer
  language plpgsql security definer set search_path = pg_catalog, hub, pg_temp as $$
declare
  streams text[];
  moved_count integer;
begin
  if wait then
    perform pg_advisory_xact_lock(7217001);
  elsif not pg_try_advisory_xact_lock(7217001) then
    return -1;
  end if;
  with moved as (
    delete from hub.outbox where id = any (array(select id from hub.outbox order by id limit most)) returning *
  ), heads as (
    insert into hub.stream as s (name, head) select stream, count(*) from moved group by stream
    on conflict (name) do update set head = s.head + excluded.head returning name
  ), placed as (
    insert into hub.feed (stream, seq, type, key, at, payload)
    select m.stream, coalesce(s.head, 0) + row_number() over (partition by m.stream order by m.id), m.type, m.key, m.at, m.payload
    from moved m left join hub.stream s on s.name = m.stream
    returning 1
  )
  select (select array_agg(name) from heads), (select count(*) from placed) into streams, moved_count;
  perform pg_notify('gnomon_feed', name) from unnest(streams) name;
  return moved_count;
end $$;
revoke execute on function hub.relay(integer, boolean) from public;

grant usage on schema hub to public;
grant insert on hub.outbox to gnomon_subgraph;
grant select on hub.feed, hub.stream to gnomon_subgraph;
grant select, insert, update, delete on hub.follower to gnomon_subgraph;
grant execute on function hub.relay(integer, boolean) to gnomon_subgraph;
