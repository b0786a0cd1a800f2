import type { DomainArrival } from '@gnomon/province';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder, keepSmall } from '../src/later-rows.ts';

const arrival = (receivedAt: number, no: string) => ({ to: 'work-items', receivedAt, row: { no } }) as DomainArrival;

test('rows kept small come out whole, merged with others in the order of arrival', () => {
  const instants = fc.array(fc.nat({ max: 50 }), { maxLength: 30 });
  fc.assert(
    fc.property(instants, instants, (first, second) => {
      const own = first.map((at, index) => arrival(at, `a${index}`));
      const later = second.map((at, index) => arrival(at, `b${index}`));
      const naive = [...own, ...later].toSorted((one, other) => one.receivedAt - other.receivedAt);
      expect([...inOrder(own, keepSmall(later))]).toEqual(naive);
    }),
  );
  const many = Array.from({ length: 2_500 }, (_, n) => arrival(n, `蒙${n}`));
  expect([...keepSmall(many)]).toEqual(many);
});
