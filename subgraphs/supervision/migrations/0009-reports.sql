-- Feedback reports and commendations.
select 1;
