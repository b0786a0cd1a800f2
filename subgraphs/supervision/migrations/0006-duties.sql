-- Deadlines of cards, appeals and supervisors as judged subjects.
select 1;
