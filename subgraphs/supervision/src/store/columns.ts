import type { Card, CardEvent, Finding, Warning } from '../card.ts';
import type { Signal } from '../signal.ts';

/** A signal as it is kept: without the receipt, which is kept by its hash. */
export type StoredSignal = Omit<Signal, 'issue' | 'receipt'> & {
  readonly lane: number;
  readonly receiptHash: string | null;
};

type Columns<Row> = { readonly [name in keyof Required<Row>]: 'PLAIN' | 'INSTANT' };

const FINDING_FIELDS = {
  lane: 'PLAIN',
  rule: 'PLAIN',
  ruleVersion: 'PLAIN',
  subjectKind: 'PLAIN',
  subjectType: 'PLAIN',
  subject: 'PLAIN',
  occurrence: 'PLAIN',
  agency: 'PLAIN',
  division: 'PLAIN',
  source: 'PLAIN',
  turnedAt: 'INSTANT',
  knownAt: 'INSTANT',
  message: 'PLAIN',
  receiptHash: 'PLAIN',
} as const;

const FINDING: Columns<Finding> = { ...FINDING_FIELDS, level: 'PLAIN', signal: 'PLAIN' };

const SIGNAL: Columns<StoredSignal> = {
  ...FINDING_FIELDS,
  id: 'PLAIN',
  kind: 'PLAIN',
  reason: 'PLAIN',
  domain: 'PLAIN',
  level: 'PLAIN',
  previousLevel: 'PLAIN',
  item: 'PLAIN',
};

const WARNING: Columns<Warning> = {
  ...FINDING_FIELDS,
  id: 'PLAIN',
  domain: 'PLAIN',
  item: 'PLAIN',
  signal: 'PLAIN',
  state: 'PLAIN',
  issuedAt: 'INSTANT',
  endedAt: 'INSTANT',
  endReason: 'PLAIN',
  turnedInto: 'PLAIN',
  acknowledgedAt: 'INSTANT',
  acknowledgedBy: 'PLAIN',
};

const CARD: Columns<Card> = {
  ...FINDING_FIELDS,
  id: 'PLAIN',
  domain: 'PLAIN',
  item: 'PLAIN',
  signal: 'PLAIN',
  number: 'PLAIN',
  level: 'PLAIN',
  state: 'PLAIN',
  createdAt: 'INSTANT',
  issuedAt: 'INSTANT',
  conditionEndedAt: 'INSTANT',
  closedAt: 'INSTANT',
  closeReason: 'PLAIN',
  supersedes: 'PLAIN',
  supersededBy: 'PLAIN',
  stateBefore: 'PLAIN',
  issuedBy: 'PLAIN',
  escalatedTo: 'PLAIN',
  raisedAt: 'INSTANT',
  events: 'PLAIN',
  lastHash: 'PLAIN',
};

const CARD_EVENT: Columns<CardEvent> = {
  lane: 'PLAIN',
  card: 'PLAIN',
  sequence: 'PLAIN',
  kind: 'PLAIN',
  at: 'INSTANT',
  by: 'PLAIN',
  reason: 'PLAIN',
  signal: 'PLAIN',
  content: 'PLAIN',
  previousHash: 'PLAIN',
  hash: 'PLAIN',
};

/** A table whose rows are the values of a type: property `turnedAt` is column `turned_at`. */
export interface Table<Row> {
  readonly name: string;
  /** `"turned_at" as "turnedAt", …` with the alias `t` of the table. */
  readonly selection: string;
  /** Column names, in the order of the type. */
  readonly columns: readonly string[];
  /** JSON text for `jsonb_populate_recordset(null::table, …)`. */
  json(rows: readonly Row[]): string;
}

export const findings = table<Finding>('finding', FINDING);
export const signals = table<StoredSignal>('signal', SIGNAL);
export const warnings = table<Warning>('warning', WARNING);
export const cards = table<Card>('card', CARD);
export const cardEvents = table<CardEvent>('card_event', CARD_EVENT);

function table<Row extends object>(name: string, types: Columns<Row>): Table<Row> {
  const properties = Object.entries(types) as [string & keyof Row, 'PLAIN' | 'INSTANT'][];
  const columns = properties.map(([property]) => snakeCase(property));
  return {
    name,
    columns,
    selection: properties.map(([property], index) => `t.${columns[index]} as "${property}"`).join(', '),
    json: (rows) =>
      JSON.stringify(
        rows.map((row) =>
          Object.fromEntries(properties.map(([property, type], index) => [columns[index], write(row[property], type)])),
        ),
      ),
  };
}

function write(value: unknown, type: 'PLAIN' | 'INSTANT'): unknown {
  return type === 'INSTANT' && typeof value === 'number' ? new Date(value).toISOString() : value;
}

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
