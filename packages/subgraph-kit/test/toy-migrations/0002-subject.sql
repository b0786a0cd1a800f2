-- The table behind judged-subjects.ts; a domain takes it into a migration of its own, under the name it likes.
-- One row a judged subject: its facts, what stands, and the instant at which time alone could change it.
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
  -- Why the last judgement failed. Its timer rests until the rules change, the process starts or facts arrive; the
  -- instant stays exact.
  fault      text,
  constraint subject_pk primary key (lane, kind, id)
);
create index subject_due on subject (due_at) where due_at is not null and fault is null;
