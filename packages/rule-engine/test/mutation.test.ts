import { describe, expect, test } from 'vitest';
import { readRulesFolder } from '../src/folder.ts';
import { mutateRules } from '../src/index.ts';
import { calendar, DICTIONARY, ruleFile } from './rule-world.ts';

const TESTED = `tests:
  - { name: edge, facts: { i1: 3, b1: true }, expect: NONE }
  - { name: above, facts: { i1: 4, b1: true }, expect: YELLOW }
  - { name: not, facts: { i1: 4, b1: false }, expect: NONE }
  - { name: gap, facts: { i1: 4 }, expect: UNKNOWN }
`;

describe('mutation of the rules against their own tests', () => {
  test('tests on the edge notice every mistake', () => {
    const report = mutateRules([DICTIONARY, ruleFile({ yellow: 'b1 && i1 > 3', more: TESTED })], calendar);
    expect(report).toMatchObject({ killed: report.mutants, score: 1, survivors: [], problems: [] });
    expect(report.mutants).toBeGreaterThan(7);
  });

  test('a mistake that no test notices is listed, and counts until the file accepts it with a reason', () => {
    const weak = TESTED.replace(/ {2}- \{ name: edge.*\n/, '');
    const before = mutateRules([DICTIONARY, ruleFile({ yellow: 'b1 && i1 > 3', more: weak })], calendar);
    expect(before.survivors.map(({ mutant }) => mutant)).toEqual([
      '0.yellow: b1 && i1 > 3 → b1',
      '0.yellow: i1 > 3 → i1 >= 3',
      '0.yellow: 3 → 2',
    ]);
    const accepted = `${weak}acceptedSurvivors:\n  - { mutant: "0.yellow: i1 > 3 → i1 >= 3", reason: three cannot occur }\n  - { mutant: "0.yellow: 9 → 8", reason: gone }\n`;
    const after = mutateRules([DICTIONARY, ruleFile({ yellow: 'b1 && i1 > 3', more: accepted })], calendar);
    expect(after.score).toBeGreaterThan(before.score);
    expect(after.survivors.map(({ reason }) => reason)).toEqual([null, 'three cannot occur', null]);
    expect(after.stale).toEqual([{ rule: 'WI-90', mutant: '0.yellow: 9 → 8', reason: 'gone' }]);
  });

  test('the rules of this repository notice 95 of 100 mistakes', () => {
    const report = mutateRules(readRulesFolder(`${import.meta.dirname}/../../../rules`), calendar);
    expect(report.problems).toEqual([]);
    expect(report.score).toBeGreaterThanOrEqual(0.95);
  });
});
