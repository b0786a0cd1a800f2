import type { Standing } from '@gnomon/subgraph-kit';

/** Standing verdicts as the graph gives them. */
export function standingOf(standing: Standing) {
  return standing.verdicts.map(({ rule, ...rest }) => ({ indicator: { id: rule }, ...rest }));
}
