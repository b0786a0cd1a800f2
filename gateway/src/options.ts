import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AccessTable } from './compose.ts';
import type { Limits } from './limits.ts';
import type { Authenticate } from './sign-in.ts';
import type { Assertion, EdgeContext, EdgeTime, EndedViewers, SubgraphConnection } from './types.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly supergraphSdl: string;
  /** Where each subgraph of the supergraph is; one that is missing is reached at the URL in the supergraph. */
  readonly subgraphs: readonly SubgraphConnection[];
  /**
   * Verifies an `authorization` header, once a request or connection. Gives or throws an error for a token that is no good; for no
   * token at all it gives a context without a viewer, or an error where nobody may come unsigned.
   */
  readonly authenticate: Authenticate;
  /** Viewers whose account was locked or whose token was ended: their connections close with 4403, and `authenticate` refuses them. */
  readonly ended?: EndedViewers;
  /** Signs who asks, for subgraphs behind HTTP. Without it they are asked without identity. */
  readonly assertion?: Assertion;
  /** Who may read the schema; by default everybody. */
  mayIntrospect?(context: EdgeContext): boolean;
  /** Texts of documents that clients may name by their hash (`documentId`) instead of sending them. */
  readonly documents?: readonly string[];
  /** Who may ask anything else than these documents; by default everybody. */
  mayAskFreely?(context: EdgeContext): boolean;
  readonly access?: AccessTable;
  readonly limits?: Partial<Limits>;
  /** Added to the payload of `connection_ack`, for example the newest cursor of each stream that the viewer may read. */
  acknowledgement?(context: EdgeContext): Promise<Readonly<Record<string, unknown>>>;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly time?: EdgeTime;
  /** Uses Apollo's executor for everything, to compare with. */
  readonly isStockExecutor?: boolean;
}
