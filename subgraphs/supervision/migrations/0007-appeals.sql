-- Appeals are entries of their card's history; this index lists them, newest first.
create index card_event_appeals on card_event (at desc, card desc) where kind = 'APPEALED';

-- A held card can be exempted before it was ever issued.
alter table card
  drop constraint card_issued_is_dated,
  add constraint card_issued_is_dated
    check (issued_at is not null or state in ('DRAFT', 'DECLINED', 'SUPERSEDED', 'WITHDRAWN', 'EXEMPTED'));

-- Declared outages of the platform or of one source: announcements, for every viewer who has any rows to see.
create table outage (
  id text collate "C" not null,
  kind text collate "C" not null,
  source text collate "C",
  division text collate "C" not null,
  from_at timestamptz not null,
  -- Null while it lasts.
  to_at timestamptz,
  document text collate "C" not null,
  reason jsonb not null,
  declared_at timestamptz not null,
  declared_by text collate "C" not null,
  ended_at timestamptz,
  ended_by text collate "C",
  constraint outage_pkey primary key (id),
  constraint outage_kind_known check (kind in ('PLATFORM', 'SOURCE')),
  constraint outage_source_named check ((kind = 'SOURCE') = (source is not null)),
  constraint outage_ends_after_it_begins check (to_at > from_at),
  constraint outage_ended_by_somebody check ((ended_at is null) = (ended_by is null))
);
create index outage_newest on outage (from_at desc, id desc);
alter table outage enable row level security;
create policy viewer on outage for select to gnomon_supervision_reader using (
  (select hub.viewer_all()) or cardinality((select hub.viewer_divisions())::text[]) > 0
  or cardinality((select hub.viewer_agencies())::text[]) > 0 or cardinality((select hub.viewer_sources())::text[]) > 0);
grant select on outage to gnomon_supervision_reader;
-- What an outage exempted.
create index card_event_outage on card_event ((content ->> 'outage')) where content ? 'outage';
