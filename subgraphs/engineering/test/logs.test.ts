import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { scopeOf } from '@gnomon/identity';
import type { RecordContext } from '@gnomon/records';
import { mappedLines } from '@gnomon/records/intake-client';
import { readMapping } from '@gnomon/records/mapping';
import type { RecordTestWorld } from '@gnomon/records/test-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngineering, SUPERVISOR } from './world.ts';

const mapping = readMapping(new URL('../data/mappings/bpic15.yaml', import.meta.url));
const LOGS = new URL('../../../packages/province/data/logs/', import.meta.url);
const CHUNK_ROWS = 4_000;
/** What the data's own README says. */
const KNOWN = { 1: { cases: 1_199, events: 52_217 }, 3: { cases: 1_409, events: 59_681 } } as const;

let world: RecordTestWorld;
beforeAll(async () => {
  world = await openEngineering('2026-11-23T10:00:00+08:00');
  const { agencies, sources } = mapping.reference;
  await world.publish([
    ...agencies.map((one) => ['agency', one] as const),
    ...sources.map((one) => ['source', one] as const),
  ]);
});
afterAll(() => world?.close());

/** Sends a log through the intake and gives the sum of its accounts. */
async function take(name: string): Promise<Record<'rows' | 'taken' | 'setAside' | 'refused' | 'identical', number>> {
  const { records } = world.hosted.contextOf({ viewer: null, scope: scopeOf(null), requestId: 't' }) as RecordContext;
  const sum = { rows: 0, taken: 0, setAside: 0, refused: 0, identical: 0 };
  let rows: { value: unknown; text: string }[] = [];
  let chunk = 0;
  const flush = async (): Promise<void> => {
    const account = await records.intake.take({ source: null, replay: false, label: name, chunk: chunk++, rows });
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += account[key];
    rows = [];
  };
  const file = createReadStream(new URL(`${name}.gz`, LOGS)).pipe(createGunzip());
  for await (const text of mappedLines(file, name, mapping))
    for (const line of text.split('\n')) {
      if (line === '') continue;
      rows.push({ value: JSON.parse(line), text: line });
      if (rows.length === CHUNK_ROWS) await flush();
    }
  if (rows.length > 0) await flush();
  return sum;
}

test.each([1, 3] as const)(
  'building-permit log %i comes in as projects and approvals, every row accounted for',
  { timeout: 1_200_000 },
  async (log) => {
    const items = await take(`bpic15_${log}.items.jsonl`);
    expect(items).toEqual({
      rows: 2 * KNOWN[log].cases,
      taken: 2 * KNOWN[log].cases,
      setAside: 0,
      refused: 0,
      identical: 0,
    });
    const events = await take(`bpic15_${log}.events.jsonl`);
    expect(events.taken).toBe(events.rows);
    expect(events.rows).toBeGreaterThan(KNOWN[log].events);
    const again = await take(`bpic15_${log}.items.jsonl`);
    expect(again).toEqual(items);
  },
);

test('each case is judged as a project and as an approval', async () => {
  for (let rounds = 0; rounds < 40; rounds += 1) await world.hosted.settle();
  const values = await world.ask<
    Record<string, { indicator: { id: string }; numerator: number; denominator: number }[]>
  >(
    SUPERVISOR,
    '{ engineeringIndicatorValues(filter: { source: "bpic-1-engineering" }) { indicator { id } numerator denominator byLevel { level count } } }',
  );
  const counted = new Map(
    values.engineeringIndicatorValues!.map(({ indicator, denominator }) => [indicator.id, denominator]),
  );
  expect(counted.get('EP-01')).toBe(KNOWN[1].cases);
  expect(counted.get('EP-03')).toBe(KNOWN[1].cases);
  const late = values.engineeringIndicatorValues!.find(({ indicator }) => indicator.id === 'EP-03')!;
  expect(late.numerator).toBeLessThan(late.denominator);
  const { projects } = await world.ask<{ projects: { nodes: { state: string; approvals: { steps: object[] }[] }[] } }>(
    SUPERVISOR,
    '{ projects(filter: { source: "bpic-3-engineering" }, first: 5) { nodes { state approvals { steps { startedAt } } } } }',
  );
  expect(projects.nodes).toHaveLength(5);
  for (const { approvals } of projects.nodes) expect(approvals[0]!.steps.length).toBeGreaterThan(0);
});
