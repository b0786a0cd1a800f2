import type { Pack } from '@gnomon/rule-engine';
import { dayOf, formatInstant, type Instant, parseDay } from '@gnomon/working-time';
import type { Beat } from './beat.ts';
import { followerFindings } from './check-followers.ts';
import type { Expected } from './expected.ts';
import { both, type Finding, finding, incomplete } from './finding.ts';
import { gapFindings, type WatchGap } from './gaps.ts';

/** What one look finds in the database. */
export interface Observation {
  readonly now: Instant;
  readonly beats: readonly Beat[];
  /** The oldest entry that waits for the relay (`null`: none), and how many wait, counted up to 100,001. */
  readonly outbox: { readonly oldest: number | null; readonly waiting: number };
  /** Followers with the place they have come to. */
  readonly followers: readonly {
    readonly role: string;
    readonly follower: string;
    readonly stream: string;
    readonly seq: number;
  }[];
  /** Place of the newest entry of every stream that has one. */
  readonly heads: ReadonlyMap<string, number>;
  /** Times in which nobody watched, of late. */
  readonly gaps: readonly WatchGap[];
  /** Imports of history that hold the timers. */
  readonly histories: readonly { readonly domain: string; readonly batch: string; readonly horizon: Instant | null }[];
  /** First day on which rows came, and subjects by kind and verdicts by rule since a day. */
  readonly judged: {
    readonly firstDay: string | null;
    readonly kinds: ReadonlyMap<string, { readonly lastDay: string; readonly recent: number }>;
    readonly rules: ReadonlyMap<string, { readonly lastDay: string; readonly recent: number }>;
  };
}

const MOST_WAITING = 100_000;
/** What has fallen due meanwhile is judged within so much time after an import of history, or a time in which the hub stood still. */
const CATCH_UP_MS = 30 * 60_000;

/** Whether everything that ought to run does. Pure. */
export function checkRunning(expected: Expected, pack: Pick<Pack, 'rules'>, seen: Observation): readonly Finding[] {
  return [
    ...subgraphFindings(expected, seen),
    ...seen.beats.flatMap((beat) => [...partFindings(expected, beat), ...timerFindings(expected, seen, beat)]),
    ...processFindings(expected, seen),
    ...relayFindings(expected, seen),
    ...followerFindings(expected, seen),
    ...gapFindings(expected, seen),
    ...historyFindings(expected, seen),
    ...judgedFindings(expected, pack, seen),
    ...seen.beats.flatMap(({ findings }) => findings),
  ];
}

function subgraphFindings({ subgraphs, limits }: Expected, { beats, now }: Observation): readonly Finding[] {
  const at = new Map(beats.map((beat) => [beat.subgraph, beat.at]));
  const silent = Object.keys(subgraphs).flatMap((name) => {
    const last = at.get(name);
    if (last !== undefined && now - last <= limits.beatSeconds * 1000) return [];
    return [
      finding('SUBGRAPH_SILENT', name, {
        ...(last === undefined ? { forMs: limits.beatSeconds * 1000 } : { since: last }),
        what: both(
          `子图 ${name} ${last === undefined ? '从未报到' : '停止报到'}，其领域无人看守`,
          `the subgraph ${name} ${last === undefined ? 'has never reported' : 'no longer reports'}; nobody watches its domain`,
        ),
        expected: both(`每 ${limits.beatSeconds} 秒内报到`, `a report every ${limits.beatSeconds} seconds`),
        remedy: both('请查看该进程的日志并重新启动', 'read the log of its process and start it again'),
      }),
    ];
  });
  const unknown = beats
    .filter(({ subgraph }) => !Object.hasOwn(subgraphs, subgraph))
    .map(({ subgraph }) => incomplete(`subgraphs.${subgraph}`));
  return [...silent, ...unknown];
}

function partFindings({ subgraphs, limits }: Expected, beat: Beat): readonly Finding[] {
  const wanted = subgraphs[beat.subgraph];
  if (wanted === undefined) return [];
  const missing = wanted
    .filter((part) => !beat.parts.includes(part))
    .map((part) =>
      finding('PART_MISSING', `${beat.subgraph}: ${part}`, {
        what: both(
          `子图 ${beat.subgraph} 没有运行“${part}”，所管数据无人跟进`,
          `the subgraph ${beat.subgraph} does not run "${part}"; what it follows is cut off`,
        ),
        expected: both(`“${part}”在运行`, `"${part}" running`),
        remedy: both('请恢复配置并重新启动', 'restore the configuration and start it again'),
      }),
    );
  const unknown = beat.parts
    .filter((part) => !wanted.includes(part))
    .map((part) => incomplete(`subgraphs.${beat.subgraph}: ${part}`));
  const failing = beat.failing.map((part) =>
    finding('PART_FAILING', `${beat.subgraph}: ${part}`, {
      forMs: limits.partSeconds * 1000,
      what: both(
        `子图 ${beat.subgraph} 的“${part}”反复出错，它的工作停着`,
        `"${part}" of the subgraph ${beat.subgraph} fails again and again; its work waits`,
      ),
      expected: both(`“${part}”正常运行`, `"${part}" running`),
      remedy: both('请查看该进程的日志', 'read the log of its process'),
    }),
  );
  return [...missing, ...unknown, ...failing, ...hangingFindings(limits, beat)];
}

