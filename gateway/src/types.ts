import type { Viewer } from '@gnomon/identity';
import type { DocumentNode, ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { Pool } from 'undici';

/**
 * Who asks. The gateway reads the viewer (limits, claim class, expiry) and hands the whole value on; `scope` belongs to the
 * subgraphs and is opaque here.
 */
export interface EdgeContext {
  /** `null` when nobody signed in. */
  readonly viewer: Viewer | null;
  readonly scope: unknown;
  readonly requestId: string;
  /** Aborted when the client goes or the token expires. */
  readonly signal?: AbortSignal;
}

/** One operation for one subgraph. */
export interface SubgraphRequest {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly context: EdgeContext;
}

/** A subgraph in this process. A `HostedSubgraph` of the subgraph kit is one. */
export interface InProcessSubgraph {
  readonly name: string;
  execute(request: SubgraphRequest): Promise<ExecutionResult>;
  subscribe(request: SubgraphRequest): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

/** Where a subgraph is: in this process, or behind HTTP (queries, over `pool`) and WebSocket (`wsUrl`, subscriptions). */
export type SubgraphConnection =
  | { readonly name: string; readonly hosted: InProcessSubgraph }
  | { readonly name: string; readonly url: string; readonly wsUrl?: string; readonly pool?: Pool };

/** What a subgraph answered, in process or parsed from JSON. */
export interface SubgraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: ReadonlyArray<SubgraphError>;
  extensions?: Record<string, unknown>;
}
/** The part of a GraphQL error that the edge reads. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** How the gateway speaks with one subgraph. */
export interface SubgraphClient {
  readonly name: string;
  fetch(request: SubgraphFetch): Promise<SubgraphAnswer>;
  subscribe(request: SubgraphFetch, signal: AbortSignal): Promise<AsyncIterable<SubgraphAnswer> | SubgraphAnswer>;
  close(): Promise<void>;
}
/** A request to a subgraph with its text, which is what HTTP sends and the batcher compares. */
export interface SubgraphFetch extends SubgraphRequest {
  readonly text: string;
}

/** Makes the short-lived signed statement of who asks (≤ 60 s) that a subgraph at `audience` verifies. */
export type Assertion = (context: EdgeContext, audience: string) => Promise<string>;

/** A request from a client, by whichever road it came. */
export interface EdgeRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The answer to a client. */
export type EdgeResult = FormattedExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** Who was ended before its token expired, as a port. */
export interface EndedViewers {
  isEnded(viewer: Viewer): boolean;
  /** Calls the listener after each change; gives what unsubscribes it. */
  onEnd(listener: () => void): () => void;
}

/** The time, as a port; tests set it. */
export interface EdgeTime {
  /** Milliseconds since 1970. */
  now(): number;
}
