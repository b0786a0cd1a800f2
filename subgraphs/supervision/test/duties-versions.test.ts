import { loadPack, packOverTime } from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import type { RulesPort } from '@gnomon/subgraph-kit';
import { afterEach, expect, test } from 'vitest';
import { type DutyWorld, openDutyWorld, PLAN, RESULT } from './duties-world.ts';
import { at, publishedRules } from './matters.ts';

const FORCE = '2026-10-20 00:00:00.000';
const RULES = new URL('../../../rules/', import.meta.url).pathname;
const base = publishedRules();

/** Rules under which whoever signed and whatever duty was done is a breach, from an instant on. */
function stricterFrom(force: number, now: () => number): RulesPort {
  const files = readRulesFolder(RULES).map(({ path, text }) => {
    const [rule, tests] = text.split('\ntests:');
    if (path === 'base/XX-01.yaml')
      return { path, text: rule!.replace('yellow: expired(signing)', 'yellow: signed || expired(signing)') };
    if (path === 'base/XX-06.yaml') return { path, text: rule!.replace(/yellow: '(.*)'/, "yellow: 'done || ($1)'") };
    return { path, text: tests === undefined ? rule! : text };
  });
  const loaded = loadPack(files, { calendar: base.calendar, runTests: false });
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const epochs = [
    { from: -Infinity, pack: base.pack },
    { from: force, pack: loaded.pack },
  ];
  const before = { ...base, pack: packOverTime(epochs, force - 1) };
  const after = { ...base, pack: packOverTime(epochs, force), since: force };
  return { current: () => (now() < force ? before : after), onChange: () => () => {} };
}

let world: DutyWorld;
afterEach(() => world?.close());

test('a stricter version judges what is still owed from its first instant on, and neither cards that are closed nor duties that are done', async () => {
  let now = (): number => 0;
  world = await openDutyWorld(
    '2026-09-22 10:00:00',
    stricterFrom(at(FORCE), () => now()),
  );
  now = () => world.ports.time.now();
  const [closed, open] = [await world.issue('YELLOW'), await world.issue('YELLOW')];
  for (const card of [closed, open]) {
    await world.act('STAFF', card, 'SIGNED');
    await world.act('CHIEF', card, 'ACCEPTED');
    await world.act('CHIEF', card, 'PLAN_SUBMITTED', PLAN);
    await world.act('SUPERVISOR', card, 'PLAN_APPROVED');
    await world.act('CHIEF', card, 'RESULT_REPORTED', RESULT);
  }
  await world.act('SUPERVISOR', closed, 'CLOSED');
  await world.goTo('2026-11-30 09:00:00');
  const rises = (await world.told()).filter(
    ([rule, level, , , kind]) => kind === 'ROSE' && level === 'YELLOW' && /XX-0[16]/.test(rule),
  );
  // The result of the open card waits for a review that never came: that was a breach before.
  expect(rises.toSorted()).toEqual([
    ['XX-01', 'YELLOW', 'card', '', 'ROSE', FORCE],
    ['XX-06', 'YELLOW', 'duty', '', 'ROSE', '2026-10-01 00:00:00.000'],
  ]);
});
