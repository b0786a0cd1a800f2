import { constantOf, type Facts, type Pack } from '@gnomon/rule-engine';
import type { SubjectArrival } from '@gnomon/subgraph-kit';
import type { Instant } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import type { Desk } from '../duties/arrivals.ts';
import { workdays } from '../duties/clocks.ts';
import { deskOf, takeDuties } from '../duties/judge.ts';
import { judgedOf, type LoopPorts } from '../duties/judged.ts';
import { type Figures, weighted } from '../reports/figures.ts';
import { medianInterval } from '../reports/intervals.ts';
import { type Report, readSnapshot } from '../reports/report.ts';
import { lockLedger } from '../store/book.ts';

/** The rule by which a talk with an agency's leader (约谈) becomes due. */
export const TALK_RULE = 'ES-01';

/** The duty to hold the talk that a report made due. */
export function talkDutyId({ agency, period }: Pick<Report, 'agency' | 'period'>): string {
  return `talk:${agency}:${period}`;
}

/** A report of a quarter, as far as the talk goes. */
export type TalkReport = Pick<
  Report,
  'lane' | 'id' | 'kind' | 'agency' | 'division' | 'period' | 'producedAt' | 'snapshot'
>;

/**
 * Judges which agencies' leaders are to be talked with (ES-01), when the reports of a quarter are made; the talk is a duty of the
 * agency's supervision body (XX-06) from then on. In the transaction that makes the reports.
 */
export async function takeTalks(
  ports: LoopPorts,
  tx: TransactionSql,
  reports: readonly TalkReport[],
  at: Instant,
): Promise<void> {
  const desk = deskOf(ports, at);
  const quarters = reports.filter(({ kind }) => kind === 'QUARTER');
  if (desk === null || quarters.length === 0) return;
  const median = regionalMedian(desk.rules.pack, quarters.map(figuresOf));
  await judge(ports, tx, desk, quarters, (report) => ({ ...talkFacts(figuresOf(report), median), talked: false }));
}

/** Judges the same again once the talk is on record: the warning and the duty end at this instant. */
export async function endTalk(ports: LoopPorts, tx: TransactionSql, report: TalkReport, facts: Facts, at: Instant) {
  const desk = deskOf(ports, at);
  if (desk !== null) await judge(ports, tx, desk, [report], () => ({ ...facts, talked: true }), at);
}

/**
 * The facts of a quarter, as rules/facts/feedback-report.yaml lists them, beside the regional median of card densities; `median` is `null`
 * where none is formed. Pure.
 */
export function talkFacts({ cards, workItems }: Figures, median: number | null): Facts {
  const { accepted } = workItems;
  const density = cards.density;
  const times = median === null || median === 0 || density === null ? null : density / median;
  return {
    ...{ reds: cards.counted.red, weighted: weighted(cards.counted), accepted },
    ...(times === null ? {} : { densityTimes: times }),
  };
}

/** The median of the region's card densities, of agencies with enough work items; `null` when there are too few of them. */
export function regionalMedian(pack: Pack, all: readonly Figures[]): number | null {
  const leastItems = constantOf(pack, 'feedback-report', 'leastItems');
  const densities = all.flatMap(({ cards, workItems }) =>
    workItems.accepted < leastItems || cards.density === null ? [] : [cards.density],
  );
  if (densities.length < constantOf(pack, 'feedback-report', 'leastAgencies')) return null;
  return medianInterval(densities)?.median ?? null;
}

async function judge(
  ports: LoopPorts,
  tx: TransactionSql,
  desk: Desk,
  reports: readonly TalkReport[],
  factsOf: (report: TalkReport) => Facts,
  doneAt: Instant | null = null,
): Promise<void> {
  await lockLedger(tx);
  const changes = await judgedOf(ports).take(
    tx,
    reports.map((report) => reportArrival(report, factsOf(report), desk.at)),
  );
  const due = new Set(
    changes
      .filter(({ subject }) =>
        subject.standing.verdicts.some(({ rule, level }) => rule === TALK_RULE && level === 'WARNING'),
      )
      .map(({ subject }) => subject.id),
  );
  const duties = reports
    .filter(({ id }) => doneAt !== null || due.has(id))
    .map(({ agency, division, period, producedAt }) => ({
      ...{ id: talkDutyId({ agency, period }), about: 'TALK' as const, division },
      ...{ start: producedAt, limit: workdays(desk.limits.talkWorkdays), doneAt },
    }));
  await takeDuties(ports, tx, desk, duties);
}

function reportArrival(
  { lane, id, agency, division, producedAt }: TalkReport,
  facts: Facts,
  at: Instant,
): SubjectArrival {
  return {
    ...{ lane, kind: 'feedback-report', id, division, agency, department: '', item: null, source: null },
    // Before the talk was put on record there was none: the warning was right until then.
    arrival: { facts, at, origin: producedAt, asOf: (instant) => (instant < at ? { ...facts, talked: false } : facts) },
  };
}

const figuresOf = (report: TalkReport): Figures => readSnapshot(report).figures;
