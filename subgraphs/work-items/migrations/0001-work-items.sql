-- lane: fnv1a32('<source>:<work item no>') mod 64. Child rows do not name an agency, so the lane comes from the natural key.
-- Documents and payloads are `json`, not `jsonb`: they are read and written whole, and parsing them a second time on the
-- server was the largest single cost of the intake.

-- Every version of every row, as it came. Append-only.
create table row_log (
  lane smallint not null,
  source text collate "C" not null,
  no text collate "C" not null,
  tbl text collate "C" not null,
  guid text collate "C" not null,
  version integer not null,
  op text collate "C" not null,
  hash text collate "C" not null,
  code_system text collate "C" not null,
  payload json not null,
  made_at timestamptz not null,
  event_at timestamptz,
  received_at timestamptz not null,
  batch text collate "C" not null,
  constraint row_log_op_known check (op in ('I', 'U', 'D'))
);
-- No primary key: versions are unique because an item's revision is checked in the same transaction. A key over
-- (lane, source, no, tbl, guid, version) cost a quarter of the whole intake; equal keys of this one are stored once.
create index row_log_item on row_log (lane, no);

-- One row an item: everything that facts need, so that judging a chunk is one read and one merge.
create table work_item (
  lane smallint not null,
  id text collate "C" not null,
  revision integer not null,
  source text collate "C" not null,
  no text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  department text collate "C" not null,
  item_code text collate "C",
  item_basic text collate "C",
  item_name text,
  item_version text collate "C",
  channel text collate "C",
  kind text collate "C",
  state text collate "C",
  outcome text collate "C",
  is_open boolean not null,
  applied_at timestamptz,
  accepted_at timestamptz,
  finished_at timestamptz,
  first_received_at timestamptz not null,
  received_at timestamptz not null,
  -- The day on which it counts in tallies and lists: acceptance, else application, else arrival. Never null.
  listed_at timestamptz not null,
  applicant_type text collate "C",
  -- First eight bytes of HMAC-SHA-256 over type and number: equal applicants are found without knowing them.
  applicant_key bigint,
  applicant_masked text,
  -- Marks that monthly aggregates count; bits in src/marks.ts.
  marks integer not null,
  suspended_share real not null,
  withdrawn boolean not null,
  -- Child rows wait for their accept row since then; null once it has come.
  orphan_since timestamptz,
  doc json not null,
  mind json not null,
  due_at timestamptz,
  fault text,
  constraint work_item_pkey primary key (lane, id)
) with (fillfactor = 80);
create index work_item_due on work_item (due_at) where due_at is not null and fault is null;
create index work_item_listed on work_item (listed_at desc, id desc);
create index work_item_agency on work_item (agency, listed_at desc, id desc);
create index work_item_applicant on work_item (applicant_key) where applicant_key is not null;
create index work_item_withdrawn on work_item (applicant_key) where withdrawn;
create index work_item_orphan on work_item (source) where orphan_since is not null;
-- Items arrive in time order, so that block ranges find a day or a month of them at next to no cost for the writer.
create index work_item_received on work_item using brin (first_received_at) with (pages_per_range = 16);
create index work_item_finished on work_item using brin (finished_at) with (pages_per_range = 16);
-- Documents are a little over 2 kB: the quicker compression where the server has it.
do $$ begin
  alter table work_item alter column doc set compression lz4;
  alter table work_item alter column mind set compression lz4;
exception when feature_not_supported then null;
end $$;

-- Dated findings of items that monthly aggregates count over a window of days.
create table item_event (
  lane smallint not null,
  id text collate "C" not null,
  kind text collate "C" not null,
  n integer not null,
  at timestamptz not null,
  agency text collate "C" not null,
  item_basic text collate "C" not null,
  constraint item_event_pkey primary key (lane, id, kind, n)
);
create index item_event_agency on item_event (agency, kind, at);

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
  -- What came, at most 64 KB; null for classified rows.
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

-- A batch is what a source calls one. An open history import holds the hub's timers at its horizon.
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
  horizon timestamptz,
  constraint intake_batch_pkey primary key (lane, id)
);
create index intake_batch_listed on intake_batch (opened_at desc, id desc);
create index intake_batch_replaying on intake_batch (horizon) where replay and closed_at is null;

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

-- What a source's day counted; a row each chunk, summed when the day closes.
create table source_delta (
  lane smallint not null,
  source text collate "C" not null,
  day date not null,
  counts json not null
);
create index source_delta_day on source_delta (source, day);

create table control_total (
  lane smallint not null,
  source text collate "C" not null,
  day date not null,
  accepted integer not null,
  finished integer not null,
  made_at timestamptz not null,
  received_at timestamptz not null,
  constraint control_total_pkey primary key (lane, source, day)
);

-- Aggregates wait here for the end of their period; closing computes their facts and hands them to `subject`.
create table period (
  lane smallint not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  stage text collate "C" not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  due_at timestamptz,
  constraint period_pkey primary key (lane, kind, id, stage)
);
create index period_due on period (due_at) where due_at is not null;

-- Judged aggregates: source-day, source, agency-month, agency-item-month, intake-batch.
create table subject (
  lane smallint not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  division text collate "C" not null,
  agency text collate "C" not null,
  department text collate "C" not null default '',
  item text collate "C",
  source text collate "C",
  facts jsonb not null,
  sources jsonb not null default '[]',
  standing jsonb not null,
  due_at timestamptz,
  fault text,
  constraint subject_pkey primary key (lane, kind, id)
);
create index subject_due on subject (due_at) where due_at is not null and fault is null;

-- Counters of indicator values.
select hub.create_tallies();

-- The local copy of what registry publishes.
create table reference (
  type text collate "C" not null,
  key text collate "C" not null,
  body json not null,
  constraint reference_pkey primary key (type, key)
);

select hub.protect('work_item', 'division', 'agency', 'source');
select hub.protect('refused_row', 'division', 'agency', 'source');
select hub.protect('intake_batch', 'division', 'agency', 'source');
select hub.protect('subject', 'division', 'agency', 'source');
-- Rows and chunks are seen through what they belong to; the inner table's own policy applies to the viewer.
alter table row_log enable row level security;
create policy viewer on row_log for select to gnomon_work_items_reader
  using (exists (select 1 from work_item w where w.lane = row_log.lane and w.id = row_log.source || ':' || row_log.no));
grant select on row_log to gnomon_work_items_reader;
alter table intake_chunk enable row level security;
create policy viewer on intake_chunk for select to gnomon_work_items_reader
  using (exists (select 1 from intake_batch b where b.lane = intake_chunk.lane and b.id = intake_chunk.batch));
grant select on intake_chunk to gnomon_work_items_reader;
