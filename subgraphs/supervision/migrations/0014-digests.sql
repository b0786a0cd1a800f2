-- What one digest tells together: old news of an import, and the rest of a flood. Each entry keeps its row, with the digest in which it went.
alter table notice add column digest text collate "C";
-- Of a digest: how many entries it tells.
alter table notice add column told integer;
alter table notice drop constraint notice_state_known;
alter table notice add constraint notice_state_known
  check (state in ('PENDING', 'DELIVERED', 'REFUSED', 'GIVEN_UP', 'UNADDRESSED', 'DIGESTED'));
alter table notice add constraint notice_digested check ((state = 'DIGESTED') = (digest is not null));
create index notice_digest on notice (lane, digest) where digest is not null;
create index notice_recipient_newest on notice (lane, recipient, at);
