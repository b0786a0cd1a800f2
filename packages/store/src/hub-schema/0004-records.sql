-- What domains of records share, and the tables that each of them has: its migration calls `select hub.create_records()` once.

-- Open imports of history hold every domain's timers at the earliest horizon, so that a replay gives what was given live.
-- A null horizon: opened, and nothing of it has come yet.
create table hub.history_horizon (
  domain text collate "C" not null,
  batch text collate "C" not null,
  horizon timestamptz,
  constraint history_horizon_pkey primary key (domain, batch)
);
grant select, insert, update, delete on hub.history_horizon to gnomon_subgraph;

-- The key of the hub's keyed hashes. One for all domains, so that equal numbers are found in each other's records without
-- anybody knowing them; no viewer's role may read it.
create table hub.hash_key (
  key text not null,
  constraint hash_key_pkey primary key (key)
);
insert into hub.hash_key values (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
grant select on hub.hash_key to gnomon_subgraph;

create function hub.create_records() returns void language plpgsql as $$
declare
  reader name;
begin
  -- One row a record: the current version of each of its rows (doc), and what is remembered of it beside (mind).
  create table record (
    lane smallint not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    revision integer not null,
    source text collate "C" not null,
    division text collate "C" not null,
    agency text collate "C" not null,
    department text collate "C" not null,
    item text collate "C",
    state text collate "C",
    is_open boolean not null,
    listed_at timestamptz not null,
    links jsonb not null,
    first_received_at timestamptz not null,
    received_at timestamptz not null,
    -- Its rows wait for the one that opens it since then; null once it has come.
    orphan_since timestamptz,
    doc json not null,
    mind json not null,
    -- When it is to be derived anew without a row of its own: other rules, another published list.
    due_at timestamptz,
    fault text,
    constraint record_pkey primary key (lane, kind, id)
  ) with (fillfactor = 80);
  create index record_due on record (due_at) where due_at is not null and fault is null;
  create index record_listed on record (kind, listed_at desc, id desc);
  create index record_agency on record (agency, kind, listed_at desc, id desc);
  create index record_links on record using gin (links jsonb_path_ops);

  -- One row a judged subject, of a record or an aggregate: its facts, what stands, and its timer.
  create table subject (
    lane smallint not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    revision integer not null,
    type text collate "C" not null,
    record_kind text collate "C",
    record text collate "C",
    division text collate "C" not null,
    agency text collate "C" not null,
    department text collate "C" not null,
    item text collate "C",
    source text collate "C",
    -- Rows may come later than their events: it is judged by what must have come.
    delayed boolean not null,
    facts json not null,
    sources json not null,
    standing json not null,
    levels text not null,
    tally_day date,
    -- The instant at which time alone could change a verdict, when to judge it, and up to where it was judged.
    turn_at timestamptz,
    due_at timestamptz,
    judged_to timestamptz,
    fault text,
    constraint subject_pkey primary key (lane, kind, id)
  ) with (fillfactor = 80);
  create index subject_due on subject (due_at) where due_at is not null and fault is null;
  create index subject_record on subject (record, record_kind) where record is not null;
  create index subject_agency on subject (agency, kind, id);

  -- What aggregates count. A mark holds in what is known from known_from until known_to, so that a period that closes at an
  -- instant counts what was known then, however late it is closed.
  create table mark (
    lane smallint not null,
    kind text collate "C" not null,
    record text collate "C" not null,
    sign text collate "C" not null,
    known_from timestamptz not null,
    known_to timestamptz not null default 'infinity',
    name text collate "C" not null,
    at timestamptz not null,
    value double precision not null,
    agency text collate "C" not null,
    division text collate "C" not null,
    item text collate "C" not null,
    grp text collate "C" not null,
    key text collate "C" not null,
    delayed boolean not null,
    constraint mark_pkey primary key (lane, kind, record, sign, known_from)
  );
  create index mark_agency on mark (agency, at);
  create index mark_group on mark (grp, at);
  create index mark_at on mark (at);

  -- Aggregates wait here for the instants at which their facts are computed.
  create table period (
    lane smallint not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    due_at timestamptz not null,
    parts text[] not null,
    span text collate "C" not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    constraint period_pkey primary key (lane, kind, id, due_at)
  );
  create index period_due on period (due_at);

  -- Versions of rows that came together for one record, as they came. See work-items' migrations for the measurements.
  create table row_bundle (
    lane smallint not null,
    kind text collate "C" not null,
    record text collate "C" not null,
    source text collate "C" not null,
    received_at timestamptz not null,
    versions text not null,
    payloads text not null
  );
  create index row_bundle_record on row_bundle (lane, kind, record);
  create view row_log with (security_invoker = true) as
  select b.lane, b.kind, b.record, b.source, (r.v ->> 0) collate "C" as tbl, (r.v ->> 1) collate "C" as guid,
    (r.v ->> 2)::integer as version, (r.v ->> 3) collate "C" as op, (r.v ->> 4) collate "C" as hash,
    (r.v ->> 5) collate "C" as code_system, r.payload,
    'epoch'::timestamptz + (r.v ->> 6)::bigint * interval '1 millisecond' as made_at,
    'epoch'::timestamptz + (r.v ->> 7)::bigint * interval '1 millisecond' as event_at,
    b.received_at, (r.v ->> 8) collate "C" as batch
  from row_bundle b
  cross join lateral rows from (json_array_elements(b.versions::json), json_array_elements(b.payloads::json)) as r(v, payload);

  -- Published objects of the domain's own: the newest version by table and key.
  create table listed (
    tbl text collate "C" not null,
    key text collate "C" not null,
    source text collate "C" not null,
    guid text collate "C" not null,
    hash text collate "C" not null,
    deleted boolean not null,
    body json not null,
    made_at timestamptz not null,
    received_at timestamptz not null,
    constraint listed_pkey primary key (tbl, key)
  );

  create table refused_row (
    lane smallint not null,
    id text collate "C" not null,
    source text collate "C" not null,
    agency text collate "C",
    division text collate "C",
    batch text collate "C" not null,
    tbl text collate "C" not null,
    guid text collate "C" not null,
    no text collate "C" not null,
    code text collate "C" not null,
    detail text not null,
    payload text,
    received_at timestamptz not null,
    state text collate "C" not null default 'OPEN',
    explanation text,
    settled_at timestamptz,
    constraint refused_row_pkey primary key (lane, id),
    constraint refused_row_state_known check (state in ('OPEN', 'CORRECTED', 'EXPLAINED'))
  );
  create index refused_row_source on refused_row (source, received_at desc, id desc);
  create index refused_row_open on refused_row (source, guid) where state = 'OPEN';

  create table intake_batch (
    lane smallint not null,
    id text collate "C" not null,
    source text collate "C" not null,
    agency text collate "C",
    division text collate "C",
    label text not null,
    replay boolean not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    constraint intake_batch_pkey primary key (lane, id)
  );
  create index intake_batch_listed on intake_batch (opened_at desc, id desc);
  -- The ledger by which a file resumes: a chunk that stands here is in, whole.
  create table intake_chunk (
    lane smallint not null,
    batch text collate "C" not null,
    chunk integer not null,
    received_at timestamptz not null,
    rows_count integer not null,
    taken integer not null,
    set_aside integer not null,
    refused integer not null,
    identical integer not null,
    constraint intake_chunk_pkey primary key (lane, batch, chunk),
    constraint intake_chunk_balances check (taken + set_aside + refused + identical = rows_count)
  );

  -- The local copy of what the registry publishes, and notes of the domain's own.
  create table reference (
    type text collate "C" not null,
    key text collate "C" not null,
    body json not null,
    constraint reference_pkey primary key (type, key)
  );
  perform hub.create_tallies();

  begin
    alter table record alter column doc set compression lz4;
    alter table record alter column mind set compression lz4;
    alter table row_bundle alter column versions set compression lz4;
    alter table row_bundle alter column payloads set compression lz4;
  exception when feature_not_supported then null;
  end;

  perform hub.protect('record', 'division', 'agency', 'source');
  perform hub.protect('subject', 'division', 'agency', 'source');
  perform hub.protect('refused_row', 'division', 'agency', 'source');
  perform hub.protect('intake_batch', 'division', 'agency', 'source');
  -- Rows and chunks are seen through what they belong to; the inner table's own policy applies to the viewer.
  reader := hub.reader_of('row_bundle');
  alter table row_bundle enable row level security;
  execute format('create policy viewer on row_bundle for select to %I using (exists (select 1 from record r
    where r.lane = row_bundle.lane and r.kind = row_bundle.kind and r.id = row_bundle.record))', reader);
  execute format('grant select on row_bundle, row_log to %I', reader);
  alter table intake_chunk enable row level security;
  execute format('create policy viewer on intake_chunk for select to %I using (exists (select 1 from intake_batch b
    where b.lane = intake_chunk.lane and b.id = intake_chunk.batch))', reader);
  execute format('grant select on intake_chunk to %I', reader);
end $$;
