create table toy_row (n integer not null, constraint toy_row_pk primary key (n));
