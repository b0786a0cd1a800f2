import type { Database, Feed, TimeSource } from '@gnomon/store';
import {
  createListLoader,
  createLoader,
  createPaging,
  createUnmasking,
  type PageArguments,
  type RequestContext,
  type Unmasking,
} from '@gnomon/subgraph-kit';
import type DataLoader from 'dataloader';
import type { Intake } from './intake.ts';
import type { TimerPorts } from './pass-time.ts';
import { type BatchAccountRow, type BatchRow, batchAccounts, batchesById } from './store/read-batches.ts';
import {
  listRecords,
  listSubjects,
  type RecordFilter,
  type RecordRow,
  recordsByKey,
  recordsByLink,
  type SubjectRow,
  subjectsByKey,
} from './store/read-records.ts';
import type { RecordDomain } from './types.ts';

/** What is open as long as the subgraph is. */
export interface RecordWorld {
  readonly domain: RecordDomain;
  /** Prefix of the root fields, for example `licence`. */
  readonly prefix: string;
  readonly database: Database;
  readonly feed: Feed;
  readonly time: TimeSource;
  readonly ports: TimerPorts;
  readonly intake: Intake;
}

/** What resolvers of a domain find in their context as `records`: everything is read within the viewer's scope. */
export interface RecordAccess extends RecordWorld {
  /** Whether personal data of a record may be shown, which puts the showing on record first. */
  readonly unmasking: Unmasking;
  readonly load: {
    /** Keys are `<kind> <id>`. */
    readonly record: DataLoader<string, RecordRow | null>;
    /** Keys are `<kind> <link> <id>`: the records of the kind that name the thing, newest first, at most 200. */
    readonly linked: DataLoader<string, readonly { readonly row: RecordRow }[]>;
    readonly subject: DataLoader<string, SubjectRow | null>;
    readonly batch: DataLoader<string, BatchRow | null>;
    readonly account: DataLoader<string, readonly BatchAccountRow[]>;
  };
  /** A connection of records of a kind, newest first. */
  list(kind: string, args: { readonly filter?: RecordFilter | null } & PageArguments): Promise<Connected<RecordRow>>;
  /** A connection of judged subjects of a kind, by id. */
  listSubjects(
    kind: string,
    args: { readonly agency?: string | null; readonly division?: string | null } & PageArguments,
  ): Promise<Connected<SubjectRow>>;
}
type Connected<Row> = ReturnType<ReturnType<typeof createPaging>['connection']> & {
  readonly nodes: readonly Row[];
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
};

/** The context of a request to a domain of records. */
export interface RecordContext extends RequestContext {
  readonly records: RecordAccess;
}

export function recordAccess(request: RequestContext, world: RecordWorld): RecordAccess {
  const { database, time, ports } = world;
  const { scope } = request;
  return {
    ...world,
    unmasking: createUnmasking({ database, time, log: ports.log }, request),
    load: {
      record: createLoader(
        (keys) => database.asViewer(scope, (tx) => recordsByKey(tx, keys)),
        (row) => `${row.kind} ${row.id}`,
      ),
      linked: createListLoader(
        (keys) => database.asViewer(scope, (tx) => recordsByLink(tx, keys)),
        ({ key }) => key,
      ),
      subject: createLoader(
        (keys) => database.asViewer(scope, (tx) => subjectsByKey(tx, keys)),
        (row) => `${row.kind} ${row.id}`,
      ),
      batch: createLoader(
        (ids) => database.asViewer(scope, (tx) => batchesById(tx, ids)),
        (row) => row.id,
      ),
      account: createListLoader(
        (ids) => database.asViewer(scope, (tx) => batchAccounts(tx, ids)),
        (row) => row.batch,
      ),
    },
    async list(kind, { filter, ...page }) {
      const paging = createPaging<[number, string]>(kind, ['number', 'string']);
      const request = paging.request(page);
      const rows = await database.asViewer(scope, (tx) =>
        listRecords(tx, kind, filter ?? {}, request.after, request.limit),
      );
      return paging.connection(rows, request, (row) => [row.listedAt, row.id]);
    },
    async listSubjects(kind, { agency, division, ...page }) {
      const paging = createPaging<[string]>(kind, ['string']);
      const request = paging.request(page);
      const filter = { agency: agency ?? null, division: division ?? null };
      const rows = await database.asViewer(scope, (tx) =>
        listSubjects(tx, kind, filter, request.after?.[0] ?? null, request.limit),
      );
      return paging.connection(rows, request, (row) => [row.id]);
    },
  };
}
