-- Complaints of customers, one row each.
create table complaint (
  lane        smallint    not null,
  id          text        collate "C" not null,
  shop        text        collate "C" not null,
  region      text        collate "C" not null,
  received_at timestamptz not null,
  answered_at timestamptz,
  constraint complaint_pk primary key (lane, id),
  constraint complaint_answer_follows check (answered_at >= received_at)
);
select hub.protect('complaint', 'region', 'shop');

-- As the kit's sql/subject.sql.
create table subject (
  lane       smallint    not null,
  kind       text        collate "C" not null,
  id         text        collate "C" not null,
  division   text        collate "C" not null,
  agency     text        collate "C" not null,
  department text        collate "C" not null default '',
  item       text        collate "C",
  source     text        collate "C",
  facts      jsonb       not null,
  sources    jsonb       not null default '[]',
  standing   jsonb       not null,
  due_at     timestamptz,
  fault      text,
  constraint subject_pk primary key (lane, kind, id)
);
create index subject_due on subject (due_at) where due_at is not null and fault is null;
select hub.protect('subject', 'division', 'agency');
