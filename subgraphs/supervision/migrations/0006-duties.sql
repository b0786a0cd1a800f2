-- Deadlines: cards, agencies' indicators and duties of supervision bodies as judged subjects, in the shape of the kit's.
create table duty_subject (
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
  constraint duty_subject_pkey primary key (lane, kind, id)
);
create index duty_subject_due on duty_subject (due_at) where due_at is not null and fault is null;
-- What a supervision body owes now, soonest first. Facts keep instants in milliseconds.
create index duty_subject_owed on duty_subject (((facts ->> 'dueAt')::bigint), id)
  where kind = 'duty' and facts ->> 'done' = 'false' and facts ->> 'dueAt' is not null;
select hub.protect('duty_subject', 'division', 'agency', null);

-- Supervision bodies (监督主体) as the registry publishes them: whose duty it is.
create table supervision_body (
  uscc text collate "C" not null,
  division text collate "C" not null,
  constraint supervision_body_pkey primary key (uscc)
);
create index supervision_body_division on supervision_body (division);

-- A yellow card that was not put right in time is raised to red and stays the same card.
alter table card add column raised_at timestamptz;

-- The newest cards and warnings of an agency and an indicator (XX-04), and the cards that a relapse concerns (XX-05).
create index card_of_indicator on card (agency, rule, turned_at desc);
create index warning_of_indicator on warning (agency, rule, turned_at desc);
