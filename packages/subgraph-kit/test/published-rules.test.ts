import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAt, packUntil } from '@gnomon/rule-engine';
import { appendToOutbox, type Database, openFeed, relayOnce } from '@gnomon/store';
import { openTestDatabase, type SettableTime, settableTime, type TestDatabase } from '@gnomon/test-kit';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LAW_STREAM, type LawEntry, openPublishedRules, type PublishedRules } from '../src/published-rules.ts';
import { type FolderRules, openFolderRules } from '../src/rules-port.ts';

const log = pino({ level: 'silent' });
const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
const START = '2026-03-02T09:00:00.000+08:00';
const FORCE = '2026-03-10T00:00:00.000+08:00';
let folder: string;
let seed: FolderRules;
let test: TestDatabase;
let database: Database;
let time: SettableTime;
let rules: PublishedRules;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gnomon-published-'));
  for (const part of ['facts', 'calendar']) cpSync(join(RULES, part), join(folder, part), { recursive: true });
  mkdirSync(join(folder, 'base'));
  for (const id of ['WI-03', 'WI-04']) cpSync(join(RULES, `base/${id}.yaml`), join(folder, `base/${id}.yaml`));
  seed = openFolderRules({ folder, log, runTests: false });
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  test = await openTestDatabase({ registry: null });
  database = await test.open('registry');
  time = settableTime(START);
  rules = await open();
  return () => test.close();
});

const open = (now: { now(): number } = time) =>
  openPublishedRules({ seed, feed: openFeed(database), time: now, log, runTests: false });
const rule = (version: string): string =>
  readFileSync(join(RULES, 'base/WI-03.yaml'), 'utf8').replace(/^version: .*$/m, `version: "${version}"`);
const versionOf = (one: PublishedRules) => one.current().pack.rules.get('WI-03')!.version;

async function tell(entry: Partial<LawEntry>): Promise<string> {
  count += 1;
  const payload: LawEntry = {
    ...{ id: `LAW-${count}`, path: 'base/WI-03.yaml', text: rule(`2099.${count}`), division: '15' },
    ...{ state: 'PUBLISHED', inForceAt: new Date(FORCE).toISOString(), ...entry },
  };
  await database.transaction((tx) =>
    appendToOutbox(tx, [{ stream: LAW_STREAM, type: 'rule-text', key: payload.id, at: time.now(), payload }]),
  );
  await relayOnce(database);
  return payload.id;
}

