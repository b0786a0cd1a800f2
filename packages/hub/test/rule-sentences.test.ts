import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, runCommand } from './run-command.ts';

const COMMAND = 'packages/hub/src/commands/rule-sentences.ts';
let all: Outcome;
beforeAll(async () => {
  all = await runCommand(COMMAND, ['--markdown']);
});

describe('the sentences of the rules, for the office to read', () => {
  test('tell of all 100 indicators and the contradictions, by domain', () => {
    expect(all.code).toBe(0);
    expect(all.stdout.trimEnd().split('\n').at(-1)).toContain(
      '100 indicators, 11 contradictions, 1 escalations: CX 11, DP 15, EL 11, EP 10, ES 1, OT 10, RV 11, SC 12, WI 24, XX 7',
    );
    const told = [...all.stdout.matchAll(/^## ([A-Z]{2}-\d\d) /gm)].map(([, id]) => `${id}.yaml`);
    expect(told).toEqual(readdirSync(new URL('../../../rules/base/', import.meta.url)).sort());
  });

  test('give each one a sentence in both languages, a basis, and the value of each parameter', () => {
    for (const part of all.stdout.split(/^## /m).slice(1)) {
      expect(part).toMatch(/判为(预警|黄牌|红牌)。$/m);
      expect(part).toMatch(/: (a warning|a yellow card|a red card) when .+\.$/m);
      expect(part).toMatch(/^- (法规 law|标准 standard|惯例 practice|默认值 default): /m);
    }
    expect(all.stdout).toContain('- redWorkdays = 3 workday [1…10]');
  });

  test('can be had for some, and say when there is none', async () => {
    const some = await runCommand(COMMAND, ['WI-03', 'xx']);
    expect(some.stdout).toContain('8 indicators');
    expect(await runCommand(COMMAND, ['ZZ'])).toMatchObject({ code: 1 });
  });
});
