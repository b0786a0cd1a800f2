-- What rests with a fault is counted at each look of the watch.
create index record_fault on record (kind) where fault is not null;
create index subject_fault on subject (kind) where fault is not null;
