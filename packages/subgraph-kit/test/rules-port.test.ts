import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FolderRules, openFolderRules, RulesRefused } from '../src/rules-port.ts';

const log = pino({ level: 'silent' });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gnomon-rules-'));
  cpSync(fileURLToPath(new URL('../../../rules/', import.meta.url)), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

it('puts changed rules in force as a whole, and tells who listens once', () => {
  const rules = open();
  const before = rules.current();
  const told: string[] = [];
  const stop = rules.onChange(({ pack }) => told.push(pack.hash));
  expect(rules.reload()).toEqual([]);
  expect(rules.current()).toBe(before);

  change('base/WI-03.yaml', (text) => text.replace(/^version: .*$/m, 'version: "2099.1"'));
  expect(rules.reload()).toEqual([]);
  expect(rules.current().pack.rules.get('WI-03')!.version).toBe('2099.1');
  expect(rules.current().pack.hash).not.toBe(before.pack.hash);
  expect(told).toEqual([rules.current().pack.hash]);

  stop();
  change('base/WI-03.yaml', (text) => text.replace('2099.1', '2099.2'));
  rules.reload();
  expect(told).toHaveLength(1);
});

it('keeps the old rules on any problem, and names each one', () => {
  const rules = open();
  const before = rules.current();
  change('base/WI-03.yaml', (text) => text.replace(/^( +)yellow: .*$/m, '$1yellow: expired(promise) && nothing'));
  change('base/WI-04.yaml', (text) => `${text}\nsurprise: true\n`);
  const problems = rules.reload();
  expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(['base/WI-03.yaml', 'base/WI-04.yaml']));
  expect(
    problems.every(
      ({ code, line, message, remedy }) => code !== '' && line > 0 && message.zh !== '' && remedy.en !== '',
    ),
  ).toBe(true);
  expect(rules.current()).toBe(before);
});

it('refuses to start with rules that cannot come into force, listing every problem', () => {
  change('base/WI-03.yaml', (text) => text.replace(/^( +)yellow: .*$/m, '$1yellow: nothing'));
  expect(open).toThrow(RulesRefused);
  expect(open).toThrow(/base\/WI-03\.yaml:\d+:\d+/);
});

it('keeps the old rules when the calendar or a file cannot be read at all', () => {
  const rules = open();
  const before = rules.current();
  change('calendar/office-hours.yaml', () => 'id: [');
  expect(rules.reload().map(({ code }) => code)).toEqual(['RULES_UNREADABLE']);
  expect(rules.current()).toBe(before);
});

it('gives each division and place its own calendar', () => {
  const rules = open().current();
  expect(rules.calendarFor('15')).toBe(rules.calendarFor('1503'));
  expect(rules.calendarFor('1503').hash).toBe(rules.calendar.hash);
});

function open(): FolderRules {
  return openFolderRules({ folder, log, runTests: false });
}

function change(path: string, edit: (text: string) => string): void {
  const file = join(folder, path);
  const before = readFileSync(file, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`${path}: the edit changed nothing`);
  writeFileSync(file, after);
}
