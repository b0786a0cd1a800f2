-- Divisions of five levels. Codes without trailing zeros; a subtree is a code prefix.
create table division (
  code       text collate "C" not null,
  level      smallint not null,
  name       text not null,
  parent     text collate "C",
  -- Differs from `parent` for cities planned separately.
  reports_to text collate "C",
  constraint division_pk primary key (code),
  constraint division_level_of_code check (length(code) = (array[2, 4, 6, 9, 12])[level]),
  constraint division_parent_is_prefix check (parent is null or starts_with(code, parent))
);
create index division_by_parent on division (parent, code);
create index division_by_level on division (level, code);

-- Agencies, places, service items and sources as published: the whole object, and the columns that are searched.
create table reference (
  type         text collate "C" not null,
  key          text collate "C" not null,
  name         text not null,
  division     text collate "C",
  agency       text collate "C",
  -- Department line of an agency, kind of a place, basic code of an item.
  class        text collate "C" not null default '',
  object       jsonb not null,
  revision     integer not null,
  published_at timestamptz not null,
  published_by text not null,
  constraint reference_pk primary key (type, key),
  constraint reference_type check (type in ('agency', 'place', 'service-item', 'source')),
  constraint reference_revision check (revision >= 1)
);
create index reference_by_division on reference (type, division, key);
create index reference_by_agency on reference (type, agency, key);
create index reference_by_class on reference (type, class, key);

-- Every edition of a published object, append-only: what was published when, and by whom.
create table reference_edition (
  type         text collate "C" not null,
  key          text collate "C" not null,
  revision     integer not null,
  object       jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  constraint reference_edition_pk primary key (type, key, revision)
);

-- Every edition of a rule, an overlay, an exemption that this hub put in force; `body` is the published form.
create table rule_edition (
  kind        text collate "C" not null,
  id          text collate "C" not null,
  ordinal     integer not null,
  hash        text collate "C" not null,
  body        jsonb not null,
  in_force_at timestamptz not null,
  replaced_at timestamptz,
  constraint rule_edition_pk primary key (kind, id, ordinal),
  constraint rule_edition_kind check (kind in ('RULE', 'OVERLAY', 'EXEMPTION')),
  constraint rule_edition_order check (replaced_at is null or replaced_at >= in_force_at)
);
create unique index rule_edition_one_in_force on rule_edition (kind, id) where replaced_at is null;

-- Reference data holds no personal data: every signed-in viewer may read it.
select hub.publish('division');
select hub.publish('reference');
select hub.publish('reference_edition');
select hub.publish('rule_edition');
