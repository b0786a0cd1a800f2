-- What several processes may tell and is put on record once: the first use of a token, a report of the gateway. Kept until it can come
-- no more.
create table hub.told_once (
  key text collate "C" not null,
  until timestamptz not null,
  constraint told_once_pkey primary key (key)
);
create index told_once_until on hub.told_once (until);
grant select, insert, update, delete on hub.told_once to gnomon_subgraph;
