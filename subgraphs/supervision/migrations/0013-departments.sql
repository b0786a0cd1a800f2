-- The department line of each agency, by which a report compares it with its like; what was published before is read again.
alter table notice_agency add column department text collate "C" not null default '';
delete from hub.follower where follower = 'notices' and stream = 'registry';
