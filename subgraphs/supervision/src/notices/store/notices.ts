import type { ViewerScope } from '@gnomon/identity';
import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { addScope, Conditions, isoText } from '../../store/conditions.ts';
import { type Attempt, type Notice, TOLD_WITHIN_MS } from '../words.ts';

/** The columns of a notice, of table `t`. */
export const SELECTION = `t.lane, t.id, t.seq, t.kind, t.at, t.level, t.rule, t.card, t.warning, t.owner, t.agency, t.division, t.recipient, t.post,
  t.channel, t.address, t.language, t.subject, t.body, t.state, t.attempts, t.due_at as "dueAt", t.settled_at as "settledAt", t.digest, t.told`;

/** Writes notices; one that is there already stays as it is. */
export async function insertNotices(tx: TransactionSql, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map((notice) => ({
    ...notice,
    at: isoText(notice.at),
    dueAt: notice.dueAt === null ? null : isoText(notice.dueAt),
    settledAt: notice.settledAt === null ? null : isoText(notice.settledAt),
  }));
  await tx`/* insertNotices */
    insert into notice (lane, id, seq, kind, at, level, rule, card, warning, owner, agency, division, recipient, post, channel, address,
      language, subject, body, state, attempts, due_at, settled_at, digest, told)
    select r.lane, r.id, r.seq, r.kind, r.at, r.level, r.rule, r.card, r.warning, r.owner, r.agency, r.division, r.recipient, r.post, r.channel,
      r.address, r.language, r.subject, r.body, r.state, r.attempts, r."dueAt", r."settledAt", r.digest, r.told
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (lane smallint, id text, seq bigint, kind text, at timestamptz, level text,
      rule text, card text, warning text, owner text, agency text, division text, recipient text, post text, channel text, address text,
      language text, subject text, body text, state text, attempts integer, "dueAt" timestamptz, "settledAt" timestamptz, digest text, told integer)
    order by r.lane, r.id
    on conflict (lane, id) do nothing`;
}

/**
 * Takes notices that are due, for each recipient the first that waits only, and leases them: until `leasedTo` nobody else takes them, and
 * after it anybody may, so that what a crash cut off is sent again under the same key. The attempt is on record before it is made.
 */
export async function leaseDue(
  tx: TransactionSql,
  { now, leasedTo, limit }: { readonly now: number; readonly leasedTo: number; readonly limit: number },
): Promise<readonly Notice[]> {
  return tx<Notice[]>`/* leaseDue */
    with head as (
      select n.lane, n.id from notice n
      where n.due_at <= ${now}::timestamptz and not exists (select 1 from notice e
        where e.lane = n.lane and e.recipient = n.recipient and e.due_at is not null and (e.seq, e.id) < (n.seq, n.id)
        -- A digest that still collects holds up nobody.
        and not (e.told is not null and e.attempts = 0 and e.due_at > ${now}::timestamptz))
      order by n.due_at limit ${limit} for no key update of n skip locked),
    taken as (
      update notice t set attempts = t.attempts + 1, due_at = ${leasedTo}::timestamptz
      from head where t.lane = head.lane and t.id = head.id
      returning ${tx.unsafe(SELECTION)}),
    begun as (
      insert into notice_attempt (lane, notice, n, started_at) select lane, id, attempts, ${now}::timestamptz from taken)
    select * from taken order by seq, id`;
}

/** What came of an attempt. */
export interface AttemptEnd {
  readonly notice: Pick<Notice, 'lane' | 'id' | 'recipient' | 'attempts'>;
  readonly state: 'PENDING' | 'DELIVERED' | 'REFUSED' | 'GIVEN_UP';
  readonly at: number;
  readonly response: string;
  /** When to try again; `null` once it is settled. */
  readonly dueAt: number | null;
}

/** Records the end of an attempt. When it failed, what waits behind it waits as long; what was settled by another since is left alone. */
export async function endAttempt(tx: TransactionSql, end: AttemptEnd): Promise<void> {
  const { notice, state, at, response, dueAt } = end;
  const settledAt = state === 'PENDING' ? null : at;
  await tx`/* endAttempt */ update notice_attempt
    set ended_at = ${at}::timestamptz, arrived = ${state === 'DELIVERED'}, response = ${response}
    where lane = ${notice.lane} and notice = ${notice.id} and n = ${notice.attempts} and ended_at is null`;
  await tx`/* settleNotice */ update notice set state = ${state}, due_at = ${dueAt}::timestamptz, settled_at = ${settledAt}::timestamptz
    where lane = ${notice.lane} and id = ${notice.id} and state = 'PENDING'
      and (attempts = ${notice.attempts} or ${state === 'DELIVERED'})`;
  if (dueAt !== null)
    await tx`/* waitBehind */ update notice set due_at = ${dueAt}::timestamptz
      where lane = ${notice.lane} and recipient = ${notice.recipient} and due_at < ${dueAt}::timestamptz`;
}

