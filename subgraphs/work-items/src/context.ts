import {
  type BatchAccountRow,
  type BatchRow,
  batchAccounts,
  batchesById,
  type Intake,
  type ReferenceCopy,
} from '@gnomon/records';
import type { Database, Feed, TimeSource } from '@gnomon/store';
import {
  createListLoader,
  createLoader,
  createUnmasking,
  type RequestContext,
  type RulesPort,
  type Unmasking,
} from '@gnomon/subgraph-kit';
import type DataLoader from 'dataloader';
import type { ClockPorts } from './citizen-clock/ports.ts';
import type { CodeSystems } from './code-systems.ts';
import { type ItemRecord, itemsById } from './store/read-items.ts';
import { type SubjectRecord, subjectsById } from './store/read-subjects.ts';
import type { IntakePorts } from './take-chunk.ts';

/** What is open as long as the subgraph is. */
export interface World {
  readonly database: Database;
  readonly feed: Feed;
  readonly rules: RulesPort;
  readonly time: TimeSource;
  readonly codes: CodeSystems;
  readonly reference: ReferenceCopy;
  readonly intake: Intake;
  readonly ports: IntakePorts;
  readonly clock: ClockPorts;
}

/** What a resolver of work-items works with; one for each request. */
export interface WorkItemsContext extends RequestContext, World {
  /** Whether personal data of a work item may be shown, which puts the showing on record first. */
  readonly unmasking: Unmasking;
  readonly load: {
    readonly item: DataLoader<string, ItemRecord | null>;
    readonly subject: DataLoader<string, SubjectRecord | null>;
    readonly batch: DataLoader<string, BatchRow | null>;
    readonly account: DataLoader<string, readonly BatchAccountRow[]>;
  };
}

/** The context of a request; every read runs under the viewer's row security. */
export function workItemsContext(request: RequestContext, world: World): WorkItemsContext {
  const { database } = world;
  const { scope } = request;
  return {
    ...request,
    ...world,
    unmasking: createUnmasking({ database, time: world.time, log: world.ports.log }, request),
    load: {
      item: createLoader(
        (ids) => database.asViewer(scope, (tx) => itemsById(tx, ids)),
        (row) => row.id,
      ),
      subject: createLoader(
        (keys) => database.asViewer(scope, (tx) => subjectsById(tx, keys)),
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
  };
}
