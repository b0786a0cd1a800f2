import type { Viewer } from '@gnomon/identity';
import type { Arrival } from '@gnomon/province';
import { requestContext } from '@gnomon/subgraph-kit';
import { ROW_DOMAINS, type RowDomain } from './domains.ts';
import type { Hub } from './open-hub.ts';

/** What one push came to. */
export interface PushAccount {
  /** The hub's id of the batch. */
  readonly batchId: string;
  readonly rows: number;
  readonly taken: number;
  readonly identical: number;
  readonly setAside: number;
  readonly refused: number;
}

/**
 * Pushes rows through the graph in the name of a source; they arrive now.
 * @throws when the push as a whole was refused; refused rows are part of the account.
 */
export async function pushArrivals(
  hub: Hub,
  arrivals: readonly Arrival[],
  as: {
    readonly viewer: Viewer;
    readonly batch: string;
    readonly chunk: number | null;
    readonly source?: string;
    /** Default: work items. */
    readonly to?: RowDomain;
  },
): Promise<PushAccount> {
  const { push } = ROW_DOMAINS[as.to ?? 'work-items'];
  const rows = arrivals.map(({ row: { table, ...columns } }) => ({ table, columns }));
  const input = {
    batchId: as.batch,
    rows,
    ...(as.chunk === null ? {} : { chunk: as.chunk }),
    ...(as.source === undefined ? {} : { source: as.source }),
  };
  const result = await hub.gateway.execute({
    query: documentOf(push),
    variables: { input },
    context: requestContext(as.viewer, `push-${as.batch}-${as.chunk}`),
  });
  const answer = (
    result.data as Record<string, { batchId: string; account?: Omit<PushAccount, 'batchId'> } | undefined> | null
  )?.[push];
  if (answer?.account === undefined) throw new Error(`rows were not taken: ${JSON.stringify(result.errors ?? answer)}`);
  return { batchId: answer.batchId, ...answer.account };
}

function documentOf(push: string): string {
  return `mutation Push($input: PushRowsInput!) {
  ${push}(input: $input) {
    __typename
    ... on PushRowsPayload { batchId account { rows taken identical setAside refused } }
    ... on SourceNotAllowed { message { zh en } }
    ... on PushTooLarge { message { zh en } }
  }
}`;
}
