-- The hash-chained log of what the hub and its people do, and clue files.
select 1;
