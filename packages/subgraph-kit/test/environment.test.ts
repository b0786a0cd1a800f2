import { expect, test } from 'vitest';
import { BLOCKED_PORTS } from '../src/blocked-ports.ts';
import { readEnvironment } from '../src/environment.ts';

test('a port to which no browser connects is refused by name, with another that will do', () => {
  expect(() => readEnvironment({ PORT: '4190' }, 4000)).toThrow(
    /PORT 4190 属于其他协议.*PORT: 4190 belongs to another protocol.*4000/,
  );
  expect(readEnvironment({ PORT: '4191' }, 4000).port).toBe(4191);
});

test('the ports refused are those that fetch refuses before it asks anybody', async () => {
  const reason = (port: number) =>
    fetch(`http://127.0.0.1:${port}/`).catch((error: Error) => (error.cause as Error).message);
  for (const port of BLOCKED_PORTS) expect([port, await reason(port)]).toEqual([port, 'bad port']);
});
