import { expect, it } from 'vitest';
import { isCreditCode, isResidentId, makeCreditCode, makeResidentId } from '../src/index.ts';

const texts = Array.from({ length: 200 }, (_, index) => [
  makeCreditCode(`11150100${String(index).padStart(9, '0')}`),
  makeResidentId(`15010219880229${String(index).padStart(3, '0')}`),
  `1115010000000000${index}?`,
]).flat();

function heapGrowth(check: (text: string) => boolean): number {
  for (let round = 0; round < 100; round++) for (const text of texts) check(text);
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 500; round++) for (const text of texts) check(text);
  return process.memoryUsage().heapUsed - before;
}

it.each([
  ['credit code', isCreditCode],
  ['resident identity number', isResidentId],
])('the check of a %s allocates nothing: 300,000 leave the heap as it was', (_, check) => {
  // The smallest object takes 12 bytes: one a call would be 3.6 MB. A collection in between makes the figure smaller.
  expect(Math.min(heapGrowth(check), heapGrowth(check), heapGrowth(check))).toBeLessThan(500_000);
});
