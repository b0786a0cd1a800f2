import { afterEach, expect, test } from 'vitest';
import { knownAgencies } from '../../src/notices/store/recipients.ts';
import { AGENCY, type NoticeWorld, openNoticeWorld } from './world.ts';

let world: NoticeWorld;
afterEach(() => world.close());

test('the department line that the registry publishes is known, empty where none is, and the newest where it changes', async () => {
  world = await openNoticeWorld({});
  const named = { uscc: AGENCY, division: '150105', name: '赛罕区自然资源分局', nameEn: null };
  const known = async () =>
    (await world.ports.database.transaction((tx) => knownAgencies(tx, [AGENCY]))).get(AGENCY)?.department;
  await world.publish(named);
  expect(await known()).toBe('');
  await world.publish({ ...named, department: 'natural-resources' });
  expect(await known()).toBe('natural-resources');
  await world.publish({ ...named, department: 'housing' });
  expect(await known()).toBe('housing');
});
