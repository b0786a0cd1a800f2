import { join } from 'node:path';
import { loadPack, type PublishedParameter, type RuleFile } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { compileCalendar } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { ROOT } from './workspace.ts';

const calendar = compileCalendar(readCalendarFolder(join(ROOT, 'rules/calendar')));
const files = readRulesFolder(join(ROOT, 'rules')).filter(({ path }) => !path.startsWith('overlays/'));
const loaded = loadPack(files, { calendar, runTests: false });
if ('problems' in loaded)
  throw new Error(loaded.problems.map(({ file, message }) => `${file}: ${message.en}`).join('\n'));

const { rules } = loaded.pack;

/** Every parameter of every published rule that is a number within bounds. */
const parameters = [...rules.values()].flatMap(({ id, parameters: own }) =>
  own
    .filter(({ value, min, max }) => typeof value === 'number' && min !== null && max !== null)
    .map((parameter) => ({ rule: id, parameter })),
);

test('the published rules have parameters that overlays may tighten, and some that they may not touch', () => {
  expect(parameters.filter(({ parameter }) => parameter.tighten !== null).length).toBeGreaterThan(20);
});

test('no overlay moves any parameter of any published rule against its direction, or one that has none', () => {
  const accepted = parameters.filter(({ rule, parameter }) => {
    const away = parameter.tighten === 'UP' ? parameter.min! : parameter.max!;
    return away !== parameter.value && isAccepted(rule, parameter, away);
  });
  expect(accepted.map(({ rule, parameter }) => `${rule}.${parameter.name}`)).toEqual([]);
});

/**
 * Parameters whose direction cannot be proved, so that every overlay on them is refused: the safe side of law 9.
 * `warningTimes` is multiplied with a median and `exportFactor` with a mean, and a dictionary does not say that these are never negative.
 */
const NOT_PROVABLE = ['WI-19.warningTimes', 'XX-07.exportFactor'];

test('an overlay that tightens a parameter in its direction is accepted, but for those whose direction cannot be proved', () => {
  const refused = parameters.filter(({ rule, parameter }) => {
    if (parameter.tighten === null) return false;
    const towards = parameter.tighten === 'UP' ? parameter.max! : parameter.min!;
    return towards !== parameter.value && !isAccepted(rule, parameter, towards);
  });
  const names = refused.map(({ rule, parameter }) => `${rule}.${parameter.name}`);
  expect(names.filter((name) => !NOT_PROVABLE.includes(name))).toEqual([]);
});

function isAccepted(rule: string, { name, value }: PublishedParameter, to: number): boolean {
  const shown = Number.isInteger(to) && !Number.isInteger(value as number) ? to.toFixed(1) : String(to);
  return !(
    'problems' in
    loadPack([...files.filter(isNeededFor(rule)), overlay(rule, name, shown)], { calendar, runTests: false })
  );
}

/** A rule's own file, the files of rules to which any of them yields, and the dictionaries of their subjects. */
function isNeededFor(rule: string): (file: RuleFile) => boolean {
  const needed = new Set([rule]);
  for (const id of needed) for (const other of rules.get(id)?.yieldsTo ?? []) needed.add(other);
  const subjects = new Set([...needed].flatMap((id) => rules.get(id)?.subjects ?? []));
  return ({ path }) => {
    const [, folder, name = ''] = /^(facts|base)\/(.+)\.yaml$/.exec(path) ?? [];
    return folder === 'facts' ? subjects.has(name) : needed.has(name);
  };
}

function overlay(rule: string, name: string, value: string): RuleFile {
  const text = [
    'id: test-overlay',
    `rule: ${rule}`,
    'issuer: { zh: 测试旗, en: Test banner }',
    'document: 测试〔2026〕1号',
    'division: "150622"',
    'from: "2026-01-01"',
    `tighten: { ${name}: ${value} }`,
  ].join('\n');
  return { path: 'overlays/test-overlay.yaml', text: `${text}\n` };
}
