-- Appeals, their contested facts and verdicts, and declared outages.
select 1;
