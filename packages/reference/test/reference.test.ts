import { expect, test } from 'vitest';
import { basicItemCode, itemVersionOn, type ReferenceItem, type ReferenceItemVersion } from '../src/index.ts';

test('the basic code stands inside an implementation code and its handling forms; any other code is its own', () => {
  expect(basicItemCode('11370800MB285591843370117002011')).toBe('370117002011');
  expect(basicItemCode('11370800MB28559184337011700201101')).toBe('370117002011');
  expect(basicItemCode('370117002011')).toBe('370117002011');
  expect(basicItemCode('')).toBe('');
});

test('a version is in force from its first day to its last, both included', () => {
  const item = { versions: [version('1', '2025-01-01', '2025-12-31'), version('2', '2026-01-01', null)] };
  const on = (date: string) => itemVersionOn(item as unknown as ReferenceItem, date)?.version;
  expect(['2024-12-31', '2025-01-01', '2025-12-31', '2026-01-01', '2030-01-01'].map(on)).toEqual([
    undefined,
    '1',
    '1',
    '2',
    '2',
  ]);
});

function version(name: string, from: string, to: string | null): Partial<ReferenceItemVersion> {
  return { version: name, from, to };
}
