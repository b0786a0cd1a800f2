-- The history is kept append-only by privilege: a lane table has no trigger, because a distributed server allows none.
drop trigger card_event_append_only on card_event;
drop function card_event_refuse_change();
revoke update, delete, truncate on card_event from gnomon_supervision;
