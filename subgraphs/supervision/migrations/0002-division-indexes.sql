-- A supervision body reads its own subtree, newest first; a small subtree must not cost a walk over the whole region.
create index signal_division on signal (division, turned_at desc, id desc);
create index warning_division on warning (division, turned_at desc, id desc);
create index card_division on card (division, turned_at desc, id desc);