/** A part in one round for far longer than it means to be: it neither fails nor ends, and what it does waits. */
function hangingFindings({ roundSeconds }: Expected['limits'], { subgraph, at, idle }: Beat): readonly Finding[] {
  const hanging = idle.filter(({ idleMs, everyMs }) => idleMs > everyMs + roundSeconds * 1000);
  return hanging.map(({ part, idleMs, everyMs }) =>
    finding('PART_HANGS', `${subgraph}: ${part}`, {
      since: Math.floor(at - idleMs),
      what: both(
        `子图 ${subgraph} 的“${part}”不报错也不往下走，它的工作停着`,
        `"${part}" of the subgraph ${subgraph} neither fails nor goes on; its work waits`,
      ),
      expected: both(
        `每 ${Math.ceil(everyMs / 1000)} 秒一轮，至多迟 ${roundSeconds} 秒`,
        `a round every ${Math.ceil(everyMs / 1000)} s, at most ${roundSeconds} s late`,
      ),
      remedy: both(
        '请查看数据库的锁等待和它所连的外部服务；仍不恢复即重新启动该进程',
        'look for locks in the database and at the service it talks to; if it does not go on, start its process again',
      ),
    }),
  );
}

function timerFindings({ limits }: Expected, { now, histories }: Observation, beat: Beat): readonly Finding[] {
  const { oldestDue, subgraph } = beat;
  const held = Math.min(now, ...histories.map(({ horizon }) => horizon ?? -Infinity));
  if (oldestDue === null || oldestDue >= held - limits.timersSeconds * 1000) return [];
  return [
    finding('TIMERS_LAG', subgraph, {
      forMs: limits.timersSeconds * 1000,
      // An import of history runs through days in seconds: behind it a timer lags that does not move on, and nobody waits for it before the
      // import is closed.
      ...(held < now ? { key: `TIMERS_LAG ${subgraph} ${oldestDue}`, forMs: limits.historyMinutes * 60_000 } : {}),
      since: oldestDue,
      what: both(
        `子图 ${subgraph} 有 ${formatInstant(oldestDue)} 到期的计时未处理，此后的预警和牌都在等`,
        `a timer of the subgraph ${subgraph} was due at ${formatInstant(oldestDue)} and has not run; warnings and cards since then wait`,
      ),
      expected: both(`到期后 ${limits.timersSeconds} 秒内处理`, `handled within ${limits.timersSeconds} seconds`),
      remedy: both('请查看该进程的日志和数据库负载', 'read the log of its process and the load of the database'),
    }),
  ];
}

/** What processes say of themselves: clocks, and whether all judge by the same rules. */
function processFindings({ limits }: Expected, { beats, now }: Observation): readonly Finding[] {
  const fresh = beats.filter(({ at }) => now - at <= limits.beatSeconds * 1000);
  const skewed = [...Map.groupBy(fresh, ({ process }) => process)].flatMap(([process, own]) => {
    if (own.every(({ skewMs }) => Math.abs(skewMs) <= limits.skewSeconds * 1000)) return [];
    return [
      finding('CLOCK_SKEW', process, {
        what: both(
          `进程 ${process} 与数据库的时钟相差超过 ${limits.skewSeconds} 秒`,
          `the clocks of the process ${process} and of the database differ by more than ${limits.skewSeconds} seconds`,
        ),
        expected: both(`相差不超过 ${limits.skewSeconds} 秒`, `at most ${limits.skewSeconds} seconds`),
        remedy: both('请校准两台机器的时间', 'set the time of both machines'),
      }),
    ];
  });
  const editions = new Set(fresh.map(({ pack, calendar }) => `${pack.slice(0, 16)} ${calendar.slice(0, 16)}`));
  if (editions.size <= 1) return skewed;
  return [
    ...skewed,
    finding('PACKS_DIFFER', 'rules', {
      forMs: limits.partSeconds * 1000,
      what: both('各子图所用的规则或日历版本不一致', 'subgraphs do not judge by the same rules or calendar'),
      expected: both('全部子图使用同一版本', 'one edition everywhere'),
      remedy: both('请查看哪个进程未能加载新规则', 'find the process that did not load the new rules'),
    }),
  ];
}

function relayFindings({ limits }: Expected, { outbox }: Observation): readonly Finding[] {
  if (outbox.oldest === null) return [];
  return [
    finding('RELAY_STANDS', 'relay', {
      // As long as the same entry is the oldest, the relay has moved nothing.
      key: outbox.waiting > MOST_WAITING ? 'RELAY_STANDS waiting' : `RELAY_STANDS ${outbox.oldest}`,
      forMs: limits.relaySeconds * 1000,
      what: both(
        '中继停滞，新的信号没有进入动态，订阅者听不到',
        'the relay stands still; new entries do not reach the feed and nobody hears them',
      ),
      expected: both(`${limits.relaySeconds} 秒内送入动态`, `in the feed within ${limits.relaySeconds} seconds`),
      remedy: both('请查看日志；确认有进程在运行中继', 'read the log; see to it that a process runs the relay'),
    }),
  ];
}

