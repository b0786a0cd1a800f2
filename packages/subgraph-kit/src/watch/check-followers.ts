import { RULES_STREAM } from '../follow-rules.ts';
import type { Observation } from './check-running.ts';
import type { Expected } from './expected.ts';
import { both, type Finding, finding, incomplete } from './finding.ts';

/**
 * Followers on record, which may never have read anything, and those that have read, which the record must name. Of a stream without
 * entries there is nothing to read. Pure.
 */
export function followerFindings(
  { followers, limits }: Pick<Expected, 'followers' | 'limits'>,
  seen: Pick<Observation, 'followers' | 'heads' | 'histories'>,
): readonly Finding[] {
  const read = new Map(seen.followers.map((one) => [nameOf(one), one.seq]));
  const wanted = Object.entries(followers).flatMap(([role, own]) =>
    Object.entries(own).flatMap(([follower, streams]) => streams.map((stream) => ({ role, follower, stream }))),
  );
  const named = new Set(wanted.map(nameOf));
  const unnamed = seen.followers.filter((one) => seen.heads.has(one.stream) && !named.has(nameOf(one)));
  const standing = [...wanted, ...unnamed].flatMap((one) => {
    const [seq, head] = [read.get(nameOf(one)) ?? 0, seen.heads.get(one.stream) ?? 0];
    // Milestones wait where an import of history holds them; that has an alarm of its own.
    const isHeld = seen.histories.length > 0 && one.stream.endsWith('milestones');
    return seq >= head || isHeld ? [] : [stands(one, seq, limits.followerSeconds)];
  });
  return [...standing, ...unnamed.map((one) => incomplete(`followers.${nameOf(one)}`))];
}

interface Follower {
  readonly role: string;
  readonly follower: string;
  readonly stream: string;
}

function nameOf({ role, follower, stream }: Follower): string {
  return `${role}: ${follower} ← ${stream}`;
}

function stands({ role, follower, stream }: Follower, seq: number, seconds: number): Finding {
  return finding('FOLLOWER_STANDS', nameOf({ role, follower, stream }), {
    key: `FOLLOWER_STANDS ${role} ${follower} ${stream} ${seq}`,
    forMs: seconds * 1000,
    what: whatOf({ role, follower, stream }, seq),
    expected: both(`${seconds} 秒内读到最新`, `the newest entry read within ${seconds} seconds`),
    remedy: both('请查看该进程的日志并重新启动', 'read the log of its process and start it again'),
  });
}

function whatOf({ role, follower, stream }: Follower, seq: number): Finding['what'] {
  if (stream === RULES_STREAM)
    return both(
      `${role} 的“${follower}”尚未按现行规则和日历重排计时`,
      `"${follower}" of ${role} has not been armed anew by the rules and calendar in force`,
    );
  if (seq === 0)
    return both(
      `${role} 的“${follower}”从未读过动态 ${stream}`,
      `"${follower}" of ${role} has never read the feed ${stream}`,
    );
  return both(
    `${role} 的“${follower}”停在动态 ${stream} 第 ${seq} 条，之后的没有读`,
    `"${follower}" of ${role} stands at entry ${seq} of the feed ${stream} and reads no further`,
  );
}
