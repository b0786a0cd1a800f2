import type { Keyring, Viewer } from '@gnomon/identity';
import type { Pack, RuleProblem } from '@gnomon/rule-engine';
import type { Database, Feed, RowScope, TimeSource } from '@gnomon/store';
import type { Instant, WorkCalendar } from '@gnomon/working-time';
import type { FastifyInstance } from 'fastify';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { EndedTokens } from './ended-tokens.ts';
import type { RuleTexts } from './rules-port.ts';
import type { WatchedAgency } from './watch/agency-days.ts';
import type { ExpectedReading } from './watch/expected.ts';
import type { Finding } from './watch/finding.ts';
import type { Sender } from './watch/rhythm.ts';

/** The rules and calendars in force. Swapped as a whole; hold no reference across awaits that must agree with each other. */
export interface RulesInForce {
  readonly pack: Pack;
  readonly calendar: WorkCalendar;
  /** The calendar of a division or place, with its overlays; the base calendar where none is published. */
  calendarFor(scope: string): WorkCalendar;
  /** The instant from which they are in force by publication; absent when they are those that the process started with. */
  readonly since?: Instant;
}
export interface RulesPort {
  current(): RulesInForce;
  /** Called after each swap; returns the unsubscribe function. */
  onChange(listener: (rules: RulesInForce) => void): () => void;
  /** Why newer rules were refused, file by file; empty when those in force are the newest. */
  problems?(): readonly RuleProblem[];
  /** The texts in force. Absent where rules are given compiled. */
  texts?(): RuleTexts;
  /**
   * The rules as they would be if proposed texts (by their ids) held now, for rehearsal; their problems when they do not fit any more;
   * `null` when one is not known, is withdrawn, or is a draft that a viewer of `division` may not see. Absent where no texts are published.
   */
  draft?(
    ids: readonly string[],
    division: string | null,
  ): { readonly rules: RulesInForce } | { readonly problems: readonly RuleProblem[] } | null;
}

/** What the kit hands to a subgraph when it opens. Everything impure a subgraph may use is here. */
export interface Ports {
  readonly database: Database;
  readonly feed: Feed;
  readonly rules: RulesPort;
  readonly time: TimeSource;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  /** What security administrators ended; absent in tests that sign nobody in. */
  readonly ended?: EndedTokens;
  /** What must be in force and running; without it nobody watches the watcher. */
  readonly expected?: () => ExpectedReading;
  /** Keys of the installation; without them nothing is signed and nothing secret is taken in. */
  readonly keys?: Keyring;
  /** Folder or address where signed heads of the log are kept besides the database; `null` or absent: nowhere. */
  readonly logHeads?: string | null;
}

/** Who asks, and within what scope. One per request, made from a verified token. */
export interface RequestContext {
  /** `null` when nobody signed in. */
  readonly viewer: Viewer | null;
  readonly scope: RowScope;
  readonly requestId: string;
  /** Aborted when the client goes or the token expires. */
  readonly signal?: AbortSignal;
}

/** A subgraph: one value of this type is all that its `subgraph.ts` exports (as `subgraph`). */
export interface SubgraphDefinition<Context extends object> {
  /** Name in the supergraph and in metrics, for example `orders`. */
  readonly name: string;
  /** PostgreSQL schema, for example `orders`. */
  readonly schemaName: string;
  /** Text of schema.graphql. */
  readonly typeDefs: string;
  /** Folder of numbered SQL migrations. */
  readonly migrations: URL;
  /** Default port when started alone. */
  readonly port: number;
  open(ports: Ports): Promise<OpenSubgraph<Context>>;
}

/** A subgraph that holds its resources. */
export interface OpenSubgraph<Context extends object> {
  readonly resolvers: Readonly<Record<string, unknown>>;
  /** The context of one request: the request's own, and the subgraph's loaders. */
  context(request: RequestContext): Context;
  /** Extra HTTP routes under `/<name>/`, for example a stream of rows. */
  routes?(app: FastifyInstance, authenticate: (authorization: string | undefined) => Promise<RequestContext>): void;
  /** Who sends rows to it, and how soon they are owed; absent where nobody does. */
  senders?(): Iterable<Sender>;
  /** An agency by its code, as far as the domain knows it; absent where no rows are about agencies. */
  agency?(code: string): WatchedAgency | undefined;
  /** What the subgraph alone knows to be wrong with its running, asked at each look of the watch. */
  findings?(now: Instant): Promise<readonly Finding[]>;
  /** Long-running parts (followers, timers). Each runs until the signal aborts and is restarted with backoff on error. */
  readonly background: readonly BackgroundPart[];
  close(): Promise<void>;
}
export interface BackgroundPart {
  readonly name: string;
  /** The longest time that it means to let pass from one round to the next, in milliseconds. Default 1,000. */
  readonly everyMs?: number;
  /** Calls `round` each time it comes round: a part that no longer does hangs, and that is an alarm. */
  run(signal: AbortSignal, round: () => void): Promise<void>;
  /**
   * Does what is due at the present time of the time source, once; true when there was something to do. It lets settled
   * time be driven without waiting (`HostedSubgraph.settle`), and must be safe beside a running `run`.
   */
  settle?(): Promise<boolean>;
}

/** A subgraph running in this process, reachable without HTTP. */
export interface HostedSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  readonly typeDefs: string;
  execute(request: {
    readonly document: DocumentNode;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly operationName?: string;
    readonly context: RequestContext;
  }): Promise<ExecutionResult>;
  /**
   * A subscription. Each result carries `extensions.cursor` (opaque, to resume after it) when the event has one.
   * The variable-free way to resume is the field's own argument `after`.
   */
  subscribe(request: {
    readonly document: DocumentNode;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly operationName?: string;
    readonly context: RequestContext;
  }): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
  routes(app: FastifyInstance): void;
  /** Runs due timers and followers until nothing is left to do at the present time of the time source: for settable time. */
  settle(): Promise<void>;
  close(): Promise<void>;
}
