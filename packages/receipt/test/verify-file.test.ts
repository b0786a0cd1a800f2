import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadPack,
  makeReceipt,
  type Receipt,
  type ReceiptEnvelope,
  receiptHash,
  sealReceipt,
} from '@gnomon/rule-engine';
import { readRulesFolder } from '@gnomon/rule-engine/folder';
import { compileCalendar, openClock, parseInstant } from '@gnomon/working-time';
import { readCalendarFolder } from '@gnomon/working-time/folder';
import { afterAll, describe, expect, test } from 'vitest';
import { ReceiptFileError, readEnvelopes, verifyReceiptText } from '../src/index.ts';

const RULES = join(import.meta.dirname, '../../../rules');
const folder = mkdtempSync(join(tmpdir(), 'receipt-'));
afterAll(() => rmSync(folder, { recursive: true }));

const calendar = compileCalendar(readCalendarFolder(join(RULES, 'calendar')), { division: '150105' });
const loaded = loadPack(readRulesFolder(RULES), { calendar, runTests: false });
if ('problems' in loaded) throw new Error('the rules have problems');

const start = parseInstant('2024-09-23T09:00:00+08:00');
const receipt = makeReceipt({
  pack: loaded.pack,
  calendar,
  rule: 'WI-03',
  kind: 'work-item',
  subject: '115:1',
  occurrence: '',
  facts: {
    kind: 'PROMISE',
    open: true,
    accepted: true,
    online: true,
    promise: openClock({ calendar, limit: { amount: 5, unit: 'WORKDAY' }, start }),
  },
  scope: { division: '150105', agency: '11150000011500000X', department: '', item: '' },
  sources: [{ table: 'up_pro_accept', row: 'r1', version: 1, hash: 'ab' }],
  turnedAt: parseInstant('2024-09-30T00:00:00+08:00'),
  knownAt: parseInstant('2024-09-30T00:00:00.120+08:00'),
});
const envelope = sealReceipt(receipt, loaded.pack, calendar);

/** The envelope as a stranger would hand it over: through JSON. */
const verify = (value: unknown) => verifyReceiptText(JSON.stringify(value), 'test.json')[0];
/** A tampered receipt whose hash was computed again, so that only the recomputation can tell. */
const tampered = (change: Partial<Receipt>): ReceiptEnvelope => {
  const changed = { ...receipt, ...change };
  return { ...envelope, receipt: changed, hash: receiptHash(changed) };
};
const fields = (value: unknown): readonly string[] => {
  const result = verify(value);
  return result === undefined || result.match ? [] : result.differences.map(({ field }) => field);
};

describe('a receipt is computed again from its own texts', () => {
  test('a true receipt matches, with the level one millisecond before', () => {
    expect(verify(envelope)).toEqual({ match: true, receipt, hash: envelope.hash, levelBefore: 'WARNING' });
    expect(receipt.level).toBe('YELLOW');
  });

  test('it keeps the facts that the rule names and no others', () => {
    expect(Object.keys(receipt.facts)).toEqual(['accepted', 'kind', 'open', 'promise']);
  });

  test('an envelope deep in a GraphQL answer is found, also as a text', () => {
    expect(
      readEnvelopes(JSON.stringify({ data: { card: { receipt: { envelope: JSON.stringify(envelope) } } } }), 'x'),
    ).toHaveLength(1);
    expect(verify({ data: { cards: [{ envelope }] } })?.match).toBe(true);
  });

  test.each<[string, ReceiptEnvelope, string]>([
    ['the hash', { ...envelope, hash: envelope.hash.replace(/^./, (c) => (c === '0' ? '1' : '0')) }, 'hash'],
    ['a field without a new hash', { ...envelope, receipt: { ...receipt, subject: '115:2' } }, 'hash'],
    ['the level', tampered({ level: 'RED' }), 'level'],
    ['the instant', tampered({ turnedAt: '2024-09-29T15:59:59.999Z' }), 'level'],
    ['the message', tampered({ message: { zh: '没有超期', en: 'not overdue' } }), 'message'],
    ['a fact', tampered({ facts: { ...receipt.facts, kind: 'INSTANT' } }), 'level'],
    ['a fact that the rule does not name', tampered({ facts: { ...receipt.facts, online: true } }), 'facts'],
    ['a parameter', tampered({ parameters: { ...receipt.parameters, redWorkdays: 9 } }), 'parameters'],
    ['the rule version', tampered({ ruleVersion: '2026.2' }), 'ruleVersion'],
    ['the rule hash', tampered({ ruleHash: '00' }), 'ruleHash'],
    ['the pack hash', tampered({ packHash: '00' }), 'packHash'],
    ['the calendar hash', tampered({ calendarHash: '00' }), 'calendarHash'],
    ['the rule', tampered({ rule: 'WI-99' }), 'facts'],
    ['an instant that is none', tampered({ turnedAt: 'yesterday' }), 'facts'],
    [
      'a holiday',
      { ...envelope, calendar: { ...envelope.calendar, notices: envelope.calendar.notices.slice(1) } },
      'calendarHash',
    ],
    [
      'a rule text',
      {
        ...envelope,
        files: envelope.files.map((file) =>
          file.path === 'base/WI-03.yaml'
            ? { ...file, text: file.text.replace('title: { zh: ', 'title: { zh: 改') }
            : file,
        ),
      },
      'packHash',
    ],
    ['a rule text that is no YAML', { ...envelope, files: [{ path: 'base/WI-03.yaml', text: '{{{' }] }, 'files'],
  ])('tampering with %s is found', (_what, value, field) => {
    expect(fields(value)).toContain(field);
  });

  test('what is no envelope is told by what it lacks', () => {
    expect(fields({ receipt: {}, hash: 'x' })).toContain('/receipt');
    expect(() => verifyReceiptText('{"a":1}', 'a.json')).toThrow(ReceiptFileError);
    expect(() => verifyReceiptText('no json', 'a.json')).toThrow(/a\.json.*不是 JSON/);
  });
});

describe('the command', () => {
  const run = (...paths: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../src/main.ts'), ...paths], {
      encoding: 'utf8',
      timeout: 30_000,
    });

  test('says match, difference and trouble in both languages, by exit code 0, 1 and 2', () => {
    writeFileSync(join(folder, 'good.json'), JSON.stringify(envelope));
    writeFileSync(join(folder, 'bad.json'), JSON.stringify(tampered({ level: 'RED' })));
    const good = run(join(folder, 'good.json'));
    expect([good.status, good.stdout]).toEqual([0, expect.stringContaining('相符 / match')]);
    const bad = run(join(folder, 'good.json'), join(folder, 'bad.json'));
    expect([bad.status, bad.stdout, bad.stderr]).toEqual([1, expect.stringContaining('不符 / does not match'), '']);
    expect(bad.stdout).toMatch(/stated: .*RED[\s\S]*computed: .*YELLOW/);
    const missing = run(join(folder, 'none.json'));
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('无法读取')]);
    expect(run().status).toBe(2);
  });
});
