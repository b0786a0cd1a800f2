-- What each domain says of one matter: a work item, a project, a hall ticket. A record that speaks of two matters stands under both.
create table matter_record (
  lane smallint not null,
  matter text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  -- Ordinal of the milestone among those of its record; a later one replaces an earlier one.
  n integer not null,
  first_at timestamptz not null,
  at timestamptz not null,
  source text collate "C",
  agency text collate "C" not null,
  division text collate "C" not null,
  item text collate "C",
  facts json not null,
  -- What a hall ticket finds its work item by, and the other way round.
  work_item text collate "C",
  applicant text collate "C",
  constraint matter_record_pkey primary key (lane, matter, kind, id)
) with (fillfactor = 80);
create index matter_record_own on matter_record (kind, id);
create index matter_record_applicant on matter_record (applicant, kind) where applicant is not null;
create index matter_record_ticket on matter_record (work_item) where kind = 'queue-ticket' and work_item is not null;
do $$ begin
  alter table matter_record alter column facts set compression lz4;
exception when feature_not_supported then null;
end $$;

-- Matters that are judged, in the shape of the kit's subjects.
create table matter (
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
  constraint matter_pkey primary key (lane, kind, id)
);
create index matter_due on matter (due_at) where due_at is not null and fault is null;

select hub.protect('matter_record', 'division', 'agency', 'source');
