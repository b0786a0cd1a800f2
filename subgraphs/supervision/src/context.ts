import type { ViewerScope } from '@gnomon/identity';
import {
  createListLoader,
  createLoader,
  type PageRequest,
  type Ports,
  type RequestContext,
} from '@gnomon/subgraph-kit';
import type DataLoader from 'dataloader';
import type { TransactionSql } from 'postgres';
import type { Card, CardEvent, Finding, Warning } from './card.ts';
import { laneWithin } from './lane.ts';
import type { Channels } from './notices/channels/channel.ts';
import type { Report } from './reports/report.ts';
import { reportsById } from './reports/store.ts';
import { cards, type StoredSignal, type Table, warnings } from './store/columns.ts';
import type { LedgerFilter } from './store/conditions.ts';
import { type KeptRecord, recordsOf } from './store/matter-records.ts';
import { type DutyRow, dutiesById } from './store/owed-duties.ts';
import { type PageKey, readByKey, readSubjectPages, type SubjectName } from './store/pages.ts';
import { receiptsByHash, type StoredReceipt } from './store/receipts.ts';
import { historiesOf, signalsById, standingFindings } from './store/single-reads.ts';
import { type Talk, talksOf } from './talk/store.ts';

/** The context of one request: who asks, the ports, and loaders that read within the viewer's scope. */
export interface SupervisionContext extends RequestContext {
  readonly ports: Ports;
  /** Names of the streams that supervision follows. */
  readonly streams: readonly string[];
  /** The channels by which people are told, and the keys of their webhooks. */
  readonly notices: { readonly channels: Channels; readonly secretOf: (recipient: string) => string };
  readonly load: Loaders;
}

/** What the rows of one request are read by; each reads many keys at once. */
export interface Loaders {
  readonly card: DataLoader<string, Card | null>;
  readonly warning: DataLoader<string, Warning | null>;
  readonly report: DataLoader<string, Report | null>;
  /** By the report that made it due. */
  readonly talk: DataLoader<string, Talk | null>;
  readonly duty: DataLoader<string, DutyRow | null>;
  readonly signal: DataLoader<string, StoredSignal | null>;
  /** By card id. */
  readonly history: DataLoader<string, readonly CardEvent[]>;
  /** By `<lane>:<hash>`. */
  readonly receipt: DataLoader<string, StoredReceipt | null>;
  /** By subject name as JSON. */
  readonly verdicts: DataLoader<string, readonly Finding[]>;
  /** Records of a matter that the viewer may see, by the matter's id. */
  readonly matter: DataLoader<string, readonly KeptRecord[]>;
  readonly subjectPage: <Row extends SubjectName>(ask: SubjectPageAsk<Row>) => Promise<readonly Row[]>;
}

/** A page of one subject's cards or warnings. */
export interface SubjectPageAsk<Row> {
  readonly table: Table<Row>;
  readonly subject: SubjectName;
  readonly filter: Pick<LedgerFilter, 'level' | 'state'>;
  readonly page: PageRequest<PageKey>;
}

type AsViewer = <T>(work: (tx: TransactionSql) => Promise<T>) => Promise<T>;

/** Loaders of one request. */
export function createLoaders(ports: Pick<Ports, 'database'>, scope: ViewerScope): Loaders {
  const asViewer: AsViewer = (work) => ports.database.asViewer(scope, work);
  const byId = <Row extends { readonly id: string }>(table: Table<Row>) =>
    createLoader<string, Row>(
      (ids) => asViewer((tx) => readByKey(tx, table, withLanes(ids))),
      (row) => row.id,
    );
  return {
    card: byId(cards),
    warning: byId(warnings),
    report: createLoader<string, Report>(
      (ids) => asViewer((tx) => reportsById(tx, ids)),
      (row) => row.id,
    ),
    talk: createLoader<string, Talk>(
      (reports) => asViewer((tx) => talksOf(tx, reports)),
      (row) => row.report,
    ),
    duty: createLoader<string, DutyRow>(
      (ids) => asViewer((tx) => dutiesById(tx, ids)),
      (row) => row.id,
    ),
    signal: createLoader<string, StoredSignal>(
      (ids) => asViewer((tx) => signalsById(tx, ids)),
      (row) => row.id,
    ),
    history: createListLoader<string, CardEvent>(
      (ids) => asViewer((tx) => historiesOf(tx, withLanes(ids))),
      (row) => row.card,
    ),
    receipt: createLoader<string, StoredReceipt>(
      (keys) => asViewer((tx) => receiptsByHash(tx, keys.map(readReceiptKey))),
      (row) => receiptKey(row.lane, row.hash),
    ),
    verdicts: createListLoader<string, Finding>(
      (keys) => asViewer((tx) => standingFindings(tx, keys.map(readSubjectKey))),
      subjectKey,
    ),
    matter: createListLoader<string, KeptRecord>(
      (ids) => asViewer((tx) => recordsOf(tx, ids)),
      (row) => row.matter,
    ),
    subjectPage: createSubjectPages(asViewer),
  };
}

/** The key of a receipt for its loader. */
export function receiptKey(lane: number, hash: string): string {
  return `${lane}:${hash}`;
}

/** The key of a subject for its loaders. */
export function subjectKey({ subjectType, subject }: SubjectName): string {
  return JSON.stringify([subjectType, subject]);
}

function readReceiptKey(key: string): { lane: number; hash: string } {
  const [lane, hash] = key.split(':');
  return { lane: Number(lane), hash: hash! };
}

function readSubjectKey(key: string): SubjectName {
  const [subjectType, subject] = JSON.parse(key) as [string, string];
  return { subjectType, subject };
}

/** Keys of rows by their ids; an id that is none of ours has no row. */
function withLanes(ids: readonly string[]): readonly { readonly lane: number; readonly id: string }[] {
  return ids.flatMap((id) => {
    const lane = laneWithin(id);
    return lane === null ? [] : [{ lane, id }];
  });
}

/** Subjects that ask for the same page in the same tick are read in one statement: a list of work items with their cards. */
function createSubjectPages(asViewer: AsViewer): Loaders['subjectPage'] {
  const loaders = new Map<string, DataLoader<string, readonly SubjectName[]>>();
  return async <Row extends SubjectName>({ table, subject, filter, page }: SubjectPageAsk<Row>) => {
    const shape = JSON.stringify([table.name, filter, page]);
    const read = (keys: readonly string[]) =>
      asViewer((tx) => readSubjectPages(tx, table, keys.map(readSubjectKey), filter, page));
    const loader = loaders.get(shape) ?? createListLoader<string, SubjectName>(read, subjectKey);
    loaders.set(shape, loader);
    // The shape names the table, so the rows are of its type.
    return (await loader.load(subjectKey(subject))) as readonly Row[];
  };
}
