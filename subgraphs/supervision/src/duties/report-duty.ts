import type { Instant } from '@gnomon/working-time';
import type { TransactionSql } from 'postgres';
import { lockLedger } from '../store/book.ts';
import { workdays } from './clocks.ts';
import { deskOf, takeDuties } from './judge.ts';
import type { LoopPorts } from './judged.ts';

/** A feedback report that a supervision body owes to an agency. */
export interface OwedReport {
  readonly agency: string;
  readonly division: string;
  /** `2026-05`, `2026-Q2` or `2026`. */
  readonly period: string;
  /** The end of the period, exclusive: from the day before it the working days are counted. */
  readonly endsAt: Instant;
  /** When it was published; `null` while it is owed. */
  readonly publishedAt: Instant | null;
}

/** Judges the duty to give these reports (XX-06), in the transaction in which they are made or published. */
export async function takeReportDuties(
  ports: LoopPorts,
  tx: TransactionSql,
  reports: readonly OwedReport[],
  at: Instant,
): Promise<void> {
  const desk = deskOf(ports, at);
  if (desk === null || reports.length === 0) return;
  await lockLedger(tx);
  const duties = reports.map(({ agency, division, period, endsAt, publishedAt }) => ({
    ...{ id: `report:${agency}:${period}`, about: 'REPORT' as const, division },
    ...{ start: endsAt - 1, limit: workdays(desk.limits.reportWorkdays), doneAt: publishedAt },
  }));
  await takeDuties(ports, tx, desk, duties);
}
