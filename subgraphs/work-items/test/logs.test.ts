import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { rowsOf, takeStream } from '@gnomon/records';
import { mappedLines } from '@gnomon/records/intake-client';
import { readMapping } from '@gnomon/records/mapping';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowStreamOf } from '../src/row-stream.ts';
import { openWorld, SUPERVISOR, type TestWorld } from './world.ts';

const LOGS = fileURLToPath(new URL('../../../packages/province/data/logs/', import.meta.url));
const mapping = readMapping(new URL('../data/mappings/bpic15.yaml', import.meta.url));
let world: TestWorld;
beforeAll(async () => {
  world = await openWorld('2026-11-23T10:00:00+08:00');
  await world.publish([
    ...mapping.reference.agencies.map((entry) => ['agency', entry] as const),
    ...mapping.reference.items.map((entry) => ['service-item', entry] as const),
    ...mapping.reference.sources.map((entry) => ['source', entry] as const),
  ]);
});
afterAll(() => world?.close());

async function takeLog(
  name: string,
): Promise<{ rows: number; taken: number; setAside: number; refused: number; identical: number }> {
  const lines = mappedLines(createReadStream(`${LOGS}${name}.gz`).pipe(createGunzip()), name, mapping);
  const context = world.hosted.contextOf({
    viewer: null,
    scope: { all: false, divisions: [], agencies: [], sources: [] },
    requestId: 't',
  });
  const answer = await takeStream(rowStreamOf(context as never), rowsOf(Readable.from(lines), 'NDJSON', false), {
    source: null,
    replay: false,
    label: name,
  });
  return answer.account;
}

test('the building-permit logs are taken in, every row accounted for, and their known figures come out of the graph', async () => {
  for (const m of [1, 3]) {
    for (const kind of ['items', 'events']) {
      const account = await takeLog(`bpic15_${m}.${kind}.jsonl`);
      expect(account.taken + account.setAside + account.refused + account.identical).toBe(account.rows);
      expect(account.refused).toBe(0);
      expect(account.setAside).toBe(0);
    }
  }
  const figures = await world.ask<Record<string, object>>(
    SUPERVISOR,
    '{ one: stepDeadlines(source: "bpic-1") { steps withDue lateByDay } three: stepDeadlines(source: "bpic-3") { steps withDue lateByDay } }',
  );
  expect(figures).toEqual({
    one: { steps: 52_217, withDue: 3_340, lateByDay: 142 },
    three: { steps: 59_681, withDue: 3_850, lateByDay: 852 },
  });
});
