-- Who is told of what, by which channel, and whether it arrived.
-- Lane: of whose list it is, so that a list, its templates and what was sent to it lie together.

-- Agencies as the registry publishes them: where an agency lies decides which supervision body may keep its list.
create table notice_agency (
  uscc text collate "C" not null,
  division text collate "C" not null,
  name text not null,
  name_en text,
  constraint notice_agency_pkey primary key (uscc)
);

-- A list belongs to an agency, or, where `agency` is null, to the supervision body of `division`.
create table notice_recipient (
  lane smallint not null,
  id text collate "C" not null,
  owner text collate "C" not null,
  agency text collate "C",
  division text collate "C" not null,
  place smallint not null,
  post text collate "C" not null,
  channel text collate "C" not null,
  address text not null,
  language text collate "C" not null,
  set_at timestamptz not null,
  set_by text collate "C" not null,
  constraint notice_recipient_pkey primary key (lane, id),
  constraint notice_recipient_once unique (lane, owner, post, channel, address),
  constraint notice_recipient_post_known check (post in ('CONTACT', 'CHIEF', 'LEADER', 'SUPERVISOR')),
  constraint notice_recipient_channel_known check (channel in ('EMAIL', 'WEBHOOK', 'SMS', 'GOV_MESSAGE')),
  constraint notice_recipient_language_known check (language in ('ZH', 'EN'))
);

create table notice_template (
  lane smallint not null,
  owner text collate "C" not null,
  agency text collate "C",
  division text collate "C" not null,
  kind text collate "C" not null,
  subject jsonb not null,
  body jsonb not null,
  set_at timestamptz not null,
  set_by text collate "C" not null,
  constraint notice_template_pkey primary key (lane, owner, kind)
);

-- One row for each entry of the feed and recipient: the text as it was written then, and what became of it. Its id is the
-- idempotency key. `agency` is null in what a supervision body is told: that is not the agency's matter.
create table notice (
  lane smallint not null,
  id text collate "C" not null,
  seq bigint not null,
  kind text collate "C" not null,
  at timestamptz not null,
  level text collate "C" not null,
  rule text collate "C" not null,
  card text collate "C",
  warning text collate "C",
  owner text collate "C" not null,
  agency text collate "C",
  division text collate "C" not null,
  recipient text collate "C" not null,
  post text collate "C" not null,
  channel text collate "C",
  address text,
  language text collate "C" not null,
  subject text not null,
  body text not null,
  state text collate "C" not null,
  attempts integer not null default 0,
  due_at timestamptz,
  settled_at timestamptz,
  constraint notice_pkey primary key (lane, id),
  constraint notice_state_known check (state in ('PENDING', 'DELIVERED', 'REFUSED', 'GIVEN_UP', 'UNADDRESSED')),
  constraint notice_pending_is_due check ((state = 'PENDING') = (due_at is not null)),
  constraint notice_addressed check ((state = 'UNADDRESSED') = (channel is null) and (channel is null) = (address is null))
);
create index notice_due on notice (due_at) where due_at is not null;
-- What waits for one recipient, in order: a later notice does not overtake an earlier one.
create index notice_queue on notice (lane, recipient, seq) where due_at is not null;
create index notice_newest on notice (at desc, id desc);
create index notice_agency_newest on notice (agency, at desc, id desc);
create index notice_card on notice (card) where card is not null;

-- Each attempt. One without an end was cut off, and nobody knows whether it arrived; the next carries the same key.
create table notice_attempt (
  lane smallint not null,
  notice text collate "C" not null,
  n integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  arrived boolean,
  response text,
  constraint notice_attempt_pkey primary key (lane, notice, n),
  constraint notice_attempt_ended check ((ended_at is null) = (arrived is null) and (ended_at is null) = (response is null))
);

select hub.protect('notice_recipient', 'division', 'agency');
select hub.protect('notice_template', 'division', 'agency');
select hub.protect('notice', 'division', 'agency');
-- Attempts are seen by whoever sees their notice.
alter table notice_attempt enable row level security;
create policy viewer on notice_attempt for select to gnomon_supervision_reader
  using (exists (select 1 from notice where notice.lane = notice_attempt.lane and notice.id = notice_attempt.notice));
grant select on notice_attempt to gnomon_supervision_reader;
