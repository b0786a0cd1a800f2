import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCast } from '../src/demo-world.ts';
import { ISSUE_BY_HAND, TOUR } from '../src/tour/steps.ts';
import { type ListeningHub, openListeningHub } from './listening-hub.ts';
import { runCommand } from './run-command.ts';

const COMMAND = fileURLToPath(new URL('../src/commands/tour.ts', import.meta.url));
const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

let world: ListeningHub;
beforeAll(async () => {
  world = await openListeningHub();
});
afterAll(() => world.close());

test('the tour walks a card from its issue to its closing, each step by the account whose act it is, and tells the history', async () => {
  const outcome = await runCommand(COMMAND, ['--hub', world.origin], { GNOMON_HOME: world.home });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  for (const { zh, en } of TOUR) expect(outcome.stdout).toContain(`${zh} · ${en}`);
  const kinds = [...outcome.stdout.matchAll(/^ {2,3}\d+ \S+ ([A-Z_]+)/gm)].map(([, kind]) => kind);
  expect(kinds).toEqual([
    'ISSUED_BY_HAND',
    'SIGNED',
    'ACCEPTED',
    'PLAN_SUBMITTED',
    'PLAN_RETURNED',
    'PLAN_SUBMITTED',
    'PLAN_APPROVED',
    'PROGRESS_REPORTED',
    'RESULT_REPORTED',
    'CLOSED',
  ]);
});

test('a hub that is not there is said in both languages', async () => {
  const outcome = await runCommand(COMMAND, ['--hub', 'http://127.0.0.1:1'], { GNOMON_HOME: world.home });
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toContain('没有应答');
  expect(outcome.stderr).toContain('does not answer');
});

test.each(TOUR.map(({ en, document }) => [en, document]))(
  'the readme shows the text of the step “%s”',
  (_en, document) => {
    expect(README).toContain(document);
  },
);

test('the readme begins with a card that the supervision body of Saihan issues to the agency whose accounts it names', () => {
  expect(README).toContain(ISSUE_BY_HAND);
  const { uscc, division } = demoCast().agencies[12]!;
  expect(README).toContain(`{"subject": "tour:1", "agency": "${uscc}", "division": "${division}"}`);
});
