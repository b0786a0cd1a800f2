-- What rests with a fault is counted at each look of the watch.
create index duty_subject_fault on duty_subject (kind) where fault is not null;
create index matter_fault on matter (kind) where fault is not null;
create index supervisor_day_fault on supervisor_day (kind) where fault is not null;
