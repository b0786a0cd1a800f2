-- Rule texts on their way into force (规则文本): proposed, consulted on, published, in force from an instant, replaced. The state is not
-- kept: it follows from the instants. What a text says never changes; another wording is another text.
create sequence rule_text_number;
create table rule_text (
  id            text collate "C" not null,
  ordinal       bigint not null,
  kind          text collate "C" not null,
  -- Path in the rules folder: texts of one path replace one another.
  path          text collate "C" not null,
  text          text not null,
  hash          text collate "C" not null,
  -- Division whose supervision body answers for the text: region, league or banner.
  division      text collate "C" not null,
  department    text collate "C",
  -- The rule that the text is or changes; null for dictionaries and calendars.
  rule          text collate "C",
  document      text not null,
  contact       text not null,
  note          text not null,
  -- A correction in favour of the supervised bodies, proved by the checker: it need not wait five working days.
  is_favourable boolean not null,
  proposed_at   timestamptz not null,
  proposed_by   text collate "C" not null,
  consulted_at  timestamptz,
  consulted_by  text collate "C",
  consultation  text,
  published_at  timestamptz,
  published_by  text collate "C",
  in_force_at   timestamptz,
  withdrawn_at  timestamptz,
  withdrawn_by  text collate "C",
  withdrawal    text,
  constraint rule_text_pk primary key (id),
  constraint rule_text_ordinal unique (ordinal),
  constraint rule_text_kind check (kind in ('RULE', 'OVERLAY', 'EXEMPTION', 'FACTS', 'CALENDAR_NOTICE', 'CALENDAR_OVERLAY')),
  constraint rule_text_consulted check ((consulted_at is null) = (consulted_by is null) and (consulted_at is null) = (consultation is null)),
  constraint rule_text_published check ((published_at is null) = (published_by is null) and (published_at is null) = (in_force_at is null)),
  constraint rule_text_withdrawn check ((withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawal is null)),
  constraint rule_text_two_persons check (published_by <> proposed_by),
  constraint rule_text_no_past check (in_force_at >= published_at),
  constraint rule_text_one_end check (published_at is null or withdrawn_at is null)
);
create index rule_text_by_path on rule_text (path, in_force_at, ordinal);
create index rule_text_by_division on rule_text (division, ordinal);

create function refuse_other_wording() returns trigger language plpgsql as $$
begin
  raise exception 'rule_text %: its wording and what was published cannot change; propose another text', old.id using errcode = 'restrict_violation';
end $$;
create trigger rule_text_wording before update on rule_text for each row
  when ((old.kind, old.path, old.text, old.hash, old.division, old.proposed_by, old.proposed_at)
      is distinct from (new.kind, new.path, new.text, new.hash, new.division, new.proposed_by, new.proposed_at)
    or old.published_at is not null)
  execute function refuse_other_wording();

-- What was consulted on or published is everybody's to read; before that, those see it whose subtree it concerns.
alter table rule_text enable row level security;
do $$ begin
  execute format('create policy viewer on rule_text for select to %I using (consulted_at is not null or published_at is not null or hub.row_visible(division, null, null))',
    hub.reader_of('rule_text'));
  execute format('grant select on rule_text to %I', hub.reader_of('rule_text'));
end $$;
