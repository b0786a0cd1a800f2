-- The life of a card goes on behind its issue: signed, answered, appealed, rectified, closed (src/life/table.ts).
alter table card
  add column state_before text collate "C",
  add column issued_by text collate "C",
  add column escalated_to text collate "C",
  drop constraint card_state_known,
  drop constraint card_closed_with_reason,
  drop constraint card_issued_is_dated,
  add constraint card_state_known check (state in ('DRAFT', 'ISSUED', 'SIGNED', 'ACCEPTED', 'APPEALED', 'SUSTAINED', 'PLANNED', 'RECTIFYING',
    'RESULT_IN', 'CLOSED', 'REVOKED', 'DOWNGRADED', 'EXEMPTED', 'CANCELLED', 'SUPERSEDED', 'WITHDRAWN', 'DECLINED')),
  add constraint card_closed_with_reason check (
    (state in ('DRAFT', 'ISSUED', 'SIGNED', 'ACCEPTED', 'APPEALED', 'SUSTAINED', 'PLANNED', 'RECTIFYING', 'RESULT_IN')) = (closed_at is null)
    and (closed_at is null) = (close_reason is null)),
  add constraint card_issued_is_dated check (issued_at is not null or state in ('DRAFT', 'DECLINED', 'SUPERSEDED', 'WITHDRAWN')),
  add constraint card_escalated_to_known check (escalated_to in ('REGION', 'LEAGUE', 'BANNER'));
drop index card_one_active;
-- Law 7: at most one active card for a rule, a subject, an occurrence.
create unique index card_one_active on card (lane, subject_kind, subject, rule, occurrence)
  where state in ('DRAFT', 'ISSUED', 'SIGNED', 'ACCEPTED', 'APPEALED', 'SUSTAINED', 'PLANNED', 'RECTIFYING', 'RESULT_IN');

-- What was handed in with an act; its hash is in the chain.
alter table card_event add column content jsonb;

-- A warning may be acknowledged by its agency, and expires with its rule.
alter table warning
  add column acknowledged_at timestamptz,
  add column acknowledged_by text collate "C",
  drop constraint warning_state_known,
  add constraint warning_state_known check (state in ('ISSUED', 'RESOLVED', 'TURNED', 'WITHDRAWN', 'EXPIRED')),
  add constraint warning_acknowledged_whole check ((acknowledged_at is null) = (acknowledged_by is null));
