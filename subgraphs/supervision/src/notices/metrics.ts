import type { Database } from '@gnomon/store';
import { both, type Finding, finding, type Ports } from '@gnomon/subgraph-kit';
import { Counter, Gauge, type Registry } from 'prom-client';
import { countLate, countLost } from './store/notices.ts';
import { TOLD_WITHIN_MS } from './words.ts';

/** What notices count. */
export interface NoticeMetrics {
  readonly attempts: Counter<'channel' | 'state'>;
}

/** The metrics of notices in a registry; twice in one registry gives the same ones. `gnomon_notices_late` is counted when it is asked for. */
export function noticeMetrics(registry: Registry, database: Database, now: () => number): NoticeMetrics {
  const name = 'gnomon_notice_attempts_total';
  const known = registry.getSingleMetric(name) as NoticeMetrics['attempts'] | undefined;
  if (known !== undefined) return { attempts: known };
  new Gauge({
    name: 'gnomon_notices_late',
    help: 'Notices that are still on their way although ten minutes are over',
    registers: [registry],
    async collect() {
      this.set(await database.transaction((tx) => countLate(tx, now())));
    },
  });
  return {
    attempts: new Counter({
      name,
      help: 'Attempts to deliver a notice, by channel and the state that the notice had afterwards',
      labelNames: ['channel', 'state'],
      registers: [registry],
    }),
  };
}

/** For so long a notice that is not tried any more stays an alarm. */
const LOST_SHOWN_MS = 48 * 3_600_000;

/** Notices that are late, or were given up, are an alarm: somebody has not been told what runs against him. */
export async function lateNotices({ database }: Pick<Ports, 'database'>, now: number): Promise<readonly Finding[]> {
  const { late, lost } = await database.transaction(async (tx) => ({
    late: await countLate(tx, now),
    lost: await countLost(tx, now - LOST_SHOWN_MS),
  }));
  const minutes = TOLD_WITHIN_MS / 60_000;
  const said = {
    expected: both(`${minutes} 分钟内送达`, `delivered within ${minutes} minutes`),
    remedy: both(
      '请查询 notices（isLate）看是哪个渠道、什么回应，修好渠道或更正地址，并另行告知收件人',
      'ask for `notices` that are late: which channel, what it answered; mend the channel or the address, and tell them by other means',
    ),
  };
  const onTheWay = finding('NOTICES_LATE', 'on the way', {
    ...said,
    what: both(
      `${late} 条通知过了 ${minutes} 分钟仍未送达，收件人不知道已发预警或牌`,
      `${late} notice(s) are still on their way after ${minutes} minutes; whom they are for does not know of a warning or card`,
    ),
  });
  const givenUp = finding('NOTICES_LATE', 'given up', {
    ...said,
    what: both(
      `近两天有 ${lost} 条通知被拒收或放弃，不再重试`,
      `${lost} notice(s) of the last two days were refused or given up and are not tried again`,
    ),
  });
  return [...(late > 0 ? [onTheWay] : []), ...(lost > 0 ? [givenUp] : [])];
}