/** An import that nobody goes on with, and one that goes on for ever: while it is open, no domain's timers pass where it stands. */
function historyFindings({ limits }: Expected, { histories }: Observation): readonly Finding[] {
  return histories.flatMap(({ domain, batch, horizon }) => {
    const at = horizon === null ? both('开始', 'the beginning') : both(formatInstant(horizon), formatInstant(horizon));
    const held = { domain, batch, at };
    return [
      heldFinding(held, {
        // While it moves on it is no forgotten one.
        key: `HISTORY_HELD ${domain} ${batch} ${horizon ?? ''}`,
        forMs: limits.historyMinutes * 60_000,
        what: both('开着不动', 'is open and does not move'),
        expected: both(
          `导入完即结束批次，停顿不超过 ${limits.historyMinutes} 分钟`,
          `closed when it is in; at most ${limits.historyMinutes} minutes without a chunk`,
        ),
      }),
      heldFinding(held, {
        key: `HISTORY_HELD ${domain} ${batch} open`,
        forMs: limits.historyHours * 3_600_000,
        what: both(
          `已开着 ${limits.historyHours} 小时以上`,
          `has been open for more than ${limits.historyHours} hours`,
        ),
        expected: both(
          `${limits.historyHours} 小时内导入完并结束批次`,
          `in and closed within ${limits.historyHours} hours`,
        ),
      }),
    ];
  });
}

function heldFinding(
  { domain, batch, at }: { readonly domain: string; readonly batch: string; readonly at: Finding['what'] },
  said: Pick<Finding, 'key' | 'forMs' | 'what' | 'expected'>,
): Finding {
  return finding('HISTORY_HELD', `${domain} ${batch}`, {
    ...said,
    what: both(
      `历史导入 ${batch}（${domain}）${said.what.zh}，全部领域的计时停在${at.zh}`,
      `the import of history ${batch} (${domain}) ${said.what.en}; the timers of all domains are held at ${at.en}`,
    ),
    remedy: both(
      '请继续导入，或结束该批次（closeRecordBatch、closeBatch）',
      'go on with it, or close the batch (closeRecordBatch, closeBatch)',
    ),
  });
}

/** Rules that never gave a verdict though subjects came, and kinds of which none came. */
function judgedFindings(
  { limits, kinds, rules }: Expected,
  pack: Pick<Pack, 'rules'>,
  seen: Observation,
): readonly Finding[] {
  const { judged, now, histories } = seen;
  // While an import of history is open, what is yet to be judged lies in it.
  if (judged.firstDay === null || histories.length > 0) return [];
  const today = dayOf(now);
  const watchedDays = today - parseDay(judged.firstDay);
  const isOverdue = (days: number, lastDay: string | undefined): boolean =>
    days > 0 && watchedDays >= days && (lastDay === undefined || today - parseDay(lastDay) > days);
  const quiet = [...pack.rules.values()].filter(({ id, subjects }) => {
    if (!isOverdue(rules[id] ?? 0, judged.rules.get(id)?.lastDay)) return false;
    return subjects.reduce((sum, kind) => sum + (judged.kinds.get(kind)?.recent ?? 0), 0) >= limits.ruleWindowSubjects;
  });
  const absent = Object.entries(kinds).filter(([kind, days]) => isOverdue(days, judged.kinds.get(kind)?.lastDay));
  return [
    ...quiet.map(({ id }) =>
      finding('RULE_NEVER_RAN', id, {
        forMs: CATCH_UP_MS,
        what: both(
          `指标 ${id} 近 ${rules[id]} 天对其监督对象没有给出任何判定`,
          `rule ${id} has given no verdict in ${rules[id]} days though subjects of its kind were judged`,
        ),
        expected: both(
          `${limits.ruleWindowSubjects} 个以上对象中至少适用一次`,
          `at least one verdict among ${limits.ruleWindowSubjects} subjects or more`,
        ),
        remedy: both('请核对该指标的适用条件和事实来源', 'check its condition and where its facts come from'),
      }),
    ),
    ...absent.map(([kind, days]) =>
      finding('KIND_ABSENT', kind, {
        forMs: CATCH_UP_MS,
        what: both(
          `已 ${days} 天没有 ${kind} 类对象被判定`,
          `no subject of the kind ${kind} was judged in ${days} days`,
        ),
        expected: both(`每 ${days} 天内至少一个`, `at least one in ${days} days`),
        remedy: both(
          '请核对该类数据是否还在推送、是否还在推导',
          'check whether its rows still come and whether it is still derived',
        ),
      }),
    ),
  ];
}
