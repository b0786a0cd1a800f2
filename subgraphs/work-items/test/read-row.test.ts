import { readTime } from '@gnomon/records';
import { laneOf } from '@gnomon/subgraph-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCodeSystems } from '../src/code-systems.ts';
import { applyRow, emptyDocument } from '../src/document.ts';
import { readRow } from '../src/read-row.ts';
import { REFUSALS } from '../src/refusals.ts';
import { acceptRow, row, stepRow } from './world.ts';

const codes = readCodeSystems();
const reader = { codes, source: '115', receivedAt: Date.parse('2024-09-23T10:00:00+08:00') };
const codeOf = (raw: unknown): string => {
  const reading = readRow(raw, reader);
  return reading.ok ? 'TAKEN' : reading.refusal.code;
};

describe('reading a pushed row', () => {
  test('a whole row is taken without a finding, in snake case and in camel case alike', () => {
    const snake = readRow(acceptRow('A1', {}, { row_guid: 'x' }), reader);
    const camel = readRow(
      Object.fromEntries(
        Object.entries(acceptRow('A1', {}, { row_guid: 'x' })).map(([key, value]) => [
          key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
          value,
        ]),
      ),
      reader,
    );
    if (!snake.ok || !camel.ok) throw new Error('both were to be taken');
    expect(snake.row).toMatchObject({ missing: 0, badCodes: 0, identified: true, no: 'A1' });
    expect(camel.row.hash).toBe(snake.row.hash);
  });
  test.each([
    ['a row that is no object', [], 'UNREADABLE'],
    ['an unknown table', { ...acceptRow('A1'), table: 'up_lic_data' }, 'UNKNOWN_TABLE'],
    ['an unknown operation', { ...acceptRow('A1'), cd_operation: 'X' }, 'UNKNOWN_OPERATION'],
    ['no row_guid', { ...acceptRow('A1'), row_guid: '' }, 'NO_ROW_GUID'],
    ['no work item number', { ...acceptRow('A1'), project_no: ' ' }, 'NO_WORK_ITEM_NO'],
    ['no item code', { ...acceptRow('A1'), task_code: null }, 'NO_ITEM_CODE'],
    ['a time that is none', { ...acceptRow('A1'), apply_date: '2024-02-30 09:00:00' }, 'BAD_TIME'],
    ['a number that is none', { ...acceptRow('A1'), promise_limit: 'five' }, 'BAD_NUMBER'],
    ['another source', { ...acceptRow('A1'), data_source: '116' }, 'FOREIGN_SOURCE'],
    ['an unknown code system', { ...acceptRow('A1'), code_system: 'X' }, 'UNKNOWN_CODE_SYSTEM'],
    ['a value wider than its column', { ...acceptRow('A1'), project_no: 'n'.repeat(51) }, 'VALUE_TOO_LONG'],
    ['a control character', { ...acceptRow('A1'), task_name: 'a\0b' }, 'BAD_VALUE'],
    ['half a surrogate pair', { ...acceptRow('A1'), task_name: '\ud800' }, 'BAD_VALUE'],
  ])('%s is refused by name', (_name, raw, code) => expect(codeOf(raw)).toBe(code));
  test('defects that are not fatal are taken and counted', () => {
    const reading = readRow(
      acceptRow('A1', { apply_type: '7', applyer_name: '', applyer_page_code: '110105194912310021' }),
      reader,
    );
    if (!reading.ok) throw new Error('it was to be taken');
    expect(reading.row).toMatchObject({ missing: 1, coded: true, badCodes: 1, identified: true });
    expect(reading.row.badIdentifiers).toBeGreaterThan(0);
  });
  test('whatever comes is either taken or refused with a code that has a reason and a remedy', () => {
    const base = [
      acceptRow('A1'),
      stepRow('A1', '受理', '2024-09-23 09:00:00', null),
      row('up_control_total', '', { day: '2024-09-23', accepted: 1, finished: 0 }),
    ];
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.constant(null),
      fc.boolean(),
      fc.array(fc.string()),
      fc.object(),
      fc.double(),
    );
    const corrupt = fc
      .tuple(
        fc.constantFrom(...base),
        fc.dictionary(fc.constantFrom(...base.flatMap(Object.keys)), value, { maxKeys: 4 }),
      )
      .map(([good, bad]) => ({ ...good, ...bad }));
    fc.assert(
      fc.property(fc.oneof(corrupt, fc.anything()), (raw) => {
        const reading = readRow(raw, reader);
        if (!reading.ok) expect(REFUSALS[reading.refusal.code].remedyZh).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('times', () => {
  test.each([
    ['20240923T090000', '2024-09-23T09:00:00+08:00'],
    ['2024-09-23 09:00:00', '2024-09-23T09:00:00+08:00'],
    ['2024-09-23', '2024-09-23T00:00:00+08:00'],
    ['20240923', '2024-09-23T00:00:00+08:00'],
    ['2024-09-23T09:00:00+02:00', '2024-09-23T09:00:00+02:00'],
    ['2024-09-23T09:00:00.25Z', '2024-09-23T09:00:00.250Z'],
  ])('%s is read as %s', (text, iso) => expect(readTime(text)).toBe(Date.parse(iso)));
  test.each([
    '',
    '2024',
    '2024-13-01',
    '2024-09-23 24:00:00',
    '1991-09-14',
    '2100-01-01',
    '2024-09-23T09:00:00+99:00',
    '2023-02-29',
  ])('%s is no time', (text) => expect(readTime(text)).toBeNull());
});

test('the lane is FNV-1a of the UTF-8 bytes, modulo 64', () => {
  expect(laneOf('')).toBe(0x811c9dc5 % 64);
  expect(laneOf('a')).toBe(0xe40c292c % 64);
  expect(laneOf('foobar')).toBe(0xbf9cf968 % 64);
});

test('the document is the same whatever the order in which versions of a row come, doubled ones included', () => {
  const version = (madeAt: number, hash: string) => ({
    table: 'up_pro_process' as const,
    guid: 'g',
    op: 'U' as const,
    madeAt,
    receivedAt: 10,
    hash,
    kept: { process_name: hash },
  });
  const versions = [version(1, 'a'), version(2, 'b'), version(3, 'c'), version(3, 'd')];
  fc.assert(
    fc.property(fc.shuffledSubarray([...versions, ...versions], { minLength: 8 }), (shuffled) => {
      const document = emptyDocument();
      for (const one of shuffled) applyRow(document, one);
      const [kept] = document.steps;
      expect(kept).toMatchObject({ t: 3, h: 'd', c: { process_name: 'd' } });
      expect(kept!.o?.map((other) => other.h).sort()).toEqual(['a', 'b', 'c']);
    }),
  );
});
