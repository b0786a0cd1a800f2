-- What rests with a fault is counted at each look of the watch.
create index work_item_fault on work_item (lane) where fault is not null;
create index subject_fault on subject (kind) where fault is not null;
