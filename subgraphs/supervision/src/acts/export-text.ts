import { stringify } from 'csv-stringify/sync';
import type { Card, Warning } from '../card.ts';
import type { Export } from '../store/exports.ts';

/** What is written of a card or warning: no personal data stand in either. */
const COLUMNS = [
  'number',
  'level',
  'state',
  'domain',
  'rule',
  'ruleVersion',
  'subjectType',
  'subject',
  'occurrence',
  'agency',
  'division',
  'item',
  'source',
  'turnedAt',
  'knownAt',
  'issuedAt',
  'closedAt',
  'messageZh',
  'messageEn',
] as const;

/** The watermark (水印) of each line: which export, for whom, when. */
const MARKS = ['exportId', 'exportedFor', 'exportedAt'] as const;

/** An exported file. */
export interface ExportFile {
  readonly name: string;
  readonly contentType: string;
  readonly text: string;
}

/** The file of these rows, marked in every line, in its name, and in CSV's first line. */
export function writeExport(made: Export, rows: readonly (Card | Warning)[], at: number): ExportFile {
  const marks = { exportId: made.id, exportedFor: made.requestedBy, exportedAt: isoOrNull(at) };
  const lines = rows.map((row) => ({ ...lineOf(row), ...marks }));
  const name = `${made.kind.toLowerCase()}-${made.id}-${made.requestedBy.replace(/[^\w-]/g, '_')}-${compact(at)}`;
  if (made.format === 'NDJSON')
    return {
      name: `${name}.ndjson`,
      contentType: 'application/x-ndjson; charset=utf-8',
      text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    };
  return {
    name: `${name}.csv`,
    contentType: 'text/csv; charset=utf-8',
    // A cell that a spreadsheet would take for a formula is written as text.
    text: stringify(lines, { header: true, columns: [...COLUMNS, ...MARKS], escape_formulas: true, bom: true }),
  };
}

function lineOf(row: Card | Warning): Record<(typeof COLUMNS)[number], string | null> {
  const card = 'number' in row ? row : null;
  const { domain, rule, ruleVersion, subjectType, subject, occurrence, agency, division, item, source, message } = row;
  return {
    number: card?.number ?? null,
    level: card?.level ?? 'WARNING',
    state: row.state,
    ...{ domain, rule, ruleVersion, subjectType, subject, occurrence, agency, division, item, source },
    turnedAt: isoOrNull(row.turnedAt),
    knownAt: isoOrNull(row.knownAt),
    issuedAt: isoOrNull(row.issuedAt),
    closedAt: isoOrNull('endedAt' in row ? row.endedAt : row.closedAt),
    messageZh: message.zh,
    messageEn: message.en,
  };
}

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const compact = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
