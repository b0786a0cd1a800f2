import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FolderRules, openFolderRules } from '@gnomon/subgraph-kit';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askGraph, type ListeningHub, openListeningHub } from './listening-hub.ts';
import { expectBilingual } from './named.ts';
import { startProcess } from './run-command.ts';

const RULES = fileURLToPath(new URL('../../../rules/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gnomon-rules-'));
/** The same folder without the rules' own tests, which take most of the time of a load. */
let quick: FolderRules;
let world: ListeningHub;
beforeAll(async () => {
  cpSync(RULES, folder, { recursive: true });
  quick = openFolderRules({ folder, log: pino({ level: 'silent' }), runTests: false });
  world = await openListeningHub({}, { GNOMON_RULES: folder });
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

const file = (path: string): string => join(folder, path);
const textOf = (path: string): string => readFileSync(join(RULES, path), 'utf8');

/** Every problem says where, what and what to do, in both languages. */
function expectNamed(problems: ReturnType<FolderRules['reload']>): void {
  for (const { code, file: where, line, column, message, remedy } of problems) {
    expect(code).toMatch(/^[A-Z]+[-_A-Z\d]*$/);
    expect(where).not.toBe('');
    expect(Math.min(line, column)).toBeGreaterThan(0);
    expectBilingual(message);
    expectBilingual(remedy);
  }
}

const VERSION = '{ indicator(id: "WI-03") { version hash sentences { __typename } } }';
const inForce = async (url = world.hub.url, token?: string): Promise<unknown> => {
  const { data, errors } = await askGraph(url, token ?? (await world.token('auditor-region')), VERSION);
  expect(errors).toBeUndefined();
  return data;
};

describe('a rule file that is broken is named, and the old rules stay in force', () => {
  const rule = textOf('base/WI-03.yaml');
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghi'.split('').map((name, n) => `${name}: &${name} [${`*${'abcdefgh'[n]}, `.repeat(9)}x]`),
  ].join('\n');
  test.each<[string, string, string | Uint8Array | null]>([
    ['is empty', 'base/WI-03.yaml', ''],
    ['is no YAML', 'base/WI-03.yaml', '{{{'],
    ['is bytes', 'base/WI-03.yaml', Uint8Array.of(0, 159, 146, 150, 255)],
    ['is a list', 'base/WI-03.yaml', '- 1\n- 2\n'],
    ['unfolds without end', 'base/WI-03.yaml', bomb],
    ['is a megabyte long', 'base/WI-03.yaml', `${rule}# ${'x'.repeat(1_000_000)}`],
    ['ends early', 'base/WI-03.yaml', rule.slice(0, rule.length / 2)],
    ['is there twice', 'base/WI-03-again.yaml', rule],
    ['names an unknown fact', 'base/WI-03.yaml', rule.replace('yellow: expired(promise)', 'yellow: nobody')],
    ['reads the clock', 'base/WI-03.yaml', rule.replace('yellow: expired(promise)', 'yellow: now() > 1')],
    [
      'asks for a name of every object',
      'base/WI-03.yaml',
      rule.replace('yellow: expired(promise)', 'yellow: constructor'),
    ],
    ['uses a pattern', 'base/WI-03.yaml', rule.replace('yellow: expired(promise)', 'yellow: kind.matches("(a+)+$")')],
    [
      'has a condition beyond every limit',
      'base/WI-03.yaml',
      rule.replace('yellow: expired(promise)', `yellow: ${'!'.repeat(3_000)}open`),
    ],
    ['has a message in one language', 'base/WI-03.yaml', rule.replace(/^ +en: 'promise limit in.*$/m, '')],
    ['has a key that nobody knows', 'base/WI-03.yaml', `${rule}\nsurprise: true\n`],
    ['yields to a rule that is not there', 'base/WI-03.yaml', rule.replace('yieldsTo: [WI-04]', 'yieldsTo: [WI-99]')],
    ['yields to itself', 'base/WI-03.yaml', rule.replace('yieldsTo: [WI-04]', 'yieldsTo: [WI-03]')],
    [
      'loosens as an overlay',
      'overlays/150622-WI-03.yaml',
      textOf('overlays/150622-WI-03.yaml').replace(
        /(redWorkdays|redShare|windowShare|windowWorkdays): *[\d.]+/,
        'redWorkdays: 9',
      ),
    ],
    ['is a dictionary without facts', 'facts/work-item.yaml', 'kind: work-item\n'],
    ['is a calendar of nonsense', 'calendar/office-hours.yaml', 'id: ['],
  ])('one that %s', async (_what, path, content) => {
    const before = quick.current();
    const known = await inForce();
    writeFileSync(file(path), content ?? '');
    try {
      const problems = quick.reload();
      expect(problems.length).toBeGreaterThan(0);
      expectNamed(problems);
      expect(quick.current()).toBe(before);
      expect(await inForce()).toEqual(known);
    } finally {
      rmSync(file(path));
      cpSync(RULES, folder, { recursive: true });
    }
  });

  test('one that fails its own worked examples', async () => {
    const known = await inForce();
    writeFileSync(file('base/WI-03.yaml'), rule.replace('yellow: expired(promise)', 'yellow: expired(promise, 2.0)'));
    const problems = world.hub.rules.reload();
    expect(problems.length).toBeGreaterThan(0);
    expectNamed(problems);
    expect(await inForce()).toEqual(known);
    writeFileSync(file('base/WI-03.yaml'), rule);
    expect(world.hub.rules.reload()).toEqual([]);
  });

  test('any edit by accident is taken whole or named whole, and nothing throws', () => {
    const paths = ['base', 'facts', 'overlays', 'exemptions'].flatMap((name) =>
      readdirSync(join(RULES, name)).map((one) => `${name}/${one}`),
    );
    const edit = fc.record({
      path: fc.constantFrom(...paths),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom('\n', ':', '"', '*x', '&x ', '!!js/function ', '\t', '- '),
      ),
    });
    const first = quick.current().pack.hash;
    fc.assert(
      fc.property(edit, ({ path, at, remove, insert }) => {
        const text = textOf(path);
        const place = Math.floor(at * text.length);
        writeFileSync(file(path), text.slice(0, place) + insert + text.slice(place + remove));
        const before = quick.current();
        const problems = quick.reload();
        expectNamed(problems);
        if (problems.length > 0) expect(quick.current()).toBe(before);
        writeFileSync(file(path), text);
      }),
      { numRuns: 10, seed: 29 },
    );
    expect(quick.reload()).toEqual([]);
    expect(quick.current().pack.hash).toBe(first);
  });
});

test('a running process takes changed rules at SIGHUP and goes on with the old ones when they are broken', async () => {
  const token = await world.token('auditor-region');
  const running = await startProcess('packages/hub/src/main.ts', {
    PORT: '0',
    GNOMON_HOME: world.home,
    GNOMON_RULES: folder,
    DATABASE_URL: world.hub.databaseUrl,
    LOG_LEVEL: 'info',
  });
  try {
    const rule = textOf('base/WI-03.yaml');
    writeFileSync(file('base/WI-03.yaml'), rule.replace(/^version: .*$/m, 'version: "2099.1"'));
    await running.tell('SIGHUP', /rules in force/);
    const changed = await inForce(running.url, token);
    expect(changed).toMatchObject({ indicator: { version: '2099.1' } });
    writeFileSync(file('base/WI-03.yaml'), '{{{');
    await running.tell('SIGHUP', /new rules were refused/);
    expect(await inForce(running.url, token)).toEqual(changed);
  } finally {
    expect(await running.stop()).toBe(0);
  }
});
