import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { isMarkAlive, processMark, withLaunchLock } from '../src/embedded/launch-lock.ts';

let path: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'gnomon-lock-'));
  path = join(folder, 'launch.lock');
  return () => rmSync(folder, { recursive: true });
});

test('holders follow one another, and the lock is gone afterwards, also after an error', async () => {
  let inside = 0;
  const hold = () =>
    withLaunchLock(path, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((done) => setImmediate(done));
      inside -= 1;
    });
  await Promise.all([hold(), hold(), hold()]);
  await expect(withLaunchLock(path, () => Promise.reject(new Error('no binaries')))).rejects.toThrow('no binaries');
  expect(existsSync(path)).toBe(false);
});

test('a lock whose holder has ended, or whose number belongs to a later process, is taken over', async () => {
  for (const mark of ['999999999 1', `${process.pid} 1`, 'rubbish']) {
    writeFileSync(path, mark);
    expect(await withLaunchLock(path, async () => 'mine')).toBe('mine');
  }
});

test('an empty lock is waited for until it is old', async () => {
  writeFileSync(path, '');
  const old = (Date.now() - 10_000) / 1_000;
  utimesSync(path, old, old);
  expect(await withLaunchLock(path, async () => 'mine')).toBe('mine');
});

test('a mark names its process for good', () => {
  expect(isMarkAlive(processMark())).toBe(true);
  expect(isMarkAlive(`${process.pid} 1`)).toBe(false);
  expect(isMarkAlive('0 0')).toBe(false);
});
