-- Lanes: the stable hash of the subject mod 64, first in every key of what belongs to agencies.

-- Every signal taken over from a domain's feed, once. What the ledger was derived from.
create table signal (
  lane smallint not null,
  id text collate "C" not null,
  stream text collate "C" not null,
  kind text collate "C" not null,
  reason text collate "C",
  domain text collate "C" not null,
  rule text collate "C" not null,
  rule_version text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_type text collate "C" not null,
  subject text collate "C" not null,
  occurrence text collate "C" not null,
  level text collate "C" not null,
  previous_level text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  item text collate "C",
  source text collate "C",
  turned_at timestamptz not null,
  known_at timestamptz not null,
  message jsonb not null,
  receipt_hash text collate "C",
  constraint signal_pkey primary key (lane, id),
  constraint signal_kind_known check (kind in ('ROSE', 'FELL', 'CORRECTED')),
  constraint signal_level_known check (level in ('NONE', 'UNKNOWN', 'WARNING', 'YELLOW', 'RED'))
);
create index signal_id on signal (id);
create index signal_newest on signal (turned_at desc, id desc);
create index signal_agency on signal (agency, turned_at desc, id desc);
create index signal_source on signal (source, turned_at desc, id desc) where source is not null;

-- The level of one rule on one subject and occurrence as it stands; the first thing read when a signal comes.
create table finding (
  lane smallint not null,
  subject_kind text collate "C" not null,
  subject text collate "C" not null,
  rule text collate "C" not null,
  occurrence text collate "C" not null,
  subject_type text collate "C" not null,
  rule_version text collate "C" not null,
  level text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  source text collate "C",
  turned_at timestamptz not null,
  known_at timestamptz not null,
  message jsonb not null,
  signal text collate "C" not null,
  receipt_hash text collate "C",
  constraint finding_pkey primary key (lane, subject_kind, subject, rule, occurrence)
) with (fillfactor = 80);

create table warning (
  lane smallint not null,
  id text collate "C" not null,
  state text collate "C" not null,
  domain text collate "C" not null,
  rule text collate "C" not null,
  rule_version text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_type text collate "C" not null,
  subject text collate "C" not null,
  occurrence text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  item text collate "C",
  source text collate "C",
  turned_at timestamptz not null,
  known_at timestamptz not null,
  issued_at timestamptz not null,
  ended_at timestamptz,
  end_reason jsonb,
  turned_into text collate "C",
  message jsonb not null,
  signal text collate "C" not null,
  receipt_hash text collate "C",
  constraint warning_pkey primary key (lane, id),
  constraint warning_state_known check (state in ('ISSUED', 'RESOLVED', 'TURNED', 'WITHDRAWN')),
  constraint warning_ended_with_reason check ((state = 'ISSUED') = (ended_at is null) and (ended_at is null) = (end_reason is null))
) with (fillfactor = 80);
-- At most one standing warning for a rule, a subject, an occurrence.
create unique index warning_one_open on warning (lane, subject_kind, subject, rule, occurrence) where state = 'ISSUED';
create index warning_newest on warning (turned_at desc, id desc);
create index warning_agency on warning (agency, turned_at desc, id desc);
create index warning_source on warning (source, turned_at desc, id desc) where source is not null;
create index warning_subject on warning (lane, subject_type, subject, turned_at desc, id desc);