describe('published rules', () => {
  it('swap at the instant of force, tell who listens once, and say since when', async () => {
    const told: (number | undefined)[] = [];
    rules.onChange(({ since }) => told.push(since));
    const before = versionOf(rules);
    await tell({ text: rule('2099.100') });
    time.set(Date.parse(FORCE) - 1);
    await rules.part.settle();
    expect([versionOf(rules), rules.current().since]).toEqual([before, undefined]);
    time.set(FORCE);
    await rules.part.settle();
    await rules.part.settle();
    expect([versionOf(rules), rules.current().since]).toEqual(['2099.100', Date.parse(FORCE)]);
    expect(told.filter((since) => since !== undefined)).toEqual([Date.parse(FORCE)]);
  });

  it('are the same for a process that starts later, and for one that was away', async () => {
    await tell({ text: rule('2099.101') });
    await tell({ text: rule('2099.102'), inForceAt: '2026-04-01T00:00:00.000Z' });
    time.set('2026-05-01T00:00:00+08:00');
    await rules.part.settle();
    const late = await open();
    expect([versionOf(rules), versionOf(late)]).toEqual(['2099.102', '2099.102']);
    expect(late.current().pack.hash).toBe(rules.current().pack.hash);
  });

  it('hold on to the rules before a text that does not fit here, say so, and take the next one that does', async () => {
    const id = await tell({ text: rule('2099.103').replace('expired(promise)', 'nonsense(promise)') });
    await tell({ text: rule('2099.104'), inForceAt: '2026-03-20T00:00:00.000Z' });
    time.set('2026-03-15T00:00:00+08:00');
    await rules.part.settle();
    expect(versionOf(rules)).toBe(seed.current().pack.rules.get('WI-03')!.version);
    expect([...rules.failed.keys()]).toEqual([id]);
    expect(rules.failed.get(id)![0]).toMatchObject({ file: 'base/WI-03.yaml', line: expect.any(Number) });
    time.set('2026-03-25T00:00:00+08:00');
    await rules.part.settle();
    expect(versionOf(rules)).toBe('2099.104');
  });

  it('come into force by themselves while they run, not a moment before their instant', async () => {
    const running = await open({ now: () => Date.now() });
    const stop = new AbortController();
    const run = running.part.run(stop.signal, () => {});
    const at = Date.now() + 1_500;
    const swapped = new Promise<number>((resolve) => {
      running.onChange(({ since }) => {
        if (since === at) resolve(Date.now());
      });
    });
    await tell({ text: rule('2099.105'), inForceAt: new Date(at).toISOString() });
    const swappedAt = await swapped;
    expect(swappedAt).toBeGreaterThanOrEqual(at);
    expect(versionOf(running)).toBe('2099.105');
    stop.abort();
    await run;
  });

  it('keep every version apart, so that what ended before the first of many meets none of them', async () => {
    const days = Array.from({ length: 12 }, (_, index) => Date.parse(FORCE) + index * 86_400_000);
    for (const [index, at] of days.entries())
      await tell({ text: rule(`2099.2${index}`), inForceAt: new Date(at).toISOString() });
    time.set(days.at(-1)!);
    await rules.part.settle();
    const { pack } = rules.current();
    const versionAt = (at: number) => packAt(pack, at).rules.get('WI-03')!.version;
    expect(days.map(versionAt)).toEqual(days.map((_, index) => `2099.2${index}`));
    const first = seed.current().pack.rules.get('WI-03')!.version;
    expect([versionAt(days[0]! - 1), packUntil(pack, days[0]! - 1).rules.get('WI-03')!.version]).toEqual([
      first,
      first,
    ]);
  });

  it('take a file away that an empty text repeals, from its instant on', async () => {
    await tell({ path: 'base/WI-04.yaml', text: '', inForceAt: '2026-04-01T00:00:00.000Z' });
    await tell({ text: rule('2099.300').replace(/^yieldsTo:.*$/m, ''), inForceAt: '2026-03-20T00:00:00.000Z' });
    time.set('2026-04-02T00:00:00+08:00');
    await rules.part.settle();
    const { pack } = rules.current();
    expect([...pack.rules.keys()]).toEqual(['WI-03']);
    expect([...packAt(pack, Date.parse('2026-03-31T23:59:59.999Z')).rules.keys()]).toEqual(['WI-03', 'WI-04']);
    expect(rules.texts().files.some(({ path }) => path === 'base/WI-04.yaml')).toBe(false);
  });

  it('give a proposed text for rehearsal to those who may see it, and none that is withdrawn or unknown', async () => {
    const id = await tell({ state: 'PROPOSED', inForceAt: null, division: '150622', text: rule('2099.106') });
    await rules.part.settle();
    const version = (division: string | null) => {
      const draft = rules.draft!([id], division);
      return draft !== null && 'rules' in draft ? draft.rules.pack.rules.get('WI-03')!.version : null;
    };
    expect([version('15'), version('1506'), version('150622')]).toEqual(['2099.106', '2099.106', '2099.106']);
    expect([version('1501'), version(null), rules.draft!(['LAW-0'], '15')]).toEqual([null, null, null]);
    await tell({ id, state: 'CONSULTED', inForceAt: null, division: '150622', text: rule('2099.106') });
    await rules.part.settle();
    expect([version('1501'), version(null)]).toEqual(['2099.106', '2099.106']);
    await tell({ id, state: 'WITHDRAWN', inForceAt: null, division: '150622', text: rule('2099.106') });
    await rules.part.settle();
    expect(version('15')).toBeNull();
    expect(versionOf(rules)).toBe(seed.current().pack.rules.get('WI-03')!.version);
  });
});
