-- The key under which places in the feed go out as cursors: who holds two of them does not learn how many entries lie between. A part of the
-- database and of its backups, since positions of followers are kept as cursors, too.
create table hub.cursor_key (
  is_only boolean not null default true,
  key bytea not null,
  constraint cursor_key_pkey primary key (is_only),
  constraint cursor_key_one check (is_only),
  constraint cursor_key_length check (length(key) = 32)
);
insert into hub.cursor_key (key) values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
grant select on hub.cursor_key to gnomon_subgraph;
