-- Talks with agencies' leaders (约谈, Art. 8) that became due by the report of a quarter: what was held, and the hash of its minutes.
create table talk (
  lane smallint not null,
  report text collate "C" not null,
  agency text collate "C" not null,
  division text collate "C" not null,
  held_at timestamptz not null,
  conclusion text not null,
  minutes_name text not null,
  minutes_sha256 text collate "C" not null,
  recorded_at timestamptz not null,
  recorded_by text collate "C" not null,
  constraint talk_pkey primary key (lane, report)
);
select hub.protect('talk', 'division', 'agency');
-- What was recorded stays as it was recorded, by privilege.
revoke update, delete on talk from gnomon_supervision;
