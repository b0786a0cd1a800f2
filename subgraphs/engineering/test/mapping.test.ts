import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parseProjectCode } from '@gnomon/identifiers';
import { mappedLines } from '@gnomon/records/intake-client';
import { readMapping } from '@gnomon/records/mapping';
import { expect, test } from 'vitest';
import { APPROVAL } from '../src/derive/approval.ts';
import { deriveAt, type Row } from './derive-world.ts';

const mapping = readMapping(new URL('../data/mappings/bpic15.yaml', import.meta.url));
const LOGS = new URL('../../../packages/province/data/logs/', import.meta.url);

async function rowsOf(name: string): Promise<readonly Row[]> {
  const file = createReadStream(new URL(`${name}.gz`, LOGS)).pipe(createGunzip());
  const rows: Row[] = [];
  for await (const text of mappedLines(file, name, mapping))
    for (const line of text.split('\n')) if (line !== '') rows.push(JSON.parse(line) as Row);
  return rows;
}
const count = (rows: readonly Row[], table: string): number => rows.filter((row) => row.table === table).length;

test.each([
  [1, 1_199, 52_217],
  [3, 1_409, 59_681],
])('each case of log %i is a project with one approval, each of its events a step', async (log, cases, events) => {
  const items = await rowsOf(`bpic15_${log}.items.jsonl`);
  expect([count(items, 'eng_project'), count(items, 'eng_approval'), items.length]).toEqual([cases, cases, 2 * cases]);
  const codes = new Set(items.map((row) => String(row.project_code)));
  expect(codes.size).toBe(cases);
  expect([...codes].filter((code) => !parseProjectCode(code).ok)).toEqual([]);
  const steps = await rowsOf(`bpic15_${log}.events.jsonl`);
  expect(count(steps, 'eng_step')).toBe(events);
  expect(count(steps, 'eng_notice')).toBe(steps.length - events);
  expect(count(steps, 'eng_notice')).toBeGreaterThan(0);
  const known = new Set(items.map((row) => row.approval_no));
  expect(steps.every((row) => known.has(row.approval_no))).toBe(true);
});

test('an approval of the log can be judged', async () => {
  const [, first] = await rowsOf('bpic15_1.items.jsonl');
  const record = deriveAt(
    APPROVAL,
    [{ ...first!, outcome: 'GRANTED', approval_kind: 'OTHER', stage: 'CONSTRUCTION_PERMIT', plan_limit: 40 }],
    'x',
  );
  expect(record).toMatchObject({ open: false, state: 'GRANTED' });
  expect(record!.subjects[0]!.facts).toMatchObject({
    codeWellFormed: true,
    entryDelayWorkdays: 0,
    plan: { limit: 40 },
  });
});
