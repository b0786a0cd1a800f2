-- Feedback reports (定期反馈, Art. 8): snapshots that never change once they are made; and what they were made under.
create table feedback_report (
  lane smallint not null,
  id text collate "C" not null,
  kind text collate "C" not null,
  period text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  due_at timestamptz not null,
  produced_at timestamptz not null,
  -- The canonical text whose SHA-256 is the hash; text and not json, so that it stays the same to the byte.
  snapshot text not null,
  hash text collate "C" not null,
  published_at timestamptz,
  published_by text collate "C",
  signature text collate "C",
  confirmed_at timestamptz,
  confirmed_by text collate "C",
  constraint feedback_report_pkey primary key (lane, id),
  constraint feedback_report_kind_known check (kind in ('MONTH', 'QUARTER', 'YEAR')),
  constraint feedback_report_published_whole check ((published_at is null) = (published_by is null)),
  constraint feedback_report_confirmed_whole check ((confirmed_at is null) = (confirmed_by is null)),
  constraint feedback_report_in_order check (confirmed_at is null or published_at is not null)
);
create index feedback_report_newest on feedback_report (ends_at desc, id desc);
create index feedback_report_agency on feedback_report (agency, ends_at desc, id desc);
create index feedback_report_division on feedback_report (division, ends_at desc, id desc);
-- A snapshot is kept as it was made, by privilege: only its publication and its receipt are added.
revoke update on feedback_report from gnomon_supervision;
grant update (published_at, published_by, signature, confirmed_at, confirmed_by) on feedback_report to gnomon_supervision;

-- Which periods were reported on, and under which rules: what changed since the period before is read from here.
create table report_run (
  kind text collate "C" not null,
  period text collate "C" not null,
  produced_at timestamptz not null,
  rules jsonb not null,
  constraint report_run_pkey primary key (kind, period)
);

-- Commendations (成果宣传、经验推广, Art. 10): proposed by one body, decided by another person.
create table commendation (
  lane smallint not null,
  id text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  period text collate "C" not null,
  title text not null,
  achievement text not null,
  eligibility jsonb not null,
  evidence jsonb not null,
  proposed_at timestamptz not null,
  proposed_by text collate "C" not null,
  decided_at timestamptz,
  decided_by text collate "C",
  decision text collate "C",
  decision_reason text,
  publication text,
  constraint commendation_pkey primary key (lane, id),
  constraint commendation_decision_known check (decision in ('COMMENDED', 'REFUSED')),
  constraint commendation_decided_whole check ((decided_at is null) = (decision is null) and (decided_at is null) = (decided_by is null)),
  constraint commendation_two_persons check (decided_by is null or decided_by <> proposed_by)
);
create index commendation_newest on commendation (proposed_at desc, id desc);

select hub.protect('feedback_report', 'division', 'agency');
select hub.protect('commendation', 'division', 'agency');
-- Before it is published a report is the supervision bodies' matter, and so is a commendation that is not decided.
create policy unpublished on feedback_report as restrictive for select to gnomon_supervision_reader
  using (published_at is not null or (select hub.viewer_all()) or division like any ((select hub.viewer_divisions())::text[]));
create policy undecided on commendation as restrictive for select to gnomon_supervision_reader
  using (decision = 'COMMENDED' or (select hub.viewer_all()) or division like any ((select hub.viewer_divisions())::text[]));
