import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REFERENCE_STREAM } from '@gnomon/reference';
import { appendToOutbox, migrate, openFeed, readPosition, relayOnce, writePosition } from '@gnomon/store';
import { openTestDatabase } from '@gnomon/test-kit';
import { afterEach, expect, test } from 'vitest';
import { takeAgencies } from '../../src/notices/follow-agencies.ts';
import { knownAgencies } from '../../src/notices/store/recipients.ts';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const DEPARTMENTS = '0013-departments.sql';
const AGENCY = { uscc: '11150105011597010A', division: '150105', name: '赛罕区自然资源分局', nameEn: null };

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A folder with the migrations that came before departments. */
async function migrationsBefore(): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  for (const name of (await readdir(MIGRATIONS)).filter((one) => one < DEPARTMENTS))
    await copyFile(new URL(name, MIGRATIONS), join(folder, name));
  return pathToFileURL(`${folder}/`);
}

test('a hub that had read the agencies before departments were kept reads them again, and knows their lines', async () => {
  const world = await openTestDatabase({ supervision: null, registry: null });
  cleanUp.push(() => world.close());
  const database = await world.open('supervision');
  const registry = await world.open('registry', { max: 2 });
  const feed = openFeed(database);
  await migrate(database, await migrationsBefore());
  const payload = { ...AGENCY, department: 'natural-resources' };
  const entry = { stream: REFERENCE_STREAM, type: 'agency', key: AGENCY.uscc, at: 0, payload };
  await registry.transaction((tx) => appendToOutbox(tx, [entry]));
  await relayOnce(registry);
  const [published] = await feed.read(REFERENCE_STREAM, null, 10);
  await database.transaction(async (tx) => {
    const { uscc, division, name } = AGENCY;
    await tx`insert into notice_agency (uscc, division, name) values (${uscc}, ${division}, ${name})`;
    await writePosition(tx, { follower: 'notices', stream: REFERENCE_STREAM, cursor: published!.cursor });
  });

  expect(await migrate(database, MIGRATIONS)).toContain(DEPARTMENTS);
  const department = async () =>
    (await database.transaction((tx) => knownAgencies(tx, [AGENCY.uscc]))).get(AGENCY.uscc)?.department;
  expect(await department()).toBe('');
  expect(await takeAgencies({ database, feed })).toBe(1);
  expect(await department()).toBe('natural-resources');
  expect(await takeAgencies({ database, feed })).toBe(0);
  expect(await readPosition(database.sql, 'notices', REFERENCE_STREAM)).toBe(published!.cursor);
});