create table card (
  lane smallint not null,
  id text collate "C" not null,
  number text collate "C" not null,
  level text collate "C" not null,
  state text collate "C" not null,
  domain text collate "C" not null,
  rule text collate "C" not null,
  rule_version text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_type text collate "C" not null,
  subject text collate "C" not null,
  occurrence text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  item text collate "C",
  source text collate "C",
  turned_at timestamptz not null,
  known_at timestamptz not null,
  created_at timestamptz not null,
  issued_at timestamptz,
  condition_ended_at timestamptz,
  closed_at timestamptz,
  close_reason jsonb,
  message jsonb not null,
  signal text collate "C" not null,
  receipt_hash text collate "C",
  supersedes text collate "C",
  superseded_by text collate "C",
  events integer not null,
  last_hash text collate "C" not null,
  constraint card_pkey primary key (lane, id),
  constraint card_level_known check (level in ('YELLOW', 'RED')),
  constraint card_state_known check (state in ('DRAFT', 'ISSUED', 'SUPERSEDED', 'WITHDRAWN', 'DECLINED')),
  constraint card_closed_with_reason
    check ((state in ('DRAFT', 'ISSUED')) = (closed_at is null) and (closed_at is null) = (close_reason is null)),
  constraint card_issued_is_dated check (state <> 'ISSUED' or issued_at is not null),
  constraint card_draft_is_undated check (state not in ('DRAFT', 'DECLINED') or issued_at is null)
) with (fillfactor = 80);
-- Law 7: at most one active card for a rule, a subject, an occurrence.
create unique index card_one_active on card (lane, subject_kind, subject, rule, occurrence) where state in ('DRAFT', 'ISSUED');
-- Unique through card_number below; not a unique index, because it has no lane.
create index card_number_text on card (number);
create index card_newest on card (turned_at desc, id desc);
create index card_agency on card (agency, turned_at desc, id desc);
create index card_source on card (source, turned_at desc, id desc) where source is not null;
create index card_subject on card (lane, subject_type, subject, turned_at desc, id desc);

-- A card's history: appended only, each hash over the one before (law 12).
create table card_event (
  lane smallint not null,
  card text collate "C" not null,
  sequence integer not null,
  kind text collate "C" not null,
  at timestamptz not null,
  by text collate "C" not null,
  reason jsonb,
  signal text collate "C",
  previous_hash text collate "C" not null,
  hash text collate "C" not null,
  constraint card_event_pkey primary key (lane, card, sequence),
  constraint card_event_card foreign key (lane, card) references card (lane, id),
  constraint card_event_sequence_positive check (sequence > 0)
);
create function card_event_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'card_event: a history is appended only, got %', tg_op using errcode = 'restrict_violation';
end $$;
create trigger card_event_append_only before update or delete or truncate on card_event
  for each statement execute function card_event_refuse_change();

-- The last number given to a card of a division on a day; written by the one holder of the ledger's lock.
create table card_number (
  division text collate "C" not null,
  day date not null,
  last integer not null,
  constraint card_number_pkey primary key (division, day)
);

-- Receipts by the hash of their canonical text.
create table receipt (
  lane smallint not null,
  hash text collate "C" not null,
  json text not null,
  pack_hash text collate "C" not null,
  calendar_hash text collate "C" not null,
  division text collate "C" not null,
  agency text collate "C" not null,
  source text collate "C",
  constraint receipt_pkey primary key (lane, hash)
);

-- Rule files and calendars by the hash that receipts name; kept for ever, so that old cards can be recomputed.
create table named_text (
  kind text collate "C" not null,
  hash text collate "C" not null,
  json text not null,
  constraint named_text_pkey primary key (kind, hash),
  constraint named_text_kind_known check (kind in ('PACK', 'CALENDAR'))
);

-- Entries of a domain's feed that are no signal: kept with the reason, never dropped.
create table refused_entry (
  stream text collate "C" not null,
  seq bigint not null,
  reason text not null,
  payload text not null,
  constraint refused_entry_pkey primary key (stream, seq)
);

-- Instant of the newest entry taken over from each stream.
create table followed (
  stream text collate "C" not null,
  as_of timestamptz not null,
  constraint followed_pkey primary key (stream)
);

select hub.protect('signal', 'division', 'agency', 'source');
select hub.protect('finding', 'division', 'agency', 'source');
select hub.protect('warning', 'division', 'agency', 'source');
select hub.protect('card', 'division', 'agency', 'source');
select hub.protect('receipt', 'division', 'agency', 'source');
select hub.publish('named_text');
select hub.publish('followed');

-- A card that was never issued is the supervision bodies' matter alone.
create policy held on card as restrictive for select to gnomon_supervision_reader
  using (issued_at is not null or (select hub.viewer_all()) or division like any ((select hub.viewer_divisions())::text[]));

-- A history is seen by whoever sees its card.
alter table card_event enable row level security;
create policy viewer on card_event for select to gnomon_supervision_reader
  using (exists (select 1 from card where card.lane = card_event.lane and card.id = card_event.card));
grant select on card_event to gnomon_supervision_reader;
