import { MAX_PAGE_SIZE, refusal } from '@gnomon/subgraph-kit';

/** Refuses a list size outside 1…200 by name. @throws `BAD_PAGE` */
export function refuseSize(name: string, first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= MAX_PAGE_SIZE) return;
  throw refusal(
    'BAD_PAGE',
    {
      zh: `${name} 的 first 应为 1 至 ${MAX_PAGE_SIZE} 的整数，收到 ${first}。`,
      en: `${name}: \`first\` must be an integer from 1 to ${MAX_PAGE_SIZE}, ${first} came.`,
    },
    { maximum: MAX_PAGE_SIZE },
  );
}
