import { createHash, randomUUID } from 'node:crypto';
import { isWithin, TIERS, tierOf, type Viewer } from '@gnomon/identity';
import { type Ports, type RequestContext, recordAct } from '@gnomon/subgraph-kit';
import type { TransactionSql } from 'postgres';
import type { Card, Warning } from '../card.ts';
import { cards, type Table, warnings } from '../store/columns.ts';
import type { LedgerFilter } from '../store/conditions.ts';
import {
  type Export,
  type ExportFormat,
  type ExportKind,
  exportForUpdate,
  insertExport,
  writeDecision,
  writeTaken,
} from '../store/exports.ts';
import { readPage } from '../store/pages.ts';
import { type ExportFile, writeExport } from './export-text.ts';
import { type ActProblem, faultyText, problem } from './problem.ts';

/*
 *   REQUESTED ──approve, by another person of the tier or above──► APPROVED ──taken, once, by who asked──► TAKEN
 *       └──────decline──► DECLINED
 */

export type ExportOutcome = { readonly __typename: 'ExportPayload'; readonly export: Export } | ActProblem;
export type TakenExport = { readonly __typename: 'TakenExport'; readonly file: ExportFile } | ActProblem;

type ExportPorts = Pick<Ports, 'database' | 'time'>;

/** An approval is good for a day: what was approved long ago may not be what is asked for now. */
const APPROVAL_MS = 24 * 3_600_000;
/** More rows belong into a narrower filter: a file is made in memory, so that its hash is known before its first byte is sent. */
const MOST_ROWS = 20_000;

/** Asks for an export of what the viewer may see; somebody else must approve it. */
export async function requestExport(
  { database, time }: ExportPorts,
  viewer: Viewer,
  input: {
    readonly kind: ExportKind;
    readonly format: ExportFormat;
    readonly filter: LedgerFilter;
    readonly reason: string;
  },
): Promise<ExportOutcome> {
  const refused = refuseAsker(viewer) ?? faultyText('导出理由', 'reason', input.reason, 4, 500);
  if (refused !== null) return refused;
  const at = time.now();
  const made: Export = {
    ...input,
    ...{ id: randomUUID(), division: viewer.division!, requestedBy: viewer.id, requestedAt: at, state: 'REQUESTED' },
    ...{ decidedBy: null, decidedAt: null, decisionReason: null, takenAt: null, rows: null, sha256: null },
  };
  return database.transaction(async (tx) => {
    await insertExport(tx, made);
    const detail = { kind: made.kind, format: made.format, filter: sha256(JSON.stringify(made.filter)) };
    await recordAct(tx, { kind: 'EXPORT_REQUESTED', by: viewer, at, about: made.id, detail });
    return { __typename: 'ExportPayload', export: made };
  });
}

/** Approves or declines an export: a supervisor of the asker's tier or above, in whose subtree the asker's place lies; never the asker. */
export async function decideExport(
  { database, time }: ExportPorts,
  request: Pick<RequestContext, 'scope'> & { readonly viewer: Viewer },
  input: { readonly id: string; readonly state: 'APPROVED' | 'DECLINED'; readonly reason: string | null },
): Promise<ExportOutcome> {
  const { id, state, reason } = input;
  const { viewer } = request;
  const faulty = reason === null ? null : faultyText('理由', 'reason', reason, 0, 500);
  if (faulty !== null) return faulty;
  if (!isExportId(id)) return notFound(id);
  return database.transaction(async (tx) => {
    const found = await exportForUpdate(tx, id);
    if (found === null || !isWithin(request.scope, { division: found.division, agency: null, source: null }))
      return notFound(id);
    const refused = refuseDecider(viewer, found) ?? refuseState(found, 'REQUESTED');
    if (refused !== null) return refused;
    const at = time.now();
    const decided: Export = { ...found, state, decidedBy: viewer.id, decidedAt: at, decisionReason: reason };
    await writeDecision(tx, decided);
    await recordAct(tx, {
      kind: `EXPORT_${state}`,
      by: viewer,
      at,
      about: id,
      detail: { requestedBy: found.requestedBy },
    });
    return { __typename: 'ExportPayload', export: decided };
  });
}

/**
 * Makes the file of an approved export, once, for who asked for it. Number of rows and hash are on record before the first byte is sent;
 * whoever loses the file asks again. An attempt without an approval is on record, too: rule XX-07 counts it.
 */
