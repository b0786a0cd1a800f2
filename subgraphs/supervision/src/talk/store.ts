import type { Facts } from '@gnomon/rule-engine';
import type { StandingVerdict } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { laneWithin } from '../lane.ts';
import { isoText } from '../store/conditions.ts';

/** A talk that was held (约谈记录). Instants in ms. */
export interface Talk {
  readonly lane: number;
  readonly report: string;
  readonly agency: string;
  readonly division: string;
  readonly heldAt: number;
  readonly conclusion: string;
  readonly minutesName: string;
  /** SHA-256 of the minutes, in hex: the source keeps the file. */
  readonly minutesSha256: string;
  readonly recordedAt: number;
  readonly recordedBy: string;
}

/** What is judged of a report: its facts and what stands. */
export interface JudgedReport {
  readonly id: string;
  readonly facts: Facts;
  readonly verdicts: readonly StandingVerdict[];
}

/** Keeps a talk. */
export async function insertTalk(tx: TransactionSql, talk: Talk): Promise<void> {
  await tx`
    /* insertTalk */
    insert into talk (lane, report, agency, division, held_at, conclusion, minutes_name, minutes_sha256, recorded_at, recorded_by)
    values (${talk.lane}, ${talk.report}, ${talk.agency}, ${talk.division}, ${isoText(talk.heldAt)}::text::timestamptz, ${talk.conclusion},
      ${talk.minutesName}, ${talk.minutesSha256}, ${isoText(talk.recordedAt)}::text::timestamptz, ${talk.recordedBy})`;
}

const keysOf = (reports: readonly string[]): string =>
  JSON.stringify(reports.flatMap((id) => (laneWithin(id) === null ? [] : [{ lane: laneWithin(id), id }])));

/** Talks by their reports, within the scope of the transaction. */
export function talksOf(tx: TransactionSql, reports: readonly string[]): Promise<readonly Talk[]> {
  return tx<Talk[]>`
    /* talksOf */
    select t.lane, t.report, t.agency, t.division, t.held_at as "heldAt", t.conclusion, t.minutes_name as "minutesName",
      t.minutes_sha256 as "minutesSha256", t.recorded_at as "recordedAt", t.recorded_by as "recordedBy"
    from jsonb_to_recordset(${keysOf(reports)}::text::jsonb) as k (lane smallint, id text)
    join talk t on t.lane = k.lane and t.report = k.id collate "C"`;
}

/** What is judged of these reports, within the scope of the transaction; of those by which no talk can become due there is nothing. */
export function judgedReports(tx: TransactionSql, reports: readonly string[]): Promise<readonly JudgedReport[]> {
  return tx<JudgedReport[]>`
    /* judgedReports */ select t.id, t.facts, t.standing -> 'verdicts' as verdicts
    from jsonb_to_recordset(${keysOf(reports)}::text::jsonb) as k (lane smallint, id text)
    join duty_subject t on t.lane = k.lane and t.kind = 'feedback-report' and t.id = k.id collate "C"`;
}