/** How many notices have not arrived although they ought to have by now. */
export async function countLate(tx: Pick<TransactionSql, 'unsafe'> & TransactionSql, now: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`/* countLateNotices */
    select count(*)::int as count from notice where due_at is not null and at < ${now - TOLD_WITHIN_MS}::timestamptz`;
  return row?.count ?? 0;
}

/** How many of the notices since an instant never arrived and are not tried any more. */
export async function countLost(tx: TransactionSql, since: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`/* countLostNotices */
    select count(*)::int as count from notice where at >= ${since}::timestamptz and state in ('REFUSED', 'GIVEN_UP')`;
  return row?.count ?? 0;
}

/** Which notices; what is absent does not restrict. */
export interface NoticeFilter {
  readonly card?: string | null;
  readonly agency?: string | null;
  readonly division?: string | null;
  readonly state?: readonly string[] | null;
  readonly channel?: readonly string[] | null;
  readonly kind?: readonly string[] | null;
  /** Only those that are late, or only those that are not, at `now`. */
  readonly isLate?: boolean | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

/** What notices are ordered by: newest first. */
export type NoticeKey = readonly [at: number, id: string];

/** A page of notices, newest first. Reads one row more than wanted. */
export async function readNotices(
  tx: TransactionSql,
  scope: ViewerScope,
  filter: NoticeFilter,
  now: number,
  page: PageRequest<NoticeKey>,
): Promise<readonly Notice[]> {
  const conditions = new Conditions()
    .among('t.state', filter.state)
    .among('t.channel', filter.channel)
    .among('t.kind', filter.kind);
  if (given(filter.card)) conditions.add(`t.card = ${conditions.value(filter.card)}`);
  if (given(filter.agency)) conditions.add(`t.agency = ${conditions.value(filter.agency)}`);
  if (given(filter.division)) conditions.add(`t.division like ${conditions.value(`${filter.division}%`)}`);
  if (given(filter.from)) conditions.add(`t.at >= ${conditions.value(isoText(filter.from))}::text::timestamptz`);
  if (given(filter.to)) conditions.add(`t.at < ${conditions.value(isoText(filter.to))}::text::timestamptz`);
  if (given(filter.isLate)) {
    const late = `(t.state not in ('DELIVERED', 'DIGESTED') and t.at < ${conditions.value(isoText(now - TOLD_WITHIN_MS))}::text::timestamptz)`;
    conditions.add(filter.isLate ? late : `not ${late}`);
  }
  if (page.after !== null) {
    const [at, id] = page.after;
    conditions.add(`(t.at, t.id) < (${conditions.value(isoText(at))}::text::timestamptz, ${conditions.value(id)})`);
  }
  // A notice has no source, and no source reads any.
  addScope(conditions, { ...scope, sources: [] });
  return conditions.run<Notice>(
    tx,
    `/* readNotices */ select ${SELECTION} from notice t ${conditions.text} order by t.at desc, t.id desc limit ${page.limit}`,
  );
}

/** How many notices a card shows; the others are found by `notices(filter: { card })`. */
const OF_A_CARD = 200;

/** The newest notices about each of these cards, oldest first. */
export async function noticesOfCards(tx: TransactionSql, cards: readonly string[]): Promise<readonly Notice[]> {
  return tx<Notice[]>`/* noticesOfCards */
    select n.* from unnest(${cards as string[]}::text[]) as c(id)
    cross join lateral (select ${tx.unsafe(SELECTION)} from notice t where t.card = c.id collate "C"
      order by t.seq desc, t.id desc limit ${OF_A_CARD}) n
    order by n.card, n.seq, n.id`;
}

/** Notices by id, in any order. */
export async function noticesById(
  tx: TransactionSql,
  keys: readonly { readonly lane: number; readonly id: string }[],
): Promise<readonly Notice[]> {
  return tx<Notice[]>`/* noticesById */
    select ${tx.unsafe(SELECTION)} from notice t where (t.lane, t.id) in (select k.lane::smallint, k.id collate "C"
      from unnest(${keys.map(({ lane }) => lane)}::int[], ${keys.map(({ id }) => id)}::text[]) as k(lane, id))`;
}

/** Attempts at these notices, oldest first. */
export async function attemptsOf(
  tx: TransactionSql,
  notices: readonly { readonly lane: number; readonly id: string }[],
): Promise<readonly Attempt[]> {
  return tx<Attempt[]>`/* attemptsOf */
    select a.lane, a.notice, a.n, a.started_at as "startedAt", a.ended_at as "endedAt", a.arrived, a.response
    from notice_attempt a where (a.lane, a.notice) in (select k.lane::smallint, k.id collate "C"
      from unnest(${notices.map(({ lane }) => lane)}::int[], ${notices.map(({ id }) => id)}::text[]) as k(lane, id))
    order by a.notice, a.n`;
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