export async function takeExport(
  ports: ExportPorts,
  request: Pick<RequestContext, 'scope'> & { readonly viewer: Viewer },
  id: string,
): Promise<TakenExport> {
  const { database, time } = ports;
  const { viewer, scope } = request;
  if (!isExportId(id)) return notFound(id);
  const seen = await database.transaction((tx) => approvedFor(tx, viewer, id, time.now()));
  if ('__typename' in seen) return seen;
  const rows = await rowsOf(database, scope, seen);
  if (rows.length > MOST_ROWS) return tooMany();
  return database.transaction(async (tx) => {
    const at = time.now();
    // Rows are read as the viewer, in a transaction of their own: meanwhile somebody else may have come with the same token.
    const approved = await approvedFor(tx, viewer, id, at);
    if ('__typename' in approved) return approved;
    const file = writeExport(approved, rows, at);
    const hash = sha256(file.text);
    await writeTaken(tx, { ...approved, takenAt: at, rows: rows.length, sha256: hash });
    const detail = { record: approved.kind, count: rows.length, sha256: hash, approvedBy: approved.decidedBy };
    await recordAct(tx, { kind: 'EXPORT_TAKEN', by: viewer, at, about: id, detail });
    return { __typename: 'TakenExport', file };
  });
}

/** The export, locked, when the viewer may take it now; an attempt at an own one without an approval is on record. */
async function approvedFor(tx: TransactionSql, viewer: Viewer, id: string, at: number): Promise<Export | ActProblem> {
  const found = await exportForUpdate(tx, id);
  const refused = refuseTaker(viewer, found, id, at);
  if (refused === null) return found as Export;
  if (found?.requestedBy === viewer.id && found.state !== 'TAKEN') {
    const detail = { count: 1, state: found.state };
    await recordAct(tx, { kind: 'EXPORT_REFUSED', by: viewer, at, about: id, detail });
  }
  return refused;
}

/** Within the scope of who takes it, as it is then, and within the place for which it was approved: who has risen since takes no more. */
async function rowsOf(
  database: Ports['database'],
  scope: RequestContext['scope'],
  approved: Export,
): Promise<readonly (Card | Warning)[]> {
  const { kind } = approved;
  const filter = approvedFilter(approved);
  if (filter === null) return [];
  const read =
    <Row>(table: Table<Row>) =>
    (tx: TransactionSql) =>
      readPage(tx, table, scope, filter, { first: MOST_ROWS, limit: MOST_ROWS + 1, after: null });
  return kind === 'CARDS' ? database.asViewer(scope, read(cards)) : database.asViewer(scope, read(warnings));
}

/** The filter within the asker's place of then; `null` where it asks for another place. */
function approvedFilter({ filter, division }: Export): LedgerFilter | null {
  const asked = filter.division ?? '';
  if (asked.startsWith(division)) return filter;
  return division.startsWith(asked) ? { ...filter, division } : null;
}

function refuseAsker(viewer: Viewer): ActProblem | null {
  const isAsker = viewer.role === 'SUPERVISOR' || viewer.role === 'AUDITOR';
  if (isAsker && viewer.division !== null) return null;
  return problem(
    'ActNotAllowed',
    `角色 ${viewer.role} 不能申请导出；监督主体和审计人员可以申请。`,
    `The role ${viewer.role} exports nothing; supervision bodies and auditors may ask.`,
  );
}

function refuseDecider(viewer: Viewer, { requestedBy, division }: Export): ActProblem | null {
  if (viewer.id === requestedBy)
    return problem('ActNotAllowed', '申请人不得审批本人的导出申请。', 'Whoever asked for an export cannot approve it.');
  const own = TIERS.indexOf(tierOf(division));
  if (viewer.role === 'SUPERVISOR' && viewer.tier !== null && TIERS.indexOf(viewer.tier) <= own) return null;
  return problem(
    'ActNotAllowed',
    '导出申请由申请人同级或上级监督主体审批，当前账户不是。',
    "An export is approved by the supervision body of the asker's tier or above; this account is not.",
  );
}

function refuseTaker(viewer: Viewer, found: Export | null, id: string, at: number): ActProblem | null {
  if (found === null || found.requestedBy !== viewer.id) return notFound(id);
  const refused = refuseState(found, 'APPROVED');
  if (refused !== null || at <= found.decidedAt! + APPROVAL_MS) return refused;
  return problem(
    'ActStateRefused',
    '审批已超过 24 小时，请重新申请。',
    'The approval is older than 24 hours; ask again.',
  );
}

function refuseState({ state }: Export, expected: Export['state']): ActProblem | null {
  if (state === expected) return null;
  return problem(
    'ActStateRefused',
    `导出当前状态为 ${state}，应为 ${expected}。`,
    `The export is ${state}; ${expected} was expected.`,
  );
}

function tooMany(): ActProblem {
  return problem(
    'ActInputRefused',
    `导出超过 ${MOST_ROWS} 行，请缩小筛选范围后重新申请。`,
    `The export has more than ${MOST_ROWS} rows; narrow the filter and ask again.`,
  );
}

function notFound(id: string): ActProblem {
  const shown = id.slice(0, 40).toWellFormed();
  return problem(
    'ActNotFound',
    `没有标识为 “${shown}” 的导出申请，或当前账户无权办理。`,
    `No export "${shown}" is open to this account.`,
  );
}

const isExportId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id);
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
