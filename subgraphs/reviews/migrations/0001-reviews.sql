-- Records, subjects, marks, row log, batches and tallies, as every domain of records has them.
select hub.create_records();
