import type { RulesInForce } from '@gnomon/subgraph-kit';
import { expect, test } from 'vitest';
import { acceptRow, openWorld, publishedRules } from './world.ts';

test('when other rules come into force, open items are judged anew from then on', async () => {
  const base = publishedRules().current();
  const listeners = new Set<(rules: RulesInForce) => void>();
  // A pack of the same rules in which nothing is found: what an office without rules would have.
  const silent: RulesInForce = {
    ...base,
    pack: { ...base.pack, hash: 'silent', judgeSubject: () => ({ verdicts: [], until: Infinity, levels: new Map() }) },
  };
  let current = silent;
  const world = await openWorld('2024-09-23T09:30:00+08:00', {
    current: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  try {
    await world.hosted.settle();
    await world.push([acceptRow('N1')]);
    await world.goTo('2024-09-30T09:00:00+08:00');
    expect(await world.signals()).toEqual([]);
    current = base;
    await world.hosted.settle();
    const found = (await world.signals()).filter((signal) => signal.rule === 'WI-03');
    expect(found.map((signal) => [signal.level, signal.turnedAt])).toEqual([['YELLOW', '2024-09-30T01:00:00.000Z']]);
  } finally {
    await world.close();
  }
});
