import type { Viewer } from '@gnomon/identity';
import { type Signal, type Standing, text } from '@gnomon/subgraph-kit';
import type { Taken } from '../intake.ts';
import { REFUSALS, refusalReason, refusalRemedy } from '../refusals.ts';
import type { RefusedRecord } from '../store/read-batches.ts';
import type { RecordDomain } from '../types.ts';
import { maskPersonal } from './mask-personal.ts';

/** A signal as the graph gives it. The feed entry is complete: no query for an event. */
export function signalNode(signal: Signal, cursor: string) {
  return {
    ...signal,
    cursor,
    indicator: { id: signal.rule },
    subjectId: signal.subject,
    agency: agencyNode(signal.agency),
    division: divisionNode(signal.division),
  };
}

/** Standing verdicts as the graph gives them. */
export function standingNodes(standing: Standing) {
  return standing.verdicts.map(({ rule, ...rest }) => ({ indicator: { id: rule }, ...rest }));
}

export function agencyNode(uscc: string) {
  return uscc === '' ? null : { uscc };
}
export function divisionNode(code: string) {
  return code === '' ? null : { code };
}

/** A refused row with its reason and remedy; its content is whole for its own source only. */
export function refusedNode(domain: RecordDomain, viewer: Viewer, row: RefusedRecord) {
  const known = row.code in REFUSALS;
  return {
    id: row.id,
    batchId: row.batch,
    table: row.tbl,
    guid: row.guid,
    no: row.no,
    code: row.code,
    reason: known ? refusalReason(row) : text(row.code, row.code),
    remedy: known ? refusalRemedy(row.code) : text('', ''),
    content: viewer.sources.includes(row.source) ? row.payload : maskedPayload(domain, row),
    receivedAt: row.received_at,
    state: row.state,
    explanation: row.explanation,
  };
}

/** A row of a known table without its personal columns; nothing of what cannot be read as one. */
function maskedPayload(domain: RecordDomain, row: RefusedRecord): string | null {
  const table = domain.tables[row.tbl];
  if (row.payload === null || table === undefined) return null;
  try {
    const fields: unknown = JSON.parse(row.payload);
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return null;
    return JSON.stringify(maskPersonal(table, fields as Record<string, unknown>));
  } catch {
    // Not JSON: nobody can say what of it is personal.
    return null;
  }
}

/** What a push came to. */
export function pushedNode(taken: Taken) {
  return {
    __typename: 'PushRowsPayload',
    batchId: taken.batchId,
    account: { ...taken, chunks: 1 },
    isRepeated: taken.repeated,
    refused: taken.refusedRows.map(({ id, refusal }) => ({
      id,
      guid: refusal.guid,
      code: refusal.code,
      reason: refusalReason(refusal),
      remedy: refusalRemedy(refusal.code),
    })),
  };
}
