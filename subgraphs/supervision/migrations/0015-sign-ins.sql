-- Who reads sign-ins reads these entries of the log and no other.
create function sign_in_log_is_open() returns boolean language sql stable as $$
  select coalesce(current_setting('gnomon.log', true), '') = 'sign-ins' $$;
create policy sign_ins on hub_act for select to gnomon_supervision_reader
  using ((select sign_in_log_is_open()) and kind in ('SIGNED_IN', 'SIGN_IN_REFUSED', 'SIGN_INS_DROPPED'));
