-- The log of what the hub and its people do: one chain, appended only (law 12). `entry` is the text that is exported and hashed.
create table hub_act (
  sequence bigint not null,
  kind text collate "C" not null,
  by text collate "C" not null,
  at timestamptz not null,
  entry text not null,
  hash text collate "C" not null,
  constraint hub_act_pkey primary key (sequence),
  constraint hub_act_sequence_positive check (sequence > 0)
);
create index hub_act_kind on hub_act (kind, sequence desc);
create index hub_act_by on hub_act (by, sequence desc);

-- Signed heads: how far the log reached, and the hash there.
create table hub_act_head (
  number bigint not null,
  sequence bigint not null,
  head text not null,
  constraint hub_act_head_pkey primary key (number),
  constraint hub_act_head_sequence unique (sequence)
);

-- Purposes for which personal data may be asked for, until when; the text stays here and not in the log.
create table purpose (
  id text collate "C" not null,
  viewer text collate "C" not null,
  case_no text collate "C" not null,
  reason text not null,
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  constraint purpose_pkey primary key (id),
  constraint purpose_ends check (expires_at > opened_at)
);
create index purpose_viewer on purpose (viewer, case_no, expires_at);

-- What a supervisor's account did in a day, as rule XX-07 counts it.
create table supervisor_count (
  viewer text collate "C" not null,
  day date not null,
  unmasked_without_case integer not null,
  out_of_scope integer not null,
  exported_rows integer not null,
  unapproved_exports integer not null,
  last_at timestamptz not null,
  constraint supervisor_count_pkey primary key (viewer, day)
) with (fillfactor = 80);

-- Days of supervisors, in the shape of the kit's subjects.
create table supervisor_day (
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
  constraint supervisor_day_pkey primary key (lane, kind, id)
);
create index supervisor_day_due on supervisor_day (due_at) where due_at is not null and fault is null;

-- Exports: asked for by one person, approved by another, taken once.
create table hub_export (
  id text collate "C" not null,
  kind text collate "C" not null,
  format text collate "C" not null,
  filter jsonb not null,
  reason text not null,
  division text collate "C" not null,
  requested_by text collate "C" not null,
  requested_at timestamptz not null,
  state text collate "C" not null,
  decided_by text collate "C",
  decided_at timestamptz,
  decision_reason text,
  taken_at timestamptz,
  rows integer,
  sha256 text collate "C",
  constraint hub_export_pkey primary key (id),
  constraint hub_export_state_known check (state in ('REQUESTED', 'APPROVED', 'DECLINED', 'TAKEN')),
  constraint hub_export_by_two check (decided_by is null or decided_by <> requested_by),
  constraint hub_export_decided check ((state = 'REQUESTED') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint hub_export_taken check ((state = 'TAKEN') = (taken_at is not null) and (state = 'TAKEN') = (sha256 is not null))
);
create index hub_export_newest on hub_export (requested_at desc, id desc);
select hub.protect('hub_export', 'division', null);

-- Clue files: sealed entries, for named persons alone. Persons stand here as keyed hashes. No foreign keys: their check would lock a row,
-- and nobody may change one.
create table clue (
  id text collate "C" not null,
  division text collate "C" not null,
  opened_at timestamptz not null,
  constraint clue_pkey primary key (id)
);
create table clue_person (
  clue text collate "C" not null,
  person text collate "C" not null,
  part text collate "C" not null,
  constraint clue_person_pkey primary key (clue, person, part),
  constraint clue_person_part_known check (part in ('READER', 'SUSPECT'))
);
create table clue_entry (
  clue text collate "C" not null,
  sequence integer not null,
  sealed text not null,
  previous_hash text collate "C" not null,
  hash text collate "C" not null,
  constraint clue_entry_pkey primary key (clue, sequence),
  constraint clue_entry_sequence_positive check (sequence > 0)
);

-- Who reads the log or a clue file is set in the transaction that reads, like the scope of a viewer.
create function log_is_open() returns boolean language sql stable as $$
  select coalesce(current_setting('gnomon.log', true), '') = 'on' $$;
-- Named and not suspected; or of the body that has the file, as long as nobody is named.
create function clue_is_open(clue_id text, clue_division text) returns boolean
  language sql stable security definer set search_path = supervision, pg_temp as $$
  select not exists (select 1 from clue_person p where p.clue = clue_id and p.part = 'SUSPECT'
      and p.person = current_setting('gnomon.person', true))
    and (exists (select 1 from clue_person p where p.clue = clue_id and p.part = 'READER' and p.person = current_setting('gnomon.person', true))
      or (clue_division <> '' and clue_division = current_setting('gnomon.body', true)
        and not exists (select 1 from clue_person p where p.clue = clue_id and p.part = 'READER'))) $$;
revoke execute on function clue_is_open(text, text) from public;
grant execute on function clue_is_open(text, text) to gnomon_supervision_reader;

alter table hub_act enable row level security;
alter table hub_act_head enable row level security;
alter table clue enable row level security;
alter table clue_entry enable row level security;
create policy viewer on hub_act for select to gnomon_supervision_reader using ((select log_is_open()));
create policy viewer on hub_act_head for select to gnomon_supervision_reader using ((select log_is_open()));
create policy viewer on clue for select to gnomon_supervision_reader using (clue_is_open(id, division));
create policy viewer on clue_entry for select to gnomon_supervision_reader
  using (exists (select 1 from clue where clue.id = clue_entry.clue));
grant select on hub_act, hub_act_head, clue, clue_entry to gnomon_supervision_reader;

-- Append-only by privilege.
revoke update, delete, truncate on hub_act, hub_act_head, purpose, clue, clue_person, clue_entry from gnomon_supervision;
