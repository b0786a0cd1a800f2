import { fileURLToPath } from 'node:url';
import type { RulesInForce } from '@gnomon/subgraph-kit';
import { createCalendarSet } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { expect, test } from 'vitest';
import { acceptRow, openWorld, publishedRules } from './world.ts';

/** The published calendar with a notice of 2027, invented: New Year's Day to the Tuesday after it are off. */
function withNotice(base: RulesInForce): RulesInForce {
  const data = readCalendarFolder(fileURLToPath(new URL('../../../rules/calendar', import.meta.url)));
  const days = ['01', '02', '03', '04', '05'].map((day) => ({ date: `2027-01-${day}`, name: '元旦', off: true }));
  const notice = { year: 2027, papers: ['https://example.invalid/2027'], days };
  const calendars = createCalendarSet({ ...data, notices: [...data.notices, notice] });
  const calendarFor = (scope: string) => calendars.in({ division: scope });
  return { ...base, calendar: calendars.base, calendarFor };
}

test('a notice of holidays that comes into force live moves the silence of sources and the time for corrections', async () => {
  const base = publishedRules().current();
  let current = base;
  const world = await openWorld('2027-01-06T10:00:00+08:00', { current: () => current, onChange: () => () => {} });
  const told = async () =>
    (await world.signals())
      .filter(({ rule, level }) => ['DP-02', 'DP-12'].includes(rule) && level !== 'UNKNOWN')
      .map(({ rule, subject, kind, level, turnedAt }) => `${rule} ${subject} ${kind} ${level} ${turnedAt}`);
  try {
    await world.push(Array.from({ length: 40 }, (_, n) => acceptRow(`Y${n}`, {}, { cd_time: '2027-01-06 09:30:00' })));
    await world.push([acceptRow('', {}, { row_guid: 'bad', cd_time: '2027-01-06 09:30:00' })], { batchId: 'x' });
    await world.goTo('2027-01-07T08:00:00+08:00');
    // No notice says which days of 2027 are worked: nothing is certain, and nothing is told.
    expect(await told()).toEqual([]);
    current = withNotice(base);
    await world.hosted.settle();
    expect(await told()).toEqual([]);
    // What it sends now is news, though by the new notice fewer working days have gone by.
    await world.push([acceptRow('Y40', {}, { cd_time: '2027-01-07 08:30:00' })]);
    await world.goTo('2027-01-19T00:00:00+08:00');
    expect((await told()).toSorted()).toEqual([
      'DP-02 115 ROSE RED 2027-01-14T16:00:00.000Z',
      'DP-02 115 ROSE WARNING 2027-01-10T16:00:00.000Z',
      'DP-02 115 ROSE YELLOW 2027-01-11T16:00:00.000Z',
      'DP-12 115:x ROSE WARNING 2027-01-10T16:00:00.000Z',
      'DP-12 115:x ROSE YELLOW 2027-01-11T16:00:00.000Z',
    ]);
  } finally {
    await world.close();
  }
});

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
