import { expect, test, vi } from 'vitest';
import { coalesce } from '../src/index.ts';

test('calls of one window become one batch, and each caller has its own result', async () => {
  const handle = vi.fn(async (inputs: number[]) => inputs.map((n) => (n === 3 ? new Error('no three') : n * 10)));
  const call = coalesce(handle);
  const results = await Promise.allSettled([1, 2, 3, 4].map(call));
  expect(handle.mock.calls).toEqual([[[1, 2, 3, 4]]]);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
    10,
    20,
    'Error: no three',
    40,
  ]);
});

test('a batch never exceeds its maximum, and no call is lost or answered twice', async () => {
  const sizes: number[] = [];
  const call = coalesce(
    async (inputs: number[]) => {
      sizes.push(inputs.length);
      await new Promise((done) => setImmediate(done));
      return inputs.map((n) => -n);
    },
    { maxBatch: 7, maxInFlight: 2 },
  );
  const inputs = Array.from({ length: 100 }, (_, index) => index);
  expect(await Promise.all(inputs.map(call))).toEqual(inputs.map((n) => -n));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
});

test('at most two batches are in flight, and calls gather meanwhile', async () => {
  const release: (() => void)[] = [];
  const call = coalesce((inputs: number[]) => new Promise<number[]>((done) => release.push(() => done(inputs))), {
    windowMs: 0,
    maxBatch: 2,
    maxInFlight: 2,
  });
  const all = Promise.all([1, 2, 3, 4, 5, 6, 7].map(call));
  await vi.waitUntil(() => release.length === 2, { timeout: 300_000 });
  for (const free of release.splice(0)) free();
  await vi.waitUntil(() => release.length === 2, { timeout: 300_000 });
  for (const free of release.splice(0)) free();
  expect(await all).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('an error of the whole batch reaches every caller, and the next batch works', async () => {
  let broken = true;
  const call = coalesce(async (inputs: number[]) => {
    if (broken) throw new Error('database away');
    return inputs;
  });
  const failed = await Promise.allSettled([call(1), call(2)]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await call(3)).toBe(3);
});

test('a handler that answers too few is an error, not a caller that waits for ever', async () => {
  const call = coalesce(async () => [1]);
  await expect(Promise.all([call(1), call(2)])).rejects.toThrow('expected 2 results');
});
