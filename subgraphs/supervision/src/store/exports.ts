import type { PageRequest } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import { Conditions, isoText, type LedgerFilter } from './conditions.ts';

export const EXPORT_STATES = ['REQUESTED', 'APPROVED', 'DECLINED', 'TAKEN'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];
export const EXPORT_KINDS = ['CARDS', 'WARNINGS'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];
export const EXPORT_FORMATS = ['NDJSON', 'CSV'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** An export (数据导出): asked for by one person, approved by another, taken once. Instants in ms. */
export interface Export {
  readonly id: string;
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly filter: LedgerFilter;
  readonly reason: string;
  readonly division: string;
  readonly requestedBy: string;
  readonly requestedAt: number;
  readonly state: ExportState;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decisionReason: string | null;
  readonly takenAt: number | null;
  readonly rows: number | null;
  readonly sha256: string | null;
}

const ms = (column: string, name: string) => `(extract(epoch from t.${column}) * 1000)::float8 as "${name}"`;
const SELECTION = `t.id, t.kind, t.format, t.filter, t.reason, t.division, t.requested_by as "requestedBy", ${ms('requested_at', 'requestedAt')},
  t.state, t.decided_by as "decidedBy", ${ms('decided_at', 'decidedAt')}, t.decision_reason as "decisionReason",
  ${ms('taken_at', 'takenAt')}, t.rows, t.sha256`;

/** The export under lock. */
export async function exportForUpdate(tx: TransactionSql, id: string): Promise<Export | null> {
  const [row] = (await tx.unsafe(
    `/* exportForUpdate */ select ${SELECTION} from hub_export t where t.id = $1 for update`,
    [id],
  )) as unknown as readonly Export[];
  return row ?? null;
}

/** Exports that the viewer may see, newest first. */
export async function listExports(
  tx: TransactionSql,
  states: readonly string[] | null,
  page: PageRequest<readonly [number, string]>,
): Promise<readonly Export[]> {
  const conditions = new Conditions().among('t.state', states);
  if (page.after !== null)
    conditions.add(
      `(t.requested_at, t.id) < (${conditions.value(isoText(page.after[0]))}::text::timestamptz, ${conditions.value(page.after[1])})`,
    );
  return conditions.run<Export>(
    tx,
    `/* listExports */ select ${SELECTION} from hub_export t ${conditions.text} order by t.requested_at desc, t.id desc limit ${page.limit}`,
  );
}

export async function insertExport(tx: TransactionSql, made: Export): Promise<void> {
  await tx`/* insertExport */ insert into hub_export (id, kind, format, filter, reason, division, requested_by, requested_at, state)
    values (${made.id}, ${made.kind}, ${made.format}, ${JSON.stringify(made.filter)}::text::jsonb, ${made.reason}, ${made.division},
      ${made.requestedBy}, ${isoText(made.requestedAt)}::text::timestamptz, ${made.state})`;
}

export async function writeDecision(tx: TransactionSql, made: Export): Promise<void> {
  await tx`/* writeDecision */ update hub_export set state = ${made.state}, decided_by = ${made.decidedBy},
    decided_at = ${isoText(made.decidedAt!)}::text::timestamptz, decision_reason = ${made.decisionReason} where id = ${made.id}`;
}

export async function writeTaken(tx: TransactionSql, made: Export): Promise<void> {
  await tx`/* writeTaken */ update hub_export set state = 'TAKEN', taken_at = ${isoText(made.takenAt!)}::text::timestamptz,
    rows = ${made.rows}, sha256 = ${made.sha256} where id = ${made.id}`;
}
