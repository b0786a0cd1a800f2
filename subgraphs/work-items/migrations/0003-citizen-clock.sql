-- Links by which an applicant sees the clock of one work item. The link itself is kept nowhere: only its keyed hash, from which the lane
-- comes, so that one look finds it.
create table clock_link (
  lane smallint not null,
  hash text collate "C" not null,
  item text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  source text collate "C" not null,
  issued_at timestamptz not null,
  issued_by text collate "C" not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text collate "C",
  constraint clock_link_pkey primary key (lane, hash),
  constraint clock_link_expires check (expires_at > issued_at),
  constraint clock_link_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null))
);
create index clock_link_item on clock_link (item);
select hub.protect('clock_link', 'division', 'agency', 'source');
