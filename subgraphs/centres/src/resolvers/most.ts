import { refusal } from '@gnomon/subgraph-kit';

/** @throws `BAD_PAGE` when more than `most`, or less than one, is asked for. */
export function refuseMoreThan(field: string, most: number, first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= most) return;
  throw refusal('BAD_PAGE', {
    zh: `${field} 的 first 应为 1 至 ${most}，实为 ${first}；请减少条数。`,
    en: `${field}: \`first\` was expected to be 1 to ${most}, it is ${first}; ask for fewer.`,
  });
}
