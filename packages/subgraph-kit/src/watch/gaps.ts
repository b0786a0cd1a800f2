import { formatInstant, type Instant } from '@gnomon/working-time';
import type { Transaction } from '../subject-store.ts';
import type { Expected } from './expected.ts';
import { both, type Finding, finding } from './finding.ts';

/** A time in which nobody watched the hub: every process was down, stood still, or could not decide. */
export interface WatchGap {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Notes that the hub was watched at `now`, and what lies unwatched behind it: the time since the decision before, where that is longer than
 * it may be. The caller holds the lease. The hub's first decision has nothing before it.
 */
export async function noteDecision(tx: Transaction, now: Instant, gapSeconds: number): Promise<void> {
  const [lease] = await tx<{ decided_at: Instant | null }[]>`
    /* decidedAt */ select decided_at from hub.watch_lease where name = 'alarms' for update`;
  const from = lease?.decided_at ?? null;
  if (from !== null && now - from > gapSeconds * 1000)
    await tx`/* noteGap */
      insert into hub.watch_gap (from_at, to_at) values (${from}::timestamptz, ${now}::timestamptz) on conflict do nothing`;
  if (from === null || now > from)
    await tx`/* noteDecision */ update hub.watch_lease set decided_at = ${now}::timestamptz where name = 'alarms'`;
}

/** Gaps that ended at `since` or later. */
export async function recentGaps(tx: Transaction, since: Instant): Promise<readonly WatchGap[]> {
  const rows = await tx<WatchGap[]>`
    /* recentGaps */ select from_at as from, to_at as to from hub.watch_gap where to_at >= ${since}::timestamptz order by from_at`;
  return [...rows];
}

/** What was not watched is an alarm when somebody watches again, and stays one for so long that people read it. Pure. */
export function gapFindings(
  { limits }: Pick<Expected, 'limits'>,
  { now, gaps }: { readonly now: Instant; readonly gaps: readonly WatchGap[] },
): readonly Finding[] {
  const fresh = gaps.filter(({ to }) => now - to < limits.gapHours * 3_600_000);
  return fresh.map(({ from, to }) => {
    const [begun, ended, minutes] = [formatInstant(from), formatInstant(to), Math.ceil((to - from) / 60_000)];
    return finding('WATCH_INTERRUPTED', `${begun}/${ended}`, {
      since: from,
      what: both(
        `${begun} 至 ${ended} 共 ${minutes} 分钟平台停着，无人看守；其间到期的预警和牌恢复后按原定时刻补发`,
        `from ${begun} to ${ended} (${minutes} minutes) the hub stood still and nobody watched; what fell due then was made up for with its own instants`,
      ),
      expected: both(
        `看守中断不超过 ${limits.gapSeconds} 秒`,
        `never more than ${limits.gapSeconds} seconds without a look`,
      ),
      remedy: both(
        `请查明原因，核对数源是否重推其间的数据；本告警 ${limits.gapHours} 小时后自行解除`,
        `find out why, and whether sources sent again what they sent meanwhile; this alarm ends after ${limits.gapHours} hours`,
      ),
    });
  });
}
