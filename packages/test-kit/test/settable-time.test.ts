import { expect, test } from 'vitest';
import { settableTime } from '../src/clock.ts';

test('a settable clock stands still until it is set or advanced', () => {
  const time = settableTime('2026-11-23T09:00:00+08:00');
  expect(time.now()).toBe(Date.UTC(2026, 10, 23, 1));
  expect(time.now()).toBe(Date.UTC(2026, 10, 23, 1));
  time.advance(1_500);
  expect(time.now()).toBe(Date.UTC(2026, 10, 23, 1, 0, 1, 500));
  time.set(0);
  expect(time.now()).toBe(0);
});

test('a time without an offset, half a millisecond and a step back are refused', () => {
  expect(() => settableTime('2026-11-23T09:00:00')).toThrow('expected whole milliseconds or ISO text with an offset');
  expect(() => settableTime('tomorrow')).toThrow('time tomorrow');
  expect(() => settableTime(0.5)).toThrow('time 0.5');
  expect(() => settableTime(0).advance(-1)).toThrow('use set() to go back');
});
